-- Lists that a person keeps under a name, and what was seen to change about a repository.

-- The columns are a JSON array in the order they are shown.
CREATE TABLE saved_view (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL COLLATE NOCASE UNIQUE,
    query TEXT NOT NULL,
    sort TEXT NOT NULL,
    reversed INTEGER NOT NULL,
    columns TEXT NOT NULL,
    saved_at INTEGER NOT NULL
) STRICT;

-- Written by a sync together with the row it is about. Of pushes only the last one is kept.
CREATE TABLE repository_change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repository_id INTEGER NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
    seen_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL
) STRICT;

CREATE INDEX repository_change_by_repository ON repository_change (repository_id, id);

-- What is looked for in which repository, and what was found there.
-- removed_at and gone_at are tombstones: what comes back within thirty days has the id it had.
CREATE TABLE source (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    repository_id INTEGER NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
    -- Branch, tag or commit; empty: whatever is the default branch.
    reference TEXT NOT NULL,
    -- The folder; empty: all of it.
    path TEXT NOT NULL,
    -- The only kind that is looked for; empty: every kind.
    kind TEXT NOT NULL,
    added_at INTEGER NOT NULL,
    -- When its tree was last read to its end, and the last push that was known then.
    read_at INTEGER,
    read_pushed_at INTEGER,
    -- Why the last reading failed, as the keeper names it.
    trouble TEXT,
    removed_at INTEGER,
    UNIQUE (repository_id, reference, path, kind)
) STRICT;

CREATE TABLE found_item (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source_id INTEGER NOT NULL REFERENCES source (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    -- The path of the file that it is known by, and where it lies itself.
    marker TEXT NOT NULL,
    place TEXT NOT NULL,
    -- Git's id of that file; null where the forge tells none, or where it has to be read again.
    blob_id TEXT,
    -- Which way of reading the rest comes from.
    reader INTEGER NOT NULL,
    name TEXT,
    description TEXT,
    variant TEXT,
    questions TEXT NOT NULL,
    trouble TEXT,
    first_found_at INTEGER NOT NULL,
    gone_at INTEGER,
    UNIQUE (source_id, kind, marker)
) STRICT;

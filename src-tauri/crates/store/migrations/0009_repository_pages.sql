-- What was last read of a repository at its host, to be shown also where the host can't be reached: its README,
-- and the names of its branches and tags. Only of those that were looked at last.
CREATE TABLE repository_content (
    repository_id INTEGER PRIMARY KEY REFERENCES repository (id) ON DELETE CASCADE,
    -- Grows with each look at any of them: those with the smallest make room.
    turn INTEGER NOT NULL,
    -- When the README was last read; it may have been that there is none.
    readme_read_at INTEGER,
    -- Its path and what it is: 'text', 'too_long' or 'not_text'; null where there is none.
    readme_path TEXT,
    readme_kind TEXT,
    -- Git's id of that file; null where the forge tells none.
    readme_blob_id TEXT,
    readme_text TEXT,
    -- Why the last reading failed, as the keeper names it.
    readme_trouble TEXT,
    -- When branches and tags were last read, and what they were, as JSON.
    names_read_at INTEGER,
    names TEXT,
    names_trouble TEXT
) STRICT;

CREATE INDEX repository_content_by_turn ON repository_content (turn);

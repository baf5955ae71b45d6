-- The first schema. Older programs: none exist.
-- Times are milliseconds since 1970 UTC. Columns named sealed_* hold AES-256-GCM bound to their place.

CREATE TABLE host (
    id TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    base_url TEXT NOT NULL,
    api_url TEXT NOT NULL,
    UNIQUE (provider, base_url)
) STRICT;

CREATE TABLE client (
    id TEXT PRIMARY KEY,
    host_id TEXT NOT NULL UNIQUE REFERENCES host (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    sealed_secret BLOB,
    added_at INTEGER NOT NULL
) STRICT;

CREATE TABLE account (
    id TEXT PRIMARY KEY,
    host_id TEXT NOT NULL REFERENCES host (id),
    subject TEXT NOT NULL,
    login TEXT NOT NULL,
    name TEXT,
    email TEXT,
    swatch INTEGER NOT NULL,
    connected_at INTEGER NOT NULL,
    health TEXT NOT NULL,
    health_cause TEXT NOT NULL,
    health_since INTEGER NOT NULL,
    next_try_at INTEGER,
    synced_at INTEGER,
    UNIQUE (host_id, subject)
) STRICT;

CREATE TABLE credential (
    account_id TEXT PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    client_id TEXT,
    sealed_access BLOB NOT NULL,
    sealed_refresh BLOB,
    asked_scopes TEXT NOT NULL,
    granted_scopes TEXT,
    issued_at INTEGER NOT NULL,
    access_ends_at INTEGER,
    refresh_ends_at INTEGER,
    -- The journal: set before a refresh is sent, cleared with the new pair. Set at rest, it means
    -- that a reply was lost.
    refresh_started_at INTEGER
) STRICT;

CREATE TABLE sign_in (
    id TEXT PRIMARY KEY,
    host_id TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    way TEXT NOT NULL,
    state TEXT NOT NULL,
    sealed_attempt BLOB NOT NULL,
    started_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    account_id TEXT,
    problem TEXT
) STRICT;

CREATE TABLE repository (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    host_id TEXT NOT NULL REFERENCES host (id),
    forge_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    visibility INTEGER NOT NULL,
    archived INTEGER NOT NULL,
    fork INTEGER NOT NULL,
    template INTEGER NOT NULL,
    default_branch TEXT,
    description TEXT,
    language TEXT,
    topics TEXT NOT NULL,
    licence TEXT,
    size_kib INTEGER NOT NULL,
    clone_url TEXT NOT NULL,
    ssh_url TEXT,
    web_url TEXT NOT NULL,
    created_at INTEGER,
    updated_at INTEGER,
    pushed_at INTEGER,
    first_listed_at INTEGER NOT NULL,
    renamed_from TEXT,
    -- A digest of everything the forge said, so that an unchanged row is recognised by one comparison.
    digest BLOB NOT NULL,
    UNIQUE (host_id, forge_id)
) STRICT;

CREATE INDEX repository_by_name ON repository (owner COLLATE NOCASE, name COLLATE NOCASE);

-- Which account reaches which repository. gone_at is the tombstone of a confirmed removal.
CREATE TABLE reach (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    repository_id INTEGER NOT NULL REFERENCES repository (id) ON DELETE CASCADE,
    permission INTEGER NOT NULL,
    gone_at INTEGER,
    PRIMARY KEY (account_id, repository_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX reach_by_repository ON reach (repository_id);

CREATE TABLE listing_page (
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    page_key TEXT NOT NULL,
    etag TEXT,
    forge_ids TEXT NOT NULL,
    more TEXT NOT NULL,
    PRIMARY KEY (account_id, page_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_run (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    login TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    took_ms INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    sentence TEXT NOT NULL,
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    removed INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    unmodified INTEGER NOT NULL
) STRICT;

CREATE INDEX sync_run_by_account ON sync_run (account_id, id);

CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Several clients per host; what a host says of itself; credentials with a user name and with
-- what replies said beside them; the history of an account; revocations that wait for their host.

-- What the host says of itself (RFC 8414), as JSON.
ALTER TABLE host ADD COLUMN metadata TEXT;

CREATE TABLE client_next (
    id TEXT PRIMARY KEY,
    host_id TEXT NOT NULL REFERENCES host (id) ON DELETE CASCADE,
    client_id TEXT NOT NULL,
    sealed_secret BLOB,
    added_at INTEGER NOT NULL,
    -- What the person calls it.
    name TEXT NOT NULL,
    -- own, imported, registered
    origin TEXT NOT NULL,
    preferred INTEGER NOT NULL,
    -- The token that changes or removes a registered client (RFC 7592).
    sealed_management BLOB,
    management_url TEXT,
    UNIQUE (host_id, client_id)
) STRICT;

INSERT INTO client_next (id, host_id, client_id, sealed_secret, added_at, name, origin, preferred)
SELECT id, host_id, client_id, sealed_secret, added_at, '', 'own', 1 FROM client;

DROP TABLE client;

ALTER TABLE client_next RENAME TO client;

-- One preferred client per host at most.
CREATE UNIQUE INDEX client_preferred ON client (host_id) WHERE preferred;

ALTER TABLE credential ADD COLUMN user_name TEXT;

-- Fields of replies that are kept, by path, as JSON; no secrets.
ALTER TABLE credential ADD COLUMN kept TEXT NOT NULL DEFAULT '{}';

-- When the person signed in: renewing may end so long after it, however often it was done.
ALTER TABLE credential ADD COLUMN signed_in_at INTEGER;

-- Until when the provider's clock says that nothing is to be tried again; cause of the last failure.
ALTER TABLE credential ADD COLUMN retry_at INTEGER;

ALTER TABLE credential ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;

CREATE TABLE account_event (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    cause TEXT NOT NULL
) STRICT;

CREATE INDEX account_event_by_account ON account_event (account_id, id);

CREATE TABLE revocation (
    id TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    base_url TEXT NOT NULL,
    api_url TEXT NOT NULL,
    login TEXT NOT NULL,
    client_id TEXT,
    kept TEXT NOT NULL,
    sealed_access BLOB NOT NULL,
    sealed_refresh BLOB,
    sealed_secret BLOB,
    asked_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    next_try_at INTEGER NOT NULL
) STRICT;

-- What the person calls an account; its login where that is nothing.
ALTER TABLE account ADD COLUMN label TEXT;

-- Whom a sign-in is to bring back, and what it asks for (JSON); the usual where that is nothing.
ALTER TABLE sign_in ADD COLUMN expects TEXT;

ALTER TABLE sign_in ADD COLUMN asked_scopes TEXT;

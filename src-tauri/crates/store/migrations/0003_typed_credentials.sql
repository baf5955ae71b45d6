-- Credentials typed by hand, beside what a sign-in brings: SSH keys, headers, user and password, clients that
-- act for themselves.

CREATE TABLE typed_credential (
    id TEXT PRIMARY KEY,
    -- ssh-key, headers, basic, client-credentials
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    -- Nothing is lost with the account it was attached to: the hosts stay.
    account_id TEXT REFERENCES account (id) ON DELETE SET NULL,
    -- Where it may be used: patterns, as JSON.
    hosts TEXT NOT NULL,
    -- What may be shown, as JSON; no secrets.
    facts TEXT NOT NULL,
    sealed_value BLOB NOT NULL,
    added_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    -- When it ends, as the person says.
    ends_at INTEGER,
    -- When the other side last said something about it, and what: accepted, refused.
    checked_at INTEGER,
    outcome TEXT
) STRICT;

CREATE INDEX typed_credential_by_account ON typed_credential (account_id);

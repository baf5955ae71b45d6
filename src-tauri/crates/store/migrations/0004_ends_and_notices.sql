-- Ends that a person is told of, what they were told of, and what a waiting sign-in learned.

-- When a client's secret ends (RFC 7591 §3.2.1), if it does.
ALTER TABLE client ADD COLUMN secret_ends_at INTEGER;

-- Whether a renewal was seen to leave the end of renewing where it was: then only a sign-in moves it.
ALTER TABLE credential ADD COLUMN refresh_end_stays INTEGER NOT NULL DEFAULT 0;

-- By how much our clock is ahead of the host's, in milliseconds; negative if it is behind.
ALTER TABLE host ADD COLUMN clock_ahead_ms INTEGER NOT NULL DEFAULT 0;

-- Seconds between questions about a device code, where the host asked for more than at first (RFC 8628 §3.5).
ALTER TABLE sign_in ADD COLUMN poll_seconds INTEGER;

-- Whether newer access took its place, so that only the person can end it.
ALTER TABLE revocation ADD COLUMN replaced INTEGER NOT NULL DEFAULT 0;

-- What the person was told, so that it is told once: by cause, with the days before an end that it was told at.
CREATE TABLE told_notice (
    id TEXT PRIMARY KEY,
    -- What it was about: since when a cause is there, or when something ends.
    about INTEGER NOT NULL,
    mark INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

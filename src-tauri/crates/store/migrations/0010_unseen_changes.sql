-- 1 where another account's sync changed the repository since this account was shown it last: that it is now as it is
-- stored says nothing of what changed around it for this account.
ALTER TABLE reach ADD COLUMN unseen INTEGER NOT NULL DEFAULT 0;

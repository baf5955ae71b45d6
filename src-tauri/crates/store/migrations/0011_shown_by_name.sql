-- When its host last showed the repository to the account by name, where the account's listing does not show it.
ALTER TABLE reach ADD COLUMN named_at INTEGER;

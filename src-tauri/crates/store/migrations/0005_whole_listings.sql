-- When an account's whole listing was last read to its end, with nothing half written since: as long as it is
-- there, the newest changes say what is different. Accounts of before read everything once more.
ALTER TABLE account ADD COLUMN listed_at INTEGER;

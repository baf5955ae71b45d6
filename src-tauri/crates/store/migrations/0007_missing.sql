-- What an account's complete listing does not show any more and still stands in the list: since when, and
-- what a person said about it ('gone' or 'keep'; nothing while they are asked).
ALTER TABLE reach ADD COLUMN missing_since INTEGER;
ALTER TABLE reach ADD COLUMN said TEXT;
CREATE INDEX reach_by_end ON reach (gone_at) WHERE gone_at IS NOT NULL;

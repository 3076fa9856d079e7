ALTER TABLE resources DROP COLUMN initials;

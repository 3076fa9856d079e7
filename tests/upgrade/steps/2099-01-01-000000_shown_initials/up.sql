ALTER TABLE resources ADD COLUMN initials TEXT;

ALTER TABLE credentials DROP COLUMN networks;

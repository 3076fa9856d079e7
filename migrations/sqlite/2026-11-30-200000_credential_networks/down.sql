ALTER TABLE credentials DROP COLUMN networks;
ALTER TABLE credentials DROP COLUMN lasts_ms;

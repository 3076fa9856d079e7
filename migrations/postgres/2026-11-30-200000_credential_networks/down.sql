ALTER TABLE credentials DROP COLUMN networks, DROP COLUMN lasts_ms;

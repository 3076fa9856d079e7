-- The networks that a credential may be used from, in CIDR notation with spaces between them. NULL: from anywhere.
ALTER TABLE credentials ADD COLUMN networks TEXT;
-- How long it was made to last; 0: without an end. NULL for those that were made before this column: until they expire.
ALTER TABLE credentials ADD COLUMN lasts_ms INTEGER;

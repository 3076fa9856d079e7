-- The networks that a credential may be used from, in CIDR notation with spaces between them. NULL: from anywhere.
ALTER TABLE credentials ADD COLUMN networks TEXT;

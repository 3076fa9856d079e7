DROP TABLE walks;
DROP TABLE resource_types;
DROP TABLE schemas;
DELETE FROM credentials WHERE scope = 'admin';
ALTER TABLE credentials DROP COLUMN resource_id;
ALTER TABLE credentials DROP CONSTRAINT credentials_scope_check;
ALTER TABLE credentials ADD CONSTRAINT credentials_scope_check CHECK (scope IN ('read', 'write'));
ALTER TABLE tenants DROP COLUMN cursor_secret;
ALTER TABLE tenants DROP COLUMN revision;

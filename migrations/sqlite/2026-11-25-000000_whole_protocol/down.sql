DROP TABLE walks;
DROP TABLE resource_types;
DROP TABLE schemas;
CREATE TABLE credentials_old (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    key_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'write')),
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER,
    last_used_ms INTEGER,
    PRIMARY KEY (tenant_id, key_id)
) STRICT;
INSERT INTO credentials_old SELECT tenant_id, key_id, kind, label, secret_hash, scope, created_ms, expires_ms, last_used_ms
FROM credentials WHERE scope <> 'admin';
DROP TABLE credentials;
ALTER TABLE credentials_old RENAME TO credentials;
CREATE INDEX credentials_key_id ON credentials (key_id);
DROP TRIGGER tenants_cursor_secret;
ALTER TABLE tenants DROP COLUMN cursor_secret;
ALTER TABLE tenants DROP COLUMN revision;

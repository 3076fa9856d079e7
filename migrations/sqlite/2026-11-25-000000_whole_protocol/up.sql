-- As on PostgreSQL, where the comments say why.
ALTER TABLE tenants ADD COLUMN revision INTEGER NOT NULL DEFAULT 1;
-- SQLite adds no column with a default that differs from row to row.
ALTER TABLE tenants ADD COLUMN cursor_secret TEXT NOT NULL DEFAULT '';
UPDATE tenants SET cursor_secret = lower(hex(randomblob(32)));
CREATE TRIGGER tenants_cursor_secret AFTER INSERT ON tenants WHEN NEW.cursor_secret = ''
BEGIN
    UPDATE tenants SET cursor_secret = lower(hex(randomblob(32))) WHERE id = NEW.id;
END;

-- A CHECK cannot be changed, so the table is made anew.
CREATE TABLE credentials_new (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    key_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    scope TEXT NOT NULL CHECK (scope IN ('read', 'write', 'admin')),
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER,
    last_used_ms INTEGER,
    resource_id TEXT,
    PRIMARY KEY (tenant_id, key_id)
) STRICT;
INSERT INTO credentials_new (tenant_id, key_id, kind, label, secret_hash, scope, created_ms, expires_ms, last_used_ms)
SELECT tenant_id, key_id, kind, label, secret_hash, scope, created_ms, expires_ms, last_used_ms FROM credentials;
DROP TABLE credentials;
ALTER TABLE credentials_new RENAME TO credentials;
CREATE INDEX credentials_key_id ON credentials (key_id);

CREATE TABLE schemas (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    urn TEXT NOT NULL,
    definition BLOB NOT NULL,
    PRIMARY KEY (tenant_id, urn)
) STRICT;
CREATE TABLE resource_types (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    definition BLOB NOT NULL,
    PRIMARY KEY (tenant_id, name)
) STRICT;

CREATE TABLE walks (
    tenant_id INTEGER NOT NULL,
    key_id TEXT NOT NULL,
    slot INTEGER NOT NULL,
    place INTEGER NOT NULL,
    query TEXT NOT NULL,
    start_index INTEGER NOT NULL,
    next_index INTEGER NOT NULL,
    total INTEGER NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, key_id, slot, place),
    FOREIGN KEY (tenant_id, key_id) REFERENCES credentials (tenant_id, key_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX walks_by_age ON walks (tenant_id, at_ms);

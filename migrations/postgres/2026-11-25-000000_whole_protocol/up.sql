-- Moves with everything that a request derives from its tenant: settings, schemas, resource types. A write that began under
-- another revision is refused by the row it records.
ALTER TABLE tenants ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
-- The key of the tenant's cursors; 244 random bits.
ALTER TABLE tenants ADD COLUMN cursor_secret TEXT NOT NULL
    DEFAULT replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');

ALTER TABLE credentials DROP CONSTRAINT credentials_scope_check;
ALTER TABLE credentials ADD CONSTRAINT credentials_scope_check CHECK (scope IN ('read', 'write', 'admin'));
-- The resource that the credential stands for (/Me). No reference: ids are never used again, and a deleted one is told as such.
ALTER TABLE credentials ADD COLUMN resource_id TEXT COLLATE "C";

-- Schemas and resource types that the tenant has beside the built-in ones, in the RFC's JSON form.
CREATE TABLE schemas (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    -- The URN in lower case: URNs ignore case.
    urn TEXT COLLATE "C" NOT NULL,
    definition JSONB NOT NULL,
    PRIMARY KEY (tenant_id, urn)
);
CREATE TABLE resource_types (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name TEXT COLLATE "C" NOT NULL,
    definition JSONB NOT NULL,
    PRIMARY KEY (tenant_id, name)
);

-- Where the last page by index of a query ended, so that the next one goes on from there. Queries of a credential share slots by
-- their digest, and a slot has a few places for walks side by side, so the number of rows is bounded.
CREATE TABLE walks (
    tenant_id INTEGER NOT NULL,
    key_id TEXT COLLATE "C" NOT NULL,
    slot INTEGER NOT NULL,
    place INTEGER NOT NULL,
    query TEXT NOT NULL,
    start_index BIGINT NOT NULL,
    next_index BIGINT NOT NULL,
    total BIGINT NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, key_id, slot, place),
    FOREIGN KEY (tenant_id, key_id) REFERENCES credentials (tenant_id, key_id) ON DELETE CASCADE
);
CREATE INDEX walks_by_age ON walks (tenant_id, at_ms);

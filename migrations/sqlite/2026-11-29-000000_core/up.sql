-- The same tables as on PostgreSQL, where the comments give the reasons. `key` and `position` are rowids here. A rowid
-- table keeps large documents out of the index, and AUTOINCREMENT never uses a number again. Text compares by its
-- bytes, which is code point order.

CREATE TABLE tenants (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL UNIQUE CHECK (slug <> '' AND slug NOT GLOB '*[^a-z0-9-]*'),
    name TEXT NOT NULL,
    settings BLOB NOT NULL DEFAULT (jsonb('{}')),
    created_ms INTEGER NOT NULL,
    revision INTEGER NOT NULL DEFAULT 1,
    cursor_secret TEXT NOT NULL DEFAULT (lower(hex(randomblob(32)))),
    changes_pruned INTEGER NOT NULL DEFAULT 0,
    changes_pruned_request TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE TABLE credentials (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    key_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    label TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    scopes TEXT NOT NULL CHECK (scopes <> ''),
    created_ms INTEGER NOT NULL,
    expires_ms INTEGER,
    last_used_ms INTEGER,
    revoked_ms INTEGER,
    resource_id TEXT,
    PRIMARY KEY (tenant_id, key_id)
) STRICT;
CREATE INDEX credentials_key_id ON credentials (key_id);

CREATE TABLE resources (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL,
    resource_type TEXT NOT NULL,
    unique_key TEXT,
    external_id TEXT,
    display_name TEXT,
    active INTEGER,
    version INTEGER NOT NULL,
    created_ms INTEGER NOT NULL,
    last_modified_ms INTEGER NOT NULL,
    document BLOB NOT NULL,
    comparable BLOB NOT NULL,
    password_hash TEXT
) STRICT;
CREATE UNIQUE INDEX resources_key ON resources (tenant_id, key);
CREATE UNIQUE INDEX resources_id ON resources (tenant_id, id);
CREATE UNIQUE INDEX resources_unique_key ON resources (tenant_id, resource_type, unique_key);
CREATE INDEX resources_in_order ON resources (tenant_id, resource_type, key);
CREATE INDEX resources_external_id ON resources (tenant_id, resource_type, external_id);
CREATE INDEX resources_display_name ON resources (tenant_id, resource_type, display_name);
CREATE INDEX resources_last_modified ON resources (tenant_id, resource_type, last_modified_ms);
-- Nearly all are active: an index on all would only mislead planners.
CREATE INDEX resources_inactive ON resources (tenant_id, resource_type, key) WHERE active = FALSE;

CREATE TABLE memberships (
    tenant_id INTEGER NOT NULL,
    group_key INTEGER NOT NULL,
    member_key INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, group_key, member_key),
    FOREIGN KEY (tenant_id, group_key) REFERENCES resources (tenant_id, key) ON DELETE CASCADE,
    FOREIGN KEY (tenant_id, member_key) REFERENCES resources (tenant_id, key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_of_member ON memberships (tenant_id, member_key, group_key);

CREATE TABLE indexed_values (
    tenant_id INTEGER NOT NULL,
    resource_type TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value TEXT NOT NULL,
    resource_key INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, resource_type, attribute, value, resource_key),
    FOREIGN KEY (tenant_id, resource_key) REFERENCES resources (tenant_id, key) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX indexed_values_of_resource ON indexed_values (tenant_id, resource_key);

CREATE TABLE changes (
    tenant_id INTEGER NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    -- There is one writer at a time, so positions are given in the order of the commits.
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    at_ms INTEGER NOT NULL,
    operation TEXT NOT NULL CHECK (operation IN ('create', 'replace', 'patch', 'delete', 'unlink')),
    resource_type TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    -- JSON as text, which every SQLite reads.
    attributes TEXT NOT NULL,
    members TEXT,
    actor TEXT NOT NULL,
    request_id TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX changes_in_order ON changes (tenant_id, position);

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
    lane INTEGER NOT NULL,
    query TEXT NOT NULL,
    start_index INTEGER NOT NULL,
    next_index INTEGER NOT NULL,
    total INTEGER NOT NULL,
    first TEXT NOT NULL,
    last TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, key_id, slot, lane),
    FOREIGN KEY (tenant_id, key_id) REFERENCES credentials (tenant_id, key_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX walks_by_age ON walks (tenant_id, at_ms);

CREATE VIEW scim_users AS
SELECT t.slug AS tenant, r.id, r.document ->> '$.userName' AS user_name, r.external_id,
       r.document ->> '$.displayName' AS display_name,
       r.document ->> '$.name.givenName' AS given_name, r.document ->> '$.name.familyName' AS family_name,
       coalesce((SELECT e.value ->> '$.value' FROM json_each(r.document, '$.emails') e WHERE e.value ->> '$.primary' LIMIT 1),
                r.document ->> '$.emails[0].value') AS email,
       r.active AS active, r.version,
       strftime('%Y-%m-%dT%H:%M:%fZ', r.created_ms / 1000.0, 'unixepoch') AS created,
       strftime('%Y-%m-%dT%H:%M:%fZ', r.last_modified_ms / 1000.0, 'unixepoch') AS last_modified,
       json(r.document) AS document
FROM resources r JOIN tenants t ON t.id = r.tenant_id
WHERE r.resource_type = 'User';

CREATE VIEW scim_groups AS
SELECT t.slug AS tenant, r.id, r.document ->> '$.displayName' AS display_name, r.external_id, r.version,
       strftime('%Y-%m-%dT%H:%M:%fZ', r.created_ms / 1000.0, 'unixepoch') AS created,
       strftime('%Y-%m-%dT%H:%M:%fZ', r.last_modified_ms / 1000.0, 'unixepoch') AS last_modified,
       json(r.document) AS document
FROM resources r JOIN tenants t ON t.id = r.tenant_id
WHERE r.resource_type = 'Group';

CREATE VIEW scim_group_members AS
SELECT t.slug AS tenant, g.id AS group_id, m.id AS member_id, m.resource_type AS member_type
FROM memberships e
JOIN resources g ON g.tenant_id = e.tenant_id AND g.key = e.group_key
JOIN resources m ON m.tenant_id = e.tenant_id AND m.key = e.member_key
JOIN tenants t ON t.id = e.tenant_id;

CREATE VIEW scim_changes AS
SELECT t.slug AS tenant, c.position, strftime('%Y-%m-%dT%H:%M:%fZ', c.at_ms / 1000.0, 'unixepoch') AS at, c.operation,
       c.resource_type, c.resource_id, c.version, c.attributes, c.members, c.actor, c.request_id, c.tenant_id
FROM changes c JOIN tenants t ON t.id = c.tenant_id;

CREATE VIEW scim_feed AS
SELECT t.slug AS tenant, t.id AS tenant_id, t.changes_pruned AS pruned,
       max(t.changes_pruned, coalesce((SELECT max(c.position) FROM changes c WHERE c.tenant_id = t.id), 0)) AS last
FROM tenants t;

-- What was here before, see `up.sql`.
DROP VIEW scim_feed;
DROP VIEW scim_changes;
DROP VIEW scim_user_roles;
DROP VIEW scim_user_phones;
DROP VIEW scim_user_emails;
DROP VIEW scim_effective_groups;
DROP VIEW scim_effective_members;
DROP VIEW scim_group_members;
DROP VIEW scim_groups;
DROP VIEW scim_users;
DROP TRIGGER resources_go;
DROP TRIGGER resources_come;
DROP TABLE resource_counts;

CREATE TABLE resources_old (
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
    email TEXT,
    -- What the views show, as text. The program computes it when it writes, so that an older SQLite, which cannot read a
    -- document (a JSONB), can read the views. It stands before the document, to be read without it.
    user_name TEXT GENERATED ALWAYS AS (document ->> '$.userName') STORED,
    shown_name TEXT GENERATED ALWAYS AS (document ->> '$.displayName') STORED,
    created TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', created_ms / 1000.0, 'unixepoch')) STORED,
    last_modified TEXT GENERATED ALWAYS AS (strftime('%Y-%m-%dT%H:%M:%fZ', last_modified_ms / 1000.0, 'unixepoch')) STORED,
    person TEXT GENERATED ALWAYS AS (CASE resource_type WHEN 'User' THEN json_object(
        'name', document -> '$.name', 'title', document -> '$.title', 'userType', document -> '$.userType',
        'preferredLanguage', document -> '$.preferredLanguage', 'locale', document -> '$.locale',
        'timezone', document -> '$.timezone', 'emails', document -> '$.emails', 'phoneNumbers', document -> '$.phoneNumbers',
        'roles', document -> '$.roles', 'emailKeys', comparable -> '$.emails',
        'enterprise', document -> '$."urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"') END) STORED,
    document BLOB NOT NULL,
    comparable BLOB NOT NULL,
    password_hash TEXT
) STRICT;
INSERT INTO resources_old (tenant_id, key, id, resource_type, unique_key, external_id, display_name, active, version, created_ms, last_modified_ms, email, password_hash, document, comparable)
SELECT tenant_id, key, id, resource_type, unique_key, external_id, display_name, active, version, created_ms, last_modified_ms, email, password_hash, jsonb(document), comparable FROM resources;
UPDATE sqlite_sequence SET seq = (SELECT seq FROM sqlite_sequence WHERE name = 'resources') WHERE name = 'resources_old';
INSERT INTO sqlite_sequence (name, seq)
SELECT 'resources_old', seq FROM sqlite_sequence
WHERE name = 'resources' AND NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'resources_old');
DROP TABLE resources;
ALTER TABLE resources_old RENAME TO resources;
CREATE UNIQUE INDEX resources_key ON resources (tenant_id, key);
CREATE UNIQUE INDEX resources_id ON resources (tenant_id, id);
CREATE UNIQUE INDEX resources_unique_key ON resources (tenant_id, resource_type, unique_key);
CREATE INDEX resources_in_order ON resources (tenant_id, resource_type, key);
CREATE INDEX resources_external_id ON resources (tenant_id, resource_type, external_id);
CREATE INDEX resources_display_name ON resources (tenant_id, resource_type, display_name);
CREATE INDEX resources_last_modified ON resources (tenant_id, resource_type, last_modified_ms);
-- Nearly all are active: an index on all would only mislead planners.
CREATE INDEX resources_inactive ON resources (tenant_id, resource_type, key) WHERE active = FALSE;
-- The rest is for applications, which read the views below. SQLite tries the tenants one after the other where a query
-- names none, so these indexes begin like all others.
CREATE INDEX users_of_name ON resources (tenant_id, resource_type, user_name) WHERE resource_type = 'User';
CREATE INDEX users_of_email ON resources (tenant_id, resource_type, email) WHERE resource_type = 'User';
CREATE INDEX groups_of_name ON resources (tenant_id, resource_type, shown_name) WHERE resource_type = 'Group';
CREATE INDEX resources_changed_at ON resources (tenant_id, resource_type, last_modified);


-- For applications: docs/application.md tells each column and its index. CROSS JOIN fixes the order of the tables. SQLite
-- would expect a million tenants and read all resources first.
CREATE VIEW scim_users AS
SELECT t.slug AS tenant, r.id, r.user_name, r.external_id, r.shown_name AS display_name,
       r.person ->> '$.name.givenName' AS given_name, r.person ->> '$.name.familyName' AS family_name,
       r.email, r.active AS active, r.version, r.created, r.last_modified,
       json(r.document) AS document,
       r.unique_key AS user_name_key,
       r.person ->> '$.title' AS title, r.person ->> '$.userType' AS user_type,
       r.person ->> '$.preferredLanguage' AS preferred_language,
       r.person ->> '$.locale' AS locale, r.person ->> '$.timezone' AS timezone,
       (SELECT p.value ->> '$.value' FROM json_each(r.person, '$.phoneNumbers') p WHERE p.value ->> '$.value' IS NOT NULL
        ORDER BY coalesce(p.value ->> '$.primary', FALSE) DESC, p.key LIMIT 1) AS phone,
       r.person ->> '$.enterprise.employeeNumber' AS employee_number, r.person ->> '$.enterprise.costCenter' AS cost_center,
       r.person ->> '$.enterprise.organization' AS organization, r.person ->> '$.enterprise.division' AS division,
       r.person ->> '$.enterprise.department' AS department, r.person ->> '$.enterprise.manager.value' AS manager_id
FROM tenants t CROSS JOIN resources r ON r.tenant_id = t.id
WHERE r.resource_type = 'User';

CREATE VIEW scim_groups AS
SELECT t.slug AS tenant, r.id, r.shown_name AS display_name, r.external_id, r.version, r.created, r.last_modified,
       json(r.document) AS document
FROM tenants t CROSS JOIN resources r ON r.tenant_id = t.id
WHERE r.resource_type = 'Group';

CREATE VIEW scim_group_members AS
SELECT t.slug AS tenant, g.id AS group_id, m.id AS member_id, m.resource_type AS member_type
FROM tenants t
CROSS JOIN memberships e ON e.tenant_id = t.id
JOIN resources g ON g.tenant_id = t.id AND g.key = e.group_key
JOIN resources m ON m.tenant_id = t.id AND m.key = e.member_key;

-- The members of a group and of the groups in it. The walk begins at the group: quick for a `group_id`.
CREATE VIEW scim_effective_members AS
SELECT t.slug AS tenant, g.id AS group_id, m.id AS member_id, m.resource_type AS member_type,
       EXISTS (SELECT 1 FROM memberships d
               WHERE d.tenant_id = g.tenant_id AND d.group_key = g.key AND d.member_key = m.key) AS direct
FROM tenants t CROSS JOIN resources g ON g.tenant_id = t.id
CROSS JOIN resources m ON m.tenant_id = t.id AND m.key IN (
    WITH RECURSIVE down(key) AS (
        SELECT e.member_key FROM memberships e WHERE e.tenant_id = g.tenant_id AND e.group_key = g.key
        UNION
        SELECT e.member_key FROM down CROSS JOIN memberships e ON e.tenant_id = g.tenant_id AND e.group_key = down.key
    )
    SELECT key FROM down
)
WHERE g.resource_type = 'Group';

-- The same pairs, walked from the member: quick for a `member_id`.
CREATE VIEW scim_effective_groups AS
SELECT t.slug AS tenant, m.id AS member_id, m.resource_type AS member_type, g.id AS group_id, g.shown_name AS display_name,
       EXISTS (SELECT 1 FROM memberships d
               WHERE d.tenant_id = m.tenant_id AND d.group_key = g.key AND d.member_key = m.key) AS direct
FROM tenants t CROSS JOIN resources m ON m.tenant_id = t.id
CROSS JOIN resources g ON g.tenant_id = t.id AND g.key IN (
    WITH RECURSIVE up(key) AS (
        SELECT e.group_key FROM memberships e WHERE e.tenant_id = m.tenant_id AND e.member_key = m.key
        UNION
        SELECT e.group_key FROM up CROSS JOIN memberships e ON e.tenant_id = m.tenant_id AND e.member_key = up.key
    )
    SELECT key FROM up
)
WHERE m.resource_type IN ('User', 'Group');

CREATE VIEW scim_user_emails AS
SELECT t.slug AS tenant, r.id AS user_id, i.value ->> '$.value' AS email, i.value ->> '$.type' AS type,
       coalesce(i.value ->> '$.primary', FALSE) AS is_primary,
       v.value AS email_key
FROM tenants t CROSS JOIN resources r ON r.tenant_id = t.id
JOIN json_each(r.person, '$.emails') i
LEFT JOIN indexed_values v ON v.tenant_id = r.tenant_id AND v.resource_type = 'User' AND v.attribute = 'emails.value'
      AND v.resource_key = r.key AND v.value = r.person ->> ('$.emailKeys[' || i.key || '].value')
WHERE r.resource_type = 'User' AND i.value ->> '$.value' IS NOT NULL;

CREATE VIEW scim_user_phones AS
SELECT t.slug AS tenant, r.id AS user_id, i.value ->> '$.value' AS phone, i.value ->> '$.type' AS type,
       coalesce(i.value ->> '$.primary', FALSE) AS is_primary
FROM tenants t CROSS JOIN resources r ON r.tenant_id = t.id
JOIN json_each(r.person, '$.phoneNumbers') i
WHERE r.resource_type = 'User' AND i.value ->> '$.value' IS NOT NULL;

CREATE VIEW scim_user_roles AS
SELECT t.slug AS tenant, r.id AS user_id, i.value ->> '$.value' AS role, i.value ->> '$.display' AS display,
       i.value ->> '$.type' AS type, coalesce(i.value ->> '$.primary', FALSE) AS is_primary
FROM tenants t CROSS JOIN resources r ON r.tenant_id = t.id
JOIN json_each(r.person, '$.roles') i
WHERE r.resource_type = 'User' AND i.value ->> '$.value' IS NOT NULL;

CREATE VIEW scim_changes AS
SELECT t.slug AS tenant, c.position, strftime('%Y-%m-%dT%H:%M:%fZ', c.at_ms / 1000.0, 'unixepoch') AS at, c.operation,
       c.resource_type, c.resource_id, c.version, c.attributes, c.members, c.actor, c.request_id, c.tenant_id
FROM tenants t CROSS JOIN changes c ON c.tenant_id = t.id;

CREATE VIEW scim_feed AS
SELECT t.slug AS tenant, t.id AS tenant_id, t.changes_pruned AS pruned,
       max(t.changes_pruned, coalesce((SELECT max(c.position) FROM changes c WHERE c.tenant_id = t.id), 0)) AS last
FROM tenants t;

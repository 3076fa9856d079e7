-- A read shows a document as it is stored, without taking it apart. So it is JSON text, in the order in which clients see it.
-- Documents that are here already keep the order in which the old column printed them, until they are written again.
DROP VIEW scim_user_roles;
DROP VIEW scim_user_phones;
DROP VIEW scim_user_emails;
DROP VIEW scim_effective_groups;
DROP VIEW scim_groups;
DROP VIEW scim_users;

ALTER TABLE resources
    ADD COLUMN user_name TEXT COLLATE "C",
    ADD COLUMN shown_name TEXT COLLATE "C";
DROP INDEX users_of_name;
DROP INDEX groups_of_name;
UPDATE resources SET user_name = document ->> 'userName', shown_name = document ->> 'displayName';
ALTER TABLE resources ALTER COLUMN document TYPE JSON USING document::text::json;
CREATE INDEX users_of_name ON resources USING hash (user_name) WHERE resource_type = 'User';
CREATE INDEX groups_of_name ON resources USING hash (shown_name) WHERE resource_type = 'Group';

-- Before there are statistics, PostgreSQL expects one row of any condition on a small table, and then keeps the plan while the
-- table grows. Every index that begins with a column that a statement names seems as good. So a look-up has an index that
-- begins with its own column, and hides the tenant (`tenant_id + 0`). Lists name their index by `0 + tenant_id` and `key + 0`.
CREATE INDEX resources_of_id ON resources USING hash (id);
CREATE INDEX resources_of_unique_key ON resources USING hash (unique_key);
DROP INDEX resources_in_order;
CREATE INDEX resources_in_order ON resources ((0 + tenant_id), resource_type, (key + 0)) INCLUDE (tenant_id, key);
DROP INDEX memberships_of_member;
CREATE INDEX memberships_of_member ON memberships (member_key, tenant_id, group_key);
DROP INDEX indexed_values_of_resource;
CREATE INDEX indexed_values_of_resource ON indexed_values (resource_key, tenant_id);
DROP INDEX walks_by_age;
CREATE INDEX walks_by_age ON walks (at_ms, tenant_id);

-- How many resources of a type a tenant has: the sum of the rows. Lists say it without counting. A connection changes the
-- row of its own shard, so that writers seldom wait for each other. There is no reference to the tenant: the rows of a
-- tenant that is deleted change until its last resource is gone.
CREATE TABLE resource_counts (
    tenant_id INTEGER NOT NULL,
    resource_type TEXT COLLATE "C" NOT NULL,
    shard INTEGER NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, resource_type, shard)
) WITH (fillfactor = 50);
INSERT INTO resource_counts SELECT tenant_id, resource_type, 0, count(*) FROM resources GROUP BY tenant_id, resource_type;

CREATE FUNCTION count_resources() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO resource_counts AS c (tenant_id, resource_type, shard, count)
    SELECT r.tenant_id, r.resource_type, pg_backend_pid() % 64, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END
    FROM changed_rows r GROUP BY r.tenant_id, r.resource_type ORDER BY r.tenant_id, r.resource_type
    ON CONFLICT (tenant_id, resource_type, shard) DO UPDATE SET count = c.count + EXCLUDED.count;
    RETURN NULL;
END
$$;
CREATE TRIGGER resources_come AFTER INSERT ON resources
REFERENCING NEW TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION count_resources();
CREATE TRIGGER resources_go AFTER DELETE ON resources
REFERENCING OLD TABLE AS changed_rows FOR EACH STATEMENT EXECUTE FUNCTION count_resources();

-- For applications: docs/application.md tells each column and its index.
CREATE VIEW scim_users AS
SELECT t.slug AS tenant, r.id, r.user_name, r.external_id,
       r.shown_name AS display_name,
       r.document #>> '{name,givenName}' AS given_name, r.document #>> '{name,familyName}' AS family_name,
       r.email,
       -- A user whose `active` has no value is not deactivated. The view shows NULL there, as SCIM shows no value.
       r.active AS active, r.version,
       to_timestamp(r.created_ms / 1000.0) AS created, to_timestamp(r.last_modified_ms / 1000.0) AS last_modified,
       r.document::jsonb AS document,
       r.unique_key AS user_name_key,
       r.document ->> 'title' AS title, r.document ->> 'userType' AS user_type,
       r.document ->> 'preferredLanguage' AS preferred_language,
       r.document ->> 'locale' AS locale, r.document ->> 'timezone' AS timezone,
       coalesce(jsonb_path_query_first(r.document::jsonb, '$.phoneNumbers[*] ? (@.primary == true)') ->> 'value',
                jsonb_path_query_first(r.document::jsonb, '$.phoneNumbers[*] ? (exists(@.value))') ->> 'value') AS phone,
       r.document #>> '{urn:ietf:params:scim:schemas:extension:enterprise:2.0:User,employeeNumber}' AS employee_number,
       r.document #>> '{urn:ietf:params:scim:schemas:extension:enterprise:2.0:User,costCenter}' AS cost_center,
       r.document #>> '{urn:ietf:params:scim:schemas:extension:enterprise:2.0:User,organization}' AS organization,
       r.document #>> '{urn:ietf:params:scim:schemas:extension:enterprise:2.0:User,division}' AS division,
       r.document #>> '{urn:ietf:params:scim:schemas:extension:enterprise:2.0:User,department}' AS department,
       r.document #>> '{urn:ietf:params:scim:schemas:extension:enterprise:2.0:User,manager,value}' AS manager_id
FROM resources r JOIN tenants t ON t.id = r.tenant_id
WHERE r.resource_type = 'User';

CREATE VIEW scim_groups AS
SELECT t.slug AS tenant, r.id, r.shown_name AS display_name, r.external_id, r.version,
       to_timestamp(r.created_ms / 1000.0) AS created, to_timestamp(r.last_modified_ms / 1000.0) AS last_modified,
       r.document::jsonb AS document
FROM resources r JOIN tenants t ON t.id = r.tenant_id
WHERE r.resource_type = 'Group';

-- The same pairs, walked from the member: quick for a `member_id`.
CREATE VIEW scim_effective_groups AS
SELECT t.slug AS tenant, m.id AS member_id, m.resource_type AS member_type, g.id AS group_id, g.display_name, w.direct
FROM resources m
JOIN tenants t ON t.id = m.tenant_id
CROSS JOIN LATERAL (
    WITH RECURSIVE up(key, direct) AS (
        SELECT e.group_key, TRUE FROM memberships e WHERE e.tenant_id = m.tenant_id AND e.member_key = m.key
        UNION
        SELECT e.group_key, FALSE FROM up CROSS JOIN LATERAL (
            SELECT group_key FROM memberships WHERE tenant_id = m.tenant_id AND member_key = up.key OFFSET 0
        ) e
    )
    SELECT key, bool_or(direct) AS direct FROM up GROUP BY key
) w
CROSS JOIN LATERAL (
    SELECT g.id, g.shown_name AS display_name
    FROM resources g WHERE g.tenant_id = m.tenant_id AND g.key = w.key OFFSET 0
) g
WHERE m.resource_type IN ('User', 'Group');

-- No index serves IS NOT DISTINCT FROM. Without statistics, PostgreSQL might read all users of the tenant otherwise.
CREATE VIEW scim_user_emails AS
SELECT t.slug AS tenant, r.id AS user_id, i.item ->> 'value' AS email, i.item ->> 'type' AS type,
       coalesce(i.item ->> 'primary' = 'true', FALSE) AS is_primary,
       v.value AS email_key
FROM resources r
JOIN tenants t ON t.id = r.tenant_id
CROSS JOIN LATERAL jsonb_path_query(r.document::jsonb, '$.emails[*]') WITH ORDINALITY AS i(item, place)
LEFT JOIN indexed_values v ON v.tenant_id = r.tenant_id AND v.resource_type = 'User' AND v.attribute = 'emails.value'
      AND v.resource_key = r.key AND v.value = r.comparable -> 'emails' -> (i.place - 1)::int ->> 'value'
WHERE r.resource_type IS NOT DISTINCT FROM 'User' AND i.item ? 'value';

CREATE VIEW scim_user_phones AS
SELECT t.slug AS tenant, r.id AS user_id, i.item ->> 'value' AS phone, i.item ->> 'type' AS type,
       coalesce(i.item ->> 'primary' = 'true', FALSE) AS is_primary
FROM resources r
JOIN tenants t ON t.id = r.tenant_id
CROSS JOIN LATERAL jsonb_path_query(r.document::jsonb, '$.phoneNumbers[*]') AS i(item)
WHERE r.resource_type = 'User' AND i.item ? 'value';

CREATE VIEW scim_user_roles AS
SELECT t.slug AS tenant, r.id AS user_id, i.item ->> 'value' AS role, i.item ->> 'display' AS display, i.item ->> 'type' AS type,
       coalesce(i.item ->> 'primary' = 'true', FALSE) AS is_primary
FROM resources r
JOIN tenants t ON t.id = r.tenant_id
CROSS JOIN LATERAL jsonb_path_query(r.document::jsonb, '$.roles[*]') AS i(item)
WHERE r.resource_type = 'User' AND i.item ? 'value';

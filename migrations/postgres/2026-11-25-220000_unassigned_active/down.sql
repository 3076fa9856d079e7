CREATE OR REPLACE VIEW scim_users AS
SELECT t.slug AS tenant, r.id, r.document ->> 'userName' AS user_name, r.external_id,
       r.document ->> 'displayName' AS display_name,
       r.document #>> '{name,givenName}' AS given_name, r.document #>> '{name,familyName}' AS family_name,
       coalesce(jsonb_path_query_first(r.document, '$.emails[*] ? (@.primary == true)') ->> 'value',
                r.document #>> '{emails,0,value}') AS email,
       coalesce(r.active, FALSE) AS active, r.version,
       to_timestamp(r.created_ms / 1000.0) AS created, to_timestamp(r.last_modified_ms / 1000.0) AS last_modified,
       r.document
FROM resources r JOIN tenants t ON t.id = r.tenant_id
WHERE r.resource_type = 'User';

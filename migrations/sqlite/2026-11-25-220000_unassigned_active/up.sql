-- A user whose `active` has no value is not one who was deactivated: the view shows nothing there, as SCIM does.
DROP VIEW scim_users;
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

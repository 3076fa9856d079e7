//! The version before as its statements, for migrations that this program knows: what an instance of the baseline asks and writes.
//! They name columns as that version does, so they also find a migration that takes away what it needs.

use diesel::PgConnection;
use diesel::connection::SimpleConnection as _;

use super::database::{Database, execute};

/// The credential and its tenant.
const CREDENTIAL: &str = "SELECT t.id, t.slug, t.settings, t.revision, t.cursor_secret, c.secret_hash, c.scopes, c.expires_ms, \
     c.revoked_ms, c.resource_id FROM credentials c JOIN tenants t ON t.id = c.tenant_id WHERE c.key_id = 'old'";

/// A tenant and a credential.
pub(crate) fn settle(database: &Database) {
    let rows = "INSERT INTO tenants (slug, name, created_ms) VALUES ('old', 'old', 0);
                INSERT INTO credentials (tenant_id, key_id, kind, label, secret_hash, scopes, created_ms)
                SELECT id, 'old', 'token', 'old', 'x', 'write', 0 FROM tenants";
    execute(&mut database.connect(), rows);
}

/// A connection with the settings of an instance.
pub(crate) fn connection(database: &Database) -> PgConnection {
    let mut connection = database.connect();
    let settings = "SET lock_timeout = 5000; SET statement_timeout = 30000; SET jit = off";
    execute(&mut connection, settings);
    connection
}

/// A POST, a GET, a look-up and a PATCH of one user.
pub(crate) fn provision(connection: &mut PgConnection, name: &str) -> Result<(), String> {
    let document = format!(r#"{{"userName":"{name}"}}"#);
    let find = format!(
        "SELECT key, version, document::text, comparable FROM resources WHERE id = '{name}'"
    );
    let post = format!(
        "BEGIN; {CREDENTIAL} FOR KEY SHARE OF t; \
         INSERT INTO resources (tenant_id, id, resource_type, unique_key, user_name, shown_name, display_name, active, version, \
           created_ms, last_modified_ms, document, comparable) \
         SELECT id, '{name}', 'User', '{name}', '{name}', '{name}', '{name}', TRUE, 1, 0, 0, '{document}', '{document}' FROM tenants; \
         INSERT INTO indexed_values (tenant_id, resource_type, attribute, value, resource_key) \
         SELECT tenant_id, 'User', 'emails.value', '{name}', key FROM resources WHERE id = '{name}'; {}; COMMIT",
        recorded(name, "create", 1)
    );
    let get = format!(
        "{CREDENTIAL}; {find}; SELECT count(*) FROM memberships m JOIN resources r ON r.key = m.member_key WHERE r.id = '{name}'"
    );
    let look_up = format!(
        "SELECT id FROM resources WHERE unique_key = '{name}' AND tenant_id + 0 > 0; SELECT sum(count) FROM resource_counts"
    );
    // The other way round than the credential: the resource comes first, then the tenant.
    let patch = format!(
        "BEGIN; {find} FOR UPDATE; \
         UPDATE resources SET version = 2, last_modified_ms = 1, document = '{document}' WHERE id = '{name}'; {}; COMMIT",
        recorded(name, "patch", 2)
    );
    for request in [post, get, look_up, patch] {
        if let Err(error) = connection.batch_execute(&request) {
            // The transaction may be open still.
            let _ = connection.batch_execute("ROLLBACK");
            return Err(format!("{request}: {error}"));
        }
    }
    Ok(())
}

fn recorded(name: &str, operation: &str, version: u32) -> String {
    format!(
        "INSERT INTO changes (tenant_id, position, at_ms, operation, resource_type, resource_id, version, attributes, actor, request_id) \
         SELECT id, ((pg_current_xact_id()::text::bigint + changes_shift) << 20) + 1, 0, '{operation}', 'User', '{name}', {version}, \
         '[]', 'credential:old', 'x' FROM tenants FOR KEY SHARE"
    )
}

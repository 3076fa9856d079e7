//! What the server asks and writes beside its requests.

use scimd::store::{
    Credential, DbConnection, Dialect, NewCredential, Sql, Tenant, TenantId, is_current,
};

use crate::world::Database;

const MINUTE_MS: i64 = 60_000;

#[track_caller]
fn run(connection: &mut DbConnection, statement: &str) {
    Sql::new(statement)
        .execute(connection)
        .expect("the statement runs");
}

#[track_caller]
fn last_used_ms(connection: &mut DbConnection, tenant: TenantId) -> Option<i64> {
    let all = Credential::all(connection, tenant).expect("the credentials are read");
    all.first().expect("one credential").last_used_ms
}

store_test! {
    fn readiness_is_known_without_the_right_to_write(backend) {
        let database = Database::create(backend);
        let mut connection = database.connect();
        let read_only = match connection.dialect() {
            Dialect::Postgres => "SET default_transaction_read_only = on",
            Dialect::Sqlite => "PRAGMA query_only = on",
        };
        run(&mut connection, read_only);
        assert!(is_current(&mut connection).is_ok_and(|current| current));

        let mut owner = database.connect();
        let older = "SELECT version FROM __diesel_schema_migrations ORDER BY version DESC LIMIT 1";
        let older = format!("DELETE FROM __diesel_schema_migrations WHERE version <> ({older})");
        run(&mut owner, &older);
        run(&mut owner, "UPDATE __diesel_schema_migrations SET version = '99991231000000'");
        assert!(is_current(&mut connection).is_ok_and(|current| current), "of a later version");
        run(&mut owner, "DELETE FROM __diesel_schema_migrations");
        assert!(is_current(&mut connection).is_ok_and(|current| !current), "none ran");
        run(&mut owner, "DROP TABLE __diesel_schema_migrations");
        assert!(is_current(&mut connection).is_ok_and(|current| !current), "none ever ran");
    }

    fn a_use_is_remembered_to_the_minute(backend) {
        let database = Database::create(backend);
        let mut connection = database.connect();
        let tenant = Tenant::create(&mut connection, "default", "Default", 0).expect("a tenant").id;
        let credential = NewCredential {
            key_id: "key", label: "", secret_hash: "hash", scope: "read", now_ms: 0, expires_ms: None,
            resource_id: None,
        };
        Credential::create(&mut connection, tenant, &credential).expect("a credential");
        for (now_ms, remembered_ms) in [
            (1_000, 1_000),
            (1_001, 1_000),
            (1_000 + MINUTE_MS, 1_000),
            (1_001 + MINUTE_MS, 1_001 + MINUTE_MS),
            // A clock behind the others' takes nothing back.
            (2_000, 1_001 + MINUTE_MS),
        ] {
            Credential::used(&mut connection, tenant, "key", now_ms, MINUTE_MS).expect("a use");
            assert_eq!(last_used_ms(&mut connection, tenant), Some(remembered_ms), "at {now_ms}");
        }
    }
}

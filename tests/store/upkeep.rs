//! What the server asks and writes beside its requests.

use scimd::store::{Dialect, NewCredential, Result, Session, Sql, Store, TenantId};

use crate::world::{Database, tenant};

const MINUTE_MS: i64 = 60_000;

#[track_caller]
fn run(store: &Store, statement: &str) {
    let done = store.upkeep(|tenants| tenants.execute(Sql::new(statement)));
    done.expect("the statement runs");
}

fn is_current(store: &Store) -> Result<bool> {
    store.upkeep(|tenants| tenants.are_current())
}

/// Work in a session of the tenant.
#[track_caller]
fn with<T>(store: &Store, tenant: TenantId, work: impl FnOnce(&mut Session<'_>) -> Result<T>) -> T {
    let done = store.over_tenants_blocking(|tenants| work(&mut tenants.session(tenant)));
    done.expect("the work is done")
}

#[track_caller]
fn last_used_ms(store: &Store, tenant: TenantId) -> Option<i64> {
    let all = with(store, tenant, |session| session.credentials());
    all.first().expect("one credential").last_used_ms
}

store_test! {
    fn readiness_is_known_without_the_right_to_write(backend) {
        let database = Database::create(backend);
        let store = database.connect();
        let dialect = store.upkeep(|tenants| Ok(tenants.dialect())).expect("the database answers");
        let read_only = match dialect {
            Dialect::Postgres => "SET default_transaction_read_only = on",
            Dialect::Sqlite => "PRAGMA query_only = on",
        };
        run(&store, read_only);
        assert!(is_current(&store).is_ok_and(|current| current));

        let owner = database.connect();
        let older = "SELECT version FROM __diesel_schema_migrations ORDER BY version DESC LIMIT 1";
        let older = format!("DELETE FROM __diesel_schema_migrations WHERE version <> ({older})");
        run(&owner, &older);
        run(&owner, "UPDATE __diesel_schema_migrations SET version = '99991231000000'");
        assert!(is_current(&store).is_ok_and(|current| current), "of a later version");
        run(&owner, "DELETE FROM __diesel_schema_migrations");
        assert!(is_current(&store).is_ok_and(|current| !current), "none ran");
        run(&owner, "DROP TABLE __diesel_schema_migrations");
        assert!(is_current(&store).is_ok_and(|current| !current), "none ever ran");
    }

    fn a_use_is_remembered_to_the_minute(backend) {
        let database = Database::create(backend);
        let store = database.connect();
        let tenant = tenant(&store, "default");
        let credential = NewCredential {
            key_id: "key", label: "", secret_hash: "hash", scopes: "read", now_ms: 0, expires_ms: None,
            resource_id: None,
        };
        with(&store, tenant, |session| session.create_credential(&credential));
        for (now_ms, remembered_ms) in [
            (1_000, 1_000),
            (1_001, 1_000),
            (1_000 + MINUTE_MS, 1_000),
            (1_001 + MINUTE_MS, 1_001 + MINUTE_MS),
            // A clock behind the others' takes nothing back.
            (2_000, 1_001 + MINUTE_MS),
        ] {
            with(&store, tenant, |session| session.use_credential("key", now_ms, MINUTE_MS));
            assert_eq!(last_used_ms(&store, tenant), Some(remembered_ms), "at {now_ms}");
        }
    }
}

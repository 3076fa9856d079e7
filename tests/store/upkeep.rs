//! What the server asks and writes beside its requests.

use scimd::store::{
    CredentialKind, Dialect, NewCredential, Result, Session, Sql, Standing, Store, TenantId,
};

use crate::world::{Backend, Database, tenant};

const MINUTE_MS: i64 = 60_000;

#[track_caller]
fn run(store: &Store, statement: &str) {
    let done = store.upkeep(|tenants| tenants.execute(Sql::new(statement)));
    done.expect("the statement runs");
}

fn standing(store: &Store) -> Result<Standing> {
    store.upkeep(|tenants| tenants.standing())
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
        let (read_only, shown) = match dialect {
            Dialect::Postgres => (
                "SET default_transaction_read_only = on",
                "SELECT current_setting('default_transaction_read_only')",
            ),
            Dialect::Sqlite => (
                "PRAGMA query_only = on",
                "SELECT CASE query_only WHEN 1 THEN 'on' ELSE 'off' END FROM pragma_query_only",
            ),
        };
        run(&store, read_only);
        assert!(standing(&store).is_ok_and(|standing| standing == Standing::Current));
        // A refused write would have brought a new connection, which may write.
        let shown = store.upkeep(|tenants| tenants.texts(Sql::new(shown)));
        assert_eq!(shown.expect("the setting is shown"), ["on"]);

        let owner = database.connect();
        let older = "SELECT version FROM __diesel_schema_migrations ORDER BY version DESC LIMIT 1";
        let older = format!("DELETE FROM __diesel_schema_migrations WHERE version <> ({older})");
        run(&owner, &older);
        run(&owner, "UPDATE __diesel_schema_migrations SET version = '99991231000000'");
        assert!(standing(&store).is_ok_and(|standing| standing == Standing::Ahead), "of a later version");
        run(&owner, "DELETE FROM __diesel_schema_migrations");
        assert!(standing(&store).is_ok_and(|standing| standing == Standing::Behind), "none ran");
        run(&owner, "DROP TABLE __diesel_schema_migrations");
        assert!(standing(&store).is_ok_and(|standing| standing == Standing::Behind), "none ever ran");
    }

    fn old_walks_are_forgotten_in_pieces(backend) {
        let database = Database::create(backend);
        let store = database.connect();
        let (pruned, other) = (tenant(&store, "default"), tenant(&store, "other"));
        for tenant in [pruned, other] {
            let new = NewCredential {
                key_id: "k", label: "", secret_hash: "x", scopes: "read", now_ms: 0, expires_ms: None, resource_id: None, networks: None, lasts_ms: 0, kind: CredentialKind::Token,
            };
            with(&store, tenant, |session| session.create_credential(&new));
        }
        for (tenant, lane, at_ms) in [(pruned, 0, 1), (pruned, 1, 1), (pruned, 2, 2), (other, 0, 1)] {
            run(&store, &format!(
                "INSERT INTO walks (tenant_id, key_id, slot, lane, query, start_index, next_index, total, first, last, at_ms)
                 WITH RECURSIVE slots(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM slots WHERE n < 700)
                 SELECT {}, 'k', n, {lane}, '', 1, 2, 1, '', '', {at_ms} FROM slots", tenant.0
            ));
        }
        let left = || store.upkeep(|tenants| tenants.texts(Sql::new("SELECT CAST(count(*) AS TEXT) FROM walks"))).expect("a number");
        for (more, rows) in [(true, "1800"), (false, "1400"), (false, "1400")] {
            assert_eq!(with(&store, pruned, |session| session.prune_walks(2)), more);
            assert_eq!(left(), [rows]);
        }
    }

    fn pruning_goes_on_after_rows_of_a_wrong_clock(backend) {
        let database = Database::create(backend);
        let store = database.connect();
        let (pruned, other) = (tenant(&store, "default"), tenant(&store, "other"));
        let place = |first: i32| match backend {
            Backend::Sqlite => "NULL".to_owned(),
            Backend::Postgres => format!("{first} + n"),
        };
        // By position: rows from the future, old rows, young rows; then old rows behind the end of the search.
        let mut first = 0;
        for (tenant, count, at_ms) in [
            (pruned, 1_500, 9_000), (other, 1_500, 1_000), (pruned, 2_500, 1_000), (pruned, 1_500, 3_000), (pruned, 1_500, 1_000),
        ] {
            run(&store, &format!(
                "WITH RECURSIVE series (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < {count})
                 INSERT INTO changes (tenant_id, position, at_ms, operation, resource_type, resource_id, version, attributes, actor, request_id)
                 SELECT {}, {}, {at_ms}, 'create', 'User', 'x', 1, '[]', 'credential:k', 'r' FROM series",
                tenant.0, place(first),
            ));
            first += count;
        }
        let (mut after, mut pieces) = (Some(0), 0);
        while let Some(position) = after {
            after = with(&store, pruned, |session| session.prune_changes(position, 2_000, 4_000));
            pieces += 1;
        }
        // 5,000 rows: the fifth piece is the first whose last row is young.
        assert_eq!(pieces, 5);
        let left = "SELECT tenant_id || ' ' || at_ms || ' ' || count(*) AS text FROM changes GROUP BY tenant_id, at_ms ORDER BY tenant_id, at_ms";
        let left = store.upkeep(|tenants| tenants.texts(Sql::new(left))).expect("the rows are counted");
        let expected = [(pruned, 1_000, 1_500), (pruned, 3_000, 1_500), (pruned, 9_000, 1_500), (other, 1_000, 1_500)];
        assert_eq!(left, expected.map(|(tenant, at_ms, count)| format!("{} {at_ms} {count}", tenant.0)));
    }

    fn a_use_is_remembered_to_the_minute(backend) {
        let database = Database::create(backend);
        let store = database.connect();
        let tenant = tenant(&store, "default");
        let credential = NewCredential {
            key_id: "key", label: "", secret_hash: "hash", scopes: "read", now_ms: 0, expires_ms: None,
            resource_id: None, networks: None, lasts_ms: 0, kind: CredentialKind::Token,
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

//! Migrations that must not be written, and some that may.

use super::Source;
use super::migrations::migrations;
use super::sql::statements;

const LATER: &str = "2099-01-01-000000_step";

fn found(side: &str, name: &str, up: &str, outside: bool) -> Vec<String> {
    let file = |file: &str, text: &str| {
        Source::new(format!("migrations/{side}/{name}/{file}"), text.to_owned())
    };
    let mut sources = vec![
        file("up.sql", up),
        file("down.sql", "LOCK TABLE resources;"),
    ];
    if outside {
        sources.push(file("metadata.toml", "run_in_transaction = false\n"));
    }
    migrations(&sources)
}

#[test]
fn statements_are_told_apart() {
    let text = "-- a; b\nSELECT 'x;--y' ; /* c; */ DO $$ BEGIN; END $$;\n\nselect  1";
    let expected = [(2, "SELECT ''"), (2, "DO ''"), (4, "SELECT 1")];
    let expected = expected.map(|(line, text)| (line, text.to_owned()));
    assert_eq!(statements(text), expected);
}

#[test]
fn what_keeps_requests_waiting_is_found() {
    for up in [
        "CREATE INDEX a ON resources (id)",
        "CREATE UNIQUE INDEX a ON resources (id)",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS step ON resources (id)",
        "DROP INDEX resources_id",
        "ALTER TABLE resources ADD COLUMN a TEXT NOT NULL",
        "alter table resources\n  alter column document type jsonb",
        "ALTER TABLE resources ALTER COLUMN email SET NOT NULL",
        "ALTER TABLE resources RENAME COLUMN email TO mail",
        "ALTER TABLE resources DROP COLUMN email",
        "ALTER TABLE resources ADD COLUMN a UUID DEFAULT gen_random_uuid()",
        "ALTER TABLE resources ADD COLUMN a TEXT GENERATED ALWAYS AS (id) STORED",
        "ALTER TABLE resources ADD COLUMN a INTEGER REFERENCES tenants (id)",
        "ALTER TABLE resources ADD CONSTRAINT a CHECK (version > 0)",
        "ALTER TABLE resources ADD UNIQUE (email)",
        "LOCK TABLE resources",
        "TRUNCATE walks",
        "UPDATE resources SET email = ''",
        "DELETE FROM walks",
        "INSERT INTO resource_counts SELECT 1, id, 0, 1 FROM resources",
        "DROP TABLE walks",
        "DROP VIEW scim_users",
        "REINDEX TABLE resources",
        "ALTER TABLE resources ADD COLUMN a TEXT; ALTER TABLE tenants ADD COLUMN a TEXT",
        "CREATE TABLE a (t INTEGER REFERENCES tenants (id)); ALTER TABLE resources ADD COLUMN a TEXT",
    ] {
        let findings = found("postgres", LATER, &format!("{up};\n"), false);
        assert_eq!(findings.len(), 1, "{up}: {findings:?}");
    }
}

#[test]
fn outside_of_a_transaction_is_one_statement_that_nobody_waits_for() {
    for up in [
        "CREATE INDEX step ON resources (id)",
        "CREATE INDEX CONCURRENTLY step ON resources (id)",
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS other ON resources (id)",
        "ALTER TABLE resources ADD COLUMN a TEXT",
        "DO $$ BEGIN END $$; DO $$ BEGIN END $$",
        "",
    ] {
        assert_eq!(found("postgres", LATER, up, true).len(), 1, "{up}");
    }
}

#[test]
fn what_expands_may_be_written() {
    for up in [
        "ALTER TABLE resources ADD COLUMN a TEXT",
        "ALTER TABLE resources ADD COLUMN a TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE resources ADD CONSTRAINT a CHECK (version > 0) NOT VALID",
        "ALTER TABLE resources VALIDATE CONSTRAINT a",
        "CREATE TABLE a (b TEXT); CREATE INDEX c ON a (b); INSERT INTO a SELECT 'x' FROM tenants",
        "CREATE TABLE a (t INTEGER REFERENCES tenants (id))",
        "CREATE OR REPLACE VIEW scim_users AS SELECT 1",
        "-- contract: nobody reads it since 1.2\nALTER TABLE resources DROP COLUMN email",
        "-- Nothing to do.",
    ] {
        let findings = found("postgres", LATER, up, false);
        assert_eq!(findings, Vec::<String>::new(), "{up}");
    }
    for up in [
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS step ON resources (id)",
        "DROP INDEX CONCURRENTLY IF EXISTS resources_in_order",
        "DO $$ BEGIN LOOP COMMIT; END LOOP; END $$",
    ] {
        assert_eq!(
            found("postgres", LATER, up, true),
            Vec::<String>::new(),
            "{up}"
        );
    }
    let before = found("postgres", "2026-11-29-000000_core", "LOCK TABLE x", false);
    assert_eq!(before, Vec::<String>::new());
}

#[test]
fn sqlite_has_rules_of_its_own() {
    for (up, outside) in [
        ("PRAGMA foreign_keys = OFF", false),
        ("VACUUM", false),
        ("DROP TABLE walks", false),
        ("SELECT 1", true),
    ] {
        assert_eq!(found("sqlite", LATER, up, outside).len(), 1, "{up}");
    }
    for up in [
        "CREATE INDEX a ON resources (id)",
        "-- contract: read by nobody\nDROP TABLE walks",
    ] {
        assert_eq!(
            found("sqlite", LATER, up, false),
            Vec::<String>::new(),
            "{up}"
        );
    }
}

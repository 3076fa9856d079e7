//! What a migration may do while the version before it serves: docs/migrations.md says why.

use std::collections::BTreeSet;

use super::Source;
use super::sql::statements;

/// The last migration before the first release. It and those before it are not held to these rules: every instance is stopped.
const BASELINE: &str = "2026-11-30-000000_documents_as_text";
/// A comment that opens a migration which takes away what the version before does not use any more.
const CONTRACTS: &str = "-- contract:";

/// A statement, and what is wrong with it.
struct Ban {
    words: &'static str,
    reason: &'static str,
}

const fn ban(words: &'static str, reason: &'static str) -> Ban {
    Ban { words, reason }
}

/// At the beginning of a statement, on PostgreSQL.
const STATEMENTS: &[Ban] = &[
    ban("LOCK", "a lock that is held keeps every request waiting"),
    ban("TRUNCATE", "it locks the table against every request"),
    ban("CLUSTER", "it writes the table anew under a lock"),
    ban("VACUUM", "it cannot run in a migration"),
    ban(
        "REINDEX",
        "make another index concurrently, and drop the old one",
    ),
    ban(
        "UPDATE",
        "rows stay locked until the end: fill in batches, outside of a transaction",
    ),
    ban(
        "DELETE",
        "rows stay locked until the end: delete in batches, outside of a transaction",
    ),
    ban(
        "DROP INDEX",
        "outside of a transaction: DROP INDEX CONCURRENTLY IF EXISTS",
    ),
    ban("BEGIN", "the runner opens the transaction"),
    ban("COMMIT", "the runner ends the transaction"),
];

/// Inside of `ALTER TABLE`.
const ALTERATIONS: &[Ban] = &[
    ban(
        " TYPE ",
        "another type writes the table anew: add a column, fill it, read it, drop the old one later",
    ),
    ban(
        " SET NOT NULL",
        "it reads the whole table under a lock: add a CHECK as NOT VALID, and validate it later",
    ),
    ban(
        " RENAME ",
        "the version before knows the old name: add, copy, and drop two versions later",
    ),
    ban(
        " UNIQUE",
        "it builds an index under a lock: build it concurrently",
    ),
    ban(
        " PRIMARY KEY",
        "it builds an index under a lock: build it concurrently",
    ),
    ban(" STORED", "it writes the table anew under a lock"),
    ban(" IDENTITY", "it writes the table anew under a lock"),
    ban("SERIAL", "it writes the table anew under a lock"),
    ban(
        "GEN_RANDOM_UUID",
        "a default that differs for each row writes the table anew",
    ),
    ban(
        "RANDOM(",
        "a default that differs for each row writes the table anew",
    ),
    ban(
        "CLOCK_TIMESTAMP",
        "a default that differs for each row writes the table anew",
    ),
    ban(
        "NEXTVAL",
        "a default that differs for each row writes the table anew",
    ),
    ban(" SET TABLESPACE", "it writes the table anew under a lock"),
    ban(" SET LOGGED", "it writes the table anew under a lock"),
    ban(" SET UNLOGGED", "it writes the table anew under a lock"),
];

/// What takes something away.
const REMOVALS: &[&str] = &["DROP TABLE", "DROP VIEW", "DROP FUNCTION", "DROP TRIGGER"];

/// What may run outside of a transaction: statements that no request waits for.
const OUTSIDE: &[&str] = &[
    "CREATE INDEX CONCURRENTLY IF NOT EXISTS ",
    "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS ",
    "DROP INDEX CONCURRENTLY IF EXISTS ",
    "DO ",
];

/// At the beginning of a statement, on SQLite.
const ON_SQLITE: &[Ban] = &[
    ban("PRAGMA", "the runner sets what migrations need"),
    ban("VACUUM", "it writes the file anew while nobody can write"),
    ban("REINDEX", "it reads the file while nobody can write"),
    ban("BEGIN", "the runner opens the transaction"),
    ban("COMMIT", "the runner ends the transaction"),
];

/// A migration, as far as it is newer than the baseline.
struct Migration<'s> {
    up: &'s Source,
    name: &'s str,
    in_transaction: bool,
}

/// Migrations newer than the baseline keep the version before serving.
pub(crate) fn migrations(sources: &[Source]) -> Vec<String> {
    let on_postgres = newer(sources, "migrations/postgres/");
    let on_sqlite = newer(sources, "migrations/sqlite/");
    let mut findings: Vec<_> = on_postgres.iter().flat_map(postgres).collect();
    findings.extend(on_sqlite.iter().flat_map(sqlite));
    findings
}

fn newer<'s>(sources: &'s [Source], side: &str) -> Vec<Migration<'s>> {
    let ups = sources.iter().filter_map(|up| {
        let name = up.path.strip_prefix(side)?.strip_suffix("/up.sql")?;
        let metadata = format!("{side}{name}/metadata.toml");
        let outside = |source: &Source| {
            source.path == metadata && source.text.contains("run_in_transaction = false")
        };
        let in_transaction = !sources.iter().any(outside);
        Some(Migration {
            up,
            name,
            in_transaction,
        })
    });
    ups.filter(|migration| migration.name > BASELINE).collect()
}

fn postgres(migration: &Migration<'_>) -> Vec<String> {
    let statements = statements(&migration.up.text);
    if !migration.in_transaction {
        return outside(migration, &statements);
    }
    let new: BTreeSet<&str> = statements
        .iter()
        .filter_map(|(_, text)| after(text, "CREATE TABLE "))
        .collect();
    let mut findings = Vec::new();
    let mut locks = 0;
    for (line, text) in &statements {
        let reasons = inside(text, &new, contracts(migration));
        findings.extend(
            reasons
                .iter()
                .map(|reason| migration.up.finding(*line, reason)),
        );
        locks += usize::from(locks_others(text, &new));
        if locks > 1 {
            let reason = "a second lock in one transaction: requests wait for the first one while it waits; make it a migration of its own";
            findings.push(migration.up.finding(*line, reason));
        }
    }
    findings
}

fn outside(migration: &Migration<'_>, statements: &[(usize, String)]) -> Vec<String> {
    let [(line, only)] = statements else {
        let reason = "a migration outside of a transaction is one statement: PostgreSQL would put several into a transaction";
        return vec![migration.up.finding(1, reason)];
    };
    if !OUTSIDE.iter().any(|begin| only.starts_with(begin)) {
        let reason = format!(
            "outside of a transaction only these run: {}",
            OUTSIDE.join(", ")
        );
        return vec![migration.up.finding(*line, reason)];
    }
    let (_, own) = migration.name.split_once('_').unwrap_or_default();
    let index = only
        .split_once("IF NOT EXISTS ")
        .and_then(|(_, rest)| rest.split(' ').next());
    match index {
        Some(index) if !index.eq_ignore_ascii_case(own) => {
            let reason = format!(
                "the migration has the name of its index, so that a broken one is found: {index}"
            );
            vec![migration.up.finding(*line, reason)]
        }
        _ => Vec::new(),
    }
}

fn contracts(migration: &Migration<'_>) -> bool {
    migration.up.text.starts_with(CONTRACTS)
}

/// What is wrong with a statement that runs in a transaction.
fn inside(text: &str, new: &BTreeSet<&str>, contracts: bool) -> Vec<&'static str> {
    let begun = STATEMENTS.iter().filter(|ban| begins(text, ban.words));
    let mut reasons: Vec<&str> = begun.map(|ban| ban.reason).collect();
    if is_index(text) && index_table(text).is_none_or(|table| !new.contains(table)) {
        reasons.push("on a table that exists: CREATE INDEX CONCURRENTLY, outside of a transaction");
    }
    let removes = REMOVALS.iter().any(|words| begins(text, words));
    let altered = after(text, "ALTER TABLE ").filter(|table| !new.contains(table));
    if !contracts && (removes || altered.is_some() && text.contains(" DROP COLUMN")) {
        reasons.push(
            "the version before may use it: begin with `-- contract:` and since when nobody does",
        );
    }
    if altered.is_some() {
        reasons.extend(alteration(text));
    }
    if begins(text, "INSERT INTO") && text.contains(" SELECT ") && !filled(text, new) {
        reasons.push("fill in batches, outside of a transaction");
    }
    reasons
}

fn alteration(text: &str) -> Vec<&'static str> {
    let banned = ALTERATIONS.iter().filter(|ban| text.contains(ban.words));
    let mut reasons: Vec<&str> = banned.map(|ban| ban.reason).collect();
    let adds = text.contains(" ADD COLUMN") || text.contains(" ADD ");
    if adds && text.contains(" NOT NULL") && !text.contains(" DEFAULT ") {
        reasons.push("the version before does not fill it: NULL, or a DEFAULT");
    }
    let constrains = [
        "ADD CONSTRAINT",
        " CHECK",
        " REFERENCES ",
        "ADD FOREIGN KEY",
    ];
    let constrains = constrains.iter().any(|words| text.contains(words));
    if constrains && !text.contains(" NOT VALID") {
        reasons.push("it reads the whole table under a lock: add it as NOT VALID, and validate it in a migration of its own");
    }
    reasons
}

/// Whether the statement takes a lock on a table that requests use.
fn locks_others(text: &str, new: &BTreeSet<&str>) -> bool {
    let alters = after(text, "ALTER TABLE ").is_some_and(|table| !new.contains(table));
    let triggers = begins(text, "CREATE TRIGGER");
    let refers = begins(text, "CREATE TABLE") && text.contains(" REFERENCES ");
    alters || triggers || refers || REMOVALS.iter().any(|words| begins(text, words))
}

fn is_index(text: &str) -> bool {
    begins(text, "CREATE INDEX") || begins(text, "CREATE UNIQUE INDEX")
}

fn index_table(text: &str) -> Option<&str> {
    let (_, behind) = text.split_once(" ON ")?;
    behind.split([' ', '(']).next()
}

/// Whether it fills a table that this migration has made.
fn filled(text: &str, new: &BTreeSet<&str>) -> bool {
    after(text, "INSERT INTO ").is_some_and(|table| new.contains(table))
}

/// The name behind these words, when they begin the statement.
fn after<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(words)?;
    let rest = ["IF NOT EXISTS ", "IF EXISTS ", "ONLY "]
        .iter()
        .fold(rest, |rest, words| rest.strip_prefix(words).unwrap_or(rest));
    rest.split([' ', '(']).next()
}

fn begins(text: &str, words: &str) -> bool {
    text.strip_prefix(words)
        .is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_'))
}

fn sqlite(migration: &Migration<'_>) -> Vec<String> {
    let mut findings = Vec::new();
    if !migration.in_transaction {
        let reason =
            "on SQLite a migration is one transaction: an older process must not see half of it";
        findings.push(migration.up.finding(1, reason));
    }
    for (line, text) in statements(&migration.up.text) {
        let banned = ON_SQLITE.iter().filter(|ban| begins(&text, ban.words));
        findings.extend(banned.map(|ban| migration.up.finding(line, ban.reason)));
        let removes = REMOVALS.iter().any(|words| begins(&text, words));
        if removes && !contracts(migration) {
            let reason = "the version before may use it: begin with `-- contract:` and since when nobody does";
            findings.push(migration.up.finding(line, reason));
        }
    }
    findings
}

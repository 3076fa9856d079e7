//! Many users in little time: the server writes one over HTTP, and the database multiplies it.
//!
//! The copies are rows as the server writes them. Each text of the first user contains the user's number. So another
//! number there makes another user, in every column, document and index entry.

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, SqliteConnection};
use serde_json::{Value, json};

use crate::Result;
use crate::load::fail_if_interrupted;
use crate::measure::Bench;
use crate::people::employee;
use crate::progress::Progress;
use crate::seed::id_of;

/// The number of the first user: a letter that no run id contains, and zeros. So it is found nowhere else.
const FIRST: &str = "n00000000";
/// Copies in one transaction.
const CHUNK: usize = 20_000;

/// The two SQL dialects.
#[derive(Clone, Copy)]
enum Dialect {
    Postgres,
    Sqlite,
}

/// The first user, by the parts of its id: copies keep the beginning and count in the last twelve digits.
#[derive(Clone)]
struct Original {
    id: String,
    /// The group that it is in, and its copies with it.
    group_id: Option<String>,
}

/// A user and its copies so far.
pub(crate) struct Growth {
    connection: Box<dyn SimpleConnection>,
    dialect: Dialect,
    copies: Copies,
}

/// The users that a growth has made, and how they are found.
#[derive(Clone)]
pub(crate) struct Copies {
    original: Original,
    name: String,
    /// The original among them.
    pub(crate) users: usize,
}

/// Makes `users` users in the tenant of the run, and leaves the database in the state of one that has had them for
/// long.
pub(crate) fn seed(bench: &Bench, database_url: &str, users: usize) -> Result<()> {
    let mut growth = Growth::begin(bench, database_url, "walk", |name, number| {
        employee(name, number)
    })?;
    growth.to(users)?;
    growth.settle()?;
    growth.checkpoint();
    Ok(())
}

impl Growth {
    /// The server writes the first user. Names begin with `prefix`.
    pub(crate) fn begin(
        bench: &Bench,
        database_url: &str,
        prefix: &str,
        body: fn(&str, &str) -> Value,
    ) -> Result<Self> {
        let name = format!("{prefix}-{}-{FIRST}@example.com", bench.run_id);
        let client = bench.one.first()?;
        let answer = client.post("/Users", &body(&name, FIRST))?.expect(201)?;
        let original = Original::parse(&id_of(&answer)?)?;
        let (connection, dialect) = connect(database_url)?;
        Ok(Self {
            connection,
            dialect,
            copies: Copies {
                original,
                name,
                users: 1,
            },
        })
    }

    /// The first user becomes a member of this group, and all copies with it.
    pub(crate) fn join(&mut self, bench: &Bench, group_id: &str) -> Result<()> {
        let member = json!([{"value": self.copies.original.id}]);
        let add = json!({"op": "add", "path": "members", "value": member});
        bench
            .one
            .first()?
            .patch(&format!("/Groups/{group_id}"), &add)?
            .expect(204)?;
        self.copies.original.group_id = Some(Original::parse(group_id)?.id);
        Ok(())
    }

    /// Copies until there are `users`.
    pub(crate) fn to(&mut self, users: usize) -> Result<()> {
        let before = self.copies.users;
        let mut progress = Progress::new("multiplying a user", users - before.min(users));
        for first in (before..users).step_by(CHUNK) {
            fail_if_interrupted()?;
            let last = (first + CHUNK).min(users) - 1;
            let copies = self.copies.original.copies(self.dialect, first, last);
            self.connection.batch_execute(&copies)?;
            self.copies.users = last + 1;
            progress.done(last + 1 - before);
        }
        Ok(())
    }

    /// What it has made so far.
    pub(crate) fn copies(&self) -> Copies {
        self.copies.clone()
    }

    /// Does what the database does by itself while a directory grows.
    pub(crate) fn settle(&mut self) -> Result<()> {
        Ok(self.connection.batch_execute(self.dialect.settle())?)
    }

    /// Writes the data to the disk now, and not while requests are measured.
    pub(crate) fn checkpoint(&mut self) {
        // Some accounts may not do it.
        let _ = self.connection.batch_execute(self.dialect.checkpoint());
    }
}

impl Copies {
    pub(crate) fn user_name(&self, number: usize) -> String {
        self.name.replace(FIRST, &format!("n{number:08}"))
    }

    pub(crate) fn id(&self, number: usize) -> String {
        match number {
            0 => self.original.id.clone(),
            copy => self.original.id_of_copy(copy),
        }
    }
}

fn connect(database_url: &str) -> Result<(Box<dyn SimpleConnection>, Dialect)> {
    let Some(path) = database_url.strip_prefix("sqlite:") else {
        let connection = PgConnection::establish(database_url)?;
        return Ok((Box::new(connection), Dialect::Postgres));
    };
    let mut connection = SqliteConnection::establish(path)?;
    connection.batch_execute("PRAGMA busy_timeout = 5000")?;
    Ok((Box::new(connection), Dialect::Sqlite))
}

impl Original {
    /// The id becomes part of statements, so it must be a UUID.
    fn parse(id: &str) -> Result<Self> {
        let is_uuid = id.len() == 36
            && id.char_indices().all(|(index, c)| match index {
                8 | 13 | 18 | 23 => c == '-',
                _ => c.is_ascii_hexdigit(),
            });
        if !is_uuid {
            return Err(format!("the id {id} is no UUID").into());
        }
        Ok(Self {
            id: id.to_owned(),
            group_id: None,
        })
    }

    fn id_of_copy(&self, number: usize) -> String {
        let (beginning, _) = self.id.split_at(24);
        format!("{beginning}{number:012}")
    }

    /// Makes the copies number `first` to `last`: their rows, their index entries, and the rows of their creation.
    ///
    /// The few rows of the original are read first and once. Statistics do not know the newest copies, and a planner
    /// that expects none would read the original's table for each of them.
    fn copies(&self, dialect: Dialect, first: usize, last: usize) -> String {
        let id = &self.id;
        let (first_id, last_id) = (self.id_of_copy(first), self.id_of_copy(last));
        let beginning = &id[..24];
        let texts = [
            "unique_key",
            "external_id",
            "display_name",
            "email",
            "user_name",
            "shown_name",
        ];
        let [
            unique_key,
            external_id,
            display_name,
            email,
            user_name,
            shown_name,
        ] = texts.map(|column| format!("replace(t.{column}, '{FIRST}', {NEXT})"));
        let [document, comparable] = dialect.renumbered();
        let position = dialect.position();
        let edges = self.edges(dialect, first, last);
        format!(
            "BEGIN;
             WITH RECURSIVE series(n) AS (
                 SELECT CAST({first} AS BIGINT) UNION ALL SELECT n + 1 FROM series WHERE n < {last})
             INSERT INTO resources (tenant_id, id, resource_type, unique_key, external_id, display_name, email, user_name,
                                    shown_name, active, version, created_ms, last_modified_ms, document, comparable)
             SELECT t.tenant_id, '{beginning}' || substr(CAST(1000000000000 + n AS TEXT), 2), t.resource_type,
                    {unique_key}, {external_id}, {display_name}, {email}, {user_name}, {shown_name}, t.active, t.version,
                    t.created_ms, t.last_modified_ms, {document}, {comparable}
             FROM resources t, series WHERE t.id = '{id}';
             WITH o AS MATERIALIZED (
                 SELECT v.tenant_id, v.resource_type, v.attribute, v.value FROM resources t
                 JOIN indexed_values v ON v.tenant_id = t.tenant_id AND v.resource_key = t.key WHERE t.id = '{id}')
             INSERT INTO indexed_values (tenant_id, resource_type, attribute, value, resource_key)
             SELECT o.tenant_id, o.resource_type, o.attribute, replace(o.value, '{FIRST}', 'n' || substr(r.id, 29)), r.key
             FROM o JOIN resources r ON r.tenant_id = o.tenant_id AND r.id BETWEEN '{first_id}' AND '{last_id}';
             WITH o AS MATERIALIZED (
                 SELECT c.tenant_id, c.at_ms, c.operation, c.resource_type, c.version, c.attributes, c.actor, c.request_id
                 FROM changes c WHERE c.resource_id = '{id}')
             INSERT INTO changes (tenant_id, position, at_ms, operation, resource_type, resource_id, version, attributes,
                                  actor, request_id)
             SELECT o.tenant_id, {position}, o.at_ms, o.operation, o.resource_type, r.id, o.version, o.attributes, o.actor,
                    o.request_id
             FROM o JOIN resources r ON r.tenant_id = o.tenant_id AND r.id BETWEEN '{first_id}' AND '{last_id}';
             {edges}
             COMMIT;"
        )
    }

    /// Puts the copies into the group. It moves its version, and its change names no members, as after any request that
    /// brings many.
    fn edges(&self, dialect: Dialect, first: usize, last: usize) -> String {
        let Some(group_id) = &self.group_id else {
            return String::new();
        };
        let id = &self.id;
        let (first_id, last_id) = (self.id_of_copy(first), self.id_of_copy(last));
        let position = dialect.last_position();
        format!(
            "INSERT INTO memberships (tenant_id, group_key, member_key)
             SELECT g.tenant_id, g.key, r.key
             FROM resources g JOIN resources r ON r.tenant_id = g.tenant_id AND r.id BETWEEN '{first_id}' AND '{last_id}'
             WHERE g.id = '{group_id}';
             UPDATE resources SET version = version + 1, last_modified_ms = last_modified_ms + 1 WHERE id = '{group_id}';
             INSERT INTO changes (tenant_id, position, at_ms, operation, resource_type, resource_id, version, attributes,
                                  actor, request_id)
             SELECT g.tenant_id, {position}, g.last_modified_ms, 'patch', g.resource_type, g.id, g.version, '[\"members\"]',
                    c.actor, c.request_id
             FROM resources g JOIN changes c ON c.tenant_id = g.tenant_id
             WHERE g.id = '{group_id}' AND c.resource_id = '{id}' AND c.operation = 'create';"
        )
    }
}

/// The value in copy `n` in place of [`FIRST`].
const NEXT: &str = "'n' || substr(CAST(100000000 + n AS TEXT), 2)";

impl Dialect {
    /// Turns the document of the original into that of a copy, and what it is compared by.
    fn renumbered(self) -> [String; 2] {
        let numbered = |text: &str| format!("replace({text}, '{FIRST}', {NEXT})");
        match self {
            Self::Postgres => [
                format!("CAST({} AS JSON)", numbered("CAST(t.document AS TEXT)")),
                format!("CAST({} AS JSONB)", numbered("CAST(t.comparable AS TEXT)")),
            ],
            Self::Sqlite => [
                numbered("t.document"),
                format!("jsonb({})", numbered("json(t.comparable)")),
            ],
        }
    }

    /// The position of a copied change. A chunk is one transaction.
    fn position(self) -> &'static str {
        match self {
            Self::Postgres => {
                "(CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT) << 20) + row_number() OVER ()"
            }
            Self::Sqlite => "NULL",
        }
    }

    /// A position behind those of the copies of a chunk.
    fn last_position(self) -> &'static str {
        match self {
            Self::Postgres => {
                "(CAST(CAST(pg_current_xact_id() AS TEXT) AS BIGINT) << 20) + 1000000"
            }
            Self::Sqlite => "NULL",
        }
    }

    /// Does what the database does by itself while a directory grows. SQLite never analyses by itself, so this does not
    /// either.
    fn settle(self) -> &'static str {
        match self {
            Self::Postgres => "VACUUM (ANALYZE) resources, indexed_values, changes",
            Self::Sqlite => "",
        }
    }

    fn checkpoint(self) -> &'static str {
        match self {
            Self::Postgres => "CHECKPOINT",
            Self::Sqlite => "PRAGMA wal_checkpoint(TRUNCATE)",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::sql_types::{BigInt, Text};
    use diesel::{QueryableByName, RunQueryDsl, sql_query};

    const TABLES: [&str; 2] = [
        include_str!("../../migrations/sqlite/2026-11-29-000000_core/up.sql"),
        include_str!("../../migrations/sqlite/2026-11-30-000000_documents_as_text/up.sql"),
    ];
    const ID: &str = "0190a1b2-c3d4-7e5f-8a9b-0123456789ab";

    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        text: String,
        #[diesel(sql_type = BigInt)]
        count: i64,
    }

    fn with_original() -> Result<SqliteConnection> {
        let mut connection = SqliteConnection::establish(":memory:")?;
        connection.batch_execute(&TABLES.concat())?;
        connection.batch_execute(&format!(
            "INSERT INTO tenants (slug, name, created_ms) VALUES ('t', 'T', 0);
             INSERT INTO resources (tenant_id, id, resource_type, unique_key, external_id, display_name, active, version,
                                    created_ms, last_modified_ms, document, comparable)
             VALUES (1, '{ID}', 'User', 'u-{FIRST}', 'e-{FIRST}', 'D {FIRST}', 1, 1, 5, 5,
                     '{{\"userName\":\"U-{FIRST}\"}}', jsonb('{{\"userName\":\"u-{FIRST}\"}}'));
             INSERT INTO indexed_values VALUES (1, 'User', 'emails.value', 'a-{FIRST}', 1),
                                               (1, 'User', 'emails.value', 'b-{FIRST}', 1);
             INSERT INTO changes (tenant_id, at_ms, operation, resource_type, resource_id, version, attributes,
                                  actor, request_id)
             VALUES (1, 5, 'create', 'User', '{ID}', 1, '[\"userName\"]', 'credential:k', 'r');"
        ))?;
        Ok(connection)
    }

    #[track_caller]
    fn check(connection: &mut SqliteConnection, query: &str, text: &str, count: i64) -> Result<()> {
        let found: Found = sql_query(query).get_result(connection)?;
        assert_eq!((found.text.as_str(), found.count), (text, count), "{query}");
        Ok(())
    }

    #[test]
    fn a_copy_differs_from_the_original_in_every_text() -> Result<()> {
        let mut connection = with_original()?;
        let original = Original::parse(ID)?;
        for (first, last) in [(1, 9), (10, 12)] {
            connection.batch_execute(&original.copies(Dialect::Sqlite, first, last))?;
        }
        let connection = &mut connection;
        check(
            connection,
            "SELECT max(id) FILTER (WHERE key > 1) AS text, count(DISTINCT id) AS count FROM resources",
            "0190a1b2-c3d4-7e5f-8a9b-000000000012",
            13,
        )?;
        check(
            connection,
            "SELECT max(unique_key || ' ' || external_id || ' ' || display_name) AS text,
                    count(DISTINCT unique_key) + count(DISTINCT external_id) + count(DISTINCT display_name) AS count
             FROM resources",
            "u-n00000012 e-n00000012 D n00000012",
            39,
        )?;
        check(
            connection,
            "SELECT max(document ->> 'userName' || ' ' || (comparable ->> 'userName')) AS text,
                    count(DISTINCT document ->> 'userName') AS count FROM resources",
            "U-n00000012 u-n00000012",
            13,
        )?;
        check(
            connection,
            "SELECT max(v.value) AS text, count(DISTINCT v.value) AS count
             FROM indexed_values v JOIN resources r ON r.key = v.resource_key
             WHERE substr(v.value, 3) = substr(r.unique_key, 3)",
            "b-n00000012",
            26,
        )?;
        check(
            connection,
            "SELECT max(operation) AS text, count(DISTINCT c.resource_id) AS count
             FROM changes c JOIN resources r ON r.id = c.resource_id",
            "create",
            13,
        )
    }

    #[test]
    fn copies_join_the_group_of_the_original() -> Result<()> {
        let mut connection = with_original()?;
        let group = "0190a1b2-c3d4-7e5f-8a9b-aaaaaaaaaaaa";
        connection.batch_execute(&format!(
            "INSERT INTO resources (tenant_id, id, resource_type, version, created_ms, last_modified_ms, document, comparable)
             VALUES (1, '{group}', 'Group', 3, 5, 5, '{{}}', jsonb('{{}}'))"
        ))?;
        let mut original = Original::parse(ID)?;
        original.group_id = Some(group.to_owned());
        connection.batch_execute(&original.copies(Dialect::Sqlite, 1, 9))?;
        let connection = &mut connection;
        check(
            connection,
            "SELECT max(r.id) AS text, count(*) AS count FROM memberships e JOIN resources r ON r.key = e.member_key",
            "0190a1b2-c3d4-7e5f-8a9b-000000000009",
            9,
        )?;
        check(
            connection,
            "SELECT operation AS text, version AS count FROM changes WHERE resource_type = 'Group'",
            "patch",
            4,
        )?;
        check(
            connection,
            "SELECT 'User' AS text, count FROM resource_counts WHERE resource_type = 'User'",
            "User",
            10,
        )
    }

    #[test]
    fn only_a_uuid_gets_into_a_statement() {
        assert!(Original::parse(ID).is_ok());
        for id in [
            "",
            "1",
            "0190a1b2-c3d4-7e5f-8a9b-0123456789a'",
            "0190a1b2xc3d4-7e5f-8a9b-0123456789ab",
        ] {
            assert!(Original::parse(id).is_err(), "{id}");
        }
    }
}

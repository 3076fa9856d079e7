//! Floors on SQLite: one thread in a loop, on a connection of this process with the settings of the server's.

use std::time::Instant;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{Nullable, Text};
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use nix::sys::time::TimeValLike as _;
use nix::time::ClockId;

use super::prepared::Prepared;
use super::{BULK, Keys, MARK, Number, Statements};
use crate::Result;
use crate::cpu::Cpu;
use crate::load::{Tally, fail_if_interrupted};
use crate::measure::Measured;

/// Loops of one thread need no more than this to give a steady mean.
const LOOPS_MAX: usize = 2_000;
const SETTINGS: &str = "PRAGMA busy_timeout = 5000; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
                        PRAGMA cache_size = -2000; PRAGMA temp_store = MEMORY";

#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
}

/// The texts of the statements, made once: a text that is the same is prepared once.
struct Texts {
    get: String,
    page: String,
    members: String,
    update: String,
    delete: String,
    join: String,
    leave: String,
    moved: String,
    user: String,
    group: String,
    edges: String,
    values: String,
    change: String,
}

struct Loop {
    connection: SqliteConnection,
    keys: Keys,
    texts: Texts,
    /// The first row that a create makes.
    next: i64,
}

pub(super) fn measure(path: &str, ids: [&str; 3], requests: usize) -> Result<Vec<Measured>> {
    let mut connection = SqliteConnection::establish(path)?;
    connection.batch_execute(SETTINGS)?;
    let mut number = |query: &str| -> Result<i64> {
        Ok(sql_query(query)
            .get_result::<Number>(&mut connection)?
            .number)
    };
    let keys = Keys::read(ids, &mut number)?;
    let next = number("SELECT seq + 1 AS number FROM sqlite_sequence WHERE name = 'resources'")?;
    let mut one = Loop {
        connection,
        texts: Texts::new(keys.group),
        keys,
        next,
    };
    let mut found = Vec::new();
    for statements in Statements::ALL {
        let count = (requests / statements.share()).clamp(10, LOOPS_MAX);
        found.push(one.measure(statements, count)?);
    }
    one.connection.batch_execute(&clean(&keys))?;
    Ok(found)
}

impl Loop {
    fn measure(&mut self, statements: Statements, count: usize) -> Result<Measured> {
        let mut measured = Measured::new(statements.name())?;
        let mut tally = Tally::default();
        let (start, cpu) = (Instant::now(), thread_ns()?);
        for number in 0..count {
            fail_if_interrupted()?;
            let began = Instant::now();
            self.once(statements, i64::try_from(number)?)?;
            tally.nanos.push(u64::try_from(began.elapsed().as_nanos())?);
        }
        tally.elapsed = start.elapsed();
        let spent = Cpu {
            server_ns: Some(thread_ns()?.saturating_sub(cpu)),
            database_ns: None,
        };
        measured.add(tally, spent);
        Ok(measured)
    }

    fn once(&mut self, statements: Statements, number: i64) -> Result<()> {
        let Keys { first, last, .. } = self.keys;
        let key = first + number * 7_919 % (last - first - 8).max(1);
        if statements == Statements::Mix {
            return match kind_in_mix(number) {
                // There are four in fifty, one behind the other.
                Statements::Member => {
                    self.once(Statements::Member, number / 50 * 4 + number % 50 - 45)
                }
                kind => self.once(kind, number),
            };
        }
        if !statements.writes() {
            return self.read(statements, key);
        }
        self.run("BEGIN IMMEDIATE", 0)?;
        self.write(statements, number, key)?;
        self.run("COMMIT", 0)
    }

    fn read(&mut self, statements: Statements, key: i64) -> Result<()> {
        let sql = match statements {
            Statements::Get => &self.texts.get,
            Statements::Page => &self.texts.page,
            _ => &self.texts.members,
        };
        let query = Prepared { sql, number: key };
        let rows = query.load::<Shown>(&mut self.connection)?;
        let bytes: usize = rows
            .iter()
            .map(|row| row.id.len() + row.text.as_ref().map_or(0, String::len))
            .sum();
        match bytes {
            0 => Err(format!("{} found nothing", statements.name()).into()),
            _ => Ok(()),
        }
    }

    fn write(&mut self, statements: Statements, number: i64, key: i64) -> Result<()> {
        match statements {
            Statements::Create => self.create(key)?,
            Statements::Bulk => {
                for _ in 0..BULK {
                    self.create(key)?;
                }
            }
            Statements::Delete => {
                self.text(|texts| &texts.delete, self.next + number)?;
                self.text(|texts| &texts.change, 0)?;
            }
            Statements::Member => {
                let Keys { first, last, .. } = self.keys;
                let key = first + number / 2 * 7_919 % (last - first).max(1);
                match number % 2 {
                    0 => self.text(|texts| &texts.leave, key)?,
                    _ => self.text(|texts| &texts.join, key)?,
                }
                self.text(|texts| &texts.moved, 0)?;
                self.text(|texts| &texts.change, 0)?;
            }
            Statements::Group | Statements::GroupOfTen => {
                self.text(|texts| &texts.group, 0)?;
                if statements == Statements::GroupOfTen {
                    self.text(|texts| &texts.edges, key)?;
                }
                self.text(|texts| &texts.change, 0)?;
            }
            _ => {
                self.read(Statements::Get, key)?;
                self.text(|texts| &texts.update, key)?;
                self.text(|texts| &texts.change, 0)?;
            }
        }
        Ok(())
    }

    fn create(&mut self, key: i64) -> Result<()> {
        self.text(|texts| &texts.user, key)?;
        self.text(|texts| &texts.values, 0)?;
        self.text(|texts| &texts.change, 0)
    }

    fn text(&mut self, of: impl Fn(&Texts) -> &String, number: i64) -> Result<()> {
        let sql = of(&self.texts);
        Prepared { sql, number }.execute(&mut self.connection)?;
        Ok(())
    }

    fn run(&mut self, sql: &str, number: i64) -> Result<()> {
        Prepared { sql, number }.execute(&mut self.connection)?;
        Ok(())
    }
}

/// The kinds follow each other as in the requests of the mix: fifty, then again.
fn kind_in_mix(number: i64) -> Statements {
    let place = usize::try_from(number % 50 * 2).unwrap_or(0);
    let mut end = 0;
    for (statements, share) in Statements::MIX {
        end += share;
        if place < end {
            return statements;
        }
    }
    Statements::Get
}

impl Texts {
    fn new(group: i64) -> Self {
        // Names follow each other, as the ids of the server do: an index takes what is in order at its end.
        let name =
            format!("'{MARK}' || (SELECT seq FROM sqlite_sequence WHERE name = 'resources')");
        let into = "INSERT INTO resources (tenant_id, id, resource_type, unique_key, external_id, display_name, email, user_name, \
                    shown_name, active, version, created_ms, last_modified_ms, document, comparable)";
        let copied = "display_name, email, user_name, shown_name, active, 1, 0, 0, document, comparable FROM resources";
        Self {
            get: "SELECT id, document AS text FROM resources WHERE tenant_id = 1 AND key = ?1".to_owned(),
            page: "SELECT id, document AS text FROM resources WHERE tenant_id = 1 AND resource_type = 'User' AND key > ?1 \
                   ORDER BY key LIMIT 100"
                .to_owned(),
            members: format!(
                "SELECT m.id, m.shown_name AS text FROM memberships e CROSS JOIN resources m ON m.key = e.member_key \
                 WHERE e.tenant_id = 1 AND e.group_key = {group} ORDER BY e.member_key"
            ),
            update: "UPDATE resources SET version = version + 1, last_modified_ms = last_modified_ms + 1, document = document, \
                     comparable = comparable WHERE tenant_id = 1 AND key = ?1"
                .to_owned(),
            delete: "DELETE FROM resources WHERE tenant_id = 1 AND key = ?1".to_owned(),
            join: format!("INSERT INTO memberships VALUES (1, {group}, ?1) ON CONFLICT DO NOTHING"),
            leave: format!("DELETE FROM memberships WHERE tenant_id = 1 AND group_key = {group} AND member_key = ?1"),
            moved: format!(
                "UPDATE resources SET version = version + 1, last_modified_ms = last_modified_ms + 1 \
                 WHERE tenant_id = 1 AND key = {group}"
            ),
            user: format!(
                "{into} SELECT 1, {name}, resource_type, {name}, {name}, {copied} WHERE tenant_id = 1 AND key = ?1"
            ),
            group: format!(
                "{into} SELECT 1, {name}, resource_type, CASE WHEN unique_key IS NOT NULL THEN {name} END, \
                 {name}, {copied} WHERE tenant_id = 1 AND key = {group}"
            ),
            edges: "INSERT INTO memberships SELECT 1, last_insert_rowid(), key FROM resources WHERE tenant_id = 1 \
                    AND key BETWEEN ?1 AND ?1 + 9"
                .to_owned(),
            values: format!(
                "INSERT INTO indexed_values SELECT 1, 'User', 'emails.value', {name} || '-' || n, last_insert_rowid() \
                 FROM (SELECT 1 AS n UNION ALL SELECT 2)"
            ),
            change: format!(
                "INSERT INTO changes (tenant_id, at_ms, operation, resource_type, resource_id, version, attributes, actor, \
                 request_id) VALUES (1, 0, 'patch', 'User', '{MARK}', 1, '[\"title\"]', '{MARK}', '{MARK}')"
            ),
        }
    }
}

/// Takes away what the loops have written. The group has everybody again.
fn clean(keys: &Keys) -> String {
    let Keys { first, last, group } = keys;
    format!(
        "BEGIN IMMEDIATE;
         DELETE FROM resources WHERE external_id >= '{MARK}' AND external_id < '{MARK}~';
         DELETE FROM changes WHERE resource_id = '{MARK}';
         INSERT INTO memberships SELECT 1, {group}, key FROM resources
         WHERE tenant_id = 1 AND resource_type = 'User' AND key BETWEEN {first} AND {last} ON CONFLICT DO NOTHING;
         COMMIT;"
    )
}

fn thread_ns() -> Result<u64> {
    let now = ClockId::CLOCK_THREAD_CPUTIME_ID.now()?;
    Ok(u64::try_from(now.num_nanoseconds())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifty_of_the_mix_are_as_its_shares_say() {
        for (statements, share) in Statements::MIX {
            let found = (0..50)
                .filter(|number| kind_in_mix(*number) == statements)
                .count();
            assert_eq!(found * 2, share, "{statements:?}");
        }
    }

    #[test]
    fn every_statement_can_be_prepared_and_is_taken_away_again() -> Result<()> {
        let mut connection = SqliteConnection::establish(":memory:")?;
        connection.batch_execute(include_str!(
            "../../../migrations/sqlite/2026-11-29-000000_core/up.sql"
        ))?;
        connection.batch_execute(include_str!(
            "../../../migrations/sqlite/2026-11-30-000000_documents_as_text/up.sql"
        ))?;
        connection.batch_execute(
            "INSERT INTO tenants (id, slug, name, created_ms) VALUES (1, 't', 'T', 0);
             WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 40)
             INSERT INTO resources (tenant_id, id, resource_type, unique_key, active, version, created_ms, last_modified_ms,
                                    document, comparable)
             SELECT 1, 'id-' || n, CASE n WHEN 40 THEN 'Group' ELSE 'User' END, 'u-' || n, 1, 1, 5, 5, '{}', jsonb('{}') FROM s;
             INSERT INTO memberships SELECT 1, 40, key FROM resources WHERE key < 40;",
        )?;
        let keys = Keys {
            first: 1,
            last: 39,
            group: 40,
        };
        let mut one = Loop {
            connection,
            keys,
            texts: Texts::new(40),
            next: 41,
        };
        for statements in Statements::ALL {
            let measured = one.measure(statements, 4)?;
            assert_eq!(measured.latency.count(), 4, "{statements:?}");
        }
        one.connection.batch_execute(&clean(&keys))?;
        let mut left = |table: &str| -> Result<i64> {
            let query = format!("SELECT count(*) AS number FROM {table}");
            Ok(sql_query(query)
                .get_result::<Number>(&mut one.connection)?
                .number)
        };
        assert_eq!(left("resources")?, 40);
        assert_eq!(left("memberships")?, 39);
        assert_eq!(left("indexed_values")? + left("changes")?, 0);
        let counted = "(SELECT 1 FROM resource_counts WHERE (resource_type, count) IN (('User', 39), ('Group', 1)))";
        assert_eq!(left(counted)?, 2);
        Ok(())
    }
}

//! What the database itself takes for the statements that a request cannot do without. On PostgreSQL pgbench runs them over as
//! many connections as the requests had; on SQLite one thread runs them in a loop.

use std::fs;
use std::time::Instant;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::{BigInt, Nullable, Text};
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use nix::sys::time::TimeValLike as _;
use nix::time::ClockId;

use crate::Result;
use crate::load::Tally;
use crate::measure::{Bench, Measured};
use crate::pgbench;
use crate::postgres::Cluster;

/// The columns that an answer needs.
const SHOWN: &str = "key, resource_type, id, version, created_ms, last_modified_ms, document";
/// Loops of one thread need no more than this to give a steady mean.
const LOOPS_MAX: usize = 2_000;

/// The statements of a kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statements {
    /// One row by its key.
    Get,
    /// A hundred rows in the order of creation, from a random place.
    Page,
    /// The rows of a new user, in one transaction.
    Create,
    /// Read, write and note, in one transaction.
    Update,
    /// An edge, the version of its group, and a note, in one transaction.
    Member,
    /// The members of the large group with their names.
    Members,
}

impl Statements {
    pub(crate) const ALL: [Self; 6] = [
        Self::Get,
        Self::Page,
        Self::Create,
        Self::Update,
        Self::Member,
        Self::Members,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Get => "statement: row by key",
            Self::Page => "statement: 100 rows",
            Self::Create => "statements: new user",
            Self::Update => "statements: read, update",
            Self::Member => "statements: edge in, edge out",
            Self::Members => "statement: members",
        }
    }

    /// Loops have few of the heavy ones.
    fn share(self) -> usize {
        match self {
            Self::Members => 100,
            Self::Page => 10,
            _ => 1,
        }
    }

    /// A pgbench script. `k` is a key among those of the seeded users.
    fn script(self, keys: &Keys) -> String {
        let Keys { first, last, group } = keys;
        let change = "INSERT INTO changes (tenant_id, position, at_ms, operation, resource_type, resource_id, version, attributes, actor, request_id) \
                      SELECT 1, (pg_current_xact_id()::text::bigint << 20) + 1, 0, 'patch', 'User', 'bench', 1, '[\"title\"]', 'bench', 'bench';";
        let random = format!("\\set k random({first}, {last})\n");
        match self {
            Self::Get => {
                format!("{random}SELECT {SHOWN} FROM resources WHERE tenant_id = 1 AND key = :k;\n")
            }
            Self::Page => format!(
                "{random}SELECT {SHOWN} FROM resources WHERE tenant_id = 1 AND key > :k ORDER BY key LIMIT 100;\n"
            ),
            Self::Create => format!(
                "{random}BEGIN;\nINSERT INTO resources (tenant_id, id, resource_type, unique_key, external_id, display_name, email, user_name, shown_name, \
                 active, version, created_ms, last_modified_ms, document, comparable) SELECT 1, gen_random_uuid()::text, resource_type, \
                 gen_random_uuid()::text, external_id, display_name, email, user_name, shown_name, active, 1, 0, 0, document, comparable \
                 FROM resources WHERE tenant_id = 1 AND key = :k;\n\
                 INSERT INTO indexed_values (tenant_id, resource_type, attribute, value, resource_key) VALUES (1, 'User', 'emails.value', gen_random_uuid()::text, :k);\n\
                 {change}\nCOMMIT;\n"
            ),
            Self::Update => format!(
                "{random}BEGIN;\nSELECT {SHOWN} FROM resources WHERE tenant_id = 1 AND key = :k FOR NO KEY UPDATE;\n\
                 UPDATE resources SET version = version + 1, last_modified_ms = last_modified_ms + 1, document = document, comparable = comparable \
                 WHERE tenant_id = 1 AND key = :k;\n{change}\nCOMMIT;\n"
            ),
            Self::Member => format!(
                "{random}BEGIN;\nINSERT INTO memberships VALUES (1, {group}, :k) ON CONFLICT DO NOTHING;\n\
                 UPDATE resources SET version = version + 1, last_modified_ms = last_modified_ms + 1 WHERE tenant_id = 1 AND key = {group};\n{change}\nCOMMIT;\n"
            ),
            Self::Members => format!(
                "SELECT e.member_key, m.id, m.resource_type, m.shown_name FROM memberships e JOIN resources m ON m.tenant_id = 1 AND m.key = e.member_key \
                 WHERE e.tenant_id = 1 AND e.group_key = {group} ORDER BY e.member_key;\n"
            ),
        }
    }

    /// A reading statement for SQLite. Writing ones have no floor there: one writer at a time is the server's own queue.
    fn query(self, keys: &Keys, number: i64) -> Option<String> {
        let Keys { first, last, group } = keys;
        let key = first + number * 7_919 % (last - first).max(1);
        match self {
            Self::Get => Some(format!(
                "SELECT id, document AS text FROM resources WHERE tenant_id = 1 AND key = {key}"
            )),
            Self::Page => Some(format!(
                "SELECT id, document AS text FROM resources WHERE tenant_id = 1 AND resource_type = 'User' AND key > {key} ORDER BY key LIMIT 100"
            )),
            Self::Members => Some(format!(
                "SELECT m.id, m.shown_name AS text FROM memberships e CROSS JOIN resources m ON m.key = e.member_key \
                 WHERE e.tenant_id = 1 AND e.group_key = {group} ORDER BY e.member_key"
            )),
            Self::Create | Self::Update | Self::Member => None,
        }
    }
}

/// Internal keys of what was seeded.
pub(crate) struct Keys {
    first: i64,
    last: i64,
    group: i64,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Shown {
    #[diesel(sql_type = Text)]
    id: String,
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
}

/// The query of a key, from the id of a resource.
fn key_of(id: &str) -> Result<String> {
    if !id
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
    {
        return Err(format!("the id {id} is no UUID").into());
    }
    Ok(format!(
        "SELECT key AS number FROM resources WHERE id = '{id}'"
    ))
}

/// Measures the statements on PostgreSQL.
pub(crate) fn on_postgres(
    bench: &Bench,
    cluster: &Cluster,
    url: &str,
    ids: [&str; 3],
    requests: usize,
) -> Result<Vec<(Statements, Measured)>> {
    let mut connection = diesel::PgConnection::establish(url)?;
    let key = |connection: &mut diesel::PgConnection, id: &str| -> Result<i64> {
        Ok(sql_query(key_of(id)?)
            .get_result::<Number>(connection)?
            .number)
    };
    let keys = Keys {
        first: key(&mut connection, ids[0])?,
        last: key(&mut connection, ids[1])?,
        group: key(&mut connection, ids[2])?,
    };
    let mut found = Vec::new();
    for statements in Statements::ALL {
        let directory = tempfile::tempdir()?;
        let path = directory.path().join("script.sql");
        fs::write(&path, statements.script(&keys))?;
        let count = (requests / statements.share()).max(bench.many.connections());
        let source = ["--file", &*path.to_string_lossy()];
        let measured = pgbench::script(bench, count, cluster, statements.name(), &source)?;
        found.push((statements, measured));
    }
    Ok(found)
}

/// Measures the reading statements on SQLite, on a connection of this process.
pub(crate) fn on_sqlite(
    path: &str,
    ids: [&str; 3],
    requests: usize,
) -> Result<Vec<(Statements, Measured)>> {
    let mut connection = SqliteConnection::establish(path)?;
    connection.batch_execute("PRAGMA busy_timeout = 5000; PRAGMA cache_size = -16000")?;
    let mut key = |id: &str| -> Result<i64> {
        Ok(sql_query(key_of(id)?)
            .get_result::<Number>(&mut connection)?
            .number)
    };
    let keys = Keys {
        first: key(ids[0])?,
        last: key(ids[1])?,
        group: key(ids[2])?,
    };
    let mut found = Vec::new();
    for statements in Statements::ALL {
        let count = (requests / statements.share()).clamp(10, LOOPS_MAX);
        let mut measured = Measured::new(statements.name())?;
        let mut tally = Tally::default();
        let (start, cpu) = (Instant::now(), thread_ns()?);
        for number in 0..count {
            let Some(query) = statements.query(&keys, i64::try_from(number)?) else {
                break;
            };
            let began = Instant::now();
            let rows = sql_query(query).load::<Shown>(&mut connection)?;
            let bytes: usize = rows
                .iter()
                .map(|row| row.id.len() + row.text.as_ref().map_or(0, String::len))
                .sum();
            if bytes == 0 {
                return Err(format!("{} found nothing", statements.name()).into());
            }
            tally.nanos.push(u64::try_from(began.elapsed().as_nanos())?);
        }
        if tally.nanos.is_empty() {
            continue;
        }
        tally.elapsed = start.elapsed();
        let spent = thread_ns()?.saturating_sub(cpu);
        measured.add(
            tally,
            crate::cpu::Cpu {
                server_ns: Some(spent),
                database_ns: None,
            },
        );
        found.push((statements, measured));
    }
    Ok(found)
}

fn thread_ns() -> Result<u64> {
    let now = ClockId::CLOCK_THREAD_CPUTIME_ID.now()?;
    Ok(u64::try_from(now.num_nanoseconds())?)
}

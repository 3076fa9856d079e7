//! Other sessions of a PostgreSQL, as far as an operator needs them to find them. What they ask is not shown.

use std::fmt;

use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use diesel::{PgConnection, QueryResult, QueryableByName, RunQueryDsl as _, sql_query};

/// Most sessions that a sentence names.
const SHOWN_MAX: usize = 3;

/// A session that is in the way. PostgreSQL shows state and age of other people's sessions to few.
#[derive(Debug, Clone, QueryableByName)]
pub(super) struct Blocker {
    #[diesel(sql_type = Integer)]
    pid: i32,
    #[diesel(sql_type = Nullable<Text>)]
    application: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    state: Option<String>,
    /// How long its transaction lasts, in seconds.
    #[diesel(sql_type = Nullable<BigInt>)]
    age_s: Option<i64>,
    #[diesel(sql_type = Bool)]
    vacuums: bool,
}

/// Those that `pid` waits for. A prepared transaction has no session, and the number 0.
const BLOCKERS: &str = "SELECT b.pid, a.application_name AS application, a.state, \
     extract(epoch FROM clock_timestamp() - a.xact_start)::bigint AS age_s, \
     EXISTS (SELECT FROM pg_stat_progress_vacuum v WHERE v.pid = b.pid) \
     OR EXISTS (SELECT FROM pg_stat_progress_analyze v WHERE v.pid = b.pid) AS vacuums \
     FROM (SELECT DISTINCT unnest(pg_blocking_pids($1))) AS b(pid) LEFT JOIN pg_stat_activity a ON a.pid = b.pid \
     ORDER BY a.xact_start NULLS LAST";

/// The session of this advisory lock. A session's lock has the number in two halves.
const HOLDER: &str = "SELECT l.pid, a.application_name AS application, a.state, \
     extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.backend_start))::bigint AS age_s, FALSE AS vacuums \
     FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid \
     WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted \
     AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
     AND ((l.classid::bigint << 32) | l.objid::bigint) = ($1 # hashtext(current_schema())::bigint)";

/// The sessions that this one waits for.
pub(super) fn blockers(connection: &mut PgConnection, pid: i32) -> QueryResult<Vec<Blocker>> {
    sql_query(BLOCKERS).bind::<Integer, _>(pid).load(connection)
}

/// The session that holds the advisory lock of this number in this schema.
pub(super) fn holder(connection: &mut PgConnection, lock: i64) -> QueryResult<Vec<Blocker>> {
    sql_query(HOLDER).bind::<BigInt, _>(lock).load(connection)
}

impl Blocker {
    /// Whether it cleans a table up, and gives way to who waits long enough.
    pub(super) fn vacuums(&self) -> bool {
        self.vacuums
    }
}

impl fmt::Display for Blocker {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.pid == 0 {
            return formatter.write_str("a prepared transaction (see pg_prepared_xacts)");
        }
        write!(formatter, "process {}", self.pid)?;
        let mut parts = Vec::new();
        if let Some(name) = self.application.as_ref().filter(|name| !name.is_empty()) {
            parts.push(format!("application \"{name}\""));
        }
        parts.extend(self.state.clone());
        parts.extend(self.vacuums.then(|| "vacuum".to_owned()));
        parts.extend(self.age_s.map(|age_s| format!("for {age_s} s")));
        if parts.is_empty() {
            return Ok(());
        }
        write!(formatter, " ({})", parts.join(", "))
    }
}

/// The first of them in a row, for a sentence.
pub(super) fn named(sessions: &[Blocker]) -> String {
    let mut shown: Vec<_> = sessions
        .iter()
        .take(SHOWN_MAX)
        .map(ToString::to_string)
        .collect();
    match sessions.len().saturating_sub(SHOWN_MAX) {
        0 => {}
        more => shown.push(format!("{more} more")),
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_told_as_far_as_it_is_known() {
        let known = Blocker {
            pid: 7,
            application: Some("psql".to_owned()),
            state: Some("idle in transaction".to_owned()),
            age_s: Some(75),
            vacuums: false,
        };
        let bare = Blocker {
            pid: 8,
            application: Some(String::new()),
            state: None,
            age_s: None,
            vacuums: false,
        };
        assert_eq!(
            named(&[known.clone(), bare]),
            "process 7 (application \"psql\", idle in transaction, for 75 s), process 8"
        );
        assert!(named(&vec![known; 5]).ends_with(", 2 more"));
    }
}

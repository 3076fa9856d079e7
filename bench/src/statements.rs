//! What the database itself takes for the statements that a request cannot do without: the floors. On PostgreSQL pgbench runs
//! them over as many connections as the requests had; on SQLite one thread runs them in a loop.

mod postgres;
mod prepared;
mod sqlite;

use diesel::QueryableByName;
use diesel::sql_types::BigInt;

use crate::Result;
use crate::measure::{Bench, Measured};
use crate::target::Target;

/// What floors write begins so, and is taken away again.
const MARK: &str = "floor-";
/// Operations of a bulk request.
pub(crate) const BULK: usize = 100;

/// The statements of a kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Statements {
    /// One row by its key.
    Get,
    /// A hundred rows in the order of creation, from a random place.
    Page,
    /// The members of the large group with their names.
    Members,
    /// The rows of a new user, in one transaction.
    Create,
    /// A user and what belongs to it goes, in one transaction.
    Delete,
    /// Read, write and note, in one transaction.
    Update,
    /// An edge comes or goes, the version of its group, and a note, in one transaction.
    Member,
    /// The row of a group and a note.
    Group,
    /// The same with ten edges.
    GroupOfTen,
    /// The rows of a hundred new users, in one transaction.
    Bulk,
    /// All of them as `mix` has them.
    Mix,
}

impl Statements {
    /// Deletes take away what creates have made, so they follow at once.
    pub(crate) const ALL: [Self; 11] = [
        Self::Get,
        Self::Page,
        Self::Members,
        Self::Create,
        Self::Delete,
        Self::Update,
        Self::Member,
        Self::Group,
        Self::GroupOfTen,
        Self::Bulk,
        Self::Mix,
    ];

    /// How many of a hundred requests of the mix are of this kind.
    const MIX: [(Self, usize); 5] = [
        (Self::Get, 60),
        (Self::Update, 20),
        (Self::Create, 10),
        (Self::Member, 8),
        (Self::Page, 2),
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Get => "statement: row by key",
            Self::Page => "statement: 100 rows",
            Self::Members => "statement: members",
            Self::Create => "statements: new user",
            Self::Delete => "statements: user goes",
            Self::Update => "statements: read, update",
            Self::Member => "statements: edge in or out",
            Self::Group => "statements: new group",
            Self::GroupOfTen => "statements: new group, 10 edges",
            Self::Bulk => "statements: 100 new users",
            Self::Mix => "statements: mix",
        }
    }

    /// Whether requests per second are compared as well: a commit waits for the disk, which is no CPU.
    pub(crate) fn writes(self) -> bool {
        !matches!(self, Self::Get | Self::Page | Self::Members)
    }

    /// There are fewer runs of the heavy ones; not so few that connecting to the database would show.
    fn share(self) -> usize {
        match self {
            Self::Bulk => 40,
            Self::Members => 20,
            Self::Page => 2,
            _ => 1,
        }
    }
}

/// Internal keys of what was seeded.
#[derive(Clone, Copy)]
struct Keys {
    first: i64,
    last: i64,
    group: i64,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
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

impl Keys {
    /// `ids`: the first and the last user, and the group of all.
    fn read(ids: [&str; 3], mut number: impl FnMut(&str) -> Result<i64>) -> Result<Self> {
        let mut key = |id: &str| number(&key_of(id)?);
        Ok(Self {
            first: key(ids[0])?,
            last: key(ids[1])?,
            group: key(ids[2])?,
        })
    }
}

/// Measures all floors. There are none in a given database, which should not get what floors write.
pub(crate) fn measure(
    bench: &Bench,
    target: &Target,
    ids: [&str; 3],
    requests: usize,
) -> Result<Vec<Measured>> {
    crate::say("measuring the statements alone");
    match (target.cluster(), target.database_url()) {
        (Some(cluster), Some(url)) if cluster.client_program("pgbench").is_some() => {
            postgres::measure(bench, cluster, url, ids, requests)
        }
        (None, Some(url)) => match url.strip_prefix("sqlite:") {
            Some(path) => sqlite::measure(path, ids, requests),
            None => Ok(Vec::new()),
        },
        _ => Ok(Vec::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mix_is_whole() {
        let shares: usize = Statements::MIX.iter().map(|(_, share)| share).sum();
        assert_eq!(shares, 100);
    }

    #[test]
    fn only_an_id_gets_into_a_statement() {
        assert!(key_of("0190a1b2-c3d4-7e5f-8a9b-0123456789ab").is_ok());
        assert!(key_of("x' OR 1=1").is_err());
    }
}

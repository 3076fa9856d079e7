//! Ends long statements of SQLite that nobody waits for any more. PostgreSQL has a time limit for statements.
//!
//! A statement that looks at many rows asks at each of them whether it goes on. Its own progress callback would be the way, but
//! diesel 2.3 does not offer it.

use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::Integer;
use diesel::sqlite::Sqlite;
use diesel::{QueryResult, SqliteConnection};

use super::error::ENDED;
use super::job::is_awaited;
use super::way::give_way;

mod function {
    diesel::define_sql_function! {
        /// 1 as long as somebody waits for the statement. Then it fails.
        fn scimd_goes_on() -> Integer;
    }
}

/// The condition that a row is looked at only while somebody waits.
pub(super) const GOES_ON: &str = "scimd_goes_on()";

/// What the function returns.
#[derive(Debug)]
struct GoesOn;

impl ToSql<Integer, Sqlite> for GoesOn {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        give_way();
        match is_awaited() {
            true => {
                out.set_value(1_i32);
                Ok(IsNull::No)
            }
            false => Err(ENDED.into()),
        }
    }
}

/// Offers the function to the statements of a connection.
pub(super) fn register(connection: &mut SqliteConnection) -> QueryResult<()> {
    function::scimd_goes_on_utils::register_nondeterministic_impl(connection, || GoesOn)
}

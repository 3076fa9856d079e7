//! Runs the script against a server on each database, and compares the answers.

use super::script;
use super::transcript::Transcript;
use crate::support::{Backend, TestServer};

const REQUESTS_MIN: usize = 70;

/// Rows: CRUD-01 FILTER-01 SORT-01 PAGE-01 PATCH-01 PUT-01 ETAG-01 ERR-01 DISC-01
#[test]
fn both_databases_give_the_same_answers() {
    let [sqlite, postgres] = [Backend::Sqlite, Backend::Postgres].map(|backend| {
        let server = TestServer::start(backend);
        let mut transcript = Transcript::new(&server);
        script::run(&mut transcript);
        transcript.into_exchanges()
    });
    assert_eq!(
        sqlite.len(),
        postgres.len(),
        "the script itself depends on the database"
    );
    assert!(
        sqlite.len() >= REQUESTS_MIN,
        "only {} requests",
        sqlite.len()
    );
    let different: Vec<String> = sqlite
        .iter()
        .zip(&postgres)
        .filter(|(left, right)| left != right)
        .map(|(left, right)| format!("--- SQLite\n{left}\n--- PostgreSQL\n{right}\n"))
        .collect();
    let count = different.len();
    assert!(
        different.is_empty(),
        "{count} of {} answers differ:\n{}",
        sqlite.len(),
        different.concat()
    );
    println!(
        "{} requests, answered alike by SQLite and PostgreSQL",
        sqlite.len()
    );
}

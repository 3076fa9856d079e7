//! What a server in trouble is asked.

use std::thread;
use std::time::{Duration, Instant};

use crate::support::{Reply, Request, TestServer};

/// The answer, which must come within this time.
#[track_caller]
pub(super) fn within(limit: Duration, request: Request) -> Reply {
    let began = Instant::now();
    let reply = request.send();
    let elapsed = began.elapsed();
    assert!(elapsed < limit, "{elapsed:?} for {}", reply.text);
    reply
}

/// The detail of a 503 that says when to try again.
#[track_caller]
pub(super) fn refused(reply: Reply) -> String {
    assert!(reply.header("retry-after").is_some(), "{:?}", reply.headers);
    reply.error(503, "")
}

/// What a path without a token answers.
#[track_caller]
pub(super) fn probe(server: &TestServer, path: &str, limit: Duration) -> u16 {
    within(limit, server.get(path).absolute().anonymous()).status
}

/// The jobs in the database that nobody waits for any more.
#[track_caller]
pub(super) fn abandoned(server: &TestServer) -> u32 {
    metric(server, "scimd_database_jobs_abandoned")
}

/// The value of a metric.
#[track_caller]
pub(super) fn metric(server: &TestServer, name: &str) -> u32 {
    let metrics = server.get("/metrics").absolute().anonymous().send().text;
    let named = |line: &str| line.strip_prefix(name)?.trim().parse().ok();
    let value = metrics.lines().find_map(named);
    value.unwrap_or_else(|| panic!("no {name}: {metrics}"))
}

/// Waits until something is so.
#[track_caller]
pub(super) fn until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < Duration::from_secs(10), "never {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

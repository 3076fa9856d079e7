//! A synchronous standby that is away: commits wait for it, and so do the requests that made them. Nobody else does.

use std::thread;
use std::time::Duration;

use serde_json::json;

use super::watch::{abandoned, probe, refused, until, within};
use crate::support::{TestServer, id, user_body};

/// A request waits for three seconds, and then has to be answered.
const STATED: Duration = Duration::from_millis(3_700);
const SOON: Duration = Duration::from_secs(1);
/// More than there are connections.
const WRITERS: usize = 6;

/// Lets commits wait for a standby that does not exist, or not any more.
fn wait_for_a_standby(server: &TestServer, waits: bool) {
    let mut postgres = server.behind();
    let name = if waits { "away" } else { "" };
    postgres.execute(&format!(
        "ALTER SYSTEM SET synchronous_standby_names = '{name}'"
    ));
    postgres.execute("SELECT pg_reload_conf()");
    let now = "SELECT current_setting('synchronous_standby_names') AS text";
    until("in force", || server.behind().texts(now) == [name]);
}

#[test]
fn writes_wait_for_the_standby_and_reads_do_not() {
    let server = TestServer::in_a_cluster();
    let ada = server.create_user("ada");
    server.create_user("bob");
    server.create_user("cleo");
    let path = format!("/Users/{}", id(&ada));
    let tokens = [server.token_of("write"), server.token_of("read")];
    let used = "SELECT count(last_used_ms)::text AS text FROM credentials";
    until("noted", || server.behind().texts(used) == ["1"]);
    wait_for_a_standby(&server, true);
    let told: Vec<_> = thread::scope(|scope| {
        let write = |number: usize| {
            let write = server.post("/Users", user_body(&format!("user-{number}"), json!({})));
            refused(within(STATED, write))
        };
        let writers: Vec<_> = (0..WRITERS)
            .map(|number| scope.spawn(move || write(number)))
            .collect();
        // They wait now. These tokens were never used, and each page of a walk is noted.
        thread::sleep(Duration::from_millis(300));
        for _ in 0..5 {
            for token in &tokens {
                assert_eq!(
                    within(SOON, server.get(&path).token(token)).expect(200),
                    ada
                );
                for first in 1..=3 {
                    let page = server.get(&format!("/Users?count=1&startIndex={first}"));
                    within(SOON, page.token(token)).expect(200);
                }
            }
        }
        assert_eq!(probe(&server, "/readyz", SOON), 200);
        let told = writers.into_iter().map(|writer| writer.join());
        told.collect::<Result<_, _>>().expect("an answer")
    });
    assert!(
        told.iter().any(|told| told.contains("not known")),
        "{told:?}"
    );
    assert!(abandoned(&server) > 0);
    assert_eq!(within(SOON, server.get(&path)).expect(200), ada);
    until("noted", || server.behind().texts(used) == ["3"]);
    let walks = "SELECT count(DISTINCT key_id)::text AS text FROM walks";
    assert_eq!(server.behind().texts(walks), ["2"]);
    wait_for_a_standby(&server, false);
    until("at an end", || abandoned(&server) == 0);
    within(SOON, server.post("/Users", user_body("after", json!({})))).expect(201);
}

//! `kill -9` in the middle of Bulk requests: acknowledged changes are there, and changes that belong together are whole.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use serde_json::{Value, json};

use super::operations::{count, entries, id_of, post_user, request};
use crate::support::{ENTERPRISE, TestServer, USER};

const WRITERS: usize = 3;
const ACKNOWLEDGED_MIN: usize = 6;
/// More than one transaction holds.
const PAIRS: usize = 120;

/// Pairs of users who manage each other.
fn pairs(request: usize) -> Value {
    let user = |name: String, other: String| {
        let manager = json!({ "manager": { "value": format!("bulkId:{other}") } });
        post_user(
            &name,
            json!({ "schemas": [USER, ENTERPRISE], ENTERPRISE: manager }),
        )
    };
    let pair = |n: usize| {
        let (left, right) = (
            format!("left-{request}-{n}"),
            format!("right-{request}-{n}"),
        );
        [user(left.clone(), right.clone()), user(right, left)]
    };
    (0..PAIRS).flat_map(pair).collect()
}

api_test! {
    /// Rows: BULK-34 BULK-39
    fn bulk_34_kill_9_keeps_what_was_acknowledged_and_units_whole(mut server) {
        let acknowledged = run_until_killed(&mut server);
        server.restart();
        for entry in &acknowledged {
            server.get(&format!("/Users/{}", id_of(entry))).send().expect(200);
        }
        let (left, right) = (count(&server, r#"userName sw "left-""#), count(&server, r#"userName sw "right-""#));
        assert_eq!(left, right, "a pair is whole or not there");
        assert!(left >= acknowledged.len() / 2);
        super::operations::ends(&server, json!([post_user("afterwards", json!({}))]), &["201"]);
    }
}

/// The entries of all requests that were answered before the server was killed under the next ones.
fn run_until_killed(server: &mut TestServer) -> Vec<Value> {
    let acknowledged = Mutex::new(Vec::new());
    let (counter, answers, killed) = (
        AtomicUsize::new(0),
        AtomicUsize::new(0),
        AtomicBool::new(false),
    );
    let process = server.pid().to_string();
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                while !killed.load(Ordering::Relaxed) {
                    let number = counter.fetch_add(1, Ordering::Relaxed);
                    let Ok(reply) = request(server, pairs(number)).try_send() else {
                        break;
                    };
                    let created = entries(reply)
                        .into_iter()
                        .filter(|entry| entry["status"] == "201");
                    acknowledged
                        .lock()
                        .expect("no writer panicked")
                        .extend(created);
                    if answers.fetch_add(1, Ordering::Relaxed) + 1 == ACKNOWLEDGED_MIN {
                        let status = std::process::Command::new("kill")
                            .args(["-9", &process])
                            .status();
                        assert!(status.is_ok_and(|status| status.success()));
                        killed.store(true, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    server.kill();
    acknowledged.into_inner().expect("no writer panicked")
}

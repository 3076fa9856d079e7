//! A file that was read-only for a while: connections that were opened then stay so, and must not be used again.

use std::fs::{Permissions, set_permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{TestServer, user_body};

/// Enough to fill the pool with connections.
const CLIENTS: usize = 8;
/// Writes of each client afterwards.
const WRITES: usize = 10;
const PATIENCE: Duration = Duration::from_secs(30);

/// Reads and writes from all sides until a write was refused, and a little longer.
fn load(server: &TestServer) {
    let (refused, over) = (AtomicBool::new(false), AtomicBool::new(false));
    let write = |name: String| {
        let body = user_body(&name, json!({}));
        let reply = server.post("/Users", body).send();
        match reply.status {
            // The connections from before may write.
            201 => {}
            _ => {
                assert!(reply.header("retry-after").is_some(), "{:?}", reply.headers);
                reply.error(503, "");
                refused.store(true, Ordering::Relaxed);
            }
        }
    };
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (over, write) = (&over, &write);
            scope.spawn(move || {
                let mut count = 0;
                while !over.load(Ordering::Relaxed) {
                    server.get("/Users?count=10").send().expect(200);
                    write(format!("during-{client}-{count}"));
                    count += 1;
                }
            });
        }
        let began = Instant::now();
        while !refused.load(Ordering::Relaxed) && began.elapsed() < PATIENCE {
            thread::sleep(Duration::from_millis(10));
        }
        thread::sleep(Duration::from_millis(300));
        over.store(true, Ordering::Relaxed);
    });
    assert!(refused.into_inner(), "no connection was made meanwhile");
}

#[test]
fn writes_work_again_as_soon_as_the_file_may_be_written() {
    let server = TestServer::of_no_root();
    let set = |mode| {
        let file = server.directory().join("scimd.db");
        set_permissions(file, Permissions::from_mode(mode)).expect("a file of the test");
    };
    server.create_user("before");
    set(0o400);
    load(&server);
    set(0o600);
    // All connections of the pool get something to do.
    thread::scope(|scope| {
        for client in 0..CLIENTS {
            let server = &server;
            scope.spawn(move || {
                for count in 0..WRITES {
                    server.get("/Users?count=10").send().expect(200);
                    server.create_user(&format!("after-{client}-{count}"));
                }
            });
        }
    });
}

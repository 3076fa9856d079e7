//! `kill -9` in the middle of the work: acknowledged changes are there after the next start, and nothing needs repair.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::support::{TestServer, id};

const WRITERS: usize = 4;
/// The kill comes after this many acknowledged creates, while others are on their way.
const ACKNOWLEDGED_MIN: usize = 40;

api_test! {
    /// Rows: CRUD-01
    fn crud_01_every_acknowledged_user_survives_kill_9(mut server) {
        for round in 0..2 {
            let acknowledged = create_until_killed(&mut server, round);
            server.restart();
            server.cli(&["doctor", "--base-url", server.origin()]).ok();
            for (user_id, name) in &acknowledged {
                let user = server.get(&format!("/Users/{user_id}")).send().expect(200);
                assert_eq!(user["userName"], *name, "the acknowledged user {user_id} by id");
                let found = server.search("/Users", &format!(r#"userName eq "{name}""#));
                assert_eq!(found.len(), 1, "the acknowledged user {name} by filter");
                assert_eq!(id(&found[0]), user_id);
            }
            // The database still takes writes, and a name that was in flight is either taken or free, nothing between.
            server.create_user(&format!("after-the-crash-{round}"));
        }
    }
}

/// Creates users from several threads, kills the server under them and returns the id and name of each one answered 201.
fn create_until_killed(server: &mut TestServer, round: usize) -> Vec<(String, String)> {
    let acknowledged = Mutex::new(Vec::new());
    let counter = AtomicUsize::new(0);
    let killed = AtomicBool::new(false);
    let process = server.pid();
    thread::scope(|scope| {
        for _ in 0..WRITERS {
            scope.spawn(|| {
                // Ends by itself at the first request that the dead server does not answer.
                while !killed.load(Ordering::Relaxed) {
                    let n = counter.fetch_add(1, Ordering::Relaxed);
                    let name = format!("user-{round}-{n}");
                    let Ok(reply) = server.try_create_user(&name) else {
                        break;
                    };
                    let user = reply.expect(201);
                    let mut acknowledged = acknowledged.lock().expect("no writer panicked");
                    acknowledged.push((id(&user).to_owned(), name));
                    if acknowledged.len() == ACKNOWLEDGED_MIN {
                        // Still holding the lock would stop the others; the point is that they are in full run.
                        drop(acknowledged);
                        kill_9(process);
                        killed.store(true, Ordering::Relaxed);
                    }
                }
            });
        }
    });
    server.kill();
    acknowledged.into_inner().expect("no writer panicked")
}

/// By number, because the server itself is borrowed by the writers.
fn kill_9(process: u32) {
    let status = std::process::Command::new("kill")
        .args(["-9", &process.to_string()])
        .status();
    assert!(
        status.is_ok_and(|status| status.success()),
        "kill -9 {process}"
    );
}

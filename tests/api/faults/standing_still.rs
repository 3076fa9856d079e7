//! A database, or a network to it, that stands still: nothing is refused, and nothing comes back.

use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::watch::{abandoned, probe, refused, until, within};
use crate::support::{BULK_REQUEST, TestServer, USER, id, user_body};

/// A request waits for three seconds, and then has to be answered.
const STATED: Duration = Duration::from_millis(3_700);
const SOON: Duration = Duration::from_secs(1);
/// More than there are connections.
const CLIENTS: usize = 6;

/// What each of many clients was told of its write.
fn told(server: &TestServer, round: usize) -> Vec<(String, String)> {
    thread::scope(|scope| {
        let writers: Vec<_> = (0..CLIENTS)
            .map(|client| {
                scope.spawn(move || {
                    let name = format!("user-{round}-{client}");
                    let write = server.post("/Users", user_body(&name, json!({})));
                    (name, refused(within(STATED, write)))
                })
            })
            .collect();
        let readers: Vec<_> = (0..CLIENTS)
            .map(|_| scope.spawn(|| refused(within(STATED, server.get("/Users?count=1")))))
            .collect();
        assert_eq!(probe(server, "/livez", SOON), 200);
        assert_eq!(probe(server, "/readyz", Duration::from_secs(3)), 503);
        for reader in readers {
            let detail = reader.join().expect("an answer");
            assert!(!detail.contains("not known"), "{detail}");
        }
        let told = writers.into_iter().map(|writer| writer.join());
        told.collect::<Result<_, _>>().expect("an answer")
    })
}

#[test]
fn every_request_is_answered_in_the_stated_time() {
    let (server, door) = TestServer::behind_a_door();
    let ada = server.create_user("ada");
    let path = format!("/Users/{}", id(&ada));
    door.stick();
    // It was sent, and may arrive when the database goes on.
    let write = server.post("/Users", user_body("sent", json!({})));
    let sent = refused(within(STATED, write));
    assert!(sent.contains("not known"), "{sent}");
    let told: Vec<_> = (0..2).flat_map(|round| told(&server, round)).collect();
    // As many as there are connections at most, so that the threads that hang have a bound.
    let hanging = abandoned(&server);
    assert!((1..=4).contains(&hanging), "{hanging}");
    door.unstick();
    assert_eq!(within(SOON, server.get(&path)).expect(200), ada);
    within(SOON, server.post("/Users", user_body("after", json!({})))).expect(201);
    until("at an end", || abandoned(&server) == 0);
    until("ready", || probe(&server, "/readyz", SOON) == 200);
    assert_eq!(server.search("/Users", "userName eq \"sent\"").len(), 1);
    for (name, told) in &told {
        let found = server.search("/Users", &format!("userName eq \"{name}\""));
        assert!(
            found.is_empty() || told.contains("not known"),
            "{name}: {told}"
        );
    }
}

/// A change in a transaction that was given up before its commit is never written.
#[test]
fn what_is_said_not_to_be_written_never_is() {
    let (server, door) = TestServer::behind_a_door();
    let ada = server.create_user("ada");
    let path = format!("/Users/{}", id(&ada));
    door.stick();
    // A deletion is several statements, and hangs at the first.
    let told = refused(within(STATED, server.delete(&path)));
    door.unstick();
    assert!(told.contains("nothing was written"), "{told}");
    until("at an end", || abandoned(&server) == 0);
    assert_eq!(server.get(&path).send().expect(200), ada);
}

/// Each of its two transactions waits as long as a request, and so does the proof that the credential holds.
#[test]
fn a_bulk_request_is_answered_too() {
    let (server, door) = TestServer::behind_a_door_with(&[("SCIMD_DATABASE_TIMEOUT_S", "1")]);
    let create = |name: usize| {
        let data = json!({ "schemas": [USER], "userName": format!("user-{name}") });
        json!({ "method": "POST", "path": "/Users", "bulkId": name.to_string(), "data": data })
    };
    let operations: Vec<Value> = (0..150).map(create).collect();
    let message = json!({ "schemas": [BULK_REQUEST], "Operations": operations });
    server.create_user("ada");
    door.stick();
    let limit = Duration::from_secs(4);
    let told = refused(within(limit, server.post("/Bulk", message.clone())));
    door.unstick();
    // Where the note of the last use has the only connection, the request never gets one.
    let says = |words| told.contains(words);
    assert!(
        says("nothing was written") || says("cannot be reached"),
        "{told}"
    );
    until("at an end", || abandoned(&server) == 0);
    let done = server.post("/Bulk", message).send().expect(200);
    let outcomes = done["Operations"].as_array().expect("outcomes");
    assert!(outcomes.iter().all(|one| one["status"] == "201"), "{done}");
}

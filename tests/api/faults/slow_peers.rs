//! Peers that hold connections without asking for anything. Their connections end within a stated time.

use std::thread;
use std::time::{Duration, Instant};

use super::peer::{Peer, dribble};
use crate::support::{Backend, Reply, TestServer};

/// The head of a request without a token, whose body comes in chunks.
const CHUNKED: &str = "POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
/// The same with its length.
const SIZED: &str = "POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2000000000\r\n\r\n";
const CHUNK: &str = "1\r\n \r\n";
/// An open connection ends after twice that.
const QUICK: (&str, &str) = ("SCIMD_CLIENT_TIMEOUT_S", "1");
/// More than the server reads of a body that nobody wants, and what the system keeps on both sides.
const SENT_MAX: usize = 96 * 1024 * 1024;

fn with_token(server: &TestServer, head: &str) -> String {
    let token = format!("Authorization: Bearer {}\r\nHost: x\r\n", server.token());
    head.replace("Host: x\r\n", &token)
}

/// The answer on a connection of its own.
#[track_caller]
fn fresh(server: &TestServer, request: &str) -> Reply {
    let answer = server.exchange(request.to_owned().into());
    answer.expect("an answer")
}

/// More of them than the process may have files.
fn dribblers_keep_nobody_out(backend: Backend) {
    let server = TestServer::start_with_open_files(backend, 256, &[QUICK]);
    server.create_user("present");
    let peers = (0..300).map(|_| Peer::saying(&server, CHUNKED)).collect();
    let dribbling = thread::spawn(move || dribble(peers, CHUNK));
    let livez = "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    let users = livez.replace(
        "/livez",
        "/scim/v2/Users?filter=userName%20eq%20%22present%22",
    );
    for _ in 0..20 {
        fresh(&server, livez).expect(200);
        let found = fresh(&server, &with_token(&server, &users)).expect(200);
        assert_eq!(found["totalResults"], 1);
    }
    assert_eq!(
        dribbling.join().expect("the peers do not panic"),
        0,
        "connections did not end"
    );
}

#[test]
fn dribblers_keep_nobody_out_sqlite() {
    dribblers_keep_nobody_out(Backend::Sqlite);
}

#[test]
fn dribblers_keep_nobody_out_postgres() {
    dribblers_keep_nobody_out(Backend::Postgres);
}

/// Whatever the framing, and whoever sends.
#[test]
fn the_rest_of_a_body_ends_with_its_connection() {
    let server = TestServer::start_with(Backend::Sqlite, &[QUICK]);
    for head in [CHUNKED, SIZED] {
        let mut peer = Peer::saying(&server, head);
        assert_eq!(peer.status(), 401);
        assert_eq!(dribble(vec![peer], CHUNK), 0, "after 401: {head}");
        let mut silent = Peer::saying(&server, head);
        assert_eq!(silent.status(), 401);
        assert!(silent.hear_all().is_some(), "in silence after 401: {head}");
        let elsewhere = with_token(&server, head).replace("/Users", "/No/where/else");
        let mut peer = Peer::saying(&server, &elsewhere);
        assert_eq!(peer.status(), 404);
        assert_eq!(dribble(vec![peer], CHUNK), 0, "after 404: {head}");
    }
}

#[test]
fn a_body_that_came_too_late_ends_with_its_connection() {
    let server = TestServer::start_with(Backend::Sqlite, &[QUICK, ("SCIMD_BODY_TIMEOUT_S", "1")]);
    for head in [CHUNKED, SIZED] {
        let mut peer = Peer::saying(&server, &with_token(&server, head));
        assert!(peer.say(CHUNK));
        assert_eq!(peer.status(), 408, "{head}");
        assert_eq!(dribble(vec![peer], CHUNK), 0, "after 408: {head}");
    }
}

#[test]
fn a_sender_at_full_speed_is_cut_after_a_bounded_rest() {
    let server = TestServer::start(Backend::Sqlite);
    let piece = vec![b' '; 64 * 1024];
    let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), &piece, b"\r\n"].concat();
    for (head, piece) in [(CHUNKED, &chunk), (SIZED, &piece)] {
        let mut peer = Peer::saying(&server, head);
        let mut sent = 0;
        while sent < SENT_MAX && peer.send(piece) {
            sent += piece.len();
        }
        assert!(sent < SENT_MAX, "{sent} bytes were taken: {head}");
    }
}

/// A body that is small enough to be read on the side costs nobody a connection.
#[test]
fn a_client_keeps_its_connection_after_a_small_rest() {
    let server = TestServer::start(Backend::Sqlite);
    let mut peer = Peer::saying(&server, CHUNKED);
    assert_eq!(peer.status(), 401);
    assert!(peer.say("5\r\nhello\r\n0\r\n\r\nGET /livez HTTP/1.1\r\nHost: x\r\n\r\n"));
    peer.hear_until("}");
    assert_eq!(peer.status(), 200);
}

/// The first head of a connection has a time limit of its own.
#[test]
fn a_later_head_that_dribbles_ends_its_connection() {
    let server = TestServer::start_with(Backend::Sqlite, &[QUICK]);
    let mut peer = Peer::saying(&server, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
    assert_eq!(peer.status(), 200);
    assert!(peer.say("GET /livez HTTP/1.1\r\nX: "));
    assert_eq!(dribble(vec![peer], "x"), 0, "a second head");
    let first = Peer::saying(&server, "GET /livez HTTP/1.1\r\nX: ");
    assert_eq!(dribble(vec![first], "x"), 0, "a first head");
}

/// The request runs again when its tenant has changed, and its body gets no second time.
fn a_body_has_its_time_once(backend: Backend) {
    let server = TestServer::start_with(backend, &[("SCIMD_BODY_TIMEOUT_S", "4")]);
    server.create_user("present");
    server.set_tenant("rehire=reactivate");
    let began = Instant::now();
    let head = SIZED.replace("2000000000", "1000");
    let mut peer = Peer::saying(&server, &with_token(&server, &head));
    assert_eq!(peer.status(), 408);
    let elapsed = began.elapsed();
    assert!(elapsed < Duration::from_secs(7), "{elapsed:?}");
    server.create_user("after");
}

#[test]
fn a_body_has_its_time_once_sqlite() {
    a_body_has_its_time_once(Backend::Sqlite);
}

#[test]
fn a_body_has_its_time_once_postgres() {
    a_body_has_its_time_once(Backend::Postgres);
}

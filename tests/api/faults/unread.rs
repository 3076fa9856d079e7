//! Answers that nobody reads. They end with their connections, and do not fill the memory.

use std::thread;
use std::time::{Duration, Instant};

use super::peer::{ENDS_MAX, Peer};
use crate::support::{Backend, TestServer};
use serde_json::json;

/// Users whose page is so large that the system does not keep it for a client.
const USERS: usize = 100;
const TITLE_BYTES: usize = 60_000;
const PAGE_BYTES: usize = USERS * TITLE_BYTES;
const PEERS: usize = 60;
/// What the server may grow by: a third of what the peers ask for. It keeps 32 MiB, and what it renders meanwhile.
const GROWTH_MAX_KIB: u64 = (PEERS * PAGE_BYTES / 3 / 1024) as u64;
/// Half of the time that a stop may take: connections did not delay it.
const STOPS_MAX: Duration = Duration::from_secs(30);

fn with_large_page(extra: &[(&str, &str)]) -> TestServer {
    let server = TestServer::start_with(Backend::Sqlite, extra);
    for index in 0..USERS {
        let title = "x".repeat(TITLE_BYTES);
        let user = json!({ "schemas": [crate::support::USER], "userName": format!("u{index}"), "title": title });
        server.post("/Users", user).send().expect(201);
    }
    server
}

fn asking(server: &TestServer) -> Peer {
    let token = server.token();
    let head = format!(
        "GET /scim/v2/Users?count=1000 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    );
    Peer::saying(server, &head)
}

#[test]
fn an_answer_that_nobody_reads_ends_with_its_connection() {
    let server = with_large_page(&[("SCIMD_WRITE_TIMEOUT_S", "1")]);
    let mut peer = asking(&server);
    thread::sleep(Duration::from_secs(5));
    let heard = peer.hear_all().expect("the connection has ended");
    assert!(heard.starts_with(b"HTTP/1.1 200"));
    assert!(heard.len() < PAGE_BYTES, "{} bytes were kept", heard.len());
}

/// A client that is slow reads all the same.
#[test]
fn a_slow_reader_gets_its_whole_answer() {
    let server = with_large_page(&[("SCIMD_WRITE_TIMEOUT_S", "2")]);
    let mut peer = asking(&server);
    let mut heard = 0;
    for _ in 0..20 {
        heard += peer.hear(256 * 1024);
        thread::sleep(Duration::from_millis(300));
    }
    while heard < PAGE_BYTES {
        let more = peer.hear(256 * 1024);
        assert!(more > 0, "the answer ended after {heard} bytes");
        heard += more;
    }
}

#[test]
fn answers_that_nobody_reads_do_not_fill_the_memory() {
    let server = with_large_page(&[("SCIMD_ANSWERS_MAX_BYTES", "33554432")]);
    let page = server.get("/Users?count=1000").send().expect(200);
    assert_eq!(page["totalResults"], USERS);
    let before = server.resident_kib();
    let mut highest = before;
    let mut statuses = Vec::new();
    let mut peers = Vec::new();
    for _ in 0..PEERS {
        let mut peer = asking(&server);
        statuses.push(peer.status());
        peers.push(peer);
        highest = highest.max(server.resident_kib());
    }
    let is_known = |status: &u16| [200, 503].contains(status);
    assert!(statuses.iter().all(is_known), "{statuses:?}");
    // Nothing to compare on systems without /proc.
    if let (Some(before), Some(highest)) = (before, highest) {
        eprintln!("resident memory: {before} KiB before, {highest} KiB at most, {statuses:?}");
        assert!(
            highest < before + GROWTH_MAX_KIB,
            "resident memory went from {before} to {highest} KiB"
        );
    }
    // There is room again while nobody reads.
    let began = Instant::now();
    while server.get("/Users?count=1000").send().status != 200 {
        assert!(began.elapsed() < ENDS_MAX, "no room");
        thread::sleep(Duration::from_millis(100));
    }
    drop(peers);
}

#[test]
fn answers_that_nobody_reads_do_not_delay_a_stop() {
    let mut server = with_large_page(&[("SCIMD_SHUTDOWN_TIMEOUT_S", "60")]);
    let peers: Vec<_> = (0..5).map(|_| asking(&server)).collect();
    thread::sleep(Duration::from_secs(2));
    let began = Instant::now();
    assert_eq!(server.stop(), Some(0));
    assert!(
        began.elapsed() < STOPS_MAX,
        "the stop took {:?}",
        began.elapsed()
    );
    drop(peers);
}

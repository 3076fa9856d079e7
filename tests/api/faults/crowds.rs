//! More connections than there may be.

use std::thread;
use std::time::{Duration, Instant};

use super::peer::{ENDS_MAX, Peer};
use crate::support::{Backend, TestServer};

const LIVEZ: &str = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n";

/// Five connections where there may be four: each is answered, and one that has nothing more to ask gives way.
fn silent_ones_give_way(server: &TestServer) {
    let peers = (0..5).map(|_| {
        let mut peer = Peer::saying(server, LIVEZ);
        assert_eq!(peer.status(), 200);
        peer
    });
    let mut peers: Vec<_> = peers.collect();
    let began = Instant::now();
    while peers.len() > 4 && began.elapsed() < ENDS_MAX {
        thread::sleep(Duration::from_millis(50));
        peers.retain_mut(|peer| !peer.has_ended());
    }
    assert_eq!(peers.len(), 4);
}

#[test]
fn one_address_has_so_many_connections_and_no_more() {
    let limits = [
        ("SCIMD_CONNECTIONS_PER_ADDRESS_MAX", "4"),
        ("SCIMD_CLIENT_TIMEOUT_S", "60"),
    ];
    silent_ones_give_way(&TestServer::start_with(Backend::Sqlite, &limits));
}

#[test]
fn all_addresses_have_so_many_connections_and_no_more() {
    let limits = [
        ("SCIMD_CONNECTIONS_MAX", "4"),
        ("SCIMD_CONNECTIONS_PER_ADDRESS_MAX", "100"),
        ("SCIMD_CLIENT_TIMEOUT_S", "60"),
    ];
    silent_ones_give_way(&TestServer::start_with(Backend::Sqlite, &limits));
}

#[test]
fn where_all_have_requests_a_new_one_is_told_to_come_again() {
    let server = TestServer::start_with(
        Backend::Sqlite,
        &[
            ("SCIMD_CONNECTIONS_MAX", "2"),
            ("SCIMD_CONNECTIONS_PER_ADDRESS_MAX", "2"),
        ],
    );
    let position = server.get("/feed").send().expect(200)["position"].clone();
    let position = position.as_str().expect("a position");
    let token = server.token();
    let head = format!(
        "GET /scim/v2/feed?after={position}&wait=5 HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    let mut waiting = [(); 2].map(|()| Peer::saying(&server, &head));
    thread::sleep(Duration::from_millis(500));
    let refused = server.exchange(
        LIVEZ
            .replace("Host: x", "Host: x\r\nConnection: close")
            .into(),
    );
    let refused = refused.expect("an answer");
    assert_eq!(refused.header("retry-after"), Some("2"));
    refused.error(503, "");
    assert!(
        waiting.iter_mut().all(|peer| peer.status() == 200),
        "nobody who waits is sent away"
    );
    drop(waiting);
    server
        .request("GET", "/livez")
        .absolute()
        .anonymous()
        .send()
        .expect(200);
}

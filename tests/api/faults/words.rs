//! Words of a client that are longer than they should be, or broken.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::peer::{ENDS_MAX, Peer};
use crate::support::USER;

/// Of a method, the log and answers show so many characters.
const METHOD_SHOWN: usize = 32;

api_test! {
    fn a_malformed_chunk_is_400(server) {
        let token = server.token();
        let head = format!(
            "POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\nContent-Type: application/scim+json\r\nTransfer-Encoding: chunked\r\n\r\n"
        );
        for body in ["zz\r\n{}\r\n0\r\n\r\n", "2\r\n{}0\r\n\r\n", "5\r\nhello\r\nx\r\n", "fffffffffffffffffff\r\n"] {
            // The token is not in memory, then it is.
            for _ in 0..2 {
                let reply = server.exchange(format!("{head}{body}").into_bytes());
                let reply = reply.unwrap_or_else(|| panic!("no answer to {body:?}"));
                reply.error(400, "invalidSyntax");
            }
        }
        server.create_user("still.here@example.com");
    }

    /// Requests that are sent at once: the chunks of the second are malformed. What is said is true of the first.
    fn a_malformed_chunk_is_told_to_its_own_request(server) {
        let token = server.token();
        let head = format!("POST /scim/v2/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Type: application/scim+json\r\n");
        let bad = format!("{head}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}\r\n0\r\n\r\n");
        for number in 0..4 {
            let body = json!({ "schemas": [USER], "userName": format!("first-{number}") }).to_string();
            let good = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
            let mut peer = Peer::saying(&server, &format!("{good}{bad}"));
            let heard = peer.hear_until("\r\n\r\n");
            // Silence says that nobody knows.
            assert!(heard.is_empty() || heard.starts_with("HTTP/1.1 201"), "{heard}");
        }
    }

    fn a_long_method_is_shown_by_its_beginning(server) {
        let long = "A".repeat(100_000);
        for path in ["/livez", "/scim/v2/Users", "/scim/v2/Bulk", "/scim/v2/Schemas", "/nowhere"] {
            let token = server.token();
            let request = format!("{long} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\nX-Request-Id: {}\r\n\r\n", &path[1..]);
            let reply = server.exchange(request.into_bytes()).expect("an answer");
            assert!((400..500).contains(&reply.status), "{path}: {}", reply.status);
            assert!(longest_run(&reply.text) <= METHOD_SHOWN, "{path}: {}", reply.text);
        }
        let began = Instant::now();
        while !server.log().contains("path=-") && began.elapsed() < ENDS_MAX {
            thread::sleep(Duration::from_millis(50));
        }
        let log = server.log();
        assert_eq!(longest_run(&log), METHOD_SHOWN, "{log}");
    }
}

/// The most `A` in a row.
fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != 'A').map(str::len);
    runs.max().unwrap_or(0)
}

//! Answers that are much larger than what is stored, and clients who read them slowly.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;

use serde_json::{Value, json};

use crate::support::{BULK_REQUEST, PATCH_OP, TestServer, USER, id};

const USERS: usize = 1_000;
const GROUPS: usize = 120;
/// What one request may take, in kB.
const TAKEN_MAX: u64 = 64 * 1024;

/// Creates users, each with this title. Returns their ids in the order of creation.
fn crowd(server: &TestServer, title: &str) -> Vec<String> {
    server.crowd(
        USERS,
        |number| json!({ "schemas": [USER], "userName": format!("user-{number}"), "title": title }),
    )
}

/// A line of the process's status, in kB.
fn memory(server: &TestServer, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).expect("a status");
    let found = status
        .lines()
        .find_map(|text| text.strip_prefix(line))
        .expect("the line");
    found
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("a number")
}

/// How much more memory than before the process had at most while this ran, in kB.
fn taken(server: &TestServer, work: impl FnOnce()) -> u64 {
    fs::write(format!("/proc/{}/clear_refs", server.pid()), "5").expect("the mark is put down");
    let before = memory(server, "VmRSS:");
    work();
    memory(server, "VmHWM:").saturating_sub(before)
}

/// Begins a request whose answer nobody reads yet.
fn begin(server: &TestServer, target: &str) -> TcpStream {
    let address = server.origin().strip_prefix("http://").expect("an address");
    let mut socket = TcpStream::connect(address).expect("the server accepts connections");
    let head = format!(
        "GET /scim/v2{target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\r\n",
        server.token()
    );
    socket
        .write_all(head.as_bytes())
        .expect("the request is sent");
    socket
}

/// The body of an answer, in chunks or as a whole.
fn body_of(answer: &[u8]) -> String {
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let start = head.expect("a head") + 4;
    let is_whole = answer[..start]
        .to_ascii_lowercase()
        .windows(15)
        .any(|name| name == b"content-length:");
    if is_whole {
        return String::from_utf8(answer[start..].to_vec()).expect("text");
    }
    let (mut coded, mut body) = (&answer[start..], Vec::new());
    while let Some(end) = coded.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&coded[..end]).expect("a size");
        let size = usize::from_str_radix(size, 16).expect("a size");
        body.extend_from_slice(&coded[end + 2..end + 2 + size]);
        coded = &coded[(end + 4 + size).min(coded.len())..];
    }
    String::from_utf8(body).expect("text")
}

/// The users on a page.
fn ids(server: &TestServer, query: &str) -> Vec<String> {
    let page = server.get(&format!("/Users?{query}")).send().expect(200);
    let users = page["Resources"].as_array().expect("resources").iter();
    users.map(|user| id(user).to_owned()).collect()
}

api_test! {
    /// Faults: M1
    fn m1_what_is_derived_takes_no_more_memory_than_what_is_stored(server) {
        let users = crowd(&server, "");
        let refs: Vec<&str> = users.iter().map(String::as_str).collect();
        let mut inner = id(&server.create_group("0", &refs)).to_owned();
        for number in 1..GROUPS {
            inner = id(&server.create_group(&number.to_string(), &[&inner])).to_owned();
        }
        for number in 0..20 {
            server.create_group(&format!("crowd-{number}"), &refs);
        }
        for (target, least) in [("/Users?count=1000", 15_000_000), ("/Groups?count=200", 3_000_000)] {
            let taken = taken(&server, || {
                let answer = server.get(target).send();
                assert_eq!(answer.status, 200);
                let bytes = answer.text.len();
                assert!(bytes > least, "{target}: {bytes}");
            });
            assert!(taken < TAKEN_MAX, "{target} took {taken} kB");
        }
    }

    /// Faults: F21
    fn f21_answers_that_nobody_reads_take_little_memory(server) {
        let users = crowd(&server, &"x".repeat(8_000));
        assert_eq!(users.len(), USERS);
        let taken = taken(&server, || {
            let sockets: Vec<_> = (0..12).map(|_| begin(&server, "/Users?count=1000")).collect();
            // Others are served meanwhile.
            server.get("/Users?count=1").send().expect(200);
            thread::sleep(std::time::Duration::from_secs(2));
            server.get("/Users?count=1").send().expect(200);
            drop(sockets);
        });
        assert!(taken < TAKEN_MAX, "{taken} kB");
    }

    /// Everybody who was there throughout stands there once, while others come, go and change.
    fn a_page_that_is_read_slowly_is_whole(server) {
        let users = crowd(&server, &"x".repeat(16_000));
        for (query, is_sorted) in [("count=1000", false), ("count=1000&filter=active+pr+or+userName+pr", false), ("count=1000&sortBy=userName", true)] {
            let known: Vec<String> = ids(&server, query);
            let mut socket = begin(&server, &format!("/Users?{query}"));
            let mut begun = [0; 1024];
            socket.read_exact(&mut begun).expect("the answer begins");
            // The first of the page would move behind the others, one of the last before them, and one goes.
            let (behind, before, gone) = (&known[0], &known[known.len() - 3], &known[known.len() - 2]);
            for (user, name) in [(behind, format!("zzz-{query}")), (before, format!("a-{query}"))] {
                let rename = json!([{ "op": "replace", "path": "userName", "value": name }, { "op": "replace", "path": "title", "value": "moved" }]);
                server.patch(&format!("/Users/{user}"), rename).send().expect(200);
            }
            server.delete(&format!("/Users/{gone}")).send().expect(204);
            let mut whole = begun.to_vec();
            socket.read_to_end(&mut whole).expect("the answer ends");
            let page: Value = serde_json::from_str(&body_of(&whole)).expect("the answer is whole");
            let shown: Vec<&str> = page["Resources"].as_array().expect("resources").iter().map(id).collect();
            let mut expected: Vec<&str> = known.iter().map(String::as_str).collect();
            if !is_sorted {
                expected.retain(|user| shown.contains(user) || user != gone);
            }
            assert_eq!(shown, expected, "{query}");
            assert_eq!(page["itemsPerPage"], shown.len());
            assert!(page["totalResults"].as_u64() >= page["itemsPerPage"].as_u64());
            server.create_user(&format!("late-{query}"));
        }
        assert_eq!(users.len(), USERS);
    }

    fn a_page_whose_resources_match_no_more_does_not_end_the_walk(server) {
        let users = crowd(&server, &"x".repeat(16_000));
        let query = "filter=title+pr&count=800";
        let mut socket = begin(&server, &format!("/Users?{query}"));
        let mut begun = [0; 1024];
        socket.read_exact(&mut begun).expect("the answer begins");
        // What is on the page already matches no more.
        let operation = |user: &String| {
            let remove = json!([{ "op": "remove", "path": "title" }]);
            json!({ "method": "PATCH", "path": format!("/Users/{user}"), "data": { "schemas": [PATCH_OP], "Operations": remove } })
        };
        let operations: Vec<Value> = users[..230].iter().map(operation).collect();
        server.post("/Bulk", json!({ "schemas": [BULK_REQUEST], "Operations": operations })).send().expect(200);
        let mut whole = begun.to_vec();
        socket.read_to_end(&mut whole).expect("the answer ends");
        let page: Value = serde_json::from_str(&body_of(&whole)).expect("the answer is whole");
        let items = page["itemsPerPage"].as_u64().expect("a number");
        let total = page["totalResults"].as_u64().expect("a number");
        assert_eq!(items, 800);
        // Those behind it match. So many do not any more that fewer match in all than the page shows.
        assert!(total > items, "{total} in all, {items} on the page");
        let next = server.get(&format!("/Users?{query}&startIndex={}", items + 1)).send().expect(200);
        let last = next["Resources"].as_array().expect("resources").last().map(id);
        assert_eq!(last, users.last().map(String::as_str));
    }
}

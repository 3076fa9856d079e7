//! Answers that are much larger than what is stored, and clients who read them slowly.

use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::thread;

use serde_json::{Value, json};

use crate::support::{BULK_REQUEST, TestServer, USER, id};

const USERS: usize = 1_000;
const GROUPS: usize = 120;
/// What one request may take, in kB.
const TAKEN_MAX: u64 = 64 * 1024;

/// Creates users by Bulk. Returns their ids in the order of creation.
fn crowd(server: &TestServer, heavy: &str) -> Vec<String> {
    let numbers: Vec<usize> = (0..USERS).collect();
    let create = |numbers: &[usize]| {
        let operations = numbers.iter().map(|number| {
            let name = format!("user-{number}");
            let data = json!({ "schemas": [USER], "userName": name, "title": heavy });
            json!({ "method": "POST", "path": "/Users", "bulkId": name, "data": data })
        });
        let operations: Vec<Value> = operations.collect();
        let body = json!({ "schemas": [BULK_REQUEST], "Operations": operations });
        let answer = server.post("/Bulk", body).send().expect(200);
        let made = answer["Operations"].as_array().expect("operations").clone();
        made.into_iter().map(|one| {
            let location = one["location"].as_str().expect("a location").to_owned();
            location.rsplit('/').next().expect("an id").to_owned()
        })
    };
    numbers.chunks(250).flat_map(create).collect()
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

/// The body of an answer in chunks.
fn body_of(answer: &[u8]) -> String {
    let head = answer.windows(4).position(|four| four == b"\r\n\r\n");
    let start = head.expect("a head") + 4;
    let (mut coded, mut body) = (&answer[start..], Vec::new());
    while let Some(end) = coded.windows(2).position(|two| two == b"\r\n") {
        let size = std::str::from_utf8(&coded[..end]).expect("a size");
        let size = usize::from_str_radix(size, 16).expect("a size");
        body.extend_from_slice(&coded[end + 2..end + 2 + size]);
        coded = &coded[(end + 4 + size).min(coded.len())..];
    }
    String::from_utf8(body).expect("text")
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

    /// Nobody stands twice on a page that is sorted by what changes while it is read.
    fn a_page_that_is_read_slowly_shows_nobody_twice(server) {
        let users = crowd(&server, &"x".repeat(16_000));
        let mut socket = begin(&server, "/Users?count=1000&sortBy=meta.lastModified");
        let mut first = [0; 1024];
        socket.read_exact(&mut first).expect("the answer begins");
        // The first of them moves behind the others; one that is not shown yet goes, and one comes.
        server.patch(&format!("/Users/{}", users[0]), json!([{ "op": "replace", "path": "title", "value": "moved" }])).send().expect(200);
        server.delete(&format!("/Users/{}", users[USERS - 2])).send().expect(204);
        server.create_user("late");
        let mut whole = first.to_vec();
        socket.read_to_end(&mut whole).expect("the answer ends");
        let body = body_of(&whole);
        let page: Value = serde_json::from_str(&body).expect("the answer is whole");
        let shown: Vec<&str> = page["Resources"].as_array().expect("resources").iter().map(id).collect();
        let unique: BTreeSet<&str> = shown.iter().copied().collect();
        assert_eq!(unique.len(), shown.len(), "somebody stands there twice");
        let missing: Vec<&String> = users.iter().filter(|user| !unique.contains(user.as_str())).collect();
        assert!(missing.len() <= 1 && missing.iter().all(|user| **user == users[USERS - 2]), "{missing:?}");
        assert_eq!(page["itemsPerPage"], shown.len());
    }
}

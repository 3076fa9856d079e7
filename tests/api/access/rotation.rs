//! Tokens that take the place of others, and tokens that are found.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Behind, TestServer, USER};

/// The key id of the token with this label.
#[track_caller]
fn key_id(server: &TestServer, label: &str) -> String {
    let list = server.cli(&["token", "list", "default"]).ok();
    let line = list.lines().find(|line| line.ends_with(label));
    let word = line.and_then(|line| line.split_whitespace().next());
    word.unwrap_or_else(|| panic!("no {label} in {list}"))
        .to_owned()
}

#[track_caller]
fn last_line(printed: &str) -> String {
    printed.lines().last().expect("a token").to_owned()
}

const CLIENTS: usize = 50;
const BEFORE: Duration = Duration::from_millis(1_500);
const AFTER: Duration = Duration::from_secs(3);
/// How late a revoked token may still be let in.
const GRACE: Duration = Duration::from_secs(1);

/// A request: with the new token or the old one, when it began, and its status.
type Sent = (bool, Instant, u16);

api_test! {
    /// Rows: AUTH-08
    fn a_token_is_rotated_under_load_without_a_gap(server) {
        let second = server.another();
        let printed = server.cli(&["token", "create", "default", "--label", "okta"]).ok();
        let old = last_line(&printed);
        let key = key_id(&server, "okta");
        let new = last_line(&server.cli(&["token", "rotate", "default", &key, "--overlap", "1h"]).ok());
        let (stop, number) = (AtomicBool::new(false), AtomicUsize::new(0));
        let send = |client: usize| {
            let instance = if client.is_multiple_of(2) { &server } else { &second };
            let is_new = client % 4 < 2;
            let token = if is_new { &new } else { &old };
            let mut sent: Vec<Sent> = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                let name = format!("user-{}", number.fetch_add(1, Ordering::Relaxed));
                let began = Instant::now();
                let reply = instance.post("/Users", json!({ "schemas": [USER], "userName": name })).token(token).send();
                sent.push((is_new, began, reply.status));
            }
            sent
        };
        let (sent, revoked) = thread::scope(|scope| {
            let clients: Vec<_> = (0..CLIENTS).map(|client| scope.spawn(move || send(client))).collect();
            thread::sleep(BEFORE);
            server.cli(&["token", "revoke", "default", &key]).ok();
            let revoked = Instant::now();
            thread::sleep(AFTER);
            stop.store(true, Ordering::Relaxed);
            let sent: Vec<Sent> = clients.into_iter().flat_map(|client| client.join().expect("a client")).collect();
            (sent, revoked)
        });
        let count = |wanted: &dyn Fn(&Sent) -> bool| sent.iter().filter(|one| wanted(one)).count();
        // Two processes share SQLite's one writer, whose lock is not fair between them: 503 asks to try again.
        let is_busy = |status: u16| status == 503 && matches!(server.behind(), Behind::Sqlite(_));
        assert_eq!(count(&|(is_new, _, status)| *is_new && *status != 201 && !is_busy(*status)), 0, "the new token fails");
        assert_eq!(count(&|(is_new, _, status)| !*is_new && ![201, 401].contains(status) && !is_busy(*status)), 0);
        assert_eq!(count(&|(is_new, began, status)| !*is_new && *status == 201 && *began > revoked + GRACE), 0, "the old one is let in");
        for wanted in [(true, 201), (false, 201), (false, 401)] {
            let seen = count(&|(is_new, _, status)| (*is_new, *status) == wanted);
            assert!(seen > CLIENTS / 4, "{wanted:?} only {seen} times of {}", sent.len());
        }
    }

    fn a_successor_has_all_that_was_before(server) {
        server.user(json!({ "userName": "ada" }));
        let printed = server.cli(&[
            "token", "create", "default", "--label", "entra", "--scope", "read,users", "--network", "127.0.0.1",
            "--expires-in", "90d", "--user", "ada",
        ]).ok();
        let old = last_line(&printed);
        let key = key_id(&server, "entra");
        let printed = server.cli(&["token", "rotate", "default", &key, "--overlap", "2s", "--label", "entra two"]).ok();
        let new = last_line(&printed);
        let line = |key: &str| {
            let list = server.cli(&["token", "list", "default"]).ok();
            list.lines().find(|line| line.starts_with(key)).map(str::to_owned).unwrap_or_default()
        };
        let successor = line(&key_id(&server, "entra two"));
        for part in ["read users", "from 127.0.0.1/32", "entra two"] {
            assert!(successor.contains(part), "{successor}");
        }
        assert!(!successor.contains("expires never") && !successor.contains("user none"), "{successor}");
        for token in [&old, &new] {
            assert_eq!(server.get("/Me").token(token).send().expect(200)["userName"], "ada");
        }
        let began = Instant::now();
        while server.get("/Users").token(&old).send().status == 200 {
            assert!(began.elapsed() < Duration::from_secs(20), "the token before does not end");
            thread::sleep(Duration::from_millis(50));
        }
        server.get("/Users").token(&new).send().expect(200);
        let text = server.cli(&["token", "rotate", "default", &key]).refused();
        assert!(text.contains("has ended"), "{text}");
        // At once.
        let key = key_id(&server, "entra two");
        let third = last_line(&server.cli(&["token", "rotate", "default", &key, "--overlap", "0s"]).ok());
        assert_eq!(server.get("/Users").token(&new).send().status, 401);
        server.get("/Users").token(&third).send().expect(200);
        // A successor that was lost is made again, and lasts as long.
        let endless = last_line(&server.cli(&["token", "create", "default", "--label", "endless"]).ok());
        let key = key_id(&server, "endless");
        for label in ["lost", "found"] {
            let printed = server.cli(&["token", "rotate", "default", &key, "--label", label]).ok();
            assert!(printed.contains("ends never"), "{printed}");
        }
        server.get("/Users").token(&endless).send().expect(200);
        server.cli(&["token", "revoke", "default", &key]).ok();
        server.cli(&["token", "rotate", "default", &key]).refused();
        let text = server.cli(&["token", "rotate", "default", "nothing"]).refused();
        assert!(text.contains("no token \"nothing\""), "{text}");
    }

    /// Rows: AUTH-09
    fn auth_09_a_leaked_token_is_recognised(server) {
        let token = server.token_of("read");
        let secret = token.strip_prefix("scimd_").expect("a prefix");
        assert!(secret.len() == 49 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{token}");
        let find = |text: &str| server.cli_reading(&["token", "find"], text);
        let found = find(&format!("{token}\n")).ok();
        assert!(found.contains("tenant default: ") && found.contains("token revoke default "), "{found}");
        assert!(!found.contains(secret), "{found}");
        let key = found.split_whitespace().nth(2).unwrap().to_owned();
        server.cli(&["token", "revoke", "default", &key]).ok();
        assert!(find(&token).ok().contains("has ended"));
        let replaced: String = secret.chars().map(|letter| if letter == 'a' { 'b' } else { 'a' }).collect();
        for (text, word) in [(format!("scimd_{replaced}"), "not that of a token"), (String::new(), "standard input"), ("x".repeat(100_000), "not that of a token")] {
            let told = find(&text).refused();
            assert!(told.contains(word) && !told.contains(&replaced), "{told}");
        }
        let others: Value = server.get("/Users").send().expect(200);
        assert_eq!(others["totalResults"], 0);
    }
}

//! Fifty clients that write what they like, on one set of users and groups.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{BULK_REQUEST, GROUP, Reply, Request, TestServer, USER};

const WRITERS: u64 = 50;
/// Writes of each.
const WRITES: u64 = 12;

/// Users that a Bulk request creates.
const MANY: usize = 8;

/// The ids that writers know. Others may have deleted what they stand for.
#[derive(Default)]
struct Known {
    users: Vec<String>,
    groups: Vec<String>,
}

/// Runs the writers, and `work` beside them again and again until they are done.
pub(super) fn while_all_write(server: &TestServer, mut work: impl FnMut()) {
    let (known, done) = (Mutex::new(Known::default()), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::scope(|writers| {
                for writer in 0..WRITERS {
                    let known = &known;
                    writers.spawn(move || write(server, known, writer));
                }
            });
            done.store(true, Ordering::Relaxed);
        });
        while !done.load(Ordering::Relaxed) {
            work();
        }
    });
}

fn write(server: &TestServer, known: &Mutex<Known>, writer: u64) {
    let mut chance = Chance(writer + 1);
    for n in 0..WRITES {
        let name = format!("{writer}-{n}");
        match chance.below(10) {
            0..2 => create_user(server, known, &name),
            2 => create_many(server, known, &name),
            3 => create_group(server, known, &mut chance, &name),
            choice => change(server, known, &mut chance, choice, &name),
        }
    }
}

fn create_user(server: &TestServer, known: &Mutex<Known>, name: &str) {
    let body = json!({ "schemas": [USER], "userName": name, "title": "new" });
    let user = patiently(|| server.post("/Users", body.clone())).expect(201);
    known
        .lock()
        .expect("no writer panicked")
        .users
        .push(id_of(&user));
}

/// One transaction of many writes: it takes its number long before it commits.
fn create_many(server: &TestServer, known: &Mutex<Known>, name: &str) {
    let operation = |n| {
        json!({
            "method": "POST", "path": "/Users", "bulkId": format!("u{n}"),
            "data": { "schemas": [USER], "userName": format!("{name}-{n}"), "title": "new" },
        })
    };
    let operations: Vec<Value> = (0..MANY).map(operation).collect();
    let body = json!({ "schemas": [BULK_REQUEST], "Operations": operations });
    let answer = patiently(|| server.post("/Bulk", body.clone())).expect(200);
    let locations = answer["Operations"].as_array().expect("operations").iter();
    let ids = locations.filter_map(|one| {
        one["location"]
            .as_str()?
            .rsplit('/')
            .next()
            .map(str::to_owned)
    });
    known.lock().expect("no writer panicked").users.extend(ids);
}

fn create_group(server: &TestServer, known: &Mutex<Known>, chance: &mut Chance, name: &str) {
    let members = some_users(known, chance, 4);
    let body = json!({ "schemas": [GROUP], "displayName": name, "members": members });
    let reply = patiently(|| server.post("/Groups", body.clone()));
    if reply.status == 201 {
        known
            .lock()
            .expect("no writer panicked")
            .groups
            .push(id_of(&reply.expect(201)));
    }
}

/// What is changed may be gone, and members may be gone: those answers are right as well.
fn change(server: &TestServer, known: &Mutex<Known>, chance: &mut Chance, choice: u64, name: &str) {
    let (user, group) = {
        let known = known.lock().expect("no writer panicked");
        (chance.one_of(&known.users), chance.one_of(&known.groups))
    };
    let (user, group) = (format!("/Users/{user}"), format!("/Groups/{group}"));
    let members = some_users(known, chance, 3);
    let operation = |op: &str| json!([{ "op": op, "path": "members", "value": members }]);
    let reply = patiently(|| match choice {
        4 => server.delete(&user),
        5 => server.patch(
            &user,
            json!([{ "op": "replace", "path": "title", "value": name }]),
        ),
        6 => server.patch(&group, operation("add")),
        7 => server.patch(&group, operation("remove")),
        8 => server.put(
            &group,
            json!({ "schemas": [GROUP], "displayName": name, "members": members }),
        ),
        _ if name.ends_with('1') => server.delete(&group),
        _ => server.patch(&group, operation("replace")),
    });
    assert!(
        [200, 204, 400, 404, 405].contains(&reply.status),
        "{choice}: {}",
        reply.body
    );
}

fn some_users(known: &Mutex<Known>, chance: &mut Chance, most: u64) -> Vec<Value> {
    let known = known.lock().expect("no writer panicked");
    let count = chance.below(most + 1);
    (0..count)
        .map(|_| chance.one_of(&known.users))
        .filter(|id| !id.is_empty())
        .map(|id| json!({ "value": id }))
        .collect()
}

/// Sends a request again while the server is too busy for it.
fn patiently(request: impl Fn() -> Request) -> Reply {
    loop {
        let reply = request().send();
        if reply.status != 503 {
            return reply;
        }
        thread::sleep(Duration::from_millis(50));
    }
}

fn id_of(resource: &Value) -> String {
    crate::support::id(resource).to_owned()
}

/// Numbers that look like chance and are the same in every run (xorshift).
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }

    fn one_of(&mut self, ids: &[String]) -> String {
        let chosen = usize::try_from(self.below(ids.len().max(1) as u64)).unwrap_or_default();
        ids.get(chosen).cloned().unwrap_or_default()
    }
}

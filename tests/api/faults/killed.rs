//! `kill -9` again and again under many writers: what was acknowledged is there once, whole, and with its row of changes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Backend, Reply, TestServer, id};

const WRITERS: usize = 50;
const GROUPS: usize = 5;

/// What a writer knows of one of its users.
#[derive(Debug, Clone)]
struct Account {
    name: String,
    /// Its id, when the create was acknowledged.
    id: Option<String>,
    /// How many changes of its display name were acknowledged.
    renamed: usize,
    /// Whether it was acknowledged as a member of its group.
    member: bool,
    group: usize,
    /// The request whose answer did not come.
    open: Option<Open>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Create,
    Rename,
    Join,
}

/// The writers, and what they know.
struct Crew<'s> {
    server: &'s TestServer,
    groups: &'s [String],
    acknowledged: &'s AtomicUsize,
    is_over: &'s AtomicBool,
}

impl Crew<'_> {
    /// Creates an account, and changes it until the server is gone. Returns what is known of it.
    fn live(&self, name: String, group: usize) -> Account {
        let server = self.server;
        let mut account = Account {
            name,
            id: None,
            renamed: 0,
            member: false,
            group,
            open: Some(Open::Create),
        };
        let Some(made) = self.done(server.try_create_user(&account.name)) else {
            return account;
        };
        let user = id(&made).to_owned();
        account.id = Some(user.clone());
        account.open = Some(Open::Join);
        let join = json!([{ "op": "add", "path": "members", "value": [{ "value": user }] }]);
        let path = format!("/Groups/{}", self.groups[group]);
        if self.done(server.patch(&path, join).try_send()).is_none() {
            return account;
        }
        account.member = true;
        for number in 1..=3 {
            account.open = Some(Open::Rename);
            let rename = json!([{ "op": "replace", "path": "displayName", "value": format!("name-{number}") }]);
            if self
                .done(server.patch(&format!("/Users/{user}"), rename).try_send())
                .is_none()
            {
                return account;
            }
            account.renamed = number;
        }
        account.open = None;
        account
    }

    /// The body of an acknowledged write. `None` when no answer came, or the server said that it could not write now.
    fn done(&self, answer: Result<Reply, ureq::Error>) -> Option<Value> {
        let reply = answer.ok()?;
        match reply.status {
            200 | 201 | 204 => {}
            503 => return None,
            other => panic!("{other}: {}", reply.text),
        }
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
        Some(reply.body)
    }
}

/// Lets the writers work until so many more writes are acknowledged, kills the server under them, and returns their accounts.
fn round(
    server: &mut TestServer,
    groups: &[String],
    number: usize,
    writes: usize,
    acknowledged: &AtomicUsize,
) -> Vec<Account> {
    let (accounts, is_over) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let process = server.pid();
    let crew = Crew {
        server,
        groups,
        acknowledged,
        is_over: &is_over,
    };
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (crew, accounts) = (&crew, &accounts);
            scope.spawn(move || {
                for turn in 0.. {
                    if crew.is_over.load(Ordering::Relaxed) {
                        break;
                    }
                    let account = crew.live(
                        format!("r{number}-w{writer}-{turn}"),
                        (writer + turn) % GROUPS,
                    );
                    accounts
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push(account);
                }
            });
        }
        // Another moment of the work each time.
        let enough = acknowledged.load(Ordering::Relaxed) + writes + number % 50;
        while acknowledged.load(Ordering::Relaxed) < enough {
            thread::sleep(Duration::from_millis(1));
        }
        is_over.store(true, Ordering::Relaxed);
        let killed = std::process::Command::new("kill")
            .args(["-9", &process.to_string()])
            .status();
        assert!(killed.is_ok_and(|status| status.success()));
    });
    server.kill();
    accounts
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)
}

/// The first column of each line, and the others.
fn lines(server: &TestServer, query: &str) -> HashMap<String, Vec<String>> {
    let lines = server.behind().texts(query);
    let total = lines.len();
    let table: HashMap<_, _> = lines
        .iter()
        .map(|line| {
            let mut columns = line.split('|').map(str::to_owned);
            (columns.next().unwrap_or_default(), columns.collect())
        })
        .collect();
    assert_eq!(table.len(), total, "something is there twice: {query}");
    table
}

/// Holds the database to what the writers know.
fn check(server: &TestServer, groups: &[String], accounts: &[Account]) {
    let users = lines(
        server,
        "SELECT unique_key || '|' || id || '|' || version || '|' || coalesce(display_name, '') AS text FROM resources WHERE resource_type = 'User'",
    );
    let changes = lines(
        server,
        "SELECT resource_id || '|' || count(*) || '|' || max(version) AS text FROM changes GROUP BY resource_id",
    );
    let members = lines(
        server,
        "SELECT m.id || '|' || g.id AS text FROM memberships e JOIN resources m ON m.key = e.member_key AND m.tenant_id = e.tenant_id JOIN resources g ON g.key = e.group_key AND g.tenant_id = e.tenant_id",
    );
    for account in accounts {
        let Some(found) = users.get(&account.name) else {
            assert!(account.id.is_none(), "lost: {account:?}");
            continue;
        };
        let [user, version, display] = &found[..] else {
            panic!("{found:?}")
        };
        assert!(
            account.id.as_ref().is_none_or(|id| id == user),
            "another id: {account:?}"
        );
        let renamed = display
            .strip_prefix("name-")
            .map_or(0, |number| number.parse().expect("a number"));
        let most = account.renamed + usize::from(account.open == Some(Open::Rename));
        assert!(
            (account.renamed..=most).contains(&renamed),
            "{display}: {account:?}"
        );
        assert_eq!(version, &(1 + renamed).to_string(), "{account:?}");
        assert_eq!(
            changes.get(user).map(Vec::as_slice),
            Some(&[version.clone(), version.clone()][..]),
            "{account:?}"
        );
        match members.get(user) {
            Some(group) => {
                assert!(
                    account.member || account.open == Some(Open::Join),
                    "{account:?}"
                );
                assert_eq!(group[0], groups[account.group]);
            }
            None => assert!(!account.member, "lost: {account:?}"),
        }
    }
    let known: usize = accounts
        .iter()
        .filter(|account| users.contains_key(&account.name))
        .count();
    assert_eq!(known, users.len(), "somebody is there whom nobody made");
    for (place, group) in groups.iter().enumerate() {
        let inside = members.values().filter(|of| of[0] == *group).count();
        let version = inside + 1;
        let told = &changes[group];
        assert_eq!(
            told[0],
            version.to_string(),
            "a row of changes for each edge of group {place}"
        );
        let shown = server.get(&format!("/Groups/{group}")).send().expect(200);
        assert_eq!(shown["members"].as_array().map_or(0, Vec::len), inside);
        assert_eq!(shown["meta"]["version"], format!("W/\"{version}\""));
    }
}

/// How many rounds, and how many writes in each: few, or as many as `SCIMD_KILL_ROUNDS` says (`scripts/faults --long`).
fn size() -> (usize, usize) {
    match std::env::var("SCIMD_KILL_ROUNDS") {
        Ok(rounds) => (rounds.parse().expect("SCIMD_KILL_ROUNDS is a number"), 500),
        Err(_) => (2, 100),
    }
}

fn killed_again_and_again(backend: Backend) {
    let (rounds, writes) = size();
    let mut server = TestServer::start(backend);
    let groups: Vec<String> = (0..GROUPS)
        .map(|number| id(&server.create_group(&format!("group-{number}"), &[])).to_owned())
        .collect();
    let (mut accounts, acknowledged) = (Vec::new(), AtomicUsize::new(0));
    for number in 0..rounds {
        accounts.extend(round(&mut server, &groups, number, writes, &acknowledged));
        server.restart();
        if number % 10 == 9 || number + 1 == rounds {
            check(&server, &groups, &accounts);
        }
    }
    println!(
        "{rounds} rounds of kill -9 under {WRITERS} writers: {} acknowledged writes, none lost, doubled or half applied",
        acknowledged.load(Ordering::Relaxed)
    );
}

#[test]
fn f12_a_killed_server_keeps_what_it_acknowledged_sqlite() {
    killed_again_and_again(Backend::Sqlite);
}

#[test]
fn f12_a_killed_server_keeps_what_it_acknowledged_postgres() {
    killed_again_and_again(Backend::Postgres);
}

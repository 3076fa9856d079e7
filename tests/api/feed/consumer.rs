//! Consumers that keep a copy, killed at random while fifty clients write: in the end the copy is what the server has.
//! Nobody is missed, nothing is invented.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::path::Path;
use std::process::{Child, Command};
use std::thread;
use std::time::Duration;

use diesel::sql_types::Text;
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use serde_json::{Value, json};

use super::positions::restore;
use super::writers::{Chance, while_all_write};
use super::{create_all, position, settle};
use crate::support::{Behind, GROUP, TestServer, id};

api_test! {
    /// The program that docs/application.md shows, over HTTP.
    fn a_consumer_over_http_keeps_a_true_copy(server) {
        let mut chance = Chance(7);
        let mut kills = 0;
        run_once(&server);
        let reads = everything_read(&server);
        while_all_write(&server, || {
            let mut consumer = consume(&server, &[]);
            thread::sleep(Duration::from_millis(200 + chance.below(1_000)));
            kill_9(&mut consumer);
            kills += 1;
        });
        settle(&server);
        run_once(&server);
        assert!(kills > 1, "it was killed {kills} times");
        assert_eq!(everything_read(&server), reads, "it never had to read everything again");
        assert_eq!(copied(&server), served(&server));
    }

    fn a_consumer_reads_a_group_whose_changes_are_too_many(server) {
        let names: Vec<String> = (0..1_100).map(|n| format!("user-{n}")).collect();
        let ids = create_all(&server, &names);
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let group = server.create_group("most", &ids[..50]);
        run_once(&server);
        let members: Vec<Value> = ids[10..].iter().map(|id| json!({ "value": id })).collect();
        let body = json!({ "schemas": [GROUP], "displayName": "all", "members": members });
        server.put(&format!("/Groups/{}", id(&group)), body).send().expect(200);
        run_once(&server);
        assert_eq!(copied(&server), served(&server));
    }

    fn a_consumer_notices_a_restored_backup(server) {
        let team = |name: &str| {
            let user = server.create_user(name);
            server.create_group(&format!("{name}'s"), &[id(&user)]);
        };
        team("kept");
        let backup = position(&server);
        team("lost");
        run_once(&server);
        restore(&mut server.behind(), backup.split('-').next().expect("a number"));
        for name in ["one", "two", "three"] {
            team(name);
        }
        settle(&server);
        run_once(&server);
        assert_eq!(copied(&server), served(&server));
    }

    /// The views, read in one transaction for each page.
    fn a_consumer_of_the_views_keeps_a_true_copy(server) {
        let mut chance = Chance(11);
        let mut behind = server.behind();
        let mut copy = ViewCopy::default();
        let mut lost = 0;
        while_all_write(&server, || {
            let next = copy.clone().after_a_page(&mut behind);
            // A crash before the copy is written down.
            if chance.below(3) == 0 {
                lost += 1;
            } else {
                copy = next;
            }
        });
        settle(&server);
        loop {
            let position = copy.position;
            copy = copy.after_a_page(&mut behind);
            if copy.position == position {
                break;
            }
        }
        assert!(lost > 0, "it never crashed");
        assert_eq!(copy.state, served(&server));
    }
}

/// Names by id, and memberships.
#[derive(Debug, Clone, Default, PartialEq)]
struct State {
    users: BTreeMap<String, String>,
    groups: BTreeMap<String, String>,
    members: BTreeSet<(String, String)>,
}

/// Lets the consumer catch up.
#[track_caller]
fn run_once(server: &TestServer) {
    settle(server);
    let ended = consume(server, &["--once"])
        .wait()
        .expect("the consumer ends");
    assert!(ended.success(), "the consumer failed");
}

/// How often the consumer has read everything so far.
fn everything_read(server: &TestServer) -> usize {
    let told = fs::read_to_string(server.directory().join("consumer.log")).expect("its log");
    told.matches("reading everything").count()
}

/// What the server has.
fn served(server: &TestServer) -> State {
    let mut state = State::default();
    for user in all(server, "/Users") {
        state.users.insert(id(&user).to_owned(), described(&user));
    }
    for group in all(server, "/Groups") {
        state
            .groups
            .insert(id(&group).to_owned(), described(&group));
        for member in group["members"].as_array().into_iter().flatten() {
            let member = member["value"].as_str().expect("an id");
            state
                .members
                .insert((id(&group).to_owned(), member.to_owned()));
        }
    }
    assert!(
        !state.users.is_empty() && !state.groups.is_empty() && !state.members.is_empty(),
        "{state:?}"
    );
    state
}

fn all(server: &TestServer, endpoint: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), Some(String::new()));
    while let Some(next) = cursor {
        let page = server
            .get(endpoint)
            .query("count", "1000")
            .query("cursor", &next);
        let page = page.send().expect(200);
        all.extend(page["Resources"].as_array().expect("resources").clone());
        cursor = page["nextCursor"].as_str().map(str::to_owned);
    }
    all
}

/// What is a resource's own: all but what the server computes, and the members, which are compared by themselves.
fn described(resource: &Value) -> String {
    let mut own = resource.clone();
    for computed in ["id", "schemas", "meta", "groups", "members"] {
        own.as_object_mut().expect("an object").remove(computed);
    }
    own.sort_all_objects();
    own.to_string()
}

/// Starts the consumer in the server's directory.
fn consume(server: &TestServer, more: &[&str]) -> Child {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/examples/consumer.py");
    let mut command = Command::new("python3");
    command
        .arg("-B")
        .arg(program)
        .args([server.base(), "copy.db"])
        .args(more);
    command
        .env("SCIMD_TOKEN", server.token())
        .current_dir(server.directory());
    let log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(server.directory().join("consumer.log"));
    command.stderr(log.expect("a log"));
    command.spawn().expect("python3 runs; the test needs it")
}

fn kill_9(consumer: &mut Child) {
    consumer.kill().expect("it still runs");
    consumer.wait().expect("it is dead");
}

#[derive(QueryableByName)]
struct Pair {
    #[diesel(sql_type = Text)]
    one: String,
    #[diesel(sql_type = Text)]
    other: String,
}

/// What the consumer's file has.
fn copied(server: &TestServer) -> State {
    let file = server.directory().join("copy.db");
    let mut connection =
        SqliteConnection::establish(&file.display().to_string()).expect("the copy");
    let mut pairs = |query: &str| {
        sql_query(query)
            .load::<Pair>(&mut connection)
            .expect("the copy's tables")
    };
    let mut resources = |name: &str| {
        let query =
            format!("SELECT id AS one, resource AS other FROM resources WHERE type = '{name}'");
        let described = |pair: Pair| {
            (
                pair.one,
                described(&serde_json::from_str(&pair.other).expect("JSON")),
            )
        };
        pairs(&query).into_iter().map(described).collect()
    };
    State {
        users: resources("User"),
        groups: resources("Group"),
        members: pairs("SELECT group_id AS one, member_id AS other FROM members")
            .into_iter()
            .map(|pair| (pair.one, pair.other))
            .collect(),
    }
}

/// A copy by the views, and how far it has read.
#[derive(Clone, Default)]
struct ViewCopy {
    position: i64,
    state: State,
}

impl ViewCopy {
    /// Reads the next rows of changes, and the present state of what they name, in one transaction.
    fn after_a_page(mut self, behind: &mut Behind) -> Self {
        let begin = match behind {
            Behind::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ",
            Behind::Sqlite(_) => "BEGIN",
        };
        behind.execute(begin);
        let page = behind.texts(&format!(
            "SELECT position || '|' || resource_type || '|' || resource_id || '|' || coalesce(CAST(members AS TEXT), '') AS text
             FROM scim_changes WHERE tenant_id = (SELECT tenant_id FROM scim_feed WHERE tenant = 'default') AND position > {} ORDER BY position LIMIT 20",
            self.position
        ));
        for row in page {
            let parts: Vec<&str> = row.splitn(4, '|').collect();
            let [position, resource_type, resource, members] = parts.as_slice() else {
                panic!("{row}")
            };
            self.position = position.parse().expect("a number");
            self.take(behind, resource_type, resource);
            let members: Vec<String> = serde_json::from_str(members).unwrap_or_default();
            for member in members {
                self.take_member(behind, resource, &member);
            }
        }
        behind.execute("COMMIT");
        self
    }

    fn take(&mut self, behind: &mut Behind, resource_type: &str, resource: &str) {
        let (view, copied) = match resource_type {
            "User" => ("scim_users", &mut self.state.users),
            _ => ("scim_groups", &mut self.state.groups),
        };
        let document = match behind {
            Behind::Postgres(_) => "document::text",
            Behind::Sqlite(_) => "json(document)",
        };
        let found = behind.texts(&format!(
            "SELECT {document} AS text FROM {view} WHERE tenant = 'default' AND id = '{resource}'"
        ));
        match found.first() {
            Some(document) => {
                let document = serde_json::from_str(document).expect("JSON");
                copied.insert(resource.to_owned(), described(&document));
            }
            None => {
                copied.remove(resource);
                self.state
                    .members
                    .retain(|(group, member)| group != resource && member != resource);
            }
        }
    }

    fn take_member(&mut self, behind: &mut Behind, group: &str, member: &str) {
        let found = behind.texts(&format!(
            "SELECT member_id AS text FROM scim_group_members
             WHERE tenant = 'default' AND group_id = '{group}' AND member_id = '{member}'"
        ));
        let pair = (group.to_owned(), member.to_owned());
        if found.is_empty() {
            self.state.members.remove(&pair);
        } else {
            self.state.members.insert(pair);
        }
    }
}

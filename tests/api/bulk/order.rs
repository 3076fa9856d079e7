//! Operations see the changes of earlier ones. One that fails leaves the others alone.

use serde_json::{Value, json};

use super::operations::{
    at, delete, ends, entries, id_of, members, message, patch, post_group, post_user, run, statuses,
};
use crate::support::{Backend, PATCH_OP, TestServer, USER, id};

/// More than one transaction holds.
const MANY: usize = 350;

#[track_caller]
fn until(server: &TestServer, errors: u32, operations: Value) -> Vec<Value> {
    let mut body = message(operations);
    body["failOnErrors"] = json!(errors);
    entries(server.post("/Bulk", body).send())
}

fn bad(bulk_id: &str) -> Value {
    post_user(bulk_id, json!({ "emails": 7 }))
}

api_test! {
    /// Rows: BULK-35 BULK-37
    fn bulk_35_what_is_created_patched_and_deleted_ends_deleted(server) {
        let done = ends(&server, json!([
            post_user("ada", json!({})),
            patch("/Users/bulkId:ada", json!([{ "op": "add", "path": "title", "value": "Dr" }])),
            { "method": "PUT", "path": "/Users/bulkId:ada", "data": { "schemas": [USER], "userName": "lovelace" } },
            delete("/Users/bulkId:ada"),
            post_user("ada2", json!({ "userName": "lovelace" })),
            patch("/Users/bulkId:ada", json!([{ "op": "add", "path": "title", "value": "Dr" }])),
        ]), &["201", "200", "200", "204", "201", "404"]);
        assert_eq!(server.names("userName pr"), ["lovelace"]);
        assert_eq!(at(&server, &done[4])["id"], id_of(&done[4]));
    }

    /// Rows: BULK-35
    fn bulk_35_a_resource_is_referred_to_before_it_is_deleted(server) {
        let ada = server.create_user("ada");
        let done = ends(&server, json!([
            post_group("team", &[id(&ada), "bulkId:late"]),
            delete(&format!("/Users/{}", id(&ada))),
            post_user("late", json!({})),
        ]), &["201", "204", "201"]);
        assert_eq!(members(&at(&server, &done[0])), [id_of(&done[2])]);
    }

    /// Rows: BULK-12 BULK-19 BULK-34
    fn bulk_19_failures_leave_the_others_alone(server) {
        let team = server.create_group("team", &[]);
        let done = ends(&server, json!([
            post_user("one", json!({})),
            bad("two"),
            post_user("ONE", json!({})),
            // All of it or none: the member exists, the other does not.
            patch(&format!("/Groups/{}", id(&team)), json!([
                { "op": "replace", "path": "displayName", "value": "crew" },
                { "op": "add", "path": "members", "value": [{ "value": "bulkId:one" }, { "value": "none" }] },
            ])),
            post_group("other", &["bulkId:one", "none"]),
            post_user("three", json!({})),
        ]), &["201", "400", "409", "400", "400", "201"]);
        assert_eq!(server.names("userName pr"), ["one", "three"]);
        let groups = server.search("/Groups", "displayName pr");
        assert_eq!((groups.len(), &groups[0]["displayName"]), (1, &json!("team")));
        assert_eq!(groups[0]["meta"]["version"], team["meta"]["version"]);
        assert!(members(&groups[0]).is_empty());
        assert_eq!(at(&server, &done[0])["userName"], "one");
    }

    /// Rows: BULK-21
    fn bulk_21_it_stops_after_so_many_errors(server) {
        let first = until(&server, 1, json!([post_user("a", json!({})), bad("b"), post_user("c", json!({})), post_user("d", json!({}))]));
        assert_eq!(statuses(&first), ["201", "400"]);
        let second = until(&server, 2, json!([
            bad("e"), post_user("f", json!({})), post_user("A", json!({})), post_user("g", json!({})),
        ]));
        assert_eq!(statuses(&second), ["400", "201", "409"]);
        let third = until(&server, 3, json!([bad("h"), post_user("i", json!({})), bad("j")]));
        assert_eq!(statuses(&third), ["400", "201", "400"]);
        assert_eq!(server.names("userName pr"), ["a", "f", "i"]);
    }

    /// Rows: BULK-21 BULK-27
    fn bulk_21_what_was_not_run_has_no_entry(server) {
        // The group needs the last user, so that one is run first; then an error ends it.
        let done = until(&server, 1, json!([post_group("g", &["bulkId:z"]), bad("b"), post_user("c", json!({})), post_user("z", json!({}))]));
        let named: Vec<&str> = done.iter().filter_map(|entry| entry["bulkId"].as_str()).collect();
        assert_eq!((named, statuses(&done)), (vec!["g", "b", "z"], vec!["201", "400", "201"]));
        assert_eq!(server.names("userName pr"), ["z"]);
    }

    /// Rows: BULK-09 BULK-19 BULK-21
    fn bulk_19_many_operations_with_failures_among_them(server) {
        let operation = |n: usize| {
            let name = format!("user-{n}");
            if n % 7 == 3 { bad(&name) } else { post_user(&name, json!({})) }
        };
        let done = run(&server, (0..MANY).map(operation).collect());
        assert_eq!(done.len(), MANY);
        for (n, entry) in done.iter().enumerate() {
            assert_eq!(entry["status"], if n % 7 == 3 { "400" } else { "201" }, "operation {n}");
            assert_eq!(entry["bulkId"], format!("user-{n}"));
        }
        assert_eq!(super::operations::count(&server, "userName pr"), MANY - MANY / 7);
        let more = |n: usize| if n == MANY / 2 { bad("bad") } else { post_user(&format!("more-{n}"), json!({})) };
        let done = until(&server, 1, (0..MANY).map(more).collect());
        assert_eq!(done.len(), MANY / 2 + 1);
        assert_eq!(super::operations::count(&server, r#"userName sw "more-""#), MANY / 2);
    }

    /// Rows: BULK-39
    fn bulk_39_others_write_meanwhile(server) {
        let team = server.create_group("team", &[]);
        let path = format!("/Groups/{}", id(&team));
        let operations = |thread: usize| -> Value {
            let pair = |n: usize| {
                let name = format!("user-{thread}-{n}");
                let add = json!([{ "op": "add", "path": "members", "value": [{ "value": format!("bulkId:{name}") }] }]);
                [post_user(&name, json!({})), patch(&path, add)]
            };
            (0..40).flat_map(pair).collect()
        };
        let requests = (0..3).map(|thread| super::operations::request(&server, operations(thread)));
        let replies: Vec<_> = std::thread::scope(|scope| {
            let sent: Vec<_> = requests.map(|request| scope.spawn(move || request.send())).collect();
            sent.into_iter().map(|sent| sent.join().expect("no thread panics")).collect()
        });
        for reply in replies {
            let done = entries(reply);
            assert!(done.iter().all(|entry| ["201", "204"].contains(&entry["status"].as_str().unwrap_or_default())), "{done:?}");
        }
        let team = server.get(&path).send().expect(200);
        assert_eq!(members(&team).len(), 120);
        assert_eq!(team["meta"]["version"], "W/\"121\"");
    }

    /// Operations that share a transaction keep what they have changed to themselves until its end. Two requests that change
    /// the same resources in another order must not wait for each other in a circle.
    ///
    /// Rows: BULK-15 BULK-34
    fn bulk_15_requests_in_opposite_orders_do_not_block_each_other(server) {
        let paths: Vec<String> = (0..20).map(|n| format!("/Users/{}", id(&server.create_user(&format!("u{n}"))))).collect();
        let patch = |path: &String, title: String| json!({ "method": "PATCH", "path": path, "data": { "schemas": [PATCH_OP],
            "Operations": [{ "op": "replace", "path": "title", "value": title }] } });
        let request = |round: usize, backward: bool| {
            let mut operations: Vec<Value> = paths.iter().map(|path| patch(path, format!("{round} {backward}"))).collect();
            if backward {
                operations.reverse();
            }
            super::operations::request(&server, Value::Array(operations))
        };
        let sent: Vec<_> = (0..6).flat_map(|round| [request(round, false), request(round, true)]).collect();
        let replies: Vec<_> = std::thread::scope(|scope| {
            let sent: Vec<_> = sent.into_iter().map(|request| scope.spawn(move || request.send())).collect();
            sent.into_iter().map(|sent| sent.join().expect("no thread panics")).collect()
        });
        for reply in replies {
            let done = entries(reply);
            assert!(done.iter().all(|entry| entry["status"] == "200"), "{done:?}");
        }
        assert!(!server.log().contains("deadlock"), "nobody waited in a circle");
    }
}

/// Makes the database fail with this message whenever the user "burning" is created.
fn set_fire(server: &TestServer, message: &str) {
    server.behind().execute(&format!(
        "CREATE OR REPLACE FUNCTION burn() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         IF NEW.document ->> 'userName' = 'burning' THEN RAISE EXCEPTION '{message}'; END IF; RETURN NEW; END $$; \
         CREATE OR REPLACE TRIGGER burn BEFORE INSERT ON resources FOR EACH ROW EXECUTE FUNCTION burn();"
    ));
}

/// So many users, the one in the middle burning.
fn users(prefix: &str, count: usize) -> Value {
    let name = |n: usize| {
        if n == count / 2 {
            "burning".to_owned()
        } else {
            format!("{prefix}-{n}")
        }
    };
    (0..count).map(|n| post_user(&name(n), json!({}))).collect()
}

/// Rows: BULK-39
#[test]
fn bulk_39_a_server_error_is_that_operations_alone_postgres() {
    let server = TestServer::start(Backend::Postgres);
    set_fire(&server, "on fire");
    let done = run(&server, users("a", 5));
    assert_eq!(statuses(&done), ["201", "201", "500", "201", "201"]);
    assert!(
        !done[2].to_string().contains("fire"),
        "the cause is for the log"
    );
    assert!(server.log().contains("on fire"));
    assert_eq!(super::operations::count(&server, "userName pr"), 4);
}

/// Rows: BULK-39
#[test]
fn bulk_39_a_lost_transaction_loses_its_operations_only_postgres() {
    let server = TestServer::start(Backend::Postgres);
    // What PostgreSQL says when it is shut down.
    set_fire(
        &server,
        "terminating connection due to administrator command",
    );
    let done = run(&server, users("a", MANY));
    let lost: Vec<&Value> = done
        .iter()
        .filter(|entry| entry["status"] == "503")
        .collect();
    assert!(
        (1..=100).contains(&lost.len()),
        "{} operations were lost",
        lost.len()
    );
    assert!(lost.iter().any(|entry| entry["bulkId"] == "burning"));
    let kept = done.iter().filter(|entry| entry["status"] == "201");
    assert_eq!(kept.count(), MANY - lost.len());
    assert_eq!(
        super::operations::count(&server, "userName pr"),
        MANY - lost.len()
    );
    for entry in &done {
        let found = server.names(&format!("userName eq {}", entry["bulkId"]));
        assert_eq!(found.len() == 1, entry["status"] == "201", "{entry}");
    }
}

//! Statements of each kind of request on PostgreSQL. Each is a round trip, and so are BEGIN and COMMIT.

use serde_json::json;

use super::{create, named, person};
use crate::support::{Backend, TestServer, USER, id};

/// What stands in the log before a statement.
const STATEMENT: &str = "TRACE statement sql=";

/// The statements that requests make, but for those that write the time of last use, and for the one with which a new
/// connection of the pool begins.
fn statements(server: &TestServer, requests: impl FnOnce()) -> Vec<String> {
    let seen = server.log().len();
    requests();
    let log = server.log();
    let lines = log[seen..].lines();
    let statements = lines.filter_map(|line| Some(line.split_once(STATEMENT)?.1.to_owned()));
    statements
        .filter(|sql| !sql.contains("last_used_ms =") && !sql.contains("SET lock_timeout"))
        .collect()
}

#[track_caller]
fn costs(server: &TestServer, what: &str, count: usize, requests: impl FnOnce()) {
    let made = statements(server, requests);
    assert_eq!(made.len(), count, "{what}: {made:#?}");
}

/// Each kind of request is sent once before, so that the credential is known and its use is written.
#[test]
fn a_request_makes_few_statements() {
    let server = TestServer::start_with(Backend::Postgres, &[("SCIMD_LOG_LEVEL", "trace")]);
    let ada = create(&server, "ada");
    let (bob, team) = (create(&server, "bob"), server.create_group("team", &[&ada]));
    let team = format!("/Groups/{}", id(&team));
    let user = format!("/Users/{ada}");
    let member = |op: &str| {
        let path = format!("members[value eq \"{bob}\"]");
        match op {
            "add" => {
                json!([{ "op": "add", "path": "members", "value": [{ "value": bob }] }])
            }
            _ => json!([{ "op": "remove", "path": path }]),
        }
    };
    let patch = |title: &str| {
        let operations = json!([{ "op": "replace", "path": "title", "value": title }]);
        server.patch(&user, operations).send().expect(200)
    };
    // The use of the token is written beside the first request.
    while !server.log().contains("last_used_ms") {
        server.get(&user).send().expect(200);
    }
    costs(&server, "get, of a member of a group", 1, || {
        let shown = server.get(&user).send().expect(200);
        assert_eq!(shown["groups"][0]["display"], "team");
    });
    for filter in [
        "userName eq \"ada\"",
        "externalId eq \"x-ada\"",
        "emails.value eq \"ada@example.test\"",
        "userName eq \"ada\" and active eq true",
        "id eq \"nobody\"",
    ] {
        costs(&server, filter, 1, || {
            assert_eq!(
                named(&server, filter),
                i64::from(!filter.contains("nobody"))
            );
        });
    }
    costs(&server, "create", 1, || {
        create(&server, "cy");
    });
    costs(&server, "create, of a name that is taken", 2, || {
        server
            .post("/Users", person("cy"))
            .send()
            .error(409, "uniqueness");
    });
    costs(&server, "patch", 2, || drop(patch("Dr")));
    costs(&server, "patch that changes nothing", 1, || {
        drop(patch("Dr"))
    });
    costs(&server, "put", 2, || {
        server.put(&user, person("ada")).send().expect(200);
    });
    costs(&server, "one member more", 3, || {
        server.patch(&team, member("add")).send().expect(204);
    });
    costs(&server, "one member less", 2, || {
        server.patch(&team, member("remove")).send().expect(204);
    });
    // One statement finds the page and the total, one the groups of all on it, one notes where the page ended.
    costs(&server, "first page", 3, || {
        let page = server.get("/Users").query("count", "2").send().expect(200);
        assert_eq!(page["totalResults"], 3);
        assert_eq!(page["Resources"][0]["groups"][0]["display"], "team");
    });
    costs(&server, "next page", 3, || {
        let page = server.get("/Users").query("startIndex", "3");
        let page = page.query("count", "2").send().expect(200);
        assert_eq!(page["totalResults"], 3);
        assert_eq!(page["itemsPerPage"], 1);
    });
    let first = || {
        let first = server.get("/Users").query("cursor", "").query("count", "1");
        first.send().expect(200)
    };
    costs(&server, "first page by cursor", 2, || drop(first()));
    let first = first();
    costs(&server, "page by cursor", 2, || {
        let cursor = first["nextCursor"].as_str().expect("a cursor");
        let next = server
            .get("/Users")
            .query("cursor", cursor)
            .send()
            .expect(200);
        assert_eq!(next["totalResults"], 3);
    });
    costs(&server, "group without members", 1, || {
        let request = server.get(&team).query("excludedAttributes", "members");
        request.send().expect(200);
    });
    costs(&server, "group with members", 4, || {
        server.get(&team).send().expect(200);
    });
    costs(&server, "discovery", 1, || {
        server.get("/Schemas").send().expect(200);
    });
    costs(&server, "a body that is refused", 1, || {
        let body = json!({ "schemas": [USER], "displayName": "nobody" });
        server
            .post("/Users", body)
            .send()
            .error(400, "invalidValue");
    });
    costs(&server, "delete", 8, || {
        server.delete(&user).send().expect(204);
    });
}

/// The size of a page by cursor is that of the cursor, whatever the request says or leaves out. Only a page that one statement
/// reads goes without a transaction.
#[test]
fn a_large_page_is_of_one_moment() {
    let server = TestServer::start_with(Backend::Postgres, &[("SCIMD_LOG_LEVEL", "trace")]);
    let user = |number: usize| json!({ "method": "POST", "path": "/Users", "bulkId": number.to_string(), "data": { "userName": format!("u{number}") } });
    let users: Vec<_> = (0..250).map(user).collect();
    let schema = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
    let bulk = json!({ "schemas": [schema], "Operations": users });
    server.post("/Bulk", bulk).send().expect(200);
    let page = server
        .get("/Users")
        .query("cursor", "")
        .query("count", "120");
    let mut page = page.send().expect(200);
    for expected in [120, 10] {
        let cursor = page["nextCursor"].as_str().expect("a cursor").to_owned();
        let made = statements(&server, || {
            let next = server.get("/Users").query("cursor", &cursor);
            page = next.send().expect(200);
        });
        assert_eq!(page["itemsPerPage"], expected);
        let held = made.iter().position(|sql| sql.contains("BEGIN "));
        let read = made.iter().position(|sql| sql.contains(" FROM resources "));
        assert!(held.is_some() && held < read, "{made:#?}");
    }
    assert_eq!(page["totalResults"], 250);
    assert_eq!(page.get("nextCursor"), None);
}

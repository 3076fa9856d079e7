//! `OneLogin`.

use serde_json::{Value, json};

use super::shared::{crowd, members, set, walk};
use crate::support::{GROUP, PATCH_OP, Reply, Request, TestServer, USER, id, read, refuses_change};

/// Length of a membership PATCH, as it was captured.
const BODY_BYTES: usize = 165;

/// `OneLogin` sends an empty `User-Agent`.
fn onelogin(request: Request) -> Request {
    request.header("User-Agent", "")
}

#[track_caller]
fn change(server: &TestServer, group: &str, operation: &Value) -> Reply {
    let body = json!({ "schemas": [PATCH_OP], "Operations": [operation] });
    onelogin(
        server
            .request("PATCH", &format!("/Groups/{group}?"))
            .json(&body),
    )
    .send()
}

fn add(user: &str) -> Value {
    json!({ "op": "add", "path": "members", "value": [{ "value": user }] })
}

/// The likely shapes of a removal; there is no capture of a real one.
fn removals(user: &str) -> [Value; 2] {
    [
        json!({ "op": "remove", "path": format!("members[value eq \"{user}\"]") }),
        json!({ "op": "remove", "path": "members", "value": [{ "value": user }] }),
    ]
}

api_test! {
    /// Rows: OL-4 OL-1 LEN-10 LEN-21
    fn ol_04_membership_is_one_patch_a_group(server) {
        let users = ["kim", "lee"].map(|name| id(&server.create_user(name)).to_owned());
        let groups = ["Cooks", "Guests"].map(|name| id(&server.create_group(name, &[&users[1]])).to_owned());
        let body = json!({ "schemas": [PATCH_OP], "Operations": [add(&users[0])] });
        assert_eq!(body.to_string().len(), BODY_BYTES);
        let paths = groups.each_ref().map(|group| format!("/Groups/{group}"));
        let both = set(users.iter().map(String::as_str));
        for group in &groups {
            change(&server, group, &add(&users[0])).expect(204);
        }
        assert!(paths.iter().all(|path| members(&server, path) == both));
        let kim = read(&server, &format!("/Users/{}", users[0]));
        let listed = kim["groups"].as_array().expect("groups").iter().map(|group| group["value"].as_str().unwrap());
        assert_eq!(set(listed), set(groups.iter().map(String::as_str)));
        for ((group, path), removal) in groups.iter().zip(&paths).zip(removals(&users[0])) {
            change(&server, group, &removal).expect(204);
            assert_eq!(members(&server, path), set([users[1].as_str()]), "{removal}");
            change(&server, group, &removal).expect(204);
        }
        assert_eq!(read(&server, &format!("/Users/{}", users[0])).get("groups"), None);
        change(&server, "gone", &add(&users[0])).error(404, "");
        assert!(change(&server, &groups[0], &add("nobody")).error(400, "invalidValue").contains("nobody"));
        assert_eq!(members(&server, &paths[0]), set([users[1].as_str()]));
    }

    /// Rows: OL-6 GEN-16 GEN-17
    fn ol_06_all_groups_are_read_to_fill_the_rules(server) {
        let groups = crowd(&server, "/Groups", 230, |number| json!({ "schemas": [GROUP], "displayName": format!("group-{number}") }));
        let pages = walk(|start| {
            // The first time it asks for nothing in particular.
            let path = if start == 1 { "/Groups".to_owned() } else { format!("/Groups?startIndex={start}") };
            onelogin(server.get(&path)).send()
        });
        assert_eq!(pages, groups, "each of them once, in one order");
        let beyond = onelogin(server.get("/Groups?startIndex=231")).send().expect(200);
        assert_eq!((&beyond["totalResults"], &beyond["Resources"]), (&json!(230), &json!([])));
    }

    /// Rows: OL-7 OL-3 PING-4 GEN-3
    fn ol_07_a_leaver_is_deleted_or_suspended(server) {
        let make = |name: &str| server.user(json!({ "userName": name, "title": "Chef" }));
        let [deleted, put, patched] = ["deleted", "put", "patched"].map(make);
        let group = server.create_group("Cooks", &[id(&deleted), id(&put), id(&patched)]);
        let path = |user: &Value| format!("/Users/{}?", id(user));
        onelogin(server.delete(&path(&deleted))).send().expect(204);
        server.get(&path(&deleted)).send().error(404, "");
        onelogin(server.put(&path(&put), json!({ "schemas": [USER], "userName": "put", "title": "Chef", "active": false }))).send().expect(200);
        onelogin(server.patch(&path(&patched), json!([{ "op": "replace", "path": "active", "value": false }]))).send().expect(200);
        for user in [&put, &patched] {
            let after = read(&server, &path(user));
            assert_eq!((&after["id"], &after["active"], &after["title"]), (&user["id"], &json!(false), &json!("Chef")));
            assert_eq!(after["groups"][0]["value"], group["id"]);
        }
        assert_eq!(server.names("active eq false"), ["patched", "put"]);
        assert_eq!(server.names("userName pr"), ["patched", "put"]);
        assert_eq!(members(&server, &format!("/Groups/{}", id(&group))), set([id(&put), id(&patched)]));
    }

    /// Rows: OL-8 SCHEMA-08 FILTER-14
    fn ol_08_dates_come_with_offsets(server) {
        const CUSTOM: &str = "urn:example:scim:schemas:extension:acme:2.0:User";
        const MOMENT: &str = "2024-01-15T18:30:00.000Z";
        server.write("custom.json", &json!({ "id": CUSTOM, "name": "Acme", "attributes": [{ "name": "hired", "type": "dateTime" }] }));
        server.cli(&["schema", "add", "custom.json", "--extends", "User"]).ok();
        let user = server.create_user("kim");
        let path = format!("/Users/{}", id(&user));
        let body = |hired: &str| json!({ "schemas": [USER, CUSTOM], "userName": "kim", CUSTOM: { "hired": hired } });
        let spellings = [
            "2024-01-15T10:30:00-08:00", "2024-01-15T18:30:00Z", MOMENT, "2024-01-16T00:00:00+05:30", "2024-01-15T18:30:00+00:00",
        ];
        let first = onelogin(server.put(&path, body(spellings[0]))).send().expect(200);
        assert_eq!(first[CUSTOM]["hired"], MOMENT, "the moment is kept, shown in UTC");
        for spelling in spellings {
            assert_eq!(onelogin(server.put(&path, body(spelling))).send().expect(200), first, "{spelling} is no change");
            assert_eq!(server.names(&format!("{CUSTOM}:hired eq \"{spelling}\"")), ["kim"]);
        }
        assert_eq!(read(&server, &path), first);
        assert_eq!(server.names(&format!("{CUSTOM}:hired lt \"2024-01-15T10:30:01-08:00\"")), ["kim"]);
        // The same digits with another offset are another moment.
        assert!(server.names(&format!("{CUSTOM}:hired eq \"2024-01-15T10:30:00Z\"")).is_empty());
        let other = onelogin(server.put(&path, body("2024-01-15T10:30:00Z"))).send().expect(200);
        assert_eq!(other[CUSTOM]["hired"], "2024-01-15T10:30:00.000Z");
        for wrong in ["15/01/2024", "2024-01-15", "2024-13-15T10:30:00Z", "2024-01-15T10:30:00-99:00", "soon"] {
            let detail = refuses_change(&server, &path, onelogin(server.put(&path, body(wrong))), 400, "invalidValue");
            assert!(detail.contains("hired"), "{detail}");
        }
    }
}

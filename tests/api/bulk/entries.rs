//! The entry that the answer has for each operation.

use serde_json::json;

use super::operations::{at, delete, ends, id_of, patch, post_group, post_user};
use crate::support::{GROUP, PATCH_OP, USER, id};

api_test! {
    /// Rows: BULK-09 BULK-10 BULK-11 BULK-13 BULK-14 BULK-18 BULK-20
    fn bulk_09_entries_come_in_the_order_of_the_request(server) {
        let (ada, bob, team) = (server.create_user("ada"), server.create_user("bob"), server.create_group("team", &[]));
        let path = |resource: &serde_json::Value, endpoint: &str| format!("/{endpoint}/{}", id(resource));
        let mut named = delete(&path(&bob, "Users"));
        named["bulkId"] = json!("mine");
        let mut unnamed = post_user("ada", json!({}));
        unnamed["bulkId"] = json!("again");
        let done = ends(&server, json!([
            post_group("late", &["bulkId:eve"]),
            { "method": "PUT", "path": path(&ada, "Users"), "data": { "schemas": [USER], "userName": "ada", "title": "Dr" } },
            unnamed,
            patch(&path(&ada, "Users"), json!([{ "op": "add", "path": "nickName", "value": "A" }])),
            patch(&path(&team, "Groups"), json!([{ "op": "add", "path": "members", "value": [{ "value": id(&ada) }] }])),
            named,
            post_user("eve", json!({})),
            { "method": "PUT", "path": "/Users/none", "bulkId": "p", "data": { "schemas": [USER], "userName": "x" } },
            delete("/Groups/none"),
        ]), &["201", "200", "409", "200", "204", "204", "201", "404", "404"]);
        let echoed = |name: &str| -> Vec<Option<&str>> { done.iter().map(|entry| entry[name].as_str()).collect() };
        assert_eq!(echoed("method"), ["POST", "PUT", "POST", "PATCH", "PATCH", "DELETE", "POST", "PUT", "DELETE"].map(Some));
        assert_eq!(echoed("bulkId"), [Some("late"), None, Some("again"), None, None, Some("mine"), Some("eve"), Some("p"), None]);
        let located = |resource: &serde_json::Value| resource["meta"]["location"].as_str().map(str::to_owned);
        let base = server.base();
        let locations = echoed("location");
        assert_eq!(locations[1].map(str::to_owned), located(&ada));
        assert_eq!(locations[2], None, "a POST that failed has no location");
        assert_eq!(locations[4].map(str::to_owned), located(&team));
        assert_eq!(locations[5].map(str::to_owned), located(&bob));
        assert_eq!(locations[7], Some(format!("{base}/Users/none").as_str()));
        assert_eq!(locations[8], Some(format!("{base}/Groups/none").as_str()));
        for index in [0, 3, 4, 6] {
            assert_eq!(done[index]["version"], at(&server, &done[index])["meta"]["version"], "operation {index}");
        }
        assert!(done[5].get("version").is_none());
    }

    /// Rows: BULK-15 BULK-16
    fn bulk_15_outcomes_are_those_of_single_requests(server) {
        let (ada, team) = (server.create_user("ada"), server.create_group("team", &[]));
        let (user, group) = (format!("/Users/{}", id(&ada)), format!("/Groups/{}", id(&team)));
        let cases = [
            ("POST", "/Users", json!({ "schemas": [USER], "userName": "ADA" })),
            ("POST", "/Users", json!({ "schemas": [USER] })),
            ("POST", "/Users", json!({ "schemas": [GROUP], "userName": "x" })),
            ("POST", "/Groups", json!({ "schemas": [GROUP], "displayName": "Team" })),
            ("POST", "/Groups", json!({ "schemas": [GROUP], "displayName": "g", "members": [{ "value": "none" }] })),
            ("PUT", user.as_str(), json!({ "schemas": [USER], "userName": "" })),
            ("PUT", group.as_str(), json!({ "schemas": [GROUP], "displayName": "team", "members": [{ "value": id(&team) }] })),
            ("PATCH", user.as_str(), json!([{ "op": "add", "path": "title", "value": "Dr" }]),),
            ("PATCH", user.as_str(), json!({ "schemas": [PATCH_OP], "Operations": [{ "op": "add", "path": "nope", "value": 1 }] })),
            ("PATCH", user.as_str(), json!({ "schemas": [PATCH_OP], "Operations": [{ "op": "replace", "path": "id", "value": "x" }] })),
            ("PATCH", group.as_str(), json!({ "schemas": [PATCH_OP], "Operations": [] })),
            ("PATCH", group.as_str(), json!({ "schemas": [PATCH_OP], "Operations": [{ "op": "replace", "path": "displayName", "value": "team" }] })),
            ("DELETE", "/Groups/none", json!({})),
            ("DELETE", "/Users/none", json!({})),
        ];
        let operations = cases.iter().enumerate();
        let operations = operations.map(|(index, (method, path, data))| {
            json!({ "method": method, "path": path, "bulkId": index.to_string(), "data": data })
        });
        let done = super::operations::run(&server, operations.collect());
        for ((method, path, data), entry) in cases.into_iter().zip(&done) {
            let request = server.request(method, path);
            let request = if method == "DELETE" { request } else { request.json(&data) };
            let alone = request.send();
            assert_eq!(entry["status"], alone.status.to_string(), "{method} {path} {data}: {entry}");
            if alone.status >= 300 && !data.is_array() {
                assert_eq!(entry["response"], alone.body, "{method} {path} {data}");
            }
        }
        assert_eq!(server.names("userName pr"), ["ada"]);
    }

    /// Rows: BULK-17
    fn bulk_17_a_version_is_a_precondition(server) {
        let ada = server.create_user("ada");
        let path = format!("/Users/{}", id(&ada));
        let titled = |title: &str, version: &serde_json::Value| {
            let mut operation = patch(&path, json!([{ "op": "add", "path": "title", "value": title }]));
            operation["version"] = version.clone();
            operation
        };
        let version = &ada["meta"]["version"];
        let mut stale = delete(&path);
        stale["version"] = version.clone();
        let done = ends(&server, json!([titled("one", version), titled("two", version), stale]), &["200", "412", "412"]);
        assert_eq!(at(&server, &done[0])["title"], "one");
        assert_eq!(id_of(&done[1]), id(&ada));
    }

    /// Rows: BULK-15
    fn bulk_15_profile_rfc_answers_patches_of_groups_alike(server) {
        server.rfc();
        let team = server.create_group("team", &[]);
        let operations = json!([{ "op": "replace", "path": "displayName", "value": "crew" }]);
        let path = format!("/Groups/{}", id(&team));
        let alone = server.patch(&path, operations.clone()).send().status.to_string();
        ends(&server, json!([patch(&path, operations)]), &[&alone]);
    }

    /// Rows: BULK-23
    fn bulk_23_data_is_never_repeated(server) {
        let mut body = super::operations::message(json!([
            post_user("ada", json!({ "password": "Corr3ct-horse", "title": "s3cret" })),
            post_user("ADA", json!({ "password": "Corr3ct-horse", "title": "s3cret" })),
        ]));
        body["failOnErrors"] = json!(5);
        let reply = server.post("/Bulk", body).send();
        for word in ["Corr3ct", "s3cret", "failOnErrors", "data"] {
            assert!(!reply.text.contains(word), "{}", reply.text);
        }
        assert!(!server.log().contains("Corr3ct"));
        assert!(!server.stores("Corr3ct"));
    }
}

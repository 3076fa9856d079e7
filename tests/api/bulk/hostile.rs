//! Bulk requests that are made to hurt: each gets an answer, and the server goes on.

use serde_json::{Value, json};

use super::operations::{at, ends, id_of, message, post_group, post_user, run, statuses};
use crate::support::{ENTERPRISE, PATCH_OP, USER};

const CHAIN: usize = 1_000;

fn managed_by(n: usize, manager: usize) -> Value {
    let manager = json!({ "manager": { "value": format!("bulkId:u{manager}") } });
    post_user(
        &format!("u{n}"),
        json!({ "schemas": [USER, ENTERPRISE], ENTERPRISE: manager }),
    )
}

api_test! {
    /// Rows: BULK-27
    fn bulk_27_a_chain_of_a_thousand_forward_references(server) {
        let chain = (0..CHAIN).map(|n| if n + 1 < CHAIN { managed_by(n, n + 1) } else { post_user(&format!("u{n}"), json!({})) });
        let done = run(&server, chain.collect());
        assert_eq!(statuses(&done), vec!["201"; CHAIN]);
        let middle = at(&server, &done[500]);
        assert_eq!(middle[ENTERPRISE]["manager"]["value"], id_of(&done[501]));
    }

    /// Rows: BULK-28 BULK-29
    fn bulk_28_a_thousand_operations_that_need_each_other(server) {
        let circle = |last: Value| -> Value { (0..CHAIN - 1).map(|n| managed_by(n, n + 1)).chain([last]).collect() };
        let mut bad = managed_by(CHAIN - 1, 0);
        bad["data"]["emails"] = json!(7);
        let done = run(&server, circle(bad));
        assert_eq!(statuses(&done[..CHAIN - 1]), vec!["409"; CHAIN - 1]);
        assert_eq!(done[CHAIN - 1]["status"], "400");
        assert_eq!(server.names("userName pr").len(), 0);
        let done = run(&server, circle(managed_by(CHAIN - 1, 0)));
        assert_eq!(statuses(&done), vec!["201"; CHAIN]);
        let last = at(&server, &done[CHAIN - 1]);
        assert_eq!(last[ENTERPRISE]["manager"]["value"], id_of(&done[0]));
    }

    /// Rows: BULK-28
    fn bulk_28_a_user_and_a_group_cannot_trick_the_order(server) {
        // The user is managed by the group, of which she is a member: nonsense, but a circle that can be made.
        let done = run(&server, json!([
            post_user("ada", json!({ "externalId": "bulkId:team" })),
            post_group("team", &["bulkId:ada"]),
        ]));
        assert_eq!(statuses(&done), ["201", "201"]);
        assert_eq!(at(&server, &done[0])["externalId"], id_of(&done[1]));
        assert_eq!(super::operations::members(&at(&server, &done[1])), [id_of(&done[0])]);
    }

    /// Rows: BULK-38 SEC-10
    fn bulk_38_bodies_that_are_no_bulk_request(server) {
        for text in ["[".repeat(100_000), "{\"Operations\":".repeat(50_000), format!("{{\"Operations\":{}", "[".repeat(70))] {
            let reply = server.request("POST", "/Bulk").raw(Some("application/scim+json"), text).send();
            reply.error(400, "invalidSyntax");
        }
        let nul = r#"{"Operations":[{"method":"DELETE","path":"/Users/a\u0000b"}]}"#;
        server.request("POST", "/Bulk").raw(Some("application/scim+json"), nul).send().error(400, "invalidValue");
        server.request("POST", "/Bulk").raw(Some("text/plain"), "{}").send().error(415, "");
    }

    /// Rows: BULK-26 BULK-38 SEC-10
    fn bulk_38_a_path_with_an_escaped_nul_names_nothing(server) {
        let escaped = [super::operations::patch("/Users/a%00b", json!([{ "op": "add", "path": "title", "value": "x" }])), super::operations::delete("/Users/%00")];
        let done = run(&server, json!([escaped[0], escaped[1], post_user("ada", json!({}))]));
        assert_eq!(statuses(&done), ["404", "404", "201"]);
    }

    /// Rows: BULK-04 BULK-06 BULK-07 BULK-29
    fn bulk_04_strange_values_everywhere(server) {
        let strange = [json!(null), json!(7), json!(true), json!([]), json!({}), json!(""), json!("x".repeat(60_000)), json!("bulkId:"), json!("%00")];
        for value in strange {
            for name in ["method", "bulkId", "path", "data", "version"] {
                let mut operation = post_user("ada", json!({}));
                operation[name] = value.clone();
                let mut patched = super::operations::patch("/Users/x", json!([]));
                patched[name] = value.clone();
                if name == "version" {
                    patched["data"]["Operations"] = json!([{ "op": "add", "path": value, "value": value }, value]);
                }
                let reply = super::operations::request(&server, json!([operation, value, patched])).send();
                assert!(reply.text.len() < 200_000, "{} bytes of answer", reply.text.len());
                let done = super::operations::entries(reply);
                assert!(done.iter().all(|entry| !entry["status"].as_str().unwrap_or("5").starts_with('5')), "{done:?}");
            }
        }
    }

    /// Rows: BULK-06
    fn bulk_06_one_bulk_id_a_thousand_times(server) {
        let done = run(&server, (0..CHAIN).map(|n| {
            let mut user = post_user("same", json!({}));
            user["data"]["userName"] = json!(format!("user-{n}"));
            user
        }).collect());
        assert_eq!(done.iter().filter(|entry| entry["status"] == "201").count(), 1);
        assert_eq!(server.names("userName pr"), ["user-0"]);
    }

    /// Rows: BULK-29
    fn bulk_29_a_password_cannot_be_a_reference(server) {
        let ok = message(json!([post_user("ada", json!({ "password": "a-bulkId:x" })) ]));
        server.post("/Bulk", ok).send().expect(200);
        let patch = |path: Value, value: Value| json!({ "method": "PATCH", "path": "/Users/bulkId:eve",
            "data": { "schemas": [PATCH_OP], "Operations": [{ "op": "replace", "path": path, "value": value }] } });
        // The same as outside Bulk: the text is a password, and no reference.
        ends(&server, json!([
            post_user("eve", json!({ "password": "bulkId:eve" })),
            post_user("bob", json!({ "password": "bulkId:nobody" })),
            patch(json!("password"), json!("bulkId:nobody")),
            patch(json!(null), json!({ "password": "bulkId:nobody" })),
        ]), &["201", "201", "200", "200"]);
        assert_eq!(server.names("userName pr"), ["ada", "bob", "eve"]);
    }
}

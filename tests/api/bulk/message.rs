//! A faulty message is refused as a whole. A faulty operation fails alone.

use serde_json::{Value, json};

use super::operations::{delete, ends, entries, message, post_user, request};
use crate::support::{TestServer, id};

#[track_caller]
fn refused(server: &TestServer, body: Value, scim_type: &str) {
    server.post("/Bulk", body).send().error(400, scim_type);
}

api_test! {
    /// Rows: BULK-02 BULK-03 BULK-22 BULK-38
    fn bulk_02_faults_of_the_message_refuse_it_whole(server) {
        let user = post_user("ada", json!({}));
        refused(&server, message(json!([])), "invalidSyntax");
        refused(&server, message(json!({})), "invalidSyntax");
        refused(&server, json!({ "schemas": [super::operations::BULK_REQUEST] }), "invalidSyntax");
        for wrong in [json!(0), json!(-3), json!("1"), json!(1.5), json!(true)] {
            let mut body = message(json!([user]));
            body["failOnErrors"] = wrong;
            refused(&server, body, "invalidValue");
        }
        for text in ["", "[]", "{\"Operations\":", "nonsense"] {
            let reply = server.request("POST", "/Bulk").raw(Some("application/scim+json"), text).send();
            reply.error(400, "invalidSyntax");
        }
        // Without its URN the meaning is still clear, unless the letter counts.
        let bare = json!({ "Operations": [user] });
        entries(server.post("/Bulk", bare.clone()).send());
        server.rfc();
        refused(&server, bare, "invalidSyntax");
        refused(&server, json!({ "schemas": ["urn:x"], "Operations": [post_user("eve", json!({}))] }), "invalidSyntax");
        assert_eq!(server.names("userName pr"), ["ada"]);
    }

    /// Rows: BULK-01 BULK-04 BULK-05 BULK-06 BULK-07 BULK-08
    fn bulk_04_faults_of_operations_are_their_own(server) {
        let mut nameless = post_user("nameless", json!({}));
        nameless.as_object_mut().expect("an object").remove("bulkId");
        let mut second = post_user("one", json!({}));
        second["data"]["userName"] = json!("another");
        let base = server.base().to_owned();
        let done = ends(&server, json!([
            { "method": "GET", "path": "/Users/1" },
            nameless,
            post_user("one", json!({})),
            second,
            delete("/Bulk"), delete("/Me"), delete("/.search"), delete("/Users/.search"), delete("/Schemas/x"),
            delete(&format!("{base}/Users/1")),
            delete("/Users"),
            { "method": "POST", "path": "/Users/1", "bulkId": "p", "data": {} },
            { "method": "POST", "path": "/Users", "bulkId": "q" },
            { "method": "PUT", "path": "/Users/1" },
            { "method": "PATCH", "path": "/Users/1", "data": null },
            { "method": "PUT", "path": "/Users/1", "data": [] },
            7, null, {},
            delete("/Nowhere/1"),
            { "method": "POST", "path": "/Nowhere", "bulkId": "r", "data": {} },
            { "method": "delete", "path": "/Users/none" },
            { "method": "post", "path": "/Users", "bulkId": "s", "data": { "userName": "any-case" } },
        ]), &[
            "400", "400", "201", "400", "400", "400", "400", "400", "400", "400", "400", "400", "400", "400", "400", "400",
            "400", "400", "400", "404", "404", "404", "201",
        ]);
        assert_eq!(done[1]["response"]["scimType"], "invalidSyntax");
        assert_eq!(done[3]["response"]["scimType"], "invalidSyntax");
        assert_eq!(server.names("userName pr"), ["any-case", "one"]);
    }

    /// Rows: BULK-01
    fn bulk_01_the_answer_is_200_even_if_all_failed(server) {
        ends(&server, json!([delete("/Users/1"), delete("/Users/2")]), &["404", "404"]);
    }

    /// Rows: BULK-36
    fn bulk_36_each_operation_is_authorised(server) {
        let ada = server.create_user("ada");
        let printed = server.cli(&["token", "create", "default", "--scope", "read"]).ok();
        let token = printed.lines().last().expect("the token").to_owned();
        let path = format!("/Users/{}", id(&ada));
        let operations = json!([delete(&path), post_user("eve", json!({})), { "method": "GET" }]);
        let done = entries(request(&server, operations).token(&token).send());
        assert_eq!(super::operations::statuses(&done), ["403", "403", "403"]);
        assert_eq!(done[0]["location"], ada["meta"]["location"]);
        assert_eq!(server.names("userName pr"), ["ada"]);
        request(&server, json!([delete(&path)])).anonymous().send().error(401, "");
    }

    /// Rows: BULK-33 HTTP-03
    fn bulk_33_other_methods_are_refused(server) {
        for method in ["GET", "PUT", "PATCH", "DELETE"] {
            let reply = server.request(method, "/Bulk").send();
            assert_eq!(reply.header("allow"), Some("POST"), "{method}");
            reply.error(405, "");
        }
    }
}

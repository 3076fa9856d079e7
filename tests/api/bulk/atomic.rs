//! `SCIM-Bulk-Atomic: true`: all operations or none.

use serde_json::{Value, json};

use super::operations::{entries, id_of, patch, post_group, post_user, request, statuses};
use crate::support::{TestServer, id};

const HEADER: &str = "SCIM-Bulk-Atomic";

#[track_caller]
fn atomic(server: &TestServer, operations: Value) -> Vec<Value> {
    entries(request(server, operations).header(HEADER, "true").send())
}

api_test! {
    /// Rows: BULK-34
    fn bulk_34_an_atomic_request_that_fails_does_nothing(server) {
        let ada = server.create_user("ada");
        let path = format!("/Users/{}", id(&ada));
        let rename = patch(&path, json!([{ "op": "replace", "path": "userName", "value": "eve" }]));
        let done = atomic(&server, json!([
            post_user("bob", json!({})), rename, post_user("Eve", json!({})), post_group("team", &["bulkId:bob"]),
        ]));
        assert_eq!(statuses(&done), ["409"; 4]);
        assert_eq!(done[2]["response"]["scimType"], "uniqueness");
        for index in [0, 1, 3] {
            let detail = done[index]["response"]["detail"].as_str().unwrap_or_default();
            assert!(detail.contains("atomic") && detail.contains("operation 3"), "{detail}");
            assert!(done[index]["response"].get("scimType").is_none());
        }
        assert_eq!(done[1]["location"], ada["meta"]["location"]);
        assert!(done[0].get("location").is_none());
        assert_eq!(server.get(&path).send().expect(200), ada);
        assert_eq!(server.names("userName pr"), ["ada"]);
        assert_eq!(server.search("/Groups", "displayName pr").len(), 0);
    }

    /// Rows: BULK-34
    fn bulk_34_faults_that_show_at_once_do_nothing_either(server) {
        let done = atomic(&server, json!([post_user("ada", json!({})), { "method": "GET" }, post_group("g", &["bulkId:nobody"])]));
        assert_eq!(statuses(&done), ["409", "400", "409"]);
        let detail = done[2]["response"]["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("nobody"), "what is wrong with it is said: {detail}");
        assert_eq!(server.names("userName pr").len(), 0);
    }

    /// Rows: BULK-34 BULK-27
    fn bulk_34_an_atomic_request_that_succeeds_does_everything(server) {
        let users = (0..150).map(|n| post_user(&format!("user-{n}"), json!({})));
        let first = post_group("team", &["bulkId:user-7", "bulkId:user-149"]);
        let done = atomic(&server, std::iter::once(first).chain(users).collect());
        assert_eq!(statuses(&done), ["201"; 151]);
        assert_eq!(super::operations::count(&server, "userName pr"), 150);
        let team = super::operations::at(&server, &done[0]);
        assert_eq!(super::operations::members(&team).len(), 2);
        assert!(super::operations::members(&team).contains(&id_of(&done[150])));
    }

    /// Rows: BULK-34
    fn bulk_34_the_header_is_true_or_false(server) {
        let ada = || json!([post_user("ada", json!({})), { "method": "GET" }]);
        for wrong in ["yes", "1", "", "true, false"] {
            let detail = request(&server, ada()).header(HEADER, wrong).send().error(400, "invalidValue");
            assert!(detail.contains(HEADER), "{detail}");
        }
        assert_eq!(server.names("userName pr").len(), 0);
        let done = entries(request(&server, ada()).header(HEADER, "False").send());
        assert_eq!(statuses(&done), ["201", "400"]);
        assert_eq!(server.names("userName pr"), ["ada"]);
    }
}

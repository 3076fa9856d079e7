//! Rippling.

use std::slice::from_ref;
use std::sync::Barrier;
use std::thread;

use serde_json::{Value, json};

use super::shared::{members, set, users, walk};
use crate::support::{GROUP, Reply, USER, id, read, total};

/// How often one create is sent at the same moment.
const RETRIES: usize = 6;

api_test! {
    /// Rows: RIP-1 AK-1
    fn rip_01_the_connection_test_finds_patch(server) {
        let reply = server.get("/ServiceProviderConfig").send();
        assert!(reply.header("content-type").is_some_and(|kind| kind.starts_with("application/scim+json")));
        let config = reply.expect(200);
        assert_eq!(config["patch"], json!({ "supported": true }));
        assert_eq!(config["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]));
        server.get("/ServiceProviderConfig").token("wrong").send().error(401, "");
        let plural = server.get("/ServiceProviderConfigs").send().expect(200);
        assert_eq!(plural, config, "SCIM 1.1 had the plural");
    }

    /// Rows: RIP-2 GEN-16
    fn rip_02_every_feature_can_be_ticked(server) {
        let users = users(&server, 45);
        let pages = walk(|start| server.get(&format!("/Users?startIndex={start}&count=20")).send());
        assert_eq!(pages, users, "pagination");
        let body = json!({ "schemas": [GROUP], "displayName": "Pay", "members": [{ "value": users[0] }] });
        let group = server.post("/Groups", body.clone()).send().expect(201);
        let path = format!("/Groups/{}", id(&group));
        let change = json!([
            { "op": "add", "path": "members", "value": [{ "value": users[1] }] },
            { "op": "remove", "path": format!("members[value eq \"{}\"]", users[0]) },
        ]);
        server.patch(&path, change).send().expect(204);
        assert_eq!(members(&server, &path), set([users[1].as_str()]));
        server.put(&path, body).send().expect(200);
        assert_eq!(members(&server, &path), set([users[0].as_str()]), "PUT, when PATCH is not ticked");
        server.delete(&path).send().expect(204);
        server.get(&path).send().error(404, "");
        assert_eq!((total(&server, "/Groups"), total(&server, "/Users")), (0, 45));
    }

    /// Rows: RIP-3 OKTA-44 GEN-10
    fn rip_03_a_create_that_is_sent_again_makes_nobody(server) {
        let body = json!({
            "schemas": [USER], "userName": "kim@x.test", "externalId": "r-1", "active": true, "title": "Dr",
            "name": { "givenName": "Kim", "familyName": "Lee" },
        });
        let start = Barrier::new(RETRIES);
        let answers: Vec<Reply> = thread::scope(|scope| {
            let start = &start;
            let sent: Vec<_> = (0..RETRIES).map(|_| server.post("/Users", body.clone())).map(|request| scope.spawn(move || {
                start.wait();
                request.send()
            })).collect();
            sent.into_iter().map(|one| one.join().expect("no thread panics")).collect()
        });
        let (made, refused): (Vec<Reply>, Vec<Reply>) = answers.into_iter().partition(|reply| reply.status == 201);
        assert_eq!(made.len(), 1);
        for reply in refused {
            assert!(reply.error(409, "uniqueness").contains("kim@x.test"));
        }
        let user = &made[0].body;
        let later: Value = server.post("/Users", body).send().body;
        assert_eq!(later["status"], "409");
        assert_eq!(server.search("/Users", "externalId eq \"r-1\""), from_ref(user));
        assert_eq!((&read(&server, &format!("/Users/{}", id(user))), total(&server, "/Users")), (user, 1));
    }
}

//! SCIM extensions of Keycloak.

use serde_json::{Value, json};

use super::shared::{empty_group, members, set, users};
use crate::support::{Backend, GROUP, Request, TestServer, id, read, refuses_change};

/// So many that comparing each with each would take too long.
const MEMBERS: usize = 2_000;

/// The whole group as the sender knows it, in one operation.
fn whole(server: &TestServer, path: &str, op: &str, member_ids: &[String]) -> Request {
    let member = |user: &String| {
        let reference = format!("{}/Users/{user}", server.base());
        json!({ "value": user, "$ref": reference, "type": "User", "display": format!("{user}@x.test") })
    };
    let members: Value = member_ids.iter().map(member).collect();
    let value = json!({
        "schemas": [GROUP], "id": "the-sender's-own", "externalId": "kc-1", "displayName": "everyone",
        "meta": { "resourceType": "Group" }, "members": members,
    });
    server.patch(path, json!([{ "op": op, "value": value }]))
}

api_test! {
    /// Rows: KC-2 KC-1 GROUP-12
    fn kc_02_all_members_come_to_add_one(server) {
        let users = users(&server, MEMBERS + 2);
        let (group, path) = empty_group(&server, "everyone");
        for (op, count) in [("replace", MEMBERS), ("add", MEMBERS + 1), ("replace", MEMBERS + 2), ("replace", MEMBERS + 1)] {
            whole(&server, &path, op, &users[..count]).send().expect(204);
            assert_eq!(members(&server, &path), set(users[..count].iter().map(String::as_str)), "{op} {count}");
        }
        let before = read(&server, &path);
        assert_eq!((&before["id"], &before["externalId"]), (&group["id"], &json!("kc-1")));
        // Adding a present member changes nothing; `add` removes no member.
        whole(&server, &path, "replace", &users[..=MEMBERS]).send().expect(204);
        whole(&server, &path, "add", &users[..10]).send().expect(204);
        assert_eq!(read(&server, &path), before);
        // One stranger among them, and nothing of it is done.
        let mut strange = users[..5].to_vec();
        strange.push("nobody".to_owned());
        refuses_change(&server, &path, whole(&server, &path, "replace", &strange), 400, "invalidValue");
    }
}

/// Rows: KC-2 SEC-10
#[test]
fn kc_02_ten_thousand_members_need_a_wider_body() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let server = TestServer::start_with(backend, &[("SCIMD_BODY_MAX_BYTES", "4194304")]);
        let users = users(&server, 10_001);
        let (_, path) = empty_group(&server, "everyone");
        for (op, count) in [("replace", 10_000), ("add", 10_001)] {
            whole(&server, &path, op, &users[..count])
                .send()
                .expect(204);
            assert_eq!(members(&server, &path).len(), count);
        }
        let usual = server.create_group("of one", &[&users[0]]);
        assert_eq!(
            members(&server, &format!("/Groups/{}", id(&usual))),
            set([users[0].as_str()])
        );
    }
}

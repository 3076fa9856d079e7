//! g2g-scim-sync. Its real program runs in `suites/g2g_scim_sync.rs`; what is here says more exactly what it counts on.

use serde_json::{Value, json};

use super::shared::{members, set};
use crate::support::{GROUP, TestServer, USER, id, read};

fn person(address: &str, given: &str, role: &str, number: &str) -> Value {
    json!({
        "schemas": [USER], "userName": address, "emails": [{ "value": address, "primary": true }],
        "name": { "givenName": given, "familyName": "Byron", "formatted": format!("{given} Byron") },
        "active": true, "roles": [{ "value": role, "primary": true }], "externalId": number,
    })
}

/// A group as it is created and replaced: each member has a name and the address that GitHub would give it.
fn unit(users: &[&str]) -> Value {
    let member = |user: &&str| {
        json!({
            "value": user, "$ref": format!("https://api.github.com/scim/v2/enterprises/x/Users/{user}"),
            "displayName": "ada@example.com",
        })
    };
    let listed: Vec<Value> = users.iter().map(member).collect();
    json!({ "schemas": [GROUP], "displayName": "engines", "externalId": "engines", "members": listed })
}

/// The page of users, each with no more than what the client compares.
fn compared(server: &TestServer) -> Vec<Value> {
    let list = server
        .get("/Users?startIndex=1&count=100")
        .send()
        .expect(200);
    let parts = |user: &Value| {
        json!({
            "userName": user["userName"], "emails": user["emails"], "name": user["name"], "active": user["active"],
            "roles": user["roles"],
        })
    };
    let users = list["Resources"].as_array().expect("a list");
    users.iter().map(parts).collect()
}

/// What the client compares of what it sent.
fn sent(user: &Value) -> Value {
    let mut user = user.clone();
    let object = user.as_object_mut().expect("an object");
    object.retain(|key, _| !["schemas", "externalId"].contains(&key.as_str()));
    Value::Object(object.clone())
}

api_test! {
    /// Rows: G2G-1
    fn g2g_01_all_that_is_compared_is_shown_as_it_was_sent(server) {
        let mut ada = person("Ada@example.com", "Ada", "enterprise_owner", "101");
        let bob = person("bob@example.com", "Bob", "user", "102");
        let path = format!("/Users/{}", id(&server.post("/Users", ada.clone()).send().expect(201)));
        server.post("/Users", bob.clone()).send().expect(201);
        assert_eq!(compared(&server), [sent(&ada), sent(&bob)]);
        ada["name"]["formatted"] = "  Ada  Lovelace".into();
        ada["active"] = false.into();
        server.put(&path, ada.clone()).send().expect(200);
        assert_eq!(compared(&server), [sent(&ada), sent(&bob)]);
    }

    /// Rows: G2G-2 G2G-3 G2G-4
    fn g2g_02_a_group_that_is_sent_again_is_no_change(server) {
        let users = ["ada", "bob", "eve"].map(|name| id(&server.create_user(name)).to_owned());
        let [ada, bob, eve] = users.each_ref().map(String::as_str);
        let group = server.post("/Groups", unit(&[ada, bob])).send().expect(201);
        let path = format!("/Groups/{}", id(&group));
        let before = read(&server, &path);
        for listed in [[ada, bob], [bob, ada]] {
            let after = server.put(&path, unit(&listed)).send().expect(200);
            assert_eq!((&after["meta"], members(&server, &path)), (&before["meta"], set([ada, bob])));
        }
        for member in before["members"].as_array().expect("a list") {
            let own = format!("{}/Users/{}", server.base(), member["value"].as_str().unwrap());
            assert_eq!((&member["$ref"], member.get("displayName")), (&json!(own), None));
        }
        // The name and the address that come with a member may be another's.
        let after = server.put(&path, unit(&[eve])).send().expect(200);
        assert_ne!(after["meta"]["version"], before["meta"]["version"]);
        assert_eq!(members(&server, &path), set([eve]));
        server.put(&path, unit(&[])).send().expect(200);
        assert_eq!(members(&server, &path), set([]));
    }
}

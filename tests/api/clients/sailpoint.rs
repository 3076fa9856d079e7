//! `SailPoint`.

use std::thread;

use serde_json::{Value, json};

use super::shared::{crowd, members, set, users, walk};
use crate::support::{GROUP, Request, TestServer, USER, id, read};

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
const THREADS: usize = 8;

/// The resources of a list in the shape of the RFC.
#[track_caller]
fn listed(server: &TestServer, path: &str) -> Vec<Value> {
    let list = read(server, path);
    assert_eq!(list["schemas"], json!([LIST]), "{path}");
    let resources = list["Resources"].as_array().expect("a list");
    assert_eq!(list["totalResults"], resources.len(), "{path}");
    resources.clone()
}

api_test! {
    /// Rows: SP-1 DISC-10 DISC-28
    fn sp_01_the_connection_test_reads_discovery(server) {
        let config = read(&server, "/ServiceProviderConfig");
        assert_eq!(config["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"]));
        let kinds = listed(&server, "/ResourceTypes");
        let schemas = listed(&server, "/Schemas");
        for (name, urn) in [("User", USER), ("Group", GROUP)] {
            let kind = read(&server, &format!("/ResourceTypes/{name}"));
            assert!(kinds.contains(&kind), "{kind} is another one in the list");
            assert_eq!(kind["schemas"], json!(["urn:ietf:params:scim:schemas:core:2.0:ResourceType"]));
            assert_eq!((&kind["name"], &kind["endpoint"], &kind["schema"]), (&json!(name), &json!(format!("/{name}s")), &json!(urn)));
            assert_eq!(kind["meta"]["location"], format!("{}/ResourceTypes/{name}", server.base()));
            let schema = schemas.iter().find(|schema| schema["id"] == urn).expect("its schema is listed");
            assert_eq!(schema, &read(&server, &format!("/Schemas/{urn}")));
            for extension in kind["schemaExtensions"].as_array().into_iter().flatten() {
                assert!(schemas.iter().any(|schema| schema["id"] == extension["schema"]), "{extension}");
            }
        }
        server.get("/ResourceTypes/Role").send().error(404, "");
    }

    /// Rows: SP-2 GEN-16 GEN-19 OKTA-15
    fn sp_02_an_aggregation_sees_everybody_once(server) {
        let users = users(&server, 330);
        let groups = crowd(&server, "/Groups", 130, |number| json!({
            "schemas": [GROUP], "displayName": format!("group-{number}"), "members": [{ "value": users[number] }, { "value": users[number + 1] }],
        }));
        for (endpoint, expected) in [("/Users", &users), ("/Groups", &groups)] {
            for count in [50, 100] {
                let seen = walk(|start| server.get(&format!("{endpoint}?startIndex={start}&count={count}")).send());
                assert_eq!(&seen, expected, "{endpoint} by {count}");
            }
        }
        let last = read(&server, "/Groups?startIndex=130&count=100");
        assert_eq!(last["Resources"][0]["members"].as_array().map(Vec::len), Some(2), "memberships are read from the list");
    }

    /// Rows: SP-3 GEN-14 GEN-22
    fn sp_03_memberships_come_one_by_one_and_at_once(server) {
        let users = users(&server, 40);
        let groups = ["a", "b", "c"].map(|name| server.create_group(name, &[&users[0], &users[1]]));
        let paths = groups.each_ref().map(|group| format!("/Groups/{}", id(group)));
        let change = |path: &String, operation: Value| server.patch(path, json!([operation]));
        let mut requests: Vec<Request> = Vec::new();
        for user in &users[2..] {
            requests.extend(paths.iter().map(|path| change(path, json!({ "op": "add", "path": "members", "value": [{ "value": user }] }))));
        }
        for user in &users[..2] {
            let gone = format!("members[value eq \"{user}\"]");
            requests.extend(paths.iter().map(|path| change(path, json!({ "op": "remove", "path": gone }))));
        }
        let share = requests.len().div_ceil(THREADS);
        let statuses: Vec<u16> = thread::scope(|scope| {
            let send = |requests: &[Request]| requests.iter().map(|request| request.clone().send().status).collect::<Vec<_>>();
            let busy: Vec<_> = requests.chunks(share).map(|requests| scope.spawn(move || send(requests))).collect();
            busy.into_iter().flat_map(|thread| thread.join().expect("no thread panics")).collect()
        });
        assert_eq!(statuses, vec![204; requests.len()], "SailPoint sends none of them again");
        for path in &paths {
            assert_eq!(members(&server, path), set(users[2..].iter().map(String::as_str)));
        }
    }

    /// Rows: SP-5 OKTA-38
    fn sp_05_roles_and_entitlements_are_types_of_their_own(server) {
        server.cli(&["pack", "add", "okta-entitlements"]).ok();
        let admin = server.token_of("admin");
        for (kind, endpoint) in [("Role", "/Roles"), ("Entitlement", "/Entitlements")] {
            let listed = listed(&server, "/ResourceTypes");
            let shown = read(&server, &format!("/ResourceTypes/{kind}"));
            assert!(listed.contains(&shown) && shown["endpoint"] == endpoint, "{shown}");
            let urn = shown["schema"].as_str().expect("a URN");
            assert_eq!(read(&server, &format!("/Schemas/{urn}"))["id"], urn);
            let make = |name: &str| {
                let mut body = json!({ "schemas": [urn], "displayName": name });
                if kind == "Entitlement" {
                    body["type"] = kind.into();
                }
                id(&server.post(endpoint, body).token(&admin).send().expect(201)).to_owned()
            };
            let made = ["One", "Two", "Three"].map(make);
            assert_eq!(walk(|start| server.get(&format!("{endpoint}?startIndex={start}&count=2")).send()), made);
            for one in made {
                assert_eq!(read(&server, &format!("{endpoint}/{one}"))["meta"]["resourceType"], kind);
            }
        }
    }
}

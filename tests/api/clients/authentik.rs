//! authentik.

use serde_json::{Value, json};

use super::{empty_group, members, set};
use crate::crud::{read, refuses_change, total};
use crate::support::{Backend, GROUP, Request, TestServer, USER, id};

/// Every request of authentik has both types.
fn authentik(request: Request) -> Request {
    request
        .header("Accept", "application/scim+json")
        .header("Content-Type", "application/scim+json")
}

fn configuration(server: &TestServer) -> Value {
    authentik(server.get("/ServiceProviderConfig"))
        .send()
        .expect(200)
}

/// Refuses what authentik's model of the configuration would: then it takes PATCH and filters for unsupported.
#[track_caller]
fn validates(config: &Value) {
    for switch in ["patch", "bulk", "filter", "changePassword", "sort", "etag"] {
        assert!(
            config[switch]["supported"].is_boolean(),
            "{switch}: {config}"
        );
    }
    for number in [
        "/bulk/maxOperations",
        "/bulk/maxPayloadSize",
        "/filter/maxResults",
    ] {
        let found = config.pointer(number);
        assert!(found.is_some_and(Value::is_u64), "{number}: {config}");
    }
    let schemes = config["authenticationSchemes"].as_array();
    for scheme in schemes.expect("a list of schemes") {
        for text in ["type", "name", "description"] {
            assert!(scheme[text].is_string(), "{text}: {config}");
        }
    }
    assert!(!config.to_string().contains("null"), "{config}");
}

api_test! {
    /// Rows: AK-1 RIP-1
    fn ak_01_the_configuration_parses_and_tells_the_truth(server) {
        let config = configuration(&server);
        validates(&config);
        for switch in ["patch", "bulk", "filter", "etag", "sort", "changePassword"] {
            assert_eq!(config[switch]["supported"], true, "{switch}");
        }
        assert!(!config["authenticationSchemes"].as_array().unwrap().is_empty(), "{config}");
        // What is announced is there.
        let user = server.create_user("akadmin");
        let path = format!("/Users/{}", id(&user));
        let operations = json!([{ "op": "replace", "path": "title", "value": "Admin" }]);
        assert_eq!(authentik(server.patch(&path, operations)).send().expect(200)["title"], "Admin");
        assert_eq!(server.names("title eq \"Admin\" and userName eq \"akadmin\""), ["akadmin"]);
        let tag = server.get(&path).send().header("etag").expect("an ETag").to_owned();
        assert_eq!(server.get(&path).header("If-None-Match", &tag).send().status, 304);
    }

    /// Rows: AK-2 AK-6
    fn ak_02_a_chunk_of_the_announced_size_is_taken(server) {
        let announced = configuration(&server)["bulk"]["maxOperations"].as_u64().unwrap();
        assert!(announced >= 100, "{announced}: a request a member");
        let users = ["a", "b", "c", "d", "e", "f", "g"].map(|name| id(&server.create_user(name)).to_owned());
        let (_, path) = empty_group(&server, "everyone");
        let add = |user: &String| json!({ "op": "add", "path": "members", "value": [{ "value": user }] });
        let chunk: Value = users.iter().cycle().take(usize::try_from(announced).unwrap()).map(add).collect();
        authentik(server.patch(&path, chunk)).send().expect(204);
        assert_eq!(members(&server, &path), set(users.iter().map(String::as_str)));
    }

    /// Rows: AK-4 OKTA-7
    fn ak_04_a_put_carries_the_id_and_404_means_gone(server) {
        let body = |name: &str| json!({
            "schemas": [USER], "externalId": "0a1b2c", "userName": name, "displayName": "Ada", "active": true,
            "name": { "formatted": "Ada L", "familyName": "L", "givenName": "Ada" },
            "emails": [{ "value": "ada@x.test", "type": "other", "primary": true }],
        });
        let user = authentik(server.post("/Users", body("ada"))).send().expect(201);
        let path = format!("/Users/{}", id(&user));
        let group = server.create_group("Team", &[id(&user)]);
        let mut update = body("ada.l");
        update["id"] = user["id"].clone();
        let after = authentik(server.put(&path, update.clone())).send().expect(200);
        assert_eq!((&after["id"], &after["userName"]), (&user["id"], &json!("ada.l")));
        assert_eq!(after["groups"][0]["value"], group["id"]);
        assert_eq!(after, read(&server, &path));
        assert_eq!(total(&server, "/Users"), 1);
        // Only what is gone is not found; it is then made again.
        server.delete(&path).send().expect(204);
        authentik(server.put(&path, update.clone())).send().error(404, "");
        assert_eq!(total(&server, "/Users"), 0);
        let again = authentik(server.post("/Users", update)).send().expect(201);
        assert_ne!(again["id"], user["id"]);
    }

    /// Rows: AK-4 GEN-6
    fn ak_04_a_method_that_is_not_offered_is_never_a_404(server) {
        let user = server.create_user("ada");
        let group = server.create_group("Team", &[id(&user)]);
        let (user_path, group_path) = (format!("/Users/{}", id(&user)), format!("/Groups/{}", id(&group)));
        let refused: &[(&str, &[&str])] = &[
            ("/Users", &["PUT", "PATCH", "DELETE"]), ("/Groups", &["PUT", "PATCH", "DELETE"]),
            (&user_path, &["POST"]), (&group_path, &["POST"]), ("/Users/gone", &["POST"]), ("/Groups/gone", &["POST"]),
            ("/ServiceProviderConfig", &["POST", "PUT", "PATCH", "DELETE"]), ("/ResourceTypes/User", &["POST", "PATCH"]),
            ("/Bulk", &["GET", "PUT", "PATCH", "DELETE"]),
        ];
        for (path, methods) in refused {
            for method in *methods {
                let reply = authentik(server.request(method, path)).json(&json!({ "schemas": [USER] })).send();
                assert!([405, 501].contains(&reply.status), "{method} {path}: {} {}", reply.status, reply.text);
                reply.scim_error();
            }
        }
        assert_eq!((read(&server, &user_path)["userName"].as_str(), members(&server, &group_path).len()), (Some("ada"), 1));
    }

    /// Rows: AK-8 OKTA-26
    fn ak_08_name_and_external_id_come_apart_in_aws_mode(server) {
        let users = ["a", "b"].map(|name| server.create_user(name));
        let group = server.create_group("Team", &[id(&users[0]), id(&users[1])]);
        let path = format!("/Groups/{}", id(&group));
        let rename = |name: &str| json!([
            { "op": "replace", "path": "displayName", "value": name }, { "op": "replace", "path": "externalId", "value": "0a1b2c" },
        ]);
        authentik(server.patch(&path, rename("Crew"))).send().expect(204);
        let after = read(&server, &path);
        assert_eq!((&after["displayName"], &after["externalId"], &after["id"]), (&json!("Crew"), &json!("0a1b2c"), &group["id"]));
        assert_eq!(after["members"], group["members"]);
        authentik(server.patch(&path, rename("Crew"))).send().expect(204);
        assert_eq!(read(&server, &path), after, "the same again is no change");
        server.create_group("Taken", &[]);
        refuses_change(&server, &path, authentik(server.patch(&path, rename("TAKEN"))), 409, "uniqueness");
    }
}

/// Without Bulk the announced number must still not make a request of each operation.
///
/// Rows: AK-1 AK-2
#[test]
fn ak_02_without_bulk_the_limit_is_none_at_all() {
    let server = TestServer::start_with(Backend::Sqlite, &[("SCIMD_BULK_OPERATIONS_MAX", "0")]);
    let config = configuration(&server);
    validates(&config);
    assert_eq!(config["bulk"]["supported"], false);
    assert_ne!(config["bulk"]["maxOperations"], 1);
    let users = ["a", "b", "c"].map(|name| id(&server.create_user(name)).to_owned());
    let body = json!({ "schemas": [GROUP], "displayName": "everyone" });
    let group = server.post("/Groups", body).send().expect(201);
    let path = format!("/Groups/{}", id(&group));
    let add =
        |user: &String| json!({ "op": "add", "path": "members", "value": [{ "value": user }] });
    let all: Value = users.iter().map(add).collect();
    authentik(server.patch(&path, all)).send().expect(204);
    assert_eq!(
        members(&server, &path),
        set(users.iter().map(String::as_str))
    );
}

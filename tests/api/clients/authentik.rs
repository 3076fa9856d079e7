//! authentik.

use serde_json::{Value, json};

use super::cycle::{Cycle, account, add, group_lookup, lookup, put, resources};
use super::shared::{empty_group, members, set};
use crate::support::{Backend, GROUP, Request, TestServer, USER, id, read, refuses_change, total};

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

/// Creates without a lookup. The name is taken, so the client looks for the account and takes it over (AK-3).
#[track_caller]
fn adopt(authentik: &mut Cycle, body: &Value) -> String {
    assert_eq!(
        authentik.post("/Users", body, 409)["scimType"],
        "uniqueness"
    );
    let name = body["userName"].as_str().expect("a name");
    let list = authentik.get(&lookup("userName", name), 200);
    let user = id(&resources(&list)[0]).to_owned();
    put(authentik, &user, body);
    user
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
        // The announced features work.
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
        // Only a deleted user is not found; authentik then creates it again.
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

    /// Rows: AK-3 AK-4 AK-5 AK-6 GEN-10 DEC-5 LEN-10 LEN-13
    fn ak_03_what_is_in_the_way_of_a_create_is_adopted(server) {
        let mut authentik = Cycle::of(&server);
        let config = authentik.get("/ServiceProviderConfig", 200);
        let operations_max = config["bulk"]["maxOperations"].as_u64().expect("an integer");
        assert!(config["patch"]["supported"] == true && operations_max > 1, "{config}");
        let in_the_way = authentik.create("/Users", &json!({ "schemas": [USER], "userName": "P1@t.test", "title": "Boss" }));
        let bystander = authentik.create("/Users", &account("bystander@t.test"));
        let names: Vec<String> = (0..30).map(|n| format!("p{n}@t.test")).collect();
        let mut people = Vec::new();
        for (n, name) in names.iter().enumerate() {
            people.push(if n == 1 { adopt(&mut authentik, &account(name)) } else { authentik.create("/Users", &account(name)) });
        }
        assert_eq!(people[1], in_the_way);
        // A second run comes to the same accounts.
        for (name, user) in names.iter().zip(&people) {
            assert_eq!(adopt(&mut authentik, &account(name)), *user);
        }
        authentik.compare();
        // authentik updates users by PUT, with an id in the body, and creates deleted ones again.
        for (name, user) in names.iter().zip(&people).take(5) {
            let mut body = account(name);
            body["id"] = "another".into();
            body["displayName"] = "Changed".into();
            put(&mut authentik, user, &body);
        }
        authentik.put("/Users/no-longer-here", &account("p99@t.test"), 404);
        authentik.create("/Users", &account("p99@t.test"));

        // A group in the way, with a member that is not authentik's.
        let team = authentik.create("/Groups", &json!({ "schemas": [GROUP], "displayName": "TEAM", "members": [{ "value": bystander }] }));
        let body = json!({ "schemas": [GROUP], "externalId": "g-1", "displayName": "Team" });
        assert_eq!(authentik.post("/Groups", &body, 409)["scimType"], "uniqueness");
        authentik.finds(&group_lookup("Team"), Some(&team));
        let whole = json!({ "schemas": [GROUP], "id": "own-id", "externalId": "g-1", "displayName": "Team" });
        for _ in 0..2 {
            authentik.change_group(&team, json!([{ "op": "replace", "path": null, "value": whole }]));
            *authentik.model.edit(&team) = json!({ "externalId": "g-1", "displayName": "Team" });
            authentik.read(&format!("/Groups/{team}"));
        }

        // Members: adds the missing ones in many operations of one each, then removes the others by value lists.
        let now = authentik.read(&format!("/Groups/{team}"));
        assert_eq!(now["members"][0]["value"], bystander.as_str());
        authentik.change_group(&team, people.iter().map(|user| add(user)).collect());
        for user in &people {
            authentik.model.join(&team, user);
        }
        authentik.read(&format!("/Groups/{team}"));
        let gone = people[10..20].iter().chain([&bystander]);
        let removals = gone.clone().map(|user| json!({ "op": "remove", "path": "members", "value": [{ "value": user }] }));
        authentik.change_group(&team, removals.collect());
        for user in gone {
            authentik.model.leave(&team, user);
        }
        authentik.compare();
        let empty = authentik.create("/Groups", &json!({ "schemas": [GROUP], "displayName": "Empty" }));
        assert_eq!(authentik.read(&format!("/Groups/{empty}"))["members"], json!([]), "authentik adds nobody where there is no list");
    }

    /// Rows: AK-7 GEN-16 GEN-17
    fn ak_07_discovery_without_a_count_sees_everything_once_and_ends(server) {
        let mut authentik = Cycle::of(&server);
        assert!(authentik.walk("/Groups", None).is_empty());
        let users: Vec<String> = (0..5).map(|n| authentik.create("/Users", &account(&format!("p{n}@t.test")))).collect();
        for g in 0..215 {
            let members: Vec<Value> = users[..g % 6].iter().map(|user| json!({ "value": user })).collect();
            authentik.create("/Groups", &json!({ "schemas": [GROUP], "displayName": format!("Group {g}"), "members": members }));
            // At the edges of pages a walk is easiest to get wrong.
            if [98, 99, 100, 199, 200, 214].contains(&g) {
                let (seen, users) = (authentik.walk("/Groups", None), authentik.walk("/Users", None));
                assert_eq!(seen.len(), g + 1);
                assert_eq!(authentik.model.differences(&users, &seen), [""; 0]);
            }
        }
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

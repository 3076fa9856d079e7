//! `null`, `[]` and `""` in every position: POST, PUT, PATCH with and without a path, nested, in an extension.

use serde_json::{Map, Value, json};

use crate::support::{ENTERPRISE, PATCH_OP, TestServer, USER, path_of};

/// An attribute: where it stands in a body, its PATCH path, and what a user has there first.
struct Place {
    pointer: String,
    path: String,
    full: Value,
}

fn places() -> Vec<Place> {
    let place = |pointer: &str, path: &str, full: Value| Place {
        pointer: pointer.replace("{E}", ENTERPRISE),
        path: path.replace("{E}", ENTERPRISE),
        full,
    };
    vec![
        place("/title", "title", json!("Guide")),
        place("/externalId", "externalId", json!("e")),
        place("/profileUrl", "profileUrl", json!("https://x.test/")),
        place(
            "/name",
            "name",
            json!({ "givenName": "Babs", "familyName": "Jensen" }),
        ),
        place("/name/givenName", "name.givenName", json!("Babs")),
        place(
            "/emails",
            "emails",
            json!([{ "value": "a@x.test", "type": "work", "display": "A" }]),
        ),
        place(
            "/emails/0/display",
            "emails[type eq \"work\"].display",
            json!("A"),
        ),
        place("/addresses", "addresses", json!([{ "locality": "Oslo" }])),
        place("/{E}/department", "{E}:department", json!("Tours")),
        place("/{E}/manager", "{E}:manager", json!({ "value": "boss" })),
        place(
            "/{E}",
            "{E}",
            json!({ "department": "Tours", "manager": { "value": "boss" } }),
        ),
    ]
}

/// A user with all of them.
fn full(user_name: &str) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE], "userName": user_name, "title": "Guide", "externalId": "e", "profileUrl": "https://x.test/",
        "name": { "givenName": "Babs", "familyName": "Jensen" },
        "emails": [{ "value": "a@x.test", "type": "work", "display": "A" }], "addresses": [{ "locality": "Oslo" }],
        ENTERPRISE: { "department": "Tours", "manager": { "value": "boss" } },
    })
}

/// How a value is sent.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Position {
    Post,
    Put,
    Replace,
    Add,
    Pathless,
    PathlessAdd,
    /// Without a path, the key being one.
    Keyed,
}

const POSITIONS: [Position; 7] = [
    Position::Post,
    Position::Put,
    Position::Replace,
    Position::Add,
    Position::Pathless,
    Position::PathlessAdd,
    Position::Keyed,
];

/// An object with the value at a pointer, and nothing else; the first element of an array has what it needs.
fn nested(pointer: &str, value: &Value) -> Value {
    let mut segments: Vec<String> = pointer[1..].split('/').map(str::to_owned).collect();
    let last = segments.pop().unwrap();
    let mut inner = Map::from_iter([(last, value.clone())]);
    while let Some(segment) = segments.pop() {
        if segment == "0" {
            inner.extend([
                ("value".to_owned(), json!("a@x.test")),
                ("type".to_owned(), json!("work")),
            ]);
            let name = segments.pop().unwrap();
            inner = Map::from_iter([(name, json!([inner]))]);
        } else {
            inner = Map::from_iter([(segment, Value::Object(inner))]);
        }
    }
    Value::Object(inner)
}

/// The resource, without the links that follow from it.
fn read(server: &TestServer, path: &str) -> Value {
    let mut resource = crate::support::read(server, path);
    let manager = resource.pointer_mut(&format!("/{ENTERPRISE}/manager"));
    if let Some(Value::Object(manager)) = manager {
        manager.remove("$ref");
    }
    resource
}

/// Sends the value; the answer and the user's path, if there is one.
fn send(
    server: &TestServer,
    position: Position,
    place: &Place,
    value: &Value,
    name: &str,
) -> (u16, String, Value) {
    let mut body = full(name);
    if let Some(slot) = body.pointer_mut(&place.pointer) {
        *slot = value.clone();
    }
    if position == Position::Post {
        let reply = server.post("/Users", body).send();
        let path = reply.body["id"].as_str().map(|id| format!("/Users/{id}"));
        return (
            reply.status,
            reply.text.clone(),
            path.map_or(Value::Null, |path| read(server, &path)),
        );
    }
    let path = path_of(&server.post("/Users", full(name)).send().expect(201));
    let operation = match position {
        Position::Replace => json!({ "op": "replace", "path": place.path, "value": value }),
        Position::Add => json!({ "op": "add", "path": place.path, "value": value }),
        Position::Pathless => json!({ "op": "replace", "value": nested(&place.pointer, value) }),
        Position::PathlessAdd => json!({ "op": "add", "value": nested(&place.pointer, value) }),
        _ => json!({ "op": "replace", "value": { place.path.as_str(): value } }),
    };
    let request = match position {
        Position::Put => server.put(&path, body),
        _ => server
            .request("PATCH", &path)
            .json(&json!({ "schemas": [PATCH_OP], "Operations": [operation] })),
    };
    let reply = request.send();
    (reply.status, reply.text.clone(), read(server, &path))
}

/// Whether an add of nothing adds nothing here: to values there are more of, or to one that is there already.
fn adds_nothing(position: Position, place: &Place) -> bool {
    let in_element = place.pointer.contains("/0/");
    let add = matches!(position, Position::Add | Position::PathlessAdd);
    (add && place.full.is_array()) || (position == Position::PathlessAdd && in_element)
}

api_test! {
    /// Rows: NULL-01 NULL-02 NULL-03 LEN-18 OL-5 ENTRA-5
    fn null_01_null_and_empty_lists_unassign_in_every_position(server) {
        let mut number = 0;
        for position in POSITIONS {
            for place in places() {
                for value in [Value::Null, json!([])] {
                    number += 1;
                    let (status, text, after) = send(&server, position, &place, &value, &format!("user-{number}"));
                    let told = format!("{position:?} {} {value}: {text}", place.pointer);
                    assert!((200..300).contains(&status), "{told}");
                    if adds_nothing(position, &place) {
                        assert_eq!(after.pointer(&place.pointer), Some(&place.full), "{told}");
                    } else {
                        assert_eq!(after.pointer(&place.pointer), None, "{told}: {after}");
                    }
                    // And nothing else goes.
                    for other in places() {
                        let apart = !other.pointer.starts_with(&place.pointer) && !place.pointer.starts_with(&other.pointer);
                        if apart {
                            assert_eq!(after.pointer(&other.pointer), Some(&other.full), "{told}: {}", other.pointer);
                        }
                    }
                }
            }
        }
    }

    /// Rows: LEN-19 NULL-09 OKTA-35 OL-5
    fn len_19_empty_strings_are_no_errors_in_any_position(server) {
        let mut number = 0;
        for position in POSITIONS {
            for place in places().into_iter().filter(|place| place.full.is_string() || place.pointer.ends_with("manager")) {
                number += 1;
                let (status, text, after) = send(&server, position, &place, &json!(""), &format!("user-{number}"));
                let told = format!("{position:?} {}: {text}", place.pointer);
                assert!((200..300).contains(&status), "{told}");
                let stored = after.pointer(&place.pointer);
                let is_text = place.full.is_string();
                assert!(stored.is_none_or(|stored| is_text && stored == ""), "{told}: {after}");
                for other in places() {
                    let apart = !other.pointer.starts_with(&place.pointer) && !place.pointer.starts_with(&other.pointer);
                    if apart {
                        assert_eq!(after.pointer(&other.pointer), Some(&other.full), "{told}: {}", other.pointer);
                    }
                }
            }
        }
    }

    /// Rows: LEN-19 LEN-3
    fn len_19_what_must_be_there_cannot_be_empty(server) {
        let user = server.create_user("kim");
        let group = server.create_group("Team", &[]);
        for empty in [json!(""), Value::Null, json!([])] {
            for (resource, name) in [(&user, "userName"), (&group, "displayName")] {
                let path = path_of(resource);
                let endpoint = path.rsplit_once('/').unwrap().0.to_owned();
                let mut body = json!({ "schemas": resource["schemas"] });
                body[name] = empty.clone();
                server.post(&endpoint, body.clone()).send().error(400, "invalidValue");
                server.put(&path, body).send().error(400, "invalidValue");
                for operation in [
                    json!({ "op": "replace", "path": name, "value": empty }), json!({ "op": "replace", "value": { name: empty } }),
                ] {
                    let reply = server.patch(&path, json!([operation])).send();
                    assert_eq!(reply.status, 400, "{}", reply.text);
                    reply.scim_error();
                }
                assert_eq!(&read(&server, &path), resource);
            }
        }
        // A boolean is no string.
        let path = path_of(&user);
        server.patch(&path, json!([{ "op": "replace", "path": "active", "value": "" }])).send().error(400, "invalidValue");
        assert_eq!(read(&server, &path), user);
    }

    /// Rows: GEN-18 ENTRA-27 ENTRA-1 ENTRA-28
    fn gen_18_members_that_nobody_asks_for_are_not_read(server) {
        let users: Vec<Value> = ["a", "b"].iter().map(|name| server.create_user(name)).collect();
        let ids: Vec<&str> = users.iter().map(|user| user["id"].as_str().unwrap()).collect();
        let group = server.create_group("Team", &ids);
        let path = path_of(&group);
        let operations = json!([{ "op": "replace", "path": "displayName", "value": "Crew" }]);
        // Otherwise a PUT without `members` empties the group.
        server.set_tenant("put-keeps-members=on");
        // From now on every read of the members fails.
        server.behind().execute("ALTER TABLE memberships RENAME TO hidden");
        assert!(server.get(&path).send().status >= 500, "the trick works");
        for (name, value) in [("excludedAttributes", "members"), ("attributes", "displayName"), ("excludedAttributes", "MEMBERS,externalId")] {
            assert_eq!(server.get(&path).query(name, value).send().expect(200).get("members"), None);
            let list = server.get("/Groups").query("filter", "displayName sw \"T\" or displayName sw \"C\"").query(name, value);
            assert_eq!(list.send().expect(200)["totalResults"], 1);
            let search = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], name: value.split(',').collect::<Vec<_>>() });
            server.post("/Groups/.search", search).send().expect(200);
            server.patch(&path, operations.clone()).query(name, value).send().expect(200);
            let body = json!({ "schemas": group["schemas"], "displayName": "Crew" });
            server.put(&path, body).query(name, value).send().expect(200);
            let body = json!({ "schemas": group["schemas"], "displayName": format!("New {name} {value}") });
            server.post("/Groups", body).query(name, value).send().expect(201);
        }
        server.patch(&path, json!([{ "op": "replace", "path": "displayName", "value": "Band" }])).send().expect(204);
        server.behind().execute("ALTER TABLE hidden RENAME TO memberships");
        let after = read(&server, &path);
        assert_eq!((&after["members"], &after["displayName"]), (&group["members"], &json!("Band")));
    }
}

//! Values that switch a user off, and values that do not: in every place of `active`, in single requests and in Bulk.
//!
//! A leaver who stays active is the worst outcome. So the server refuses a value that it does not understand.

use serde_json::{Value, json};

use crate::support::{PATCH_OP, TestServer, USER, id, read, total};

const BULK_REQUEST: &str = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
const NAME: &str = "leaver@x.test";

/// Where `active` stands: a method, and the body for a user as it is now and a value.
struct Place {
    name: &'static str,
    method: &'static str,
    body: fn(&Value, Value) -> Value,
}

const CHANGES: &[Place] = &[
    patch(
        "replace active",
        |_, value| json!({ "op": "replace", "path": "active", "value": value }),
    ),
    patch(
        "add active",
        |_, value| json!({ "op": "add", "path": "active", "value": value }),
    ),
    patch(
        "Replace Active",
        |_, value| json!({ "op": "Replace", "path": "Active", "value": value }),
    ),
    patch(
        "ADD ACTIVE",
        |_, value| json!({ "op": "ADD", "path": "ACTIVE", "value": value }),
    ),
    patch(
        "a URN in the path",
        |_, value| json!({ "op": "replace", "path": format!("{USER}:active"), "value": value }),
    ),
    patch(
        "a URN in the path, in capitals",
        |_, value| json!({ "op": "Add", "path": format!("{USER}:active").to_uppercase(), "value": value }),
    ),
    patch(
        "no path",
        |_, value| json!({ "op": "replace", "value": { "active": value } }),
    ),
    patch(
        "no path, Add",
        |_, value| json!({ "op": "Add", "value": { "Active": value } }),
    ),
    patch(
        "a path that is null",
        |_, value| json!({ "op": "Replace", "path": null, "value": { "ACTIVE": value } }),
    ),
    patch(
        "no path, a URN in the key",
        |_, value| json!({ "op": "replace", "value": { (format!("{USER}:active")): value } }),
    ),
    patch(
        "no path, inside the URN",
        |_, value| json!({ "op": "replace", "value": { USER: { "active": value } } }),
    ),
    patch(
        "no path, among strangers",
        |user, value| json!({ "op": "replace", "value": { "id": user["id"], "schemas": [USER], "shoeSize": 43, "active": value } }),
    ),
    patch(
        "a named operation",
        |_, value| json!({ "name": "deactivate", "op": "replace", "path": "active", "value": value }),
    ),
    Place {
        name: "PUT",
        method: "PUT",
        body: |user, value| whole(user, "active", value),
    },
    Place {
        name: "PUT, a URN in the key",
        method: "PUT",
        body: |user, value| whole(user, &format!("{USER}:active"), value),
    },
    Place {
        name: "PUT, in capitals",
        method: "PUT",
        body: |user, value| whole(user, "ACTIVE", value),
    },
];

const CREATES: &[Place] = &[
    Place {
        name: "POST",
        method: "POST",
        body: |user, value| whole(user, "active", value),
    },
    Place {
        name: "POST, in capitals",
        method: "POST",
        body: |user, value| whole(user, "Active", value),
    },
];

/// A place in the only operation of a PATCH; the message around it is made when it is sent.
const fn patch(name: &'static str, operation: fn(&Value, Value) -> Value) -> Place {
    Place {
        name,
        method: "PATCH",
        body: operation,
    }
}

/// The user as a client edits what it has read.
fn whole(user: &Value, key: &str, value: Value) -> Value {
    let mut body = user.clone();
    body.as_object_mut().expect("an object").remove("active");
    body[key] = value;
    body
}

/// How a request reaches the user.
#[derive(Clone, Copy, Debug)]
enum Way {
    Directly,
    InBulk,
    /// The server's token stands for the user.
    ByMe,
}

const WAYS: [Way; 3] = [Way::Directly, Way::InBulk, Way::ByMe];

/// Status and body of an answer, or of an entry of Bulk.
struct Answer {
    status: String,
    body: Value,
}

impl Place {
    fn send(&self, server: &TestServer, way: Way, user: &Value, value: &Value) -> Answer {
        let mut body = (self.body)(user, value.clone());
        if self.method == "PATCH" {
            body = json!({ "schemas": [PATCH_OP], "Operations": [body] });
        }
        let path = match (way, self.method) {
            (_, "POST") => "/Users".to_owned(),
            (Way::ByMe, _) => "/Me".to_owned(),
            (Way::Directly | Way::InBulk, _) => format!("/Users/{}", id(user)),
        };
        if let Way::Directly | Way::ByMe = way {
            let reply = server.request(self.method, &path).json(&body).send();
            return Answer {
                status: reply.status.to_string(),
                body: reply.body,
            };
        }
        let mut operation = json!({ "method": self.method, "path": path, "data": body });
        if self.method == "POST" {
            operation["bulkId"] = "new".into();
        }
        let message = json!({ "schemas": [BULK_REQUEST], "Operations": [operation] });
        let entries = server.post("/Bulk", message).send().expect(200)["Operations"].clone();
        Answer {
            status: entries[0]["status"].as_str().expect("a text").to_owned(),
            body: entries[0]["response"].clone(),
        }
    }
}

/// The only things that are false.
fn off() -> Vec<Value> {
    vec![
        json!(false),
        json!("False"),
        json!("false"),
        json!("FALSE"),
        json!([false]),
        json!(["False"]),
    ]
}

/// The only things that are true.
fn on() -> Vec<Value> {
    vec![
        json!(true),
        json!("True"),
        json!("true"),
        json!("TRUE"),
        json!([true]),
        json!(["True"]),
    ]
}

/// Values that are neither true nor false, though some look like it.
fn neither() -> Vec<Value> {
    vec![
        json!("no"),
        json!("yes"),
        json!("off"),
        json!("on"),
        json!("0"),
        json!("1"),
        json!(0),
        json!(1),
        json!(-1),
        json!(0.0),
        json!(""),
        json!("f"),
        json!("null"),
        json!(" false"),
        json!("False "),
        json!("\"false\""),
        json!("disabled"),
        json!({}),
        json!({ "value": false }),
        json!([true, false]),
        json!([false, false]),
        json!(["False", "no"]),
        json!(["no"]),
        json!([0]),
        json!([{ "value": false }]),
    ]
}

/// What leaves the attribute without a value.
fn nothing() -> [Value; 2] {
    [Value::Null, json!([])]
}

fn leaver() -> Value {
    json!({
        "schemas": [USER], "userName": NAME, "externalId": "00uAb12", "title": "Lead", "active": true,
        "name": { "givenName": "Kim", "familyName": "Lee" }, "emails": [{ "value": NAME, "type": "work", "primary": true }],
    })
}

/// The user in question, in a group, with the server's token standing for them.
fn staged(server: &TestServer) -> (String, Value) {
    let user = server.user(leaver());
    server.create_group("Team", &[id(&user)]);
    server.link_token(id(&user));
    let path = format!("/Users/{}", id(&user));
    let user = read(server, &path);
    (path, user)
}

/// The user with another `active`, null standing for none.
#[track_caller]
fn set(server: &TestServer, path: &str, active: Value) -> Value {
    let operations = json!([{ "op": "replace", "path": "active", "value": active }]);
    server.patch(path, operations).send().expect(200)
}

/// Sends every value to every place on every way; before each, the user has `from`. Checks the user before and after.
fn everywhere(
    server: &TestServer,
    from: &Value,
    values: &[Value],
    check: fn(&str, Answer, &Value, &Value),
) {
    let (path, _) = staged(server);
    for way in WAYS {
        for place in CHANGES {
            for value in values {
                let before = set(server, &path, from.clone());
                let answer = place.send(server, way, &before, value);
                let what = format!("{value} at \"{}\", {way:?}", place.name);
                check(&what, answer, &before, &read(server, &path));
            }
        }
    }
}

/// `after` is `before` with this `active`, and a newer version.
#[track_caller]
fn only_active_changed(what: &str, before: &Value, after: &Value, active: Option<bool>) {
    let mut expected = before.clone();
    match active {
        Some(active) => expected["active"] = active.into(),
        None => drop(
            expected
                .as_object_mut()
                .expect("an object")
                .remove("active"),
        ),
    }
    assert_ne!(
        after["meta"]["version"], before["meta"]["version"],
        "{what}"
    );
    expected["meta"] = after["meta"].clone();
    assert_eq!(after, &expected, "{what}");
}

api_test! {
    /// Rows: ENTRA-14 ENTRA-8 ENTRA-24 OKTA-8 OKTA-10 OKTA-37 LEN-1 LEN-2 LEN-3 LEN-6 LEN-12 LEN-25 PATCH-74 USER-13
    fn entra_14_false_in_any_spelling_and_place_switches_off(server) {
        everywhere(&server, &json!(true), &off(), |what, answer, before, after| {
            assert_eq!(answer.status, "200", "{what}: {}", answer.body);
            only_active_changed(what, before, after, Some(false));
        });
        assert_eq!(server.names("active eq false"), [NAME]);
        assert!(server.names("active eq true").is_empty());
    }

    /// Rows: OKTA-9 OKTA-13 ENTRA-14 LEN-3 LEN-6 GEN-15
    fn okta_09_true_in_any_spelling_and_place_switches_on(server) {
        everywhere(&server, &json!(false), &on(), |what, answer, before, after| {
            assert_eq!(answer.status, "200", "{what}: {}", answer.body);
            only_active_changed(what, before, after, Some(true));
        });
        assert_eq!(server.names("active eq true"), [NAME]);
    }

    /// Rows: GEN-15 LEN-3 PUT-12
    fn gen_15_what_is_so_already_is_no_change(server) {
        for (state, values) in [(true, on()), (false, off())] {
            let (path, _) = staged(&server);
            let before = set(&server, &path, state.into());
            for way in WAYS {
                for (place, value) in CHANGES.iter().flat_map(|place| values.iter().map(move |value| (place, value))) {
                    let answer = place.send(&server, way, &before, value);
                    assert_eq!(answer.status, "200", "{value} at \"{}\": {}", place.name, answer.body);
                    assert_eq!(read(&server, &path), before, "{value} at \"{}\"", place.name);
                }
            }
            server.delete(&path).send().expect(204);
            let group = server.search("/Groups", "displayName eq \"Team\"");
            server.delete(&format!("/Groups/{}", id(&group[0]))).send().expect(204);
        }
    }

    /// Rows: LEN-3 ENTRA-14 PATCH-19 GEN-13 NULL-08
    fn len_03_what_is_no_boolean_is_refused_in_every_place(server) {
        let check = |what: &str, answer: Answer, before: &Value, after: &Value| {
            assert_eq!((answer.status.as_str(), &answer.body["scimType"]), ("400", &json!("invalidValue")), "{what}: {}", answer.body);
            let detail = answer.body["detail"].as_str().unwrap_or_default();
            assert!(detail.contains("active"), "{what}: {detail}");
            assert_eq!(after, before, "{what}");
        };
        everywhere(&server, &json!(true), &neither(), check);
    }

    /// Rows: LEN-3 DEC-3 PATCH-19
    fn len_03_nothing_but_true_brings_a_leaver_back(server) {
        everywhere(&server, &json!(false), &neither(), |what, answer, before, after| {
            assert_eq!(answer.status, "400", "{what}: {}", answer.body);
            assert_eq!(after, before, "{what}");
        });
    }

    /// The server unwraps one list, not two: a list in a list is an error.
    ///
    /// Rows: LEN-6 LEN-3
    fn len_06_a_list_in_a_list_is_no_boolean(server) {
        let nested = [json!([[false]]), json!([["False"]]), json!([[]]), json!([[null]]), json!([null])];
        everywhere(&server, &json!(true), &nested, |what, answer, before, after| {
            assert_eq!((answer.status.as_str(), &answer.body["scimType"]), ("400", &json!("invalidValue")), "{what}: {}", answer.body);
            assert_eq!(after, before, "{what}");
        });
    }

    /// Rows: LEN-18 NULL-02 NULL-03 PATCH-77
    fn len_18_null_and_an_empty_list_leave_no_value(server) {
        for from in [json!(true), json!(false)] {
            everywhere(&server, &from, &nothing(), |what, answer, before, after| {
                assert_eq!(answer.status, "200", "{what}: {}", answer.body);
                only_active_changed(what, before, after, None);
            });
            assert!(server.names("active eq false or active eq true").is_empty());
            let user = server.search("/Users", "userName pr");
            server.delete(&format!("/Users/{}", id(&user[0]))).send().expect(204);
            let group = server.search("/Groups", "displayName eq \"Team\"");
            server.delete(&format!("/Groups/{}", id(&group[0]))).send().expect(204);
        }
    }

    /// Rows: PING-3 ENTRA-45 LEN-2 LEN-3 LEN-6 LEN-18 CRUD-06 USER-12
    fn ping_03_a_create_is_switched_off_by_the_same_values(server) {
        for way in [Way::Directly, Way::InBulk] {
            for place in CREATES {
                let active = |value: &Value| match value {
                    value if off().contains(value) => json!(false),
                    value if on().contains(value) => json!(true),
                    _ => Value::Null,
                };
                for value in [off(), on(), nothing().to_vec()].concat() {
                    let answer = place.send(&server, way, &leaver(), &value);
                    assert_eq!(answer.status, "201", "{value} at \"{}\", {way:?}: {}", place.name, answer.body);
                    let found = server.search("/Users", &format!("userName eq \"{NAME}\""));
                    let shown = found[0].get("active").cloned().unwrap_or_default();
                    assert_eq!(shown, active(&value), "{value} at \"{}\", {way:?}", place.name);
                    assert_eq!(server.search("/Users", "active eq false").len(), usize::from(shown == false), "{value}");
                    server.delete(&format!("/Users/{}", id(&found[0]))).send().expect(204);
                }
                for value in neither() {
                    let answer = place.send(&server, way, &leaver(), &value);
                    assert_eq!(answer.status, "400", "{value} at \"{}\", {way:?}: {}", place.name, answer.body);
                    assert_eq!(answer.body["scimType"], "invalidValue", "{value}");
                    assert_eq!(total(&server, "/Users"), 0, "{value} at \"{}\", {way:?}", place.name);
                }
            }
        }
    }

    /// Rows: DEC-3 PUT-15 OKTA-7
    fn dec_03_a_put_that_is_silent_brings_nobody_back(server) {
        let (path, _) = staged(&server);
        for way in WAYS {
            let before = set(&server, &path, false.into());
            let silent = Place { name: "silent", method: "PUT", body: |user, _| {
                let mut body = whole(user, "title", json!("Guest"));
                body.as_object_mut().expect("an object").remove("active");
                body
            } };
            let answer = silent.send(&server, way, &before, &Value::Null);
            assert_eq!(answer.status, "200", "{way:?}: {}", answer.body);
            let after = read(&server, &path);
            assert_eq!((&after["active"], &after["title"]), (&json!(false), &json!("Guest")), "{way:?}");
            server.patch(&path, json!([{ "op": "replace", "path": "title", "value": "Lead" }])).send().expect(200);
        }
    }
}

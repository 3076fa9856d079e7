//! A group gets another name, in every shape in which clients send that. Its members stay.
//!
//! A rename without `members` must not empty the group: all its members would lose their access.

use std::cell::Cell;
use std::slice::from_ref;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde_json::{Value, json};

use crate::support::{Backend, GROUP, PATCH_OP, Request, TestServer, id, read};

/// A PUT without `members` empties a group, unless the tenant says otherwise. Then it is one more way to rename it.
const KEEPS: &str = "put-keeps-members=on";

/// What becomes of the `externalId`.
#[derive(Clone, Copy, Debug)]
enum External {
    Kept,
    Set,
    Cleared,
}
use External::{Cleared, Kept, Set};

/// The client whose headers a request has.
#[derive(Clone, Copy, Debug)]
enum Sender {
    Okta,
    Entra,
    Anybody,
}
use Sender::{Anybody, Entra, Okta};

/// One way to say it: the operations of a PATCH, or the whole body if it is an object. Made of the group as it is and its new name.
#[derive(Clone, Copy)]
struct Shape {
    name: &'static str,
    sender: Sender,
    external: External,
    body: fn(&Value, Value) -> Value,
}

impl std::fmt::Debug for Shape {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

/// What a client that knows no members says of a group.
fn without_members(group: &Value, name: Value) -> Value {
    let mut body = group.clone();
    body.as_object_mut().expect("an object").remove("members");
    body["displayName"] = name;
    body
}

/// What a client says that has read all of a group.
fn with_members(group: &Value, name: Value) -> Value {
    let mut body = group.clone();
    body["displayName"] = name;
    body
}

/// The members as clients write them down.
fn bare_members(group: &Value) -> Value {
    let members = group["members"].as_array().expect("members").iter();
    members
        .map(|member| json!({ "value": member["value"], "display": "x" }))
        .collect()
}

/// Lines of the table of shapes, one a line: name, sender, `externalId`, and the body from the group and its new name.
macro_rules! shapes {
    ($($name:literal $sender:ident $external:ident |$group:pat_param, $to:ident| $body:expr;)+) => {
        &[$(Shape { name: $name, sender: $sender, external: $external, body: |$group: &Value, $to: Value| $body }),+]
    };
}

/// Every shape of the catalogue, and what the leniency rules make of it.
const SHAPES: &[Shape] = shapes! {
    "OKTA-19, OKTA-26" Okta Kept |group, to| json!([{ "op": "replace", "value": { "id": group["id"], "displayName": to } }]);
    "AK-5" Anybody Set |group, to| json!([{ "op": "replace", "value": {
        "schemas": [GROUP], "id": group["id"], "externalId": "new", "displayName": to,
    } }]);
    "AK-5, the sender's own id" Anybody Set |_, to| json!([{ "op": "replace", "value": {
        "schemas": [GROUP], "id": "another", "externalId": "new", "displayName": to, "meta": { "resourceType": "Group" },
    } }]);
    "AK-8" Anybody Set |_, to| json!([
        { "op": "replace", "path": "displayName", "value": to }, { "op": "replace", "path": "externalId", "value": "new" },
    ]);
    "ENTRA-34" Entra Kept |_, to| json!([{ "op": "Replace", "path": "displayName", "value": to }]);
    "ENTRA-34, with externalId" Entra Set |_, to| json!([
        { "op": "Add", "path": "externalId", "value": "new" }, { "op": "Replace", "path": "displayName", "value": to },
    ]);
    "PING-7" Anybody Kept |_, to| json!([{ "op": "replace", "path": "displayName", "value": to }]);
    "add, with path" Anybody Kept |_, to| json!([{ "op": "add", "path": "displayName", "value": to }]);
    "add, without path" Anybody Kept |_, to| json!([{ "op": "add", "value": { "displayName": to } }]);
    "a URN in the path" Anybody Kept |_, to| json!([{ "op": "replace", "path": format!("{GROUP}:displayName"), "value": to }]);
    "a URN in the key" Anybody Kept |_, to| json!([{ "op": "replace", "value": { (format!("{GROUP}:displayName")): to } }]);
    "a URN in the key, in capitals" Anybody Set |_, to| json!([{ "op": "Add", "value": {
        (format!("{GROUP}:displayName").to_uppercase()): to, "EXTERNALID": "new",
    } }]);
    "capitals" Entra Kept |_, to| json!([{ "op": "REPLACE", "path": "DISPLAYNAME", "value": to }]);
    "a capital key" Entra Kept |_, to| json!([{ "op": "Replace", "value": { "DisplayName": to } }]);
    "a null path" Anybody Kept |_, to| json!([{ "op": "replace", "path": null, "value": { "displayName": to } }]);
    "LEN-6, a list of one" Anybody Kept |_, to| json!([{ "op": "replace", "path": "displayName", "value": [to] }]);
    "LEN-25, a named operation" Entra Kept |_, to| json!([
        { "name": "rename", "op": "replace", "path": "displayName", "value": to, "extra": { "members": [] } },
    ]);
    "LEN-25, keys beside the operations" Anybody Kept |group, to| json!({
        "schemas": [PATCH_OP], "id": group["id"], "externalId": "beside", "displayName": "beside", "members": [],
        "Operations": [{ "op": "replace", "path": "displayName", "value": to }],
    });
    "LEN-15, another schema" Anybody Kept |_, to| json!({
        "schemas": [GROUP], "Operations": [{ "op": "replace", "value": { "displayName": to } }],
    });
    "as it was read without members" Okta Kept |group, to| json!([{ "op": "replace", "value": without_members(group, to) }]);
    "KC-2, with all members" Anybody Kept |group, to| json!([{ "op": "replace", "value": with_members(group, to) }]);
    "KC-2, add with all members" Anybody Kept |group, to| json!([
        { "op": "add", "value": { "displayName": to, "members": bare_members(group) } },
    ]);
    "PUT without members" Anybody Kept |group, to| json!({
        "put": { "schemas": [GROUP], "externalId": group["externalId"], "displayName": to },
    });
    "PUT without anything else" Okta Cleared |_, to| json!({ "put": { "schemas": [GROUP], "displayName": to } });
    "PUT as it was read without members" Okta Kept |group, to| json!({ "put": without_members(group, to) });
    "OKTA-25, PUT with the same members" Okta Cleared |group, to| json!({
        "put": { "schemas": [GROUP], "id": group["id"], "displayName": to, "members": bare_members(group) },
    });
    "PING-5, PUT of all that was read" Anybody Kept |group, to| json!({ "put": with_members(group, to) });
};

impl Shape {
    /// Method and body of the request.
    fn message(&self, group: &Value, name: &Value) -> (&'static str, Value) {
        let body = (self.body)(group, name.clone());
        match (body.get("put"), body.is_array()) {
            (Some(whole), _) => ("PUT", whole.clone()),
            (None, true) => (
                "PATCH",
                json!({ "schemas": [PATCH_OP], "Operations": body }),
            ),
            (None, false) => ("PATCH", body),
        }
    }

    fn request(&self, server: &TestServer, group: &Value, name: &Value) -> Request {
        let (method, body) = self.message(group, name);
        let path = format!("/Groups/{}", id(group));
        let request = server.request(method, &path).json(&body);
        match self.sender {
            Okta => request
                .header("User-Agent", "Okta SCIM Client 1.0.0")
                .header("Accept", "application/scim+json")
                .header("Accept-Charset", "utf-8")
                .header("Content-Type", "application/scim+json; charset=utf-8"),
            Entra => request.header("Content-Type", "application/json; charset=utf-8"),
            Anybody => request,
        }
    }

    /// The group as it must be after a rename, apart from `meta`.
    fn renamed(&self, group: &Value, name: &str) -> Value {
        let mut expected = group.clone();
        expected["displayName"] = name.into();
        match self.external {
            Kept => (),
            Set => expected["externalId"] = "new".into(),
            Cleared => drop(
                expected
                    .as_object_mut()
                    .expect("an object")
                    .remove("externalId"),
            ),
        }
        expected
    }

    /// Renames, and checks the group, its members, both names, and that the same again is no change. The group afterwards.
    #[track_caller]
    fn rename(&self, server: &TestServer, group: &Value, name: &str) -> Value {
        let path = format!("/Groups/{}", id(group));
        let request = self.request(server, group, &json!(name));
        let reply = request.clone().send();
        let what = format!("{}: to {name:?}: {}", self.name, reply.text);
        assert!([200, 204].contains(&reply.status), "{what}");
        let after = read(server, &path);
        let mut expected = self.renamed(group, name);
        expected["meta"] = after["meta"].clone();
        assert_eq!(sorted(&after), sorted(&expected), "{what}");
        assert_ne!(after["meta"]["version"], group["meta"]["version"], "{what}");
        for member in after["members"].as_array().expect("members") {
            let kind = member["type"].as_str().expect("a type");
            let member = read(
                server,
                &format!("/{kind}s/{}", id(&json!({ "id": member["value"] }))),
            );
            let seen = member["groups"]
                .as_array()
                .into_iter()
                .flatten()
                .find(|one| one["value"] == group["id"]);
            assert!(
                kind == "Group" || seen.is_some_and(|one| one["display"] == name),
                "{what}: {member}"
            );
        }
        assert_eq!(named(server, name), from_ref(&after), "{what}");
        request.send();
        assert_eq!(read(server, &path), after, "{what}: the same again");
        let old = group["displayName"].as_str().expect("a name");
        if old.to_lowercase() != name.to_lowercase() {
            assert!(named(server, old).is_empty(), "{what}: {old:?} is free");
            let taken = server.create_group(old, &[]);
            server
                .delete(&format!("/Groups/{}", id(&taken)))
                .send()
                .expect(204);
        }
        after
    }

    /// Sends a rename that must fail, and checks that the group is as before.
    #[track_caller]
    fn refused(
        &self,
        server: &TestServer,
        group: &Value,
        name: &Value,
        status: u16,
        scim_type: &str,
    ) {
        let reply = self.request(server, group, name).send();
        assert_eq!(
            reply.status, status,
            "{}: to {name}: {}",
            self.name, reply.text
        );
        reply.error(status, scim_type);
        let path = format!("/Groups/{}", id(group));
        assert_eq!(read(server, &path), *group, "{}: to {name}", self.name);
    }
}

/// The group with its members in one order: they are a set.
fn sorted(group: &Value) -> Value {
    let mut group = group.clone();
    if let Some(members) = group["members"].as_array_mut() {
        members.sort_by_key(|member| member["value"].as_str().unwrap_or_default().to_owned());
    }
    group
}

/// The groups of this name.
#[track_caller]
fn named(server: &TestServer, name: &str) -> Vec<Value> {
    server.search("/Groups", &format!("displayName eq {}", json!(name)))
}

/// Ids of some users and of a group, which can all be members.
fn people(server: &TestServer) -> Vec<String> {
    let mut ids: Vec<String> = (0..5)
        .map(|number| id(&server.create_user(&format!("u{number}"))).to_owned())
        .collect();
    ids.push(id(&server.create_group("inner", &[&ids[0]])).to_owned());
    ids
}

/// A group with these members and an `externalId`, as it is read.
#[track_caller]
fn group_of(server: &TestServer, name: &str, members: &Value) -> Value {
    let body =
        json!({ "schemas": [GROUP], "displayName": name, "externalId": "old", "members": members });
    let group = server.post("/Groups", body).send().expect(201);
    read(server, &format!("/Groups/{}", id(&group)))
}

api_test! {
    /// Rows: OKTA-19 OKTA-25 OKTA-26 AK-5 AK-8 ENTRA-34 PING-5 PING-7 KC-1 KC-2 LEN-1 LEN-2 LEN-6 LEN-12 LEN-15 LEN-25 GROUP-02
    fn okta_26_a_rename_in_any_shape_leaves_the_members(server) {
        server.set_tenant(KEEPS);
        let people = people(&server);
        for (number, members) in [&people[..], &people[..1], &[]].into_iter().enumerate() {
            let members: Value = members.iter().map(|member| json!({ "value": member })).collect();
            let mut group = group_of(&server, &format!("Sales {number}"), &members);
            assert_eq!(group["members"].as_array().map(Vec::len), members.as_array().map(Vec::len));
            let path = format!("/Groups/{}", id(&group));
            for (step, shape) in SHAPES.iter().enumerate() {
                let reset = json!([{ "op": "replace", "path": "externalId", "value": "old" }]);
                server.patch(&path, reset).send().expect(204);
                group = shape.rename(&server, &read(&server, &path), &format!("Crew {number}.{step}"));
            }
            let letters = group["displayName"].as_str().expect("a name").to_uppercase();
            SHAPES[0].rename(&server, &group, &letters);
        }
    }

    /// Rows: OKTA-26 BULK-01 BULK-37
    fn okta_26_renames_in_one_bulk_request_leave_the_members(server) {
        server.set_tenant(KEEPS);
        let people = people(&server);
        let members: Value = people.iter().map(|member| json!({ "value": member })).collect();
        let group = group_of(&server, "Sales", &members);
        let path = format!("/Groups/{}", id(&group));
        let operations: Value = SHAPES.iter().enumerate().map(|(step, shape)| {
            let (method, data) = shape.message(&group, &json!(format!("Crew {step}")));
            json!({ "method": method, "path": path, "data": data })
        }).collect();
        let message = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
        let done = server.post("/Bulk", message).send().expect(200);
        for (entry, shape) in done["Operations"].as_array().expect("entries").iter().zip(SHAPES) {
            assert!(["200", "204"].contains(&entry["status"].as_str().expect("a text")), "{}: {entry}", shape.name);
        }
        let mut expected = group;
        expected["displayName"] = format!("Crew {}", SHAPES.len() - 1).into();
        let after = read(&server, &path);
        expected["meta"] = after["meta"].clone();
        assert_eq!(sorted(&after), sorted(&expected));
        assert_eq!(server.search("/Groups", "displayName sw \"Crew\"").len(), 1);
    }

    /// Rows: OKTA-26 DEC-5 GEN-10 GEN-13 GROUP-02 LEN-19 NULL-05
    fn okta_26_a_name_that_cannot_be_is_refused_in_any_shape(server) {
        let people = people(&server);
        let members: Value = people.iter().map(|member| json!({ "value": member })).collect();
        let group = group_of(&server, "Sales", &members);
        server.create_group("Taken", &[]);
        for shape in SHAPES {
            for taken in ["Taken", "TAKEN"] {
                shape.refused(&server, &group, &json!(taken), 409, "uniqueness");
            }
            for wrong in [json!(""), json!(null), json!(true), json!({}), json!({ "value": "Crew" }), json!(["Crew", "Team"]), json!([])] {
                shape.refused(&server, &group, &wrong, 400, "invalidValue");
            }
        }
        assert_eq!(named(&server, "Sales"), [group]);
    }
}

/// Cases of the property, a database.
const CASES: u32 = 24;

/// One step: other members first, perhaps, then another name.
#[derive(Clone, Debug)]
struct Step {
    members: Option<Vec<bool>>,
    shape: Shape,
    /// The beginning of the new name; none for the old one in other letters.
    stem: Option<&'static str>,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let stems = select(vec![
        "Sales",
        "a \"b\"",
        "back\\slash",
        "100%_",
        "o'neil + #1",
        "Ünïcode 東京",
        "members",
        "null",
        "True",
        "  blanks  ",
        "a/b?c=d&e",
    ]);
    let step = (
        option::of(vec(any::<bool>(), 6)),
        select(SHAPES),
        option::weighted(0.9, stems),
    );
    vec(
        step.prop_map(|(members, shape, stem)| Step {
            members,
            shape,
            stem,
        }),
        1..6,
    )
}

/// Builds a group, renames it step by step, and checks it after each.
fn holds(
    server: &TestServer,
    people: &[String],
    first: &[bool],
    steps: &[Step],
    number: &Cell<usize>,
) {
    let chosen = |mask: &[bool]| -> Value {
        let members = people.iter().zip(mask).filter(|(_, is_member)| **is_member);
        members
            .map(|(member, _)| json!({ "value": member }))
            .collect()
    };
    let fresh = |stem: &str| {
        number.set(number.get() + 1);
        format!("{stem} {}", number.get())
    };
    let mut group = group_of(server, &fresh("first"), &chosen(first));
    let path = format!("/Groups/{}", id(&group));
    let mut members = first;
    for step in steps {
        if let Some(mask) = &step.members {
            members = mask;
            let operation = json!({ "op": "replace", "path": "members", "value": chosen(mask) });
            server.patch(&path, json!([operation])).send().expect(204);
        }
        let reset = json!([{ "op": "replace", "path": "externalId", "value": "old" }]);
        server.patch(&path, reset).send().expect(204);
        group = read(server, &path);
        let old = group["displayName"].as_str().expect("a name");
        let name = match step.stem.map_or_else(|| other_letters(old), fresh) {
            name if name == old => fresh("a name without letters"),
            name => name,
        };
        group = step.shape.rename(server, &group, &name);
        let left = sorted(&json!({ "members": bare_members(&group) }));
        let wanted =
            sorted(&json!({ "members": bare_members(&json!({ "members": chosen(members) })) }));
        assert_eq!(left, wanted, "{}", step.shape.name);
    }
    server.delete(&path).send().expect(204);
}

/// The name with small letters for capitals and the other way round.
fn other_letters(name: &str) -> String {
    let turned = |letter: char| {
        if letter.is_ascii_uppercase() {
            letter.to_ascii_lowercase()
        } else {
            letter.to_ascii_uppercase()
        }
    };
    name.chars().map(turned).collect()
}

fn sequences_keep_the_members(backend: Backend) {
    let server = TestServer::start(backend);
    server.set_tenant(KEEPS);
    let people = people(&server);
    let number = Cell::new(0);
    let config = Config {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    };
    let cases = (vec(any::<bool>(), 6), steps());
    let outcome = TestRunner::new(config).run(&cases, |(first, steps)| {
        holds(&server, &people, &first, &steps, &number);
        Ok::<(), TestCaseError>(())
    });
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
}

/// Rows: OKTA-26 AK-5 AK-8 ENTRA-34 PING-7
#[test]
fn okta_26_sequences_of_renames_keep_the_members_on_sqlite() {
    sequences_keep_the_members(Backend::Sqlite);
}

/// Rows: OKTA-26 AK-5 AK-8 ENTRA-34 PING-7
#[test]
fn okta_26_sequences_of_renames_keep_the_members_on_postgres() {
    sequences_keep_the_members(Backend::Postgres);
}

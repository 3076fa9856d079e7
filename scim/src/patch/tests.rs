//! PATCH by table: a document, the operations, and what of the document is then different or why it is refused.
//!
//! `tests/paths.rs` has what a path or none may say, `tests/other_kinds.rs` what users lack, `tests/edges.rs` the member
//! lists, `tests/leniencies.rs` the rules that profile `rfc` lacks, `tests/properties.rs` what holds of any operation.

mod edges;
mod leniencies;
mod limits;
mod other_kinds;
mod paths;
mod properties;

use serde_json::{Value, json};

use super::{Patched, apply, parse};
use crate::Document;
use crate::ScimError;
use crate::json::Object;
use crate::schema::ENTERPRISE_USER_URN as E;
use crate::testing::{THING_EXTENSION_URN, World, object};

const U: &str = crate::schema::USER_URN;

fn ada() -> Value {
    json!({
        "userName": "ada", "title": "Countess", "active": true,
        "name": { "givenName": "Ada", "familyName": "Lovelace" },
        "emails": [
            { "value": "work@x.test", "type": "work", "primary": true },
            { "value": "home@x.test", "type": "home" },
        ],
        "addresses": [{ "type": "home", "locality": "London" }],
        E: { "department": "Engines", "manager": { "value": "m1" } },
    })
}

fn lamp() -> Value {
    json!({
        "label": "lamp", "tags": ["red", "blue"], "Codes": ["a", "A"], "counts": [1, 2], "serial": "s1",
        "owner": { "value": "t1", "role": "user" },
        "parts": [{ "number": "p1", "origin": "here" }, { "number": "p2" }],
        THING_EXTENSION_URN: { "mark": "m1", "colour": "red" },
    })
}

fn add(path: &str, value: impl Into<Value>) -> Value {
    json!({ "op": "add", "path": path, "value": value.into() })
}

fn replace(path: &str, value: impl Into<Value>) -> Value {
    json!({ "op": "replace", "path": path, "value": value.into() })
}

fn remove(path: &str) -> Value {
    json!({ "op": "remove", "path": path })
}

fn remove_listed(path: &str, value: impl Into<Value>) -> Value {
    json!({ "op": "remove", "path": path, "value": value.into() })
}

fn pathless(op: &str, value: impl Into<Value>) -> Value {
    json!({ "op": op, "value": value.into() })
}

/// The only lines that call `parse` and `apply`. One operation may stand without an array.
fn patch<'a>(
    world: &'a World,
    resource_type: &str,
    document: &Document,
    operations: Value,
) -> Result<Patched<'a>, ScimError> {
    let list = if operations.is_array() {
        operations
    } else {
        json!([operations])
    };
    let mut message = object(json!({ "Operations": list }));
    message.insert("schemas".into(), json!([super::PATCH_OP_URN]));
    let operations = parse(&message, &world.leniency, 1000)?;
    apply(world.context(resource_type), document, &operations)
}

/// A world and the document in it that a table's rows change.
struct Stage {
    world: World,
    resource_type: &'static str,
    document: Document,
}

impl Stage {
    fn ada(world: World) -> Self {
        Self {
            world,
            resource_type: "User",
            document: Document::stored(ada()),
        }
    }

    fn lamp(world: World) -> Self {
        Self {
            world,
            resource_type: "Thing",
            document: Document::stored(lamp()),
        }
    }

    /// `expected` names what is different at the top of the document; `null` for what is gone.
    #[track_caller]
    fn check(&self, operations: Value, expected: Value) {
        let shown = operations.to_string();
        let patched = patch(&self.world, self.resource_type, &self.document, operations)
            .unwrap_or_else(|error| panic!("{shown}: {error}"));
        let mut after = self.document.clone();
        for (key, value) in object(expected) {
            if value.is_null() {
                after.object_mut().remove(&key);
            } else {
                after.object_mut().insert(key, value);
            }
        }
        assert_eq!(patched.document, after, "{shown}");
        assert_eq!(patched.changed, after != self.document, "{shown}");
    }

    #[track_caller]
    fn unchanged(&self, operations: Value) {
        self.check(operations, json!({}));
    }

    #[track_caller]
    fn refused(&self, operations: Value, scim_type: &str) {
        let shown = operations.to_string();
        let error = patch(&self.world, self.resource_type, &self.document, operations)
            .map(|patched| patched.document);
        match error {
            Ok(document) => panic!("{shown} gave {document:?}"),
            Err(error) => assert_eq!(error.wire(), (400, Some(scim_type)), "{shown}: {error}"),
        }
    }
}

/// Rows: PATCH-20 PATCH-22 PATCH-23 PATCH-24 PATCH-27 PATCH-31 PATCH-63
#[test]
fn add_and_replace_by_kind_of_target() {
    let ada = Stage::ada(World::lenient());
    for set in [add as fn(&str, Value) -> Value, replace] {
        ada.check(set("title", json!("Lady")), json!({ "title": "Lady" }));
        ada.check(set("nickName", json!("A")), json!({ "nickName": "A" }));
        ada.check(set("externalId", json!("x")), json!({ "externalId": "x" }));
        ada.check(set("active", json!(false)), json!({ "active": false }));
        let name = json!({ "givenName": "Ada", "familyName": "King", "middleName": "A." });
        ada.check(
            set("name", json!({ "familyName": "King", "MIDDLENAME": "A." })),
            json!({ "name": name }),
        );
        ada.check(
            set("name", json!({ "givenName": null })),
            json!({ "name": { "familyName": "Lovelace" } }),
        );
        ada.check(
            set("name.familyName", json!("King")),
            json!({ "name": { "givenName": "Ada", "familyName": "King" } }),
        );
        let extension = json!({ "department": "Looms", "manager": { "value": "m1" } });
        ada.check(
            set(&format!("{E}:department"), json!("Looms")),
            json!({ E: extension }),
        );
        ada.check(
            set(E, json!({ "department": "Looms" })),
            json!({ E: extension }),
        );
        let managed = json!({ E: { "department": "Engines", "manager": { "value": "m2" } } });
        ada.check(
            set(&format!("{E}:manager"), json!({ "value": "m2" })),
            managed.clone(),
        );
        ada.check(
            set(&format!("{E}:manager.value"), json!("m2")),
            managed.clone(),
        );
        ada.check(
            set(
                &format!("{E}:manager.$ref"),
                json!("https://x.test/Users/m2"),
            ),
            managed,
        );
        ada.check(
            set("emails.type", json!(null)),
            json!({ "emails": [
            { "value": "work@x.test", "primary": true }, { "value": "home@x.test" } ] }),
        );
    }
    let bare = Stage {
        document: Document::stored(json!({ "userName": "ada" })),
        ..Stage::ada(World::lenient())
    };
    bare.check(
        add("name.givenName", "Ada"),
        json!({ "name": { "givenName": "Ada" } }),
    );
    bare.check(
        add(&format!("{E}:manager.value"), "m1"),
        json!({ E: { "manager": { "value": "m1" } } }),
    );
}

/// Rows: PATCH-24 PATCH-25 PATCH-26 PATCH-28 PATCH-60 PATCH-62 PATCH-65 PATCH-66 PATCH-93
#[test]
fn values_of_multi_valued_attributes() {
    let ada = Stage::ada(World::lenient());
    let work = json!({ "value": "work@x.test", "type": "work", "primary": true });
    let home = json!({ "value": "home@x.test", "type": "home" });
    let other = json!({ "value": "other@x.test" });
    ada.check(
        add("emails", json!([other])),
        json!({ "emails": [work, home, other] }),
    );
    ada.check(
        add("emails", other.clone()),
        json!({ "emails": [work, home, other] }),
    );
    ada.unchanged(add("emails", json!([{ "value": "HOME@x.test" }, home])));
    ada.check(
        replace("emails", json!([other])),
        json!({ "emails": [other] }),
    );
    ada.check(
        replace("emails", other.clone()),
        json!({ "emails": [other] }),
    );
    ada.check(
        replace("emails", json!([other, other])),
        json!({ "emails": [other] }),
    );
    ada.check(
        add("emails[type eq \"home\"].display", "H"),
        json!({ "emails": [work, { "value": "home@x.test", "type": "home", "display": "H" }] }),
    );
    ada.check(
        add("emails[type eq \"home\"]", json!({ "display": "H" })),
        json!({ "emails": [work, { "value": "home@x.test", "type": "home", "display": "H" }] }),
    );
    ada.check(
        replace("emails[type eq \"home\"]", other.clone()),
        json!({ "emails": [work, other] }),
    );
    ada.check(
        replace("emails[type eq \"home\" or type eq \"work\"].value", "x@x.test"),
        json!({ "emails": [{ "value": "x@x.test", "type": "work", "primary": true }, { "value": "x@x.test", "type": "home" }] }),
    );
    ada.check(
        replace("emails[value pr]", other.clone()),
        json!({ "emails": [other] }),
    );
    ada.check(
        replace("emails.type", "work"),
        json!({ "emails": [work, { "value": "home@x.test", "type": "work" }] }),
    );
    ada.unchanged(add("emails.type", "work"));
    ada.check(
        add("emails.display", "D"),
        json!({ "emails": [
            { "value": "work@x.test", "type": "work", "primary": true, "display": "D" },
            { "value": "home@x.test", "type": "home", "display": "D" } ] }),
    );
}

/// Rows: PATCH-41 PATCH-42 PATCH-43 PATCH-44 PATCH-47 PATCH-48 PATCH-49 PATCH-51 PATCH-52 PATCH-53
#[test]
fn remove_by_kind_of_target() {
    let ada = Stage::ada(World::lenient());
    let work = json!({ "value": "work@x.test", "type": "work", "primary": true });
    ada.check(remove("title"), json!({ "title": null }));
    ada.unchanged(remove("nickName"));
    ada.check(remove("name"), json!({ "name": null }));
    ada.check(
        remove("name.givenName"),
        json!({ "name": { "familyName": "Lovelace" } }),
    );
    ada.check(
        json!([remove("name.givenName"), remove("name.familyName")]),
        json!({ "name": null }),
    );
    ada.unchanged(remove("name.middleName"));
    ada.check(remove("emails"), json!({ "emails": null }));
    ada.check(
        remove("emails[type eq \"home\"]"),
        json!({ "emails": [work] }),
    );
    ada.check(remove("emails[value pr]"), json!({ "emails": null }));
    ada.unchanged(remove("emails[type eq \"fax\"]"));
    ada.check(
        remove("emails[type eq \"home\"].type"),
        json!({ "emails": [work, { "value": "home@x.test" }] }),
    );
    ada.check(
        remove("emails[type eq \"home\"].value"),
        json!({ "emails": [work] }),
    );
    ada.check(remove("emails.value"), json!({ "emails": null }));
    ada.check(
        remove("addresses.locality"),
        json!({ "addresses": [{ "type": "home" }] }),
    );
    ada.check(
        json!([remove("addresses.locality"), remove("addresses.type")]),
        json!({ "addresses": null }),
    );
    ada.check(
        remove(&format!("{E}:department")),
        json!({ E: { "manager": { "value": "m1" } } }),
    );
    ada.check(
        remove(&format!("{E}:manager.value")),
        json!({ E: { "department": "Engines" } }),
    );
    ada.check(
        json!([
            remove(&format!("{E}:department")),
            remove(&format!("{E}:manager"))
        ]),
        json!({ E: null }),
    );
    ada.check(remove(E), json!({ E: null }));
    ada.unchanged(remove("ims[type eq \"xmpp\"].value"));
}

/// Rows: NULL-03 PATCH-77 LEN-18
#[test]
fn null_and_the_empty_array_unassign() {
    let ada = Stage::ada(World::rfc());
    for set in [add as fn(&str, Value) -> Value, replace] {
        ada.check(set("title", json!(null)), json!({ "title": null }));
        ada.check(set("name", json!(null)), json!({ "name": null }));
        ada.check(
            set("name.givenName", json!(null)),
            json!({ "name": { "familyName": "Lovelace" } }),
        );
        ada.check(
            set("emails[type eq \"work\"]", json!(null)),
            json!({ "emails": [{ "value": "home@x.test", "type": "home" }] }),
        );
        ada.check(
            set("emails[value pr].value", json!(null)),
            json!({ "emails": null }),
        );
        ada.check(set("emails.value", json!(null)), json!({ "emails": null }));
        ada.check(set(E, json!(null)), json!({ E: null }));
        ada.refused(set("userName", json!(null)), "invalidValue");
    }
    ada.check(replace("emails", json!([])), json!({ "emails": null }));
    ada.check(replace("emails", json!(null)), json!({ "emails": null }));
    ada.unchanged(add("emails", json!([])));
    ada.check(
        pathless("replace", json!({ "title": null, "emails": [] })),
        json!({ "title": null, "emails": null }),
    );
}

/// Rows: PATCH-15 PATCH-70 PATCH-86 PATCH-87 SCHEMA-23
#[test]
fn one_primary() {
    let ada = Stage::ada(World::lenient());
    let work =
        |primary: bool| json!({ "value": "work@x.test", "type": "work", "primary": primary });
    let home =
        |primary: bool| json!({ "value": "home@x.test", "type": "home", "primary": primary });
    let new = |value: &str, primary: bool| json!({ "value": value, "primary": primary });
    let settled = json!({ "emails": [work(false), home(true)] });
    ada.check(
        replace("emails[type eq \"home\"].primary", true),
        settled.clone(),
    );
    ada.check(add("emails", json!([home(true)])), settled.clone());
    ada.check(
        replace("emails[type eq \"home\"]", home(true)),
        settled.clone(),
    );
    // An element that is there and primary, sent again without the word, does not contest the new one.
    ada.check(
        add(
            "emails",
            json!([{ "value": "work@x.test", "type": "work" }, home(true)]),
        ),
        settled,
    );
    let plain = json!({ "value": "home@x.test", "type": "home" });
    ada.check(
        json!([
            add("emails", json!([new("a", true)])),
            add("emails", json!([new("b", true)]))
        ]),
        json!({ "emails": [work(false), plain, new("a", false), new("b", true)] }),
    );
    ada.unchanged(add("emails", json!([work(true)])));
    ada.refused(
        replace("emails", json!([new("a", true), new("b", true)])),
        "invalidValue",
    );
    ada.refused(
        add("emails", json!([new("a", true), new("b", true)])),
        "invalidValue",
    );
    ada.refused(replace("emails.primary", true), "invalidValue");
    ada.refused(replace("emails[value pr].primary", true), "invalidValue");
}

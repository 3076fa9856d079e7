//! Attributes that the document does not hold or that users lack: simple multi-valued, immutable, write-only ones.

use super::*;
use crate::password::PasswordFate;

/// Rows: PATCH-13 PATCH-89 SCHEMA-17
#[test]
fn simple_multi_valued_and_immutable_attributes() {
    for world in [World::lenient(), World::rfc()] {
        let lamp = Stage::lamp(world);
        lamp.check(
            remove("tags[value eq \"RED\"]"),
            json!({ "tags": ["blue"] }),
        );
        lamp.check(remove("tags eq \"red\""), json!({ "tags": ["blue"] }));
        lamp.check(remove("codes[value eq \"a\"]"), json!({ "Codes": ["A"] }));
        lamp.check(remove("counts[value gt 1]"), json!({ "counts": [1] }));
        lamp.check(remove("tags[value pr]"), json!({ "tags": null }));
        lamp.check(
            replace("tags[value eq \"red\"]", "green"),
            json!({ "tags": ["green", "blue"] }),
        );
        lamp.check(
            add("tags[value eq \"red\"]", "green"),
            json!({ "tags": ["green", "blue"] }),
        );
        lamp.check(
            replace("tags[value eq \"red\"]", "blue"),
            json!({ "tags": ["blue"] }),
        );
        lamp.check(
            add("tags", json!(["Red", "green"])),
            json!({ "tags": ["red", "blue", "green"] }),
        );
        lamp.check(
            add("Codes", json!(["a", "b"])),
            json!({ "Codes": ["a", "A", "b"] }),
        );
        lamp.refused(add("tags[value eq \"zz\"]", "green"), "noTarget");
        lamp.refused(
            add("tags[value eq \"zz\"]", json!({ "value": "zz" })),
            "noTarget",
        );
        lamp.refused(replace("tags.value", "x"), "invalidPath");

        lamp.unchanged(replace("serial", "s1"));
        lamp.unchanged(add("parts[number eq \"p1\"].origin", "here"));
        for operation in [
            replace("serial", "s2"),
            add("serial", "s2"),
            remove("serial"),
            replace("serial", json!(null)),
            pathless("add", json!({ "serial": "s2" })),
            replace("owner.value", "t2"),
            remove("owner.value"),
            add("owner", json!({ "value": "t2" })),
            replace("owner", json!({ "value": null })),
            replace("parts[number eq \"p1\"].origin", "there"),
            remove("parts.origin"),
            replace("parts.origin", "there"),
            add(
                "parts[number eq \"p1\"]",
                json!({ "number": "p1", "origin": "there" }),
            ),
            replace(&format!("{THING_EXTENSION_URN}:mark"), "m2"),
            remove(&format!("{THING_EXTENSION_URN}:mark")),
        ] {
            lamp.refused(operation, "mutability");
        }
        lamp.check(
            add("parts[number eq \"p2\"].origin", "there"),
            json!({ "parts": [{ "number": "p1", "origin": "here" }, { "number": "p2", "origin": "there" }] }),
        );
        lamp.check(add("makers", json!(["m"])), json!({ "makers": ["m"] }));
        lamp.refused(
            json!([add("makers", json!(["m"])), add("makers", json!(["n"]))]),
            "mutability",
        );
        lamp.refused(
            json!([
                add("makers", json!(["m"])),
                remove("makers[value eq \"m\"]")
            ]),
            "mutability",
        );
        lamp.refused(
            replace("parts[number eq \"p2\"]", json!({ "size": 1 })),
            "invalidValue",
        );
    }
}

/// Rows: PATCH-73 USER-14
#[test]
fn the_password_leaves_the_document_alone() {
    let world = World::lenient();
    let ada = Document::stored(ada());
    let password = |operations: Value| {
        let patched = patch(&world, "User", &ada, operations).unwrap();
        assert!(!patched.changed);
        patched.password
    };
    assert_eq!(
        password(replace("password", "s3cret")),
        PasswordFate::Set("s3cret".into())
    );
    assert_eq!(
        password(pathless("add", json!({ "PASSWORD": "s3cret" }))),
        PasswordFate::Set("s3cret".into())
    );
    assert_eq!(password(remove("password")), PasswordFate::Clear);
    assert_eq!(
        password(replace("password", json!(null))),
        PasswordFate::Clear
    );
    assert_eq!(password(replace("title", "Countess")), PasswordFate::Keep);
}

//! Paths, their absence, and every way to be refused.

use super::*;
use crate::profile::Rule;

/// Rows: PATCH-06 PATCH-07 PATCH-08 PATCH-14 PATCH-19 PATCH-21 PATCH-40 PATCH-45 PATCH-46 PATCH-67 PATCH-68 PATCH-76
#[test]
fn refusals() {
    let ada = Stage::ada(World::lenient());
    for path in [
        "",
        "emails[",
        ".a",
        "a..b",
        "bogus",
        "name.bogus",
        "emails[type eq \"work\"].bogus",
        "userName[value eq \"a\"]",
        "name[givenName pr]",
        "emails.type[value pr]",
        "urn:x:y",
        "schemas.x",
        E.trim_end_matches("User"),
    ] {
        ada.refused(replace(path, "x"), "invalidPath");
        ada.refused(remove(path), "invalidPath");
    }
    for path in [
        "emails[0]",
        "emails[type zz \"a\"]",
        "emails[bogus eq \"a\"]",
        "emails[primary gt true]",
        "emails[type eq 1]",
    ] {
        ada.refused(remove(path), "invalidFilter");
    }
    for path in [
        "id",
        "meta",
        "meta.created",
        "groups",
        "groups[value eq \"x\"]",
        "groups.display",
    ] {
        ada.refused(add(path, "x"), "mutability");
        ada.refused(replace(path, "x"), "mutability");
        ada.refused(remove(path), "mutability");
    }
    ada.refused(
        replace(&format!("{E}:manager.displayName"), "x"),
        "mutability",
    );
    ada.refused(remove("userName"), "mutability");
    ada.refused(remove("schemas"), "mutability");
    ada.refused(json!({ "op": "remove" }), "noTarget");
    for op in ["add", "replace"] {
        ada.refused(json!({ "op": op, "path": "title" }), "invalidValue");
        ada.refused(json!({ "op": op }), "invalidValue");
        ada.refused(pathless(op, "x"), "invalidValue");
        ada.refused(pathless(op, json!({ "active": "maybe" })), "invalidValue");
        ada.refused(pathless(op, json!({ E: "x" })), "invalidValue");
    }
    for (path, value) in [
        ("active", json!("maybe")),
        ("name", json!("x")),
        ("title", json!({})),
        ("title", json!(["a", "b"])),
        ("userName", json!(" ")),
        ("userName", json!("a\tb")),
        ("emails", json!(7)),
        (
            "emails[type eq \"work\"]",
            json!([{ "value": "a" }, { "value": "b" }]),
        ),
        ("emails[type eq \"work\"]", json!(7)),
        ("emails[type eq \"work\"].primary", json!("maybe")),
        ("profileUrl", json!(7)),
        (E, json!(7)),
    ] {
        ada.refused(replace(path, value), "invalidValue");
    }
    ada.refused(
        replace(&format!("{E}:manager.$ref"), "https://x.test/Groups/g1"),
        "invalidValue",
    );
    ada.refused(
        replace("emails[type eq \"zzz\"]", json!({ "value": "x" })),
        "noTarget",
    );
    ada.refused(replace("ims.type", "x"), "noTarget");
    ada.refused(json!([remove("title"), remove("id")]), "mutability");
}

/// Rows: PATCH-80 PATCH-81 PATCH-82 PATCH-09 PATCH-91
#[test]
fn paths_and_order() {
    let ada = Stage::ada(World::rfc());
    ada.check(
        replace(&format!("{U}:title"), "Lady"),
        json!({ "title": "Lady" }),
    );
    ada.check(
        remove(&format!(
            "{}:EMAILS[TYPE eq \"WORK\" and not (VALUE ew \".org\")]",
            U.to_uppercase()
        )),
        json!({ "emails": [{ "value": "home@x.test", "type": "home" }] }),
    );
    ada.check(
        remove("emails[primary eq false]"),
        json!({ "emails": [ada.document["emails"][0]] }),
    );
    ada.check(
        json!([
            add("ims", json!([{ "value": "a" }])),
            replace("ims[value eq \"a\"].type", "xmpp")
        ]),
        json!({ "ims": [{ "value": "a", "type": "xmpp" }] }),
    );
    ada.unchanged(json!([replace("title", "x"), replace("title", "Countess")]));
    ada.refused(
        json!([replace("userName", ""), replace("userName", "ada")]),
        "invalidValue",
    );
    let lenient = Stage::ada(World::with(Rule::IgnoreUnknownPaths, true));
    lenient.check(
        json!([replace("bogus", "x"), replace("title", "Lady")]),
        json!({ "title": "Lady" }),
    );
    lenient.refused(replace(".a", "x"), "invalidPath");
}

/// Rows: PATCH-30 PATCH-32 PATCH-60 PATCH-85 LEN-13
#[test]
fn without_a_path() {
    for world in [World::lenient(), World::rfc()] {
        let ada = Stage::ada(world);
        ada.check(
            pathless("add", json!({ "TITLE": "Lady", "name": { "middleName": "A." }, "emails": [{ "value": "n" }] })),
            json!({ "title": "Lady", "name": { "givenName": "Ada", "familyName": "Lovelace", "middleName": "A." },
                "emails": [ada.document["emails"][0], ada.document["emails"][1], { "value": "n" }] }),
        );
        ada.check(
            pathless("replace", json!({ "title": "Lady", "emails": [{ "value": "n" }], "id": "x", "meta": {}, "groups": 7,
                "schemas": [], "bogus": 1, "urn:x:bogus": {}, "bogus.x": 1 })),
            json!({ "title": "Lady", "emails": [{ "value": "n" }] }),
        );
        ada.check(
            pathless("add", json!({ E: { "DEPARTMENT": "Looms", "bogus": 1, "manager": { "displayName": "x" } } })),
            json!({ E: { "department": "Looms", "manager": { "value": "m1" } } }),
        );
        ada.check(pathless("replace", json!({ E: null })), json!({ E: null }));
        ada.unchanged(pathless("add", json!({})));
        ada.unchanged(add("schemas", json!([E])));
        ada.unchanged(replace("schemas", json!([U])));
        ada.check(
            remove(&format!("schemas[value eq \"{E}\"]")),
            json!({ E: null }),
        );
        ada.refused(remove(&format!("schemas[value eq \"{U}\"]")), "mutability");
        ada.refused(replace("schemas", json!([E])), "mutability");
    }
}

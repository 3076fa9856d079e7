//! The leniencies of PATCH, each beside the nearest input that is refused, and beside the reading of profile `rfc`.

use super::*;

/// Rows: LEN-9 DEC-1 PATCH-29 PATCH-67 PATCH-69
#[test]
fn create_from_value_filter() {
    let ada = Stage::ada(World::lenient());
    let emails = |new: Value| {
        let mut emails = ada.document["emails"].clone();
        emails.as_array_mut().unwrap().push(new);
        json!({ "emails": emails })
    };
    for set in [add as fn(&str, Value) -> Value, replace] {
        ada.check(
            set("emails[type eq \"other\"].value", json!("o")),
            emails(json!({ "type": "other", "value": "o" })),
        );
        ada.check(
            set(
                "emails[TYPE eq \"other\" and display eq \"O\"].Value",
                json!("o"),
            ),
            emails(json!({ "type": "other", "display": "O", "value": "o" })),
        );
        ada.check(
            set("phoneNumbers[type eq \"mobile\"].value", json!("1")),
            json!({ "phoneNumbers": [{ "type": "mobile", "value": "1" }] }),
        );
        for path in [
            "emails[type ne \"work\" and type ne \"home\"].value",
            "emails[type eq \"x\" or type eq \"y\"].value",
            "emails[type sw \"x\"].value",
            "emails[type eq \"x\" and type eq \"y\"].value",
            "emails[not (value pr)].value",
            "emails[display eq \"x\" and type pr].value",
        ] {
            ada.refused(set(path, json!("o")), "noTarget");
        }
        ada.check(
            set("ims[type eq \"other\"].display", json!("O")),
            json!({ "ims": [{ "type": "other", "display": "O" }] }),
        );
        ada.refused(
            set("emails[type eq \"other\"].primary", json!("maybe")),
            "invalidValue",
        );
        ada.unchanged(set("emails[type eq \"other\"].value", json!(null)));
    }
    // A created primary takes the place of the one that was.
    ada.check(
        json!([remove("emails[type eq \"work\"]"), replace("emails[primary eq true].value", "p")]),
        json!({ "emails": [{ "value": "home@x.test", "type": "home" }, { "primary": true, "value": "p" }] }),
    );
    // Several operations build one element.
    ada.check(
        json!([replace("addresses[type eq \"work\"].locality", "Turin"), replace("addresses[type eq \"work\"].country", "IT")]),
        json!({ "addresses": [{ "type": "home", "locality": "London" }, { "type": "work", "locality": "Turin", "country": "IT" }] }),
    );
    ada.check(
        add("emails[type eq \"other\"]", json!({ "value": "o" })),
        emails(json!({ "type": "other", "value": "o" })),
    );
    ada.refused(add("emails[type eq \"other\"]", "o"), "invalidValue");
    ada.refused(
        replace("emails[type eq \"other\"]", json!({ "value": "o" })),
        "noTarget",
    );

    let rfc = Stage::ada(World::rfc());
    rfc.refused(add("emails[type eq \"other\"].value", "o"), "noTarget");
    rfc.refused(replace("emails[type eq \"other\"].value", "o"), "noTarget");
    rfc.refused(
        add("emails[type eq \"other\"]", json!({ "value": "o" })),
        "noTarget",
    );
    rfc.check(
        replace("emails[type eq \"home\"]", json!({ "value": "n" })),
        json!({ "emails": [ada.document["emails"][0], { "value": "n" }] }),
    );
}

/// Rows: LEN-10 DEC-2 PATCH-50
#[test]
fn remove_listed_values() {
    let ada = Stage::ada(World::lenient());
    let work = &ada.document["emails"][0];
    let home = &ada.document["emails"][1];
    ada.check(
        remove_listed("emails", json!([{ "value": "HOME@x.test" }])),
        json!({ "emails": [work] }),
    );
    ada.check(
        remove_listed("emails", json!({ "value": "home@x.test", "type": "other" })),
        json!({ "emails": [work] }),
    );
    ada.check(
        remove_listed("emails", json!(["home@x.test"])),
        json!({ "emails": [work] }),
    );
    ada.check(
        remove_listed("emails", json!([{ "TYPE": "WORK" }])),
        json!({ "emails": [home] }),
    );
    ada.check(
        remove_listed("addresses", json!([{ "locality": "london" }])),
        json!({ "addresses": null }),
    );
    ada.check(
        remove_listed("emails", json!(null)),
        json!({ "emails": null }),
    );
    for nothing in [
        json!([]),
        json!([{ "value": "absent" }]),
        json!([{}]),
        json!([null]),
        json!([{ "value": null, "type": "work" }]),
        json!([{ "bogus": 1 }]),
        json!({ "bogus": 1 }),
        json!([{ "type": "work", "display": "x" }]),
        json!([7, [], "x"]),
    ] {
        ada.unchanged(remove_listed("emails", nothing));
    }
    ada.unchanged(remove_listed(
        "addresses",
        json!([{ "bogus": 1 }, {}, null]),
    ));
    let lamp = Stage::lamp(World::lenient());
    lamp.check(
        remove_listed("tags", json!(["RED", "x"])),
        json!({ "tags": ["blue"] }),
    );
    lamp.check(
        remove_listed("counts", json!([2])),
        json!({ "counts": [1] }),
    );

    let rfc = Stage::ada(World::rfc());
    rfc.refused(
        remove_listed("emails", json!([{ "value": "home@x.test" }])),
        "invalidValue",
    );
    rfc.check(
        remove_listed("emails", json!(null)),
        json!({ "emails": null }),
    );
}

/// Rows: LEN-11
#[test]
fn remove_ignores_a_value_behind_a_sub_attribute_or_filter() {
    for world in [World::lenient(), World::rfc()] {
        let ada = Stage::ada(world);
        let work = &ada.document["emails"][0];
        ada.check(
            remove_listed("emails[type eq \"home\"]", "x"),
            json!({ "emails": [work] }),
        );
        ada.check(
            remove_listed("emails[type eq \"home\"].value", "x"),
            json!({ "emails": [work] }),
        );
        ada.check(
            remove_listed("name.givenName", "x"),
            json!({ "name": { "familyName": "Lovelace" } }),
        );
        ada.check(remove_listed("title", "x"), json!({ "title": null }));
        ada.check(
            remove_listed(&format!("{E}:manager"), json!({ "value": "m1" })),
            json!({ E: { "department": "Engines" } }),
        );
    }
}

/// Rows: LEN-12 PATCH-33 PATCH-34
#[test]
fn keys_that_are_paths() {
    let department = format!("{E}:department");
    let ada = Stage::ada(World::lenient());
    ada.check(
        pathless("replace", json!({ "name.givenName": "A", "emails[type eq \"home\"].value": "h", department.clone(): "Looms" })),
        json!({
            "name": { "givenName": "A", "familyName": "Lovelace" },
            "emails": [ada.document["emails"][0], { "value": "h", "type": "home" }],
            E: { "department": "Looms", "manager": { "value": "m1" } },
        }),
    );
    ada.unchanged(pathless(
        "replace",
        json!({ "name.bogus": "x", "emails[": "x", "urn:x:y": "x", "a..b": 1 }),
    ));
    ada.unchanged(pathless(
        "replace",
        json!({ "meta.created": "x", "groups.value": "x" }),
    ));
    let rfc = Stage::ada(World::rfc());
    for key in [
        "name.givenName",
        "emails[type eq \"home\"].value",
        department.as_str(),
    ] {
        rfc.refused(pathless("replace", json!({ key: "x" })), "invalidPath");
    }
}

/// Rows: LEN-1 LEN-3 LEN-5 LEN-6 LEN-7 LEN-8 LEN-17
#[test]
fn values_of_another_shape() {
    let lenient = Stage::ada(World::lenient());
    let rfc = Stage::ada(World::rfc());
    let engines =
        |manager: &str| json!({ E: { "department": "Engines", "manager": { "value": manager } } });
    let emails = json!({ "emails": [lenient.document["emails"][0], lenient.document["emails"][1], { "value": "n" }] });
    for (operation, expected) in [
        (replace("active", "False"), json!({ "active": false })),
        (replace(&format!("{E}:manager"), "m2"), engines("m2")),
        (
            replace("title", json!(["Lady"])),
            json!({ "title": "Lady" }),
        ),
        (
            replace(&format!("{E}:manager"), json!([{ "value": "m2" }])),
            engines("m2"),
        ),
        (add("emails", json!({ "value": "n" })), emails.clone()),
        (add("emails", "n"), emails.clone()),
        (add("emails", json!(["n"])), emails),
        (replace("title", 7), json!({ "title": "7" })),
    ] {
        lenient.check(operation.clone(), expected);
        rfc.refused(operation, "invalidValue");
    }
    lenient.check(
        add("manager", json!([{ "$ref": "https://x.test/Users/m2" }])),
        engines("m2"),
    );
    rfc.refused(add("manager.value", "m2"), "invalidPath");
    lenient.check(
        json!({ "op": "REPLACE", "path": "title", "value": "Lady", "name": 1 }),
        json!({ "title": "Lady" }),
    );
    lenient.refused(json!({ "op": "move", "path": "title" }), "invalidSyntax");
    for refused in [json!(7), json!([true, false]), json!("maybe"), json!({})] {
        lenient.refused(replace("active", refused), "invalidValue");
    }
}

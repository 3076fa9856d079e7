//! The body as a whole: nothing, what is required, `schemas`, names, what is stored already.

use super::*;

/// Rows: NULL-01 NULL-07 NULL-08 NULL-09 LEN-18 LEN-19 USER-17
#[test]
fn nothing_in_its_many_forms() {
    for world in [World::lenient(), World::rfc()] {
        let nothing = json!({ "title": null, "emails": null, "addresses": [], "name": null, E: null, "password": null, "locale": [] });
        At::User.check(&world, nothing, json!({}));
        At::User.check(&world, json!({ "name": {}, E: {} }), json!({}));
        At::User.check(&world, json!({ "name": { "givenName": null }, E: { "manager": { "value": null }, "department": null } }), json!({}));
        At::User.check(
            &world,
            json!({ E: { "manager": { "displayName": "x" } } }),
            json!({}),
        );
        At::User.check(&world, json!({ "active": null }), json!({ "active": null }));
        At::User.check(
            &world,
            json!({ "title": "", "emails": [{ "value": "" }] }),
            json!({ "title": "", "emails": [{ "value": "" }] }),
        );
        At::User.check(
            &world,
            json!({ "emails": [{ "value": null, "type": "work" }, { "value": "a" }] }),
            json!({ "emails": [{ "value": "a" }] }),
        );
        At::User.check(&world, json!({ "emails": [{ "value": null }] }), json!({}));
        At::Thing.check(
            &world,
            json!({ "tags": [], "counts": null, "owner": { "tags": [] }, "pin": "" }),
            json!({}),
        );
    }
    for world in [World::rfc(), World::lenient()] {
        for element in [json!({}), json!({ "bogus": "x" })] {
            At::User.check(&world, json!({ "emails": [element] }), json!({}));
            At::User.check(
                &world,
                json!({ "emails": [element, { "value": "a" }] }),
                json!({ "emails": [{ "value": "a" }] }),
            );
        }
        At::User.check(&world, json!({ "addresses": [{}] }), json!({}));
    }
    for list in [json!([null]), json!([{ "value": "a" }, null])] {
        refused(At::User, json!({ "emails": list }));
    }
    refused(At::Thing, json!({ "tags": [null] }));
    // `/Schemas` says that no element needs a `value`.
    kept(At::User, json!({ "emails": [{ "type": "work" }] }));
    refused(At::Thing, json!({ "parts": [{ "size": 1 }] }));
}

/// Rows: USER-01 NULL-05 EXT-08 I18N-05
#[test]
fn what_is_required() {
    for user_name in [
        json!(null),
        json!(""),
        json!("  "),
        json!([]),
        json!("a\tb"),
    ] {
        refused(At::User, json!({ "userName": user_name }));
    }
    lenient(
        At::User,
        json!({ "userName": "o’brien" }),
        json!({ "userName": "o’brien" }),
    );
    for label in [json!(null), json!(""), json!(" ")] {
        refused(At::Thing, json!({ "label": label }));
    }
    let world = World::lenient();
    for body in [json!({}), json!({ "userName": null })] {
        assert!(canonicalize(world.context("User"), &object(body), Purpose::Create).is_err());
    }
    let group = canonicalize(
        world.context("Group"),
        &object(json!({ "displayName": "" })),
        Purpose::Create,
    );
    assert_eq!(
        group.map(|_| ()).map_err(|error| error.wire().1),
        Err(Some("invalidValue"))
    );

    let mut required = crate::testing::thing();
    required.extensions[0].required = true;
    let context = Context {
        resource_type: &required,
        ..world.context("Thing")
    };
    let check = |extension: Value| {
        canonicalize(
            context,
            &object(json!({ "label": "x", THING_EXTENSION_URN: extension })),
            Purpose::Create,
        )
        .is_ok()
    };
    assert!(check(json!({ "colour": "red" })));
    assert!(!check(json!({})) && !check(json!(null)) && !check(json!({ "colour": null })));
}

/// Rows: COMMON-01 COMMON-03 COMMON-04 EXT-06 EXT-07 LEN-15
#[test]
fn schemas() {
    let (lenient, rfc) = (World::lenient(), World::rfc());
    for schemas in [
        json!([U]),
        json!([U.to_uppercase()]),
        json!([E, U]),
        json!([U, U]),
    ] {
        At::User.check(&lenient, json!({ "schemas": schemas }), json!({}));
        At::User.check(&rfc, json!({ "schemas": schemas }), json!({}));
    }
    for (schemas, scim_type) in [
        (json!(null), "invalidSyntax"),
        (json!([]), "invalidSyntax"),
        (json!(U), "invalidSyntax"),
        (json!([U, "urn:bogus"]), "invalidValue"),
        (json!([E]), "invalidValue"),
        (json!(["urn:bogus"]), "invalidValue"),
        (json!([U, GROUP_URN]), "invalidValue"),
    ] {
        At::User.check(&lenient, json!({ "schemas": schemas }), json!({}));
        At::User.refused(&rfc, json!({ "schemas": schemas }), scim_type);
    }
    for schemas in [
        json!([GROUP_URN]),
        json!([GROUP_URN.to_uppercase(), "urn:bogus"]),
        json!([7]),
        json!([U, null]),
        json!(7),
        json!({}),
    ] {
        refused(At::User, json!({ "schemas": schemas }));
    }
    kept(At::User, json!({ E: { "department": "x" } }));
}

/// Rows: SCHEMA-01 SCHEMA-16 SCHEMA-29 COMMON-05 COMMON-12 ENT-04 LEN-2 LEN-13 LEN-16 USER-12 USER-21
#[test]
fn names_and_strangers() {
    for world in [World::lenient(), World::rfc()] {
        At::User.check(
            &world,
            json!({ "TITLE": "x", "Name": { "GIVENNAME": "A" }, "EMAILS": [{ "VALUE": "a", "Type": "work" }], E.to_uppercase(): { "DEPARTMENT": "D" } }),
            json!({ "title": "x", "name": { "givenName": "A" }, "emails": [{ "value": "a", "type": "work" }], E: { "department": "D" } }),
        );
        At::User.check(
            &world,
            json!({ "bogus": 1, "urn:x:bogus": { "a": 1 }, "id": "mine", "meta": { "created": 7 }, "groups": "x", "name": { "bogus": 1 }, E: { "bogus": 1 } }),
            json!({}),
        );
        At::User.check(
            &world,
            json!({ "active": false }),
            json!({ "active": false }),
        );
        At::User.check(
            &world,
            json!({ "externalId": "AbC" }),
            json!({ "externalId": "AbC" }),
        );
        let managed = json!({ E: { "manager": { "value": "m1" } } });
        for manager in [
            json!({ "value": "m1", "displayName": "Boss", "$ref": "https://x.test/Users/m1" }),
            json!({ "$ref": "../Users/m1" }),
            json!({ "$ref": "m1" }),
            json!({ "value": "m1", "$ref": null }),
            json!({ "$ref": "https://x.test/Users/other", "value": "m1" }),
        ] {
            At::User.check(
                &world,
                json!({ E: { "manager": manager } }),
                managed.clone(),
            );
        }
    }
    refused(
        At::User,
        json!({ E: { "manager": { "$ref": "https://x.test/Groups/g1" } } }),
    );
    // What SCIM 1.1 called `managerId` is `value`.
    let world = World::lenient();
    for manager in [
        json!({ "managerId": "m1" }),
        json!({ "MANAGERID": "m1", "value": "m1" }),
        json!({ "value": "m1", "managerId": null }),
    ] {
        let managed = json!({ E: { "manager": { "value": "m1" } } });
        At::User.check(&world, json!({ E: { "manager": manager } }), managed);
    }
    for (one, other) in [("managerId", "value"), ("value", "managerId")] {
        let twice = json!({ E: { "manager": { one: "m1", other: "m2" } } });
        At::User.refused(&world, twice, "invalidValue");
    }
    // What cannot be a URI is kept as it is, and names whom it names.
    any_form(
        At::User,
        json!({ E: { "manager": { "$ref": "CN=Grace Hopper" } } }),
        json!({ E: { "manager": { "value": "CN=Grace Hopper" } } }),
    );
}

/// Rows: PUT-06 SCHEMA-17 DEC-3 NULL-02 PUT-07
#[test]
fn put_over_what_is_stored() {
    let world = World::rfc();
    let put = |name: &str, stored: Value, body: Value| {
        let document = canonicalize(
            world.context(name),
            &object(body),
            Purpose::Replace(&Document::stored(stored)),
        );
        document
            .map(|input| Value::Object(input.document.into_object()))
            .map_err(|error| error.wire().1)
    };
    let stored = json!({ "label": "lamp", "serial": "s1", "makers": ["m"], "tags": ["red"], THING_EXTENSION_URN: { "mark": "m1", "colour": "red" } });
    let body = |attributes: Value| {
        let mut body = object(json!({ "schemas": [THING_URN], "label": "lamp" }));
        body.extend(object(attributes));
        Value::Object(body)
    };
    let immutable = json!({ "label": "lamp", "serial": "s1", "makers": ["m"], THING_EXTENSION_URN: { "mark": "m1" } });
    assert_eq!(
        put("Thing", stored.clone(), body(json!({}))),
        Ok(immutable.clone())
    );
    assert_eq!(
        put(
            "Thing",
            stored.clone(),
            body(json!({ "serial": null, "tags": [], THING_EXTENSION_URN: { "colour": null } }))
        ),
        Ok(immutable.clone())
    );
    assert_eq!(
        put(
            "Thing",
            stored.clone(),
            body(json!({ "serial": "s1", THING_EXTENSION_URN: { "mark": "m1" } }))
        ),
        Ok(immutable.clone())
    );
    assert_eq!(
        put(
            "Thing",
            json!({ "label": "x" }),
            immutable
                .clone()
                .as_object()
                .map(|own| body(Value::Object(own.clone())))
                .unwrap()
        ),
        Ok(immutable)
    );
    for change in [
        json!({ "serial": "s2" }),
        json!({ "makers": ["m", "n"] }),
        json!({ THING_EXTENSION_URN: { "mark": "m2" } }),
    ] {
        assert_eq!(
            put("Thing", stored.clone(), body(change)),
            Err(Some("mutability"))
        );
    }
    let user = |attributes: Value| {
        let mut body = object(json!({ "schemas": [U], "userName": "ada" }));
        body.extend(object(attributes));
        let stored = json!({ "userName": "ada", "active": false, "title": "x" });
        put("User", stored, Value::Object(body))
    };
    assert_eq!(
        user(json!({})),
        Ok(json!({ "userName": "ada", "active": false }))
    );
    assert_eq!(
        user(json!({ "active": null })),
        Ok(json!({ "userName": "ada" }))
    );
    assert_eq!(
        user(json!({ "active": true })),
        Ok(json!({ "userName": "ada", "active": true }))
    );
}

/// Rows: USER-14 GROUP-01
#[test]
fn passwords_and_members_are_apart_from_the_document() {
    let world = World::lenient();
    let read = |name: &str, body: Value| {
        canonicalize(world.context(name), &object(body), Purpose::Create).unwrap()
    };
    let user = read("User", json!({ "userName": "ada", "PASSWORD": "s3cret" }));
    assert_eq!(user.password.as_deref(), Some("s3cret"));
    assert_eq!(
        Value::Object(user.document.into_object()),
        json!({ "userName": "ada", "active": true })
    );
    for password in [json!(null), json!("")] {
        assert_eq!(
            read("User", json!({ "userName": "ada", "password": password })).password,
            None
        );
    }
    refused(At::User, json!({ "password": "a\u{7}" }));
    let members =
        |value: Value| read("Group", json!({ "displayName": "Crew", "members": value })).members;
    let member = |id: &str, name: Option<&str>| MemberRef {
        id: id.into(),
        resource_type: name.map(str::to_owned),
    };
    assert_eq!(
        read("Group", json!({ "displayName": "Crew" })).members,
        None
    );
    assert_eq!(members(json!([])), Some(vec![]));
    assert_eq!(members(json!(null)), Some(vec![]));
    for nothing in [json!([{}]), json!([{ "value": null }])] {
        assert_eq!(members(nothing), Some(vec![]));
    }
    let listed = json!([{ "value": "a", "type": "User", "display": "A" }, { "VALUE": "a" }, { "$ref": "https://x.test/Users/b" }, "c"]);
    assert_eq!(
        members(listed),
        Some(vec![
            member("a", Some("User")),
            member("b", None),
            member("c", None)
        ])
    );
    for value in [
        json!([{ "type": "User" }]),
        json!([{ "value": "" }]),
        json!([{ "value": 7 }]),
        json!([7]),
        json!([null]),
        json!(7),
        json!([""]),
    ] {
        let body = object(json!({ "displayName": "Crew", "members": value }));
        assert!(
            canonicalize(world.context("Group"), &body, Purpose::Create).is_err(),
            "{body:?}"
        );
    }
}

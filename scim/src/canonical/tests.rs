//! canonicalize by table: a body, and the document that is stored or why it is refused.
//!
//! Here are values and their types; `tests/body.rs` has the body as a whole, `tests/properties.rs` what holds of any body.

mod body;
mod properties;

use serde_json::{Value, json};

use super::*;
use crate::profile::Rule;
use crate::schema::{ENTERPRISE_USER_URN as E, GROUP_URN, USER_URN as U};
use crate::testing::{THING_EXTENSION_URN, THING_URN, World, object};
use crate::{Document, Object, ScimError};

/// The endpoint's type, with a body that is complete but for the row's attributes.
#[derive(Clone, Copy)]
enum At {
    User,
    Thing,
}

impl At {
    fn of(self) -> (&'static str, Value) {
        match self {
            Self::User => ("User", json!({ "schemas": [U], "userName": "ada" })),
            Self::Thing => ("Thing", json!({ "schemas": [THING_URN], "label": "lamp" })),
        }
    }

    fn canonicalize(self, world: &World, attributes: &Value) -> Result<Object, ScimError> {
        let (name, body) = self.of();
        let mut body = object(body);
        body.extend(object(attributes.clone()));
        canonicalize(world.context(name), &body, Purpose::Create)
            .map(|input| input.document.into_object())
    }

    /// `expected` is the document without what [`At::of`] gives it; `null` for an attribute that is not there.
    #[track_caller]
    fn check(self, world: &World, attributes: Value, expected: Value) {
        let document = self
            .canonicalize(world, &attributes)
            .unwrap_or_else(|error| panic!("{attributes}: {error}"));
        let mut complete = object(match self {
            Self::User => json!({ "userName": "ada", "active": true }),
            Self::Thing => json!({ "label": "lamp" }),
        });
        complete.extend(object(expected));
        complete.retain(|_, value| !value.is_null());
        assert_eq!(
            Value::Object(document),
            Value::Object(complete),
            "{attributes}"
        );
    }

    #[track_caller]
    fn refused(self, world: &World, attributes: Value, scim_type: &str) {
        match self.canonicalize(world, &attributes) {
            Ok(document) => panic!("{attributes} gave {}", Value::Object(document)),
            Err(error) => assert_eq!(
                error.wire(),
                (400, Some(scim_type)),
                "{attributes}: {error}"
            ),
        }
    }
}

/// Accepted as it is, by profiles `default` and `rfc`.
#[track_caller]
fn kept(at: At, attributes: Value) {
    at.check(&World::rfc(), attributes.clone(), attributes.clone());
    at.check(&World::lenient(), attributes.clone(), attributes);
}

/// Refused, by profiles `default` and `rfc`.
#[track_caller]
fn refused(at: At, attributes: Value) {
    at.refused(&World::rfc(), attributes.clone(), "invalidValue");
    at.refused(&World::lenient(), attributes, "invalidValue");
}

/// Read by a leniency, refused in profile `rfc`.
#[track_caller]
fn lenient(at: At, attributes: Value, expected: Value) {
    at.check(&World::lenient(), attributes.clone(), expected);
    at.refused(&World::rfc(), attributes, "invalidValue");
}

/// Read by rule `any-format`, refused without it.
#[track_caller]
fn any_form(at: At, attributes: Value, expected: Value) {
    at.check(&World::lenient(), attributes.clone(), expected.clone());
    at.check(&World::rfc(), attributes.clone(), expected);
    let strict = World::with(Rule::AnyFormat, false);
    at.refused(&strict, attributes, "invalidValue");
}

/// Rows: SCHEMA-04 SCHEMA-05 SCHEMA-06 SCHEMA-07 SCHEMA-08 SCHEMA-09 SCHEMA-10 USER-08 USER-10
#[test]
fn every_type_takes_its_own_values() {
    for value in ["x", "", " ", "Zoë 😀", "\u{e000}"] {
        kept(At::User, json!({ "title": value }));
    }
    kept(At::User, json!({ "active": false }));
    for number in ["0", "-7", "9223372036854775807"] {
        let number: Value = serde_json::from_str(number).unwrap();
        kept(At::Thing, json!({ "size": number, "counts": [number] }));
    }
    // As databases write them: without an exponent, and without a sign of zero.
    for (number, expected) in [
        ("0", "0"),
        ("1.5", "1.5"),
        ("1.50", "1.50"),
        ("1e3", "1000.0"),
        ("1e-7", "0.0000001"),
        ("-0.0", "0.0"),
        ("1E20", "100000000000000000000.0"),
        (
            "123456789012345678901234567890.5",
            "123456789012345678901234567890.5",
        ),
    ] {
        let [number, expected]: [Value; 2] =
            [number, expected].map(|text| serde_json::from_str(text).unwrap());
        let (sent, stored) = (json!({ "weight": number }), json!({ "weight": expected }));
        At::Thing.check(&World::rfc(), sent, stored);
    }
    let bought = |text: &str| json!({ "bought": text });
    for text in [
        "2020-01-01T02:00:00+02:00",
        "2020-01-01T00:00:00",
        "2020-01-01T00:00:00.000Z",
    ] {
        At::Thing.check(
            &World::rfc(),
            bought(text),
            bought("2020-01-01T00:00:00.000Z"),
        );
    }
    for text in ["YQ==", "YQ", ""] {
        kept(At::Thing, json!({ "blob": text }));
    }
    for text in ["https://x.test/ü", "Users/1", "../x", "urn:x:y", ""] {
        kept(At::Thing, json!({ "link": text }));
        kept(At::User, json!({ "profileUrl": text }));
    }
    for text in ["en-US", "de_DE.UTF-8@euro", ""] {
        kept(At::User, json!({ "locale": text }));
    }
    kept(
        At::User,
        json!({ "timezone": "Nowhere", "addresses": [{ "country": "Narnia" }] }),
    );
}

/// Rows: SCHEMA-04 SCHEMA-05 SCHEMA-06 SCHEMA-07 SCHEMA-08 SCHEMA-09 SCHEMA-10 LEN-3 LEN-5 LEN-6 LEN-7 LEN-8
#[test]
fn no_type_takes_anothers_values() {
    for value in [
        json!(true),
        json!({ "value": "x" }),
        json!(["a", "b"]),
        json!([["a", "b"]]),
    ] {
        refused(At::User, json!({ "title": value }));
    }
    for value in [
        json!("yes"),
        json!("1"),
        json!(""),
        json!(0),
        json!({}),
        json!([true, false]),
    ] {
        refused(At::User, json!({ "active": value }));
    }
    let numbers: Vec<Value> = ["1.0", "1e3", "9223372036854775808", "99999999999999999999"]
        .map(|n| serde_json::from_str(n).unwrap())
        .to_vec();
    for value in numbers
        .into_iter()
        .chain([json!("7"), json!(true), json!({})])
    {
        refused(At::Thing, json!({ "size": value }));
        refused(At::Thing, json!({ "counts": [value] }));
    }
    let infinite: Value = serde_json::from_str("1e999").unwrap();
    for value in [infinite, json!("1.5"), json!(true)] {
        refused(At::Thing, json!({ "weight": value }));
    }
    for value in [
        json!("2020-01-01"),
        json!("2020-01-01t00:00:00z"),
        json!("00:00:00Z"),
        json!("2020-02-30T00:00:00Z"),
        json!(""),
        json!("x"),
        json!(7),
    ] {
        refused(At::Thing, json!({ "bought": value }));
    }
    for value in [json!("%%%"), json!("Y"), json!("-_-_"), json!(7)] {
        refused(At::Thing, json!({ "blob": value }));
    }
    for value in [json!(7), json!({})] {
        refused(At::Thing, json!({ "link": value }));
    }
    for value in [json!("not a uri"), json!("<x>")] {
        any_form(
            At::Thing,
            json!({ "link": value }),
            json!({ "link": value }),
        );
    }
    any_form(At::Thing, json!({ "link": " \t" }), json!({}));
    any_form(
        At::User,
        json!({ "locale": "en US" }),
        json!({ "locale": "en US" }),
    );
    any_form(At::User, json!({ "locale": " " }), json!({}));
    any_form(
        At::User,
        json!({ "photos": [{ "value": " ", "type": "photo" }] }),
        json!({}),
    );
    any_form(
        At::Thing,
        json!({ "blob": "YQ\r\n==" }),
        json!({ "blob": "YQ\r\n==" }),
    );
    for value in [
        json!(7),
        json!(true),
        json!(["a", "b"]),
        json!([{ "givenName": "a" }, {}]),
    ] {
        refused(At::User, json!({ "name": value }));
    }
    refused(At::User, json!({ "name": "Ada" }));
    refused(At::User, json!({ E: "x" }));
    refused(At::User, json!({ E: [{}] }));
    for value in [
        json!(7),
        json!(true),
        json!([7]),
        json!([true]),
        json!([[{ "value": "a" }]]),
    ] {
        refused(At::User, json!({ "emails": value }));
    }
    refused(At::User, json!({ "addresses": "London" }));
}

/// Rows: LEN-3 LEN-5 LEN-6 LEN-7 LEN-8 SCHEMA-31 ENT-07
#[test]
fn leniencies() {
    for (text, truth) in [("true", true), ("True", true), ("FALSE", false)] {
        lenient(
            At::User,
            json!({ "active": text }),
            json!({ "active": truth }),
        );
    }
    lenient(At::User, json!({ "title": 7 }), json!({ "title": "7" }));
    let thousand: Value = serde_json::from_str("1e3").unwrap();
    lenient(
        At::User,
        json!({ "locale": thousand }),
        json!({ "locale": "1e+3" }),
    );
    lenient(
        At::User,
        json!({ "title": 1.50 }),
        json!({ "title": "1.5" }),
    );
    lenient(At::User, json!({ "title": ["x"] }), json!({ "title": "x" }));
    lenient(
        At::User,
        json!({ "active": [false] }),
        json!({ "active": false }),
    );
    lenient(
        At::User,
        json!({ "name": [{ "givenName": "A" }] }),
        json!({ "name": { "givenName": "A" } }),
    );
    let manager = json!({ E: { "manager": { "value": "m1" } } });
    lenient(At::User, json!({ E: { "manager": "m1" } }), manager.clone());
    lenient(
        At::User,
        json!({ E: { "manager": [{ "value": "m1" }] } }),
        manager,
    );
    let emails = json!({ "emails": [{ "value": "a" }] });
    for value in [json!({ "value": "a" }), json!("a"), json!(["a"])] {
        lenient(At::User, json!({ "emails": value }), emails.clone());
    }
    lenient(
        At::User,
        json!({ "emails": [{ "value": "a", "primary": "True" }] }),
        json!({ "emails": [{ "value": "a", "primary": true }] }),
    );
    lenient(
        At::User,
        json!({ "addresses": [{ "postalCode": 91608 }] }),
        json!({ "addresses": [{ "postalCode": "91608" }] }),
    );
    lenient(
        At::Thing,
        json!({ "tags": "red" }),
        json!({ "tags": ["red"] }),
    );
    lenient(At::Thing, json!({ "counts": 1 }), json!({ "counts": [1] }));
    lenient(
        At::Thing,
        json!({ "owner": { "tags": "red" } }),
        json!({ "owner": { "tags": ["red"] } }),
    );
}

/// Rows: SCHEMA-23 SCHEMA-25 SCHEMA-32
#[test]
fn primaries_and_repeats() {
    let primary = |value: &str| json!({ "value": value, "primary": true });
    refused(At::User, json!({ "emails": [primary("a"), primary("b")] }));
    kept(
        At::User,
        json!({ "emails": [primary("a"), { "value": "b", "primary": false }, { "value": "c" }] }),
    );
    let twice = json!({ "emails": [{ "value": "b" }, { "value": "a", "type": "work" }, { "value": "A", "type": "WORK", "display": "x" }, { "value": "a" }] });
    let once =
        json!({ "emails": [{ "value": "b" }, { "value": "a", "type": "work" }, { "value": "a" }] });
    At::User.check(&World::rfc(), twice, once);
    At::User.check(
        &World::rfc(),
        json!({ "emails": [primary("a"), primary("a")] }),
        json!({ "emails": [primary("a")] }),
    );
    At::User.check(
        &World::rfc(),
        json!({ "addresses": [{ "locality": "a" }, { "locality": "b" }, { "locality": "a" }] }),
        json!({ "addresses": [{ "locality": "a" }, { "locality": "b" }] }),
    );
    At::Thing.check(
        &World::rfc(),
        json!({ "counts": [1, 2, 1] }),
        json!({ "counts": [1, 2] }),
    );
    At::Thing.check(
        &World::rfc(),
        json!({ "tags": ["red", "Red"], "Codes": ["a", "A", "a"] }),
        json!({ "tags": ["red"], "Codes": ["a", "A"] }),
    );
    let many: Vec<_> = (0..10_001)
        .map(|number| json!({ "value": number.to_string() }))
        .collect();
    kept(At::User, json!({ "emails": many[1..] }));
    refused(At::User, json!({ "emails": many }));
}

/// Rows: USER-11 USER-20 USER-26
#[test]
fn forms_may_differ_but_not_by_the_letter() {
    let world = World::with(Rule::AnyFormat, false);
    let certificate = |der: &str| json!({ "x509Certificates": [{ "value": der }] });
    At::User.check(
        &world,
        json!({ "timezone": "Europe/Berlin" }),
        json!({ "timezone": "Europe/Berlin" }),
    );
    At::User.check(
        &world,
        json!({ "addresses": [{ "country": "US" }] }),
        json!({ "addresses": [{ "country": "US" }] }),
    );
    At::User.check(&world, certificate("MAEH"), certificate("MAEH"));
    for attributes in [
        json!({ "timezone": "Nowhere" }),
        json!({ "addresses": [{ "country": "USA" }] }),
        certificate("MAEHMAEH"),
        certificate("YQ=="),
    ] {
        At::User.refused(&world, attributes.clone(), "invalidValue");
        kept(At::User, attributes);
    }
}

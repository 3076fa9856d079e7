//! What holds of any operation on any document.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::scim::canonical::{Purpose, canonicalize};
use crate::scim::testing::{NAMES, documents, json, objects};

/// Paths of every kind: names, sub-attributes, filters, URNs, and what is no path at all.
fn paths() -> impl Strategy<Value = String> {
    let name = || select(NAMES);
    let filter = prop_oneof![
        (name(), select(vec!["eq", "ne", "co", "gt"]), select(vec!["\"work\"", "\"a\"", "true", "1", "null"]))
            .prop_map(|(sub, operator, literal)| format!("{sub} {operator} {literal}")),
        name().prop_map(|sub| format!("not ({sub} pr)")),
        Just("type eq \"work\"".to_owned()),
        Just("value eq \"a\" and type eq \"home\"".to_owned()),
    ];
    prop_oneof![
        4 => name().prop_map(str::to_owned),
        4 => (name(), name()).prop_map(|(name, sub)| format!("{name}.{sub}")),
        2 => (select(vec![E, U, THING_EXTENSION_URN]), name()).prop_map(|(urn, name)| format!("{urn}:{name}")),
        4 => (name(), filter, option::of(name())).prop_map(|(name, filter, sub)| {
            let sub = sub.map(|sub| format!(".{sub}")).unwrap_or_default();
            format!("{name}[{filter}]{sub}")
        }),
        1 => any::<String>(),
    ]
}

fn operations() -> impl Strategy<Value = Value> {
    let value = prop_oneof![3 => json(), 1 => objects(json()).prop_map(Value::Object)];
    let operation = (select(vec!["add", "remove", "replace"]), option::weighted(0.8, paths()), option::weighted(0.9, value));
    operation.prop_map(|(op, path, value)| {
        let mut operation = object(json!({ "op": op }));
        operation.extend(path.map(|path| ("path".to_owned(), Value::from(path))));
        operation.extend(value.map(|value| ("value".to_owned(), value)));
        Value::Object(operation)
    })
}

fn worlds() -> impl Strategy<Value = World> {
    any::<bool>().prop_map(|strict| if strict { World::strict() } else { World::lenient() })
}

/// A resource type and a document of it.
fn subjects() -> impl Strategy<Value = (&'static str, Map<String, Value>)> {
    select(vec!["User", "Group", "Thing"]).prop_flat_map(|kind| (Just(kind), documents(kind)))
}

/// Documents with no filter in a path or key: what such an operation selects does not depend on what it did before.
fn is_plain(operation: &Value) -> bool {
    !operation.to_string().contains('[') || operation["path"].as_str().is_some_and(|path| !path.contains(['[', ' ']))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    /// What PATCH leaves is what a POST of it would have stored: a strict PUT of the answer is no change. Rows: PATCH-10
    #[test]
    fn results_are_canonical(world in worlds(), (kind, document) in subjects(), operations in vec(operations(), 1..5)) {
        let mut document = document;
        for operation in operations {
            let Ok(patched) = patch(&world, kind, &document, operation) else { continue };
            prop_assert_eq!(patched.changed, patched.document != document);
            let shown = world.render_all(kind, &patched.document);
            let strict = World::strict();
            let again = canonicalize(strict.context(kind), &shown, Purpose::Replace(&patched.document));
            let again = again.map(|input| Value::Object(input.document));
            prop_assert_eq!(again, Ok(Value::Object(patched.document.clone())));
            document = patched.document;
        }
    }

    /// Rows: PATCH-16 PATCH-71
    #[test]
    fn the_same_replace_twice_is_once(world in worlds(), (kind, document) in subjects(), operation in operations().prop_filter("plain", is_plain)) {
        let mut operation = operation;
        operation["op"] = "replace".into();
        let Ok(once) = patch(&world, kind, &document, operation.clone()) else { return Ok(()) };
        let twice = patch(&world, kind, &once.document, operation);
        let twice = twice.map(|twice| (Value::Object(twice.document), twice.changed));
        prop_assert_eq!(twice, Ok((Value::Object(once.document), false)));
    }
}

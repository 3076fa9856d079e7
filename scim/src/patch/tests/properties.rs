//! What holds of any operation on any document.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::canonical::{Purpose, canonicalize};
use crate::testing::{NAMES, anything, documents, fitting, objects};

/// Paths of every form: names, sub-attributes, filters, URNs, and what is no path at all.
fn paths() -> impl Strategy<Value = String> {
    let name = || select(NAMES);
    let filter = prop_oneof![
        (
            name(),
            select(vec!["eq", "ne", "co", "gt"]),
            select(vec!["\"work\"", "\"a\"", "true", "1", "null"])
        )
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

/// Operations on anything with anything.
fn odd() -> impl Strategy<Value = Value> {
    let value = prop_oneof![3 => anything(), 1 => objects(anything()).prop_map(Value::Object)];
    let path = option::weighted(0.8, paths());
    (ops(), path, option::weighted(0.9, value))
        .prop_map(|(op, path, value)| operation(op, path, value))
}

fn ops() -> impl Strategy<Value = &'static str> {
    select(vec!["add", "remove", "replace"])
}

fn operation(op: &str, path: Option<String>, value: Option<Value>) -> Value {
    let mut operation = object(json!({ "op": op }));
    operation.extend(path.map(|path| ("path".to_owned(), Value::from(path))));
    operation.extend(value.map(|value| ("value".to_owned(), value)));
    Value::Object(operation)
}

/// Operations whose path is of the type and whose value fits it, most of the time.
fn sensible(name: &str) -> impl Strategy<Value = Value> + use<> {
    let world = World::lenient();
    let resource_type = world.registry.named(name).unwrap();
    let mut targets = Vec::new();
    for schema in resource_type.schemas() {
        let prefix = if schema.id == resource_type.schema.id {
            String::new()
        } else {
            format!("{}:", schema.id)
        };
        for attribute in &schema.attributes {
            let path = format!("{prefix}{}", attribute.name);
            targets.push((path.clone(), fitting(attribute)));
            let filter = if attribute.multi_valued {
                vec![
                    "",
                    "[value eq \"a\"]",
                    "[not (value eq \"a\")]",
                    "[type eq \"work\"]",
                    "[number eq \"b\"]",
                ]
            } else {
                vec![""]
            };
            for filter in filter {
                let mut element = attribute.clone();
                element.multi_valued = false;
                targets.push((format!("{path}{filter}"), fitting(&element)));
                for sub in &attribute.sub_attributes {
                    targets.push((format!("{path}{filter}.{}", sub.name), fitting(sub)));
                }
            }
        }
    }
    let pick = select(targets).prop_flat_map(|(path, value)| (Just(path), value));
    (ops(), pick, any::<bool>(), any::<bool>()).prop_map(|(op, (path, value), in_body, listed)| {
        match op {
            "remove" => operation(op, Some(path), listed.then_some(value)),
            op if in_body => operation(op, None, Some(json!({ path: value }))),
            op => operation(op, Some(path), Some(value)),
        }
    })
}

/// A resource type, a document of it, operations on it.
fn subjects() -> impl Strategy<Value = (&'static str, Document, Vec<Value>)> {
    let with_operations = |name: &'static str| {
        let operations = vec(prop_oneof![4 => sensible(name), 1 => odd()], 1..6);
        (Just(name), documents(name), operations)
    };
    select(vec!["User", "User", "Group", "Thing", "Thing"]).prop_flat_map(with_operations)
}

/// No filter in the path or a key: what such an operation selects does not depend on what it did before.
fn is_plain(operation: &Value) -> bool {
    let keys = operation["value"]
        .as_object()
        .into_iter()
        .flat_map(Object::keys)
        .map(String::as_str);
    operation["path"]
        .as_str()
        .into_iter()
        .chain(keys)
        .all(|path| !path.contains(['[', ' ']))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// What PATCH leaves is what a POST of it would have stored: a PUT of the answer in profile `rfc` is no change. Rows: PATCH-10
    #[test]
    fn results_are_canonical(rfc in any::<bool>(), (name, document, operations) in subjects()) {
        let world = World::rfc_if(rfc);
        let mut document = document;
        for operation in operations {
            let Ok(patched) = patch(&world, name, &document, operation.clone()) else { continue };
            prop_assert_eq!(patched.changed, patched.document != document);
            let shown = world.render_all(name, &patched.document);
            let rfc = World::rfc();
            let again = canonicalize(rfc.context(name), &shown, Purpose::Replace(&patched.document));
            let again = again.map(|input| input.document);
            prop_assert_eq!(again, Ok(patched.document.clone()), "{}", operation);
            document = patched.document;
        }
    }

    /// Rows: PATCH-16 PATCH-71
    #[test]
    fn the_same_replace_twice_is_once(rfc in any::<bool>(), (name, document, operations) in subjects()) {
        let world = World::rfc_if(rfc);
        for mut operation in operations.into_iter().filter(is_plain) {
            operation["op"] = "replace".into();
            let Ok(once) = patch(&world, name, &document, operation.clone()) else { continue };
            let twice = patch(&world, name, &once.document, operation.clone());
            let twice = twice.map(|twice| (twice.document, twice.changed));
            prop_assert_eq!(twice, Ok((once.document, false)), "{}", operation);
        }
    }
}

//! What holds of any body.

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::schema::Attribute;
use crate::testing::{anything, fitting, objects};

/// No `null`, no empty array, no empty object, at any depth.
fn is_dense(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty() && items.iter().all(is_dense),
        Value::Object(object) => !object.is_empty() && object.values().all(is_dense),
        _ => true,
    }
}

/// Bodies of odd and of fitting values.
fn bodies() -> impl Strategy<Value = (&'static str, Object)> {
    let of = |name: &'static str| {
        let world = World::lenient();
        let schemas: Vec<_> = world
            .registry
            .named(name)
            .unwrap()
            .schemas()
            .cloned()
            .collect();
        let entry = |attribute: &Attribute| {
            proptest::option::weighted(0.15, (Just(attribute.name.clone()), fitting(attribute)))
        };
        let mut entries = schemas
            .iter()
            .map(|schema| schema.attributes.iter().map(entry).collect::<Vec<_>>());
        let core = entries.next().unwrap();
        let urn = schemas.last().unwrap().id.clone();
        (
            Just(name),
            objects(anything()),
            core,
            entries.next().unwrap_or_default(),
        )
            .prop_map(move |(name, mut body, core, extension)| {
                let extension: Object = extension.into_iter().flatten().collect();
                for (key, value) in core
                    .into_iter()
                    .flatten()
                    .chain((!extension.is_empty()).then(|| (urn.clone(), extension.into())))
                {
                    body.retain(|known, _| !known.eq_ignore_ascii_case(&key));
                    body.insert(key, value);
                }
                (name, body)
            })
    };
    select(vec!["User", "Group", "Thing"]).prop_flat_map(of)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Any body is refused or becomes a document that canonicalize itself leaves as it is, in profile `rfc` too. Rows: NULL-04
    #[test]
    fn canonical_is_a_fixed_point((name, body) in bodies(), rfc in any::<bool>()) {
        let mut body = body;
        if !body.keys().any(|key| key.eq_ignore_ascii_case("userName")) {
            body.insert("userName".into(), "ada".into());
        }
        for name in ["displayName", "label"] {
            body.entry(name).or_insert_with(|| "x".into());
        }
        let world = World::rfc_if(rfc);
        if rfc {
            body.insert("schemas".into(), json!([world.registry.named(name).unwrap().schema.id]));
        }
        let Ok(input) = canonicalize(world.context(name), &body, Purpose::Create) else { return Ok(()) };
        prop_assert!(input.document.values().all(is_dense), "{:?}", input.document);
        let shown = world.render_all(name, &input.document);
        let again = canonicalize(World::rfc().context(name), &shown, Purpose::Replace(&input.document));
        prop_assert_eq!(again.map(|again| again.document), Ok(input.document));
    }
}

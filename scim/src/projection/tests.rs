//! What a projection shows and what it never shows, of any document.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::*;
use crate::Object;
use crate::schema::{ENTERPRISE_USER_URN as E, USER_URN as U, builtin};
use crate::testing::{NAMES, THING_EXTENSION_URN as T, World, documents};

fn shown(name: &str, document: Value, attributes: Option<&str>, excluded: Option<&str>) -> Value {
    let world = World::lenient();
    let resource_type = world.registry.named(name).unwrap();
    let projection =
        Projection::parse(attributes, excluded, resource_type, &world.leniency).unwrap();
    let mut shown = world.render(name, &Document::stored(document), &projection);
    shown.remove("schemas");
    shown.remove("id");
    shown.remove("meta");
    Value::Object(shown)
}

/// Rows: PROJ-01 PROJ-05 PROJ-06 PROJ-07 PROJ-08 PROJ-09 PROJ-12 PROJ-13 PROJ-15 PROJ-18 PROJ-20
#[test]
fn pieces() {
    let ada = json!({
        "userName": "ada", "name": { "givenName": "A", "familyName": "L" },
        "emails": [{ "value": "a", "type": "work" }, { "value": "b" }], E: { "department": "X", "division": "Y" },
    });
    let only = |attributes: &str, expected: Value| {
        assert_eq!(
            shown("User", ada.clone(), Some(attributes), None),
            expected,
            "{attributes}"
        )
    };
    only("userName", json!({ "userName": "ada" }));
    only(" USERNAME , bogus", json!({ "userName": "ada" }));
    only(&format!("{U}:userName"), json!({ "userName": "ada" }));
    only("name", json!({ "name": ada["name"] }));
    only("name.givenName", json!({ "name": { "givenName": "A" } }));
    only("name.middleName", json!({}));
    only("emails.type", json!({ "emails": [{ "type": "work" }] }));
    only(
        "emails[type eq \"work\"]",
        json!({ "emails": ada["emails"] }),
    );
    only(E, json!({ E: ada[E] }));
    only(&format!("{E}:division"), json!({ E: { "division": "Y" } }));
    only("division", json!({ E: { "division": "Y" } }));
    only("bogus", json!({}));
    only("password", json!({}));
    only("", ada.clone());
    only(" , ", ada.clone());
}

/// Rows: PROJ-02 PROJ-04 PROJ-10 PROJ-11 PROJ-16 PROJ-17 SCHEMA-19
#[test]
fn without() {
    let world = World::lenient();
    let user = world.registry.named("User").unwrap();
    assert!(Projection::parse(Some("title"), Some("name"), user, &world.leniency).is_err());
    assert!(Projection::parse(Some("title"), Some(" "), user, &world.leniency).is_ok());
    let lamp = json!({
        "label": "lamp", "code": "c1", "notes": "n", "owner": { "value": "t1", "role": "r" },
        "parts": [{ "number": "p1", "size": 1 }], T: { "colour": "red", "seal": "wax" },
    });
    let check = |attributes: Option<&str>, excluded: Option<&str>, expected: Value| {
        assert_eq!(
            shown("Thing", lamp.clone(), attributes, excluded),
            expected,
            "{attributes:?} {excluded:?}"
        );
    };
    let reference = "https://scim.test/v2/Things/t1";
    let owner = json!({ "value": "t1", "role": "r", "$ref": reference });
    let seal = json!({ "seal": "wax" });
    check(
        None,
        None,
        json!({ "label": "lamp", "code": "c1", "owner": owner, "parts": lamp["parts"], T: lamp[T] }),
    );
    check(
        None,
        Some("code,label,parts,owner.role,urn:test:ext:Thing"),
        json!({ "code": "c1", "owner": { "value": "t1", "$ref": reference }, T: seal }),
    );
    check(
        None,
        Some("owner,colour,parts.size,parts.number"),
        json!({ "label": "lamp", "code": "c1", "parts": [{ "number": "p1" }], T: seal }),
    );
    check(
        Some("notes"),
        None,
        json!({ "notes": "n", "code": "c1", T: seal }),
    );
    check(
        Some("parts.size"),
        None,
        json!({ "code": "c1", "parts": [{ "number": "p1", "size": 1 }], T: seal }),
    );
    check(
        Some("label,pin"),
        None,
        json!({ "label": "lamp", "code": "c1", T: seal }),
    );
    let (thing, common) = (world.registry.named("Thing").unwrap(), builtin::common());
    let always = |name: &str| AttributeRef {
        home: Home::Common,
        attribute: common.attribute(name).unwrap(),
        sub: None,
    };
    let nothing = Projection::minimal();
    assert!(
        nothing.shows(always("id"))
            && nothing.shows(always("schemas"))
            && !nothing.shows(always("meta"))
    );
    let excluded = Projection::parse(
        None,
        Some("id,schemas,meta.created"),
        thing,
        &world.leniency,
    )
    .unwrap();
    assert!(excluded.shows(always("id")) && excluded.shows(always("meta")));
}

/// Names and paths that a client may ask for.
fn requests() -> impl Strategy<Value = String> {
    let name = || select(NAMES);
    let urn = select(vec![E, U, T]);
    prop_oneof![
        name().prop_map(str::to_owned),
        (name(), name()).prop_map(|(name, sub)| format!("{name}.{sub}")),
        (urn, name()).prop_map(|(urn, name)| format!("{urn}:{name}")),
    ]
}

/// Every attribute of a rendered resource as `name`, `name.sub`, `urn:name` or `urn:name.sub`.
fn places(resource_type: &ResourceType, shown: &Object) -> Vec<String> {
    let inside = |prefix: &str, object: &Object| -> Vec<String> {
        let subs = |(name, value): (&String, &Value)| -> Vec<String> {
            let elements = value
                .as_array()
                .map_or(std::slice::from_ref(value), Vec::as_slice);
            let keys = elements
                .iter()
                .filter_map(Value::as_object)
                .flat_map(Object::keys);
            let mut places: Vec<_> = keys.map(|sub| format!("{prefix}{name}.{sub}")).collect();
            places.push(format!("{prefix}{name}"));
            places
        };
        object.iter().flat_map(subs).collect()
    };
    let (extensions, own): (Vec<_>, Vec<_>) = shown
        .clone()
        .into_iter()
        .partition(|(key, _)| resource_type.extension(key).is_some());
    let mut places = inside("", &own.into_iter().collect());
    for (urn, object) in &extensions {
        places.extend(inside(&format!("{urn}:"), object.as_object().unwrap()));
    }
    places
}

fn target<'a>(resource_type: &'a ResourceType, text: &str) -> Option<Target<'a>> {
    resolve(&AttrPath::parse(text)?, resource_type, &Leniency::lenient()).ok()
}

/// Whether the schema says that a value at `place` is shown whenever there is one.
fn is_always(resource_type: &ResourceType, place: &str) -> bool {
    let Some(Target::Attribute(target)) = target(resource_type, place) else {
        return false;
    };
    target.attribute.returned == Returned::Always && target.leaf().returned == Returned::Always
}

/// Whether the schema says that a sub-attribute is shown whenever its attribute is.
fn comes_along(resource_type: &ResourceType, place: &str) -> bool {
    matches!(target(resource_type, place), Some(Target::Attribute(target)) if target.leaf().returned == Returned::Always)
}

/// Whether `whole` names `part` itself or something that `part` belongs to.
fn covers(resource_type: &ResourceType, whole: &str, part: &str) -> bool {
    let find = |text: &str| match target(resource_type, text)? {
        Target::Extension(schema) => Some(format!("{}:", schema.id)),
        Target::Attribute(target) => Some(target.to_string()),
    };
    let (Some(whole), Some(part)) = (find(whole), find(part)) else {
        return false;
    };
    whole == part
        || part.starts_with(&format!("{whole}."))
        || (whole.ends_with(':') && part.starts_with(&whole))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    /// Rows: PROJ-01 PROJ-02 PROJ-04
    #[test]
    fn only_what_was_named_and_what_is_always_shown(
        (name, document) in select(vec!["User", "Group", "Thing"]).prop_flat_map(|name| (Just(name), documents(name))),
        request in requests(),
    ) {
        let world = World::lenient();
        let resource_type = world.registry.named(name).unwrap();
        let render = |attributes: Option<&str>, excluded: Option<&str>| {
            let projection = Projection::parse(attributes, excluded, resource_type, &world.leniency).unwrap();
            places(resource_type, &world.render(name, &document, &projection))
        };
        let all = places(resource_type, &world.render_all(name, &document));
        let always: Vec<_> = all.iter().filter(|place| is_always(resource_type, place)).collect();
        let related = |place: &str| covers(resource_type, &request, place) || covers(resource_type, place, &request);

        let default = render(None, None);
        let only = if request.is_empty() { default.clone() } else { render(Some(&request), None) };
        prop_assert!(always.iter().all(|place| only.contains(place)), "attributes={request} hides one of {always:?}");
        for place in only.iter().filter(|_| !request.is_empty()) {
            prop_assert!(related(place) || comes_along(resource_type, place), "attributes={request} shows {place}");
        }

        let rest = render(None, Some(&request));
        prop_assert!(always.iter().all(|place| rest.contains(place)), "excludedAttributes={request} hides one of {always:?}");
        for place in &rest {
            let named = covers(resource_type, &request, place);
            prop_assert!(!named || comes_along(resource_type, place), "excludedAttributes={request} shows {place}");
        }
        for place in default.iter().filter(|place| !related(place)) {
            prop_assert!(rest.contains(place), "excludedAttributes={request} hides {place}");
        }
    }
}

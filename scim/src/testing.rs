//! What the tests of the pure protocol share: a resource type with attributes of the types and characteristics that users and groups lack,
//! and JSON that is odd in the ways that matter here.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::canonical::{Context, Purpose, canonicalize};
use super::document::Document;
use super::document_text::DocumentText;
use super::json::Object;
use super::profile::{Leniency, Profile, Rule};
use super::registry::Registry;
use super::representation::{BaseUrl, Links, Renderer, Stored};
use super::resource_type::{Extension, ResourceType};
use super::schema::{Attribute, AttributeType, ENTERPRISE_USER_URN, Schema};
use super::{etag::Version, projection::Projection};

/// Core schema of [`thing`].
pub(crate) const THING_URN: &str = "urn:test:Thing";
/// Its extension.
pub(crate) const THING_EXTENSION_URN: &str = "urn:test:ext:Thing";

/// A type with simple multi-valued, immutable and required attributes, numbers, and every `returned`.
pub(crate) fn thing() -> ResourceType {
    let schema = Schema::parse(
        r#"{"id":"urn:test:Thing","name":"Thing","attributes":[
        {"name":"label","required":true},
        {"name":"tags","multiValued":true},
        {"name":"Codes","multiValued":true,"caseExact":true},
        {"name":"counts","type":"integer","multiValued":true},
        {"name":"serial","mutability":"immutable"},
        {"name":"makers","multiValued":true,"mutability":"immutable"},
        {"name":"size","type":"integer"},
        {"name":"weight","type":"decimal"},
        {"name":"on","type":"boolean"},
        {"name":"bought","type":"dateTime"},
        {"name":"blob","type":"binary"},
        {"name":"link","type":"reference","referenceTypes":["external"]},
        {"name":"code","returned":"always"},
        {"name":"notes","returned":"request"},
        {"name":"pin","mutability":"writeOnly","returned":"never"},
        {"name":"owner","type":"complex","subAttributes":[
            {"name":"value","mutability":"immutable"},{"name":"role"},{"name":"tags","multiValued":true},
            {"name":"$ref","type":"reference","referenceTypes":["Thing"]},
            {"name":"displayName","mutability":"readOnly"}]},
        {"name":"parts","type":"complex","multiValued":true,"subAttributes":[
            {"name":"number","required":true,"returned":"always"},{"name":"size","type":"integer"},{"name":"primary","type":"boolean"},
            {"name":"origin","mutability":"immutable"}]}]}"#,
    )
    .unwrap();
    let extension = Schema::parse(
        r#"{"id":"urn:test:ext:Thing","name":"ThingExtension","attributes":[
        {"name":"colour"},{"name":"mark","mutability":"immutable"},{"name":"seal","returned":"always"},
        {"name":"shades","multiValued":true}]}"#,
    )
    .unwrap();
    ResourceType {
        name: "Thing".into(),
        endpoint: "Things".into(),
        description: String::new(),
        schema: Arc::new(schema),
        extensions: vec![Extension {
            schema: Arc::new(extension),
            required: false,
        }],
        unique: None,
        indexed: Vec::new(),
        emails: None,
        members: None,
        member_of: None,
        default_true: None,
        read_only: false,
        catalogue: None,
    }
}

/// A registry of users, groups and things, and the leniencies of one request.
pub(crate) struct World {
    pub(crate) registry: Registry,
    pub(crate) leniency: Leniency,
}

impl World {
    fn of(leniency: Leniency) -> Self {
        let types = [ResourceType::user(), ResourceType::group(true), thing()];
        Self {
            registry: Registry::of(types.map(Arc::new).to_vec()),
            leniency,
        }
    }

    pub(crate) fn lenient() -> Self {
        Self::of(Leniency::lenient())
    }

    /// The letter of the standard; forms of texts have a test of their own.
    pub(crate) fn rfc() -> Self {
        let rules = Profile::Rfc.rules().with(Rule::AnyFormat, true);
        Self::of(Leniency::new(rules))
    }

    /// The default profile with one rule switched.
    pub(crate) fn with(rule: Rule, on: bool) -> Self {
        Self::of(Leniency::new(Profile::Default.rules().with(rule, on)))
    }

    pub(crate) fn rfc_if(rfc: bool) -> Self {
        if rfc { Self::rfc() } else { Self::lenient() }
    }

    pub(crate) fn context(&self, resource_type: &str) -> Context<'_> {
        Context {
            resource_type: self.registry.named(resource_type).unwrap(),
            registry: &self.registry,
            leniency: &self.leniency,
        }
    }

    /// The document as a client would see it.
    pub(crate) fn render(
        &self,
        resource_type: &str,
        document: &Document,
        projection: &Projection,
    ) -> Object {
        let endpoint = |name: &str| Some(self.registry.named(name)?.endpoint.clone());
        let resource_type = self.registry.named(resource_type).unwrap();
        let base = BaseUrl::new("https://scim.test/v2");
        let renderer = Renderer::new(resource_type, &base, projection, &endpoint);
        let text = renderer.render(&Self::stored(resource_type, document), &Links::default());
        serde_json::from_str(&text).unwrap()
    }

    /// A resource with this document.
    pub(crate) fn stored(resource_type: &ResourceType, document: &Document) -> Stored {
        Stored {
            id: "id-1".into(),
            version: Version(1),
            created_ms: 0,
            last_modified_ms: 0,
            document: DocumentText::of(resource_type, document),
        }
    }

    /// The document with every attribute that may be shown at all, but for the `$ref`s that the server derives.
    pub(crate) fn render_all(&self, name: &str, document: &Document) -> Object {
        let resource_type = self.registry.named(name).unwrap();
        let core = resource_type
            .schema
            .attributes
            .iter()
            .map(|own| own.name.clone());
        let extensions = resource_type
            .extensions
            .iter()
            .map(|own| own.schema.id.clone());
        let common = ["externalId".to_owned()];
        let names: Vec<_> = core.chain(extensions).chain(common).collect();
        let projection =
            Projection::parse(Some(&names.join(",")), None, resource_type, &self.leniency).unwrap();
        let mut shown = self.render(name, document, &projection);
        shown.values_mut().for_each(without_references);
        shown
    }
}

fn without_references(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(without_references),
        Value::Object(object) => {
            object.remove("$ref");
            object.values_mut().for_each(without_references);
        }
        _ => {}
    }
}

/// The object of a `json!`.
#[track_caller]
pub(crate) fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        other => panic!("not an object: {other}"),
    }
}

/// Attribute names and URNs of the three types, some misspelt, some strange.
pub(crate) const NAMES: &[&str] = &[
    "userName",
    "USERNAME",
    "displayName",
    "title",
    "locale",
    "profileUrl",
    "active",
    "password",
    "name",
    "givenName",
    "familyName",
    "emails",
    "addresses",
    "x509Certificates",
    "photos",
    "groups",
    "members",
    "id",
    "meta",
    "schemas",
    "externalId",
    ENTERPRISE_USER_URN,
    "manager",
    "department",
    "value",
    "type",
    "primary",
    "display",
    "$ref",
    "formatted",
    "label",
    "tags",
    "Codes",
    "counts",
    "serial",
    "makers",
    "size",
    "weight",
    "on",
    "bought",
    "blob",
    "link",
    "code",
    "notes",
    "pin",
    "owner",
    "parts",
    "number",
    "origin",
    "role",
    THING_EXTENSION_URN,
    "colour",
    "mark",
    "seal",
    "shades",
    "bogus",
    "urn:x:bogus",
    "",
];

const TEXTS: &[&str] = &[
    "",
    " ",
    "a",
    "A",
    "b",
    "work",
    "WORK",
    "home",
    "true",
    "False",
    "7",
    "YQ==",
    "%%%",
    "en-US",
    "2020-01-01T00:00:00Z",
    "2020-01-01T02:00:00+02:00",
    "https://x.test/Things/t1",
    "https://x.test/Users/",
    "not a uri",
    "\u{0}",
    "\u{212b}",
    "straße",
    ENTERPRISE_USER_URN,
    THING_URN,
];

/// JSON of small depth over words that mean something here.
pub(crate) fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        6 => select(TEXTS).prop_map(Value::from),
        1 => any::<String>().prop_map(Value::from),
        2 => Just(Value::Null),
        2 => any::<bool>().prop_map(Value::from),
        2 => select(vec!["0", "7", "-1", "1.5", "1e3", "99999999999999999999", "1e999"])
            .prop_map(|number| serde_json::from_str(number).unwrap()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            objects(inner).prop_map(Value::Object),
        ]
    })
}

/// Objects whose keys are names of attributes, each in one spelling only: the JSON reader refuses repeats.
pub(crate) fn objects(values: impl Strategy<Value = Value>) -> impl Strategy<Value = Object> {
    vec((select(NAMES), values), 0..6).prop_map(|entries| {
        let mut object = Object::new();
        for (name, value) in entries {
            if !object.keys().any(|known| known.eq_ignore_ascii_case(name)) {
                object.insert(name.to_owned(), value);
            }
        }
        object
    })
}

/// Values that fit an attribute, most of the time.
pub(crate) fn fitting(attribute: &Attribute) -> BoxedStrategy<Value> {
    let single = match attribute.kind {
        AttributeType::Boolean => any::<bool>().prop_map(Value::from).boxed(),
        AttributeType::Integer | AttributeType::Decimal => (0..3).prop_map(Value::from).boxed(),
        AttributeType::DateTime => Just(Value::from("2020-01-01T02:00:00+02:00")).boxed(),
        AttributeType::Binary => select(vec!["YQ==", "YQ"]).prop_map(Value::from).boxed(),
        AttributeType::String | AttributeType::Reference => {
            select(WORDS).prop_map(Value::from).boxed()
        }
        AttributeType::Complex => complex(attribute).boxed(),
    };
    let fits = if attribute.multi_valued {
        vec(single, 0..4).prop_map(Value::Array).boxed()
    } else {
        single
    };
    prop_oneof![12 => fits, 1 => Just(Value::Null), 1 => anything()].boxed()
}

/// Words of which elements, filters and values are made, few enough to meet each other.
pub(crate) const WORDS: &[&str] = &[
    "a",
    "A",
    "b",
    "c",
    "work",
    "home",
    "https://x.test/Things/a",
];

fn complex(attribute: &Attribute) -> impl Strategy<Value = Value> + use<> {
    let subs = attribute.sub_attributes.iter().map(|sub| {
        let likelihood = if ["value", "number"].contains(&sub.name.as_str()) {
            0.9
        } else {
            0.3
        };
        option::weighted(likelihood, (Just(sub.name.clone()), fitting(sub)))
    });
    subs.collect::<Vec<_>>()
        .prop_map(|entries| Value::Object(entries.into_iter().flatten().collect()))
}

/// A document of `resource_type` as it might be stored.
pub(crate) fn documents(name: &'static str) -> impl Strategy<Value = Document> {
    let world = World::lenient();
    let entries = |schema: &Schema| {
        let attributes = schema.attributes.iter().map(|attribute| {
            let likelihood = if attribute.required { 0.95 } else { 0.35 };
            option::weighted(
                likelihood,
                (Just(attribute.name.clone()), fitting(attribute)),
            )
        });
        attributes
            .collect::<Vec<_>>()
            .prop_map(|entries| entries.into_iter().flatten().collect::<Vec<_>>())
    };
    let resource_type = world.registry.named(name).unwrap();
    let extension = resource_type.extensions.first().map(|extension| {
        (
            Just(extension.schema.id.clone()),
            entries(&extension.schema),
        )
    });
    let extension =
        extension.map_or_else(|| Just(None).boxed(), |some| some.prop_map(Some).boxed());
    (entries(&resource_type.schema), extension).prop_map(move |(core, extension)| {
        let context = world.context(name);
        let required = json!({ "userName": "kim", "displayName": "Kim", "label": "thing" });
        let mut kept = object(required);
        // Key by key, so that one bad value does not spoil the rest.
        let mut offer = |key: String, value: Value| {
            let before = kept.insert(key.clone(), value);
            if canonicalize(context, &kept, Purpose::Create).is_err() {
                kept.shift_remove(&key);
                kept.extend(before.map(|before| (key, before)));
            }
        };
        for (key, value) in core {
            offer(key, value);
        }
        let mut inside = Object::new();
        for (urn, (key, value)) in extension
            .into_iter()
            .flat_map(|(urn, entries)| entries.into_iter().map(move |entry| (urn.clone(), entry)))
        {
            inside.insert(key, value);
            offer(urn, Value::Object(inside.clone()));
        }
        canonicalize(context, &kept, Purpose::Create)
            .unwrap()
            .document
    })
}

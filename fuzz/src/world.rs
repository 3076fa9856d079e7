//! What inputs meet: types of resources, resources, and the two profiles that differ most.

use std::sync::OnceLock;

use scim::canonical::{Context, Purpose, canonicalize};
use scim::profile::{Leniency, Profile, Rule};
use scim::registry::Registry;
use scim::resource_type::ResourceType;
use scim::{Document, DocumentText, Object};
use serde_json::{Value, json};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// The types and their sample resources. Made once: an input should cost little.
pub struct World {
    registry: Registry,
    samples: Vec<(&'static str, Document)>,
}

/// The one world.
pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| World {
        registry: Registry::standard(true),
        samples: vec![
            ("User", Document::stored(ada())),
            ("User", Document::stored(json!({ "userName": "kim" }))),
            (
                "Group",
                Document::stored(json!({ "displayName": "Crew", "externalId": "g1" })),
            ),
        ],
    })
}

fn ada() -> Value {
    json!({
        "externalId": "7", "userName": "ada", "title": "Countess", "active": true, "nickName": "straße",
        "name": { "givenName": "Ada", "familyName": "Lovelace" },
        "emails": [
            { "value": "work@x.test", "type": "work", "primary": true },
            { "value": "home@x.test", "type": "home" },
        ],
        "phoneNumbers": [{ "value": "tel:+1-201-555-0123", "type": "work" }],
        "addresses": [{ "type": "home", "locality": "London" }],
        "roles": [{ "value": "admin" }, { "value": "user" }],
        ENTERPRISE: { "department": "Engines", "manager": { "value": "m1" } },
    })
}

/// The letter of the standards. Forms of texts are not looked at: they are looked at in bodies and not in what is stored.
pub fn rfc() -> Leniency {
    Leniency::new(Profile::Rfc.rules().with(Rule::AnyFormat, true))
}

/// Both ends of what is understood.
pub fn leniencies() -> [Leniency; 2] {
    [Leniency::lenient(), rfc()]
}

/// What one input meets. All of it would take six times as long, and a change of any byte leads to another choice.
pub struct Choice(usize);

impl Choice {
    /// The choice that an input makes.
    pub fn of(data: &[u8]) -> Self {
        let sum = data.iter().fold(0u32, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(u32::from(*byte))
        });
        Self((sum >> 3) as usize)
    }

    /// One of the profiles.
    pub fn leniency(&mut self) -> Leniency {
        if self.below(2) == 0 {
            Leniency::lenient()
        } else {
            rfc()
        }
    }

    /// One of the types.
    pub fn resource_type(&mut self) -> &'static ResourceType {
        let types = world().registry.resource_types();
        &types[self.below(types.len())]
    }

    /// One of the sample resources, with its type.
    pub fn sample(&mut self) -> Option<(&'static ResourceType, &'static Document)> {
        let count = world().samples.len();
        world().samples().nth(self.below(count))
    }

    fn below(&mut self, end: usize) -> usize {
        let rest = self.0 % end;
        self.0 /= end;
        rest
    }
}

impl World {
    /// All types.
    pub fn types(&self) -> impl Iterator<Item = &ResourceType> {
        self.registry.resource_types().iter().map(AsRef::as_ref)
    }

    /// Resources with their types.
    pub fn samples(&self) -> impl Iterator<Item = (&ResourceType, &Document)> {
        let named = |name: &str| self.registry.named(name);
        self.samples
            .iter()
            .filter_map(move |(name, document)| Some((named(name)?.as_ref(), document)))
    }

    /// The context of a request about this type.
    pub fn context<'a>(
        &'a self,
        resource_type: &'a ResourceType,
        leniency: &'a Leniency,
    ) -> Context<'a> {
        Context {
            resource_type,
            registry: &self.registry,
            leniency,
        }
    }

    /// Fails unless the document is one that scimd may store.
    pub fn check_canonical(
        &self,
        resource_type: &ResourceType,
        document: &Document,
        cause: &dyn std::fmt::Debug,
    ) {
        assert!(
            document.values().all(is_dense),
            "{document:?} after {cause:?}"
        );
        let stored = DocumentText::of(resource_type, document).read();
        assert_eq!(&stored, document, "stored and read back, after {cause:?}");
        let leniency = rfc();
        let context = self.context(resource_type, &leniency);
        let again = canonicalize(
            context,
            &shown(resource_type, document),
            Purpose::Replace(document),
        );
        let again = again.map(|input| input.document);
        assert_eq!(
            again.as_ref(),
            Ok(document),
            "sent back by the letter, after {cause:?}"
        );
    }
}

/// The document as the body of a PUT.
fn shown(resource_type: &ResourceType, document: &Document) -> Object {
    let urns: Vec<&str> = resource_type
        .schemas()
        .map(|schema| schema.id.as_str())
        .collect();
    let mut body = Object::from_iter([("schemas".to_owned(), json!(urns))]);
    body.extend(
        document
            .iter()
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    body
}

/// No `null`, no empty array, no empty object, at any depth.
fn is_dense(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Array(items) => !items.is_empty() && items.iter().all(is_dense),
        Value::Object(object) => !object.is_empty() && object.values().all(is_dense),
        _ => true,
    }
}

//! A canonical document at rest: JSON text, in the order in which clients see it.

use memchr::memmem;
use serde::ser::{Serialize, SerializeMap as _, SerializeSeq as _, Serializer};
use serde_json::Value;

use super::document::Document;
use super::json::Object;
use super::resource_type::ResourceType;
use super::schema::{Attribute, builtin};

/// A canonical document as JSON text. Most answers show it without reading it.
///
/// `externalId` comes first, then the attributes of the core schema, then those of each extension, all in the order of their
/// schemas.
///
/// ```
/// use scim::resource_type::ResourceType;
/// use scim::{Document, DocumentText};
/// use serde_json::json;
///
/// let document = Document::stored(json!({ "title": "Dr", "userName": "ada", "externalId": "7" }));
/// let text = DocumentText::of(&ResourceType::user(), &document);
/// assert_eq!(text.as_str(), r#"{"externalId":"7","userName":"ada","title":"Dr"}"#);
/// assert_eq!(text.read(), document);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentText(String);

impl DocumentText {
    /// The text of a document of this type.
    pub fn of(resource_type: &ResourceType, document: &Document) -> Self {
        let ordered = Whole {
            resource_type,
            document,
        };
        Self(serde_json::to_string(&ordered).unwrap_or_default())
    }

    /// A text as the database gave it.
    pub fn stored(text: String) -> Self {
        Self(text)
    }

    /// The document. A text that is not an object becomes the empty document.
    pub fn read(&self) -> Document {
        serde_json::from_str(&self.0).map_or_else(|_| Document::default(), Document::stored)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether an object in the document has this key.
    ///
    /// Only a key stands like that in JSON: a quotation mark inside a value has a `\` before it.
    pub fn has_key(&self, key: &DocumentKey<'_>) -> bool {
        let text = self.0.as_bytes();
        let mut places = key.0.find_iter(text);
        places.any(|at| {
            let before = text.get(at.wrapping_sub(1));
            let after = text.get(at + key.0.needle().len()..).unwrap_or_default();
            before == Some(&b'"') && after.starts_with(b"\":")
        })
    }
}

/// A key to look for in many documents.
#[derive(Debug, Clone)]
pub struct DocumentKey<'k>(memmem::Finder<'k>);

impl<'k> DocumentKey<'k> {
    /// A key of an object: the name of an attribute, or the URN of an extension.
    pub fn new(key: &'k str) -> Self {
        Self(memmem::Finder::new(key))
    }
}

/// A document in the order of its schemas.
struct Whole<'a> {
    resource_type: &'a ResourceType,
    document: &'a Document,
}

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let external_id = builtin::common().attribute("externalId");
        let core = external_id
            .into_iter()
            .chain(&self.resource_type.schema.attributes);
        let core = core.map(|attribute| (attribute.name.as_str(), Order::Of(attribute)));
        let extensions = self.resource_type.extensions.iter().map(|extension| {
            let schema = &extension.schema;
            (schema.id.as_str(), Order::Attributes(&schema.attributes))
        });
        write(serializer, self.document, core.chain(extensions))
    }
}

/// Where the order of a value's keys comes from.
#[derive(Clone, Copy)]
enum Order<'a> {
    /// The value of an attribute: its sub-attributes.
    Of(&'a Attribute),
    /// An extension, or one complex value.
    Attributes(&'a [Attribute]),
}

struct Ordered<'a>(&'a Value, Order<'a>);

impl Serialize for Ordered<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(value, order) = *self;
        let attributes = match order {
            Order::Of(attribute) => &attribute.sub_attributes,
            Order::Attributes(attributes) => attributes,
        };
        match value {
            Value::Object(object) => {
                let keys = attributes.iter();
                let keys = keys.map(|attribute| (attribute.name.as_str(), Order::Of(attribute)));
                write(serializer, object, keys)
            }
            Value::Array(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&Ordered(item, order))?;
                }
                list.end()
            }
            simple => simple.serialize(serializer),
        }
    }
}

/// Writes an object with its keys in this order. Keys that are not among them come last: nothing is lost.
fn write<'a, S: Serializer>(
    serializer: S,
    object: &'a Object,
    keys: impl Iterator<Item = (&'a str, Order<'a>)> + Clone,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(object.len()))?;
    let mut written = 0;
    for (key, order) in keys.clone() {
        if let Some(value) = object.get(key) {
            map.serialize_entry(key, &Ordered(value, order))?;
            written += 1;
        }
    }
    if written < object.len() {
        let strangers = object
            .iter()
            .filter(|(key, _)| keys.clone().all(|(known, _)| known != *key));
        for (key, value) in strangers {
            map.serialize_entry(key, value)?;
        }
    }
    map.end()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::testing::{World, documents};

    fn text(document: Value) -> DocumentText {
        DocumentText::of(&ResourceType::user(), &Document::stored(document))
    }

    #[test]
    fn keys_are_told_from_values() {
        let has = |text: &DocumentText, key| text.has_key(&DocumentKey::new(key));
        let found = text(json!({
            "userName": "manager", "title": "\"manager\":", "displayName": "\\\"manager\":",
            "urn:x": { "nickName": "manager" },
        }));
        assert!(!has(&found, "manager"), "{found:?}");
        assert!(has(&found, "nickName") && has(&found, "urn:x") && has(&found, "title"));
        assert!(!has(&found, "nick") && !has(&found, "Name"));
        assert!(has(&text(json!({ "manager": {} })), "manager"));
    }

    #[test]
    fn nothing_is_lost_that_no_schema_knows() {
        let odd = json!({ "zzz": 1, "userName": "ada", "name": { "odd": 1, "givenName": "A" } });
        assert_eq!(
            text(odd).as_str(),
            r#"{"userName":"ada","name":{"givenName":"A","odd":1},"zzz":1}"#
        );
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            (name, document) in proptest::sample::select(vec!["User", "Group", "Thing"]).prop_flat_map(|name| (Just(name), documents(name)))
        ) {
            let world = World::lenient();
            let resource_type = world.registry.named(name).unwrap();
            let text = DocumentText::of(resource_type, &document);
            prop_assert_eq!(text.read(), document);
        }
    }
}

//! The canonical document of a resource: what is stored of it.

use std::ops::Deref;

use serde::Serialize;
use serde_json::Value;

use super::json::Object;

/// A canonical document.
///
/// Attribute names are spelled as the schema spells them. There is no `null`, no empty array and no empty object. Values
/// are of the schema's types. An extension is an object under its URN. What the server derives (`schemas`, `id`, `meta`,
/// `$ref`) and what is kept elsewhere (members, the password) is not in it.
///
/// [`canonicalize`](crate::canonical::canonicalize) and [`apply`](crate::patch::apply) make documents; a database keeps
/// them and gives them back through [`Document::stored`].
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Document(Object);

impl Document {
    /// A document as the database gave it. Anything but an object becomes the empty document.
    pub fn stored(value: Value) -> Self {
        match value {
            Value::Object(object) => Self(object),
            _ => Self::default(),
        }
    }

    /// The object, to be changed. Who changes it keeps it canonical.
    pub fn object_mut(&mut self) -> &mut Object {
        &mut self.0
    }

    /// The object by itself.
    pub fn into_object(self) -> Object {
        self.0
    }
}

impl Deref for Document {
    type Target = Object;

    fn deref(&self) -> &Object {
        &self.0
    }
}

impl FromIterator<(String, Value)> for Document {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(attributes: I) -> Self {
        Self(attributes.into_iter().collect())
    }
}

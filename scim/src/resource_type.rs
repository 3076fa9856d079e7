//! A resource type as a value (RFC 7643 §6). Users, groups and other types differ only here.
//!
//! ```
//! use scim::resource_type::ResourceType;
//!
//! let user = ResourceType::user();
//! assert_eq!((user.name.as_str(), user.endpoint.as_str()), ("User", "Users"));
//! assert_eq!(user.unique.as_ref().map(|unique| unique.name.as_str()), Some("userName"));
//! assert!(ResourceType::group(false).unique.is_none());
//! ```
//!
//! Not supported: several unique attributes, several lists of members.

use std::sync::Arc;

use serde_json::Value;

use super::compare::Preparation;
use super::document::Document;
use super::schema::{Attribute, AttributeType, Mutability, Schema, Uniqueness, builtin};

/// An extension schema of a resource type.
#[derive(Debug, Clone)]
pub struct Extension {
    /// The schema.
    pub schema: Arc<Schema>,
    /// Whether every resource must carry it.
    pub required: bool,
}

/// The attribute by which resources of a type are told apart inside a tenant.
#[derive(Debug, Clone)]
pub struct UniqueAttribute {
    /// Its name in the core schema.
    pub name: String,
    /// How its values are prepared before they are compared.
    pub preparation: Preparation,
}

/// Resources of a type as the allowed values of an attribute of other resources (`roles`, `entitlements`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    /// Name of the type that draws on the catalogue.
    pub resource_type: String,
    /// Its multi-valued complex attribute whose `value`s are ids of resources of the catalogue.
    pub attribute: String,
    /// Whether a resource may have several values from it.
    pub multi_valued: bool,
    /// Whether every resource needs a value from it.
    pub required: bool,
}

/// A type of resource: its names, its schemas, and how its resources are stored and shown.
#[derive(Debug, Clone)]
pub struct ResourceType {
    /// `User`; also its id and `meta.resourceType`.
    pub name: String,
    /// `Users`: the path segment below the base URL.
    pub endpoint: String,
    /// One sentence for people.
    pub description: String,
    /// The core schema.
    pub schema: Arc<Schema>,
    /// Extensions, in the order in which they are shown.
    pub extensions: Vec<Extension>,
    /// The attribute that a database constraint keeps unique per tenant, if the type has one.
    pub unique: Option<UniqueAttribute>,
    /// Paths of core attributes that clients look up (`emails.value`); kept in their own index.
    pub indexed: Vec<String>,
    /// The multi-valued attribute with e-mail addresses. The primary or first of them is kept for look-ups by applications.
    pub emails: Option<&'static str>,
    /// The attribute that lists members; its values are edges, never part of the document.
    pub members: Option<&'static str>,
    /// The computed attribute that lists the resources this one is a member of.
    pub member_of: Option<&'static str>,
    /// The boolean attribute that is true when a new resource does not name it.
    pub default_true: Option<&'static str>,
    /// Whether clients may only read. Administrators of the tenant may write.
    pub read_only: bool,
    /// The attribute of other resources that takes its values from this type.
    pub catalogue: Option<Catalogue>,
}

impl ResourceType {
    /// The name of the type of users.
    pub const USER: &'static str = "User";
    /// The name of the type of groups.
    pub const GROUP: &'static str = "Group";

    /// The `User` of RFC 7643 §4.1 with the enterprise extension of §4.3.
    pub fn user() -> Self {
        Self {
            name: Self::USER.into(),
            endpoint: "Users".into(),
            description: "User account".into(),
            schema: Arc::clone(builtin::user()),
            extensions: vec![Extension {
                schema: Arc::clone(builtin::enterprise_user()),
                required: false,
            }],
            unique: Some(UniqueAttribute {
                name: "userName".into(),
                preparation: Preparation::UserName,
            }),
            indexed: vec!["emails.value".into()],
            emails: Some("emails"),
            members: None,
            member_of: Some("groups"),
            default_true: Some("active"),
            read_only: false,
            catalogue: None,
        }
    }

    /// The `Group` of RFC 7643 §4.2.
    ///
    /// The RFC lets `displayName` repeat. Directories that push groups match them by name. So two groups of one name are
    /// refused unless the tenant allows them (`unique_names` is false then). `/Schemas` says which.
    pub fn group(unique_names: bool) -> Self {
        let schema = builtin::group();
        Self {
            name: Self::GROUP.into(),
            endpoint: "Groups".into(),
            description: "Group".into(),
            schema: if unique_names {
                Arc::clone(schema)
            } else {
                Arc::new(without_uniqueness(schema))
            },
            extensions: Vec::new(),
            unique: unique_names.then_some(UniqueAttribute {
                name: "displayName".into(),
                preparation: Preparation::Folded,
            }),
            indexed: Vec::new(),
            emails: None,
            members: Some("members"),
            member_of: None,
            default_true: None,
            read_only: false,
            catalogue: None,
        }
    }

    /// The extension of this URN, in any letter case.
    pub fn extension(&self, urn: &str) -> Option<&Extension> {
        self.extensions
            .iter()
            .find(|extension| extension.schema.is(urn))
    }

    /// Whether `schemas` of its resources may have this URN.
    pub fn lists(&self, urn: &str) -> bool {
        self.schemas().any(|schema| schema.is(urn))
    }

    /// The core schema and the extensions' schemas.
    pub fn schemas(&self) -> impl Iterator<Item = &Arc<Schema>> {
        std::iter::once(&self.schema)
            .chain(self.extensions.iter().map(|extension| &extension.schema))
    }

    /// Every attribute of the core schema and of the extensions.
    pub(crate) fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.schemas().flat_map(|schema| &schema.attributes)
    }

    /// Every attribute of the core schema and of the extensions, with its value in a document.
    pub fn values<'a>(
        &'a self,
        document: &'a Document,
    ) -> impl Iterator<Item = (&'a Attribute, Option<&'a Value>)> {
        let core = self.schema.attributes.iter();
        let core = core.map(|attribute| (attribute, document.get(&attribute.name)));
        let extensions = self.extensions.iter().flat_map(|extension| {
            let inside = document.get(&extension.schema.id);
            let attributes = extension.schema.attributes.iter();
            attributes.map(move |attribute| {
                let value = inside.and_then(|inside| inside.get(&attribute.name));
                (attribute, value)
            })
        });
        core.chain(extensions)
    }

    /// The e-mail address of a document: the primary one, otherwise the first. Elements without a value are passed over.
    pub fn email<'a>(&self, document: &'a Document) -> Option<&'a str> {
        let elements = document.get(self.emails?)?.as_array()?;
        let primary = elements
            .iter()
            .filter(|element| element.get("primary") == Some(&Value::Bool(true)));
        let mut in_turn = primary.chain(elements);
        in_turn.find_map(|element| element.get("value")?.as_str())
    }

    /// Whether `attribute` is the one by which resources of this type are told apart.
    pub fn is_unique(&self, attribute: &Attribute) -> bool {
        let unique = self.unique.as_ref();
        unique.is_some_and(|unique| unique.name == attribute.name)
    }

    /// The attribute whose values are ids of the catalogue, if this type draws on it. It is multi-valued and complex, has a
    /// string `value`, and clients write it into the document.
    pub fn draws_on(&self, catalogue: &Catalogue) -> Option<&Attribute> {
        let drawn = self.name == catalogue.resource_type;
        let found = self.schema.attributes.iter().filter(|_| drawn);
        let is_written =
            |found: &Attribute| found.mutability != Mutability::ReadOnly && !self.is_members(found);
        let mut found = found.filter(|found| {
            found.name == catalogue.attribute && found.multi_valued && is_written(found)
        });
        found.find(|found| {
            let value = found.default_sub_attribute();
            value.is_some_and(|value| value.kind == AttributeType::String)
        })
    }

    /// How values of a core attribute of this type are prepared before they are compared.
    pub fn preparation(&self, attribute: &Attribute) -> Preparation {
        match &self.unique {
            Some(unique) if unique.name == attribute.name => unique.preparation,
            _ => attribute.preparation(),
        }
    }

    /// Whether `attribute` lists the members.
    pub fn is_members(&self, attribute: &Attribute) -> bool {
        self.members == Some(attribute.name.as_str())
    }

    /// Whether `attribute` is computed from the edges that point at this resource.
    pub fn is_member_of(&self, attribute: &Attribute) -> bool {
        self.member_of == Some(attribute.name.as_str())
    }
}

fn without_uniqueness(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for attribute in &mut schema.attributes {
        attribute.uniqueness = Uniqueness::None;
    }
    schema
}

//! From a stored resource to what clients see.

use serde_json::{Value, json};

use super::base_url::BaseUrl;
use super::links::{Linked, Links};
use super::stored::Stored;
use crate::Document;
use crate::datetime;
use crate::json::Object;
use crate::path::{AttributeRef, Home};
use crate::projection::Projection;
use crate::resource_type::ResourceType;
use crate::schema::Attribute;
use crate::schema::builtin;

/// Renders a resource.
///
/// `endpoints` maps the name of a resource type to its endpoint, for `$ref`s.
pub fn render(
    resource_type: &ResourceType,
    base: &BaseUrl,
    stored: &Stored,
    links: &Links,
    projection: &Projection,
    endpoints: &dyn Fn(&str) -> Option<String>,
) -> Object {
    let renderer = Renderer {
        resource_type,
        base,
        links,
        projection,
        endpoints,
    };
    let mut shown = Object::new();
    shown.insert("schemas".into(), schemas(resource_type, &stored.document));
    shown.insert("id".into(), stored.id.as_str().into());
    renderer.external_id(&mut shown, stored);
    renderer.core(&mut shown, stored);
    renderer.extensions(&mut shown, stored);
    renderer.meta(&mut shown, stored);
    shown
}

fn at<'a>(home: Home<'a>, attribute: &'a Attribute) -> AttributeRef<'a> {
    AttributeRef {
        home,
        attribute,
        sub: None,
    }
}

/// The core schema, and each extension the resource has data of.
fn schemas(resource_type: &ResourceType, document: &Document) -> Value {
    let extensions = resource_type
        .extensions
        .iter()
        .map(|extension| &extension.schema.id);
    let present = extensions.filter(|urn| document.contains_key(urn.as_str()));
    std::iter::once(&resource_type.schema.id)
        .chain(present)
        .map(|urn| Value::from(urn.as_str()))
        .collect()
}

struct Renderer<'a> {
    resource_type: &'a ResourceType,
    base: &'a BaseUrl,
    links: &'a Links,
    projection: &'a Projection,
    endpoints: &'a dyn Fn(&str) -> Option<String>,
}

impl Renderer<'_> {
    /// The lists of edges. A group without members shows an empty list: some clients take a missing list to mean that the
    /// provider does not tell. A user without groups shows no list.
    fn derived(&self, attribute: &Attribute) -> Option<Value> {
        let list =
            |links: &[Linked]| Value::Array(links.iter().map(|link| self.link(link)).collect());
        if self.resource_type.is_members(attribute) {
            return Some(list(&self.links.members));
        }
        let groups = self.resource_type.is_member_of(attribute) && !self.links.member_of.is_empty();
        groups.then(|| list(&self.links.member_of))
    }

    fn link(&self, link: &Linked) -> Value {
        let mut shown = Object::new();
        shown.insert("value".into(), link.id.as_str().into());
        shown.insert(
            "$ref".into(),
            self.base.location(&link.endpoint, &link.id).into(),
        );
        shown.insert("type".into(), link.type_name.as_str().into());
        if let Some(display) = &link.display {
            shown.insert("display".into(), display.as_str().into());
        }
        Value::Object(shown)
    }

    fn external_id(&self, shown: &mut Object, stored: &Stored) {
        if let Some(attribute) = builtin::common().attribute("externalId") {
            let value = stored.document.get("externalId");
            self.attribute(shown, at(Home::Common, attribute), value);
        }
    }

    fn core(&self, shown: &mut Object, stored: &Stored) {
        for attribute in &self.resource_type.schema.attributes {
            let derived = self.derived(attribute);
            let kept = || stored.document.get(&attribute.name);
            let value = derived.as_ref().or_else(kept);
            self.attribute(shown, at(Home::Core, attribute), value);
        }
    }

    fn extensions(&self, shown: &mut Object, stored: &Stored) {
        for extension in &self.resource_type.extensions {
            let urn = &extension.schema.id;
            let kept = stored.document.get(urn);
            let mut inside = Object::new();
            for attribute in &extension.schema.attributes {
                let value = kept.and_then(|kept| kept.get(&attribute.name));
                self.attribute(&mut inside, at(Home::Extension(urn), attribute), value);
            }
            if !inside.is_empty() {
                shown.insert(urn.clone(), Value::Object(inside));
            }
        }
    }

    fn meta(&self, shown: &mut Object, stored: &Stored) {
        let value = json!({
            "resourceType": self.resource_type.name,
            "created": datetime::render_ms(stored.created_ms),
            "lastModified": datetime::render_ms(stored.last_modified_ms),
            "location": self.base.location(&self.resource_type.endpoint, &stored.id),
            "version": stored.version.to_string(),
        });
        if let Some(meta) = builtin::common().attribute("meta") {
            self.attribute(shown, at(Home::Common, meta), Some(&value));
        }
    }

    fn attribute(&self, shown: &mut Object, target: AttributeRef<'_>, value: Option<&Value>) {
        let Some(value) = value.filter(|_| self.projection.shows(target)) else {
            return;
        };
        let projected = match value {
            Value::Array(items) if target.attribute.is_complex() => {
                let kept: Vec<Value> = items
                    .iter()
                    .filter_map(|item| self.complex(target, item))
                    .collect();
                (!kept.is_empty() || items.is_empty()).then_some(Value::Array(kept))
            }
            Value::Object(_) => self.complex(target, value),
            simple => Some(simple.clone()),
        };
        if let Some(value) = projected {
            shown.insert(target.attribute.name.clone(), value);
        }
    }

    /// The shown sub-attributes of a complex value; `None` when there are none.
    fn complex(&self, target: AttributeRef<'_>, value: &Value) -> Option<Value> {
        let mut kept = Object::new();
        for sub in &target.attribute.sub_attributes {
            if !self.projection.shows_sub(target.with_sub(Some(sub))) {
                continue;
            }
            let own = value.get(&sub.name).cloned();
            if let Some(value) = own.or_else(|| self.referenced(target.attribute, sub, value)) {
                kept.insert(sub.name.clone(), value);
            }
        }
        (!kept.is_empty()).then_some(Value::Object(kept))
    }

    /// Derives `$ref` from the `value` of a reference, and the name of the resource if it exists.
    fn referenced(&self, parent: &Attribute, sub: &Attribute, value: &Value) -> Option<Value> {
        let id = value.get("value")?.as_str().filter(|id| !id.is_empty())?;
        if sub.is_resource_reference() {
            let endpoint = (self.endpoints)(sub.reference_types.first()?)?;
            return Some(self.base.location(&endpoint, id).into());
        }
        if sub.is_referenced_name(parent) {
            return self.links.names.get(id).map(|name| name.as_str().into());
        }
        None
    }
}

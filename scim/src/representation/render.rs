//! From a stored resource to what clients see.

use std::borrow::Borrow;

use serde_json::Value;

use super::base_url::BaseUrl;
use super::links::{Linked, Links};
use super::stored::Stored;
use crate::datetime;
use crate::json::{JsonText, Object, inside, write_object};
use crate::path::{AttributeRef, Home};
use crate::projection::Projection;
use crate::resource_type::ResourceType;
use crate::schema::{Attribute, builtin};
use crate::{DocumentKey, DocumentText};

/// Renders resources of one type for one request.
///
/// Clients see `schemas` and `id`, then the document, then the lists of members or groups, then `meta`. A document of which
/// all is shown as it is stored is not read: its text is put between the other parts.
pub struct Renderer<'a> {
    resource_type: &'a ResourceType,
    base: &'a BaseUrl,
    projection: &'a Projection,
    /// Maps the name of a resource type to its endpoint, for `$ref`s.
    endpoints: &'a dyn Fn(&str) -> Option<String>,
    /// Keys that make it necessary to read a document. `None`: every document must be read.
    altered: Option<Vec<DocumentKey<'a>>>,
    /// The URNs of the extensions.
    extensions: Vec<(&'a str, DocumentKey<'a>)>,
}

impl<'a> Renderer<'a> {
    /// About how many bytes stand beside a document with few edges.
    pub const BESIDE_BYTES: usize = 768;

    /// Renders resources of this type.
    ///
    /// `endpoints` maps the name of a resource type to its endpoint, for `$ref`s.
    pub fn new(
        resource_type: &'a ResourceType,
        base: &'a BaseUrl,
        projection: &'a Projection,
        endpoints: &'a dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let derived = resource_type.attributes().filter(|attribute| {
            let mut subs = attribute.sub_attributes.iter();
            subs.any(|sub| sub.is_resource_reference() || sub.is_referenced_name(attribute))
        });
        let derived = derived.map(|attribute| attribute.name.as_str());
        let altered = projection.altered(resource_type);
        let extensions = resource_type.extensions.iter();
        let urns = extensions.map(|extension| extension.schema.id.as_str());
        Self {
            altered: altered.map(|hidden| hidden.chain(derived).map(DocumentKey::new).collect()),
            extensions: urns.map(|urn| (urn, DocumentKey::new(urn))).collect(),
            resource_type,
            base,
            projection,
            endpoints,
        }
    }

    /// The resource as JSON text.
    pub fn render(&self, stored: &Stored, links: &Links) -> String {
        let mut text = String::with_capacity(stored.document.as_str().len() + Self::BESIDE_BYTES);
        self.render_to(&mut text, stored, links);
        text
    }

    /// Writes the resource as JSON at the end of a text.
    pub fn render_to(&self, text: &mut String, stored: &Stored, links: &Links) {
        write_object(text, |shown| {
            self.begin(shown, stored, links);
            self.edges(shown, links);
            self.meta(shown, stored);
        });
    }

    /// The resource in two parts, around its members: they go between the two, see [`Renderer::members`].
    pub fn render_around_members(&self, stored: &Stored, links: &Links) -> (String, String) {
        let mut head = "{".to_owned();
        let mut shown = JsonText::inside(&mut head);
        self.begin(&mut shown, stored, links);
        if let Some(attribute) = self.members_attribute() {
            shown.member(&attribute.name, "[");
        }
        let mut last = String::new();
        self.meta(&mut JsonText::inside(&mut last), stored);
        let comma = if last.is_empty() { "" } else { "," };
        (head, format!("]{comma}{last}}}"))
    }

    /// Members as the elements of a list, with commas between them. Empty where none has anything to show.
    pub fn members(&self, members: &[Linked]) -> String {
        let Some(attribute) = self.members_attribute() else {
            return String::new();
        };
        let subs = self.shown_subs(at(Home::Core, attribute));
        let mut text = String::with_capacity(members.len() * LINK_BYTES);
        let mut list = JsonText::inside(&mut text);
        for member in members {
            list.object_element(|shown| self.link(shown, &subs, member));
        }
        text
    }

    fn members_attribute(&self) -> Option<&'a Attribute> {
        let mut attributes = self.resource_type.schema.attributes.iter();
        attributes.find(|attribute| self.resource_type.is_members(attribute))
    }

    /// Writes the resource without its edges and `meta`.
    fn begin(&self, shown: &mut JsonText<'_>, stored: &Stored, links: &Links) {
        let document = &stored.document;
        shown.array_member("schemas", |list| self.schemas(list, document));
        shown.string("id", &[&stored.id]);
        if self.is_shown_as_stored(document) {
            shown.members(inside(document.as_str()));
        } else {
            self.projected(shown, document, links);
        }
    }

    fn shown_subs<'t>(&self, target: AttributeRef<'t>) -> Vec<&'t str> {
        let subs = target.attribute.sub_attributes.iter();
        let subs = subs.filter(|sub| self.projection.shows_sub(target.with_sub(Some(sub))));
        subs.map(|sub| sub.name.as_str()).collect()
    }

    /// The core schema, and each extension the resource has data of.
    fn schemas(&self, list: &mut JsonText<'_>, document: &DocumentText) {
        list.string_element(&self.resource_type.schema.id);
        let extensions = self.extensions.iter();
        for (urn, _) in extensions.filter(|(_, key)| document.has_key(key)) {
            list.string_element(urn);
        }
    }

    fn is_shown_as_stored(&self, document: &DocumentText) -> bool {
        let altered = self.altered.as_ref();
        altered.is_some_and(|keys| !keys.iter().any(|key| document.has_key(key)))
    }

    /// What the projection shows of the document.
    fn projected(&self, shown: &mut JsonText<'_>, document: &DocumentText, links: &Links) {
        let document = document.read();
        let mut put = |target, value: Option<&Value>| {
            if let Some(value) = self.attribute(target, value, links) {
                shown.member(&target.attribute.name, &value.to_string());
            }
        };
        if let Some(attribute) = builtin::common().attribute("externalId") {
            put(at(Home::Common, attribute), document.get("externalId"));
        }
        for attribute in &self.resource_type.schema.attributes {
            if !self.is_edges(attribute) {
                put(at(Home::Core, attribute), document.get(&attribute.name));
            }
        }
        for extension in &self.resource_type.extensions {
            let urn = &extension.schema.id;
            let kept = document.get(urn);
            let mut inside = Object::new();
            for attribute in &extension.schema.attributes {
                let value = kept.and_then(|kept| kept.get(&attribute.name));
                let target = at(Home::Extension(urn), attribute);
                if let Some(value) = self.attribute(target, value, links) {
                    inside.insert(attribute.name.clone(), value);
                }
            }
            if !inside.is_empty() {
                shown.member(urn, &Value::Object(inside).to_string());
            }
        }
    }

    fn is_edges(&self, attribute: &Attribute) -> bool {
        self.resource_type.is_members(attribute) || self.resource_type.is_member_of(attribute)
    }

    /// The lists of edges. A group without members shows an empty list: some clients take a missing list to mean that the
    /// provider does not tell. A user without groups shows no list.
    fn edges(&self, shown: &mut JsonText<'_>, links: &Links) {
        for attribute in &self.resource_type.schema.attributes {
            if self.resource_type.is_members(attribute) {
                self.linked(shown, attribute, &links.members);
            } else if self.resource_type.is_member_of(attribute) && !links.member_of.is_empty() {
                self.linked(shown, attribute, &links.member_of);
            }
        }
    }

    fn linked(
        &self,
        shown: &mut JsonText<'_>,
        attribute: &Attribute,
        links: &[impl Borrow<Linked>],
    ) {
        let target = at(Home::Core, attribute);
        if !self.projection.shows(target) {
            return;
        }
        if links.is_empty() {
            shown.member(&attribute.name, "[]");
            return;
        }
        let subs = self.shown_subs(target);
        shown.array_member(&attribute.name, |list| {
            for link in links {
                list.object_element(|shown| self.link(shown, &subs, link.borrow()));
            }
        });
    }

    /// These sub-attributes of an edge.
    fn link(&self, shown: &mut JsonText<'_>, subs: &[&str], link: &Linked) {
        for sub in subs {
            match *sub {
                "value" => shown.string(sub, &[&link.id]),
                "$ref" => shown.string(sub, &self.base.location_parts(&link.endpoint, &link.id)),
                "type" => shown.string(sub, &[&link.type_name]),
                "display" => {
                    if let Some(display) = &link.display {
                        shown.string(sub, &[display]);
                    }
                }
                _ => {}
            }
        }
    }

    fn meta(&self, shown: &mut JsonText<'_>, stored: &Stored) {
        let Some(attribute) = builtin::common().attribute("meta") else {
            return;
        };
        let target = at(Home::Common, attribute);
        if !self.projection.shows(target) {
            return;
        }
        shown.object_member(&attribute.name, |meta| {
            for sub in self.shown_subs(target) {
                self.meta_value(meta, sub, stored);
            }
        });
    }

    fn meta_value(&self, meta: &mut JsonText<'_>, sub: &str, stored: &Stored) {
        match sub {
            "resourceType" => meta.string(sub, &[&self.resource_type.name]),
            "created" => meta.string(sub, &[&datetime::render_ms(stored.created_ms)]),
            "lastModified" => meta.string(sub, &[&datetime::render_ms(stored.last_modified_ms)]),
            "location" => {
                let endpoint = &self.resource_type.endpoint;
                meta.string(sub, &self.base.location_parts(endpoint, &stored.id));
            }
            "version" => meta.string(sub, &[&stored.version.to_string()]),
            _ => {}
        }
    }

    fn attribute(
        &self,
        target: AttributeRef<'_>,
        value: Option<&Value>,
        links: &Links,
    ) -> Option<Value> {
        let value = value.filter(|_| self.projection.shows(target))?;
        match value {
            Value::Array(items) if target.attribute.is_complex() => {
                let kept: Vec<Value> = items
                    .iter()
                    .filter_map(|item| self.complex(target, item, links))
                    .collect();
                (!kept.is_empty() || items.is_empty()).then_some(Value::Array(kept))
            }
            Value::Object(_) => self.complex(target, value, links),
            simple => Some(simple.clone()),
        }
    }

    /// The shown sub-attributes of a complex value; `None` when there are none.
    fn complex(&self, target: AttributeRef<'_>, value: &Value, links: &Links) -> Option<Value> {
        let mut kept = Object::new();
        for sub in &target.attribute.sub_attributes {
            if !self.projection.shows_sub(target.with_sub(Some(sub))) {
                continue;
            }
            let own = value.get(&sub.name).cloned();
            let derived = || self.referenced(target.attribute, sub, value, links);
            if let Some(value) = own.or_else(derived) {
                kept.insert(sub.name.clone(), value);
            }
        }
        (!kept.is_empty()).then_some(Value::Object(kept))
    }

    /// Derives `$ref` from the `value` of a reference, and the name of the resource if it exists.
    fn referenced(
        &self,
        parent: &Attribute,
        sub: &Attribute,
        value: &Value,
        links: &Links,
    ) -> Option<Value> {
        let id = value.get("value")?.as_str().filter(|id| !id.is_empty())?;
        if sub.is_resource_reference() {
            let endpoint = (self.endpoints)(sub.reference_types.first()?)?;
            return Some(self.base.location(&endpoint, id).into());
        }
        if sub.is_referenced_name(parent) {
            return links.names.get(id).map(|name| name.as_str().into());
        }
        None
    }
}

/// About the size of an edge.
const LINK_BYTES: usize = 200;

fn at<'a>(home: Home<'a>, attribute: &'a Attribute) -> AttributeRef<'a> {
    AttributeRef {
        home,
        attribute,
        sub: None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Document;
    use crate::testing::{World, documents};

    proptest! {
        /// Both ways show the same bytes: the text as it is stored, and what is put together from its parts.
        #[test]
        fn what_is_not_read_is_shown_as_if_it_were(
            (name, document) in proptest::sample::select(vec!["User", "Group", "Thing"])
                .prop_flat_map(|name| (Just(name), documents(name)))
        ) {
            let world = World::lenient();
            let resource_type = world.registry.named(name).unwrap();
            let (base, everything) = (BaseUrl::new("https://scim.test"), Projection::default());
            let endpoints = |name: &str| Some(world.registry.named(name)?.endpoint.clone());
            let joining = Renderer::new(resource_type, &base, &everything, &endpoints);
            let reading = Renderer { altered: None, ..Renderer::new(resource_type, &base, &everything, &endpoints) };
            let stored = World::stored(resource_type, &document);
            let links = Links::default();
            let text = joining.render(&stored, &links);
            prop_assert_eq!(&text, &reading.render(&stored, &links));
            prop_assert!(serde_json::from_str::<Object>(&text).is_ok(), "{}", text);
        }
    }

    #[test]
    fn members_may_come_later() {
        let world = World::lenient();
        let resource_type = world.registry.named("Group").unwrap();
        let base = BaseUrl::new("https://scim.test");
        let document = Document::stored(serde_json::json!({ "displayName": "crew" }));
        let stored = World::stored(resource_type, &document);
        let member = |id: &str| Linked {
            id: id.to_owned(),
            endpoint: "Users".to_owned(),
            type_name: "User".to_owned(),
            display: None,
        };
        let links = |ids: &[&str]| Links {
            members: ids.iter().copied().map(member).collect(),
            ..Links::default()
        };
        for shown in [None, Some("members"), Some("members.value,displayName")] {
            let projection =
                Projection::parse(shown, None, resource_type, &world.leniency).unwrap();
            let renderer = Renderer::new(resource_type, &base, &projection, &|_| None);
            let (head, tail) = renderer.render_around_members(&stored, &Links::default());
            let some = renderer.members(&links(&["1"]).members);
            let rest = renderer.members(&links(&["2", "3"]).members);
            let whole = renderer.render(&stored, &links(&["1", "2", "3"]));
            assert_eq!(format!("{head}{some},{rest}{tail}"), whole, "{shown:?}");
        }
        // None has a name to show.
        let projection = Projection::parse(
            Some("members.display"),
            None,
            resource_type,
            &world.leniency,
        )
        .unwrap();
        let renderer = Renderer::new(resource_type, &base, &projection, &|_| None);
        let (head, tail) = renderer.render_around_members(&stored, &Links::default());
        assert_eq!(renderer.members(&links(&["1", "2"]).members), "");
        assert!(serde_json::from_str::<Object>(&(head + &tail)).is_ok());
    }

    #[test]
    fn a_plain_document_is_not_read() {
        let world = World::lenient();
        let resource_type = world.registry.named("User").unwrap();
        let base = BaseUrl::new("https://scim.test");
        let joined = |document: serde_json::Value, excluded: Option<&str>| {
            let projection =
                Projection::parse(None, excluded, resource_type, &world.leniency).unwrap();
            let renderer = Renderer::new(resource_type, &base, &projection, &|_| None);
            let document = Document::stored(document);
            renderer.is_shown_as_stored(&DocumentText::of(resource_type, &document))
        };
        let urn = crate::schema::ENTERPRISE_USER_URN;
        let ada =
            || serde_json::json!({ "userName": "manager", "emails": [{ "value": "a@x.test" }] });
        assert!(joined(ada(), None) && joined(ada(), Some("groups,title,meta")));
        assert!(!joined(ada(), Some("emails")) && !joined(ada(), Some("emails.type")));
        let managed = serde_json::json!({ "userName": "a", urn: { "manager": { "value": "7" } } });
        assert!(!joined(managed.clone(), None) && !joined(managed, Some(urn)));
    }
}

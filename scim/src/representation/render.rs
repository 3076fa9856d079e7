//! From a stored resource to what clients see.

use serde_json::Value;

use super::base_url::BaseUrl;
use super::links::{Linked, Links};
use super::stored::Stored;
use crate::DocumentText;
use crate::datetime;
use crate::json::{JsonText, Object, inside, quoted};
use crate::path::{AttributeRef, Home};
use crate::projection::Projection;
use crate::resource_type::ResourceType;
use crate::schema::{Attribute, builtin};

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
    altered: Option<Vec<&'a str>>,
}

impl<'a> Renderer<'a> {
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
        Self {
            altered: altered.map(|hidden| hidden.chain(derived).collect()),
            resource_type,
            base,
            projection,
            endpoints,
        }
    }

    /// The resource as JSON text.
    pub fn render(&self, stored: &Stored, links: &Links) -> String {
        let mut shown = self.begun(stored, links);
        self.edges(&mut shown, links);
        self.meta(&mut shown, stored);
        shown.end()
    }

    /// The resource in two parts, around its members: they go between the two, see [`Renderer::members`].
    pub fn render_around_members(&self, stored: &Stored, links: &Links) -> (String, String) {
        let mut shown = self.begun(stored, links);
        if let Some(attribute) = self.members_attribute() {
            shown.member(&attribute.name, "[");
        }
        let head = shown.unfinished();
        let mut last = JsonText::object(META_BYTES);
        self.meta(&mut last, stored);
        let comma = if last.is_empty() { "" } else { "," };
        (head, format!("]{comma}{}}}", inside(&last.end())))
    }

    /// Members as the elements of a list, with commas between them. Empty where none has anything to show.
    pub fn members(&self, members: &[Linked]) -> String {
        let Some(attribute) = self.members_attribute() else {
            return String::new();
        };
        let subs = self.shown_subs(at(Home::Core, attribute));
        let mut text = String::with_capacity(members.len() * LINK_BYTES);
        for member in members {
            let member = self.link(&subs, member);
            if !member.is_empty() {
                if !text.is_empty() {
                    text.push(',');
                }
                text.push_str(&member.end());
            }
        }
        text
    }

    fn members_attribute(&self) -> Option<&'a Attribute> {
        let mut attributes = self.resource_type.schema.attributes.iter();
        attributes.find(|attribute| self.resource_type.is_members(attribute))
    }

    /// The resource without its edges and `meta`.
    fn begun(&self, stored: &Stored, links: &Links) -> JsonText {
        let document = &stored.document;
        let mut shown = JsonText::object(document.as_str().len());
        shown.member("schemas", &self.schemas(document));
        shown.member("id", &quoted(&stored.id));
        if self.is_shown_as_stored(document) {
            shown.members(inside(document.as_str()));
        } else {
            self.projected(&mut shown, document, links);
        }
        shown
    }

    fn shown_subs<'t>(&self, target: AttributeRef<'t>) -> Vec<&'t str> {
        let subs = target.attribute.sub_attributes.iter();
        let subs = subs.filter(|sub| self.projection.shows_sub(target.with_sub(Some(sub))));
        subs.map(|sub| sub.name.as_str()).collect()
    }

    /// The core schema, and each extension the resource has data of.
    fn schemas(&self, document: &DocumentText) -> String {
        let extensions = self.resource_type.extensions.iter();
        let extensions = extensions.map(|extension| extension.schema.id.as_str());
        let present = extensions.filter(|urn| document.has_key(urn));
        let core = std::iter::once(self.resource_type.schema.id.as_str());
        let mut list = JsonText::array(0);
        for urn in core.chain(present) {
            list.element(&quoted(urn));
        }
        list.end()
    }

    fn is_shown_as_stored(&self, document: &DocumentText) -> bool {
        let altered = self.altered.as_ref();
        altered.is_some_and(|keys| !keys.iter().any(|key| document.has_key(key)))
    }

    /// What the projection shows of the document.
    fn projected(&self, shown: &mut JsonText, document: &DocumentText, links: &Links) {
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
    fn edges(&self, shown: &mut JsonText, links: &Links) {
        for attribute in &self.resource_type.schema.attributes {
            if self.resource_type.is_members(attribute) {
                self.linked(shown, attribute, &links.members);
            } else if self.resource_type.is_member_of(attribute) && !links.member_of.is_empty() {
                self.linked(shown, attribute, &links.member_of);
            }
        }
    }

    fn linked(&self, shown: &mut JsonText, attribute: &Attribute, links: &[Linked]) {
        let target = at(Home::Core, attribute);
        if !self.projection.shows(target) {
            return;
        }
        let subs = self.shown_subs(target);
        let mut list = JsonText::array(links.len() * LINK_BYTES);
        for link in links {
            let link = self.link(&subs, link);
            if !link.is_empty() {
                list.element(&link.end());
            }
        }
        if links.is_empty() || !list.is_empty() {
            shown.member(&attribute.name, &list.end());
        }
    }

    /// These sub-attributes of an edge.
    fn link(&self, subs: &[&str], link: &Linked) -> JsonText {
        let mut shown = JsonText::object(LINK_BYTES);
        for sub in subs {
            match *sub {
                "value" => shown.member(sub, &quoted(&link.id)),
                "$ref" => {
                    let location = self.base.location(&link.endpoint, &link.id);
                    shown.member(sub, &quoted(&location));
                }
                "type" => shown.member(sub, &quoted(&link.type_name)),
                "display" => {
                    if let Some(display) = &link.display {
                        shown.member(sub, &quoted(display));
                    }
                }
                _ => {}
            }
        }
        shown
    }

    fn meta(&self, shown: &mut JsonText, stored: &Stored) {
        let Some(attribute) = builtin::common().attribute("meta") else {
            return;
        };
        let target = at(Home::Common, attribute);
        if !self.projection.shows(target) {
            return;
        }
        let mut meta = JsonText::object(META_BYTES);
        for sub in &attribute.sub_attributes {
            if !self.projection.shows_sub(target.with_sub(Some(sub))) {
                continue;
            }
            let text = match sub.name.as_str() {
                "resourceType" => self.resource_type.name.clone(),
                "created" => datetime::render_ms(stored.created_ms),
                "lastModified" => datetime::render_ms(stored.last_modified_ms),
                "location" => self.base.location(&self.resource_type.endpoint, &stored.id),
                "version" => stored.version.to_string(),
                _ => continue,
            };
            meta.member(&sub.name, &quoted(&text));
        }
        if !meta.is_empty() {
            shown.member(&attribute.name, &meta.end());
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

/// About the size of an edge, and of `meta`.
const LINK_BYTES: usize = 200;
const META_BYTES: usize = 256;

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

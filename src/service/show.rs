//! Renders resources: the document, and what is read beside it.

use std::sync::Arc;

use scim::representation::{Linked, Links, Renderer};

use super::answer::Shown;
use super::body::Body;
use super::links::{Beyond, links};
use super::request::Request;
use super::unread_members::UnreadMembers;
use crate::store::{Result, Row, Session, StoreError};

impl Request {
    /// Renders one resource, and reads the links that the projection asks for.
    pub(super) fn show(&self, session: &mut Session<'_>, row: &Row) -> Result<Shown> {
        let beyond = links(self, session, &[row])?.pop().unwrap_or_default();
        let endpoints = self.endpoints();
        let renderer = self.renderer(&endpoints);
        let mut body = Body::default();
        self.append(&renderer, &mut body, row, &beyond);
        Ok(Shown {
            body,
            location: self.location(&row.stored.id),
            version: row.stored.version,
        })
    }

    /// Appends a resource whose links are already read.
    fn append(&self, renderer: &Renderer<'_>, body: &mut Body, row: &Row, beyond: &Beyond) {
        let Some(after) = beyond.left else {
            renderer.render_to(body.text(), &row.stored, &beyond.links);
            return;
        };
        let (head, tail) = renderer.render_around_members(&row.stored, &beyond.links);
        let first = renderer.members(&beyond.links.members);
        body.push(&head);
        body.push(&first);
        body.push_unread(UnreadMembers {
            begun: !first.is_empty(),
            request: Arc::new(self.clone()),
            group: row.key,
            after,
        });
        body.push(&tail);
    }

    /// A resource without anything that is read beside it.
    pub(super) fn text_of(&self, row: &Row) -> String {
        let endpoints = self.endpoints();
        let renderer = self.renderer(&endpoints);
        renderer.render(&row.stored, &Links::default())
    }

    /// Members of a list that an answer has begun.
    pub(super) fn members_text(&self, members: &[Linked]) -> String {
        let endpoints = self.endpoints();
        self.renderer(&endpoints).members(members)
    }

    /// Maps the name of a resource type to its endpoint.
    fn endpoints(&self) -> impl Fn(&str) -> Option<String> {
        let registry = &self.call.tenancy.registry;
        |name| {
            let found = registry.named(name);
            found.map(|resource_type| resource_type.endpoint.clone())
        }
    }

    fn renderer<'r>(&'r self, endpoints: &'r dyn Fn(&str) -> Option<String>) -> Renderer<'r> {
        let base = &self.call.tenancy.base;
        Renderer::new(&self.resource_type, base, &self.projection, endpoints)
    }

    /// The location of a resource of the type.
    pub(super) fn location(&self, id: &str) -> String {
        let base = &self.call.tenancy.base;
        base.location(&self.resource_type.endpoint, id)
    }
}

/// Resources of several types are shown until the text has so many bytes.
pub(super) const SHOWN_BYTES: usize = 1024 * 1024;

/// Appends resources of several types in their order, with a comma before each but the first of the page. `requests` are those of
/// their types. Returns how many it has shown: where they are large, it stops after some, at least one.
///
/// Errors: a resource is of no such type; the database.
pub(super) fn append_some(
    body: &mut Body,
    session: &mut Session<'_>,
    requests: &[Request],
    rows: &[Row],
    begins: bool,
) -> Result<usize> {
    let mut beyond: Vec<Option<(usize, Beyond)>> = rows.iter().map(|_| None).collect();
    for (number, request) in requests.iter().enumerate() {
        let name = &request.resource_type.name;
        let own = rows.iter().enumerate();
        let own = own.filter(|(_, row)| row.resource_type == *name);
        let (places, own): (Vec<usize>, Vec<&Row>) = own.unzip();
        let links = links(request, session, &own)?;
        if let Some(first_left) = places.get(links.len()) {
            beyond.truncate(*first_left);
        }
        for (place, links) in places.into_iter().zip(links) {
            if let Some(beyond) = beyond.get_mut(place) {
                *beyond = Some((number, links));
            }
        }
    }
    let endpoints: Vec<_> = requests.iter().map(Request::endpoints).collect();
    let known = requests.iter().zip(&endpoints);
    let renderers: Vec<_> = known
        .map(|(request, endpoints)| (request, request.renderer(endpoints)))
        .collect();
    let began = body.size();
    for (place, (row, beyond)) in rows.iter().zip(&beyond).enumerate() {
        if place > 0 && body.size() - began > SHOWN_BYTES {
            return Ok(place);
        }
        if place > 0 || !begins {
            body.push(",");
        }
        let beyond = beyond.as_ref();
        let found = beyond.and_then(|(number, links)| Some((renderers.get(*number)?, links)));
        let ((request, renderer), links) =
            found.ok_or(StoreError::Fault("a row is of no selected type"))?;
        session.give_way();
        request.append(renderer, body, row, links);
    }
    Ok(beyond.len())
}

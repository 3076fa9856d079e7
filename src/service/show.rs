//! Renders resources: the document, and what is read beside it.

use std::sync::Arc;

use scim::representation::{Linked, Renderer};

use super::answer::Shown;
use super::body::{Body, Left};
use super::links::{Beyond, links};
use super::request::Request;
use crate::store::{Result, Row, Session};

impl Request {
    /// Renders one resource, and reads the links that the projection asks for.
    pub(super) fn show(&self, session: &mut Session<'_>, row: &Row) -> Result<Shown> {
        let links = links(self, session, std::slice::from_ref(row))?;
        let mut bodies = self.bodies(std::iter::once(row).zip(&links));
        Ok(Shown {
            body: bodies.pop().unwrap_or_default(),
            location: self.location(&row.stored.id),
            version: row.stored.version,
        })
    }

    /// Renders resources whose links are already read.
    pub(super) fn bodies<'r>(
        &self,
        resources: impl Iterator<Item = (&'r Row, &'r Beyond)>,
    ) -> Vec<Body> {
        self.rendering(|renderer| {
            let body = |(row, beyond): (&Row, &Beyond)| {
                let Some(after) = beyond.left else {
                    return renderer.render(&row.stored, &beyond.links).into();
                };
                let (head, tail) = renderer.render_around_members(&row.stored, &beyond.links);
                let first = renderer.members(&beyond.links.members);
                let mut body = Body::from(head);
                body.push(&first);
                body.push_members(Left {
                    begun: !first.is_empty(),
                    request: Arc::new(self.clone()),
                    group: row.key,
                    after,
                });
                body.push(&tail);
                body
            };
            resources.map(body).collect()
        })
    }

    /// Members of a list that an answer has begun.
    pub(super) fn members_text(&self, members: &[Linked]) -> String {
        self.rendering(|renderer| renderer.members(members))
    }

    fn rendering<T>(&self, work: impl FnOnce(&Renderer<'_>) -> T) -> T {
        let tenancy = &self.call.tenancy;
        let endpoints = |name: &str| {
            let found = tenancy.registry.named(name);
            found.map(|resource_type| resource_type.endpoint.clone())
        };
        work(&Renderer::new(
            &self.resource_type,
            &tenancy.base,
            &self.projection,
            &endpoints,
        ))
    }

    /// The location of a resource of the type.
    pub(super) fn location(&self, id: &str) -> String {
        let base = &self.call.tenancy.base;
        base.location(&self.resource_type.endpoint, id)
    }
}

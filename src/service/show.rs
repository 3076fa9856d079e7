//! Renders resources: the document, and what is read beside it.

use scim::representation::{Links, Renderer};

use super::answer::Shown;
use super::links::links;
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

    /// Renders resources whose links are already read, as JSON text.
    pub(super) fn bodies<'r>(
        &self,
        resources: impl Iterator<Item = (&'r Row, &'r Links)>,
    ) -> Vec<String> {
        let tenancy = &self.call.tenancy;
        let endpoints = |name: &str| {
            let found = tenancy.registry.named(name);
            found.map(|resource_type| resource_type.endpoint.clone())
        };
        let renderer = Renderer::new(
            &self.resource_type,
            &tenancy.base,
            &self.projection,
            &endpoints,
        );
        resources
            .map(|(row, links)| renderer.render(&row.stored, links))
            .collect()
    }

    /// The location of a resource of the type.
    pub(super) fn location(&self, id: &str) -> String {
        let base = &self.call.tenancy.base;
        base.location(&self.resource_type.endpoint, id)
    }
}

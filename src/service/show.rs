//! Renders resources: the document, and what is read beside it.

use scim::representation::{Links, render};

use super::answer::Shown;
use super::links::links;
use super::request::Request;
use crate::store::{Result, Row, Session};

impl Request {
    /// Renders one resource, and reads the links that the projection asks for.
    pub(super) fn show(&self, session: &mut Session<'_>, row: &Row) -> Result<Shown> {
        let links = links(self, session, std::slice::from_ref(row))?;
        Ok(self.shown(row, links.into_iter().next().unwrap_or_default()))
    }

    /// Renders one resource whose links are already read.
    pub(super) fn shown(&self, row: &Row, links: Links) -> Shown {
        let tenancy = &self.call.tenancy;
        let endpoints = |name: &str| {
            let found = tenancy.registry.named(name);
            found.map(|resource_type| resource_type.endpoint.clone())
        };
        Shown {
            body: render(
                &self.resource_type,
                &tenancy.base,
                &row.stored,
                &links,
                &self.projection,
                &endpoints,
            ),
            location: self.location(&row.stored.id),
            version: row.stored.version,
        }
    }

    /// The location of a resource of the type.
    pub(super) fn location(&self, id: &str) -> String {
        let base = &self.call.tenancy.base;
        base.location(&self.resource_type.endpoint, id)
    }
}

//! Renders resources: the document, and what is read beside it.

use scim::Object;
use scim::representation::{Links, render};

use super::answer::Shown;
use super::links::links;
use super::request::Request;
use crate::store::{Result, Row, Session, StoreError};

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

/// Renders rows of several types, in their order. There is a request for each type.
pub(super) fn show_all(
    session: &mut Session<'_>,
    requests: &[Request],
    rows: Vec<Row>,
) -> Result<Vec<Object>> {
    let mut shown: Vec<Option<Object>> = rows.iter().map(|_| None).collect();
    let numbered: Vec<(usize, Row)> = rows.into_iter().enumerate().collect();
    for request in requests {
        let name = &request.resource_type.name;
        let (places, own): (Vec<usize>, Vec<Row>) = numbered
            .iter()
            .filter(|(_, row)| row.resource_type == *name)
            .cloned()
            .unzip();
        let links = links(request, session, &own)?;
        for ((place, row), links) in places.into_iter().zip(&own).zip(links) {
            shown[place] = Some(request.shown(row, links).body);
        }
    }
    shown
        .into_iter()
        .map(|one| one.ok_or(StoreError::Fault("a row is of no selected type")))
        .collect()
}

//! GET of one resource (RFC 7644 §3.4.1), and what is read beside the documents of any.

use std::collections::HashMap;

use super::write::found;
use super::{Request, Service, Shown};
use scim::etag::{Preconditions, Version};
use scim::path::{AttributeRef, Home};
use scim::representation::{Linked, Links, named_references};
use crate::store::{Neighbour, Result, Row, Session};

/// What a conditional GET comes to.
#[derive(Debug)]
pub enum Got {
    /// The client has this version already.
    Unchanged {
        /// The version it has.
        version: Version,
        /// Where the resource is.
        location: String,
    },
    /// The resource.
    Resource(Box<Shown>),
}

/// Reads one resource.
pub async fn get(
    service: &Service,
    request: Request,
    id: String,
    conditions: Preconditions,
) -> Result<Got> {
    let tenant = request.tenancy.tenant;
    let work = move |session: &mut Session<'_>| {
        let row = found(
            session.find(&request.resource_type, &id)?,
            &request.resource_type,
            &id,
        )?;
        if conditions.is_unchanged(row.stored.version)? {
            let location = request
                .tenancy
                .base
                .location(&request.resource_type.endpoint, &id);
            return Ok(Got::Unchanged {
                version: row.stored.version,
                location,
            });
        }
        request
            .show(session, &row)
            .map(|shown| Got::Resource(Box::new(shown)))
    };
    service.store.read(tenant, work).await
}

/// Reads what the projection asks for beside the documents: members, groups, names of referenced resources.
pub(super) fn links(
    request: &Request,
    session: &mut Session<'_>,
    rows: &[Row],
) -> Result<Vec<Links>> {
    let mut links: Vec<Links> = rows.iter().map(|_| Links::default()).collect();
    if rows.is_empty() {
        return Ok(links);
    }
    let keys: Vec<i64> = rows.iter().map(|row| row.key).collect();
    let position: HashMap<i64, usize> = keys
        .iter()
        .enumerate()
        .map(|(index, key)| (*key, index))
        .collect();
    let linked = |neighbour: Neighbour, kind: String| {
        let endpoint = request
            .tenancy
            .registry
            .named(&neighbour.resource_type)
            .map(|kind| kind.endpoint.clone());
        Linked {
            id: neighbour.id,
            endpoint: endpoint.unwrap_or_default(),
            kind,
            display: neighbour.display,
        }
    };
    if shows(request, request.resource_type.members) {
        for neighbour in session.members_of(&keys)? {
            if let Some(index) = position.get(&neighbour.of) {
                let kind = neighbour.resource_type.clone();
                links[*index].members.push(linked(neighbour, kind));
            }
        }
    }
    if shows(request, request.resource_type.member_of) {
        for neighbour in session.groups_of(&keys)? {
            if let Some(index) = position.get(&neighbour.of) {
                let kind = if neighbour.direct {
                    "direct"
                } else {
                    "indirect"
                };
                links[*index]
                    .member_of
                    .push(linked(neighbour, kind.to_owned()));
            }
        }
    }
    name_references(request, session, rows, &mut links)?;
    Ok(links)
}

fn shows(request: &Request, attribute: Option<&str>) -> bool {
    let attribute = attribute.and_then(|name| request.resource_type.schema.attribute(name));
    attribute.is_some_and(|attribute| {
        request.projection.shows(AttributeRef {
            home: Home::Core,
            attribute,
            sub: None,
        })
    })
}

fn name_references(
    request: &Request,
    session: &mut Session<'_>,
    rows: &[Row],
    links: &mut [Links],
) -> Result<()> {
    let references = |row: &Row| named_references(&request.resource_type, &row.stored.document);
    let wanted: Vec<Vec<String>> = rows.iter().map(references).collect();
    let mut ids: Vec<String> = wanted.iter().flatten().cloned().collect();
    ids.sort_unstable();
    ids.dedup();
    let names = session.display_names(&ids)?;
    for (links, wanted) in links.iter_mut().zip(wanted) {
        let known = wanted
            .into_iter()
            .filter_map(|id| names.get(&id).map(|name| (id.clone(), name.clone())));
        links.names = known.collect();
    }
    Ok(())
}

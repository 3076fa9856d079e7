//! Reads what answers show beside documents: members, groups, names of referenced resources.

use std::collections::HashMap;

use scim::path::{AttributeRef, Home};
use scim::representation::{Linked, Links, named_references};

use super::request::Request;
use crate::store::{Key, Neighbour, Result, Row, Session};

/// Reads the links that the projection asks for: members, groups, names of referenced resources.
pub(super) fn links(
    request: &Request,
    session: &mut Session<'_>,
    rows: &[Row],
) -> Result<Vec<Links>> {
    let mut links: Vec<Links> = rows.iter().map(|_| Links::default()).collect();
    if rows.is_empty() {
        return Ok(links);
    }
    let keys: Vec<Key> = rows.iter().map(|row| row.key).collect();
    let position: HashMap<Key, usize> = keys
        .iter()
        .enumerate()
        .map(|(index, key)| (*key, index))
        .collect();
    let linked = |neighbour: Neighbour, type_name: String| {
        let registry = &request.call.tenancy.registry;
        let endpoint = registry
            .named(&neighbour.resource_type)
            .map(|resource_type| resource_type.endpoint.clone());
        Linked {
            id: neighbour.id,
            endpoint: endpoint.unwrap_or_default(),
            type_name,
            display: neighbour.display,
        }
    };
    if shows(request, request.resource_type.members) {
        for neighbour in session.members_of(&keys)? {
            if let Some(index) = position.get(&neighbour.of) {
                let link_type = neighbour.resource_type.clone();
                links[*index].members.push(linked(neighbour, link_type));
            }
        }
    }
    if shows(request, request.resource_type.member_of) {
        for neighbour in session.groups_of(&keys)? {
            if let Some(index) = position.get(&neighbour.of) {
                let link_type = if neighbour.direct {
                    "direct"
                } else {
                    "indirect"
                };
                links[*index]
                    .member_of
                    .push(linked(neighbour, link_type.to_owned()));
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

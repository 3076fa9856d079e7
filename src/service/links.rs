//! Reads what answers show beside documents: members, groups, names of referenced resources.

use std::collections::HashMap;

use scim::path::{AttributeRef, Home};
use scim::representation::{Linked, Links, named_references};

use super::request::Request;
use crate::store::{Beside, DirectGroup, Key, Member, Neighbour, Result, Row, Session};

/// Most members that an answer has in memory at once.
pub(super) const MEMBERS_MAX: usize = 1_000;

/// Reads the links that the projection asks for: members, groups, names of referenced resources.
pub(super) fn links(
    request: &Request,
    session: &mut Session<'_>,
    rows: &[Row],
) -> Result<Vec<Beyond>> {
    let mut links: Vec<Links> = rows.iter().map(|_| Links::default()).collect();
    let mut left: Vec<Option<Key>> = rows.iter().map(|_| None).collect();
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let keys: Vec<Key> = rows.iter().map(|row| row.key).collect();
    let position: HashMap<Key, usize> = keys
        .iter()
        .enumerate()
        .map(|(index, key)| (*key, index))
        .collect();
    let linked = |neighbour: Neighbour, type_name: String| Linked {
        endpoint: endpoint(request, &neighbour.resource_type),
        id: neighbour.id,
        type_name,
        display: neighbour.display,
    };
    if shows(request, request.resource_type.members) {
        let each = (MEMBERS_MAX / rows.len()).max(1);
        let mut last = Key(0);
        for member in session.first_members(&keys, each + 1)? {
            if let Some(index) = position.get(&member.of) {
                let members = &mut links[*index].members;
                if members.len() == each {
                    left[*index] = Some(last);
                } else {
                    last = member.key;
                    members.push(linked_member(request, member));
                }
            }
        }
    }
    let groups_are_read = rows.iter().all(|row| {
        let groups = row.groups.as_ref();
        groups.is_some_and(|groups| !groups.are_nested)
    });
    if groups_are_read {
        for (row, links) in rows.iter().zip(&mut links) {
            let groups = row.groups.iter().flat_map(|groups| &groups.groups);
            links.member_of = groups.map(|group| direct(request, group)).collect();
        }
    } else if shows(request, request.resource_type.member_of) {
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
    let beyond = links.into_iter().zip(left);
    Ok(beyond.map(|(links, left)| Beyond { links, left }).collect())
}

/// What is read beside a document.
#[derive(Debug, Default)]
pub(super) struct Beyond {
    pub(super) links: Links,
    /// The last member among the links, if there are more members.
    pub(super) left: Option<Key>,
}

/// A member as answers show it.
pub(super) fn linked_member(request: &Request, member: Member) -> Linked {
    Linked {
        endpoint: endpoint(request, &member.resource_type),
        id: member.id,
        type_name: member.resource_type,
        display: member.display,
    }
}

fn direct(request: &Request, group: &DirectGroup) -> Linked {
    Linked {
        id: group.id.clone(),
        endpoint: endpoint(request, &group.resource_type),
        type_name: "direct".to_owned(),
        display: group.display.clone(),
    }
}

fn endpoint(request: &Request, resource_type: &str) -> String {
    let known = request.call.tenancy.registry.named(resource_type);
    known.map_or_else(String::new, |known| known.endpoint.clone())
}

/// Whether the answer shows the members of the resource.
pub(super) fn shows_members(request: &Request) -> bool {
    shows(request, request.resource_type.members)
}

/// What an answer shows of the groups that a resource is in.
pub(super) fn beside(request: &Request) -> Beside {
    match shows(request, request.resource_type.member_of) {
        true => Beside::Groups,
        false => Beside::Nothing,
    }
}

/// Whether the groups of a resource have to be read by a query of their own.
pub(super) fn are_nested(row: &Row) -> bool {
    row.groups.as_ref().is_some_and(|groups| groups.are_nested)
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

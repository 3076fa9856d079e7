//! Reads what answers show beside documents: members, groups, names of referenced resources.

use std::collections::HashMap;
use std::sync::Arc;

use scim::path::{AttributeRef, Home};
use scim::representation::{Linked, Links, NamedReferences};

use super::request::Request;
use crate::store::{
    Beside, DirectGroup, FoundGroups, Key, Member, Neighbour, Result, Row, Session,
};

/// Most members that an answer has in memory at once.
pub(super) const MEMBERS_MAX: usize = 1_000;

/// Most groups that an answer has in memory at once, apart from those of a single resource. They are derived: a resource is in each
/// group above its own.
const GROUPS_MAX: usize = 10_000;

/// Reads the links that the projection asks for: members, groups, names of referenced resources. Where they are many, those of
/// the first resources, at least one.
pub(super) fn links(
    request: &Request,
    session: &mut Session<'_>,
    rows: &[&Row],
) -> Result<Vec<Beyond>> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let groups = match shows(request, request.resource_type.member_of) {
        true => groups(request, session, rows)?,
        false => rows.iter().map(|_| Vec::new()).collect(),
    };
    let rows = &rows[..groups.len()];
    let mut beyond: Vec<Beyond> = groups.into_iter().map(Beyond::in_groups).collect();
    if shows_members(request) {
        first_members(request, session, rows, &mut beyond)?;
    }
    name_references(request, session, rows, &mut beyond)?;
    Ok(beyond)
}

/// The first members of each resource, and where to go on.
fn first_members(
    request: &Request,
    session: &mut Session<'_>,
    rows: &[&Row],
    beyond: &mut [Beyond],
) -> Result<()> {
    let keys: Vec<Key> = rows.iter().map(|row| row.key).collect();
    let places: HashMap<Key, usize> = keys.iter().copied().zip(0..).collect();
    let each = (MEMBERS_MAX / rows.len()).max(1);
    let mut last = Key(0);
    for member in session.first_members(&keys, each + 1)? {
        let Some(beyond) = places.get(&member.of).map(|place| &mut beyond[*place]) else {
            continue;
        };
        let members = &mut beyond.links.members;
        if members.len() == each {
            beyond.left = Some(last);
        } else {
            last = member.key;
            members.push(linked_member(request, member));
        }
    }
    Ok(())
}

/// The groups of the first resources. Where no group is in another one, those that were read with the resources are all.
fn groups(
    request: &Request,
    session: &mut Session<'_>,
    rows: &[&Row],
) -> Result<Vec<Vec<Arc<Linked>>>> {
    let known = known_groups(request, session, rows)?;
    let direct = rows.iter().map(|row| direct_groups(request, row, &known));
    if let Some(direct) = direct.collect() {
        return Ok(direct);
    }
    let keys: Vec<Key> = rows.iter().map(|row| row.key).collect();
    let (keys, neighbours) = nested_groups(session, &keys)?;
    let mut found: HashMap<Key, Vec<Arc<Linked>>> = HashMap::new();
    for neighbour in neighbours {
        let of = found.entry(neighbour.of).or_default();
        of.push(Arc::new(linked_group(request, neighbour)));
    }
    let taken = keys.iter().map(|key| found.remove(key).unwrap_or_default());
    Ok(taken.collect())
}

/// The groups of the first resources, and which these are: as many as have no more groups than fit into memory.
fn nested_groups<'k>(
    session: &mut Session<'_>,
    keys: &'k [Key],
) -> Result<(&'k [Key], Vec<Neighbour>)> {
    let mut keys = keys;
    while keys.len() > 1 {
        let found = session.groups_of(keys, Some(GROUPS_MAX + 1))?;
        if found.len() <= GROUPS_MAX {
            return Ok((keys, found));
        }
        keys = &keys[..keys.len() / 2];
    }
    let found = session.groups_of(keys, None)?;
    Ok((keys, found))
}

/// Groups by their keys. `None` for one that is in a group itself.
type KnownGroups = HashMap<Key, Option<Arc<Linked>>>;

/// The groups of which a read has found only the keys.
fn known_groups(
    request: &Request,
    session: &mut Session<'_>,
    rows: &[&Row],
) -> Result<KnownGroups> {
    let keys = rows.iter().filter_map(|row| match &row.groups {
        FoundGroups::Keys(keys) => Some(keys),
        _ => None,
    });
    let mut keys: Vec<Key> = keys.flatten().copied().collect();
    keys.sort_unstable();
    keys.dedup();
    let found = session.groups_with_keys(&keys)?.into_iter();
    let linked = |group| Arc::new(direct_link(request, group));
    Ok(found
        .map(|(key, found)| (key, (!found.is_nested).then(|| linked(found.group))))
        .collect())
}

/// The groups that were read with a resource. `None` where they have to be asked for: nobody did, or one of them is in a group
/// itself.
fn direct_groups(request: &Request, row: &Row, known: &KnownGroups) -> Option<Vec<Arc<Linked>>> {
    match &row.groups {
        FoundGroups::All(all) if !all.are_nested => {
            let groups = all.groups.iter().cloned();
            let linked = groups.map(|group| Arc::new(direct_link(request, group)));
            Some(linked.collect())
        }
        // A group that was deleted meanwhile is not known.
        FoundGroups::Keys(keys) => keys
            .iter()
            .filter_map(|key| known.get(key).cloned())
            .collect(),
        FoundGroups::All(_) | FoundGroups::Unasked => None,
    }
}

/// What is read beside a document.
#[derive(Debug, Default)]
pub(super) struct Beyond {
    pub(super) links: Links,
    /// The last member among the links, if there are more members.
    pub(super) left: Option<Key>,
}

impl Beyond {
    fn in_groups(groups: Vec<Arc<Linked>>) -> Self {
        let mut beyond = Self::default();
        beyond.links.member_of = groups;
        beyond
    }
}

/// A member as answers show it.
pub(super) fn linked_member(request: &Request, member: Member) -> Linked {
    let type_name = member.resource_type.clone();
    linked(
        request,
        member.id,
        &member.resource_type,
        type_name,
        member.display,
    )
}

fn linked_group(request: &Request, group: Neighbour) -> Linked {
    let link_type = match group.direct {
        true => "direct",
        false => "indirect",
    };
    linked(
        request,
        group.id,
        &group.resource_type,
        link_type.to_owned(),
        group.display,
    )
}

fn direct_link(request: &Request, group: DirectGroup) -> Linked {
    linked(
        request,
        group.id,
        &group.resource_type,
        "direct".to_owned(),
        group.display,
    )
}

/// A resource at the other end of an edge.
fn linked(
    request: &Request,
    id: String,
    resource_type: &str,
    type_name: String,
    display: Option<String>,
) -> Linked {
    Linked {
        endpoint: endpoint(request, resource_type),
        id,
        type_name,
        // A name may be an address.
        display: display.filter(|_| request.call.caller.scopes.reach(resource_type)),
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

/// As [`beside`], for the resources of a list, which may share groups.
pub(super) fn beside_each(requests: &[Request]) -> Beside {
    let mut asked = requests.iter().map(beside);
    match asked.any(|beside| beside == Beside::Groups) {
        true => Beside::GroupKeys,
        false => Beside::Nothing,
    }
}

/// Whether the groups of a resource have to be read by a query of their own.
pub(super) fn are_nested(row: &Row) -> bool {
    matches!(&row.groups, FoundGroups::All(groups) if groups.are_nested)
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
    rows: &[&Row],
    beyond: &mut [Beyond],
) -> Result<()> {
    let references = NamedReferences::of(&request.resource_type);
    let wanted = rows.iter().map(|row| references.ids(&row.stored.document));
    let wanted: Vec<Vec<String>> = wanted.collect();
    let mut ids: Vec<String> = wanted.iter().flatten().cloned().collect();
    ids.sort_unstable();
    ids.dedup();
    let scopes = request.call.caller.scopes;
    let named = session.named_resources(&ids)?.into_iter();
    let reached = named.filter(|named| scopes.reach(&named.resource_type));
    let names: HashMap<String, String> = reached
        .filter_map(|named| Some((named.id, named.display?)))
        .collect();
    for (beyond, wanted) in beyond.iter_mut().zip(wanted) {
        let known = wanted
            .into_iter()
            .filter_map(|id| names.get(&id).map(|name| (id.clone(), name.clone())));
        beyond.links.names = known.collect();
    }
    Ok(())
}

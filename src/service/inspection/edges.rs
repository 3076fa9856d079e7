//! Memberships: their ends, the types that are allowed, and circles.

use scim::resource_type::ResourceType;

use super::check::Check;
use super::circles::Nesting;
use super::findings::Findings;
use super::view::View;
use crate::store::{Edge, End, Key, Result, Store, Tenant};

pub(super) fn inspect(
    store: &Store,
    tenant: &Tenant,
    view: &View,
    until: Key,
    findings: &mut Findings,
) -> Result<()> {
    let (slug, tenant) = (tenant.slug.as_str(), tenant.id);
    let mut nesting = Nesting::default();
    let mut after = (Key(0), Key(0));
    loop {
        let piece = store
            .read_tenants_blocking(|all| all.session(tenant).inspect_edges_after(after, until))?;
        let Some(last) = piece.last() else { break };
        after = (last.group.key, last.member.key);
        for edge in &piece {
            if let Err(reason) = judge(view, edge, &mut nesting) {
                let group = named(slug, &edge.group);
                let member = named(slug, &edge.member);
                findings.fault(
                    Check::Edges,
                    format!("{group} has the member {member}: {reason}"),
                );
            }
        }
        findings.looked_at(Check::Edges, slug, piece.len());
    }
    // Edges that were read at different moments may look like a circle.
    for suspect in nesting.suspects() {
        let found = store.read_tenants_blocking(|all| {
            let mut session = all.session(tenant);
            match session.is_in_circle(suspect)? {
                true => session.resource_of(suspect),
                false => Ok(None),
            }
        })?;
        if let Some((resource_type, id)) = found {
            let told =
                format!("{slug}/{resource_type}/{id}: is a member of itself, through others");
            findings.fault(Check::Edges, told);
        }
    }
    Ok(())
}

fn judge(view: &View, edge: &Edge, nesting: &mut Nesting) -> std::result::Result<(), String> {
    let (Some((group, _)), Some((member, _))) = (&edge.group.resource, &edge.member.resource)
    else {
        return Err("the tenant has no such resource".to_owned());
    };
    let registry = &view.registry;
    // A type that the tenant does not have is told with the document.
    let (Some(group), Some(member)) = (registry.named(group), registry.named(member)) else {
        return Ok(());
    };
    if !member_types(group).contains(&member.name) {
        return Err(format!(
            "a {} has no {} as a member",
            group.name, member.name
        ));
    }
    if member.members.is_some() {
        nesting.push(edge.group.key, edge.member.key);
    }
    Ok(())
}

/// The types that the schema allows as members.
fn member_types(group: &ResourceType) -> &[String] {
    let attribute = group.members.and_then(|name| group.schema.attribute(name));
    let reference = attribute.and_then(|attribute| attribute.sub_attribute("$ref"));
    reference.map_or(&[], |reference| &reference.reference_types)
}

fn named(slug: &str, end: &End) -> String {
    match &end.resource {
        Some((resource_type, id)) => format!("{slug}/{resource_type}/{id}"),
        None => format!("{slug}, key {}", end.key.0),
    }
}

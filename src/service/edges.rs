//! Changes members. The database checks ids and changes edges. The server reads no others.

use std::collections::HashMap;

use scim::ScimError;
use scim::canonical::MemberRef;
use scim::patch::MemberChange;
use scim::profile::Rule;
use scim::quote::quoted_to;

use super::request::Request;
use crate::store::{EdgeChange, Key, Result, Row, Session, TypeCount};

/// Most characters of an id that an error quotes.
const QUOTED_MAX: usize = 40;

/// Makes one change of a group's edges. Returns the ids of the members that came or went.
pub(super) fn apply(
    request: &Request,
    session: &mut Session<'_>,
    group: Key,
    change: MemberChange<'_>,
) -> Result<Vec<String>> {
    match change {
        MemberChange::Add(members) if members.is_empty() => Ok(Vec::new()),
        MemberChange::Add(members) => {
            check(request, session, group, &members)?;
            session.add_members(group, &members)
        }
        MemberChange::Remove(ids) if ids.is_empty() => Ok(Vec::new()),
        MemberChange::Remove(ids) => session.remove_members(group, &ids),
        MemberChange::RemoveWhere(condition) => {
            for target in condition.targets() {
                let caller = &request.call.caller;
                caller.check_asks(&request.resource_type, &target)?;
            }
            let tenancy = &request.call.tenancy;
            let compiler =
                session.compiler(&request.resource_type, &tenancy.registry, &tenancy.base);
            session.remove_members_where(group, compiler.member(&condition))
        }
        MemberChange::Replace(members) => {
            if !members.is_empty() {
                check(request, session, group, &members)?;
            }
            let mut changed = session.retain_members(group, &members)?;
            if !members.is_empty() {
                changed.extend(session.add_members(group, &members)?);
            }
            Ok(changed)
        }
    }
}

/// Makes one change of a group's edges without a transaction, and records it. Returns whether that was possible: a change may
/// have to be judged under a lock.
///
/// Errors: also a retry, when a resource is gone meanwhile.
pub(super) fn apply_swiftly(
    request: &Request,
    session: &mut Session<'_>,
    group: &mut Row,
    change: &MemberChange<'_>,
    now_ms: i64,
) -> Result<bool> {
    let ids: Vec<&str> = match change {
        MemberChange::Add(members) => members.iter().map(|member| member.id.as_str()).collect(),
        MemberChange::Remove(ids) => ids.iter().map(String::as_str).collect(),
        MemberChange::RemoveWhere(_) | MemberChange::Replace(_) => return Ok(false),
    };
    let edges = match change {
        MemberChange::Add(members) if !are_plain(request, session, members, &ids)? => {
            return Ok(false);
        }
        MemberChange::Add(_) => EdgeChange::Add(&ids),
        _ => EdgeChange::Remove(&ids),
    };
    let author = request.call.authorship();
    session.change_members(group, edges, now_ms, &author)?;
    Ok(true)
}

/// Whether these can be members without another look: they exist, their types are allowed, and none has members itself.
fn are_plain(
    request: &Request,
    session: &mut Session<'_>,
    members: &[MemberRef],
    ids: &[&str],
) -> Result<bool> {
    if members.iter().any(|member| member.resource_type.is_some()) {
        return Ok(false);
    }
    let types = session.types_among(ids)?;
    let allowed = member_types(request);
    let is_plain = |kind: &TypeCount| {
        allowed.contains(&kind.resource_type) && !nests(request, &kind.resource_type)
    };
    Ok(are_complete(&types, ids) && types.iter().all(is_plain))
}

/// Whether every one of these ids is a resource, as counted by type.
fn are_complete(types: &[TypeCount], ids: &[&str]) -> bool {
    let known: i64 = types.iter().map(|kind| kind.count).sum();
    usize::try_from(known) == Ok(ids.len())
}

/// Whether resources of a type have members.
fn nests(request: &Request, resource_type: &str) -> bool {
    let known = request.call.tenancy.registry.named(resource_type);
    known.is_some_and(|known| known.members.is_some())
}

/// Checks that the members exist, that their types are allowed, that they have the `type` that the client sent, and
/// that they close no circle.
fn check(
    request: &Request,
    session: &mut Session<'_>,
    group: Key,
    members: &[MemberRef],
) -> Result<()> {
    let ids: Vec<&str> = members.iter().map(|member| member.id.as_str()).collect();
    let types = session.types_among(&ids)?;
    if !are_complete(&types, &ids) && !request.call.leniency.allows(Rule::IgnoreUnknownMembers) {
        return Err(unknown(&session.unknown_ids(&ids)?).into());
    }
    let allowed = member_types(request);
    for kind in &types {
        if !allowed.contains(&kind.resource_type) {
            let text = format!(
                "\"{}\" is a {}; members are {}",
                kind.example,
                kind.resource_type,
                allowed.join(" or ")
            );
            return Err(ScimError::invalid_value("members.value", text).into());
        }
    }
    check_claims(session, members)?;
    if types
        .iter()
        .any(|found| nests(request, &found.resource_type))
    {
        session.lock_nesting()?;
        if let Some(id) = session.ancestor_among(group, &ids)? {
            return Err(ScimError::CircularMembers(id).into());
        }
    }
    Ok(())
}

fn unknown(ids: &[String]) -> ScimError {
    let quoted: Vec<String> = ids
        .iter()
        .map(|id| quoted_to(id, QUOTED_MAX).to_string())
        .collect();
    ScimError::invalid_value(
        "members.value",
        format!("no resource has the id {}", quoted.join(", ")),
    )
}

/// The resource types that the schema allows as members.
fn member_types(request: &Request) -> Vec<String> {
    let attribute = request
        .resource_type
        .members
        .and_then(|name| request.resource_type.schema.attribute(name));
    let reference = attribute.and_then(|attribute| attribute.sub_attribute("$ref"));
    reference
        .map(|reference| reference.reference_types.clone())
        .unwrap_or_default()
}

/// Checks `type` against the resource. A contradiction is a client's mistake, so it is reported.
fn check_claims(session: &mut Session<'_>, members: &[MemberRef]) -> Result<()> {
    let mut claims: HashMap<String, Vec<&str>> = HashMap::new();
    for member in members {
        if let Some(claimed) = &member.resource_type {
            claims
                .entry(claimed.to_ascii_lowercase())
                .or_default()
                .push(&member.id);
        }
    }
    for (claimed, ids) in claims {
        let types = session.types_among(&ids)?;
        if let Some(other) = types
            .iter()
            .find(|found| !found.resource_type.eq_ignore_ascii_case(&claimed))
        {
            let text = format!("\"{}\" is a {}", other.example, other.resource_type);
            return Err(ScimError::invalid_value("members.type", text).into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_ids_are_quoted_in_part() {
        let ids = vec!["é".repeat(60_000); 5];
        let text = unknown(&ids).to_string();
        assert!(
            text.contains(&format!("\"{}…\"", "é".repeat(QUOTED_MAX))),
            "{text}"
        );
        assert!(text.matches('é').count() <= 200, "{text}");
    }
}

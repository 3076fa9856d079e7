//! Checks of a row of a PATCH table. Each gives a sentence when it fails.

use serde_json::Value;

use crate::support::Reply;

pub(super) fn status(reply: &Reply, expected: u16) -> Result<(), String> {
    if reply.status == expected {
        return Ok(());
    }
    Err(format!(
        "status {} instead of {expected}: {}",
        reply.status, reply.text
    ))
}

pub(super) fn refused(reply: &Reply, expected: u16, scim_types: &str) -> Result<(), String> {
    status(reply, expected)?;
    reply.scim_error();
    let found = reply.body["scimType"].as_str().unwrap_or_default();
    if scim_types == "*" || scim_types.split('|').any(|scim_type| scim_type == found) {
        return Ok(());
    }
    Err(format!(
        "scimType `{found}` instead of `{scim_types}`: {}",
        reply.text
    ))
}

pub(super) fn equal(what: &str, actual: &Value, expected: &Value) -> Result<(), String> {
    if actual == expected {
        return Ok(());
    }
    Err(format!(
        "{what} is\n    {actual}\n  and should be\n    {expected}"
    ))
}

/// `meta` after a real change: a new version, a later time, the rest as it was.
pub(super) fn moved(before: &Value, after: &Value) -> Result<(), String> {
    let (before, after) = (&before["meta"], &after["meta"]);
    let later = after["lastModified"].as_str() > before["lastModified"].as_str();
    let kept = ["created", "location", "resourceType"];
    if later
        && after["version"] != before["version"]
        && kept.iter().all(|name| after[name] == before[name])
    {
        return Ok(());
    }
    Err(format!("meta was {before} and is {after} after a change"))
}

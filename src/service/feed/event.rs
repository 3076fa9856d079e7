//! An event of the feed.

use std::collections::HashSet;

use scim::datetime;
use scim::etag::Version;
use scim::registry::Registry;
use serde::Serialize;

use super::position::Position;
use crate::service::tenancy::Tenancy;
use crate::store::{Change, Membership};

/// A change of one resource. The page that contains it shows the resource as it is now.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Its place in the feed.
    position: Position,
    /// When it was made.
    at: String,
    /// `create`, `replace`, `patch`, `delete`, or `unlink` for a group that lost a deleted member.
    operation: String,
    /// Name of the resource's type.
    resource_type: String,
    /// The resource.
    id: String,
    /// The version that the change made.
    version: String,
    /// Names of the attributes that changed.
    attributes: Vec<String>,
    /// The members that came or went.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<TouchedMembers>,
    /// Too many members came or went to name them: read all members of the group.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    all_members: bool,
    /// The credential that made it.
    actor: String,
    /// The request that made it.
    request_id: String,
}

/// The members that came or went, as they are now.
#[derive(Debug, Serialize)]
pub struct TouchedMembers {
    /// The ids of those that are members.
    present: Vec<String>,
    /// The ids of those that are none.
    absent: Vec<String>,
}

impl Event {
    /// Builds the event of a change. `members` are the memberships that exist among those that the page names.
    pub(super) fn of(change: Change, tenancy: &Tenancy, members: &HashSet<Membership>) -> Self {
        Self {
            position: Position::of(change.position, &change.request_id, &tenancy.cursor_secret),
            at: datetime::render_ms(change.at_ms),
            all_members: touches_all(&change, &tenancy.registry),
            members: change
                .members
                .map(|ids| TouchedMembers::of(&change.resource_id, ids, members)),
            operation: change.operation,
            resource_type: change.resource_type,
            id: change.resource_id,
            version: Version(change.version).to_string(),
            attributes: change.attributes,
            actor: change.actor,
            request_id: change.request_id,
        }
    }
}

impl TouchedMembers {
    fn of(group_id: &str, ids: Vec<String>, members: &HashSet<Membership>) -> Self {
        let is_member = |id: &String| {
            members.contains(&Membership {
                group_id: group_id.to_owned(),
                member_id: id.clone(),
            })
        };
        let (present, absent) = ids.into_iter().partition(is_member);
        Self { present, absent }
    }
}

/// Whether more members came or went than a row of changes names.
fn touches_all(change: &Change, registry: &Registry) -> bool {
    let resource_type = registry.named(&change.resource_type);
    let members = resource_type.and_then(|resource_type| resource_type.members);
    let is_touched = |attribute| change.attributes.iter().any(|name| name == attribute);
    change.members.is_none() && members.is_some_and(is_touched)
}

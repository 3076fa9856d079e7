//! Reads a page of the feed.

use std::collections::HashSet;
use std::sync::Arc;

use scim::projection::Projection;
use scim::resource_type::ResourceType;
use scim::{Object, ScimError};
use serde::Serialize;

use super::event::Event;
use super::lost::Lost;
use crate::service::call::Call;
use crate::service::request::Request;
use crate::service::service::Service;
use crate::service::show::show_all;
use crate::store::{Change, FeedEnds, Pair, Result, Session, TenantId};

/// Most memberships that a page looks up.
const PAIRS_MAX: usize = 10_000;

/// A page of the feed.
#[derive(Debug, Serialize)]
pub struct FeedPage {
    /// The position to go on from.
    pub position: String,
    /// Whether there are more events by now.
    pub more: bool,
    /// The events, in order.
    pub events: Vec<Event>,
    /// The resources that the events name, as they are now, without their members. One that is not here is gone.
    pub resources: Vec<Object>,
}

/// The present end of the feed, as a page without events.
pub async fn start(service: &Service, call: &Call) -> Result<FeedPage> {
    let tenant = call.tenancy.tenant;
    let ends = service.store.read(tenant, |session| session.feed_ends());
    Ok(FeedPage {
        position: ends.await?.last.to_string(),
        more: false,
        events: Vec::new(),
        resources: Vec::new(),
    })
}

/// At most `count` events after a position, and the present state of what they name. All is of one moment.
pub async fn page(
    service: &Service,
    call: &Call,
    after: i64,
    count: i64,
) -> Result<std::result::Result<FeedPage, Lost>> {
    let call = call.clone();
    let tenant = call.tenancy.tenant;
    let types = call.tenancy.registry.resource_types().iter();
    let requests = types.map(|one| without_members(&call, one));
    let requests = requests.collect::<std::result::Result<Vec<_>, ScimError>>()?;
    let work = move |session: &mut Session<'_>| {
        let ends = session.feed_ends()?;
        match lost(ends, after) {
            Some(lost) => Ok(Err(lost)),
            None => read(session, &call, &requests, ends, after, count).map(Ok),
        }
    };
    service.store.read(tenant, work).await
}

/// Waits until a feed goes on after a position. It may also return early.
pub async fn moved(service: &Service, tenant: TenantId, position: i64) {
    service.heads.beyond(&service.store, tenant, position).await;
}

fn lost(ends: FeedEnds, after: i64) -> Option<Lost> {
    let FeedEnds { pruned, last, .. } = ends;
    if after > last {
        Some(Lost::Ahead { last })
    } else {
        (after < pruned).then_some(Lost::Pruned { pruned })
    }
}

fn read(
    session: &mut Session<'_>,
    call: &Call,
    requests: &[Request],
    ends: FeedEnds,
    after: i64,
    count: i64,
) -> Result<FeedPage> {
    let mut changes = session.changes_after(after, count)?;
    changes.truncate(with_few_pairs(&changes));
    let members = session.memberships_among(&pairs(&changes))?;
    let members: HashSet<Pair> = members.into_iter().collect();
    let position = changes.last().map_or(after, |last| last.position);
    let resources = present(session, requests, &changes)?;
    let registry = &call.tenancy.registry;
    let events = changes.into_iter();
    Ok(FeedPage {
        position: position.to_string(),
        more: position < ends.last,
        events: events
            .map(|change| Event::of(change, registry, &members))
            .collect(),
        resources,
    })
}

/// The number of changes that together do not name too many members. It is never 0.
fn with_few_pairs(changes: &[Change]) -> usize {
    let mut pairs = 0;
    let fitting = changes.iter().take_while(|change| {
        pairs += change.members.as_ref().map_or(0, Vec::len);
        pairs <= PAIRS_MAX
    });
    fitting.count().max(1)
}

fn pairs(changes: &[Change]) -> Vec<Pair> {
    let named = changes.iter().flat_map(|change| {
        let ids = change.members.iter().flatten();
        ids.map(|id| Pair {
            group_id: change.resource_id.clone(),
            member_id: id.clone(),
        })
    });
    let once: HashSet<Pair> = named.collect();
    once.into_iter().collect()
}

/// The resources that the changes name, in the order of their last change.
fn present(
    session: &mut Session<'_>,
    requests: &[Request],
    changes: &[Change],
) -> Result<Vec<Object>> {
    let mut seen = HashSet::new();
    let mut ids: Vec<&str> = changes
        .iter()
        .rev()
        .map(|one| one.resource_id.as_str())
        .collect();
    ids.retain(|id| seen.insert(*id));
    ids.reverse();
    let mut rows = session.find_all(&ids)?;
    rows.retain(|row| {
        requests
            .iter()
            .any(|one| one.resource_type.name == row.resource_type)
    });
    rows.sort_by_key(|row| ids.iter().position(|id| *id == row.stored.id));
    show_all(session, requests, rows)
}

/// A request that shows resources of a type without what is not their own: members, and groups that they are in.
fn without_members(
    call: &Call,
    resource_type: &Arc<ResourceType>,
) -> std::result::Result<Request, ScimError> {
    let links = [resource_type.members, resource_type.member_of];
    let links: Vec<&str> = links.into_iter().flatten().collect();
    let links = (!links.is_empty()).then(|| links.join(","));
    Ok(Request {
        projection: Projection::parse(None, links.as_deref(), resource_type, &call.leniency)?,
        call: call.clone(),
        resource_type: Arc::clone(resource_type),
    })
}

//! Reads a page of the feed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use scim::ScimError;
use scim::projection::Projection;
use scim::resource_type::ResourceType;
use serde::Serialize;
use serde_json::value::RawValue;

use super::event::Event;
use super::lost::Lost;
use super::position::Position;
use crate::service::call::Call;
use crate::service::request::Request;
use crate::service::service::Service;
use crate::store::{Change, FeedEnds, Membership, Result, Session, StoreError};

/// Most memberships that a page looks up.
const MEMBERSHIPS_MAX: usize = 10_000;

/// A page of the feed.
#[derive(Debug, Serialize)]
pub struct FeedPage {
    /// The position to go on from.
    pub position: Position,
    /// Whether there are more events by now.
    pub more: bool,
    /// The events, in order.
    pub events: Vec<Event>,
    /// The resources that the events name, as they are now. One that is not here is gone. What follows other resources is
    /// left out: members, groups, and the names of referenced resources.
    pub resources: Vec<Box<RawValue>>,
}

impl FeedPage {
    fn empty(position: Position) -> Self {
        Self {
            position,
            more: false,
            events: Vec::new(),
            resources: Vec::new(),
        }
    }
}

/// The present end of the feed, as a page without events.
pub async fn start(service: &Service, call: &Call) -> Result<FeedPage> {
    let call = call.clone();
    let admission = Arc::clone(&call.admission);
    let work = move |session: &mut Session<'_>| {
        let ends = session.feed_ends()?;
        let end = known(session, &call, &ends, ends.last)?;
        let end = end.ok_or(StoreError::Fault("the feed has no end"))?;
        Ok(FeedPage::empty(end))
    };
    service.store.read(&admission, work).await
}

/// At most `count` events after a position, and the present state of what they name. All is of one moment.
pub async fn page(
    service: &Service,
    call: &Call,
    after: Position,
    count: i64,
) -> Result<std::result::Result<FeedPage, Lost>> {
    let call = call.clone();
    let admission = Arc::clone(&call.admission);
    let work = move |session: &mut Session<'_>| {
        let ends = session.feed_ends()?;
        if after.number < ends.pruned {
            return Ok(Err(Lost::Pruned));
        }
        match known(session, &call, &ends, after.number)? {
            Some(known) if after.is(known) => read(session, &call, &ends, known, count).map(Ok),
            _ => Ok(Err(Lost::Foreign)),
        }
    };
    service.store.read(&admission, work).await
}

/// Waits until a feed goes on after a position. It may also return early.
///
/// Errors: 503 when too many readers wait.
pub async fn moved(service: &Service, call: &Call, after: Position) -> Result<()> {
    let waiting = service
        .heads
        .beyond(&service.store, call.tenancy.tenant, after.number);
    waiting.await
}

/// The position with this number, if readers may have it.
fn known(
    session: &mut Session<'_>,
    call: &Call,
    ends: &FeedEnds,
    number: i64,
) -> Result<Option<Position>> {
    let request_id = if number == ends.pruned {
        Some(ends.pruned_request.clone())
    } else if number <= ends.last {
        session.request_at(number)?
    } else {
        None
    };
    let secret = &call.tenancy.cursor_secret;
    Ok(request_id.map(|request_id| Position::of(number, &request_id, secret)))
}

fn read(
    session: &mut Session<'_>,
    call: &Call,
    ends: &FeedEnds,
    after: Position,
    count: i64,
) -> Result<FeedPage> {
    let mut changes = session.changes_after(after.number, ends.last, count)?;
    changes.truncate(with_few_memberships(&changes));
    let Some(last) = changes.last() else {
        return Ok(FeedPage::empty(after));
    };
    let secret = &call.tenancy.cursor_secret;
    let position = Position::of(last.position, &last.request_id, secret);
    let members = session.memberships_among(&touched(&changes))?;
    let members: HashSet<Membership> = members.into_iter().collect();
    let resources = present(session, call, &changes)?;
    let events = changes.into_iter();
    Ok(FeedPage {
        position,
        more: position.number < ends.last,
        events: events
            .map(|change| Event::of(change, &call.tenancy, &members))
            .collect(),
        resources,
    })
}

/// The number of changes that together do not name too many members, and at least 1.
fn with_few_memberships(changes: &[Change]) -> usize {
    let mut named = 0;
    let fitting = changes.iter().take_while(|change| {
        named += change.members.as_ref().map_or(0, Vec::len);
        named <= MEMBERSHIPS_MAX
    });
    fitting.count().max(1)
}

/// The memberships that the changes touched, each once.
fn touched(changes: &[Change]) -> Vec<Membership> {
    let named = changes.iter().flat_map(|change| {
        let ids = change.members.iter().flatten();
        ids.map(|id| Membership {
            group_id: change.resource_id.clone(),
            member_id: id.clone(),
        })
    });
    let once: HashSet<Membership> = named.collect();
    once.into_iter().collect()
}

/// The resources that the changes name, in the order of their last change.
fn present(
    session: &mut Session<'_>,
    call: &Call,
    changes: &[Change],
) -> Result<Vec<Box<RawValue>>> {
    let numbered = changes.iter().enumerate();
    let places: HashMap<&str, usize> = numbered
        .map(|(place, change)| (change.resource_id.as_str(), place))
        .collect();
    let ids: Vec<&str> = places.keys().copied().collect();
    let mut rows = session.find_all(&ids)?;
    rows.sort_by_key(|row| places.get(row.stored.id.as_str()).copied());
    let types = call.tenancy.registry.resource_types().iter();
    let requests = types.map(|one| request(call, one));
    let requests = requests.collect::<std::result::Result<Vec<_>, ScimError>>()?;
    // A type that the tenant has no more is not shown.
    let shown = rows.iter().filter_map(|row| {
        let mut requests = requests.iter();
        let request = requests.find(|one| one.resource_type.name == row.resource_type)?;
        Some(request.text_of(row))
    });
    let raw = shown.map(RawValue::from_string);
    raw.collect::<std::result::Result<_, _>>()
        .map_err(|_| StoreError::Fault("a stored document is not JSON"))
}

/// A request that shows resources of a type.
fn request(
    call: &Call,
    resource_type: &Arc<ResourceType>,
) -> std::result::Result<Request, ScimError> {
    let projection = Projection::parse(None, None, resource_type, &call.leniency)?;
    Ok(Request::new(
        call.clone(),
        Arc::clone(resource_type),
        projection,
    )?)
}

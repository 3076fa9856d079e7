//! Reads and renders a page of a list, and remembers it for the next page.

use std::sync::Arc;

use scim::ScimError;
use scim::list::ListResponse;
use scim::query::{Limits, ListQuery, Paging, Parameters};
use scim::resource_type::ResourceType;

use super::cursor::Sealer;
use super::reading::{Reading, timeout_ms};
use super::{cursor, index};
use crate::service::body::Body;
use crate::service::call::Call;
use crate::service::links::{are_nested, beside, links, shows_members};
use crate::service::request::Request;
use crate::service::service::Service;
use crate::store::query::Start;
use crate::store::{Result, Row, Session, StoreError, TenantId, Walk, Walker};

/// The walk that a page by index leaves for the next page.
type Step = Option<(Walker, Walk)>;

/// Reads a page of a list. `requests` belong to one call, one for each resource type of the list.
pub async fn list(
    service: &Service,
    call: Call,
    requests: Vec<Request>,
    parameters: Parameters,
) -> Result<Body> {
    let (limits, now_ms) = (service.limits, service.clock.now_ms());
    let tenant = call.tenancy.tenant;
    let admission = Arc::clone(&call.admission);
    let asked = Arc::new(Asked {
        call,
        requests,
        parameters,
        limits,
        now_ms,
    });
    let glancing = Arc::clone(&asked);
    let glance = move |session: &mut Session<'_>| glancing.at_a_glance(session);
    let work = move |session: &mut Session<'_>| asked.page(session);
    let (page, step) = service.store.glance(&admission, glance, work).await?;
    if let Some((walker, walk)) = step {
        remember(service, tenant, walker, walk, now_ms).await;
    }
    Ok(page)
}

/// A page that a client asks for.
struct Asked {
    call: Call,
    requests: Vec<Request>,
    parameters: Parameters,
    limits: Limits,
    now_ms: i64,
}

impl Asked {
    fn types(&self) -> Vec<Arc<ResourceType>> {
        let types = self.requests.iter();
        types
            .map(|request| Arc::clone(&request.resource_type))
            .collect()
    }

    fn query<'a>(
        &self,
        types: &'a [Arc<ResourceType>],
    ) -> std::result::Result<ListQuery<'a>, ScimError> {
        ListQuery::parse(&self.parameters, types, &self.call.leniency, self.limits)
    }

    fn reading<'r, 's>(
        &'r self,
        session: &'r mut Session<'s>,
        query: &'r ListQuery<'r>,
        first: &'r ResourceType,
    ) -> Reading<'r, 's> {
        let tenancy = &self.call.tenancy;
        let compiler = session.compiler(first, &tenancy.registry, &tenancy.base);
        Reading {
            session,
            compiler,
            query,
            now_ms: self.now_ms,
            limits: self.limits,
        }
    }

    /// The first page of a list of few, if one statement finds them all and what is shown beside them.
    fn at_a_glance(&self, session: &mut Session<'_>) -> Result<Option<(Body, Step)>> {
        let types = self.types();
        let query = self.query(&types)?;
        let [request] = self.requests.as_slice() else {
            return Ok(None);
        };
        if query.paging != Paging::Index(1) || query.count == 0 || shows_members(request) {
            return Ok(None);
        }
        let mut reading = self.reading(session, &query, &request.resource_type);
        if !reading.compiler.is_look_up(&query) {
            return Ok(None);
        }
        reading.compiler = reading.compiler.beside(beside(request));
        let slice = reading.slice(Start::Beginning, query.count)?;
        if slice.more || slice.rows.iter().any(are_nested) {
            return Ok(None);
        }
        let shown = show(session, &self.requests, slice.rows)?;
        let total = i64::try_from(shown.len()).unwrap_or(i64::MAX);
        Ok(Some((by_index(shown, total, 1), None)))
    }

    fn page(&self, session: &mut Session<'_>) -> Result<(Body, Step)> {
        let types = self.types();
        let query = self.query(&types)?;
        let Some(first) = types.first() else {
            return Ok((by_index(Vec::new(), 0, 1), None));
        };
        let signature = query.signature(&self.parameters);
        let mut reading = self.reading(session, &query, first);
        match &query.paging {
            Paging::Index(start_index) => {
                // Walks with different page sizes are different walks. A client that reads two resources first must not
                // move the second page of a walk in pages of a hundred.
                let way = format!("{signature} by {}", query.count);
                let walker = Walker::new(&self.call.caller.key_id, &way);
                let page = index::page(&mut reading, &walker, *start_index)?;
                let shown = show(session, &self.requests, page.rows)?;
                let step = page.walk.map(|walk| (walker, walk));
                Ok((by_index(shown, page.total, *start_index), step))
            }
            Paging::Cursor(cursor) => {
                let sealer = Sealer::new(&self.call.tenancy.cursor_secret, &signature);
                let page = cursor::page(&mut reading, &sealer, cursor.as_deref())?;
                let shown = show(session, &self.requests, page.rows)?;
                let answer = ListResponse {
                    previous_cursor: page.previous,
                    next_cursor: page.next,
                    ..ListResponse::of_texts(shown.len(), page.total)
                };
                Ok((joined(answer, shown), None))
            }
        }
    }
}

/// The message of a page by index.
fn by_index(shown: Vec<Body>, total: i64, start_index: i64) -> Body {
    let page = ListResponse {
        start_index: Some(start_index),
        ..ListResponse::of_texts(shown.len(), total)
    };
    joined(page, shown)
}

/// The message of a page with its resources.
fn joined(page: ListResponse, shown: Vec<Body>) -> Body {
    let (head, tail) = page.around_texts();
    let mut body = Body::from(head);
    for (place, resource) in shown.into_iter().enumerate() {
        if place > 0 {
            body.push(",");
        }
        body.append(resource);
    }
    body.push(tail);
    body
}

/// Renders rows of several types, in their order.
fn show(session: &mut Session<'_>, requests: &[Request], rows: Vec<Row>) -> Result<Vec<Body>> {
    let mut shown: Vec<Option<Body>> = rows.iter().map(|_| None).collect();
    let mut numbered: Vec<(usize, Row)> = rows.into_iter().enumerate().collect();
    for request in requests {
        let name = &request.resource_type.name;
        let (own, others): (Vec<_>, Vec<_>) = numbered
            .into_iter()
            .partition(|(_, row)| row.resource_type == *name);
        numbered = others;
        let (places, own): (Vec<usize>, Vec<Row>) = own.into_iter().unzip();
        let links = links(request, session, &own)?;
        let bodies = request.bodies(own.iter().zip(&links));
        for (place, body) in places.into_iter().zip(bodies) {
            shown[place] = Some(body);
        }
    }
    shown
        .into_iter()
        .map(|one| one.ok_or(StoreError::Fault("a row is of no selected type")))
        .collect()
}

/// Stores the walk for the next page. The present page is right without it, so this waits only for a moment. While the
/// writer stays busy, or the database takes no writes (a full disk, a standby), the next page is found by counting.
async fn remember(service: &Service, tenant: TenantId, walker: Walker, walk: Walk, now_ms: i64) {
    let forgotten_ms = now_ms - timeout_ms(service.limits);
    let work =
        move |session: &mut Session<'_>| session.save_walk(&walker, &walk, now_ms, forgotten_ms);
    match service.store.note(tenant, work).await {
        Ok(Some(())) => {}
        Ok(None) => log::debug!("a walk by index was not remembered: others are writing"),
        Err(error) => log::debug!("a walk by index was not remembered: {error}"),
    }
}

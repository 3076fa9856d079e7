//! Reads and renders a page of a list, and remembers it for the next page.

use std::sync::Arc;

use scim::list::ListResponse;
use scim::query::{Limits, ListQuery, Paging, Parameters};

use super::cursor::Sealer;
use super::reading::{Reading, timeout_ms};
use super::{cursor, index};
use crate::service::call::Call;
use crate::service::links::links;
use crate::service::request::Request;
use crate::service::service::Service;
use crate::store::{Result, Row, Session, StoreError, TenantId, Walk, Walker};

/// The walk that a page by index leaves for the next page.
type Step = Option<(Walker, Walk)>;

/// Reads a page of a list. `requests` belong to one call, one for each resource type of the list.
pub async fn list(
    service: &Service,
    call: Call,
    requests: Vec<Request>,
    parameters: Parameters,
) -> Result<String> {
    let (limits, now_ms) = (service.limits, service.clock.now_ms());
    let tenant = call.tenancy.tenant;
    let work = move |session: &mut Session<'_>| {
        page(session, &call, &requests, &parameters, limits, now_ms)
    };
    let (page, step) = service.store.read(tenant, work).await?;
    if let Some((walker, walk)) = step {
        remember(service, tenant, walker, walk, now_ms).await;
    }
    Ok(page)
}

fn page(
    session: &mut Session<'_>,
    call: &Call,
    requests: &[Request],
    parameters: &Parameters,
    limits: Limits,
    now_ms: i64,
) -> Result<(String, Step)> {
    let types: Vec<_> = requests
        .iter()
        .map(|request| Arc::clone(&request.resource_type))
        .collect();
    let query = ListQuery::parse(parameters, &types, &call.leniency, limits)?;
    let Some(first) = types.first() else {
        return Ok((by_index(&[], 0, 1), None));
    };
    let signature = query.signature(parameters);
    let tenancy = &call.tenancy;
    let compiler = session.compiler(first, &tenancy.registry, &tenancy.base);
    let mut reading = Reading {
        session: &mut *session,
        compiler,
        query: &query,
        now_ms,
        limits,
    };
    match &query.paging {
        Paging::Index(start_index) => {
            // Walks with different page sizes are different walks. A client that reads two resources first must not
            // move the second page of a walk in pages of a hundred.
            let way = format!("{signature} by {}", query.count);
            let walker = Walker::new(&call.caller.key_id, &way);
            let page = index::page(&mut reading, &walker, *start_index)?;
            let shown = show(session, requests, page.rows)?;
            let step = page.walk.map(|walk| (walker, walk));
            Ok((by_index(&shown, page.total, *start_index), step))
        }
        Paging::Cursor(cursor) => {
            let sealer = Sealer::new(&tenancy.cursor_secret, &signature);
            let page = cursor::page(&mut reading, &sealer, cursor.as_deref())?;
            let shown = show(session, requests, page.rows)?;
            let answer = ListResponse {
                previous_cursor: page.previous,
                next_cursor: page.next,
                ..ListResponse::of_texts(&shown, page.total)
            };
            Ok((answer.into_text(&shown), None))
        }
    }
}

/// The message of a page by index.
fn by_index(shown: &[String], total: i64, start_index: i64) -> String {
    let page = ListResponse {
        start_index: Some(start_index),
        ..ListResponse::of_texts(shown, total)
    };
    page.into_text(shown)
}

/// Renders rows of several types, in their order.
fn show(session: &mut Session<'_>, requests: &[Request], rows: Vec<Row>) -> Result<Vec<String>> {
    let mut shown: Vec<Option<String>> = rows.iter().map(|_| None).collect();
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
    let work = move |session: &mut Session<'_>| {
        if walk.lane.is_none() {
            session.forget_walks(forgotten_ms)?;
        }
        session.save_walk(&walker, &walk, now_ms)
    };
    match service.store.note(tenant, work).await {
        Ok(Some(())) => {}
        Ok(None) => log::debug!("a walk by index was not remembered: others are writing"),
        Err(error) => log::debug!("a walk by index was not remembered: {error}"),
    }
}

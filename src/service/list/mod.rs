//! Lists (RFC 7644 §3.4.2, §3.4.3): of one resource type at its endpoint, of all at the root; by index or by cursor.

mod cursor;
mod index;

use std::sync::Arc;

use serde_json::{Map, Value};

use super::read::links;
use super::{Request, Service, Tenancy};
use scim::ScimError;
use scim::list::{cursor_response, list_response};
use scim::query::{Limits, ListQuery, Paging, Parameters};
use crate::store::query::{Compiler, Position, Slice, Start};
use crate::store::{Result, Row, Session, StoreError, Walk, Walker};
use cursor::Sealer;

/// What a page by index leaves for the next one.
type Step = Option<(Walker, Walk)>;

/// What reading a page needs beside the query itself.
struct Reading<'r, 's> {
    session: &'r mut Session<'s>,
    compiler: Compiler<'r>,
    query: &'r ListQuery<'r>,
    now_ms: i64,
    limits: Limits,
}

/// Reads a page of a list; `requests` are of one tenant, one for each resource type that the list is over.
pub async fn list(
    service: &Service,
    tenancy: Arc<Tenancy>,
    requests: Vec<Request>,
    parameters: Parameters,
) -> Result<Value> {
    let (tenant, limits, now_ms) = (tenancy.tenant, service.limits, service.clock.now_ms());
    let work = move |session: &mut Session<'_>| {
        page(session, &tenancy, &requests, &parameters, limits, now_ms)
    };
    let (page, step) = service.store.read(tenant, work).await?;
    if let Some((walker, walk)) = step {
        remember(service, tenant, walker, walk, now_ms).await;
    }
    Ok(page)
}

fn page(
    session: &mut Session<'_>,
    tenancy: &Tenancy,
    requests: &[Request],
    parameters: &Parameters,
    limits: Limits,
    now_ms: i64,
) -> Result<(Value, Step)> {
    let types: Vec<_> = requests
        .iter()
        .map(|request| Arc::clone(&request.resource_type))
        .collect();
    let query = ListQuery::parse(parameters, &types, &tenancy.leniency, limits)?;
    let Some(first) = types.first() else {
        return Ok((list_response(Vec::new(), 0, 1), None));
    };
    let signature = query.signature(parameters);
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
            // Who asks for pages of another size is on another way: what a look at the first two leaves behind must not
            // move the second page of who walks in hundreds.
            let way = format!("{signature} by {}", query.count);
            let walker = Walker::new(&tenancy.principal.key_id, &way);
            let page = index::page(&mut reading, &walker, *start_index)?;
            let shown = show(session, requests, page.rows)?;
            let step = page.walk.map(|walk| (walker, walk));
            Ok((list_response(shown, page.total, *start_index), step))
        }
        Paging::Cursor(cursor) => {
            let sealer = Sealer::new(&tenancy.cursor_secret, &signature);
            let page = cursor::page(&mut reading, &sealer, cursor.as_deref())?;
            let shown = show(session, requests, page.rows)?;
            let answer = cursor_response(shown, page.total, page.next, page.previous);
            Ok((answer, None))
        }
    }
}

impl Reading<'_, '_> {
    fn slice(&mut self, start: Start, count: i64) -> Result<Slice> {
        self.session.slice(&self.compiler, self.query, start, count)
    }

    fn count(&mut self) -> Result<i64> {
        self.session.count(&self.compiler, self.query)
    }

    fn fits(&self, position: &Position) -> bool {
        self.session.fits(&self.compiler, self.query, position)
    }
}

/// Renders rows of several types, in their order.
fn show(
    session: &mut Session<'_>,
    requests: &[Request],
    rows: Vec<Row>,
) -> Result<Vec<Map<String, Value>>> {
    let mut shown: Vec<Option<Map<String, Value>>> = rows.iter().map(|_| None).collect();
    let numbered: Vec<(usize, Row)> = rows.into_iter().enumerate().collect();
    for request in requests {
        let name = &request.resource_type.name;
        let (places, own): (Vec<usize>, Vec<Row>) = numbered
            .iter()
            .filter(|(_, row)| row.resource_type == *name)
            .cloned()
            .unzip();
        let links = links(request, session, &own)?;
        for ((place, row), links) in places.into_iter().zip(&own).zip(links) {
            shown[place] = Some(request.shown(row, links).body);
        }
    }
    shown
        .into_iter()
        .map(|one| one.ok_or_else(|| StoreError::from(no_such_type())))
        .collect()
}

fn no_such_type() -> ScimError {
    ScimError::Internal {
        reference: "a row of no selected type".into(),
    }
}

/// Leaves the walk where its next page finds it. The page itself is right without, so a moment is all that is waited for:
/// where the writer stays busy or nothing can be written (a full disk, a standby), the next page is found by counting.
async fn remember(
    service: &Service,
    tenant: crate::store::TenantId,
    walker: Walker,
    walk: Walk,
    now_ms: i64,
) {
    let forgotten_ms = now_ms - timeout_ms(service.limits);
    let work = move |session: &mut Session<'_>| {
        if walk.place.is_none() {
            session.forget_walks(forgotten_ms)?;
        }
        session.save_walk(&walker, &walk, now_ms)
    };
    match service.store.note(tenant, work).await {
        Ok(Some(())) => {}
        Ok(None) => log::debug!("a walk by index was not remembered: others are writing"),
        Err(error) => {
            let reason = error.into_scim("-");
            log::debug!("a walk by index was not remembered: {reason}");
        }
    }
}

/// How long a client may wait between two pages.
fn timeout_ms(limits: Limits) -> i64 {
    i64::try_from(limits.cursor_timeout_s.saturating_mul(1_000)).unwrap_or(i64::MAX)
}

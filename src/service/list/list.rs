//! Reads and renders a page of a list, and remembers it for the next page.

use std::sync::Arc;

use scim::ScimError;
use scim::list::ListResponse;
use scim::query::{Limits, ListQuery, Paging, Parameters};
use scim::representation::Renderer;
use scim::resource_type::ResourceType;

use super::cursor::Sealer;
use super::reading::{Held, Reading, timeout_ms};
use super::walked::Walked;
use super::{cursor, index};
use crate::service::body::Body;
use crate::service::call::Call;
use crate::service::links::{are_nested, beside, beside_each, shows_members};
use crate::service::request::Request;
use crate::service::service::Service;
use crate::service::show::append_all;
use crate::store::query::{Slice, Start};
use crate::store::{Result, Row, Session, StoreError, Walker};

/// A page, and where it has ended if that is still to be noted.
type Page = (Body, Option<Walked>);

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
    let work = move |session: &mut Session<'_>| asked.in_transaction(session);
    let (page, walked) = service.store.glance(&admission, glance, work).await?;
    if let Some(walked) = walked {
        walked.note(service, tenant).await;
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

    /// The page, if it needs no transaction: all that has to be of one moment comes from one statement.
    fn at_a_glance(&self, session: &mut Session<'_>) -> Result<Option<Page>> {
        let types = self.types();
        let query = self.query(&types)?;
        let [request] = self.requests.as_slice() else {
            return Ok(None);
        };
        if query.count == 0 || shows_members(request) {
            return Ok(None);
        }
        if query.is_plain() && Slice::is_one_piece(query.count) {
            let page = self.page(session, &query, &types, Held::ByNothing)?;
            let noted = |(body, walked): Page| {
                let walked = walked.and_then(|walked| walked.note_at_once(session));
                (body, walked)
            };
            return Ok(page.map(noted));
        }
        if query.paging == Paging::Index(1) {
            return self.few(session, &query, request);
        }
        Ok(None)
    }

    /// The first page of a list of few, if one statement finds them all and what is shown beside them.
    fn few(
        &self,
        session: &mut Session<'_>,
        query: &ListQuery<'_>,
        request: &Request,
    ) -> Result<Option<Page>> {
        let mut reading = self.reading(session, query, &request.resource_type);
        if !reading.compiler.is_look_up(query) {
            return Ok(None);
        }
        reading.compiler = reading.compiler.beside(beside(request));
        let slice = reading.slice(Start::Beginning, query.count)?;
        if slice.more || slice.rows.iter().any(are_nested) {
            return Ok(None);
        }
        let total = i64::try_from(slice.rows.len()).unwrap_or(i64::MAX);
        let page = self.message(session, by_index(&slice.rows, total, 1), &slice.rows)?;
        Ok(Some((page, None)))
    }

    /// The page, in a transaction in which every statement sees the same state.
    fn in_transaction(&self, session: &mut Session<'_>) -> Result<Page> {
        let types = self.types();
        let query = self.query(&types)?;
        let page = self.page(session, &query, &types, Held::ByTransaction)?;
        page.ok_or(StoreError::Fault("a transaction did not hold a page"))
    }

    /// The page. `None` when it needs a transaction.
    fn page(
        &self,
        session: &mut Session<'_>,
        query: &ListQuery<'_>,
        types: &[Arc<ResourceType>],
        held: Held,
    ) -> Result<Option<Page>> {
        let Some(first) = types.first() else {
            let empty = self.message(session, by_index(&[], 0, 1), &[])?;
            return Ok(Some((empty, None)));
        };
        let signature = query.signature(&self.parameters);
        let mut reading = self.reading(session, query, first);
        reading.compiler = reading.compiler.beside(beside_each(&self.requests));
        match &query.paging {
            Paging::Index(start_index) => {
                // Walks with different page sizes are different walks. A client that reads two resources first must not
                // move the second page of a walk in pages of a hundred.
                let way = format!("{signature} by {}", query.count);
                let walker = Walker::new(&self.call.caller.key_id, &way);
                let page = index::page(&mut reading, &walker, *start_index)?;
                let walked = page.walk.map(|walk| Walked {
                    walker,
                    walk,
                    now_ms: self.now_ms,
                    forgotten_ms: self.now_ms - timeout_ms(self.limits),
                });
                let answer = by_index(&page.rows, page.total, *start_index);
                let body = self.message(session, answer, &page.rows)?;
                Ok(Some((body, walked)))
            }
            Paging::Cursor(cursor) => {
                let sealer = Sealer::new(&self.call.tenancy.cursor_secret, &signature);
                let Some(page) = cursor::page(&mut reading, &sealer, cursor.as_deref(), held)?
                else {
                    return Ok(None);
                };
                let answer = ListResponse {
                    previous_cursor: page.previous,
                    next_cursor: page.next,
                    ..ListResponse::of_texts(page.rows.len(), page.total)
                };
                let body = self.message(session, answer, &page.rows)?;
                Ok(Some((body, None)))
            }
        }
    }

    /// The message of a page with its resources.
    fn message(&self, session: &mut Session<'_>, page: ListResponse, rows: &[Row]) -> Result<Body> {
        let (head, tail) = page.around_texts();
        let stored = rows.iter().map(|row| row.stored.document.as_str().len());
        let bytes = stored.map(|bytes| bytes + Renderer::BESIDE_BYTES).sum();
        let mut body = Body::beginning(&head, bytes);
        append_all(&mut body, session, &self.requests, rows)?;
        body.push(tail);
        Ok(body)
    }
}

/// The message of a page by index.
fn by_index(rows: &[Row], total: i64, start_index: i64) -> ListResponse {
    ListResponse {
        start_index: Some(start_index),
        ..ListResponse::of_texts(rows.len(), total)
    }
}

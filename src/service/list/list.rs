//! Reads a page of a list, and remembers it for the next page.

use std::sync::Arc;

use scim::list::ListResponse;
use scim::query::{ListQuery, Paging, Parameters};
use scim::representation::Renderer;

use super::asked::Asked;
use super::page::{Context, Page};
use super::reading::Held;
use super::unread_page::UnreadPage;
use super::walked::Walked;
use crate::service::body::Body;
use crate::service::call::Call;
use crate::service::links::{are_nested, beside, shows_members};
use crate::service::request::Request;
use crate::service::service::Service;
use crate::service::show::append_some;
use crate::store::query::{Slice, Start};
use crate::store::{Result, Row, Session, StoreError};

/// A sorted page is of one moment: who moves in its order while it is read would be missing or stand there twice. So it is in memory
/// as a whole, and ends early when it has so many bytes.
const SORTED_BYTES: usize = 8 * 1024 * 1024;

/// A page, and where it has ended if that is still to be noted.
type Answer = (Body, Option<Walked>);

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
    let glanced = match asked.may_be_little() {
        true => service.store.look(&admission, glance).await?,
        false => None,
    };
    let work = move |session: &mut Session<'_>| asked.in_transaction(session);
    let (page, walked) = match glanced {
        Some(answer) => answer,
        None => service.store.read_much(&admission, work).await?,
    };
    if let Some(walked) = walked {
        walked.note(service, tenant).await;
    }
    Ok(page)
}

impl Asked {
    /// Whether one statement may read the page: a list of one type whose members are not shown.
    fn may_be_little(&self) -> bool {
        matches!(self.requests.as_slice(), [request] if !shows_members(request))
    }

    /// The page, if it needs no transaction: all that has to be of one moment comes from one statement.
    fn at_a_glance(self: &Arc<Self>, session: &mut Session<'_>) -> Result<Option<Answer>> {
        let types = self.types();
        let query = self.query(&types)?;
        let [request] = self.requests.as_slice() else {
            return Ok(None);
        };
        if query.count == 0 {
            return Ok(None);
        }
        if query.is_plain() && Slice::is_one_piece(query.count) {
            let context = Context::new(self, &query, &request.resource_type);
            let answer = self.answer(&context, session, Held::ByNothing)?;
            let noted = |(body, walked): Answer| {
                let walked = walked.and_then(|walked| walked.note_at_once(session));
                (body, walked)
            };
            return Ok(answer.map(noted));
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
    ) -> Result<Option<Answer>> {
        let mut reading = self.reading(session, query, &request.resource_type);
        if !reading.compiler.is_look_up(query) {
            return Ok(None);
        }
        reading.compiler = reading.compiler.beside(beside(request));
        let slice = reading.slice(Start::Beginning, query.count)?;
        if slice.more || slice.rows.iter().any(are_nested) {
            return Ok(None);
        }
        let mut body = room_for(&slice.rows);
        let shown = append_some(&mut body, session, &self.requests, &slice.rows, true)?;
        if shown < slice.rows.len() {
            return Ok(None);
        }
        let total = i64::try_from(shown).unwrap_or(i64::MAX);
        Ok(Some((whole(by_index(shown, total), body), None)))
    }

    /// The page, in a transaction in which every statement of its first piece sees the same state.
    fn in_transaction(self: &Arc<Self>, session: &mut Session<'_>) -> Result<Answer> {
        let types = self.types();
        let query = self.query(&types)?;
        let Some(first) = types.first() else {
            return Ok((whole(by_index(0, 0), Body::default()), None));
        };
        let context = Context::new(self, &query, first);
        let answer = self.answer(&context, session, Held::ByTransaction)?;
        answer.ok_or(StoreError::Fault("a transaction did not hold a page"))
    }

    /// The page. `None` when it needs a transaction.
    fn answer(
        self: &Arc<Self>,
        context: &Context<'_>,
        session: &mut Session<'_>,
        held: Held,
    ) -> Result<Option<Answer>> {
        let Some((mut page, slice)) = Page::open(context, session, held)? else {
            return Ok(None);
        };
        let mut body = room_for(&slice.rows);
        page.show(context, session, slice, &mut body)?;
        let is_sorted = context.query.sort.is_some();
        while let Some(after) = page
            .rest()
            .filter(|_| is_sorted && body.size() < SORTED_BYTES)
        {
            let slice = page.next(context, session, after)?;
            page.show(context, session, slice, &mut body)?;
        }
        let Some(after) = page.rest().filter(|_| !is_sorted) else {
            let (told, walked) = page.close(context, session)?;
            return Ok(Some((whole(told, body), walked)));
        };
        let (head, _) = ListResponse::default().behind_texts();
        body.put_first(&head);
        let asked = Arc::clone(self);
        body.push_unread(UnreadPage { asked, page, after });
        Ok(Some((body, None)))
    }
}

/// A body with room for resources and for the message around them.
fn room_for(rows: &[Row]) -> Body {
    let stored = rows.iter().map(|row| row.stored.document.as_str().len());
    let bytes: usize = stored.map(|bytes| bytes + Renderer::BESIDE_BYTES).sum();
    Body::beginning("", bytes + Renderer::BESIDE_BYTES)
}

/// The message of a page whose resources are all read.
fn whole(told: ListResponse, resources: Body) -> Body {
    let (head, tail) = told.around_texts();
    let mut body = resources;
    body.put_first(&head);
    body.push(tail);
    body
}

/// What there is to tell of a first page by index.
fn by_index(count: usize, total: i64) -> ListResponse {
    ListResponse {
        start_index: Some(1),
        ..ListResponse::of_texts(count, total)
    }
}

//! The rest of a page that an answer has still to show.
//!
//! It is in the order of creation, and read slice by slice, each in a transaction of its own. A client sees every resource that
//! existed and matched throughout, as it was when its slice was read, and none twice. What comes, goes or changes while the answer is
//! read may be in it or not.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::asked::Asked;
use super::page::{Context, Page};
use super::walked::Walked;
use crate::service::body::{Body, Unread};
use crate::service::request_id::RequestId;
use crate::service::service::Service;
use crate::store::query::Position;
use crate::store::{Result, Session, StoreError};

/// The rest of a page.
#[derive(Debug)]
pub(super) struct UnreadPage {
    pub(super) asked: Arc<Asked>,
    pub(super) page: Page,
    /// Where it begins.
    pub(super) after: Position,
}

impl Unread for UnreadPage {
    fn read(self: Box<Self>, service: &Service) -> BoxFuture<'_, Result<Body>> {
        Box::pin(self.piece(service))
    }

    fn request_id(&self) -> RequestId {
        self.asked.call.request_id.clone()
    }
}

impl UnreadPage {
    /// The next slice, and what is left then.
    async fn piece(self, service: &Service) -> Result<Body> {
        let tenant = self.asked.call.tenancy.tenant;
        let work = move |session: &mut Session<'_>| self.next(session);
        let (body, walked) = service.store.read_much(tenant, work).await?;
        if let Some(walked) = walked {
            walked.note(service, tenant).await;
        }
        Ok(body)
    }

    fn next(&self, session: &mut Session<'_>) -> Result<(Body, Option<Walked>)> {
        let types = self.asked.types();
        let query = self.asked.query(&types)?;
        let first = types.first();
        let first = first.ok_or(StoreError::Fault("a page has no type"))?;
        let context = Context::new(&self.asked, &query, first);
        let mut page = self.page.clone();
        let mut body = Body::default();
        let slice = page.next(&context, session, self.after.clone())?;
        page.show(&context, session, slice, &mut body)?;
        if let Some(after) = page.rest() {
            body.push_unread(Self {
                asked: Arc::clone(&self.asked),
                page,
                after,
            });
            return Ok((body, None));
        }
        let (told, walked) = page.close(&context, session)?;
        let (_, tail) = told.behind_texts();
        body.push(&tail);
        Ok((body, walked))
    }
}

//! A reader of the feed: a caller, and how far it has read.

use std::pin::pin;
use std::time::Duration;

use actix_web::web;
use futures_util::future::{Either, select};

use super::parameters::FeedParameters;
use crate::auth::check_again;
use crate::http::app::App;
use crate::http::authorised::{Authorised, Follow};
use crate::http::failure::Failure;
use crate::service::Call;
use crate::service::feed::{self, FeedPage, Position};

/// A reader of the feed.
pub(super) struct Reader {
    app: web::Data<App>,
    call: Call,
    after: Option<Position>,
    count: i64,
}

impl Reader {
    pub(super) fn new(asked: &Authorised<Follow>, parameters: FeedParameters) -> Self {
        Self {
            app: asked.app.clone(),
            call: asked.call.clone(),
            after: parameters.after,
            count: parameters.count,
        }
    }

    /// Whether the reader has a position, and so may wait for what comes after it.
    pub(super) fn has_begun(&self) -> bool {
        self.after.is_some()
    }

    /// Whether the server is about to stop.
    pub(super) fn is_over(&self) -> bool {
        self.app.stopping.is_told()
    }

    /// The next page. It may have no events. A reader without a position gets the present one.
    pub(super) async fn page(&mut self) -> Result<FeedPage, Failure> {
        let service = &self.app.service;
        match self.after {
            None => Ok(feed::start(service, &self.call).await?),
            Some(after) => {
                let page = feed::page(service, &self.call, after, self.count).await?;
                page.map_err(Failure::Lost)
            }
        }
    }

    /// The next page, as soon as it has events, or when the time is over or the server stops.
    ///
    /// Errors: 401 when the credential has ended meanwhile; 503 when too many readers wait.
    pub(super) async fn page_within(&mut self, wait: Duration) -> Result<FeedPage, Failure> {
        let service = &self.app.service;
        if let Some(after) = self.after {
            let moved = tokio::time::timeout(wait, feed::moved(service, &self.call, after));
            let told = pin!(self.app.stopping.told());
            if let Either::Left((Ok(outcome), _)) = select(pin!(moved), told).await {
                outcome?;
            }
        }
        let tenant = self.call.tenancy.tenant;
        let tenant = check_again(service, tenant, &self.call.caller).await?;
        self.call = service.renewed_call(&self.call, &tenant).await?;
        self.page().await
    }

    /// Goes on after a page.
    pub(super) fn pass(&mut self, page: &FeedPage) {
        self.after = Some(page.position);
    }
}

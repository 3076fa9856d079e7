//! The handler.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::parameters::FeedParameters;
use super::reader::Reader;
use super::stream::{events, response};
use crate::http::authorised::{Authorised, Follow};
use crate::http::failure::Failure;
use crate::service::feed::FeedPage;

/// `GET /feed`
pub(in crate::http) async fn feed(asked: Authorised<Follow>) -> Result<HttpResponse, Failure> {
    asked.call.caller.check_reach_of_all()?;
    let parameters = FeedParameters::of(&asked)?;
    let wait = parameters.wait;
    // Nobody waits with a credential that has ended.
    asked.app.service.prove(&asked.call.admission).await?;
    let mut reader = Reader::new(&asked, parameters);
    let page = reader.page().await?;
    if asked.wants_stream() {
        return Ok(events(page, reader));
    }
    let waits = page.events.is_empty() && reader.has_begun() && !wait.is_zero();
    let page = match waits {
        true => reader.page_within(wait).await?,
        false => page,
    };
    json(&page)
}

/// `HEAD /feed`: nothing is waited for, because nothing would be shown.
pub(in crate::http) async fn head(asked: Authorised<Follow>) -> Result<HttpResponse, Failure> {
    asked.call.caller.check_reach_of_all()?;
    let parameters = FeedParameters::of(&asked)?;
    let page = Reader::new(&asked, parameters).page().await?;
    match asked.wants_stream() {
        true => Ok(response().finish()),
        false => json(&page),
    }
}

fn json(page: &FeedPage) -> Result<HttpResponse, Failure> {
    let body = serde_json::to_vec(page).map_err(|_| Failure::Fault("a page of the feed"))?;
    Ok(HttpResponse::build(StatusCode::OK)
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body))
}

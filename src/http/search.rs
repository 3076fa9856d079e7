//! Queries that are not a GET of one endpoint: POST `/.search` (RFC 7644 §3.4.3), and lists over all resource types at the
//! root (§3.4.2.1).

use actix_web::HttpResponse;
use scim::search;

use super::authorised::{Authorised, Read};
use super::body::{Query, ScimBody};
use super::failure::Failure;

type Answer = Result<HttpResponse, Failure>;

/// `GET /`, RFC 7644 §3.4.2.1
pub(super) async fn root(asked: Authorised<Read>) -> Answer {
    let parameters = asked.parameters()?;
    asked.list(asked.resource_types()?, parameters).await
}

/// `POST /.search`, RFC 7644 §3.4.3
pub(super) async fn search_root(asked: Authorised<Read>, body: ScimBody<Query>) -> Answer {
    let parameters = search::parse(&body.0, &asked.call.leniency)?;
    asked.list(asked.resource_types()?, parameters).await
}

/// `POST /{endpoint}/.search`, RFC 7644 §3.4.3
pub(super) async fn search(asked: Authorised<Read>, body: ScimBody<Query>) -> Answer {
    let resource_type = asked.resource_type()?;
    let parameters = search::parse(&body.0, &asked.call.leniency)?;
    asked.list(vec![resource_type], parameters).await
}

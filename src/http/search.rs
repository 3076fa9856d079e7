//! Queries that are not a GET of one endpoint: POST `/.search` (RFC 7644 §3.4.3), and lists over all resource types at the
//! root (§3.4.2.1).

use actix_web::HttpResponse;

use super::body::ScimBody;
use super::call::{Call, Read};
use scim::{ScimError, search};

type Answer = Result<HttpResponse, ScimError>;

/// `GET /`, RFC 7644 §3.4.2.1
pub(super) async fn root(call: Call<Read>) -> Answer {
    let parameters = call.parameters()?;
    call.list(call.resource_types(), parameters).await
}

/// `POST /.search`, RFC 7644 §3.4.3
pub(super) async fn search_root(call: Call<Read>, body: ScimBody) -> Answer {
    let parameters = search::parse(&body.0, &call.tenancy.leniency)?;
    call.list(call.resource_types(), parameters).await
}

/// `POST /{endpoint}/.search`, RFC 7644 §3.4.3
pub(super) async fn search(call: Call<Read>, body: ScimBody) -> Answer {
    let resource_type = call.resource_type()?;
    let parameters = search::parse(&body.0, &call.tenancy.leniency)?;
    call.list(vec![resource_type], parameters).await
}

//! Every way in which a request can fail: in the protocol, in the database, or before it reaches either. Only this file
//! turns a failure into a response.

use std::fmt;

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_ENCODING, ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use scim::quote::quoted_to;
use scim::{ErrorResponse, ScimError};

use super::respond::SCIM_JSON;
use crate::auth::{Refusal, TooMany};
use crate::service::feed::Lost;
use crate::service::{OutOfReach, Scope, StoreError};

/// Seconds after which a client may try again when the database is away or busy.
const RETRY_AFTER_S: &str = "2";
/// Most characters of a header that an error quotes.
const QUOTED_MAX: usize = 100;
/// Stands for the request's id until the request's log line is written.
const NO_REFERENCE: &str = "-";

/// A failed request.
#[derive(Debug)]
pub(super) enum Failure {
    /// The protocol refuses it.
    Scim(ScimError),
    /// The database failed.
    Store(StoreError),
    /// Nothing is served at the path.
    Nowhere {
        /// The path that was probably meant.
        meant: Option<String>,
    },
    /// The request has no credential, an invalid one, or two.
    Refused(Refusal),
    /// The scopes of the credential leave out what the request is about.
    OutOfReach(OutOfReach),
    /// The scopes of the credential are not sufficient.
    InsufficientScope {
        /// A scope that would be sufficient.
        needed: Scope,
    },
    /// The credential sends more requests than the operator allows.
    TooMany(TooMany),
    /// The `Content-Type` of the body is not JSON.
    UnsupportedMediaType(String),
    /// The body is compressed.
    UnsupportedEncoding(String),
    /// The `Accept` header has no JSON type, and the rules do not ignore that.
    NotAcceptable,
    /// A reader of the feed cannot go on from its position.
    Lost(Lost),
    /// The client took longer than allowed to send its request.
    RequestTimeout,
    /// A fault in this program. The reason goes to the log.
    Fault(&'static str),
}

impl From<ScimError> for Failure {
    fn from(error: ScimError) -> Self {
        Self::Scim(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Scim(error) => Self::Scim(error),
            error => Self::Store(error),
        }
    }
}

impl From<OutOfReach> for Failure {
    fn from(refusal: OutOfReach) -> Self {
        Self::OutOfReach(refusal)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Store(error) => error.into(),
            refusal => Self::Refused(refusal),
        }
    }
}

impl Failure {
    /// The answer to the client; `reference` is the request's id.
    pub(super) fn response(&self, reference: &str) -> ErrorResponse {
        match self {
            Self::Scim(error) => error.into(),
            Self::Store(error) => error.response(reference),
            Self::Nowhere { meant } => nowhere(meant.as_deref()),
            Self::Refused(refusal) => ErrorResponse::new(refusal.status(), refusal.to_string()),
            Self::OutOfReach(refusal) => ErrorResponse::new(403, refusal.as_str()),
            Self::InsufficientScope { needed } => ErrorResponse::new(
                403,
                format!(
                    "this token lacks the scope \"{}\" that the request needs",
                    needed.as_str()
                ),
            ),
            Self::TooMany(too_many) => ErrorResponse::new(429, too_many.to_string()),
            Self::UnsupportedMediaType(sent) => ErrorResponse::new(
                415,
                format!(
                    "Content-Type {} is not accepted; send application/scim+json or application/json",
                    quoted_to(sent, QUOTED_MAX)
                ),
            ),
            Self::UnsupportedEncoding(sent) => ErrorResponse::new(
                415,
                format!(
                    "Content-Encoding {} is not accepted; send the body uncompressed, without this header",
                    quoted_to(sent, QUOTED_MAX)
                ),
            ),
            Self::NotAcceptable => {
                ErrorResponse::new(406, "answers are only available as application/scim+json")
            }
            Self::Lost(lost) => ErrorResponse::new(410, lost.to_string()),
            Self::RequestTimeout => {
                ErrorResponse::new(408, "the request body did not arrive in time")
            }
            Self::Fault(reason) => StoreError::Fault(reason).response(reference),
        }
    }

    /// The body of the response; `reference` is the request's id.
    pub(super) fn body(&self, reference: &str) -> BoxBody {
        BoxBody::new(self.response(reference).to_json().to_string())
    }

    /// Logs what only the operator should know. Returns whether the response names the request's id.
    pub(super) fn log(&self, reference: &str) -> bool {
        match self {
            Self::Store(error) => error.log(reference),
            Self::Fault(reason) => StoreError::Fault(reason).log(reference),
            _ => return false,
        }
        true
    }

    fn add_headers(&self, response: &mut HttpResponseBuilder) {
        match self {
            Self::Scim(ScimError::MethodNotAllowed { allow, .. }) => {
                response.insert_header((ALLOW, *allow));
            }
            Self::Store(error) if error.is_temporary() => {
                response.insert_header((RETRY_AFTER, RETRY_AFTER_S));
            }
            Self::Refused(refusal) => {
                response.insert_header((WWW_AUTHENTICATE, challenge(refusal.word(), "")));
            }
            Self::OutOfReach(refusal) => {
                response.insert_header((WWW_AUTHENTICATE, insufficient_scope(refusal.needed())));
            }
            Self::InsufficientScope { needed } => {
                response.insert_header((WWW_AUTHENTICATE, insufficient_scope(Some(*needed))));
            }
            Self::UnsupportedEncoding(_) => {
                // The codings that a request may have (RFC 9110 §12.5.3).
                response.insert_header((ACCEPT_ENCODING, "identity"));
            }
            Self::TooMany(too_many) => {
                response.insert_header((RETRY_AFTER, too_many.retry_after_s));
            }
            _ => {}
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.response(NO_REFERENCE).detail)
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        let status = self.response(NO_REFERENCE).status;
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((CONTENT_TYPE, SCIM_JSON));
        self.add_headers(&mut response);
        response.body(self.body(NO_REFERENCE))
    }
}

fn nowhere(meant: Option<&str>) -> ErrorResponse {
    let mut response = ErrorResponse::from(&ScimError::UnknownEndpoint);
    if let Some(meant) = meant {
        response.detail = format!("there is no endpoint at this path; did you mean {meant}?");
    }
    response
}

/// `WWW-Authenticate` (RFC 6750 §3).
fn challenge(error: Option<&str>, more: &str) -> String {
    match error {
        Some(error) => format!("Bearer realm=\"scimd\", error=\"{error}\"{more}"),
        None => "Bearer realm=\"scimd\"".to_owned(),
    }
}

/// The challenge of a caller who needs another scope.
fn insufficient_scope(needed: Option<Scope>) -> String {
    let scope = needed.map(|needed| format!(", scope=\"{}\"", needed.as_str()));
    challenge(Some("insufficient_scope"), &scope.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_race_asks_to_try_again() {
        let failure = Failure::Store(StoreError::Contention);
        let response = failure.error_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(response.headers().contains_key(RETRY_AFTER));
        assert_eq!(failure.response("x").scim_type, None);
    }

    #[test]
    fn the_reference_is_in_what_the_client_is_told_and_the_reason_is_not() {
        let told = Failure::Fault("a secret reason").response("id-7");
        assert_eq!(told.status, 500);
        assert!(told.detail.contains("id-7") && !told.detail.contains("secret"));
    }
}

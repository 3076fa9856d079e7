//! The only place where an error becomes a response.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};

use super::respond::SCIM_JSON;
use scim::ScimError;

/// Seconds after which a client may try again when the database is away or busy.
const RETRY_AFTER_S: &str = "2";

impl ResponseError for ScimError {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.wire().0).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((CONTENT_TYPE, SCIM_JSON));
        match self {
            Self::Unauthenticated { invalid_token, .. } => {
                response.insert_header((
                    WWW_AUTHENTICATE,
                    challenge(invalid_token.then_some("invalid_token"), ""),
                ));
            }
            Self::InsufficientScope { needed } => {
                let scope = format!(", scope=\"{needed}\"");
                response.insert_header((
                    WWW_AUTHENTICATE,
                    challenge(Some("insufficient_scope"), &scope),
                ));
            }
            Self::AmbiguousCredentials(_) => {
                response.insert_header((WWW_AUTHENTICATE, challenge(Some("invalid_request"), "")));
            }
            Self::MethodNotAllowed { allow, .. } => {
                response.insert_header((ALLOW, *allow));
            }
            Self::TooManyRequests { retry_after_s, .. } => {
                response.insert_header((RETRY_AFTER, *retry_after_s));
            }
            Self::Unavailable(_) | Self::Contention | Self::InsufficientStorage => {
                response.insert_header((RETRY_AFTER, RETRY_AFTER_S));
            }
            _ => {}
        }
        response.body(self.body().to_string())
    }
}

/// `WWW-Authenticate` (RFC 6750 §3).
fn challenge(error: Option<&str>, more: &str) -> String {
    match error {
        Some(error) => format!("Bearer realm=\"scimd\", error=\"{error}\"{more}"),
        None => "Bearer realm=\"scimd\"".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_race_asks_to_try_again() {
        let response = ScimError::Contention.error_response();
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(response.headers().contains_key(RETRY_AFTER));
        assert_eq!(ScimError::Contention.body().get("scimType"), None);
    }
}

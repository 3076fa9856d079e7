//! `Content-Type` and `Content-Encoding` of a request body.

use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use actix_web::{HttpMessage as _, HttpRequest};
use scim::profile::Rule;

use super::failure::Failure;
use crate::service::Call;

/// Checks that the body is JSON and is not compressed. A body without a type counts as JSON. A type that cannot be parsed
/// is a type all the same.
///
/// Errors: 415.
pub(super) fn check(request: &HttpRequest) -> Result<(), Failure> {
    let headers = request.headers();
    if let Some(encoding) = headers.get(CONTENT_ENCODING)
        && !encoding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        return Err(Failure::UnsupportedEncoding(text(encoding)));
    }
    let Some(sent) = headers.get(CONTENT_TYPE) else {
        return Ok(());
    };
    if sent.to_str().is_ok_and(is_json) || allows_any(request) {
        return Ok(());
    }
    Err(Failure::UnsupportedMediaType(text(sent)))
}

/// `application/json`, or a type with the suffix `+json`; parameters do not matter.
fn is_json(header: &str) -> bool {
    let essence = header.split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    let Some((kind, subtype)) = essence.split_once('/') else {
        return false;
    };
    !kind.is_empty() && (essence == "application/json" || subtype.ends_with("+json"))
}

fn allows_any(request: &HttpRequest) -> bool {
    let extensions = request.extensions();
    let call = extensions.get::<Call>();
    call.is_some_and(|call| call.leniency.allows(Rule::AnyContentType))
}

fn text(header: &HeaderValue) -> String {
    String::from_utf8_lossy(header.as_bytes()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_many_names() {
        for header in [
            "application/json",
            "Application/SCIM+JSON; charset=utf-8",
            "application/json;",
            "text/x+json",
        ] {
            assert!(is_json(header), "{header}");
        }
        for header in [
            "",
            ";;;",
            "json",
            "/json",
            "/+json",
            "text/plain",
            "application/jsonx",
        ] {
            assert!(!is_json(header), "{header}");
        }
    }
}

//! `/openapi.json` and `/docs`: the description of the API, for programs and for people, without a token. The files are
//! part of the binary, and the page fetches no file from elsewhere.

use std::sync::{LazyLock, OnceLock};

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, EntityTag, Header as _,
    IfNoneMatch, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use scim::ScimError;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::app::App;
use super::failure::Failure;
use super::inline;

const DESCRIPTION: &str = include_str!("../../openapi/scim.json");
/// The beginning of the server URLs in the description. The public URL replaces it.
const ORIGIN: &str = "http://127.0.0.1:8080";
const PAGE: &str = include_str!("../../openapi/docs/page.html");

/// A file as the server sends it.
struct File {
    media: &'static str,
    bytes: Bytes,
    tag: EntityTag,
}

static PAGE_FILE: LazyLock<File> = LazyLock::new(|| {
    File::new(
        "text/html; charset=utf-8",
        Bytes::from_static(PAGE.as_bytes()),
    )
});

/// A file of `swagger-ui-dist`.
macro_rules! swagger {
    ($name:literal) => {
        include_bytes!(concat!("../../openapi/docs/swagger-ui/", $name))
    };
}

/// The files, with the licences of the third-party ones: some people get only the binary.
static FILES: LazyLock<[(&str, File); 7]> = LazyLock::new(|| {
    let file = |media, bytes| File::new(media, Bytes::from_static(bytes));
    let css = |bytes| file("text/css; charset=utf-8", bytes);
    let js = |bytes| file("text/javascript; charset=utf-8", bytes);
    let text = |bytes| file("text/plain; charset=utf-8", bytes);
    [
        (
            "page.css",
            css(include_bytes!("../../openapi/docs/page.css")),
        ),
        ("page.js", js(include_bytes!("../../openapi/docs/page.js"))),
        ("swagger-ui.css", css(swagger!("swagger-ui.css"))),
        ("swagger-ui-bundle.js", js(swagger!("swagger-ui-bundle.js"))),
        (
            "swagger-ui-bundle.js.LICENSE.txt",
            text(swagger!("swagger-ui-bundle.js.LICENSE.txt")),
        ),
        ("LICENSE", text(swagger!("LICENSE"))),
        ("NOTICE", text(swagger!("NOTICE"))),
    ]
});

/// The page may load only what this server sends, and run only its own inline scripts. No frame may show it.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let script = inline::source(PAGE, "script");
    format!(
        "default-src 'none'; script-src 'self' {script}; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
});

/// `GET /openapi.json`
pub(super) async fn description(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    // The public URL of a process never changes.
    static FILE: OnceLock<File> = OnceLock::new();
    let file = FILE.get_or_init(|| {
        let text = with_origin(DESCRIPTION, &app.public_url);
        File::new("application/json", text.into())
    });
    file.answer(&request)
}

/// `GET /docs`
pub(super) async fn page(request: HttpRequest) -> HttpResponse {
    let mut response = PAGE_FILE.answer(&request);
    if let Ok(policy) = POLICY.parse() {
        response
            .headers_mut()
            .insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// `GET /docs/{file}`
pub(super) async fn file(
    name: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Failure> {
    let found = FILES.iter().find(|(known, _)| *known == name.as_str());
    found
        .map(|(_, file)| file.answer(&request))
        .ok_or(ScimError::UnknownEndpoint.into())
}

/// The description with `public_url` before every path.
fn with_origin(description: &str, public_url: &str) -> String {
    let quoted = Value::from(public_url).to_string();
    description.replace(ORIGIN, quoted.trim_matches('"'))
}

impl File {
    fn new(media: &'static str, bytes: Bytes) -> Self {
        let digest: String = Sha256::digest(&bytes)
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        // The tag is weak, because the middleware may compress the file.
        let tag = EntityTag::new_weak(digest);
        Self { media, bytes, tag }
    }

    fn answer(&self, request: &HttpRequest) -> HttpResponse {
        let mut response = if self.is_known_to(request) {
            HttpResponse::NotModified().finish()
        } else {
            HttpResponse::Ok()
                .insert_header((CONTENT_TYPE, self.media))
                .body(self.bytes.clone())
        };
        let headers = response.headers_mut();
        if let Ok(tag) = self.tag.to_string().parse() {
            headers.insert(ETAG, tag);
        }
        for (name, value) in [
            (CACHE_CONTROL, "no-cache"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ] {
            if let Ok(value) = value.parse() {
                headers.insert(name, value);
            }
        }
        response
    }

    fn is_known_to(&self, request: &HttpRequest) -> bool {
        match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&self.tag)),
            Err(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_url_is_filled_in_and_stays_json() {
        let filled = with_origin(DESCRIPTION, "https://x.test/a\"b");
        let filled: Value = serde_json::from_str(&filled).unwrap();
        assert_eq!(filled["servers"][0]["url"], "https://x.test/a\"b/scim/v2");
        assert!(!filled.to_string().contains(ORIGIN));
    }

    #[test]
    fn the_policy_names_the_inline_script() {
        assert!(
            inline::inside(PAGE, "script")
                .is_some_and(|script| script.contains("swagger-ui-bundle.js"))
        );
        assert_eq!(PAGE.matches("<script").count(), 1);
    }
}

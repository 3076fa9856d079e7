//! `/`: where a new user lands. It leads to the documentation and the SCIM base, for people and for programs, without a
//! token. It tells nothing of what the server holds.

use std::sync::LazyLock;

use actix_web::http::header::{
    ACCEPT, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use serde_json::json;

use super::app::App;
use super::base_path::BASE_PATH;
use super::inline;

const PAGE: &str = include_str!("../../openapi/docs/welcome.html");
/// Stands in the page for the URL in front of all paths.
const ORIGIN: &str = "{{origin}}";

/// The page loads nothing, runs nothing, and only its own style sheet counts.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let style = inline::source(PAGE, "style");
    format!(
        "default-src 'none'; style-src {style}; img-src data:; base-uri 'none'; form-action 'none'; \
         frame-ancestors 'none'"
    )
});

/// `GET /`
pub(super) async fn welcome(app: web::Data<App>, request: HttpRequest) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response
        .insert_header((VARY, "Accept"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    if is_browser(&request) {
        page(&mut response, &app.public_url)
    } else {
        links(&mut response, &app.public_url)
    }
}

/// Browsers ask for HTML by name. Clients ask for JSON or for anything.
fn is_browser(request: &HttpRequest) -> bool {
    let accepted = request.headers().get_all(ACCEPT);
    let mut accepted = accepted.filter_map(|value| value.to_str().ok());
    accepted.any(|value| value.to_ascii_lowercase().contains("text/html"))
}

fn page(response: &mut HttpResponseBuilder, public_url: &str) -> HttpResponse {
    response
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .body(PAGE.replace(ORIGIN, &escaped(public_url)))
}

fn links(response: &mut HttpResponseBuilder, public_url: &str) -> HttpResponse {
    response.json(json!({
        "server": "scimd",
        "scim": format!("{public_url}{BASE_PATH}"),
        "docs": format!("{public_url}/docs"),
        "openapi": format!("{public_url}/openapi.json"),
        "next": "make a bearer token with `scimd token create default`, and send it with every request to `scim`",
    }))
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_cannot_end_the_text_around_it() {
        assert_eq!(
            escaped("http://x/<a>&\"'"),
            "http://x/&lt;a&gt;&amp;&quot;&#39;"
        );
    }

    #[test]
    fn the_page_has_one_style_and_no_script() {
        assert!(inline::inside(PAGE, "style").is_some_and(|style| style.contains("font")));
        for unwanted in ["<script", " style=", "onclick", "://"] {
            assert!(!PAGE.contains(unwanted), "{unwanted}");
        }
    }
}

//! A request's method as the log and errors show it.

use actix_web::http::Method;

/// Most characters of a method. The longest that is registered has 17.
const CHARACTERS_MAX: usize = 32;

/// The method, or its beginning: a client can send any word, as long as a whole head.
pub(super) fn shown_method(method: &Method) -> &str {
    let method = method.as_str();
    // A method is ASCII, so each byte is a character.
    method.get(..CHARACTERS_MAX).unwrap_or(method)
}

//! What stands inside an element of a page of ours, and its digest for a `Content-Security-Policy`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// The text inside the first element of this name that has no attributes.
pub(super) fn inside<'p>(page: &'p str, element: &str) -> Option<&'p str> {
    let (_, rest) = page.split_once(&format!("<{element}>"))?;
    Some(rest.split_once(&format!("</{element}>"))?.0)
}

/// The source expression that allows this text and no other.
pub(super) fn source(page: &str, element: &str) -> String {
    let text = inside(page, element).unwrap_or_default();
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

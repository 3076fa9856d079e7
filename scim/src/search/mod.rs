//! `SearchRequest` (RFC 7644 §3.4.3): a list's parameters in a body. It says what a GET says, so it becomes the same
//! parameters.

mod search_request;

pub use search_request::{SEARCH_REQUEST_URN, SearchRequest, parse};

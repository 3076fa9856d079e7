//! Lists: `ListResponse` (RFC 7644 §3.4.2, RFC 9865 §2).

mod list_response;

pub use list_response::{LIST_RESPONSE_URN, ListResponse, cursor_response, list_response};

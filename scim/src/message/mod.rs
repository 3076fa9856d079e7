//! What the messages of the API have in common (RFC 7644 §8.2): each names itself in `schemas`.
//!
//! The messages themselves: [`PatchRequest`](crate::patch::PatchRequest),
//! [`SearchRequest`](crate::search::SearchRequest), [`ListResponse`](crate::list::ListResponse),
//! [`BulkRequest`](crate::bulk::BulkRequest), [`BulkResponse`](crate::bulk::BulkResponse),
//! [`ErrorResponse`](crate::ErrorResponse).
//!
//! A server checks what it reads: [`check_schemas`], [`check_keys`]. A client takes what it can use of an answer, and says
//! [`Unreadable`] where that is not there.

mod answer;
mod check;
mod error_response;
mod unreadable;

pub(crate) use answer::{status, text, whole_number};
pub use check::{check_keys, check_schemas};
pub use error_response::{ERROR_URN, ErrorResponse};
pub use unreadable::Unreadable;

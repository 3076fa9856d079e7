//! What the messages of the API have in common (RFC 7644 §8.2): each names itself in `schemas`.
//!
//! The messages: [`PatchRequest`](crate::patch::PatchRequest), [`SearchRequest`](crate::search::SearchRequest),
//! [`ListResponse`](crate::list::ListResponse), [`BulkRequest`](crate::bulk::BulkRequest),
//! [`BulkResponse`](crate::bulk::BulkResponse), [`ErrorResponse`].
//!
//! A server checks what it reads ([`check_schemas`], [`check_keys`]) by the rules in force. A client takes what it can use of
//! an answer. If a needed member is missing or has another type, the answer is [`Unreadable`].
//!
//! ```
//! use scim::message::ErrorResponse;
//!
//! let answer = scim::json::parse_object(br#"{"status": 409, "scimType": "uniqueness"}"#)?;
//! let error = ErrorResponse::parse(&answer)?;
//! assert_eq!((error.status, error.scim_type.as_deref()), (409, Some("uniqueness")));
//! assert!(ErrorResponse::parse(&scim::Object::new()).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod check;
mod error_response;
mod unreadable;

pub(crate) use answer::{status, text, whole_number};
pub use check::{check_keys, check_schemas};
pub use error_response::{ERROR_URN, ErrorResponse};
pub use unreadable::Unreadable;

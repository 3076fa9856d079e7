//! Lists: `ListResponse` (RFC 7644 §3.4.2, RFC 9865 §2).
//!
//! A server writes a page with [`ListResponse::around_texts`], or [`list_response()`] where the resources are trees. A client reads it with
//! [`ListResponse::parse`].
//!
//! ```
//! use scim::list::{ListResponse, list_response};
//!
//! let ada = scim::json::parse_object(br#"{"id": "7"}"#)?;
//! let answer = list_response(vec![ada], 41, 40);
//! let page = ListResponse::parse(answer.as_object().ok_or("no object")?)?;
//! assert_eq!((page.total_results, page.start_index), (41, Some(40)));
//! assert_eq!(page.resources[0]["id"], "7");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod list_response;

pub use list_response::{LIST_RESPONSE_URN, ListResponse, list_response};

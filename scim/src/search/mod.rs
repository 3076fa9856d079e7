//! `SearchRequest` (RFC 7644 §3.4.3): the query of a list in a body.
//!
//! A client writes a [`SearchRequest`]: in the body of a POST to `/.search` ([`SearchRequest::to_json`]), or in the query of
//! a GET ([`SearchRequest::to_pairs`]). A server reads the body ([`parse()`]) as the parameters of a GET.
//!
//! ```
//! use scim::profile::Leniency;
//! use scim::search::{SearchRequest, parse};
//!
//! let request = SearchRequest {
//!     attributes: vec!["userName".into()],
//!     count: Some(10),
//!     ..SearchRequest::filtered("title pr".parse()?)
//! };
//! let read = parse(&request.to_json(), &Leniency::rfc())?;
//! assert_eq!((read.get("filter"), read.get("count")), (Some("title pr"), Some("10")));
//! # Ok::<(), scim::ScimError>(())
//! ```

mod search_request;

pub use search_request::{SEARCH_REQUEST_URN, SearchRequest, parse};

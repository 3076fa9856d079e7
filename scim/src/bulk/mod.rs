//! Bulk (RFC 7644 §3.7): many changes in one request.
//!
//! A server reads a [`BulkRequest`], gives every POST an id ([`BulkRequest::resolve`]), runs the [`Operation`]s in the order
//! of [`units`], and answers each with its [`Outcome`] ([`bulk_response()`]). Every POST has its id before anything runs. So
//! `bulkId:x` is replaced by an id wherever it stands, and it never reaches a database. A client writes the request with
//! [`BulkRequest::builder`] and reads a [`BulkResponse`].
//!
//! ```
//! use scim::bulk::{BulkRequest, BulkResponse, Outcome, Success, bulk_response};
//! use scim::profile::Leniency;
//! use serde_json::json;
//!
//! let object = |value: serde_json::Value| value.as_object().cloned().unwrap_or_default();
//! // The client:
//! let request = BulkRequest::builder()
//!     .post("/Users", "ada", object(json!({ "userName": "ada" })))
//!     .post("/Groups", "crew", object(json!({ "members": [{ "value": "bulkId:ada" }] })))
//!     .to_json();
//! // The server:
//! let request = BulkRequest::parse(request, &Leniency::rfc(), 100)?;
//! let operations = request.resolve(|place| format!("id-{place}"));
//! let crew = operations[1].instruction.as_ref().map_err(Clone::clone)?;
//! assert_eq!(crew.data["members"][0]["value"], "id-0");
//! assert_eq!(operations[1].needs, [0]);
//! let created: Outcome = Ok(Success { status: 201, version: None });
//! let location = Some("https://x.test/Users/id-0".to_owned());
//! let answer = bulk_response([(&operations[0], location, &created)].into_iter());
//! // The client again:
//! let read = BulkResponse::parse(&object(answer))?;
//! assert_eq!((read.operations[0].status, read.operations[0].error()), (201, None));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Not supported: operations on `/Me`, searches, and references to what PUT or PATCH operations change (only a POST defines a
//! `bulkId`).

mod bulk_request;
mod bulk_request_builder;
mod bulk_response;
mod ids;
mod instruction;
mod limits;
mod method;
mod operation;
mod operation_response;
mod order;
mod outcome;
mod path;
mod references;
mod urn;

pub use bulk_request::BulkRequest;
pub use bulk_request_builder::BulkRequestBuilder;
pub use bulk_response::{BulkResponse, bulk_response, bulk_response_text};
pub use instruction::Instruction;
pub use limits::BulkLimits;
pub use method::Method;
pub use operation::Operation;
pub use operation_response::OperationResponse;
pub use order::{Unit, units};
pub use outcome::{Outcome, Success};
pub use urn::{BULK_REQUEST_URN, BULK_RESPONSE_URN};

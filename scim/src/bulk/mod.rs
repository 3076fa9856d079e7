//! Bulk (RFC 7644 §3.7): the messages, which operation needs which, and in what order they run.
//!
//! Every POST is given its id before anything runs, so that `bulkId:x` is replaced by an id wherever it stands and never
//! reaches the database. Reading order: the message ([`BulkRequest`]), one operation ([`Operation`]) and what it asks for
//! ([`Instruction`]), the order ([`Unit`]), what became of an operation ([`Outcome`]), the answer ([`bulk_response`]).

mod bulk_request;
mod bulk_request_builder;
mod bulk_response;
mod ids;
mod instruction;
mod limits;
mod method;
mod operation;
mod operation_response;
mod outcome;
mod path;
mod references;
mod unit;
mod urn;

pub use bulk_request::BulkRequest;
pub use bulk_request_builder::BulkRequestBuilder;
pub use bulk_response::{BulkResponse, bulk_response};
pub use instruction::Instruction;
pub use limits::BulkLimits;
pub use method::Method;
pub use operation::Operation;
pub use operation_response::OperationResponse;
pub use outcome::{Outcome, Success};
pub use unit::{Unit, units};
pub use urn::{BULK_REQUEST_URN, BULK_RESPONSE_URN};

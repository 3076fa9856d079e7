//! Bulk (RFC 7644 §3.7): the messages, which operation needs which, and in what order they run.
//!
//! Every POST is given its id before anything runs, so that `bulkId:x` is replaced by an id wherever it stands and never
//! reaches the database. Reading order: the message ([`BulkRequest`]), its references ([`Operation`]), the order ([`Unit`]),
//! the answer ([`Entry`]).

mod operation;
mod order;
mod path;
mod references;
mod request;
mod response;

/// Bounds of a Bulk request.
#[derive(Debug, Clone, Copy)]
pub struct BulkLimits {
    /// Most operations.
    pub operations_max: usize,
    /// Largest body, in bytes.
    pub body_bytes_max: usize,
}

pub use operation::{Operation, Work};
pub use order::{Unit, units};
pub use request::{BulkRequest, Echo, Method};
pub use response::{Entry, bulk_response};

//! Bounds of a Bulk request.

/// Bounds of a Bulk request; discovery announces them.
#[derive(Debug, Clone, Copy)]
pub struct BulkLimits {
    /// Most operations. None at all: Bulk is not offered.
    pub operations_max: usize,
    /// Largest body, in bytes.
    pub body_bytes_max: usize,
}

//! The failures that jobs and queues know.

/// A failure.
#[derive(Debug)]
pub(crate) enum StoreError {
    /// Nothing was written, and nothing will be.
    Late,
    /// It may have been written.
    Unknown(#[expect(dead_code, reason = "only scimd shows it")] String),
    /// A turn did not come in time.
    Unavailable(#[expect(dead_code, reason = "only scimd shows it")] &'static str),
}

/// The outcome of work.
pub(crate) type Result<T> = std::result::Result<T, StoreError>;

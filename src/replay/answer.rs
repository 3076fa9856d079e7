//! Answers of a server, and how much of one is read.

/// The largest answer to read, in bytes, before and after decompression.
pub(super) const ANSWER_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// One answer, read to its end.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// In the order they came, names in lower case.
    pub(super) headers: Vec<(String, String)>,
    /// Decompressed.
    pub(super) body: Vec<u8>,
}

//! Bounds of lists.

/// Bounds of lists.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Page size where the client names none.
    pub page_size_default: i64,
    /// Largest page; larger counts are capped.
    pub page_size_max: i64,
    /// Longest filter, in bytes.
    pub filter_bytes_max: usize,
    /// Most comparisons for one filter that no index answers: its terms times the resources to look at.
    pub filter_work_max: u64,
    /// How long a cursor holds, and how long a walk by index may pause, in seconds.
    pub cursor_timeout_s: u64,
}

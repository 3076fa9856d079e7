//! Makes times and new ids. No other code makes them.

use std::time::{SystemTime, UNIX_EPOCH};

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock;

impl Clock {
    /// Milliseconds since 1970.
    pub fn now_ms(self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "this is the clock")]
        let now = SystemTime::now();
        let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    /// A new id: UUIDv7, so that ids of one hour are neighbours in the index.
    pub fn new_id(self) -> String {
        #[expect(clippy::disallowed_methods, reason = "this is where ids come from")]
        let id = uuid::Uuid::now_v7();
        id.to_string()
    }
}

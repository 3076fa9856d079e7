//! How long a migrating instance waits for others, and how often it tries.

use std::time::{Duration, Instant};

/// How long a migrating instance waits for others.
#[derive(Debug, Clone)]
pub struct Waits {
    /// How long a statement waits for a lock. Every request that wants the same table waits behind it, so this stays well below
    /// the two seconds that a request waits for its turn. It is also below PostgreSQL's `deadlock_timeout`: in a deadlock
    /// the migration gives way, and no request.
    pub lock: Duration,
    /// The same where a vacuum of PostgreSQL's own is in the way. It gives way after `deadlock_timeout`, usually a second.
    pub vacuum: Duration,
    /// How long one migration is tried.
    pub tries: Duration,
    /// How long it waits while another instance migrates.
    pub turn: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self {
            lock: Duration::from_millis(500),
            vacuum: Duration::from_millis(1_300),
            tries: Duration::from_secs(60),
            turn: Duration::from_secs(600),
        }
    }
}

/// The shortest pause between two tries, in which the requests that had to wait are answered.
const PAUSE_MIN: Duration = Duration::from_millis(500);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(4);

/// The pauses between tries. They grow, and come to an end.
pub(super) struct Pauses {
    began: Instant,
    total: Duration,
    next: Duration,
    /// How many there were.
    pub(super) taken: u32,
}

impl Pauses {
    /// Pauses for so long in all.
    pub(super) fn within(total: Duration) -> Self {
        Self {
            began: Instant::now(),
            total,
            next: PAUSE_MIN,
            taken: 0,
        }
    }

    /// How long to pause now. `None` when the time is over.
    pub(super) fn next(&mut self) -> Option<Duration> {
        if self.began.elapsed() + self.next > self.total {
            return None;
        }
        let pause = self.next;
        self.next = (pause * 2).min(PAUSE_MAX);
        self.taken += 1;
        Some(pause)
    }

    /// The time since the first try.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let mut pauses = Pauses::within(Duration::from_secs(60));
        let taken: Vec<_> = (0..5).filter_map(|_| pauses.next()).collect();
        assert_eq!(
            taken,
            [500, 1_000, 2_000, 4_000, 4_000].map(Duration::from_millis)
        );
        assert_eq!(Pauses::within(Duration::from_millis(499)).next(), None);
    }
}

//! How long the database may take for a statement. A command may wait longer than a request, for which a client waits.

use std::time::Duration;

/// How long a statement of a command may take.
const STATEMENT: Duration = Duration::from_secs(30);
/// How long a statement waits for a lock at most.
const LOCK: Duration = Duration::from_secs(5);

/// The limits of the statements of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// For a statement. SQLite has no such limit.
    pub(super) statement: Duration,
    /// For a lock that a statement waits for.
    pub(super) lock: Duration,
}

impl Times {
    /// For commands.
    pub(super) fn of_commands() -> Self {
        Self {
            statement: STATEMENT,
            lock: LOCK,
        }
    }

    /// For requests that wait this long for the database. The statement ends a little earlier, so that the database itself
    /// says what became of it: a request that has given up does not know.
    pub(super) fn of_requests(timeout: Duration) -> Self {
        Self {
            statement: timeout * 5 / 6,
            lock: LOCK.min(timeout * 2 / 3),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_database_gives_up_before_the_request() {
        for seconds in [1, 3, 60, 600] {
            let timeout = Duration::from_secs(seconds);
            let times = Times::of_requests(timeout);
            assert!(times.lock < times.statement && times.statement < timeout);
            assert!(times.lock <= LOCK);
        }
    }
}

//! How many files and connections the process may have open.

use crate::config::GlobalArgs;

/// Most connections of clients by default.
const CONNECTIONS_MAX: usize = 4_096;
/// Files that are open anyway: standard streams, listeners, what the runtime and libraries have.
const OTHERS: usize = 64;
/// Files of one database connection: SQLite has the database, its log and its index of the log.
const OF_A_DATABASE_CONNECTION: usize = 3;
/// Files of one worker: what its runtime waits with, and connections on their way to it.
const OF_A_WORKER: usize = 8;

/// How many connections of clients leave room for the database and everything else. Raises the process's limit of open files
/// as far as the system lets it: the usual soft limit is made for programs of long ago.
pub(super) fn connections(global: &GlobalArgs, workers: usize) -> usize {
    let limit = rlimit::increase_nofile_limit(u64::MAX);
    let limit =
        limit.inspect_err(|error| log::warn!("the limit of open files is unknown: {error}"));
    let limit = limit.map_or(CONNECTIONS_MAX, |limit| {
        usize::try_from(limit).unwrap_or(usize::MAX)
    });
    let database = OF_A_DATABASE_CONNECTION * global.pool_size() as usize;
    let reserved = OTHERS + database + OF_A_WORKER * workers;
    let room = beside(limit, reserved);
    if room < CONNECTIONS_MAX {
        log::warn!(
            "the limit of {limit} open files leaves room for {room} connections; raise it (ulimit -n) for more"
        );
    }
    room
}

/// What a limit leaves beside what is reserved. A limit that leaves little is shared by halves.
fn beside(limit: usize, reserved: usize) -> usize {
    let left = limit.saturating_sub(reserved).max(limit / 2);
    left.clamp(1, CONNECTIONS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_beside_what_is_reserved() {
        for (limit, room) in [
            (0, 1),
            (100, 50),
            (256, 156),
            (1_024, 924),
            (1 << 20, 4_096),
        ] {
            assert_eq!(beside(limit, 100), room, "{limit}");
        }
    }
}

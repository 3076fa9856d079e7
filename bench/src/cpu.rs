//! CPU time of the server with all processes below it, and of all processes of a PostgreSQL cluster.
//!
//! The CPU clock of a process (`clock_getcpuclockid`) counts the same user and system time as `/proc/PID/stat`, but in
//! nanoseconds and not in ticks of ten milliseconds. Ticks are too coarse for short alternating blocks. The `cutime`
//! and `cstime` of the postmaster include processes that ended, because it waits for its children.

use nix::sys::time::TimeValLike;
use nix::time::ClockId;
use nix::unistd::{Pid, SysconfVar, sysconf};

use crate::processes::{Stat, children, family};

/// The processes to measure. `None` is not measured.
#[derive(Clone, Copy, Default)]
pub(crate) struct Probe {
    pub(crate) server_pid: Option<i32>,
    pub(crate) postmaster_pid: Option<i32>,
}

/// CPU time in nanoseconds: since the start when read, of a span when subtracted.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cpu {
    pub(crate) server_ns: Option<u64>,
    pub(crate) database_ns: Option<u64>,
}

impl Probe {
    pub(crate) fn read(self) -> Cpu {
        Cpu {
            server_ns: self.server_pid.and_then(family_ns),
            database_ns: self.postmaster_pid.and_then(cluster_ns),
        }
    }
}

impl Cpu {
    pub(crate) fn since(self, earlier: Self) -> Self {
        self.zip(earlier, u64::saturating_sub)
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        self.zip(other, u64::saturating_add)
    }

    /// Server and database together. Without a database process, only the server.
    pub(crate) fn total_ns(self) -> Option<u64> {
        Some(self.server_ns? + self.database_ns.unwrap_or(0))
    }

    fn zip(self, other: Self, join: fn(u64, u64) -> u64) -> Self {
        Self {
            server_ns: self.server_ns.zip(other.server_ns).map(|(a, b)| join(a, b)),
            database_ns: self
                .database_ns
                .zip(other.database_ns)
                .map(|(a, b)| join(a, b)),
        }
    }
}

fn process_ns(pid: i32) -> Option<u64> {
    let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(pid)).ok()?;
    u64::try_from(clock.now().ok()?.num_nanoseconds()).ok()
}

/// A process with those below it, and those that they have waited for.
fn family_ns(pid: i32) -> Option<u64> {
    process_ns(pid)?;
    let tick_ns = nanos_per_tick()?;
    let each = family(pid)
        .into_iter()
        .filter_map(|pid| Some(process_ns(pid)? + Stat::of(pid)?.ended_children_ticks * tick_ns));
    Some(each.sum())
}

/// The postmaster, its living children, and those it has waited for.
fn cluster_ns(postmaster_pid: i32) -> Option<u64> {
    let ended_ticks = Stat::of(postmaster_pid)?.ended_children_ticks;
    let living: u64 = children(postmaster_pid)
        .into_iter()
        .filter_map(process_ns)
        .sum();
    Some(process_ns(postmaster_pid)? + living + ended_ticks * nanos_per_tick()?)
}

fn nanos_per_tick() -> Option<u64> {
    let ticks_per_second = u64::try_from(sysconf(SysconfVar::CLK_TCK).ok()??).ok()?;
    1_000_000_000_u64.checked_div(ticks_per_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_cpu() {
        assert!(family_ns(Pid::this().as_raw()).is_some_and(|ns| ns > 0));
    }

    #[test]
    fn what_is_not_measured_stays_unknown() {
        let measured = Cpu {
            server_ns: Some(7),
            database_ns: None,
        };
        assert_eq!(
            measured
                .since(Cpu {
                    server_ns: Some(2),
                    database_ns: Some(1)
                })
                .total_ns(),
            Some(5)
        );
        assert_eq!(Cpu::default().plus(measured).total_ns(), None);
    }
}

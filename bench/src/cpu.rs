//! CPU time of the server and of all processes of a PostgreSQL cluster.
//!
//! The CPU clock of a process (`clock_getcpuclockid`) counts the same user and system time as `/proc/PID/stat`, but in
//! nanoseconds and not in ticks of ten milliseconds. Ticks are too coarse for short alternating blocks. The `cutime`
//! and `cstime` of the postmaster include processes that ended, because it waits for its children.

use std::fs;

use nix::sys::time::TimeValLike;
use nix::time::ClockId;
use nix::unistd::{Pid, SysconfVar, sysconf};

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
            server_ns: self.server_pid.and_then(process_ns),
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

fn children(parent_pid: i32) -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let pids = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| Stat::of(*pid).is_some_and(|stat| stat.parent_pid == parent_pid))
        .collect()
}

/// The fields of `/proc/PID/stat` that are used here, see `man proc_pid_stat`.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent_pid: i32,
    /// `cutime + cstime`: children that ended and were waited for.
    ended_children_ticks: u64,
}

impl Stat {
    fn of(pid: i32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
    }

    /// The second field is the program's name in parentheses and may itself hold blanks and parentheses.
    fn parse(text: &str) -> Option<Self> {
        let (_, after_name) = text.rsplit_once(')')?;
        let fields: Vec<&str> = after_name.split_ascii_whitespace().collect();
        let ticks = |index: usize| fields.get(index)?.parse::<u64>().ok();
        Some(Self {
            parent_pid: fields.get(1)?.parse().ok()?,
            ended_children_ticks: ticks(13)? + ticks(14)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(stat: &str, expected: Option<Stat>) {
        assert_eq!(Stat::parse(stat), expected);
    }

    #[test]
    fn fields_are_counted_after_the_name() {
        let rest = "S 41 42 42 0 -1 4194560 900 8000 0 3 150 250 12 34 20 0 1 0 145678 3133440 409";
        let expected = || {
            Some(Stat {
                parent_pid: 41,
                ended_children_ticks: 46,
            })
        };
        check(&format!("42 (postgres) {rest}"), expected());
        check(&format!("42 (a) R (b c) {rest}"), expected());
    }

    #[test]
    fn a_cut_line_is_no_process() {
        check("42 (postgres) S 41 42", None);
        check("", None);
    }

    #[test]
    fn this_process_uses_cpu_and_has_a_parent() {
        let pid = Pid::this().as_raw();
        assert!(process_ns(pid).is_some_and(|ns| ns > 0));
        let parent_pid = Pid::parent().as_raw();
        assert!(children(parent_pid).contains(&pid));
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

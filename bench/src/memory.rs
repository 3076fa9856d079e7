//! The memory of the server, as the system counts it.

use std::fs;

use crate::processes::family;

/// Resident memory of a process, in KiB; see `man proc_pid_status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Memory {
    /// The present value.
    pub(crate) resident_kib: i64,
    /// The highest value so far.
    pub(crate) highest_kib: i64,
}

impl Memory {
    pub(crate) fn of(pid: i32) -> Option<Self> {
        Self::parse(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
    }

    /// Of a process and all below it, added up. Pages that they share count in each of them.
    pub(crate) fn of_family(pid: i32) -> Option<Self> {
        let all = family(pid).into_iter().filter_map(Self::of);
        all.reduce(|one, other| Self {
            resident_kib: one.resident_kib + other.resident_kib,
            highest_kib: one.highest_kib + other.highest_kib,
        })
    }

    /// From now on the highest value is that since now. Where the system does not allow it, it stays that since the start.
    pub(crate) fn forget_highest(pid: i32) {
        for pid in family(pid) {
            let _ = fs::write(format!("/proc/{pid}/clear_refs"), "5");
        }
    }

    fn parse(status: &str) -> Option<Self> {
        let kib = |field: &str| {
            let mut lines = status.lines();
            let value = lines.find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
            value.trim().strip_suffix("kB")?.trim().parse().ok()
        };
        Some(Self {
            resident_kib: kib("VmRSS")?,
            highest_kib: kib("VmHWM")?,
        })
    }
}

/// The memory before, during and after a long operation.
#[derive(Clone, Copy)]
pub(crate) struct Course {
    pub(crate) start: Option<Memory>,
    pub(crate) warm: Option<Memory>,
    pub(crate) end: Option<Memory>,
}

impl std::fmt::Display for Course {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (Some(start), Some(warm), Some(end)) = (self.start, self.warm, self.end) else {
            return f.write_str("not measured");
        };
        write!(
            f,
            "{} MiB at the start, {} when warm, {} at the end: {:+.1} since warm; at most {} ever",
            mib(start.resident_kib),
            mib(warm.resident_kib),
            mib(end.resident_kib),
            (end.resident_kib - warm.resident_kib) as f64 / 1024.0,
            mib(end.highest_kib),
        )
    }
}

fn mib(kib: i64) -> String {
    format!("{:.1}", kib as f64 / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_fields_are_found_among_the_others() {
        let status = "Name:\tscimd\nVmPeak:\t  900 kB\nVmHWM:\t   2048 kB\nVmRSS:\t   1536 kB\nRssAnon:\t 7 kB\n";
        let expected = Memory {
            resident_kib: 1_536,
            highest_kib: 2_048,
        };
        assert_eq!(Memory::parse(status), Some(expected));
    }

    #[test]
    fn a_process_that_ended_has_no_memory() {
        assert_eq!(Memory::parse("Name:\tscimd\nState:\tZ (zombie)\n"), None);
        assert_eq!(Memory::of(-1), None);
    }

    #[test]
    fn growth_is_counted_from_when_it_was_warm() {
        let memory = |resident_kib, highest_kib| {
            Some(Memory {
                resident_kib,
                highest_kib,
            })
        };
        let course = Course {
            start: memory(1_024, 1_024),
            warm: memory(4_096, 4_096),
            end: memory(3_584, 5_120),
        };
        assert_eq!(
            course.to_string(),
            "1.0 MiB at the start, 4.0 when warm, 3.5 at the end: -0.5 since warm; at most 5.0 ever"
        );
        let unknown = Course {
            warm: None,
            ..course
        };
        assert_eq!(unknown.to_string(), "not measured");
    }
}

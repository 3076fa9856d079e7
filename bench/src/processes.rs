//! Which process has started which, as the system tells it.

use std::fs;

/// The processes that `parent_pid` has started itself.
pub(crate) fn children(parent_pid: i32) -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let pids = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    pids.filter(|pid| Stat::of(*pid).is_some_and(|stat| stat.parent_pid == parent_pid))
        .collect()
}

/// `pid` and all processes below it: a server may leave its work to others.
pub(crate) fn family(pid: i32) -> Vec<i32> {
    let mut all = vec![pid];
    let mut at = 0;
    while let Some(parent_pid) = all.get(at) {
        let below = children(*parent_pid);
        all.extend(below);
        at += 1;
    }
    all
}

/// The fields of `/proc/PID/stat` that are used here, see `man proc_pid_stat`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    parent_pid: i32,
    /// `cutime + cstime`: children that ended and were waited for.
    pub(crate) ended_children_ticks: u64,
}

impl Stat {
    pub(crate) fn of(pid: i32) -> Option<Self> {
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
    use nix::unistd::Pid;

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
    fn a_process_belongs_to_its_own_family_and_to_that_of_its_parent() {
        let pid = Pid::this().as_raw();
        assert!(family(pid).contains(&pid));
        assert!(family(Pid::parent().as_raw()).contains(&pid));
    }
}

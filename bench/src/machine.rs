//! The machine and the programs of a run, for people who compare figures.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::cli::TargetArgs;
use crate::digits::grouped;

/// What is unknown is missing.
pub(crate) fn describe(args: &TargetArgs) -> Value {
    let server = args.server_binary.to_string_lossy();
    json!({
        "cpu": read("/proc/cpuinfo").and_then(|text| cpu_model(&text)),
        "architecture": std::env::consts::ARCH,
        "processors": std::thread::available_parallelism().ok().map(usize::from),
        "memory": read("/proc/meminfo").and_then(|text| memory(&text)),
        "kernel": read("/proc/sys/kernel/osrelease").map(|text| format!("Linux {}", text.trim())),
        "system": read("/etc/os-release").and_then(|text| system(&text)),
        "scimd": first_line(&server, &["--version"]),
        "commit": first_line("git", &["rev-parse", "--short", "HEAD"]),
        "rustc": first_line("rustc", &["--version"]),
        "date": first_line("date", &["-u", "+%Y-%m-%d"]),
    })
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let line = text.lines().next()?.trim();
    (output.status.success() && !line.is_empty()).then(|| line.to_owned())
}

fn cpu_model(text: &str) -> Option<String> {
    let mut lines = text.lines();
    let line = lines.find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The memory of the machine, in whole MiB.
fn memory(text: &str) -> Option<String> {
    let mut lines = text.lines();
    let kib = lines.find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = kib.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(format!("{} MiB", grouped(kib / 1024)))
}

fn system(text: &str) -> Option<String> {
    let mut lines = text.lines();
    let name = lines.find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(name.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_among_the_others() {
        let cpus =
            "processor\t: 0\nmodel name\t: Some CPU @ 2.00GHz\nflags\t: a\nmodel name\t: Other\n";
        assert_eq!(cpu_model(cpus).as_deref(), Some("Some CPU @ 2.00GHz"));
        let memory_of = "MemTotal:       24576000 kB\nMemFree: 1 kB\n";
        assert_eq!(memory(memory_of).as_deref(), Some("24,000 MiB"));
        let release = "ID=x\nPRETTY_NAME=\"Some Linux 1 (one)\"\n";
        assert_eq!(system(release).as_deref(), Some("Some Linux 1 (one)"));
    }

    #[test]
    fn what_is_unknown_is_missing() {
        assert_eq!(cpu_model("processor : 0"), None);
        assert_eq!(memory(""), None);
        assert_eq!(first_line("no-such-program-anywhere", &[]), None);
    }
}

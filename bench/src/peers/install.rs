//! Installs the packages of a peer in its directory, and nowhere else.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::catalogue::{Peer, Registry, When};
use crate::load::fail_if_interrupted;
use crate::{Result, say};

const STEP_MAX: Duration = Duration::from_secs(600);
const POLL: Duration = Duration::from_millis(50);
/// Holds the list of packages when all of them are there.
const STAMP: &str = "installed";
const LOG: &str = "install.log";
const TOLD_LINES: usize = 3;
const TOLD_CHARS: usize = 300;

pub(super) fn install(peer: &Peer, directory: &Path) -> Result<()> {
    write_files(peer, directory, When::Before)?;
    let packages = peer.files[0].text;
    let stamp = directory.join(STAMP);
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == packages) {
        return write_files(peer, directory, When::After);
    }
    say(&format!("installing {}", peer.title));
    match peer.registry {
        Registry::Python => {
            step(directory, &["python3", "-m", "venv", "venv"])?;
            let pip = ["venv/bin/python", "-m", "pip", "install"];
            let quiet = ["--quiet", "--no-input", "--disable-pip-version-check"];
            step(
                directory,
                &[&pip[..], &quiet[..], &["-r", "requirements.txt"]].concat(),
            )?;
        }
        Registry::Npm => {
            let quiet = ["--no-audit", "--no-fund", "--no-package-lock"];
            step(directory, &[&["npm", "install"], &quiet[..]].concat())?;
        }
    }
    write_files(peer, directory, When::After)?;
    Ok(fs::write(stamp, packages)?)
}

fn write_files(peer: &Peer, directory: &Path, when: When) -> Result<()> {
    for file in peer.files.iter().filter(|file| file.when == when) {
        let place = directory.join(file.place);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(place, file.text)?;
    }
    Ok(())
}

/// Runs one command to its end. It has a process group of its own, so that an interruption ends all it has started.
fn step(directory: &Path, command: &[&str]) -> Result<()> {
    let failed = |why: String| format!("could not be installed: `{}`: {why}", command.join(" "));
    let (program, arguments) = command.split_first().ok_or("no command")?;
    let log_path = directory.join(LOG);
    let log = File::create(&log_path)?;
    let child = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .env("PIP_CACHE_DIR", directory.join("cache"))
        .env("npm_config_cache", directory.join("cache"))
        .stdin(std::process::Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .process_group(0)
        .spawn();
    let mut child = child.map_err(|error| failed(error.to_string()))?;
    match wait(&mut child) {
        Ok(true) => Ok(()),
        Ok(false) => Err(failed(told(&log_path)).into()),
        Err(error) => {
            let _ = killpg(Pid::from_raw(i32::try_from(child.id())?), Signal::SIGTERM);
            let _ = child.wait();
            Err(failed(error.to_string()).into())
        }
    }
}

/// Whether the command succeeded.
fn wait(child: &mut Child) -> Result<bool> {
    let deadline = Instant::now() + STEP_MAX;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        fail_if_interrupted()?;
        if Instant::now() >= deadline {
            return Err(format!("not done after {} s", STEP_MAX.as_secs()).into());
        }
        std::thread::sleep(POLL);
    }
}

/// The beginning of what an installer said: it names the fault first.
fn told(log_path: &Path) -> String {
    let text = fs::read_to_string(log_path).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    let lines: Vec<&str> = lines.take(TOLD_LINES).collect();
    lines.join("; ").chars().take(TOLD_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_that_fails_tells_its_command_and_what_it_said() -> Result<()> {
        let directory = tempfile::tempdir()?;
        let told = |command: &[&str]| match step(directory.path(), command) {
            Ok(()) => String::new(),
            Err(error) => error.to_string(),
        };
        assert_eq!(told(&["true"]), "");
        assert_eq!(
            told(&["sh", "-c", "echo one >&2; echo; echo two; exit 3"]),
            "could not be installed: `sh -c echo one >&2; echo; echo two; exit 3`: one; two"
        );
        assert!(told(&["no-such-program"]).contains("`no-such-program`"));
        Ok(())
    }
}

//! Child processes that never outlive the benchmark.
//!
//! Each runs under a small shell that waits for the end of its standard input. The operating system closes that pipe
//! when the benchmark ends in any way, also by `kill -9` or Ctrl-C. The shell then ends the child.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::Result;

/// `$1` is the signal for an orderly end. The child prints its number itself, before its first own line. The traps keep
/// the shell alive until then. Unlike ignored signals, traps are not inherited. The child has the standard output, so
/// its end is the child's end.
const SCRIPT: &str = r#"
trap : INT TERM
signal=$1; shift
sh -c 'echo $$; exec "$@"' child "$@" </dev/null & child=$!
exec >/dev/null
cat >/dev/null
kill -"$signal" "$child" 2>/dev/null
wait "$child"
"#;

const START_MAX: Duration = Duration::from_secs(10);
const STOP_MAX: Duration = Duration::from_secs(40);
const POLL: Duration = Duration::from_millis(20);

pub(crate) struct Keeper {
    shell: Child,
    pid: i32,
    lines: Receiver<String>,
}

/// The signal that ends a child in an orderly way.
#[derive(Clone, Copy)]
pub(crate) enum StopSignal {
    /// The signal for a graceful shutdown of a server.
    Term,
    /// The signal for a fast shutdown of PostgreSQL.
    Int,
}

impl Keeper {
    /// Starts `command`. Only its program, arguments, environment, directory and standard error are used.
    ///
    /// `prepare` may set the user and the standard error of the shell; both are inherited by the child.
    pub(crate) fn start(
        stop: StopSignal,
        command: &[&str],
        prepare: impl FnOnce(&mut Command),
    ) -> Result<Self> {
        let signal = match stop {
            StopSignal::Term => "TERM",
            StopSignal::Int => "INT",
        };
        let mut shell = Command::new("sh");
        shell.args(["-c", SCRIPT, "keeper", signal]).args(command);
        shell.stdin(Stdio::piped()).stdout(Stdio::piped());
        prepare(&mut shell);
        let mut shell = shell.spawn()?;
        let lines = shell
            .stdout
            .take()
            .map(read_lines)
            .ok_or("no standard output")?;
        let pid = lines
            .recv_timeout(START_MAX)
            .map_err(|_| "the child did not start")?
            .trim()
            .parse()?;
        Ok(Self { shell, pid, lines })
    }

    pub(crate) fn pid(&self) -> i32 {
        self.pid
    }

    /// The next line of the child's standard output. `None` when the child has ended or `wait` is over.
    pub(crate) fn line(&self, wait: Duration) -> Option<String> {
        self.lines.recv_timeout(wait).ok()
    }

    /// Whether the child has closed its standard output, which it does when it ends.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(
            self.lines.try_recv(),
            Err(std::sync::mpsc::TryRecvError::Disconnected)
        )
    }
}

/// Reads on another thread, so that waiting for a line has a limit and the pipe never fills.
fn read_lines(output: std::process::ChildStdout) -> Receiver<String> {
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output)
            .lines()
            .map_while(std::io::Result::ok)
        {
            // The receiver may be gone. Reading on keeps the pipe empty.
            let _ = sender.send(line);
        }
    });
    lines
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.shell.stdin.take());
        let deadline = Instant::now() + STOP_MAX;
        while matches!(self.shell.try_wait(), Ok(None)) {
            if Instant::now() >= deadline {
                // The shell still waits for this child, so the number cannot belong to another process.
                let _ = kill(Pid::from_raw(self.pid), Signal::SIGKILL);
                break;
            }
            std::thread::sleep(POLL);
        }
        let _ = self.shell.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Duration = Duration::from_secs(10);

    #[test]
    fn a_child_speaks_and_ends_with_its_keeper() -> Result<()> {
        let keeper = Keeper::start(
            StopSignal::Term,
            &["sh", "-c", "echo ready; exec sleep 60"],
            |_| {},
        )?;
        assert_eq!(keeper.line(WAIT).as_deref(), Some("ready"));
        let pid = keeper.pid();
        drop(keeper);
        assert!(!std::path::Path::new(&format!("/proc/{pid}")).exists());
        Ok(())
    }

    #[test]
    fn a_child_that_ends_is_noticed() -> Result<()> {
        let keeper = Keeper::start(StopSignal::Term, &["true"], |_| {})?;
        assert_eq!(keeper.line(WAIT), None);
        assert!(keeper.has_ended());
        Ok(())
    }
}

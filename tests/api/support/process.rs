//! The server as a child process: started, read from until it says where it listens, killed.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use super::account::Account;

/// A running `scimd serve`. Its stdout is read line by line, its stderr goes to a file.
pub(crate) struct Process {
    child: Child,
    lines: Mutex<Receiver<String>>,
    log: PathBuf,
}

/// A `scimd` command on a database, with nothing of the caller's own `SCIMD_*` variables.
pub(crate) fn command(database_url: &str, directory: &Path) -> Command {
    command_of(
        env!("CARGO_BIN_EXE_scimd").as_ref(),
        database_url,
        directory,
    )
}

/// The same, run by an account that may not reach the place where the program was built.
pub(crate) fn command_as(account: Account, database_url: &str, directory: &Path) -> Command {
    let program = directory.join("scimd");
    if !program.exists() {
        fs::copy(env!("CARGO_BIN_EXE_scimd"), &program).expect("a copy of the program");
    }
    let mut command = command_of(&program, database_url, directory);
    account.runs(&mut command);
    command
}

fn command_of(program: &Path, database_url: &str, directory: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SCIMD_") {
            command.env_remove(name);
        }
    }
    command
        .env("SCIMD_DATABASE_URL", database_url)
        .current_dir(directory)
        .stdin(Stdio::null());
    command
}

/// The same command in a process that may have so many files open and no more.
pub(crate) fn with_open_files(limit: u32, command: &Command) -> Command {
    let mut limited = Command::new("sh");
    limited
        .arg("-c")
        .arg(format!("ulimit -n {limit} && exec \"$0\" \"$@\""))
        .arg(command.get_program())
        .args(command.get_args())
        .stdin(Stdio::null());
    if let Some(directory) = command.get_current_dir() {
        limited.current_dir(directory);
    }
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    limited
}

impl Process {
    /// Starts `command`; its log is appended to `log`, so that a restarted server continues it.
    pub(crate) fn spawn(mut command: Command, log: PathBuf) -> Self {
        let stderr = open_log(&log);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(stderr)
            .spawn()
            .expect("the scimd binary starts");
        let stdout = child.stdout.take().expect("stdout is a pipe");
        let (sender, lines) = channel();
        // The thread ends with the pipe. Without it a full pipe could block the server.
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            lines: Mutex::new(lines),
            log,
        }
    }

    /// The next line on stdout; waits for it. `None` when the server has ended.
    pub(crate) fn next_line(&self) -> Option<String> {
        let lines = self.lines.lock().expect("no reader panicked");
        lines.recv().ok()
    }

    /// The next line on stdout of a server that must not end.
    #[track_caller]
    pub(crate) fn line(&self) -> String {
        self.next_line()
            .unwrap_or_else(|| panic!("scimd ended early; its log:\n{}", self.log()))
    }

    /// Everything logged so far.
    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap_or_default()).into_owned()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// `kill -9`, and waits until the process is gone.
    pub(crate) fn kill(&mut self) {
        // Errors mean that it has already ended, which is what is wanted.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// SIGTERM. The standard library has no name for it.
    pub(crate) fn terminate(&self) {
        let status = Command::new("kill").arg(self.pid().to_string()).status();
        assert!(
            status.is_ok_and(|status| status.success()),
            "kill {}",
            self.pid()
        );
    }

    /// Exit status, once the process ends by itself.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        self.child.wait().ok().and_then(|status| status.code())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        if thread::panicking() {
            eprintln!(
                "--- log of the server ---\n{}--- end of log ---",
                self.log()
            );
        }
    }
}

fn open_log(path: &Path) -> File {
    OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .expect("a log file for the server")
}

//! What a finished `scimd` command left behind.

use std::process::Command;

/// Exit status and output of one command.
#[derive(Debug)]
pub(crate) struct CliOutput {
    /// -1 when a signal ended it.
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl CliOutput {
    pub(crate) fn run(mut command: Command) -> Self {
        let output = command.output().expect("the scimd binary starts");
        Self {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Stdout of a command that must have succeeded.
    #[track_caller]
    pub(crate) fn ok(&self) -> String {
        assert_eq!(self.status, 0, "the command failed: {self:#?}");
        self.stdout.clone()
    }

    /// Stderr of a command that must have failed, but not crashed.
    #[track_caller]
    pub(crate) fn refused(&self) -> String {
        assert!(self.status > 0, "the command should fail: {self:#?}");
        assert!(
            !self.stderr.contains("panicked"),
            "a refusal is not a crash: {self:#?}"
        );
        self.stderr.clone()
    }
}

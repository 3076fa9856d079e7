//! The scimd process that is measured, and its command line.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::Result;
use crate::cli::TargetArgs;
use crate::keeper::{Keeper, StopSignal};

/// Includes the migrations of a fresh database.
const START_MAX: Duration = Duration::from_secs(60);
/// The large group is filled with few large requests.
const BODY_MAX_BYTES: &str = "16777216";
const LOG_TAIL_LINES: usize = 5;

pub(crate) struct Server {
    keeper: Keeper,
    /// `http://127.0.0.1:PORT`
    pub(crate) origin: String,
}

impl Server {
    /// Starts `serve` on a port of the system's choice; with `bootstrap_token` a fresh database gets that token.
    pub(crate) fn start(
        args: &TargetArgs,
        database_url: &str,
        bootstrap_token: Option<&str>,
        directory: &Path,
    ) -> Result<Self> {
        let binary = binary(args)?;
        let log_path = directory.join("server.log");
        let log = File::create(&log_path)?;
        let keeper = Keeper::start(
            StopSignal::Term,
            &[&binary.to_string_lossy(), "serve"],
            |shell| {
                shell
                    .env("SCIMD_DATABASE_URL", database_url)
                    .env("SCIMD_BIND", "127.0.0.1:0")
                    .env("SCIMD_BODY_MAX_BYTES", BODY_MAX_BYTES)
                    .env("SCIMD_LOG_LEVEL", &args.server_log_level)
                    .env_remove("SCIMD_BASE_URL")
                    .env_remove("SCIMD_BOOTSTRAP_TOKEN")
                    .stderr(log);
                if let Some(token) = bootstrap_token {
                    shell.env("SCIMD_BOOTSTRAP_TOKEN", token);
                }
            },
        )?;
        match announced_origin(&keeper) {
            Some(origin) => Ok(Self { keeper, origin }),
            None => Err(format!(
                "the server did not say where it listens\n{}",
                tail(&log_path)
            )
            .into()),
        }
    }

    pub(crate) fn pid(&self) -> i32 {
        self.keeper.pid()
    }
}

/// `scimd 0.1.0 listening on http://127.0.0.1:PORT` is among the first lines of standard output.
fn announced_origin(keeper: &Keeper) -> Option<String> {
    let deadline = Instant::now() + START_MAX;
    loop {
        let line = keeper.line(deadline.saturating_duration_since(Instant::now()))?;
        if let Some((_, origin)) = line.split_once(" listening on ") {
            return Some(origin.trim().to_owned());
        }
    }
}

fn binary(args: &TargetArgs) -> Result<PathBuf> {
    fs::canonicalize(&args.server_binary).map_err(|error| {
        let path = args.server_binary.display();
        format!("{path}: {error}; build it with `cargo build --release`, or name it with --server-binary").into()
    })
}

/// The end of a log, for a message about a failed start.
pub(crate) fn tail(log_path: &Path) -> String {
    let text = fs::read_to_string(log_path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(LOG_TAIL_LINES)..].join("\n")
}

/// A private tenant of this run, in a given database. It is deleted when this is dropped.
pub(crate) struct Tenant {
    binary: PathBuf,
    database_url: String,
    pub(crate) slug: String,
}

impl Tenant {
    pub(crate) fn create(args: &TargetArgs, database_url: &str, slug: &str) -> Result<Self> {
        let tenant = Self {
            binary: binary(args)?,
            database_url: database_url.to_owned(),
            slug: slug.to_owned(),
        };
        tenant.scimd(&["tenant", "create", slug])?;
        Ok(tenant)
    }

    /// A token that can write. It expires soon, in case the deletion at the end fails.
    pub(crate) fn token(&self) -> Result<String> {
        let options = [
            "--label",
            "scimd-bench",
            "--scope",
            "write",
            "--expires-in",
            "1d",
        ];
        let printed =
            self.scimd(&[&["token", "create", self.slug.as_str()][..], &options[..]].concat())?;
        Ok(printed
            .lines()
            .last()
            .ok_or("`scimd token create` printed nothing")?
            .trim()
            .to_owned())
    }

    fn scimd(&self, arguments: &[&str]) -> Result<String> {
        let output = Command::new(&self.binary)
            .args(arguments)
            .env("SCIMD_DATABASE_URL", &self.database_url)
            .output()?;
        if !output.status.success() {
            let errors = String::from_utf8_lossy(&output.stderr);
            return Err(format!("scimd {}: {}", arguments.join(" "), errors.trim()).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }
}

impl Drop for Tenant {
    fn drop(&mut self) {
        if let Err(error) = self.scimd(&["tenant", "delete", &self.slug, "--yes"]) {
            crate::say(&format!("tenant {} is left behind: {error}", self.slug));
        }
    }
}

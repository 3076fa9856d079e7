//! A private PostgreSQL cluster of this run, with the default settings of its installation (fsync on).

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use nix::unistd::{User, geteuid};

use crate::Result;
use crate::keeper::{Keeper, StopSignal};
use crate::measure::random_hex;
use crate::server::tail;

const SUPERUSER: &str = "bench";
const START_MAX: Duration = Duration::from_secs(30);
/// Another process may take a free port before the cluster listens on it.
const PORT_TRIES: usize = 5;
const POLL: Duration = Duration::from_millis(50);

pub(crate) struct Cluster {
    keeper: Keeper,
    port: u16,
    password: String,
    programs: PathBuf,
}

impl Cluster {
    /// Makes and starts a cluster under `directory`, reachable on the loopback address with a password.
    pub(crate) fn start(directory: &Path) -> Result<Self> {
        let programs = find_programs()?;
        let owner = unprivileged_owner()?;
        let home = directory.join("postgres");
        fs::create_dir(&home)?;
        let password = random_hex(16)?;
        write_password(&home, &password)?;
        if let Some(owner) = &owner {
            // The owner of the cluster needs access to the directory above, which only our account can list.
            fs::set_permissions(directory, fs::Permissions::from_mode(0o711))?;
            for path in [&home, &home.join("password")] {
                chown(path, Some(owner.uid.as_raw()), Some(owner.gid.as_raw()))?;
            }
        }
        initdb(&programs, &home, owner.as_ref())?;
        for _ in 0..PORT_TRIES {
            let port = free_port()?;
            let keeper = postmaster(&programs, &home, owner.as_ref(), port)?;
            if is_ready(&keeper, &home) {
                return Ok(Self {
                    keeper,
                    port,
                    password,
                    programs,
                });
            }
        }
        Err(format!(
            "PostgreSQL did not start\n{}",
            tail(&directory.join("postgres.log"))
        )
        .into())
    }

    pub(crate) fn url(&self) -> String {
        format!(
            "postgres://{SUPERUSER}:{}@127.0.0.1:{}/postgres",
            self.password, self.port
        )
    }

    pub(crate) fn postmaster_pid(&self) -> i32 {
        self.keeper.pid()
    }

    /// A client program of the same installation, or of the search path, with the connection in its environment.
    pub(crate) fn client_program(&self, name: &str) -> Option<Command> {
        let beside = self.programs.join(name);
        let program = if beside.is_file() {
            beside
        } else {
            in_search_path(name)?
        };
        let mut command = Command::new(program);
        command
            .env("PGHOST", "127.0.0.1")
            .env("PGPORT", self.port.to_string())
            .env("PGUSER", SUPERUSER)
            .env("PGPASSWORD", &self.password)
            .env("PGDATABASE", "postgres");
        Some(command)
    }
}

/// Finds the server programs. Debian keeps each version apart. Fedora and others put them into the search path.
fn find_programs() -> Result<PathBuf> {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|entries| {
            entries
                .flatten()
                .map(|entry| entry.path().join("bin"))
                .collect()
        })
        .unwrap_or_default();
    versions.retain(|bin| bin.join("initdb").is_file());
    versions.sort_by_key(|bin| {
        let version = bin
            .parent()
            .and_then(Path::file_name)
            .map(|name| name.to_string_lossy().into_owned());
        version.and_then(|version| version.parse::<u32>().ok())
    });
    let search_path = || in_search_path("initdb")?.parent().map(Path::to_path_buf);
    versions.pop().or_else(search_path).ok_or_else(|| {
        "the server programs of PostgreSQL (initdb, postgres) are not installed; on Debian: apt-get install \
         postgresql; or give --database-url"
            .into()
    })
}

fn in_search_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|directory| directory.join(name))
        .find(|program| program.is_file())
}

/// PostgreSQL refuses to run as root. Then it runs under the account of its package, or `nobody`.
fn unprivileged_owner() -> Result<Option<User>> {
    if !geteuid().is_root() {
        return Ok(None);
    }
    match User::from_name("postgres")?.or(User::from_name("nobody")?) {
        Some(user) => Ok(Some(user)),
        None => {
            Err("running as root, and there is neither a user postgres nor a user nobody".into())
        }
    }
}

fn write_password(home: &Path, password: &str) -> Result<()> {
    let mut file = File::create_new(home.join("password"))?;
    file.set_permissions(fs::Permissions::from_mode(0o600))?;
    Ok(file.write_all(password.as_bytes())?)
}

fn become_owner(command: &mut Command, owner: Option<&User>) {
    if let Some(owner) = owner {
        command.uid(owner.uid.as_raw()).gid(owner.gid.as_raw());
    }
}

fn initdb(programs: &Path, home: &Path, owner: Option<&User>) -> Result<()> {
    let mut command = Command::new(programs.join("initdb"));
    command
        .args([
            "--username",
            SUPERUSER,
            "--auth",
            "scram-sha-256",
            "--encoding",
            "UTF8",
            "--locale",
            "C",
        ])
        .args(["--pwfile", "password", "--pgdata", "data", "--no-sync"])
        .current_dir(home);
    become_owner(&mut command, owner);
    let output = command.output()?;
    if !output.status.success() {
        return Err(format!("initdb: {}", String::from_utf8_lossy(&output.stderr).trim()).into());
    }
    Ok(())
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn postmaster(programs: &Path, home: &Path, owner: Option<&User>, port: u16) -> Result<Keeper> {
    let log_path = home.with_extension("log");
    let log = File::create(log_path)?;
    let postgres = programs.join("postgres");
    let (postgres, port) = (postgres.to_string_lossy(), port.to_string());
    let command = [
        &*postgres,
        "-D",
        "data",
        "-p",
        &port,
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "unix_socket_directories=",
    ];
    Keeper::start(StopSignal::Int, &command, |shell| {
        shell.current_dir(home).stderr(log);
        become_owner(shell, owner);
    })
}

/// The postmaster writes `ready` into the eighth line of its pid file when it accepts connections.
fn is_ready(keeper: &Keeper, home: &Path) -> bool {
    let deadline = Instant::now() + START_MAX;
    while Instant::now() < deadline && !keeper.has_ended() {
        match fs::read_to_string(home.join("data/postmaster.pid")) {
            Ok(text)
                if text
                    .lines()
                    .nth(7)
                    .is_some_and(|status| status.trim() == "ready") =>
            {
                return true;
            }
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(_) => return false,
        }
        std::thread::sleep(POLL);
    }
    false
}

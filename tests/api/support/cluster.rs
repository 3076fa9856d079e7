//! A PostgreSQL of one test, for settings that the one of all tests must not have.

use std::env;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::account::Account;

const PASSWORD: &str = "only-for-a-test";
/// How long it may take to start.
const PATIENCE: Duration = Duration::from_secs(60);
/// Somebody else may take a free port before the server does.
const PORTS_MAX: usize = 5;

/// A running server. It ends with the value.
pub(crate) struct Cluster {
    server: Child,
    port: u16,
}

impl Cluster {
    /// Makes and starts a cluster in this directory.
    pub(crate) fn start(directory: &Path) -> Self {
        let programs = programs();
        let account = Account::unprivileged(directory);
        let home = directory.join("postgres");
        fs::create_dir(&home).expect("a directory for the cluster");
        let secret = home.join("password");
        fs::write(&secret, PASSWORD).expect("a file for the password");
        for path in [&home, &secret] {
            account.inspect(|account| account.owns(path));
        }
        let run = |program: &str| {
            let mut command = Command::new(programs.join(program));
            command.current_dir(&home).env("LC_ALL", "C");
            account.inspect(|account| account.runs(&mut command));
            command
        };
        let made = run("initdb")
            .args(["--pgdata=data", "--username=postgres", "--encoding=UTF8"])
            .args(["--auth=scram-sha-256", "--pwfile=password", "--no-sync"])
            .output()
            .expect("initdb starts");
        let complaint = String::from_utf8_lossy(&made.stderr);
        assert!(made.status.success(), "initdb: {complaint}");
        for _ in 0..PORTS_MAX {
            let port = free_port();
            let mut server = run("postgres")
                .args(["-D", "data", "-p", &port.to_string(), "-c", "fsync=off"])
                .args(["-c", "listen_addresses=127.0.0.1"])
                .args(["-c", "unix_socket_directories="])
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(File::create(directory.join("postgres.log")).expect("a log"))
                .spawn()
                .expect("postgres starts");
            if is_ready(&mut server, &home) {
                return Self { server, port };
            }
        }
        let log = fs::read_to_string(directory.join("postgres.log"));
        panic!("PostgreSQL does not start: {}", log.unwrap_or_default());
    }

    pub(crate) fn url(&self) -> String {
        format!(
            "postgres://postgres:{PASSWORD}@127.0.0.1:{}/postgres",
            self.port
        )
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // At once, with all its children. What has ended already is what is wanted.
        let pid = self.server.id().to_string();
        let _ = Command::new("kill").args(["-QUIT", &pid]).status();
        let _ = self.server.wait();
    }
}

/// The directory of the newest server programs, as `scripts/test` finds it.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut bins: Vec<(u32, PathBuf)> = versions
        .flatten()
        .filter_map(|entry| {
            let version = entry.file_name().to_string_lossy().parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    bins.sort();
    let packaged = bins.into_iter().rev().map(|(_, bin)| bin);
    let search_path = env::var_os("PATH").unwrap_or_default();
    let named: Vec<PathBuf> = env::split_paths(&search_path).collect();
    let mut all = named.into_iter().chain(packaged);
    let found = all.find(|bin| bin.join("initdb").exists() && bin.join("postgres").exists());
    found.expect("this test needs PostgreSQL's server programs (initdb, postgres)")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("the port").port()
}

/// The server writes `ready` into the eighth line of its pid file when it takes connections.
fn is_ready(server: &mut Child, home: &Path) -> bool {
    let began = Instant::now();
    while began.elapsed() < PATIENCE && matches!(server.try_wait(), Ok(None)) {
        let told = fs::read_to_string(home.join("data/postmaster.pid")).unwrap_or_default();
        if told.lines().nth(7).map(str::trim) == Some("ready") {
            return true;
        }
        thread::sleep(Duration::from_millis(20));
    }
    let _ = server.kill();
    let _ = server.wait();
    false
}

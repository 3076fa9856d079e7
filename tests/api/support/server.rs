//! A server of one's own: process, database, token and client.

use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use super::backends::{Backend, Database};
use super::behind::{Behind, everything};
use super::cli::CliOutput;
use super::door::Door;
use super::process::{Process, command, command_as, with_open_files};
use super::raw;
use super::reply::Reply;
use super::request::{Request, Target};
use super::{PATCH_OP, USER};

/// Every test server starts with this token, so that none has to be read off its output.
const TOKEN: &str = "scimd_test-token-0123456789-abcdefghijklmnopqrstuv";

/// A running scimd. On drop the process is killed, then its database is removed.
pub(crate) struct TestServer {
    // Before `database`: fields are dropped in order, and a schema with live connections is slow to go.
    process: Process,
    database: Arc<Database>,
    environment: Vec<(String, String)>,
    target: Target,
    startup: Vec<String>,
}

impl TestServer {
    /// A fresh database with the tenant `default` and a token that may write.
    pub(crate) fn start(backend: Backend) -> Self {
        Self::start_with(backend, &[])
    }

    /// As `start`, with more `SCIMD_*` variables; an empty value takes one of ours away.
    pub(crate) fn start_with(backend: Backend, extra: &[(&str, &str)]) -> Self {
        Self::on(Database::create(backend), environment_with(extra))
    }

    /// As `start_with`, in a process that may have so many files open and no more.
    pub(crate) fn start_with_open_files(
        backend: Backend,
        limit: u32,
        extra: &[(&str, &str)],
    ) -> Self {
        let database = Database::create(backend);
        let environment = environment_with(extra);
        let command = with_open_files(limit, &serve(&database, &environment));
        let process = Process::spawn(command, database.directory().join("server.log"));
        Self::of(process, database, environment)
    }

    /// A server that comes to PostgreSQL through a door.
    pub(crate) fn behind_a_door() -> (Self, Door) {
        Self::behind_a_door_with(&[])
    }

    /// As `behind_a_door`, with more `SCIMD_*` variables.
    pub(crate) fn behind_a_door_with(extra: &[(&str, &str)]) -> (Self, Door) {
        let mut database = Database::create(Backend::Postgres);
        let door = database.through_a_door();
        let extra = extra.iter();
        let extra = extra.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let environment = usual_environment().into_iter().chain(extra);
        (Self::on(database, environment.collect()), door)
    }

    /// A server on a SQLite file whose permissions it has to heed, as root need not.
    pub(crate) fn of_no_root() -> Self {
        Self::on(Database::of_no_root(), usual_environment())
    }

    /// A server on a PostgreSQL of its own.
    pub(crate) fn in_a_cluster() -> Self {
        Self::on(Database::in_a_cluster(), usual_environment())
    }

    fn on(database: Database, environment: Vec<(String, String)>) -> Self {
        let process = spawn(&database, &environment);
        Self::of(process, database, environment)
    }

    fn of(process: Process, database: Database, environment: Vec<(String, String)>) -> Self {
        let database = Arc::new(database);
        let (origin, startup) = read_startup(&process);
        Self {
            process,
            database,
            environment,
            target: Target {
                agent: agent(),
                base: format!("{origin}/scim/v2"),
                origin,
                token: TOKEN.to_owned(),
            },
            startup,
        }
    }

    /// A second instance on the same database, with the same settings.
    pub(crate) fn another(&self) -> Self {
        let process = spawn(&self.database, &self.environment);
        let (origin, startup) = read_startup(&process);
        Self {
            process,
            database: Arc::clone(&self.database),
            environment: self.environment.clone(),
            target: Target {
                agent: agent(),
                base: format!("{origin}/scim/v2"),
                origin,
                token: self.target.token.clone(),
            },
            startup,
        }
    }

    /// `http://127.0.0.1:PORT/scim/v2`
    pub(crate) fn base(&self) -> &str {
        &self.target.base
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn origin(&self) -> &str {
        &self.target.origin
    }

    pub(crate) fn token(&self) -> &str {
        &self.target.token
    }

    /// Where files that go with the server may be left.
    pub(crate) fn directory(&self) -> &Path {
        self.database.directory()
    }

    /// The lines on stdout up to and with `base URL:`.
    pub(crate) fn startup(&self) -> &[String] {
        &self.startup
    }

    /// The next line on stdout after those of `startup`.
    #[track_caller]
    pub(crate) fn line(&self) -> String {
        self.process.line()
    }

    /// What the server has logged so far.
    pub(crate) fn log(&self) -> String {
        self.process.log()
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// `HOST:PORT`
    pub(crate) fn address(&self) -> &str {
        self.origin().trim_start_matches("http://")
    }

    /// Memory of the process, on systems that have `/proc`.
    pub(crate) fn resident_kib(&self) -> Option<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).ok()?;
        let mut lines = status.lines();
        let line = lines.find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.split_whitespace().next()?.parse().ok()
    }

    /// Runs `scimd ARGS` on the same database.
    pub(crate) fn cli(&self, args: &[&str]) -> CliOutput {
        let mut command = command(self.database.url(), self.database.directory());
        command.args(args);
        CliOutput::run(command)
    }

    /// As `cli`, with more variables.
    pub(crate) fn cli_with(&self, args: &[&str], environment: &[(&str, &str)]) -> CliOutput {
        let mut command = command(self.database.url(), self.database.directory());
        command.args(args).envs(environment.iter().copied());
        CliOutput::run(command)
    }

    /// As `cli`, with this on standard input.
    pub(crate) fn cli_reading(&self, args: &[&str], text: &str) -> CliOutput {
        let path = self.database.directory().join("standard-input");
        std::fs::write(&path, text).expect("a file for the test");
        let mut command = command(self.database.url(), self.database.directory());
        command.args(args);
        command.stdin(std::fs::File::open(&path).expect("the file"));
        CliOutput::run(command)
    }

    /// A connection to the server's database.
    pub(crate) fn behind(&self) -> Behind {
        Behind::open(&self.database)
    }

    /// Whether a text is stored anywhere in the database.
    pub(crate) fn stores(&self, text: &str) -> bool {
        let all = everything(&self.database);
        all.windows(text.len())
            .any(|window| window == text.as_bytes())
    }

    /// Lets the server's token stand for a user, by name or id (`/Me`).
    pub(crate) fn link_token(&self, user: &str) {
        let listed = self.cli(&["token", "list", "default"]).ok();
        let key_id = listed
            .split_whitespace()
            .next()
            .expect("a token")
            .to_owned();
        self.cli(&["token", "link", "default", &key_id, user]).ok();
    }

    /// Answers by profile `rfc` from now on: by the letter, without the leniency rules.
    pub(crate) fn rfc(&self) -> &Self {
        self.cli(&["tenant", "set", "default", "profile=rfc"]).ok();
        self
    }

    /// Sets the profile, or a rule, of the server's tenant.
    pub(crate) fn set_tenant(&self, setting: &str) {
        self.cli(&["tenant", "set", "default", setting]).ok();
    }

    /// Asks the server to stop, waits for that, and returns its exit status.
    pub(crate) fn stop(&mut self) -> Option<i32> {
        self.process.terminate();
        self.process.wait()
    }

    /// The lines on stdout that nobody has read, once the server has ended.
    pub(crate) fn unread_lines(&self) -> Vec<String> {
        std::iter::from_fn(|| self.process.next_line()).collect()
    }

    /// `kill -9`.
    pub(crate) fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts again on the same database, on a new port.
    pub(crate) fn restart(&mut self) {
        self.process.kill();
        self.process = spawn(&self.database, &self.environment);
        let (origin, startup) = read_startup(&self.process);
        self.target.base = format!("{origin}/scim/v2");
        self.target.origin = origin;
        self.startup = startup;
    }

    pub(crate) fn get(&self, path: &str) -> Request {
        self.request("GET", path)
    }

    pub(crate) fn delete(&self, path: &str) -> Request {
        self.request("DELETE", path)
    }

    pub(crate) fn post(&self, path: &str, body: Value) -> Request {
        self.request("POST", path).json(&body)
    }

    pub(crate) fn put(&self, path: &str, body: Value) -> Request {
        self.request("PUT", path).json(&body)
    }

    /// `operations` is the array; the message around it is made here.
    pub(crate) fn patch(&self, path: &str, operations: Value) -> Request {
        let body = json!({ "schemas": [PATCH_OP], "Operations": operations });
        self.request("PATCH", path).json(&body)
    }

    pub(crate) fn request(&self, method: &str, path: &str) -> Request {
        Request::new(&self.target, method, path)
    }

    /// Sends these bytes as they are; see `raw::exchange`.
    pub(crate) fn exchange(&self, bytes: Vec<u8>) -> Option<Reply> {
        raw::exchange(self.address(), bytes)
    }

    /// The answer to a minimal `POST /Users`, or the reason why there was none.
    pub(crate) fn try_create_user(&self, user_name: &str) -> Result<Reply, ureq::Error> {
        let body = json!({ "schemas": [USER], "userName": user_name });
        self.post("/Users", body).try_send()
    }
}

/// The settings of every test server.
fn usual_environment() -> Vec<(String, String)> {
    let ours = [
        ("SCIMD_BOOTSTRAP_TOKEN", TOKEN),
        ("SCIMD_BIND", "127.0.0.1:0"),
        ("SCIMD_POOL_SIZE", "4"),
        ("SCIMD_WORKERS", "2"),
    ];
    ours.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
}

impl TestServer {
    /// Writes a file for commands; they run where it lies, so its name is its path.
    pub(crate) fn write(&self, name: &str, content: &Value) {
        let path = self.database.directory().join(name);
        std::fs::write(path, content.to_string()).expect("a file for the test");
    }

    /// A token of this scope for the tenant `default`.
    #[track_caller]
    pub(crate) fn token_of(&self, scope: &str) -> String {
        let output = self
            .cli(&["token", "create", "default", "--scope", scope])
            .ok();
        let token = output.lines().last().expect("the token is printed");
        token.trim().to_owned()
    }
}

/// The log of a `serve` on a fresh database that must refuse to start.
#[track_caller]
pub(crate) fn refused_start(backend: Backend, environment: &[(&str, &str)]) -> String {
    let mut settings = vec![("SCIMD_BIND".to_owned(), "127.0.0.1:0".to_owned())];
    settings.extend(
        environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
    );
    let database = Database::create(backend);
    let mut process = spawn(&database, &settings);
    while let Some(line) = process.next_line() {
        assert!(
            !line.contains("listening on"),
            "scimd should not start with {environment:?}"
        );
    }
    let status = process.wait();
    let log = process.log();
    assert!(
        status.is_some_and(|status| status > 0),
        "status {status:?} with {environment:?}: {log}"
    );
    assert!(!log.contains("panicked"), "a refusal is not a crash: {log}");
    log
}

/// Runs `scimd ARGS` to its end, with these variables and a fresh SQLite database.
pub(crate) fn scimd(args: &[&str], environment: &[(&str, &str)]) -> CliOutput {
    let database = Database::create(Backend::Sqlite);
    let mut command = command(database.url(), database.directory());
    command.args(args).envs(environment.iter().copied());
    CliOutput::run(command)
}

fn spawn(database: &Database, environment: &[(String, String)]) -> Process {
    let command = serve(database, environment);
    Process::spawn(command, database.directory().join("server.log"))
}

fn serve(database: &Database, environment: &[(String, String)]) -> Command {
    let (url, directory) = (database.url(), database.directory());
    let mut command = match database.account() {
        Some(account) => command_as(account, url, directory),
        None => command(url, directory),
    };
    command.arg("serve");
    for (name, value) in environment {
        command.env(name, value);
    }
    command
}

/// The usual settings and these; an empty value takes one of ours away.
fn environment_with(extra: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut environment = usual_environment();
    // A debug build on a machine that runs many tests at once is slow, and no fault.
    environment.push(("SCIMD_DATABASE_TIMEOUT_S".to_owned(), "15".to_owned()));
    for (name, value) in extra {
        environment.retain(|(known, _)| known != name);
        if !value.is_empty() {
            environment.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    environment
}

/// Waits for the lines that say where the server listens. The port comes from the first: the base URL may be a public one.
#[track_caller]
fn read_startup(process: &Process) -> (String, Vec<String>) {
    let mut origin = None;
    let mut lines = Vec::new();
    loop {
        let line = process.line();
        if let Some((_, address)) = line.split_once(" listening on ") {
            origin = Some(address.trim().to_owned());
        }
        let last = line.starts_with("base URL:");
        lines.push(line);
        if last {
            let origin = origin.unwrap_or_else(|| panic!("no `listening on` line in {lines:?}"));
            return (origin, lines);
        }
    }
}

/// The limit is only there so that a server that never answers fails its test instead of the whole run.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .max_redirects(0)
        .timeout_global(Some(Duration::from_mins(10)))
        .build()
        .into()
}

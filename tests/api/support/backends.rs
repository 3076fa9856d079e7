//! A fresh, private database for each test server: a directory with a SQLite file, or a schema in the PostgreSQL that
//! `TEST_DATABASE_URL` points to. Both vanish with the value.

use std::env;
use std::fs;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::account::Account;
use super::cluster::Cluster;
use super::door::Door;

/// The databases every test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    Sqlite,
    Postgres,
}

/// A database of one test. The directory exists for both kinds: the server runs in it and logs into it.
pub(crate) struct Database {
    url: String,
    directory: PathBuf,
    schema: Option<Schema>,
    /// Whose the files are and who runs the server, when it is not us.
    account: Option<Account>,
    /// A server of its own.
    cluster: Option<Cluster>,
}

struct Schema {
    server_url: String,
    name: String,
}

impl Database {
    pub(crate) fn create(backend: Backend) -> Self {
        let (name, directory) = place();
        match backend {
            Backend::Sqlite => Self::at(
                format!("sqlite:{}", directory.join("scimd.db").display()),
                directory,
            ),
            Backend::Postgres => {
                let schema = Schema::create(name);
                let mut database = Self::at(schema.url(), directory);
                database.schema = Some(schema);
                database
            }
        }
    }

    /// A SQLite file of an account that has to heed permissions.
    pub(crate) fn of_no_root() -> Self {
        let mut database = Self::create(Backend::Sqlite);
        database.account = Account::unprivileged(&database.directory);
        if let Some(account) = database.account {
            account.owns(&database.directory);
        }
        database
    }

    /// A PostgreSQL of its own.
    pub(crate) fn in_a_cluster() -> Self {
        let (_, directory) = place();
        let cluster = Cluster::start(&directory);
        let mut database = Self::at(cluster.url(), directory);
        database.cluster = Some(cluster);
        database
    }

    fn at(url: String, directory: PathBuf) -> Self {
        Self {
            url,
            directory,
            schema: None,
            account: None,
            cluster: None,
        }
    }

    pub(crate) fn account(&self) -> Option<Account> {
        self.account
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// From now on the server comes to PostgreSQL through a door; we do not.
    pub(crate) fn through_a_door(&mut self) -> Door {
        let mut url = url::Url::parse(&self.url).expect("a URL");
        let host = url.host_str().expect("a host").to_owned();
        let door = Door::to(&host, url.port().unwrap_or(5432));
        url.set_host(Some("127.0.0.1")).expect("a host");
        url.set_port(Some(door.port())).expect("a port");
        self.url = url.into();
        door
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }
}

/// A name, and a directory of that name.
fn place() -> (String, PathBuf) {
    let name = unique_name();
    let directory = env::temp_dir().join(&name);
    fs::create_dir_all(&directory).expect("a directory for the test's files");
    (name, directory)
}

impl Drop for Database {
    fn drop(&mut self) {
        self.cluster = None;
        if let Some(schema) = &self.schema {
            schema.sql(&format!("DROP SCHEMA IF EXISTS {} CASCADE", schema.name));
        }
        // A directory that cannot be removed is litter, not a failed test.
        let _ = fs::remove_dir_all(&self.directory);
    }
}

impl Schema {
    fn create(name: String) -> Self {
        let server_url = env::var("TEST_DATABASE_URL").expect(
            "this test needs PostgreSQL: run scripts/test, which starts one, or set TEST_DATABASE_URL=postgres://...",
        );
        let schema = Self { server_url, name };
        schema.sql(&format!("CREATE SCHEMA {}", schema.name));
        schema
    }

    /// The URL for the server: every connection looks into this schema and nowhere else.
    fn url(&self) -> String {
        let separator = if self.server_url.contains('?') {
            '&'
        } else {
            '?'
        };
        format!(
            "{}{separator}options=-c%20search_path%3D{}",
            self.server_url, self.name
        )
    }

    /// Runs one statement with `psql`, from `TEST_PSQL` or the search path; what it printed.
    fn sql(&self, statement: &str) -> String {
        let psql = env::var_os("TEST_PSQL").unwrap_or_else(|| "psql".into());
        let output = Command::new(&psql)
            .args([
                "--no-psqlrc",
                "--quiet",
                "--no-align",
                "--tuples-only",
                "--set=ON_ERROR_STOP=1",
            ])
            .arg(format!("--command={statement}"))
            .arg(format!("--dbname={}", self.server_url))
            .env("PGOPTIONS", "-c client_min_messages=warning")
            .stdin(Stdio::null())
            .output()
            .unwrap_or_else(|error| panic!("cannot run {}: {error}", psql.display()));
        let complaint = String::from_utf8_lossy(&output.stderr);
        // A second panic while a failed test unwinds would abort the whole run and hide the first.
        if !output.status.success() && !std::thread::panicking() {
            panic!("`{statement}` failed: {complaint}");
        }
        String::from_utf8_lossy(&output.stdout).into_owned()
    }
}

/// A name no other test has, in this run or in another at the same time. `RandomState` is seeded by the operating system.
fn unique_name() -> String {
    format!(
        "scimd_test_{:016x}",
        RandomState::new().build_hasher().finish()
    )
}

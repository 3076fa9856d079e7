//! The target of the load: a server on a fresh database, a server on a given database, or one that already runs.

use tempfile::TempDir;

use crate::Result;
use crate::cli::{DatabaseKind, TargetArgs};
use crate::client::Endpoint;
use crate::cpu::Probe;
use crate::measure::random_hex;
use crate::postgres::Cluster;
use crate::server::{Server, Tenant};

/// Fields are dropped in this order: the tenant while its database runs, and the server before its cluster.
pub(crate) struct Target {
    tenant: Option<Tenant>,
    server: Option<Server>,
    cluster: Option<Cluster>,
    directory: Option<TempDir>,
    endpoint: Endpoint,
    probe: Probe,
    /// `None` when attached: such a server is reached only over HTTP.
    database_url: Option<String>,
    label: &'static str,
}

/// The name of a run in messages and in the report.
pub(crate) fn label(database: Option<DatabaseKind>) -> &'static str {
    match database {
        Some(DatabaseKind::Sqlite) => "SQLite",
        Some(DatabaseKind::Postgres) => "PostgreSQL",
        None => "attached server",
    }
}

impl Target {
    pub(crate) fn open(args: &TargetArgs, database: Option<DatabaseKind>) -> Result<Self> {
        match database {
            None => Self::attach(args),
            Some(DatabaseKind::Sqlite) => Self::fresh(args, None),
            Some(DatabaseKind::Postgres) => match &args.database_url {
                Some(url) => Self::guest(args, url),
                None => {
                    let directory = directory()?;
                    let cluster = Cluster::start(directory.path())?;
                    Self::fresh(args, Some((cluster, directory)))
                }
            },
        }
    }

    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(crate) fn probe(&self) -> Probe {
        self.probe
    }

    /// The database of the server, for data that would take too long over HTTP.
    pub(crate) fn database_url(&self) -> Option<&str> {
        self.database_url.as_deref()
    }

    /// The name of the run in the report.
    pub(crate) fn label(&self) -> &'static str {
        self.label
    }

    /// The private cluster, which the benchmark may change freely.
    pub(crate) fn cluster(&self) -> Option<&Cluster> {
        self.cluster.as_ref()
    }

    fn attach(args: &TargetArgs) -> Result<Self> {
        let url = args.attach.as_deref().ok_or("--attach is missing")?;
        let token = args.token.as_deref().ok_or("--attach needs --token")?;
        Ok(Self {
            tenant: None,
            server: None,
            cluster: None,
            directory: None,
            endpoint: Endpoint::parse(url, token)?,
            probe: Probe {
                server_pid: args.server_pid,
                postmaster_pid: args.postmaster_pid,
            },
            database_url: None,
            label: label(None),
        })
    }

    /// A private database: SQLite in a temporary file, or the private cluster.
    fn fresh(args: &TargetArgs, cluster: Option<(Cluster, TempDir)>) -> Result<Self> {
        let (cluster, directory) = match cluster {
            Some((cluster, directory)) => (Some(cluster), directory),
            None => (None, directory()?),
        };
        let sqlite_url = || format!("sqlite:{}", directory.path().join("scimd.db").display());
        let database_url = cluster.as_ref().map_or_else(sqlite_url, Cluster::url);
        let token = format!("scimd_{}", &random_hex(22)?[..43]);
        let server = Server::start(args, &database_url, Some(&token), directory.path())?;
        let postmaster_pid = cluster.as_ref().map(Cluster::postmaster_pid);
        let kind = cluster
            .as_ref()
            .map_or(DatabaseKind::Sqlite, |_| DatabaseKind::Postgres);
        Ok(Self {
            tenant: None,
            endpoint: Endpoint::parse(&server.origin, &token)?,
            probe: Probe {
                server_pid: Some(server.pid()),
                postmaster_pid,
            },
            server: Some(server),
            cluster,
            directory: Some(directory),
            database_url: Some(database_url),
            label: label(Some(kind)),
        })
    }

    /// A given database: the run works in a tenant that is deleted at the end.
    fn guest(args: &TargetArgs, database_url: &str) -> Result<Self> {
        let directory = directory()?;
        let server = Server::start(args, database_url, None, directory.path())?;
        let tenant = Tenant::create(args, database_url, &format!("bench-{}", random_hex(4)?))?;
        let base = format!("{}/t/{}/scim/v2", server.origin, tenant.slug);
        Ok(Self {
            endpoint: Endpoint::parse(&base, &tenant.token()?)?,
            probe: Probe {
                server_pid: Some(server.pid()),
                postmaster_pid: args.postmaster_pid,
            },
            tenant: Some(tenant),
            server: Some(server),
            cluster: None,
            directory: Some(directory),
            database_url: Some(database_url.to_owned()),
            label: label(Some(DatabaseKind::Postgres)),
        })
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        // This is printed before the fields are dropped, because a loaded database may take seconds to end.
        if self.tenant.is_some() || self.server.is_some() || self.directory.is_some() {
            crate::say("taking everything down");
        }
    }
}

fn directory() -> Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("scimd-bench-").tempdir()?)
}

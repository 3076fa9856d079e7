//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Measures scimd under load and checks its answers while doing so.
#[derive(Parser)]
#[command(
    name = "scimd-bench",
    version,
    after_help = "\
Start here, in a clone of scimd:
  cargo build --release
  cargo run --release -p scimd-bench -- run --database sqlite --large-group 1000 --requests 500   (seconds)
  cargo run --release -p scimd-bench -- run                                                      (both databases, minutes)
  cargo run --release -p scimd-bench -- bulk                                                     (both databases, a minute)
  cargo run --release -p scimd-bench -- walk --database sqlite --walk-users 5000                 (seconds)"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Start a server on a fresh database, seed it, load it, print the report, take everything down again
    #[command(after_help = "\
What runs, in this order: GET /livez (the HTTP floor); create, get, filter by userName and PATCH of users; then
adding and removing one member at a time, to a group of 10 and to the large group in alternating blocks, once over one
connection and once over all of them. Where pgbench is installed its built-in scripts give the floor of PostgreSQL.

The status of every answer is checked, the body of every 50th, and the membership of both groups at the end.
Exit code: 0 all answers right, 1 some wrong, 2 the run could not be carried out. Ratios are printed, never asserted.

Other SCIMD_* variables reach the server that is started, so SCIMD_WORKERS=2 or SCIMD_POOL_SIZE=4 can be compared.")]
    Run(RunArgs),
    /// Every kind of request beside its floors: the same statements alone, and a bare handler
    #[command(after_help = "\
What runs, in this order: get, look-ups, pages, a group with and without members; walks over all users by startIndex and by
cursor; PATCH, PUT, create, members, delete, groups, bulk; a mix; the floors; with --multiply-to the same look-ups and walks over
so many users. Floors: on PostgreSQL pgbench runs the statements that the request cannot do without, on SQLite a loop does;
a bare handler answers with a body of that size.

Each scenario prints its latencies, the CPU of server and database for a request, the highest memory of the server, and its
ratio to the floor of the same run: 1.50 in CPU is half as much again as the statements alone take. Exit codes as of `run`.

Try it in a minute, then measure:
  scripts/bench --database sqlite --users 400 --requests 400
  scripts/bench
  scripts/bench --multiply-to 1000000")]
    Table(TableArgs),
    /// Answer every request with a body of this size (the floor of `table` starts it)
    #[command(hide = true)]
    Bare {
        /// Bytes of the body
        #[arg(long)]
        bytes: usize,
    },
    /// Compare one bulk request with as many single requests over one connection
    #[command(after_help = "\
What runs: rounds in which users are created once by one POST /Bulk and once by one POST each, and then created and
patched likewise, half and half, the PATCHes by bulkId. Who goes first alternates. The status of every operation is
checked, and after every round how many users there are. Exit codes as of `run`.")]
    Bulk(BulkArgs),
    /// Walk over many users page by page, by startIndex and by cursor, and compare the last pages with the first
    #[command(after_help = "\
The server writes one user, and the database multiplies it: the server sees rows as it writes them, without the time that
so many requests would take. With --attach the walk goes over the users that are there. Every page is checked, and at the
end that everybody was seen exactly once. Exit codes as of `run`.")]
    Walk(WalkArgs),
}

/// The server and its database.
#[derive(Args)]
pub(crate) struct TargetArgs {
    /// Databases to measure, one after the other
    #[arg(long, value_enum, default_value = "both", conflicts_with = "attach")]
    database: DatabaseChoice,
    /// The server to measure; build it with `cargo build --release`
    #[arg(long, default_value = "target/release/scimd", value_name = "PATH")]
    pub(crate) server_binary: PathBuf,
    /// Log level of the server that is started (its log goes to a temporary file)
    #[arg(long, default_value = "info", value_name = "LEVEL")]
    pub(crate) server_log_level: String,
    /// PostgreSQL database to use instead of a private cluster: a tenant is made in it and deleted at the end
    #[arg(
        long,
        env = "SCIMD_BENCH_DATABASE_URL",
        hide_env_values = true,
        value_name = "postgres://..."
    )]
    pub(crate) database_url: Option<String>,
    /// Load a server that already runs (its base URL, on this machine); what is created there stays
    #[arg(long, value_name = "URL", requires = "token")]
    pub(crate) attach: Option<String>,
    /// Bearer token with write scope, for --attach
    #[arg(
        long,
        env = "SCIMD_BENCH_TOKEN",
        hide_env_values = true,
        value_name = "TOKEN"
    )]
    pub(crate) token: Option<String>,
    /// With --attach: process id of that server, to measure its CPU and its memory
    #[arg(long, value_name = "PID", requires = "attach")]
    pub(crate) server_pid: Option<i32>,
    /// With --attach or --database-url: process id of the postmaster, to measure the CPU of its processes
    #[arg(long, value_name = "PID")]
    pub(crate) postmaster_pid: Option<i32>,
}

/// The load: connections, requests, members.
#[derive(Args)]
pub(crate) struct RunArgs {
    /// Keep-alive connections, each with its own thread
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) connections: u16,
    /// Requests of each scenario
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(32..=1_000_000))]
    pub(crate) requests: u32,
    /// Members of the large group, which is also the number of users seeded
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(11..=1_000_000))]
    pub(crate) large_group: u32,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

/// What `table` measures if nothing else is said. Figures of smaller runs say little.
const TABLE_REQUESTS: u32 = 8_000;
const TABLE_USERS: u32 = 10_000;

/// The size of the table.
#[derive(Args)]
pub(crate) struct TableArgs {
    /// Keep-alive connections, each with its own thread
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) connections: u16,
    /// Requests of each scenario; pages have a tenth, the large group a fortieth
    #[arg(long, default_value_t = TABLE_REQUESTS, value_parser = clap::value_parser!(u32).range(100..=1_000_000))]
    pub(crate) requests: u32,
    /// Users of the tenant, and members of the large group
    #[arg(long, default_value_t = TABLE_USERS, value_parser = clap::value_parser!(u32).range(200..=1_000_000))]
    pub(crate) users: u32,
    /// Afterwards grow the directory to so many users, and repeat look-ups, gets and walks; 1000000 takes minutes
    #[arg(long, value_name = "USERS", conflicts_with = "attach", value_parser = clap::value_parser!(u32).range(1_000..=10_000_000))]
    pub(crate) multiply_to: Option<u32>,
    /// Afterwards measure other SCIM servers too: pip and npm install them (python3, node and npm must be there)
    #[arg(long)]
    pub(crate) peers: bool,
    /// Where those are installed; nothing is written elsewhere
    #[arg(long, default_value = "target/peers", value_name = "DIRECTORY")]
    pub(crate) peers_directory: PathBuf,
    /// Append the report to this file, as a line of JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Write the figures into this page, between `<!-- begin figures -->` and `<!-- end figures -->`. A run that is smaller
    /// than the default, of one database only, or with wrong answers leaves the page as it is
    #[arg(long, value_name = "FILE")]
    pub(crate) page: Option<PathBuf>,
    /// Write the page after any run
    #[arg(long, requires = "page")]
    pub(crate) page_always: bool,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

/// The size and the number of bulk requests.
#[derive(Args)]
pub(crate) struct BulkArgs {
    /// Operations of a bulk request, and single requests on the other side
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    pub(crate) operations: u32,
    /// Rounds; in each, both sides have their turn
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub(crate) rounds: u32,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

/// The number of users in a walk.
#[derive(Args)]
pub(crate) struct WalkArgs {
    /// Users of the tenant [default: 1000000 on PostgreSQL, 200000 on SQLite]
    #[arg(long, conflicts_with = "attach", value_parser = clap::value_parser!(u32).range(200..=10_000_000))]
    walk_users: Option<u32>,
    #[command(flatten)]
    pub(crate) target: TargetArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum DatabaseChoice {
    Sqlite,
    Postgres,
    Both,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum DatabaseKind {
    Sqlite,
    Postgres,
}

impl TargetArgs {
    /// The runs to make. `None` stands for a server that already runs, on any database.
    pub(crate) fn databases(&self) -> Vec<Option<DatabaseKind>> {
        if self.attach.is_some() {
            return vec![None];
        }
        match self.database {
            DatabaseChoice::Sqlite => vec![Some(DatabaseKind::Sqlite)],
            DatabaseChoice::Postgres => vec![Some(DatabaseKind::Postgres)],
            DatabaseChoice::Both => vec![Some(DatabaseKind::Sqlite), Some(DatabaseKind::Postgres)],
        }
    }
}

impl TableArgs {
    /// Why a page should not have the figures of this run, if `reports` databases were measured without wrong answers.
    pub(crate) fn reason_to_keep(&self, reports: usize) -> Option<&'static str> {
        let is_small = self.users < TABLE_USERS || self.requests < TABLE_REQUESTS;
        match (reports, self.target.databases().len()) {
            (0, _) => Some("there are no figures"),
            _ if self.page_always => None,
            (some, all) if some < all => {
                Some("not every database was measured without wrong answers")
            }
            (_, 1) => Some("only one of the two databases was measured"),
            _ if is_small => Some("the run was smaller than the default"),
            _ => None,
        }
    }
}

impl WalkArgs {
    /// The number of users that the database at `database_url` gets.
    pub(crate) fn users(&self, database_url: &str) -> u32 {
        let default = if database_url.starts_with("sqlite:") {
            200_000
        } else {
            1_000_000
        };
        self.walk_users.unwrap_or(default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn only_a_full_run_writes_a_page_unasked() -> Result<(), clap::Error> {
        let check = |options: &[&str], reports, is_kept| {
            let command = ["scimd-bench", "table", "--page", "p.md"];
            let cli = Cli::try_parse_from(command.iter().chain(options))?;
            let Command::Table(args) = cli.command else {
                return Err(clap::Error::new(clap::error::ErrorKind::InvalidSubcommand));
            };
            let why = args.reason_to_keep(reports);
            assert_eq!(why.is_some(), is_kept, "{options:?}: {why:?}");
            Ok(())
        };
        check(&[], 2, false)?;
        check(&["--users", "20000"], 2, false)?;
        check(&[], 1, true)?;
        check(&["--users", "9999"], 2, true)?;
        check(&["--requests", "400"], 2, true)?;
        check(&["--database", "sqlite"], 1, true)?;
        check(&["--requests", "400", "--page-always"], 2, false)?;
        check(&["--database", "sqlite", "--page-always"], 1, false)?;
        check(&["--page-always"], 0, true)
    }

    #[test]
    fn attaching_needs_a_token_and_replaces_the_databases() -> Result<(), clap::Error> {
        let url = "http://127.0.0.1:8080/scim/v2";
        let Command::Run(args) =
            Cli::try_parse_from(["scimd-bench", "run", "--attach", url, "--token", "t"])?.command
        else {
            return Err(clap::Error::new(clap::error::ErrorKind::InvalidSubcommand));
        };
        assert!(args.target.databases() == [None]);
        Ok(())
    }
}

//! Every kind of request beside its floors, in one run: the table of `docs/benchmark.md`.

mod bulks;
mod directory;
mod groups;
mod members;
mod mix;
mod reads;
mod size;
mod users;
mod walks;

use std::time::Duration;

use serde_json::json;

use self::directory::Directory;
use crate::Result;
use crate::bare::Bare;
use crate::cli::TableArgs;
use crate::client::Client;
use crate::database;
use crate::load::Load;
use crate::measure::{Bench, Measured};
use crate::report::Report;
use crate::seed::{Seeded, seed};
use crate::statements::{self, Statements};
use crate::target::Target;

const GET: &str = "get by id";

/// A run in progress.
struct Table<'a> {
    bench: &'a Bench,
    seeded: &'a Seeded,
    directory: Directory<'a>,
    requests: usize,
    /// Behind the names of scenarios: how large the directory is, if it has grown.
    suffix: String,
    report: Report,
    floors: Vec<Beside>,
}

/// A scenario that has a floor.
struct Beside {
    name: String,
    /// Floors have their names in the report.
    statements: Statements,
    /// Whether it ran over as many connections as the floor, so that requests per second can be compared.
    by_rate: bool,
}

pub(crate) fn run(args: &TableArgs, target: &Target) -> Result<Report> {
    size::refuse(args, target)?;
    let bench = Bench::new(target, usize::from(args.connections))?;
    let users = usize::try_from(args.users)?;
    let seeded = seed(&bench, users)?;
    let mut table = Table {
        bench: &bench,
        seeded: &seeded,
        directory: Directory::seeded(&bench, &seeded),
        requests: usize::try_from(args.requests)?,
        suffix: String::new(),
        report: Report::new(format!(
            "{}: {} connections, {users} users, all in one group",
            target.label(),
            args.connections
        )),
        floors: Vec::new(),
    };
    table.report.facts(json!({
        "database": target.label(), "version": database::version(target.database_url()), "users": users, "requests": args.requests,
        "connections": args.connections, "multiply_to": args.multiply_to,
    }));
    table.reads()?;
    table.walks(users)?;
    table.writes()?;
    table.mix()?;
    table.bare()?;
    table.statements(target)?;
    if let Some(size) = args.multiply_to {
        table.size(target, usize::try_from(size)?)?;
    }
    table.compare();
    if let Some(path) = &args.json {
        table.report.add_json(path)?;
    }
    Ok(table.report)
}

impl Table<'_> {
    fn measure(
        &mut self,
        name: &str,
        share: usize,
        statements: Option<Statements>,
        step: impl Fn(&Self, &Client, usize) -> Result<Duration> + Sync,
    ) -> Result<()> {
        let name = format!("{name}{}", self.suffix);
        crate::say(&format!("measuring {name}"));
        let count = self.count(share);
        let this = &*self;
        let measured = self
            .bench
            .measure(&name, count, |client, number| step(this, client, number))?;
        self.add(measured, statements);
        Ok(())
    }

    /// The number of requests of a scenario that is heavier by this factor.
    fn count(&self, share: usize) -> usize {
        (self.requests / share).max(self.bench.many.connections())
    }

    fn add(&mut self, measured: Measured, statements: Option<Statements>) {
        self.floors.extend(statements.map(|statements| Beside {
            name: measured.name.clone(),
            statements,
            by_rate: statements.writes(),
        }));
        self.report.scenario(measured);
    }

    /// A scenario over one connection, which has its floor for CPU alone.
    fn cpu_against(&mut self, name: String, statements: Statements) {
        self.floors.push(Beside {
            name,
            statements,
            by_rate: false,
        });
    }

    fn writes(&mut self) -> Result<()> {
        self.changes()?;
        let made = self.creates()?;
        self.members(&made)?;
        self.deletes(&made)?;
        self.groups()?;
        self.bulks()
    }

    /// The bare handler under the same load, with a body of the size of an answer to a GET of a user.
    fn bare(&mut self) -> Result<()> {
        crate::say("measuring a bare handler");
        let path = format!("/Users/{}", self.directory.id(0));
        let body = self.bench.one.first()?.get(&path)?.expect(200)?.body;
        let bare = Bare::start(body.len())?;
        let load = Load::new(&bare.endpoint, self.bench.many.connections());
        let mut measured = Measured::new("bare handler with that body")?;
        let own = self.bench.beside(bare.pid());
        load.run(load.connections(), |client, _| Ok(client.get("/x")?.took));
        own.block(&mut measured, &load, self.requests, |client, _| {
            Ok(client.get("/x")?.expect(200)?.took)
        })?;
        let what = format!("{GET} : {}", measured.name);
        let name = measured.name.clone();
        self.report.scenario(measured);
        self.report.ratio_of(&what, GET, &name);
        Ok(())
    }

    /// The statements alone.
    fn statements(&mut self, target: &Target) -> Result<()> {
        let ids = [
            self.seeded.user_ids.first().map_or("", String::as_str),
            self.seeded.user_ids.last().map_or("", String::as_str),
            &self.seeded.large_group_id,
        ];
        let floors = statements::measure(self.bench, target, ids, self.requests)?;
        if floors.is_empty() {
            self.report.note(
                "no floors of the database: they are measured on SQLite, and with pgbench on a private PostgreSQL cluster",
            );
        }
        for floor in floors {
            self.report.scenario(floor);
        }
        Ok(())
    }

    /// Every scenario beside its floor.
    fn compare(&mut self) {
        for beside in &self.floors {
            let floor = beside.statements.name();
            self.report.against(&beside.name, floor, beside.by_rate);
        }
    }
}

//! Every kind of request beside its floors, in one run: the table of `docs/benchmark.md`.

use serde_json::{Value, json};

use super::users::{same, scattered};
use crate::Result;
use crate::bare::Bare;
use crate::cli::TableArgs;
use crate::client::Client;
use crate::load::Load;
use crate::measure::{Bench, Measured};
use crate::people::employee;
use crate::report::Report;
use crate::seed::{Ids, Seeded, id_of, is_sampled, seed, user_name};
use crate::statements::{Statements, on_postgres, on_sqlite};
use crate::target::Target;

/// Heavy requests are this many times fewer.
const PAGES: usize = 10;
const GROUPS: usize = 40;

struct Table<'a> {
    bench: &'a Bench,
    seeded: &'a Seeded,
    requests: usize,
    done: Vec<(Measured, Option<Statements>)>,
}

pub(crate) fn run(args: &TableArgs, target: &Target) -> Result<Report> {
    let bench = Bench::new(target, usize::from(args.connections))?;
    let users = usize::try_from(args.users)?;
    let seeded = seed(&bench, users)?;
    let mut table = Table {
        bench: &bench,
        seeded: &seeded,
        requests: usize::try_from(args.requests)?,
        done: Vec::new(),
    };
    table.reads()?;
    table.writes()?;
    table.mix()?;
    let body = table.body_bytes()?;
    let bare = Bare::start(body)?;
    let floor = bare_floor(&bench, &bare, table.requests)?;
    let floors = floors(&bench, target, &seeded, table.requests)?;
    let mut report = Report::new(format!(
        "{}: {} connections, {users} users, all in one group",
        target.label(),
        args.connections
    ));
    for (measured, statements) in &table.done {
        let own = floors.iter().find(|(known, _)| Some(*known) == *statements);
        if let Some((_, own)) = own {
            report.ratio(
                &format!("{} : {}", measured.name, own.name),
                measured,
                own,
                None,
            );
        }
        if *statements == Some(Statements::Get) {
            report.ratio(
                &format!("{} : {}", measured.name, floor.name),
                measured,
                &floor,
                None,
            );
        }
    }
    for (measured, _) in table.done {
        report.scenario(measured);
    }
    report.scenario(floor);
    for (_, measured) in floors {
        report.scenario(measured);
    }
    if let Some(path) = &args.json {
        report.add_json(path)?;
    }
    Ok(report)
}

/// The bare handler under the same load.
fn bare_floor(bench: &Bench, bare: &Bare, requests: usize) -> Result<Measured> {
    crate::say("measuring a bare handler");
    let load = Load::new(&bare.endpoint, bench.many.connections());
    let mut measured = Measured::new("bare handler with that body")?;
    let own = bench.beside(bare.pid());
    load.run(load.connections(), |client, _| Ok(client.get("/x")?.took));
    own.block(&mut measured, &load, requests, |client, _| {
        Ok(client.get("/x")?.expect(200)?.took)
    })?;
    Ok(measured)
}

fn floors(
    bench: &Bench,
    target: &Target,
    seeded: &Seeded,
    requests: usize,
) -> Result<Vec<(Statements, Measured)>> {
    let ids = [
        seeded.user_ids.first().map_or("", String::as_str),
        seeded.user_ids.last().map_or("", String::as_str),
        &seeded.large_group_id,
    ];
    crate::say("measuring the statements alone");
    match (target.cluster(), target.database_url()) {
        (Some(cluster), Some(url)) if cluster.client_program("pgbench").is_some() => {
            on_postgres(bench, cluster, url, ids, requests)
        }
        (None, Some(url)) => match url.strip_prefix("sqlite:") {
            Some(path) => on_sqlite(path, ids, requests),
            None => Ok(Vec::new()),
        },
        _ => Ok(Vec::new()),
    }
}

impl Table<'_> {
    fn user(&self, number: usize) -> usize {
        scattered(number, self.seeded.user_ids.len())
    }

    fn id(&self, number: usize) -> &str {
        &self.seeded.user_ids[self.user(number)]
    }

    fn name(&self, number: usize) -> String {
        user_name(self.bench, self.user(number))
    }

    fn measure(
        &mut self,
        name: &str,
        share: usize,
        statements: Option<Statements>,
        step: impl Fn(&Self, &Client, usize) -> Result<std::time::Duration> + Sync,
    ) -> Result<()> {
        crate::say(&format!("measuring {name}"));
        let count = (self.requests / share).max(self.bench.many.connections());
        let this = &*self;
        let measured = self
            .bench
            .measure(name, count, |client, number| step(this, client, number))?;
        self.done.push((measured, statements));
        Ok(())
    }

    /// The size of an answer to a GET of a user.
    fn body_bytes(&self) -> Result<usize> {
        let client = self.bench.one.first()?;
        let answer = client.get(&format!("/Users/{}", self.id(0)))?.expect(200)?;
        Ok(answer.body.len())
    }

    fn look_up(&mut self, name: &str, filter: impl Fn(&str) -> String + Sync) -> Result<()> {
        self.measure(name, 1, Some(Statements::Get), |table, client, number| {
            let wanted = filter(&table.name(number));
            let answer = client.filtered("Users", &wanted)?.expect(200)?;
            if is_sampled(number) {
                let found = answer.json()?;
                if found["totalResults"] != json!(1) {
                    return Err(format!("{wanted}: {} found", found["totalResults"]).into());
                }
                same(&found["Resources"][0]["id"], table.id(number))?;
            }
            Ok(answer.took)
        })
    }

    fn reads(&mut self) -> Result<()> {
        self.measure(
            "get by id",
            1,
            Some(Statements::Get),
            |table, client, number| {
                let answer = client
                    .get(&format!("/Users/{}", table.id(number)))?
                    .expect(200)?;
                if is_sampled(number) {
                    same(&answer.json()?["userName"], &table.name(number))?;
                }
                Ok(answer.took)
            },
        )?;
        self.look_up("filter userName", |name| format!("userName eq \"{name}\""))?;
        self.look_up("filter externalId", |name| {
            format!("externalId eq \"external-{name}\"")
        })?;
        self.look_up("filter emails.value", |name| {
            format!("emails.value eq \"{name}\"")
        })?;
        let users = self.seeded.user_ids.len();
        for (name, is_random) in [("first page of 100", false), ("random page of 100", true)] {
            self.measure(
                name,
                PAGES,
                Some(Statements::Page),
                |table, client, number| {
                    let start = match is_random {
                        true => 1 + table.user(number) % (users - 99),
                        false => 1,
                    };
                    let answer = client
                        .get(&format!("/Users?count=100&startIndex={start}"))?
                        .expect(200)?;
                    if is_sampled(number) {
                        let page = answer.json()?;
                        let first = &table.seeded.user_ids[start - 1];
                        if page["totalResults"] != json!(users)
                            || page["itemsPerPage"] != json!(100)
                        {
                            return Err("a page is not as expected".into());
                        }
                        // Users are seeded over several connections: those near a place may have changed places.
                        if !is_random
                            && page["Resources"][0]["id"]
                                .as_str()
                                .is_none_or(|id| id.len() != first.len())
                        {
                            return Err("a page begins with nobody".into());
                        }
                    }
                    Ok(answer.took)
                },
            )?;
        }
        self.measure(
            "group of all, with members",
            GROUPS,
            Some(Statements::Members),
            |table, client, number| {
                let answer = client
                    .get(&format!("/Groups/{}", table.seeded.large_group_id))?
                    .expect(200)?;
                if is_sampled(number) {
                    let members = answer.json()?["members"].as_array().map_or(0, Vec::len);
                    if members != users {
                        return Err(format!("{members} members").into());
                    }
                }
                Ok(answer.took)
            },
        )?;
        self.measure(
            "group of all, without members",
            1,
            Some(Statements::Get),
            |table, client, _| {
                let path = format!(
                    "/Groups/{}?excludedAttributes=members",
                    table.seeded.large_group_id
                );
                Ok(client.get(&path)?.expect(200)?.took)
            },
        )
    }

    fn writes(&mut self) -> Result<()> {
        self.measure(
            "PATCH active",
            1,
            Some(Statements::Update),
            |table, client, number| {
                let active = number % 2 == 1;
                let replace = json!({"op": "replace", "value": {"active": active}});
                let answer = client
                    .patch(&format!("/Users/{}", table.id(number)), &replace)?
                    .expect(200)?;
                if is_sampled(number) && answer.json()?["active"] != json!(active) {
                    return Err("active was not set".into());
                }
                Ok(answer.took)
            },
        )?;
        self.measure(
            "PATCH, Entra's shape",
            1,
            Some(Statements::Update),
            |table, client, number| {
                let mail = format!("new-{number}-{}@example.com", table.bench.run_id);
                let operations = json!([
                    {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": mail},
                    {"op": "Add", "path": "title", "value": format!("Title {number}")},
                ]);
                let answer = client
                    .patch_all(&format!("/Users/{}", table.id(number)), &operations)?
                    .expect(200)?;
                if is_sampled(number) {
                    same(&answer.json()?["emails"][0]["value"], &mail)?;
                }
                Ok(answer.took)
            },
        )?;
        self.measure(
            "PUT",
            1,
            Some(Statements::Update),
            |table, client, number| {
                let mut user = employee(&table.name(number), number);
                user["title"] = json!(format!("Put {number}"));
                let answer = client
                    .put(&format!("/Users/{}", table.id(number)), &user)?
                    .expect(200)?;
                if is_sampled(number) {
                    same(&answer.json()?["title"], &format!("Put {number}"))?;
                }
                Ok(answer.took)
            },
        )?;
        let made = Ids::new(self.requests);
        self.measure(
            "create",
            1,
            Some(Statements::Create),
            |table, client, number| {
                let name = format!("made-{}-{number}@example.com", table.bench.run_id);
                let answer = client
                    .post("/Users", &employee(&name, number))?
                    .expect(201)?;
                made.set(number, id_of(&answer)?);
                Ok(answer.took)
            },
        )?;
        let made = made.into_vec();
        if made.is_empty() {
            return Err("no user could be created".into());
        }
        for (name, group) in [
            ("member in or out, group of 10", false),
            ("member in or out, group of all", true),
        ] {
            self.measure(
                name,
                1,
                Some(Statements::Member),
                |table, client, number| {
                    let id = &made[number / 2 % made.len()];
                    let group = match group {
                        true => &table.seeded.large_group_id,
                        false => &table.seeded.small_group_id,
                    };
                    let change = match number % 2 {
                        0 => json!({"op": "add", "path": "members", "value": [{"value": id}]}),
                        _ => json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")}),
                    };
                    Ok(client
                        .patch(&format!("/Groups/{group}"), &change)?
                        .expect(204)?
                        .took)
                },
            )?;
        }
        self.measure("delete", 1, None, |_, client, number| {
            let Some(id) = made.get(number) else {
                return Ok(client.livez()?.took);
            };
            Ok(client.delete(&format!("/Users/{id}"))?.expect(204)?.took)
        })
    }

    /// What a directory sees on a working day: 40 % look-ups, 20 % gets, 20 % changes by PATCH, 10 % creates, 8 % memberships, 2 %
    /// pages.
    fn mix(&mut self) -> Result<()> {
        self.measure("mix", 1, None, |table, client, number| {
            let user = format!("/Users/{}", table.id(number));
            let answer = match number % 50 {
                0..20 => client
                    .filtered("Users", &format!("userName eq \"{}\"", table.name(number)))?
                    .expect(200)?,
                20..30 => client.get(&user)?.expect(200)?,
                30..40 => {
                    let title =
                        json!({"op": "replace", "path": "title", "value": format!("Mix {number}")});
                    client.patch(&user, &title)?.expect(200)?
                }
                40..45 => {
                    let name = format!("mix-{}-{number}@example.com", table.bench.run_id);
                    client
                        .post("/Users", &employee(&name, number))?
                        .expect(201)?
                }
                45..49 => {
                    let member: Value = json!([{"value": table.id(number)}]);
                    let add = json!({"op": "add", "path": "members", "value": member});
                    client
                        .patch(&format!("/Groups/{}", table.seeded.small_group_id), &add)?
                        .expect(204)?
                }
                _ => client.get("/Users?count=100")?.expect(200)?,
            };
            Ok(answer.took)
        })
    }
}

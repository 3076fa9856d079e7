//! One bulk request, compared with the same operations as single requests over one connection.
//!
//! Both sides alternate, and so does the side that begins. So both see the same caches, checkpoints and neighbours.
//! Names are new in every round. Otherwise the bodies are the same.

use serde_json::{Value, json};

use crate::Result;
use crate::announced::Announced;
use crate::cli::BulkArgs;
use crate::client::{Client, patch_message};
use crate::measure::{Bench, Measured};
use crate::people::employee;
use crate::ratio::{BULK, divide, median};
use crate::report::Report;
use crate::seed::{Ids, id_of};
use crate::target::Target;

const NEW_TITLE: &str = "Director";

/// The kind of the operations.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Work {
    Creates,
    /// Half of them create, and the other half patch the created users by bulkId.
    CreatesAndPatches,
}

/// The operations of one side in one round.
#[derive(Clone, Copy)]
pub(super) struct Batch<'a> {
    pub(super) work: Work,
    /// The number of operations.
    pub(super) operations: usize,
    /// The beginning of every userName.
    pub(super) prefix: &'a str,
}

enum Operation {
    /// Creates user `number`.
    Create { number: usize },
    /// Changes user `number`, which the batch has created before.
    Patch { number: usize },
}

/// One of the two sides, with its measurements.
struct Side {
    name: &'static str,
    measured: Measured,
    /// Seconds of each round; `None` where not every answer was right.
    rounds: Vec<Option<f64>>,
}

pub(crate) fn run(args: &BulkArgs, target: &Target) -> Result<Report> {
    let bench = Bench::new(target, 1)?;
    let operations = usize::try_from(args.operations)?;
    let mut report = Report::new(format!(
        "{}: {operations} operations, {} rounds, one connection",
        target.label(),
        args.rounds
    ));
    let is_offered = is_offered(&bench, operations)?;
    if !is_offered {
        report.note("POST /Bulk: not offered by this server, so there is no ratio");
    }
    bench.one.connect();
    for work in [Work::Creates, Work::CreatesAndPatches] {
        crate::say(&format!("measuring {}", work.name()));
        let [bulk, single] = alternate(&bench, args.rounds, work, operations, is_offered)?;
        if is_offered {
            compare(work, operations, &bulk, &single, &mut report);
            report.scenario(bulk.measured);
        }
        report.scenario(single.measured);
    }
    Ok(report)
}

fn is_offered(bench: &Bench, operations: usize) -> Result<bool> {
    match Announced::read(bench.one.first()?)?.bulk_operations_max {
        None => Ok(false),
        Some(max) if max < operations as u64 => Err(format!(
            "the server takes at most {max} operations in a bulk request: set SCIMD_BULK_OPERATIONS_MAX, or ask for fewer \
             with --operations"
        )
        .into()),
        Some(_) => Ok(true),
    }
}

fn alternate(
    bench: &Bench,
    rounds: u32,
    work: Work,
    operations: usize,
    is_offered: bool,
) -> Result<[Side; 2]> {
    let mut bulk = Side::new(
        "bulk",
        format!("POST /Bulk of {operations} {}", work.name()),
    )?;
    let mut single = Side::new("single", format!("single requests, {}", work.name()))?;
    for round in 0..rounds {
        let mut bulk_turn = || match is_offered {
            true => bulk.round(bench, work, operations, round, at_once),
            false => Ok(()),
        };
        let mut single_turn = || single.round(bench, work, operations, round, one_by_one);
        if round % 2 == 0 {
            bulk_turn()?;
            single_turn()?;
        } else {
            single_turn()?;
            bulk_turn()?;
        }
        if bulk.measured.wrong.len() + single.measured.wrong.len() > 0 {
            break;
        }
    }
    Ok([bulk, single])
}

fn compare(work: Work, operations: usize, bulk: &Side, single: &Side, report: &mut Report) {
    let ratios: Vec<f64> = bulk
        .rounds
        .iter()
        .zip(&single.rounds)
        .filter_map(|(bulk, single)| divide(*bulk, *single))
        .collect();
    let what = format!("1 bulk : {operations} single requests, {}", work.name());
    report.ratio_of_all(
        what,
        median(&ratios),
        (&bulk.measured, &single.measured),
        BULK,
    );
    let listed: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
    report.note(format!(
        "{}: the ratio is the median of the rounds ({}); median times {} and {}",
        work.name(),
        listed.join(", "),
        seconds(&bulk.rounds),
        seconds(&single.rounds),
    ));
}

fn seconds(rounds: &[Option<f64>]) -> String {
    let known: Vec<f64> = rounds.iter().copied().flatten().collect();
    median(&known).map_or_else(|| "unknown".to_owned(), |s| format!("{s:.3} s"))
}

impl Side {
    fn new(name: &'static str, title: String) -> Result<Self> {
        Ok(Self {
            name,
            measured: Measured::new(&title)?,
            rounds: Vec::new(),
        })
    }

    fn round(
        &mut self,
        bench: &Bench,
        work: Work,
        operations: usize,
        round: u32,
        send: impl Fn(&Bench, &mut Measured, Batch<'_>) -> Result<()>,
    ) -> Result<()> {
        let prefix = format!("{}-{}-{}-{round}-", self.name, work.word(), bench.run_id);
        let batch = Batch {
            work,
            operations,
            prefix: &prefix,
        };
        let before = self.measured.waited;
        send(bench, &mut self.measured, batch)?;
        let took = (self.measured.waited - before).as_secs_f64();
        if self.measured.wrong.is_empty() {
            let counted = batch.count(bench.one.first()?);
            self.measured
                .wrong
                .extend(counted.err().map(|e| e.to_string()));
        }
        self.rounds
            .push(self.measured.wrong.is_empty().then_some(took));
        Ok(())
    }
}

fn at_once(bench: &Bench, measured: &mut Measured, batch: Batch<'_>) -> Result<()> {
    let body = batch.bulk_request();
    bench.block(measured, &bench.one, 1, |client, _| {
        let answer = client.post("/Bulk", &body)?.expect(200)?;
        batch.check(&answer.json()?)?;
        Ok(answer.took)
    })
}

fn one_by_one(bench: &Bench, measured: &mut Measured, batch: Batch<'_>) -> Result<()> {
    let ids = Ids::new(batch.creates());
    bench.block(
        measured,
        &bench.one,
        batch.operations,
        |client, index| match batch.operation(index) {
            Operation::Create { number } => {
                let answer = client.post("/Users", &batch.user(number))?.expect(201)?;
                ids.set(number, id_of(&answer)?);
                Ok(answer.took)
            }
            Operation::Patch { number } => {
                let id = ids.get(number).ok_or("its user was not created")?;
                let answer = client.patch(&format!("/Users/{id}"), &new_title())?;
                Ok(answer.expect(200)?.took)
            }
        },
    )
}

fn new_title() -> Value {
    json!({"op": "replace", "path": "title", "value": NEW_TITLE})
}

impl Work {
    fn name(self) -> &'static str {
        match self {
            Self::Creates => "creates",
            Self::CreatesAndPatches => "creates and PATCHes",
        }
    }

    /// In names of users.
    fn word(self) -> &'static str {
        match self {
            Self::Creates => "create",
            Self::CreatesAndPatches => "patch",
        }
    }
}

impl Batch<'_> {
    fn creates(self) -> usize {
        match self.work {
            Work::Creates => self.operations,
            Work::CreatesAndPatches => self.operations.div_ceil(2),
        }
    }

    fn operation(self, index: usize) -> Operation {
        match index.checked_sub(self.creates()) {
            None => Operation::Create { number: index },
            Some(number) => Operation::Patch { number },
        }
    }

    fn user(self, number: usize) -> Value {
        employee(&format!("{}{number}@example.com", self.prefix), number)
    }

    pub(super) fn bulk_request(self) -> Value {
        let operations = (0..self.operations).map(|index| match self.operation(index) {
            Operation::Create { number } => json!({
                "method": "POST", "path": "/Users", "bulkId": bulk_id(number), "data": self.user(number),
            }),
            Operation::Patch { number } => json!({
                "method": "PATCH", "path": format!("/Users/bulkId:{}", bulk_id(number)),
                "data": patch_message(&new_title()),
            }),
        });
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": operations.collect::<Vec<_>>(),
        })
    }

    /// Every operation has its result, in the order of the request, and each one succeeded.
    pub(super) fn check(self, response: &Value) -> Result<()> {
        let results = response["Operations"]
            .as_array()
            .ok_or("the bulk response has no Operations")?;
        if results.len() != self.operations {
            let (got, right) = (results.len(), self.operations);
            return Err(format!("{got} results where {right} are right").into());
        }
        for (index, result) in results.iter().enumerate() {
            let is_right = match self.operation(index) {
                Operation::Create { number } => {
                    result["method"] == "POST"
                        && result["status"] == "201"
                        && result["bulkId"] == bulk_id(number)
                }
                Operation::Patch { .. } => {
                    result["method"] == "PATCH"
                        && (result["status"] == "200" || result["status"] == "204")
                }
            };
            if !is_right || !result["location"].is_string() {
                return Err(format!("operation {index} came to {result}").into());
            }
        }
        Ok(())
    }

    /// Checks, outside the measurement, that all users exist and have the requested change.
    pub(super) fn count(self, client: &Client) -> Result<()> {
        let everybody = format!("userName sw \"{}\"", self.prefix);
        expect_total(client, &everybody, self.creates())?;
        let changed = format!("{everybody} and title eq \"{NEW_TITLE}\"");
        expect_total(client, &changed, self.operations - self.creates())
    }
}

fn bulk_id(number: usize) -> String {
    format!("user-{number}")
}

fn expect_total(client: &Client, filter: &str, expected: usize) -> Result<()> {
    let answer = client.find("Users", filter, "userName")?.expect(200)?;
    let total = &answer.json()?["totalResults"];
    if *total == json!(expected) {
        return Ok(());
    }
    Err(format!("{total} users where {expected} are right: {filter}").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch(work: Work, operations: usize) -> Batch<'static> {
        Batch {
            work,
            operations,
            prefix: "p-",
        }
    }

    fn result(method: &str, bulk_id: Option<&str>, status: &str) -> Value {
        let mut result = json!({"method": method, "status": status, "location": "http://127.0.0.1/scim/v2/Users/1"});
        if let Some(bulk_id) = bulk_id {
            result["bulkId"] = bulk_id.into();
        }
        result
    }

    #[test]
    fn creates_come_first_and_every_patch_names_one_of_them() {
        let request = batch(Work::CreatesAndPatches, 3).bulk_request();
        let operations: Vec<_> = request["Operations"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|operation| (operation["method"].as_str(), operation["path"].as_str()))
            .collect();
        assert_eq!(
            operations,
            [
                (Some("POST"), Some("/Users")),
                (Some("POST"), Some("/Users")),
                (Some("PATCH"), Some("/Users/bulkId:user-0")),
            ]
        );
        assert_eq!(request["Operations"][1]["bulkId"], "user-1");
        assert_eq!(
            request["Operations"][1]["data"]["userName"],
            "p-1@example.com"
        );
    }

    #[test]
    fn every_result_must_be_there_and_right() {
        let batch = batch(Work::CreatesAndPatches, 2);
        let (post, patch) = (
            result("POST", Some("user-0"), "201"),
            result("PATCH", None, "200"),
        );
        let check = |operations: &[&Value]| batch.check(&json!({"Operations": operations})).is_ok();
        assert!(check(&[&post, &patch]));
        assert!(!check(&[&post]), "one is missing");
        assert!(!check(&[&patch, &post]), "not in the request's order");
        for wrong in [
            result("POST", Some("user-0"), "409"),
            result("POST", Some("user-1"), "201"),
            result("POST", None, "201"),
            json!({"method": "POST", "bulkId": "user-0", "status": "201"}),
        ] {
            assert!(!check(&[&wrong, &patch]), "{wrong}");
        }
        assert!(!check(&[&post, &result("PATCH", None, "412")]));
        assert!(batch.check(&json!({})).is_err());
    }
}

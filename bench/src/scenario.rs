//! What is measured, in the order in which it runs.

mod members;
mod users;

use crate::Result;
use crate::measure::Bench;
use crate::report::Report;
use crate::seed::Seeded;

pub(crate) fn run_all(bench: &Bench, seeded: &Seeded, report: &mut Report) -> Result<()> {
    crate::say("measuring the HTTP floor and users");
    let livez = users::livez(bench)?;
    let (create, new_ids) = users::create(bench)?;
    let get = users::get(bench, seeded)?;
    report.ratio(
        "GET of a user : GET /livez, the HTTP floor",
        &get,
        &livez,
        None,
    );
    for measured in [
        livez,
        create,
        get,
        users::filter(bench, seeded)?,
        users::patch(bench, seeded)?,
    ] {
        report.scenario(measured);
    }
    if new_ids.is_empty() {
        return Err("no user could be created, so there are no members to add".into());
    }
    members::run(bench, seeded, &new_ids, report)
}

//! The scenarios. `run` measures `members` and `users`, in this order. The commands `bulk` and `walk` measure the
//! others.

pub(crate) mod bulk;
mod members;
mod pages;
pub(crate) mod peers;
mod shown;
pub(crate) mod table;
mod users;
pub(crate) mod walk;
mod whole_walk;

use crate::Result;
use crate::measure::Bench;
use crate::report::Report;
use crate::seed::Seeded;

pub(crate) fn run_all(
    bench: &Bench,
    requests: usize,
    seeded: &Seeded,
    report: &mut Report,
) -> Result<()> {
    crate::say("measuring the HTTP floor and users");
    let livez = users::livez(bench, requests)?;
    let (create, new_ids) = users::create(bench, requests)?;
    let get = users::get(bench, requests, seeded)?;
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
        users::filter(bench, requests, seeded)?,
        users::patch(bench, requests, seeded)?,
    ] {
        report.scenario(measured);
    }
    if new_ids.is_empty() {
        return Err("no user could be created, so there are no members to add".into());
    }
    members::run(bench, seeded, &new_ids, report)
}

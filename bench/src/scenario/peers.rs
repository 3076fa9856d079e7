//! The scenarios that are asked of other servers. The requests are those of `table`; the answers are held to the
//! standard, which allows more than scimd makes use of.

mod in_and_out;
mod patched;
mod reads;
mod writes;

use std::time::Duration;

use super::users::scattered;
use crate::Result;
use crate::client::Client;
use crate::measure::{Bench, Measured};
use crate::seed::{Seeded, user_name};

/// In the order in which they run.
pub(crate) const NAMES: [&str; 13] = [
    "get by id",
    "filter userName",
    "filter externalId",
    "filter emails.value",
    "first page of 100",
    "random page of 100",
    "group of all, with members",
    "PATCH active",
    "PATCH, Entra's shape",
    "PUT",
    "create",
    "member in or out, group of 10",
    "delete",
];

struct Asked<'a> {
    bench: &'a Bench,
    seeded: &'a Seeded,
    requests: usize,
    /// Names of the scenarios that this server offers.
    offered: &'a [&'a str],
    done: Vec<Measured>,
}

/// An error ends the scenarios early; what was measured before it counts.
pub(crate) fn measure(
    bench: &Bench,
    seeded: &Seeded,
    requests: usize,
    offered: &[&str],
) -> (Vec<Measured>, Result<()>) {
    let mut asked = Asked {
        bench,
        seeded,
        requests,
        offered,
        done: Vec::new(),
    };
    let ended = asked.reads().and_then(|()| asked.writes());
    (asked.done, ended)
}

impl Asked<'_> {
    fn measure(
        &mut self,
        name: &str,
        count: usize,
        step: impl Fn(&Self, &Client, usize) -> Result<Duration> + Sync,
    ) -> Result<()> {
        if !self.offered.contains(&name) {
            return Ok(());
        }
        crate::say(&format!("measuring {name}"));
        let this = &*self;
        let measured = self
            .bench
            .measure(name, count, |client, number| step(this, client, number))?;
        self.done.push(measured);
        Ok(())
    }

    /// The number of requests of a scenario that is heavier by this factor.
    fn count(&self, share: usize) -> usize {
        (self.requests / share).max(self.bench.many.connections())
    }

    /// The user of a request: neighbours in time are far apart.
    fn user(&self, request: usize) -> usize {
        scattered(request, self.seeded.user_ids.len())
    }

    fn id(&self, request: usize) -> &str {
        &self.seeded.user_ids[self.user(request)]
    }

    fn path(&self, request: usize) -> String {
        format!("/Users/{}", self.id(request))
    }

    fn name(&self, request: usize) -> String {
        user_name(self.bench, self.user(request))
    }
}

//! The scenarios that are asked of other servers. The requests are those of `table`; the answers are held to the
//! standard, which allows more than scimd makes use of.

mod in_and_out;
mod patched;
mod reads;
mod writes;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::users::scattered;
use crate::Result;
use crate::client::Client;
use crate::measure::{Bench, Measured};
use crate::seed::{Seeded, is_sampled, user_name};

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

/// The answers of a scenario that are looked into.
#[derive(Default)]
struct Samples {
    right: AtomicUsize,
    wrong: AtomicUsize,
}

impl Samples {
    fn count(&self, is_right: bool) {
        let counter = if is_right { &self.right } else { &self.wrong };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Where half of them are wrong, the other answers had the right status and no more.
    fn speak_for_the_rest(&self) -> bool {
        let wrong = self.wrong.load(Ordering::Relaxed);
        wrong > 0 && wrong >= self.right.load(Ordering::Relaxed)
    }
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
        let samples = Samples::default();
        let mut measured = self.bench.measure(name, count, |client, number| {
            let result = step(this, client, number);
            if is_sampled(number) {
                samples.count(result.is_ok());
            }
            result
        })?;
        if samples.speak_for_the_rest() {
            measured.strike("not looked into; those that were looked into are wrong")?;
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(right: usize, wrong: usize, expected: bool) {
        let samples = Samples::default();
        (0..right).for_each(|_| samples.count(true));
        (0..wrong).for_each(|_| samples.count(false));
        assert_eq!(samples.speak_for_the_rest(), expected, "{right}, {wrong}");
    }

    #[test]
    fn half_of_the_samples_speak_for_the_rest() {
        check(0, 0, false);
        check(3, 0, false);
        check(3, 2, false);
        check(2, 2, true);
        check(0, 1, true);
    }
}

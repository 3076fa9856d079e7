//! A walk from the first page to the last, in three stretches: the beginning, the end, and what is between.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::pages::{PAGE_SIZE, Paging, Walk, ask, each_once};
use crate::Result;
use crate::measure::{Bench, Measured};
use crate::memory::{Course, Memory};
use crate::progress::Progress;
use crate::ratio::{WALK, divide};
use crate::report::Report;

/// Requests for the first page before a walk. They prepare connections and statements, but not the rows.
const WARM_UP: usize = 100;
const PROGRESS_STEPS: usize = 20;
/// Walks of fewer pages are over before anybody wonders how far they are.
const LONG: usize = 500;

pub(super) struct WholeWalk {
    pub(super) first: Measured,
    pub(super) middle: Measured,
    pub(super) last: Measured,
    /// The users that it has seen, in its order.
    pub(super) seen: Vec<u128>,
    pub(super) memory: Course,
}

impl WholeWalk {
    /// Walks over `total` users. `edge` is the number of pages of the first stretch, and of the last one. `at_start` is
    /// the memory before the first request.
    pub(super) fn go(
        bench: &Bench,
        paging: Paging,
        total: usize,
        edge: usize,
        at_start: Option<Memory>,
    ) -> Result<Self> {
        let name = paging.name();
        let pages = total.div_ceil(PAGE_SIZE);
        let walk = Mutex::new(Walk::new(paging, "", total));
        let is_long = pages >= LONG;
        let mut progress = Progress::new(&format!("pages by {name}"), pages);
        let first = stretch(bench, &format!("{name}: first {edge} pages"), &walk, edge)?;
        let when_warm = bench.memory();
        let mut middle = Measured::new(&format!("{name}: the pages between"))?;
        let between = pages - 2 * edge;
        let step = between.div_ceil(PROGRESS_STEPS).max(1);
        for done in (0..between).step_by(step) {
            go_on(bench, &mut middle, &walk, step.min(between - done))?;
            if is_long {
                progress.done(edge + done + step);
            }
        }
        let mut last = stretch(bench, &format!("{name}: last {edge} pages"), &walk, edge)?;
        if is_long {
            progress.done(pages);
        }
        let memory = Course {
            start: at_start,
            warm: when_warm,
            end: bench.memory(),
        };
        let seen = into_inner(walk).seen();
        last.wrong
            .extend(each_once(&seen, total).err().map(|error| error.to_string()));
        Ok(Self {
            first,
            middle,
            last,
            seen,
            memory,
        })
    }

    /// Adds another walk over the same users.
    pub(super) fn absorb(&mut self, other: &Self) -> Result<()> {
        self.first.absorb(&other.first)?;
        self.middle.absorb(&other.middle)?;
        self.last.absorb(&other.last)
    }

    /// Whether every page was right, and everybody seen once.
    pub(super) fn is_right(&self) -> bool {
        [&self.first, &self.middle, &self.last]
            .iter()
            .all(|part| part.wrong.is_empty())
    }

    /// The time of all requests, without what the load generator did between them.
    pub(super) fn seconds(&self) -> f64 {
        [&self.first, &self.middle, &self.last]
            .map(seconds)
            .iter()
            .sum()
    }

    /// The costs of the last stretch relative to the first one.
    pub(super) fn compare(&self, what: String, report: &mut Report) {
        let time = divide(Some(seconds(&self.last)), Some(seconds(&self.first)));
        report.ratio_of_all(what, time, (&self.last, &self.first), WALK);
    }
}

pub(super) fn seconds(measured: &Measured) -> f64 {
    measured.waited.as_secs_f64()
}

pub(super) fn warm_up(bench: &Bench, paging: Paging) -> Result<()> {
    let warmed = bench
        .one
        .run(WARM_UP, |client, _| Ok(ask(client, &paging.first(), "")?.1));
    warmed.all_right()
}

/// The next pages of a walk.
pub(super) fn stretch(
    bench: &Bench,
    name: &str,
    walk: &Mutex<Walk>,
    pages: usize,
) -> Result<Measured> {
    let mut measured = Measured::new(name)?;
    go_on(bench, &mut measured, walk, pages)?;
    Ok(measured)
}

fn go_on(bench: &Bench, measured: &mut Measured, walk: &Mutex<Walk>, pages: usize) -> Result<()> {
    bench.block(measured, &bench.one, pages, |client, _| {
        lock(walk).step(client)
    })
}

/// A block of requests runs on its own thread, so its state is behind a lock. No other thread takes this lock.
pub(super) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn into_inner<T>(shared: Mutex<T>) -> T {
    shared.into_inner().unwrap_or_else(PoisonError::into_inner)
}

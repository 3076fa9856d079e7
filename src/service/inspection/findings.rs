//! What the deep look has found.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::check::Check;

/// Most faults of a check that are named.
const SHOWN_MAX: usize = 5;
/// How often a long look tells how far it is.
const TOLD_EVERY: Duration = Duration::from_secs(5);

/// What a check has found.
#[derive(Debug, Clone)]
pub struct Examined {
    /// The check.
    pub check: Check,
    /// How many things it looked at.
    pub looked_at: u64,
    /// How many faults are there still.
    pub faults: u64,
    /// How many were there and are mended.
    pub mended: u64,
    /// The first of them, by tenant, type and id. They hold no values.
    pub shown: Vec<String>,
}

/// What all checks have found so far.
pub(super) struct Findings {
    of: BTreeMap<Check, Examined>,
    told: Instant,
}

impl Findings {
    pub(super) fn new() -> Self {
        let empty = |check| Examined {
            check,
            looked_at: 0,
            faults: 0,
            mended: 0,
            shown: Vec::new(),
        };
        Self {
            of: Check::ALL
                .into_iter()
                .map(|check| (check, empty(check)))
                .collect(),
            told: Instant::now(),
        }
    }

    /// Notes that so many more things were looked at in a tenant. Says from time to time how far that is.
    pub(super) fn looked_at(&mut self, check: Check, slug: &str, number: usize) {
        let Some(examined) = self.of.get_mut(&check) else {
            return;
        };
        examined.looked_at += number as u64;
        if self.told.elapsed() >= TOLD_EVERY {
            self.told = Instant::now();
            log::info!(
                "{}, tenant {slug}: {} {} so far",
                check.name(),
                examined.looked_at,
                check.things()
            );
        }
    }

    pub(super) fn fault(&mut self, check: Check, told: String) {
        self.faults(check, 1, told);
    }

    /// Several faults that are told as one.
    pub(super) fn faults(&mut self, check: Check, number: u64, told: String) {
        if let Some(examined) = self.of.get_mut(&check) {
            examined.faults += number;
            show(examined, told);
        }
    }

    /// Faults that were there and are not any more.
    pub(super) fn mended(&mut self, check: Check, number: u64, told: String) {
        if let Some(examined) = self.of.get_mut(&check) {
            examined.mended += number;
            show(examined, format!("{told}: mended"));
        }
    }

    pub(super) fn into_examined(self) -> Vec<Examined> {
        self.of.into_values().collect()
    }
}

fn show(examined: &mut Examined, told: String) {
    if examined.shown.len() < SHOWN_MAX {
        examined.shown.push(told);
    }
}

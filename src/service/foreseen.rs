//! What a long PATCH comes to, worked out before its write begins.
//!
//! SQLite has one writer. While that works out a PATCH, nobody else writes. So a write does that only if it is short. Otherwise
//! the PATCH is applied to the resource as it is read, without a lock. It is written if the resource is still that version.

use scim::etag::Version;
use scim::patch::{Meter, Patched};

use crate::store::Dialect;

/// Most work of a PATCH while nobody else can write: a hundredth of a second.
const WORK_IN_TURN_MAX: usize = 20_000;
/// How often a PATCH is worked out ahead for nothing, because the resource was changed meanwhile.
const ATTEMPTS_MAX: u32 = 3;

/// Whether a PATCH was worked out ahead.
#[derive(Default)]
pub(super) struct Foresight {
    attempts: u32,
    outcome: Option<Foreseen>,
}

/// What a PATCH comes to.
pub(super) struct Foreseen {
    /// The version of the resource that it was applied to.
    pub(super) version: Version,
    pub(super) patched: Patched<'static>,
}

impl Foresight {
    /// Keeps what was worked out.
    pub(super) fn add(&mut self, outcome: Option<Foreseen>) {
        // What cannot be worked out ahead this time never can be.
        self.attempts = match outcome {
            Some(_) => self.attempts + 1,
            None => ATTEMPTS_MAX,
        };
        self.outcome = outcome;
    }

    /// Forgets it: the tenant has other definitions.
    pub(super) fn forget(&mut self) {
        self.outcome = None;
    }

    /// What the PATCH makes of this version, if that is known.
    pub(super) fn of_version(&self, version: Version) -> Option<Patched<'static>> {
        let known = self
            .outcome
            .as_ref()
            .filter(|known| known.version == version);
        known.map(|known| known.patched.clone())
    }

    /// The work that is allowed in the write, if that is less than a PATCH may be.
    pub(super) fn limit(&self, dialect: Dialect) -> Option<Meter> {
        let waits = dialect == Dialect::Sqlite && self.attempts < ATTEMPTS_MAX;
        waits.then(|| Meter::of_units(WORK_IN_TURN_MAX))
    }
}

//! How many instructions a path may take.

use gungraun::{Callgrind, EventKind, LibraryBenchmarkConfig};

/// How far a count may rise above the one that was written down, in per cent.
///
/// Another compiler, libc or processor moves counts by less. A path that does its work twice moves them by more.
const SLACK: u64 = 30;

/// How many times as much ten times the work may cost: ten, and what vectors and maps take to grow.
const TENFOLD_MOST: u64 = 12;

/// The limit of a path that took this many instructions when it was last looked at.
pub(crate) fn counted(instructions: u64) -> LibraryBenchmarkConfig {
    let most = instructions * (100 + SLACK) / 100;
    // Nothing here looks at simulated caches, which take longer than counting.
    let mut callgrind = Callgrind::with_args(["--cache-sim=no"]);
    callgrind.hard_limits([(EventKind::Ir, most)]);
    let mut config = LibraryBenchmarkConfig::default();
    config.tool(callgrind);
    config
}

/// The counts of a path whose work grows with its input, at two sizes.
pub(crate) struct Growth {
    pub(crate) at_size: u64,
    pub(crate) at_ten_times_the_size: u64,
}

impl Growth {
    /// In a constant: counts that grow with the square of the size do not compile, so nobody can write them down.
    pub(crate) const fn linear(at_size: u64, at_ten_times_the_size: u64) -> Self {
        assert!(
            at_ten_times_the_size <= at_size * TENFOLD_MOST,
            "ten times the work costs much more than ten times as much"
        );
        Self {
            at_size,
            at_ten_times_the_size,
        }
    }
}

//! The queues and jobs of scimd's store, compiled from the same files, with a scheduler that tries many orders of their steps
//! (`shuttle`). A test of real threads sees a few of these orders, and other ones each time.
//!
//! `tests/` runs the scenarios. A scenario fails by a panic. shuttle then prints the order of steps, to be run again.

#![expect(clippy::expect_used, reason = "a scenario fails by a panic")]

#[expect(dead_code, reason = "scimd uses all of it")]
#[path = "../../src/store/job.rs"]
mod job;
#[path = "../../src/store/per_tenant.rs"]
mod per_tenant;
#[expect(unreachable_pub, reason = "it is public in scimd")]
#[path = "../../src/store/tenant_id.rs"]
mod tenant_id;
#[expect(dead_code, reason = "scimd uses all of it")]
#[path = "../../src/store/turns.rs"]
mod turns;

mod dialect;
mod error;
mod jobs;
mod queues;
mod sync;

pub use jobs::{a_cancelled_backend_reads_for_nobody, abandoned_work_is_counted, told_is_true};
pub use queues::everybody_has_a_turn;

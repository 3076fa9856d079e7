//! How many instructions the hot paths of the protocol take, each with a limit. `scripts/instructions` runs it.
//!
//! Instructions are counted by callgrind, so no load of the machine changes them. See docs/benchmark.md, "Instruction
//! counts". What a path needs is made in its setup and leaked, and its result is looked at in its teardown: neither is
//! counted.

#![expect(
    clippy::expect_used,
    reason = "a path that fails did not do its work, and must not pass as cheap"
)]

mod body;
mod filter;
mod limit;
mod patch;
mod render;
mod user;
mod world;

use body::bodies;
use filter::filters;
use gungraun::main;
use patch::patches;
use render::representations;

main!(library_benchmark_groups = [bodies, filters, patches, representations]);

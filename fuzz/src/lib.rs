//! What is fuzzed, as functions of bytes. `cargo fuzz` calls them with inputs that it invents (`scripts/fuzz`), and
//! `scim/tests/fuzz.rs` with inputs that are known, on any compiler.
//!
//! Each function panics where something does not hold. What the protocol refuses is refused, and that is all.

pub mod body;
pub mod bulk;
pub mod filter;
pub mod made;
pub mod patch;
pub mod path;
pub mod seeds;
pub mod world;

/// A function that takes any input.
pub type Run = fn(&[u8]);

/// All of them, by the names under which `cargo fuzz` knows them.
pub const TARGETS: [(&str, Run); 5] = [
    ("filter", filter::run),
    ("path", path::run),
    ("patch", patch::run),
    ("body", body::run),
    ("bulk", bulk::run),
];

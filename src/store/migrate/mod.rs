//! Migrations, part of the program. Several instances may start at once: one migrates, and the others wait. Versions before
//! serve on meanwhile, so no migration may keep requests waiting: `docs/migrations.md` has the rules.
//!
//! Reading order: the entry (`entry.rs`), the turn of an instance (`turn.rs`), one migration (`attempt.rs`), and what is told
//! meanwhile (`watch.rs`).

mod attempt;
mod blockers;
mod broken_index;
mod entry;
mod failure;
mod ours;
mod pending;
mod sqlite;
mod standing;
mod turn;
mod waits;
mod watch;

pub use entry::{migrate, migrate_from};
pub(super) use ours::sqlite_migrations;
pub use standing::Standing;
pub use waits::Waits;

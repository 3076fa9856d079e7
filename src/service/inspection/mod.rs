//! The deep look of `scimd doctor --deep`: whether all that is stored agrees with itself. It reads in pieces, each a short
//! transaction, so a server works beside it. What follows from something else can be mended.

mod changes;
mod check;
mod circles;
mod counts;
mod edges;
mod findings;
mod inspect;
mod mend;
mod orphans;
mod resources;
mod view;
mod wanted;

pub use check::Check;
pub use findings::Examined;
pub(super) use inspect::inspect;

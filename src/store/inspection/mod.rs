//! What `scimd doctor --deep` reads, in pieces of bounded size, and what it mends.

mod changes;
mod counts;
mod edges;
mod inspected;
mod mend;
mod orphans;
mod resources;
mod server;

pub use changes::{NotedVersion, StoredVersion};
pub use counts::Count;
pub use edges::{Edge, End};
pub use inspected::Inspected;
pub use orphans::Orphans;
pub use resources::Piece;

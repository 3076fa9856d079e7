//! The feed: what has changed, for applications that keep a copy of users, groups and memberships.
//!
//! An event says which resource changed, and not how: the page shows the resource as it is now. So a reader may get an
//! event twice, or later than other changes of the same resource, and its copy is right all the same.

mod event;
mod heads;
mod lost;
mod page;
mod position;

pub use event::{Event, TouchedMembers};
pub(super) use heads::Heads;
pub use lost::Lost;
pub use page::{FeedPage, moved, page, start};
pub use position::Position;

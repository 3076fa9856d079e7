//! Lists (RFC 7644 §3.4.2, §3.4.3): of one resource type at its endpoint, of all at the root; by index or by cursor.

mod asked;
mod cursor;
mod extent;
mod index;
#[expect(
    clippy::module_inception,
    reason = "the file is called as the use case in it"
)]
mod list;
mod page;
mod reading;
mod unread_page;
mod walked;
mod work;

pub use list::list;
pub(crate) use reading::timeout_ms;

//! The query of a list (RFC 7644 §3.4.2, RFC 9865): filter, sort, page; over one resource type or, at the root, over all.

mod limits;
mod list_query;
mod paging;
mod parameters;
mod selection;
mod sort_order;

pub use limits::Limits;
pub use list_query::ListQuery;
pub use paging::Paging;
pub use parameters::Parameters;
pub use selection::Selection;
pub use sort_order::SortOrder;

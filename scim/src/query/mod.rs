//! The query of a list (RFC 7644 §3.4.2, RFC 9865): filter, sort, page, over one resource type or, at the root, over all.
//!
//! [`Parameters`] are the decoded pairs of a query. A [`ListQuery`] has read them against resource types and [`Limits`].
//!
//! ```
//! use scim::profile::Leniency;
//! use scim::query::{Limits, ListQuery, Paging, Parameters};
//! use scim::registry::Registry;
//!
//! let limits = Limits {
//!     page_size_default: 100,
//!     page_size_max: 200,
//!     filter_bytes_max: 8192,
//!     filter_work_max: 2_000_000,
//!     cursor_timeout_s: 600,
//! };
//! let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
//! let parameters = Parameters::new(vec![pair("filter", "title pr"), pair("count", "1000")], &Leniency::rfc())?;
//! let registry = Registry::standard(true);
//! let users = &registry.resource_types()[..1];
//! let query = ListQuery::parse(&parameters, users, &Leniency::rfc(), limits)?;
//! assert_eq!((query.count, query.paging), (200, Paging::Index(1)));
//! # Ok::<(), scim::ScimError>(())
//! ```
//!
//! Not supported: sorting by several attributes, and by attributes that are never returned.

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

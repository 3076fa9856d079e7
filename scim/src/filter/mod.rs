//! Filters (RFC 7644 §3.4.2.2).
//!
//! A text becomes a [`Filter`] ([`parse()`], or `text.parse()`). The filter meets a resource type and becomes a [`Condition`]
//! ([`resolve()`]): names are known, literals have the attribute's type. A condition is compiled to SQL elsewhere, or
//! evaluated here ([`eval`]). A filter prints itself, so a client can build one and send it.
//!
//! ```
//! use scim::filter::{Filter, eval, resolve};
//! use scim::profile::Leniency;
//! use scim::resource_type::ResourceType;
//!
//! let filter: Filter = r#"emails[type eq "work" and value co "@x."] or active eq false"#.parse()?;
//! assert_eq!(filter.to_string().parse::<Filter>()?, filter);
//! let user = ResourceType::user();
//! let condition = resolve(&filter, &user, &Leniency::rfc())?;
//! let ada = scim::json::parse_object(br#"{"emails": [{"type": "work", "value": "ada@x.test"}]}"#)?;
//! assert!(eval::holds(&condition, &ada, &user));
//! # Ok::<(), scim::ScimError>(())
//! ```
//!
//! Not supported: brackets inside brackets, attributes that are never returned, more than 1,000 expressions or 50 levels.

mod ast;
mod condition;
pub mod eval;
mod operand;
pub(crate) mod parse;
mod resolve;
mod terms;

pub use ast::{Filter, Literal, Operator};
pub use condition::{Condition, Test};
pub use operand::Operand;
pub(crate) use operand::truth;
pub use parse::{DEPTH_MAX, TERMS_MAX, parse};
pub use resolve::{resolve, resolve_at_root, resolve_element};

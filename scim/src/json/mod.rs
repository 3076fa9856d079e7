//! Reading JSON as SCIM needs it: one attribute once, no U+0000, bounded depth and strings.

mod describe;
mod object;
mod parse;

pub use describe::describe;
pub(crate) use object::take;
pub use object::{Object, get};
pub use parse::{DEPTH_MAX, STRING_BYTES_MAX, VALUES_MAX, parse, parse_object};

//! Reading JSON as SCIM needs it (RFC 7643 §2.1): one attribute once, no U+0000, bounded depth, strings and numbers.
//!
//! ```
//! use scim::json::{get, parse_object};
//!
//! let body = parse_object(br#"{"USERNAME": "ada"}"#)?;
//! assert_eq!(get(&body, "userName").and_then(|value| value.as_str()), Some("ada"));
//! assert!(parse_object(br#"{"userName": "ada", "USERNAME": "bob"}"#).is_err());
//! # Ok::<(), scim::ScimError>(())
//! ```

mod describe;
mod object;
mod parse;
mod text;

pub use describe::describe;
pub(crate) use object::take;
pub use object::{Object, get};
pub use parse::{
    DEPTH_MAX, STRING_BYTES_MAX, VALUES_MAX, parse, parse_object, parse_object_within,
};
pub(crate) use text::{JsonText, inside, write_object};

//! How a client pages.

use super::parameters::{Parameters, integer};
use crate::ScimError;

/// How a client pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    /// By the 1-based position of the first resource (RFC 7644 §3.4.2.4).
    Index(i64),
    /// By a cursor that this provider gave out; the first page has none (RFC 9865 §2).
    Cursor(Option<String>),
}

pub(super) fn paging(parameters: &Parameters) -> Result<Paging, ScimError> {
    let start_index = integer(parameters, "startIndex")?;
    match (parameters.get("cursor"), start_index) {
        (Some(_), Some(_)) => Err(ScimError::invalid_value(
            "startIndex",
            "cannot be combined with `cursor`",
        )),
        (Some(cursor), None) => {
            let cursor = Some(cursor).filter(|cursor| !cursor.is_empty());
            Ok(Paging::Cursor(cursor.map(str::to_owned)))
        }
        (None, start_index) => Ok(Paging::Index(start_index.unwrap_or(1).max(1))),
    }
}

pub(super) fn count(parameters: &Parameters, paging: &Paging) -> Result<Option<i64>, ScimError> {
    integer(parameters, "count").map_err(|error| match paging {
        Paging::Index(_) => error,
        Paging::Cursor(_) => ScimError::InvalidCount(error.to_string()),
    })
}

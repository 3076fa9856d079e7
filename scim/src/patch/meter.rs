//! A bound on the work of one request: operations, elements and filter terms multiply.

use serde_json::Value;

use crate::ScimError;

/// Most units of work in one request. A unit is one look at one element of ordinary size.
const WORK_MAX: usize = 2_000_000;
/// An element costs one unit more for each of these bytes of text.
const BYTES_PER_UNIT: usize = 64;

/// Counts work before it is done.
#[derive(Debug, Default)]
pub(super) struct Meter {
    spent: usize,
}

impl Meter {
    /// Errors: 413 when the request would cost more than [`WORK_MAX`].
    pub(super) fn charge(&mut self, units: usize) -> Result<(), ScimError> {
        self.spent = self.spent.saturating_add(units);
        if self.spent > WORK_MAX {
            return Err(ScimError::TooLarge {
                what: "the work of the operations",
                limit: format!("{WORK_MAX} elements to look at; send fewer operations at once"),
            });
        }
        Ok(())
    }
}

/// What it costs to look at each element once.
pub(super) fn weight(elements: &[Value]) -> usize {
    let of = |element| 1 + text_bytes(element) / BYTES_PER_UNIT;
    elements.iter().map(of).sum()
}

fn text_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(text_bytes).sum(),
        Value::Object(object) => object.values().map(text_bytes).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

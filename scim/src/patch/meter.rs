//! A bound on the work of one request: operations, elements and filter terms multiply.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::ScimError;
use crate::json::Object;

/// Most units of work in one PATCH. A unit is one look at one element of ordinary size. All of it takes a part of a second: where
/// one writes at a time, the others wait for it.
const WORK_MAX: usize = 250_000;
/// An element costs one unit more for each of these bytes of text.
const BYTES_PER_UNIT: usize = 64;

/// Counts the work of a request before it is done. Clones count together.
#[derive(Debug, Clone)]
pub struct Meter {
    spent: Arc<AtomicUsize>,
    max: usize,
    /// The request that this is a part of.
    whole: Option<Arc<Meter>>,
}

impl Default for Meter {
    fn default() -> Self {
        Self::of_patches(1)
    }
}

impl Meter {
    /// The meter of a request that may be as much work as so many of the dearest patches.
    pub fn of_patches(count: usize) -> Self {
        Self {
            spent: Arc::default(),
            max: WORK_MAX.saturating_mul(count),
            whole: None,
        }
    }

    /// The meter of work that is to be short: so many units.
    pub fn of_units(max: usize) -> Self {
        Self {
            max,
            ..Self::default()
        }
    }

    /// Whether more was asked for than it allows.
    pub fn is_exceeded(&self) -> bool {
        self.spent() > self.max
    }

    /// The meter of one PATCH in the request.
    #[must_use]
    pub fn part(&self) -> Self {
        Self {
            whole: Some(Arc::new(self.clone())),
            ..Self::default()
        }
    }

    /// What has been counted.
    pub fn spent(&self) -> usize {
        self.spent.load(Ordering::Relaxed)
    }

    /// Goes back to what was counted before work that was undone and will be done again.
    pub fn rewind(&self, spent: usize) {
        self.spent.store(spent, Ordering::Relaxed);
    }

    /// Errors: 413 when the PATCH, or the request that it is a part of, would cost more than it may.
    pub(super) fn charge(&self, units: usize) -> Result<(), ScimError> {
        let spent = self.spent.load(Ordering::Relaxed).saturating_add(units);
        self.spent.store(spent, Ordering::Relaxed);
        if spent > self.max {
            return Err(ScimError::TooLarge {
                what: "the work of the operations",
                limit: format!(
                    "{} elements to look at; send fewer operations at once",
                    self.max
                ),
            });
        }
        match &self.whole {
            Some(whole) => whole.charge(units),
            None => Ok(()),
        }
    }
}

/// What it costs to look at each element once.
pub(super) fn weight(elements: &[Value]) -> usize {
    let of = |element| 1 + text_bytes(element) / BYTES_PER_UNIT;
    elements.iter().map(of).sum()
}

/// What it costs to check a document once, which is less than to compare all of its elements.
pub(super) fn weight_of(document: &Object) -> usize {
    let of = |value: &Value| match value {
        Value::Array(elements) => weight(elements),
        value => 1 + text_bytes(value) / BYTES_PER_UNIT,
    };
    1 + document.values().map(of).sum::<usize>() / 4
}

fn text_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(text_bytes).sum(),
        Value::Object(object) => object.values().map(text_bytes).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

//! How many comparison keys a test makes.

use std::cell::Cell;

thread_local! {
    static KEYS_MADE: Cell<usize> = const { Cell::new(0) };
}

/// Comparison keys this thread has made: making them is the dear part of comparing.
pub(crate) fn keys_made() -> usize {
    KEYS_MADE.get()
}

pub(crate) fn count_key() {
    KEYS_MADE.set(KEYS_MADE.get() + 1);
}

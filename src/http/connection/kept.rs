//! How many bytes of answers wait for their readers, in the whole process.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The number of bytes.
#[derive(Debug, Default, Clone)]
pub(super) struct Kept(Arc<AtomicUsize>);

/// Bytes that count for as long as this lives.
#[derive(Debug)]
pub(super) struct Held {
    kept: Kept,
    bytes: usize,
}

impl Kept {
    /// How many bytes there are.
    pub(super) fn bytes(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    /// Counts so many more.
    pub(super) fn hold(&self, bytes: usize) -> Held {
        self.0.fetch_add(bytes, Ordering::Relaxed);
        Held {
            kept: self.clone(),
            bytes,
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.kept.0.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

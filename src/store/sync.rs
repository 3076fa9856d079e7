//! What jobs share between threads. `interleavings/` puts a scheduler that tries many orders of steps in its place.

pub(super) use std::sync::atomic::{AtomicUsize, Ordering};
pub(super) use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

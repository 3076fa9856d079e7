//! What stands in for the standard library's.

pub(crate) use shuttle::sync::atomic::{AtomicUsize, Ordering};
pub(crate) use shuttle::sync::{Arc, Mutex, MutexGuard, PoisonError};

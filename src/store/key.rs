//! A resource's internal key.

use serde::{Deserialize, Serialize};

/// A resource's internal key, in creation order. It never leaves the store and the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(pub i64);

//! A tenant's internal number.

/// A tenant's internal number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TenantId(pub i32);

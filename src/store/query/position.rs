//! Positions in a list.

use serde::{Deserialize, Serialize};

use crate::store::key::Key;
use crate::store::sql::Sql;

/// The position of one resource in a list. The resource may be deleted meanwhile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Its sort key. `None` when it has no value, or when the list is in creation order.
    pub(super) value: Option<SortValue>,
    /// Its internal key.
    pub(super) key: Key,
}

impl Position {
    /// A place just before this one: behind it stands this one.
    #[must_use]
    pub fn just_before(self) -> Self {
        let key = Key(self.key.0.saturating_sub(1));
        Self { key, ..self }
    }

    /// A place just behind this one: before it stands this one.
    #[must_use]
    pub fn just_behind(self) -> Self {
        let key = Key(self.key.0.saturating_add(1));
        Self { key, ..self }
    }
}

/// A sort key's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum SortValue {
    Text(String),
    Integer(i64),
    /// The bits of the number. Text would round it.
    Decimal(u64),
}

/// The type of a sort key's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SortKind {
    Text,
    Integer,
    Decimal,
}

impl SortValue {
    pub(super) fn kind(&self) -> SortKind {
        match self {
            Self::Text(_) => SortKind::Text,
            Self::Integer(_) => SortKind::Integer,
            Self::Decimal(_) => SortKind::Decimal,
        }
    }

    pub(super) fn bind(&self, sql: Sql) -> Sql {
        match self {
            Self::Text(text) => sql.text(text),
            Self::Integer(number) => sql.bigint(*number),
            Self::Decimal(bits) => sql.double(f64::from_bits(*bits)),
        }
    }
}

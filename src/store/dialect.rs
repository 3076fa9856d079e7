//! The two SQL dialects.

/// The two SQL dialects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the two databases")]
pub enum Dialect {
    Postgres,
    Sqlite,
}

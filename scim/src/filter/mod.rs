//! Filters (RFC 7644 §3.4.2.2): text → [`ast::Filter`] → [`condition::Condition`] → SQL (in `store`) or [`eval`].

pub mod ast;
pub mod condition;
pub mod eval;
pub mod operand;
pub mod parse;
mod resolve;
mod terms;

pub use ast::{Filter, Literal, Operator};
pub use condition::{Condition, Test};
pub use operand::Operand;
pub use parse::parse;
pub use resolve::{resolve, resolve_at_root, resolve_element};

//! Lists. A resolved query becomes statements that read a slice, and one statement for the total where the slice does
//! not give it.

mod compiler;
mod filter;
mod kept;
mod look_up;
mod order;
mod position;
mod scope;
mod slice;
mod sort_key;
mod spelling;
mod start;
mod statement;

pub use compiler::Compiler;
pub use position::Position;
pub use slice::Slice;
pub use start::Start;

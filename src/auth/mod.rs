//! Authentication by bearer tokens (RFC 6750). Tokens are stored hashed. A tenant may also accept other ways to send
//! them.

mod authenticate;
mod keeper;
mod memory;
mod presented;
mod rate;
mod refusal;
mod scheme;
mod uses;

pub use authenticate::{Admitted, Source, authenticate, check_again};
pub use keeper::Keeper;
pub use rate::{Allowance, Counted, RateLimit, TooMany};
pub use refusal::{Cause, Refusal};
pub use scheme::Scheme;

//! Authentication: bearer tokens (RFC 6750), stored hashed; sent in other ways too where the tenant accepts that.

mod authenticate;
mod presented;
mod rate;
mod refusal;
mod scheme;
mod uses;

pub use authenticate::{Admitted, authenticate};
pub use rate::{Allowance, Counted, RateLimit, TooMany};
pub use refusal::Refusal;
pub use scheme::Scheme;
pub use uses::Uses;

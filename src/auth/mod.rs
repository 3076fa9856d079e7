//! Authentication by bearer tokens (RFC 6750): tokens of ours, which are stored hashed, and JWTs of issuers that a tenant trusts. A
//! tenant may also accept other ways to send them.

mod authenticate;
mod jwt;
mod keeper;
mod memory;
mod presented;
mod rate;
mod refusal;
mod scheme;
mod uses;

pub use authenticate::{Admitted, Origin, Source, authenticate, check_again};
pub use jwt::{check_key_url, count_keys, fetch};
pub use keeper::Keeper;
pub use rate::{Allowance, Counted, RateLimit, TooMany};
pub use refusal::{Cause, Refusal};
pub use scheme::Scheme;

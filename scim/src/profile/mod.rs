//! Profiles: how a tenant reads what clients send, as sets of named rules. Nothing else asks what a profile is called, or
//! who the client is.

mod leniency;
#[expect(
    clippy::module_inception,
    reason = "a file is named after its noun, and a profile is one set of rules among others"
)]
mod profile;
mod rule;
mod rules;

pub use leniency::Leniency;
pub use profile::Profile;
pub use rule::{ALWAYS, Rule};
pub use rules::Rules;

//! Profiles: how a tenant reads what clients send. A [`Profile`] is a set of named [`Rules`].
//!
//! Nothing else asks what a profile is called, or which client sends. A [`Leniency`] has the rules in force for one request
//! and remembers which it needed. The rules depart from RFC 7643 and RFC 7644 or fill what they leave open; [`Rule`] has the
//! table.
//!
//! ```
//! use scim::profile::{Leniency, Profile, Rule};
//!
//! let leniency = Leniency::new(Profile::Entra.rules());
//! assert!(leniency.allows(Rule::BooleanString));
//! assert_eq!(leniency.used().map(Rule::name).collect::<Vec<_>>(), ["boolean-string"]);
//! let operation = leniency.fresh();
//! assert_eq!(operation.needed().iter().count(), 0);
//! assert!(!Leniency::rfc().allows(Rule::BooleanString));
//! ```

mod leniency;
#[expect(
    clippy::module_inception,
    reason = "a file is named after its noun, and a profile is one set of rules among others"
)]
mod profile;
mod rule_set;
mod table;

pub use leniency::Leniency;
pub use profile::Profile;
pub use rule_set::Rules;
pub use table::{ALWAYS, Rule};

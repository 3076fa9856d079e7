//! POST /Bulk (RFC 7644 §3.7): many changes, each with the outcome that it would have alone.
//!
//! Operations run in chunks, each in one transaction. So a thousand operations do not cost a thousand commits, and
//! other writers get their turn in between. An outcome is reported only after its commit.

#[expect(
    clippy::module_inception,
    reason = "the file is called as the use case in it"
)]
mod bulk;
mod chunk;
mod location;
mod plan;
mod ready;
mod run;
mod terms;
mod unit;

pub use bulk::bulk;
pub use scim::bulk::BulkLimits;
pub use terms::BulkTerms;

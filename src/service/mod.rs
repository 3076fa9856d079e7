//! Use cases. Each one loads, applies a pure step, checks and saves, in one transaction. All resource types share this
//! code.
//!
//! A server works with [`Service`], a command with [`Operator`]. Reading order: a request ([`Call`], [`Request`]), the
//! entry (`resources.rs`), the changes it prepares (`creation.rs`, `modification.rs`, `deletion.rs`), the transaction
//! (`prepared.rs`).

mod alone;
mod answer;
mod audit;
mod auditor;
mod backup;
mod body;
mod bulk;
mod call;
mod caller;
mod catalogue;
mod clock;
mod conflict;
mod creation;
mod credentials;
mod definitions;
mod deletion;
pub mod duration;
mod edges;
pub mod feed;
mod first_token;
mod foreseen;
mod hashing;
mod inspection;
mod issuers;
mod links;
mod list;
mod me;
mod modification;
mod networks;
mod operator;
mod out_of_reach;
mod packs;
mod prepared;
mod pruning;
mod registries;
mod rehire;
mod rehire_policy;
mod renewal;
mod request;
mod request_id;
mod resources;
mod resting;
mod retention;
mod scopes;
#[expect(
    clippy::module_inception,
    reason = "the file is called as the type in it"
)]
mod service;
mod settings;
mod show;
mod slug;
mod step;
mod tenancy;
mod tenants;
mod token;
mod trust;
mod unread_members;
mod written;

pub use crate::store::{
    Admission, Audit, Credential, ExposedFile, Holdings, Integrity, Presence, Restored, Sizes,
    Standing, StoreError, TenantId, exposed_files, migrate, redacted,
};
pub use answer::{Answer, Shown};
pub use audit::{AuditRetention, Event};
pub use auditor::{Auditor, Refused, keep_auditing};
pub use backup::{back_up, restore};
pub use body::Body;
pub use bulk::{BulkLimits, BulkTerms, bulk};
pub use call::Call;
pub use caller::Caller;
pub use clock::Clock;
pub use credentials::{Found, Successor, Wanted, candidates, is_use_due, issuers, remember_use};
pub use definitions::{Edit, Mode, define};
pub use first_token::FirstToken;
pub use inspection::{Check, Examined};
pub use issuers::{NewIssuer, Trusted};
pub use list::list;
pub use me::me;
pub use networks::Networks;
pub use operator::Operator;
pub use out_of_reach::OutOfReach;
pub use packs::{PACKS, Pack};
pub use pruning::keep_pruning;
pub use registries::standard_registry;
pub use request::Request;
pub use request_id::RequestId;
pub use resources::{create, delete, get, patch, replace};
pub use resting::keep_resting;
pub use scopes::{Scope, Scopes};
pub use service::Service;
pub use settings::Settings;
pub use slug::Slug;
pub use tenancy::Tenancy;
pub use tenants::SettingChanges;
pub use token::Token;
pub use trust::{ALGORITHMS, Claims, KeySource, Terms};

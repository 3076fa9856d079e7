//! Everything that knows SQL.
//!
//! The entry is [`Store`]. It runs work in a transaction of one tenant, a [`Session`], or in one over all tenants,
//! [`Tenants`], which leads to sessions. Every statement on a tenant's rows names the tenant.

mod admission;
mod backup;
mod cancelling;
mod changes;
mod columns;
mod connection;
mod credential;
mod credentials;
mod definitions;
mod dialect;
mod direct_groups;
mod draft;
mod edge_changes;
mod error;
mod feed;
mod files;
mod goes_on;
mod group_names;
mod holdings;
mod indexed_values;
mod inspection;
mod job;
mod key;
mod memberships;
mod migrate;
mod note;
mod origin;
mod patience;
mod per_tenant;
mod pool;
mod positions;
mod presence;
mod proof;
pub mod query;
mod recorded;
mod references;
mod resources;
mod restore;
mod row;
mod rows;
mod schema;
mod session;
mod shares;
mod sizes;
mod sql;
mod statements;
#[expect(
    clippy::module_inception,
    reason = "the file is called as the type in it"
)]
mod store;
mod subjects;
mod sync;
mod tenant;
mod tenant_id;
mod tenants;
mod times;
mod turns;
mod unrecorded;
mod upkeep;
mod url;
mod wakers;
mod walks;
mod way;
mod who;
mod writes;
mod writing;

pub use admission::Admission;
pub use backup::back_up;
pub use columns::Columns;
pub use credential::Credential;
pub use credentials::{Candidate, NewCredential};
pub use dialect::Dialect;
pub use direct_groups::{DirectGroup, DirectGroups, FoundGroups};
pub(crate) use edge_changes::EdgeChange;
pub use error::{Result, StoreError};
pub use feed::{Change, FeedEnds, Membership};
pub use files::{ExposedFile, exposed_files};
pub use holdings::Holdings;
pub use inspection::{Count, Edge, End, Inspected, NotedVersion, Orphans, Piece, StoredVersion};
pub use key::Key;
pub use memberships::{Member, Neighbour, TypeCount};
pub use migrate::{Standing, Waits, migrate, migrate_from};
pub use origin::Origin;
pub use presence::Presence;
pub(crate) use recorded::Authorship;
pub use references::Named;
pub use restore::{Restored, restore};
pub use row::{Beside, Row};
pub use session::Session;
pub use shares::Shares;
pub use sizes::Sizes;
pub use sql::Sql;
pub use store::Store;
pub use tenant::{CursorSecret, Tenant};
pub use tenant_id::TenantId;
pub use tenants::Tenants;
pub use unrecorded::{Effect, Operation, Unrecorded};
pub use upkeep::Integrity;
pub use url::{check_url, redacted};
pub use walks::{Walk, Walker};
pub use who::Who;
pub(crate) use writes::{NewPassword, NewResource, Update};

//! Use cases: load, pure step, check, save, in one transaction each. One road for every resource type.

mod bulk;
mod catalogue;
mod clock;
mod create;
mod definitions;
mod delete;
mod edges;
mod hashing;
mod list;
mod me;
mod modify;
mod prepared;
mod read;
mod registries;
mod rehire;
mod settings;
mod tenancy;
mod write;

pub use bulk::{BulkLimits, BulkOrder, bulk};
pub use clock::Clock;
pub use create::create;
pub use definitions::{Edit, Mode, change, define};
pub use delete::delete;
pub use hashing::Hasher;
pub use list::list;
pub use me::me;
pub use modify::{patch, replace};
pub use read::{Got, get};
pub use registries::Registries;
pub use settings::{Rehire, Settings};
pub use tenancy::{Principal, Tenancy};

use std::sync::Arc;

use serde_json::{Map, Value};

use scim::etag::Version;
use scim::projection::Projection;
use scim::query::Limits;
use scim::resource_type::ResourceType;
use crate::store::Store;

/// What every use case works with.
#[derive(Clone)]
pub struct Service {
    /// The database.
    pub store: Store,
    /// Time and ids.
    pub clock: Clock,
    /// Password hashing.
    pub hasher: Hasher,
    /// Bounds of lists.
    pub limits: Limits,
    /// The resource types of tenants.
    pub registries: Registries,
}

/// What a request is about: the tenant, the resource type, and what the answer shows.
#[derive(Clone)]
pub struct Request {
    /// The tenant and what follows from its settings.
    pub tenancy: Arc<Tenancy>,
    /// The type at the endpoint.
    pub resource_type: Arc<ResourceType>,
    /// What the answer shows.
    pub projection: Projection,
}

/// A resource as the answer shows it.
#[derive(Debug, Clone)]
pub struct Shown {
    /// Its representation.
    pub body: Map<String, Value>,
    /// Its location.
    pub location: String,
    /// Its version.
    pub version: Version,
}

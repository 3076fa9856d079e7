//! Where the paths run: the resource types of a tenant, and the rules of one request.

use scim::canonical::Context;
use scim::profile::Leniency;
use scim::registry::Registry;
use scim::resource_type::ResourceType;

/// The resource types of a tenant, and the rules of one request.
pub(crate) struct World {
    registry: Registry,
    pub(crate) leniency: Leniency,
}

impl World {
    /// A world that stays: to drop it is no part of a path.
    pub(crate) fn leaked() -> &'static Self {
        Box::leak(Box::new(Self {
            registry: Registry::standard(true),
            leniency: Leniency::lenient(),
        }))
    }

    /// The type of users.
    pub(crate) fn user(&self) -> &ResourceType {
        self.registry.at_endpoint("Users").expect("there are users")
    }

    /// What reading a user needs to know.
    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            resource_type: self.user(),
            registry: &self.registry,
            leniency: &self.leniency,
        }
    }
}

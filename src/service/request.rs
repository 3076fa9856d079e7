//! A request about one resource type.

use std::sync::Arc;

use scim::ScimError;
use scim::canonical::Context;
use scim::projection::Projection;
use scim::resource_type::ResourceType;

use super::call::Call;
use super::out_of_reach::OutOfReach;
use super::tenancy::Tenancy;

/// A request about one resource type, and the attributes that its answer shows.
#[derive(Debug, Clone)]
pub struct Request {
    /// Tenant, caller, rules.
    pub call: Call,
    /// The type at the endpoint.
    pub resource_type: Arc<ResourceType>,
    /// The attributes that the answer shows.
    pub projection: Projection,
}

impl Request {
    /// A request of a caller about resources of a type.
    ///
    /// Errors: the caller's credential is limited to others.
    pub fn new(
        call: Call,
        resource_type: Arc<ResourceType>,
        projection: Projection,
    ) -> Result<Self, OutOfReach> {
        call.caller.check_reach(&resource_type.name)?;
        Ok(Self {
            call,
            resource_type,
            projection,
        })
    }

    /// The context for reading a body.
    pub(super) fn context(&self) -> Context<'_> {
        Context {
            resource_type: &self.resource_type,
            registry: &self.call.tenancy.registry,
            leniency: &self.call.leniency,
        }
    }

    /// Goes on under the tenant's new state.
    ///
    /// Errors: 404 for a type that was removed, 405 for one that is now read-only for clients.
    pub(super) fn renew(&mut self, tenancy: &Arc<Tenancy>) -> Result<(), ScimError> {
        let renewed = tenancy.registry.named(&self.resource_type.name);
        self.resource_type = renewed.cloned().ok_or(ScimError::UnknownEndpoint)?;
        self.call.renew(tenancy);
        self.check_writable("writing")
    }

    /// Whether the caller may write resources of the type.
    ///
    /// Errors: 405.
    pub(super) fn check_writable(&self, method: &str) -> Result<(), ScimError> {
        if self.call.caller.may_write(&self.resource_type) {
            return Ok(());
        }
        Err(ScimError::MethodNotAllowed {
            method: method.to_owned(),
            allow: "GET, HEAD",
        })
    }

    /// The error that no resource of the type has this id.
    pub(super) fn not_found(&self, id: &str) -> ScimError {
        ScimError::NotFound {
            resource_type: self.resource_type.name.clone(),
            id: id.to_owned(),
        }
    }
}

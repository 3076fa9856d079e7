//! The caller of a request.

use scim::path::AttributeRef;
use scim::resource_type::ResourceType;

use super::out_of_reach::OutOfReach;
use super::scopes::{Scope, Scopes};

/// The caller of a request: a credential and its scopes. The default is an anonymous caller without scopes.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    /// The credential's name inside its tenant.
    pub key_id: String,
    /// Its scopes.
    pub scopes: Scopes,
    /// The id of the resource that the credential is linked to (`/Me`).
    pub resource_id: Option<String>,
}

impl Caller {
    /// Whether the request came without a credential.
    pub fn is_anonymous(&self) -> bool {
        self.key_id.is_empty()
    }

    /// Checks that the caller's credential reaches resources of this type.
    ///
    /// Errors: it is limited to others.
    pub fn check_reach(&self, resource_type: &str) -> Result<(), OutOfReach> {
        match self.scopes.reach(resource_type) {
            true => Ok(()),
            false => Err(OutOfReach {
                needed: Scope::of_type(resource_type),
            }),
        }
    }

    /// Checks that the caller's credential reaches resources of every type.
    ///
    /// Errors: it is limited.
    pub fn check_reach_of_all(&self) -> Result<(), OutOfReach> {
        match self.scopes.is_limited() {
            true => Err(OutOfReach { needed: None }),
            false => Ok(()),
        }
    }

    /// Checks that the caller may ask for values of this attribute. The `display` of members and groups belongs to a resource of
    /// another type, and who may not see it must not find it out by filters.
    ///
    /// Errors: the caller's credential does not reach that type.
    pub fn check_asks(&self, target: &AttributeRef<'_>) -> Result<(), OutOfReach> {
        if target.leaf().name != "display" {
            return Ok(());
        }
        match target.attribute.name.as_str() {
            "members" => self.check_reach(ResourceType::USER),
            "groups" => self.check_reach(ResourceType::GROUP),
            _ => Ok(()),
        }
    }

    /// Whether the caller may write resources of this type. Clients only read some types; administrators write them.
    pub fn may_write(&self, resource_type: &ResourceType) -> bool {
        !resource_type.read_only || self.scopes.has(Scope::Admin)
    }
}

//! The caller of a request.

use scim::path::{AttributeRef, Home};
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
    /// The user that its JWT names (`/Me`), by id or unique name.
    pub user: Option<String>,
    /// When its JWT ends.
    pub ends_ms: Option<i64>,
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
            false => {
                Err(Scope::of_type(resource_type).map_or(OutOfReach::OwnType, OutOfReach::Lacks))
            }
        }
    }

    /// Checks that the caller's credential reaches resources of every type.
    ///
    /// Errors: it is limited.
    pub fn check_reach_of_all(&self) -> Result<(), OutOfReach> {
        match self.scopes.is_limited() {
            true => Err(OutOfReach::Everything),
            false => Ok(()),
        }
    }

    /// Checks that the caller may ask for values of this attribute of a type. Names of members, groups and resources that are
    /// referred to belong to resources of other types, and who may not see them must not find them out by filters.
    ///
    /// Errors: the caller's credential does not reach them.
    pub fn check_asks(
        &self,
        resource_type: &ResourceType,
        target: &AttributeRef<'_>,
    ) -> Result<(), OutOfReach> {
        if !self.scopes.is_limited() {
            return Ok(());
        }
        let (attribute, leaf) = (target.attribute, target.leaf());
        if leaf.is_referenced_name(attribute) {
            return Err(OutOfReach::OwnType);
        }
        match target.home == Home::Core && leaf.name == "display" {
            true if resource_type.is_members(attribute) => self.check_reach(ResourceType::USER),
            true if resource_type.is_member_of(attribute) => self.check_reach(ResourceType::GROUP),
            _ => Ok(()),
        }
    }

    /// Whether the caller may write resources of this type. Clients only read some types; administrators write them.
    pub fn may_write(&self, resource_type: &ResourceType) -> bool {
        !resource_type.read_only || self.scopes.has(Scope::Admin)
    }
}

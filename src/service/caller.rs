//! The caller of a request.

use scim::resource_type::ResourceType;

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

    /// Whether the caller may write resources of this type. Clients only read some types; administrators write them.
    pub fn may_write(&self, resource_type: &ResourceType) -> bool {
        !resource_type.read_only || self.scopes.has(Scope::Admin)
    }
}

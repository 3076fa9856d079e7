//! How a stored resource is changed: PUT (RFC 7644 §3.5.1), PATCH (§3.5.2), or the return of a deactivated user.

use scim::canonical::{MemberRef, Purpose, canonicalize};
use scim::password::{self, PasswordFate};
use scim::patch::{self, MemberChange, Meter, PatchOperation, Patched};
use scim::profile::Rule;
use scim::resource_type::ResourceType;
use scim::schema::Schema;
use scim::{Document, Object, ScimError};

use super::conflict::name_taken;
use super::request::Request;
use crate::store::Operation;

/// How a resource is changed.
pub(super) enum Step {
    /// PUT: replaces the resource by the body.
    Replace(Object),
    /// PATCH: applies these operations to it.
    Patch(Vec<PatchOperation>),
    /// POST of a deactivated resource: replaces it by the body and makes it active.
    Revive(Object),
}

impl Step {
    /// The operation that rows of changes name.
    pub(super) fn operation(&self) -> Operation {
        match self {
            Self::Replace(_) | Self::Revive(_) => Operation::Replace,
            Self::Patch(_) => Operation::Patch,
        }
    }

    /// The method of the request.
    pub(super) fn method(&self) -> &'static str {
        match self {
            Self::Replace(_) => "PUT",
            Self::Patch(_) => "PATCH",
            Self::Revive(_) => "POST",
        }
    }

    /// Whether the answer has no body when the request asks for no attributes.
    pub(super) fn answers_no_content(&self, request: &Request) -> bool {
        matches!(self, Self::Patch(_))
            && !request.projection.is_asked_for()
            && patch::answers_no_content(&request.resource_type, &request.call.leniency)
    }

    /// The password that the step sets, prepared for hashing.
    pub(super) fn password(&self, core: &Schema) -> Option<String> {
        match self {
            Self::Replace(body) | Self::Revive(body) => password::in_body(body, core),
            Self::Patch(operations) => password::in_operations(operations, core),
        }
    }

    /// Applies the pure step, which may be as much work as the meter allows.
    pub(super) fn apply<'a>(
        &'a self,
        request: &'a Request,
        stored: &Document,
        work: &Meter,
    ) -> Result<Patched<'a>, ScimError> {
        let context = request.context();
        let input = match self {
            Self::Patch(operations) => {
                return patch::apply_within(context, stored, operations, work);
            }
            Self::Replace(body) => canonicalize(context, body, Purpose::Replace(stored))?,
            Self::Revive(body) => {
                let input = canonicalize(context, body, Purpose::Revive(stored));
                input.map_err(|fault| taken_instead(fault, &request.resource_type, stored))?
            }
        };
        let members = input.members.or_else(|| unnamed_members(request));
        let members = members.map(MemberChange::Replace);
        Ok(Patched {
            changed: input.document != *stored,
            document: input.document,
            password: self.fate_of_password(input.password),
            members: members.into_iter().collect(),
        })
    }

    fn fate_of_password(&self, sent: Option<String>) -> PasswordFate {
        match (self, sent) {
            (_, Some(password)) => PasswordFate::Set(password),
            // The old password belongs to the previous owner of the account.
            (Self::Revive(_), None) => PasswordFate::Clear,
            (Self::Replace(_) | Self::Patch(_), None) => PasswordFate::Keep,
        }
    }
}

/// What a body without members means: there are none (RFC 7644 §3.5.1). Clients leave an empty list out, and the last leaver
/// must leave.
fn unnamed_members(request: &Request) -> Option<Vec<MemberRef>> {
    let keeps = || request.call.leniency.allows(Rule::PutKeepsMembers);
    let has_members = request.resource_type.members.is_some();
    (has_members && !keeps()).then(Vec::new)
}

/// Reports that the name is taken: if an immutable attribute would have to change, the account belongs to another
/// person.
fn taken_instead(fault: ScimError, resource_type: &ResourceType, stored: &Document) -> ScimError {
    match (fault, &resource_type.unique) {
        (ScimError::Mutability { .. }, Some(unique)) => name_taken(resource_type, unique, stored),
        (fault, _) => fault,
    }
}

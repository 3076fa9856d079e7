//! `/Me` (RFC 7644 §3.11): the resource that the caller's credential is linked to.

use std::sync::Arc;

use scim::ScimError;
use scim::resource_type::ResourceType;

use super::call::Call;
use super::service::Service;
use crate::store::{Result, Session};

/// Type and id of the resource. The rest works as at the resource's own endpoint.
///
/// Errors: 501 when the credential has no link, 404 when the resource is gone.
pub async fn me(service: &Service, call: &Call) -> Result<(Arc<ResourceType>, String)> {
    let tenancy = &call.tenancy;
    let id = match (&call.caller.resource_id, &call.caller.user) {
        (Some(id), _) => Some(id.clone()),
        (None, Some(user)) => Some(named(service, call, user.clone()).await?),
        (None, None) => None,
    };
    let id = id.ok_or_else(|| {
        let text = advice(call, "this token is not linked to a resource");
        ScimError::NobodyBehindToken(text)
    })?;
    let sought = id.clone();
    let work = move |session: &mut Session<'_>| session.types_among(&[&sought]);
    let found = service.store.read(&call.admission, work).await?;
    let name = found.first().map(|counted| counted.resource_type.as_str());
    let resource_type = name.and_then(|name| tenancy.registry.named(name));
    let resource_type = resource_type.ok_or_else(|| {
        let text = advice(call, "the resource linked to this token is gone");
        ScimError::LinkedResourceGone(text)
    })?;
    Ok((Arc::clone(resource_type), id))
}

/// The id of the user that a JWT names.
async fn named(service: &Service, call: &Call, user: String) -> Result<String> {
    let types = call.tenancy.registry.resource_types().to_vec();
    let work = move |session: &mut Session<'_>| {
        let persons = types.iter().map(AsRef::as_ref);
        let persons: Vec<&ResourceType> = persons
            .filter(|resource_type: &&ResourceType| resource_type.members.is_none())
            .collect();
        session.find_resource(&persons, &user)
    };
    let found = service.store.read(&call.admission, work).await?;
    let gone = "no resource has the id or unique name that the token names".to_owned();
    found.ok_or_else(|| ScimError::LinkedResourceGone(gone).into())
}

/// The text names the command, because only an operator can help.
fn advice(call: &Call, reason: &str) -> String {
    let (slug, key_id) = (&call.tenancy.slug, &call.caller.key_id);
    format!("{reason}; an operator can link one: `scimd token link {slug} {key_id} ID_OR_USERNAME`")
}

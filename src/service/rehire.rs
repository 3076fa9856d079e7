//! A POST for a name that is taken: 409, or the old account comes back if the tenant has set that.
//!
//! An account comes back only if it is deactivated, and if its `externalId` is the same or is missing on one side. The
//! writing transaction decides this under the row's lock: of two POSTs at once, one succeeds and the other is a
//! conflict.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use scim::bulk::BulkRequest;
use scim::resource_type::ResourceType;
use scim::{Document, Object, canonical};
use serde_json::Value;

use super::rehire_policy::Rehire;
use super::request::Request;
use super::service::Service;
use super::tenancy::Tenancy;
use crate::store::{Result, Row, Session};

/// The resource that already has the name of a POST.
pub(super) enum Holder {
    /// No resource was found; the unique index has the last word.
    Nobody,
    /// Another resource keeps the name.
    Other,
    /// The account comes back. Its row is locked.
    Returns(Row),
}

/// Whether a POST of this request may bring an account back.
pub(super) fn may_come_back(request: &Request) -> bool {
    is_on(&request.call.tenancy, &request.resource_type)
}

/// Finds the resource with the prepared unique name of a posted document.
pub(super) fn holder(
    request: &Request,
    session: &mut Session<'_>,
    posted: &Document,
    unique_key: Option<&str>,
) -> Result<Holder> {
    let resource_type = &request.resource_type;
    let Some(unique_key) = unique_key.filter(|_| may_come_back(request)) else {
        return Ok(Holder::Nobody);
    };
    let Some(row) = session.find_by_unique_key_for_update(resource_type, unique_key)? else {
        return Ok(Holder::Nobody);
    };
    let stored = row.stored.document.read();
    let returns = is(resource_type, &stored, false)
        && is(resource_type, posted, true)
        && same_person(&stored, posted);
    Ok(if returns {
        Holder::Returns(row)
    } else {
        Holder::Other
    })
}

/// The POSTs of a Bulk request that bring an account back, each with the id that other operations may refer to. An
/// account that another operation names in its path does not come back, because the effect of that operation is not
/// known yet.
pub(super) async fn returning(
    service: &Service,
    tenancy: &Arc<Tenancy>,
    request: &BulkRequest,
) -> Result<HashMap<usize, String>> {
    let sought = request.posts().filter_map(|(index, endpoint, body)| {
        let resource_type = tenancy.registry.at_endpoint(endpoint).ok()?;
        let unique = resource_type.unique.as_ref();
        let unique = unique.filter(|_| is_on(tenancy, resource_type))?;
        let name = canonical::get(body, &unique.name)?.as_str()?;
        let unique_key = unique.preparation.key(name);
        let external_id = external_id_of(body);
        Some((index, Arc::clone(resource_type), unique_key, external_id))
    });
    let sought: Vec<_> = sought.collect();
    if sought.is_empty() {
        return Ok(HashMap::new());
    }
    let named: HashSet<String> = request.targets().map(str::to_owned).collect();
    let work = move |session: &mut Session<'_>| {
        let (mut found, mut named) = (HashMap::new(), named.clone());
        for (index, resource_type, unique_key, posted) in &sought {
            let row = session.find_by_unique_key(resource_type, unique_key)?;
            let away = row.filter(|row| {
                let stored = row.stored.document.read();
                let same = agree(external_id_of(&stored).as_deref(), posted.as_deref());
                same && is(resource_type, &stored, false)
            });
            let id = away.map(|row| row.stored.id);
            // Only the first POST of a name brings the account back.
            let first = id.filter(|id| named.insert(id.clone()));
            found.extend(first.map(|id| (*index, id)));
        }
        Ok(found)
    };
    service.store.read(tenancy.tenant, work).await
}

/// Whether the tenant lets accounts come back, and the type has accounts that can be deactivated.
fn is_on(tenancy: &Tenancy, resource_type: &ResourceType) -> bool {
    tenancy.settings.rehire == Rehire::Reactivate && resource_type.default_true.is_some()
}

/// Whether the resource's `active` has this value.
fn is(resource_type: &ResourceType, document: &Document, active: bool) -> bool {
    let value = resource_type
        .default_true
        .and_then(|name| document.get(name));
    value == Some(&Value::Bool(active))
}

fn same_person(stored: &Document, posted: &Document) -> bool {
    let (stored, posted) = (external_id_of(stored), external_id_of(posted));
    agree(stored.as_deref(), posted.as_deref())
}

fn external_id_of(document: &Object) -> Option<String> {
    let id = canonical::get(document, "externalId").and_then(Value::as_str);
    id.filter(|id| !id.is_empty()).map(str::to_owned)
}

/// Whether both have the same `externalId`, or one has none.
fn agree(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_none() || other.is_none() || one == other
}

//! A POST of somebody who was here before: 409, or where the tenant says so, the old account brought back.
//!
//! Brought back is only who is deactivated and whose `externalId` is the same or not known on one side. That is judged in the
//! transaction that writes, under the row's lock: of two POSTs at once one wins, the other is a conflict.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::{Rehire, Request, Service, Tenancy};
use scim::bulk::BulkRequest;
use scim::canonical;
use scim::resource_type::ResourceType;
use crate::store::{Result, Row, Session};

/// Whose name a POST has.
pub(super) enum Holder {
    /// Nobody's, or that is left to the unique index.
    Nobody,
    /// Somebody's who stays.
    Other,
    /// Somebody's who comes back; the row is locked.
    Returns(Row),
}

/// Looks for who has the prepared unique name of a canonical document that was posted.
pub(super) fn holder(
    request: &Request,
    session: &mut Session<'_>,
    posted: &Map<String, Value>,
    unique_key: Option<&str>,
) -> Result<Holder> {
    let kind = &request.resource_type;
    let Some(key) = unique_key.filter(|_| is_on(&request.tenancy, kind)) else {
        return Ok(Holder::Nobody);
    };
    let Some(row) = session.find_by_unique_key_for_update(kind, key)? else {
        return Ok(Holder::Nobody);
    };
    let stored = &row.stored.document;
    let returns = is(kind, stored, false) && is(kind, posted, true) && same_person(stored, posted);
    Ok(if returns {
        Holder::Returns(row)
    } else {
        Holder::Other
    })
}

/// The POSTs of a Bulk request that bring somebody back, each with the id that other operations may refer to. Whom another
/// operation names in its path does not come back: nobody knows yet what becomes of them.
pub(super) async fn returning(
    service: &Service,
    tenancy: &Arc<Tenancy>,
    request: &BulkRequest,
) -> Result<HashMap<usize, String>> {
    let sought = request.posts().filter_map(|(index, endpoint, body)| {
        let kind = tenancy.registry.at_endpoint(endpoint).ok()?;
        let unique = kind.unique.as_ref().filter(|_| is_on(tenancy, kind))?;
        let name = canonical::get(body, &unique.name)?.as_str()?;
        let key = unique.preparation.key(name);
        Some((index, Arc::clone(kind), key, external_id_of(body)))
    });
    let sought: Vec<_> = sought.collect();
    if sought.is_empty() {
        return Ok(HashMap::new());
    }
    let named: HashSet<String> = request.targets().map(str::to_owned).collect();
    let work = move |session: &mut Session<'_>| {
        let (mut found, mut named) = (HashMap::new(), named.clone());
        for (index, kind, key, posted) in &sought {
            let row = session.find_by_unique_key(kind, key)?;
            let away = row.filter(|row| {
                let stored = &row.stored.document;
                let same = agree(external_id_of(stored).as_deref(), posted.as_deref());
                same && is(kind, stored, false)
            });
            let id = away.map(|row| row.stored.id);
            // A second POST of the same name is another matter.
            let first = id.filter(|id| named.insert(id.clone()));
            found.extend(first.map(|id| (*index, id)));
        }
        Ok(found)
    };
    service.store.read(tenancy.tenant, work).await
}

/// Whether the tenant lets people come back, and the type knows of going away.
fn is_on(tenancy: &Tenancy, resource_type: &ResourceType) -> bool {
    tenancy.settings.rehire == Rehire::Reactivate && resource_type.default_true.is_some()
}

/// Whether a resource is active, or is not.
fn is(resource_type: &ResourceType, document: &Map<String, Value>, active: bool) -> bool {
    let value = resource_type
        .default_true
        .and_then(|name| document.get(name));
    value == Some(&Value::Bool(active))
}

fn same_person(stored: &Map<String, Value>, posted: &Map<String, Value>) -> bool {
    let (stored, posted) = (external_id_of(stored), external_id_of(posted));
    agree(stored.as_deref(), posted.as_deref())
}

fn external_id_of(document: &Map<String, Value>) -> Option<String> {
    let id = canonical::get(document, "externalId").and_then(Value::as_str);
    id.filter(|id| !id.is_empty()).map(str::to_owned)
}

/// The same `externalId`, or one that is not known.
fn agree(one: Option<&str>, other: Option<&str>) -> bool {
    one.is_none() || other.is_none() || one == other
}

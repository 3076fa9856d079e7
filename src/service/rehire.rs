//! A POST of somebody who was here before: 409, or where the tenant says so, the old account brought back.
//!
//! Brought back is only who is deactivated and whose `externalId` is the same or not known on one side. The row is looked
//! for before the transaction, and judged again under its lock: of two that come at once one wins, the other is a conflict.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::create::Creation;
use super::modify::{Modification, Step};
use super::prepared::Prepared;
use super::{Rehire, Request, Service, Tenancy};
use crate::scim::bulk::BulkRequest;
use crate::scim::canonical;
use crate::scim::etag::Preconditions;
use crate::scim::resource_type::ResourceType;
use crate::store::{Result, Session};

/// A POST, ready to be written: of a new resource, or of one that comes back.
pub(super) async fn prepare(
    service: &Service,
    request: Request,
    body: Map<String, Value>,
) -> Result<Prepared> {
    let returning = match Sought::of(&request.tenancy, &request.resource_type, &body) {
        Some(sought) => find(service, &request.tenancy, vec![(0, sought)]).await?,
        None => HashMap::new(),
    };
    match returning.into_values().next() {
        Some(id) => revive(service, request, id, body).await,
        None => {
            let id = service.clock.new_id();
            let creation = Creation::prepare(service, request, id, body).await?;
            Ok(Prepared::Create(creation))
        }
    }
}

/// The return of the resource of this id.
pub(super) async fn revive(
    service: &Service,
    request: Request,
    id: String,
    body: Map<String, Value>,
) -> Result<Prepared> {
    let step = Step::Revive(body);
    let conditions = Preconditions::default();
    let prepared = Modification::prepare(service, request, id, conditions, step).await?;
    Ok(Prepared::Modify(prepared))
}

/// The operations of a Bulk request that bring somebody back, each with the id.
pub(super) async fn returning(
    service: &Service,
    tenancy: &Arc<Tenancy>,
    request: &BulkRequest,
) -> Result<HashMap<usize, String>> {
    let sought = request.posts().filter_map(|(index, endpoint, body)| {
        let kind = tenancy.registry.at_endpoint(endpoint).ok()?;
        Some((index, Sought::of(tenancy, kind, body)?))
    });
    let sought: Vec<(usize, Sought)> = sought.collect();
    if sought.is_empty() {
        return Ok(HashMap::new());
    }
    find(service, tenancy, sought).await
}

/// Who may be there already.
struct Sought {
    resource_type: Arc<ResourceType>,
    name: String,
    external_id: Option<String>,
}

impl Sought {
    /// Whom a body names, where the tenant lets people come back and the type knows deactivation.
    fn of(
        tenancy: &Tenancy,
        resource_type: &Arc<ResourceType>,
        body: &Map<String, Value>,
    ) -> Option<Self> {
        let unique = resource_type.unique.as_ref()?;
        if tenancy.settings.rehire == Rehire::Conflict || resource_type.default_true.is_none() {
            return None;
        }
        let text = |name| canonical::get(body, name).and_then(Value::as_str);
        Some(Self {
            resource_type: Arc::clone(resource_type),
            name: unique.preparation.key(text(&unique.name)?),
            external_id: text("externalId").map(str::to_owned),
        })
    }

    fn find(&self, session: &mut Session<'_>) -> Result<Option<String>> {
        let row = session.find_by_unique_key(&self.resource_type, &self.name)?;
        let row = row.filter(|row| {
            let document = &row.stored.document;
            is_away(&self.resource_type, document)
                && agree(external_id(document), self.external_id.as_deref())
        });
        Ok(row.map(|row| row.stored.id))
    }
}

async fn find(
    service: &Service,
    tenancy: &Tenancy,
    sought: Vec<(usize, Sought)>,
) -> Result<HashMap<usize, String>> {
    let work = move |session: &mut Session<'_>| {
        let mut found = HashMap::new();
        for (index, sought) in &sought {
            if let Some(id) = sought.find(session)? {
                found.insert(*index, id);
            }
        }
        Ok(found)
    };
    service.store.read(tenancy.tenant, work).await
}

/// Whether what is stored may become what was posted.
pub(super) fn may_return(
    request: &Request,
    stored: &Map<String, Value>,
    posted: &Map<String, Value>,
) -> bool {
    let kind = &request.resource_type;
    request.tenancy.settings.rehire == Rehire::Reactivate
        && is_away(kind, stored)
        && agree(external_id(stored), external_id(posted))
        && name_of(kind, stored) == name_of(kind, posted)
}

fn is_away(resource_type: &ResourceType, document: &Map<String, Value>) -> bool {
    let active = resource_type
        .default_true
        .and_then(|name| document.get(name));
    active == Some(&Value::Bool(false))
}

pub(super) fn external_id(document: &Map<String, Value>) -> Option<&str> {
    document.get("externalId").and_then(Value::as_str)
}

/// Two ids of the same client, or one that is not known.
fn agree(one: Option<&str>, other: Option<&str>) -> bool {
    let known = |id: Option<&str>| id.filter(|id| !id.is_empty()).map(str::to_owned);
    match (known(one), known(other)) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}

fn name_of(resource_type: &ResourceType, document: &Map<String, Value>) -> Option<String> {
    let unique = resource_type.unique.as_ref()?;
    let name = document.get(&unique.name).and_then(Value::as_str)?;
    Some(unique.preparation.key(name))
}

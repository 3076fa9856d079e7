//! POST (RFC 7644 §3.3).

use serde_json::{Map, Value};

use super::hashing::hash_of;
use super::write::name_conflict;
use super::{Request, Service, Shown, catalogue, edges};
use crate::scim::canonical::{Purpose, canonicalize};
use crate::scim::etag::Version;
use crate::scim::password;
use crate::scim::patch::MemberChange;
use crate::scim::representation::Stored;
use crate::store::{Change, Columns, NewResource, Operation, Result, Row};

/// Creates a resource. A refused one leaves nothing behind.
pub async fn create(
    service: &Service,
    request: Request,
    body: Map<String, Value>,
) -> Result<Shown> {
    let hashed = service.hasher.hash(password::in_body(&body)).await?;
    let id = service.clock.new_id();
    let now_ms = service.clock.now_ms();
    let tenant = request.tenancy.tenant;
    request.check_writable("POST")?;
    let work = move |session: &mut crate::store::Session<'_>| {
        let resource_type = &request.resource_type;
        let leniency = request.tenancy.leniency();
        let mut input = canonicalize(
            request.tenancy.context(resource_type, &leniency),
            &body,
            Purpose::Create,
        )?;
        catalogue::fill(&request, session, None, &mut input.document)?;
        let columns = Columns::of(resource_type, &input.document)?;
        let password_hash = input
            .password
            .as_deref()
            .map(|password| hash_of(password, hashed.as_ref()))
            .transpose()?;
        let new = NewResource {
            resource_type,
            id: &id,
            now_ms,
            document: &input.document,
            columns: &columns,
            password_hash: password_hash.as_deref(),
        };
        let key = session
            .insert(&new)
            .map_err(|error| name_conflict(error, resource_type, &input.document))?;
        let mut attributes: Vec<String> = input.document.keys().cloned().collect();
        if let Some(members) = input.members.filter(|members| !members.is_empty()) {
            edges::apply(&request, session, key, MemberChange::Add(members))?;
            attributes.extend(resource_type.members.map(str::to_owned));
        }
        session.record(&Change {
            operation: Operation::Create,
            resource_type: &resource_type.name,
            resource_id: &id,
            version: Version(1),
            at_ms: now_ms,
            revision: request.tenancy.revision,
            attributes,
        })?;
        let stored = Stored {
            id: id.clone(),
            version: Version(1),
            created_ms: now_ms,
            last_modified_ms: now_ms,
            document: input.document,
        };
        request.show(session, &Row { key, stored })
    };
    service.store.write(tenant, work).await
}

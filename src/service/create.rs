//! POST (RFC 7644 §3.3).

use serde_json::{Map, Value};

use super::hashing::{Hashed, hash_of};
use super::prepared::Prepared;
use super::write::name_conflict;
use super::{Request, Service, Shown, edges};
use crate::scim::canonical::{MemberRef, Purpose, canonicalize};
use crate::scim::etag::Version;
use crate::scim::password;
use crate::scim::patch::MemberChange;
use crate::scim::representation::Stored;
use crate::store::{Change, Columns, NewResource, Operation, Result, Row, Session};

/// A resource about to be created.
pub(super) struct Creation {
    pub(super) request: Request,
    id: String,
    body: Map<String, Value>,
    hashed: Option<Hashed>,
    now_ms: i64,
}

/// A resource that is there, but not yet its edges.
pub(super) struct Inserted {
    row: Row,
    members: Vec<MemberRef>,
}

/// Creates a resource. A refused one leaves nothing behind.
pub async fn create(
    service: &Service,
    request: Request,
    body: Map<String, Value>,
) -> Result<Shown> {
    let id = service.clock.new_id();
    let creation = Creation::prepare(service, request, id, body).await?;
    Prepared::Create(creation).run_and_show(service).await
}

impl Creation {
    pub(super) async fn prepare(
        service: &Service,
        request: Request,
        id: String,
        body: Map<String, Value>,
    ) -> Result<Self> {
        Ok(Self {
            hashed: service.hasher.hash(password::in_body(&body)).await?,
            now_ms: service.clock.now_ms(),
            request,
            id,
            body,
        })
    }

    /// Creates the resource.
    pub(super) fn run(&self, session: &mut Session<'_>) -> Result<Row> {
        let inserted = self.insert(session)?;
        self.link(session, inserted)
    }

    /// The first half: everything but the edges. Resources that refer to each other are all inserted before one is linked.
    pub(super) fn insert(&self, session: &mut Session<'_>) -> Result<Inserted> {
        let resource_type = &self.request.resource_type;
        let leniency = self.request.tenancy.leniency();
        let input = canonicalize(
            self.request.tenancy.context(resource_type, &leniency),
            &self.body,
            Purpose::Create,
        )?;
        let columns = Columns::of(resource_type, &input.document)?;
        let password_hash = input
            .password
            .as_deref()
            .map(|password| hash_of(password, self.hashed.as_ref()))
            .transpose()?;
        let new = NewResource {
            resource_type,
            id: &self.id,
            now_ms: self.now_ms,
            document: &input.document,
            columns: &columns,
            password_hash: password_hash.as_deref(),
        };
        let key = session
            .insert(&new)
            .map_err(|error| name_conflict(error, resource_type, &input.document))?;
        let members = input.members.unwrap_or_default();
        let mut attributes: Vec<String> = input.document.keys().cloned().collect();
        let linked = resource_type.members.filter(|_| !members.is_empty());
        attributes.extend(linked.map(str::to_owned));
        session.record(&Change {
            operation: Operation::Create,
            resource_type: &resource_type.name,
            resource_id: &self.id,
            version: Version(1),
            at_ms: self.now_ms,
            revision: self.request.tenancy.revision,
            attributes,
        })?;
        let stored = Stored {
            id: self.id.clone(),
            version: Version(1),
            created_ms: self.now_ms,
            last_modified_ms: self.now_ms,
            document: input.document,
        };
        Ok(Inserted {
            row: Row { key, stored },
            members,
        })
    }

    /// The second half: the edges.
    pub(super) fn link(&self, session: &mut Session<'_>, inserted: Inserted) -> Result<Row> {
        let Inserted { row, members } = inserted;
        edges::apply(&self.request, session, row.key, MemberChange::Add(members))?;
        Ok(row)
    }
}

//! POST (RFC 7644 §3.3).

use serde_json::{Map, Value};

use super::hashing::{Hashed, hash_of};
use super::modify::Modification;
use super::prepared::Prepared;
use super::rehire::Holder;
use super::write::name_conflict;
use super::{Request, Service, Shown, catalogue, edges, rehire};
use scim::ScimError;
use scim::canonical::{MemberRef, Purpose, canonicalize};
use scim::etag::Version;
use scim::password;
use scim::patch::MemberChange;
use scim::representation::Stored;
use crate::store::{Change, Columns, NewResource, Operation, Result, Row, Session, StoreError};

/// A resource about to be created.
pub(super) struct Creation {
    pub(super) request: Request,
    pub(super) id: String,
    /// Whether the id is that of a resource that comes back, and others know it already.
    pub(super) comes_back: bool,
    body: Map<String, Value>,
    hashed: Option<Hashed>,
    now_ms: i64,
}

/// A resource as it will be stored.
struct Draft {
    document: Map<String, Value>,
    columns: Columns,
    password_hash: Option<String>,
    members: Vec<MemberRef>,
}

/// A resource that is there, but not yet its edges.
pub(super) struct Inserted {
    row: Row,
    members: Vec<MemberRef>,
}

/// Creates a resource, or brings back one that was deactivated where the tenant wants that. A refused one leaves nothing
/// behind.
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
        request.check_writable("POST")?;
        Ok(Self {
            hashed: service
                .hasher
                .hash(password::in_body(&body, &request.resource_type.schema))
                .await?,
            now_ms: service.clock.now_ms(),
            request,
            id,
            comes_back: false,
            body,
        })
    }

    /// Creates the resource, or brings it back.
    pub(super) fn run(&self, session: &mut Session<'_>) -> Result<Row> {
        let draft = self.draft(session)?;
        let key = draft.columns.unique_key.as_deref();
        match rehire::holder(&self.request, session, &draft.document, key)? {
            Holder::Returns(row) if !self.comes_back || row.stored.id == self.id => {
                self.bring_back(session, row)
            }
            Holder::Other => self.insert(session, draft),
            Holder::Nobody if !self.comes_back => self.insert(session, draft),
            // Whom others of the request refer to has gone, or has another name, since the request was read.
            Holder::Nobody | Holder::Returns(_) => Err(ScimError::Contention.into()),
        }
    }

    fn bring_back(&self, session: &mut Session<'_>, row: Row) -> Result<Row> {
        let modification = Modification::revival(
            self.request.clone(),
            row.stored.id.clone(),
            self.body.clone(),
            self.hashed.clone(),
            self.now_ms,
        );
        modification.change(session, row)
    }

    fn insert(&self, session: &mut Session<'_>, draft: Draft) -> Result<Row> {
        let inserted = insert_drafts(session, &[self], vec![draft]).map_err(|(_, error)| error)?;
        let row = inserted
            .into_iter()
            .next()
            .map(|new| self.link(session, new));
        row.unwrap_or_else(|| {
            Err(ScimError::Internal {
                reference: "a row was not inserted".into(),
            }
            .into())
        })
    }

    /// The resource as it will be stored.
    fn draft(&self, session: &mut Session<'_>) -> Result<Draft> {
        let resource_type = &self.request.resource_type;
        let mut input = canonicalize(
            self.request.tenancy.context(resource_type),
            &self.body,
            Purpose::Create,
        )?;
        catalogue::fill(&self.request, session, None, &mut input.document)?;
        let columns = Columns::of(resource_type, &input.document)?;
        let password_hash = input
            .password
            .as_deref()
            .map(|password| hash_of(password, self.hashed.as_ref()))
            .transpose()?;
        Ok(Draft {
            columns,
            password_hash,
            members: input.members.unwrap_or_default(),
            document: input.document,
        })
    }

    fn change(&self, draft: &Draft) -> Change<'_> {
        let resource_type = &self.request.resource_type;
        let mut attributes: Vec<String> = draft.document.keys().cloned().collect();
        let linked = resource_type.members.filter(|_| !draft.members.is_empty());
        attributes.extend(linked.map(str::to_owned));
        Change {
            operation: Operation::Create,
            resource_type: &resource_type.name,
            resource_id: &self.id,
            version: Version(1),
            at_ms: self.now_ms,
            attributes,
        }
    }

    fn inserted(&self, key: i64, draft: Draft) -> Inserted {
        let stored = Stored {
            id: self.id.clone(),
            version: Version(1),
            created_ms: self.now_ms,
            last_modified_ms: self.now_ms,
            document: draft.document,
        };
        Inserted {
            row: Row {
                key,
                resource_type: self.request.resource_type.name.clone(),
                stored,
            },
            members: draft.members,
        }
    }

    /// The second half: the edges.
    pub(super) fn link(&self, session: &mut Session<'_>, inserted: Inserted) -> Result<Row> {
        let Inserted { row, members } = inserted;
        edges::apply(&self.request, session, row.key, MemberChange::Add(members))?;
        Ok(row)
    }
}

/// The first half of creating resources of one tenant: everything but the edges. Those that refer to each other are all
/// inserted before one is linked.
///
/// Errors: which of them failed, and why; it is the first where the database refuses several together.
pub(super) fn insert(
    session: &mut Session<'_>,
    creations: &[&Creation],
) -> std::result::Result<Vec<Inserted>, (usize, StoreError)> {
    let mut drafts: Vec<Draft> = Vec::with_capacity(creations.len());
    for (index, creation) in creations.iter().enumerate() {
        drafts.push(creation.draft(session).map_err(|error| (index, error))?);
    }
    insert_drafts(session, creations, drafts)
}

fn insert_drafts(
    session: &mut Session<'_>,
    creations: &[&Creation],
    drafts: Vec<Draft>,
) -> std::result::Result<Vec<Inserted>, (usize, StoreError)> {
    let both = || creations.iter().zip(&drafts);
    let new: Vec<NewResource<'_>> = both()
        .map(|(creation, draft)| NewResource {
            resource_type: &creation.request.resource_type,
            id: &creation.id,
            now_ms: creation.now_ms,
            document: &draft.document,
            columns: &draft.columns,
            password_hash: draft.password_hash.as_deref(),
        })
        .collect();
    let Some((first, first_draft)) = both().next() else {
        return Ok(Vec::new());
    };
    let keys = session.insert(&new).map_err(|error| {
        let resource_type = &first.request.resource_type;
        (
            0,
            name_conflict(error, resource_type, &first_draft.document),
        )
    })?;
    let changes: Vec<Change<'_>> = both()
        .map(|(creation, draft)| creation.change(draft))
        .collect();
    session
        .record(first.request.tenancy.revision, &changes)
        .map_err(|error| (0, error))?;
    let inserted = creations.iter().zip(keys).zip(drafts);
    Ok(inserted
        .map(|((creation, key), draft)| creation.inserted(key, draft))
        .collect())
}

//! POST (RFC 7644 §3.3): a resource about to be created.

use scim::canonical::{MemberRef, Purpose, canonicalize};
use scim::etag::Version;
use scim::patch::MemberChange;
use scim::representation::Stored;
use scim::{Document, DocumentText, Object, password};

use super::conflict::name_conflict;
use super::hashing::{Hashed, hash_of};
use super::modification::Modification;
use super::rehire::{self, Holder};
use super::request::Request;
use super::service::Service;
use super::written::Written;
use super::{catalogue, edges};
use crate::store::{
    Columns, DirectGroups, Effect, FoundGroups, Key, NewResource, Result, Row, Session, StoreError,
    Unrecorded,
};

/// A resource about to be created.
pub(super) struct Creation {
    pub(super) request: Request,
    pub(super) id: String,
    /// Whether an account comes back under this id. Other operations may refer to the id already.
    pub(super) comes_back: bool,
    body: Object,
    hashed: Option<Hashed>,
    now_ms: i64,
}

/// A resource as it is going to be stored.
struct Draft {
    document: Document,
    columns: Columns,
    password_hash: Option<String>,
    members: Vec<MemberRef>,
}

/// A resource that is inserted, but has no edges yet.
#[must_use = "finish it: only then its change is recorded"]
pub(super) struct Inserted {
    row: Row,
    document: Document,
    change: Unrecorded,
    members: Vec<MemberRef>,
}

impl Creation {
    pub(super) async fn prepare(
        service: &Service,
        request: Request,
        id: String,
        body: Object,
    ) -> Result<Self> {
        request.check_writable("POST")?;
        let password = password::in_body(&body, &request.resource_type.schema);
        Ok(Self {
            hashed: service
                .hasher
                .hash(request.call.tenancy.tenant, password)
                .await?,
            now_ms: service.clock.now_ms(),
            request,
            id,
            comes_back: false,
            body,
        })
    }

    /// Creates the resource, or brings it back.
    pub(super) fn run(&self, session: &mut Session<'_>) -> Result<Written> {
        let draft = self.draft(session)?;
        let unique_key = draft.columns.unique_key.as_deref();
        match rehire::holder(&self.request, session, &draft.document, unique_key)? {
            Holder::Returns(row) if !self.comes_back || row.stored.id == self.id => {
                self.bring_back(session, row)
            }
            Holder::Other => self.insert(session, draft),
            Holder::Nobody if !self.comes_back => self.insert(session, draft),
            // Other operations refer to a resource that was deleted or renamed since the request was read.
            Holder::Nobody | Holder::Returns(_) => Err(StoreError::Contention),
        }
    }

    fn bring_back(&self, session: &mut Session<'_>, row: Row) -> Result<Written> {
        let modification = Modification::revival(
            self.request.clone(),
            row.stored.id.clone(),
            self.body.clone(),
            self.hashed.clone(),
            self.now_ms,
        );
        modification.change(session, row)
    }

    /// Creates the resource without a transaction. `None` when that needs one.
    pub(super) fn run_swiftly(&self, session: &mut Session<'_>) -> Result<Option<Written>> {
        if self.comes_back || rehire::may_come_back(&self.request) {
            return Ok(None);
        }
        let draft = self.draft(session)?;
        match draft.members.is_empty() {
            true => self.insert(session, draft).map(Some),
            false => Ok(None),
        }
    }

    fn insert(&self, session: &mut Session<'_>, draft: Draft) -> Result<Written> {
        if draft.members.is_empty() {
            return self.insert_recorded(session, draft);
        }
        let document = draft.document.clone();
        let created = insert_drafts(session, &[self], vec![draft])
            .and_then(|inserted| finish(session, &[self], inserted));
        let mut rows = created.map_err(|(_, error)| error)?;
        let row = rows.pop();
        Ok(Written {
            row: row.ok_or(StoreError::Fault("a row was not inserted"))?,
            document,
            found: None,
        })
    }

    /// Inserts a resource without members.
    fn insert_recorded(&self, session: &mut Session<'_>, draft: Draft) -> Result<Written> {
        let author = self.request.call.authorship();
        let effect = self.effect(&draft.document, Vec::new());
        let created = session.create(&new_resource((&self, &draft)), effect, &author);
        let key = created.map_err(|error| name_conflict(error, &self.request, &draft.document))?;
        Ok(Written {
            row: self.row(key, draft.columns.document),
            document: draft.document,
            found: None,
        })
    }

    /// The row of the new resource.
    fn row(&self, key: Key, document: DocumentText) -> Row {
        Row {
            key,
            resource_type: self.request.resource_type.name.clone(),
            stored: Stored {
                id: self.id.clone(),
                version: Version(1),
                created_ms: self.now_ms,
                last_modified_ms: self.now_ms,
                document,
            },
            // A new resource is in no group.
            groups: FoundGroups::All(DirectGroups::default()),
        }
    }

    /// The resource as it is going to be stored.
    fn draft(&self, session: &mut Session<'_>) -> Result<Draft> {
        let request = &self.request;
        let mut input = canonicalize(request.context(), &self.body, Purpose::Create)?;
        catalogue::fill(request, session, None, &mut input.document)?;
        let password_hash = input
            .password
            .as_deref()
            .map(|password| hash_of(password, self.hashed.as_ref()))
            .transpose()?;
        Ok(Draft {
            columns: Columns::of(&request.resource_type, &input.document)?,
            password_hash,
            members: input.members.unwrap_or_default(),
            document: input.document,
        })
    }

    fn inserted(&self, key: Key, change: Unrecorded, draft: Draft) -> Inserted {
        Inserted {
            row: self.row(key, draft.columns.document),
            document: draft.document,
            change,
            members: draft.members,
        }
    }

    /// What the creation did: the attributes of the new resource, and its members.
    fn effect(&self, document: &Document, members: Vec<String>) -> Effect {
        let mut attributes: Vec<String> = document.keys().cloned().collect();
        let linked = self.request.resource_type.members;
        let linked = linked.filter(|_| !members.is_empty());
        attributes.extend(linked.map(str::to_owned));
        Effect {
            attributes,
            members,
        }
    }
}

/// The second half: the edges of each, and the rows of changes of all together.
///
/// Errors: as [`insert`].
pub(super) fn finish(
    session: &mut Session<'_>,
    creations: &[&Creation],
    inserted: Vec<Inserted>,
) -> std::result::Result<Vec<Row>, (usize, StoreError)> {
    let mut rows = Vec::with_capacity(inserted.len());
    let mut changes = Vec::with_capacity(inserted.len());
    for (index, (creation, inserted)) in creations.iter().zip(inserted).enumerate() {
        let Inserted {
            row,
            document,
            change,
            members,
        } = inserted;
        let members = MemberChange::Add(members);
        let linked = edges::apply(&creation.request, session, row.key, members);
        let linked = linked.map_err(|error| (index, error))?;
        changes.push((change, creation.effect(&document, linked)));
        rows.push(row);
    }
    if let Some(first) = creations.first() {
        session
            .record(&first.request.call.authorship(), changes)
            .map_err(|error| (0, error))?;
    }
    Ok(rows)
}

/// The first half of creating resources of one tenant: everything except the edges. Resources that refer to each other
/// are all inserted before the first one is linked.
///
/// Errors: the resource that failed, and why. When the database refuses several together, it is the first of them.
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
    let Some((first, first_draft)) = creations.iter().zip(&drafts).next() else {
        return Ok(Vec::new());
    };
    let new: Vec<NewResource<'_>> = creations.iter().zip(&drafts).map(new_resource).collect();
    let written = session.insert(&new).map_err(|error| {
        let request = &first.request;
        (0, name_conflict(error, request, &first_draft.document))
    })?;
    let mut inserted = Vec::with_capacity(drafts.len());
    for ((creation, draft), (key, change)) in creations.iter().zip(drafts).zip(written) {
        inserted.push(creation.inserted(key, change, draft));
    }
    Ok(inserted)
}

fn new_resource<'a>((creation, draft): (&&'a Creation, &'a Draft)) -> NewResource<'a> {
    NewResource {
        resource_type: &creation.request.resource_type,
        id: &creation.id,
        now_ms: creation.now_ms,
        columns: &draft.columns,
        password_hash: draft.password_hash.as_deref(),
    }
}

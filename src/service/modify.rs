//! PUT (RFC 7644 §3.5.1) and PATCH (§3.5.2): one way of changing a stored resource, with two ways to say how.

use serde_json::{Map, Value};

use super::hashing::{Hashed, hash_of};
use super::prepared::Prepared;
use super::write::{advance, changed_attributes, found, name_conflict, name_taken};
use super::{Request, Service, Shown, catalogue, edges};
use scim::ScimError;
use scim::canonical::{Purpose, canonicalize};
use scim::etag::Preconditions;
use scim::password;
use scim::patch::{self, MemberChange, PatchOperation, Patched};
use scim::projection;
use scim::resource_type::ResourceType;
use scim::schema::Schema;
use crate::store::{Change, Columns, Operation, Result, Row, Session, Update};

/// A canonical document.
type Document = Map<String, Value>;

/// A resource about to be changed: which one, how, by whom, and under which conditions.
pub(super) struct Modification {
    pub(super) request: Request,
    pub(super) id: String,
    conditions: Preconditions,
    step: Step,
    hashed: Option<Hashed>,
    now_ms: i64,
}

/// How a resource is changed.
pub(super) enum Step {
    /// PUT: the body in its place.
    Replace(Map<String, Value>),
    /// PATCH: these operations on it.
    Patch(Vec<PatchOperation>),
    /// POST of somebody who was deactivated: the body in its place, and active.
    Revive(Map<String, Value>),
}

/// Replaces a resource. Members stay when the body does not speak of them.
pub async fn replace(
    service: &Service,
    request: Request,
    id: String,
    conditions: Preconditions,
    body: Map<String, Value>,
) -> Result<Shown> {
    let step = Step::Replace(body);
    let modification = Modification::prepare(service, request, id, conditions, step).await?;
    Prepared::Modify(modification).run_and_show(service).await
}

/// Applies PATCH operations, all or none.
pub async fn patch(
    service: &Service,
    request: Request,
    id: String,
    conditions: Preconditions,
    operations: Vec<PatchOperation>,
) -> Result<Shown> {
    let step = Step::Patch(operations);
    let modification = Modification::prepare(service, request, id, conditions, step).await?;
    Prepared::Modify(modification).run_and_show(service).await
}

impl Step {
    fn operation(&self) -> Operation {
        match self {
            Self::Replace(_) | Self::Revive(_) => Operation::Replace,
            Self::Patch(_) => Operation::Patch,
        }
    }

    fn method(&self) -> &'static str {
        match self {
            Self::Replace(_) => "PUT",
            Self::Patch(_) => "PATCH",
            Self::Revive(_) => "POST",
        }
    }

    fn password(&self, core: &Schema) -> Option<String> {
        match self {
            Self::Replace(body) | Self::Revive(body) => password::in_body(body, core),
            Self::Patch(operations) => password::in_operations(operations, core),
        }
    }

    fn apply<'a>(
        &'a self,
        request: &'a Request,
        stored: &Map<String, Value>,
    ) -> std::result::Result<Patched<'a>, ScimError> {
        let context = request.tenancy.context(&request.resource_type);
        let input = match self {
            Self::Patch(operations) => return patch::apply(context, stored, operations),
            Self::Replace(body) => canonicalize(context, body, Purpose::Replace(stored))?,
            Self::Revive(body) => {
                let input = canonicalize(context, body, Purpose::Revive(stored));
                input.map_err(|fault| taken_instead(fault, &request.resource_type, stored))?
            }
        };
        Ok(Patched {
            changed: input.document != *stored,
            document: input.document,
            password: match self {
                // The password of who left is not that of who comes.
                Self::Revive(_) => Some(input.password),
                Self::Replace(_) | Self::Patch(_) => input.password.map(Some),
            },
            members: input
                .members
                .map(MemberChange::Replace)
                .into_iter()
                .collect(),
        })
    }
}

/// What cannot change and would have to is somebody else's: the name is taken.
fn taken_instead(fault: ScimError, resource_type: &ResourceType, stored: &Document) -> ScimError {
    match (fault, &resource_type.unique) {
        (ScimError::Mutability { .. }, Some(unique)) => name_taken(resource_type, unique, stored),
        (fault, _) => fault,
    }
}

impl Modification {
    pub(super) async fn prepare(
        service: &Service,
        request: Request,
        id: String,
        conditions: Preconditions,
        step: Step,
    ) -> Result<Self> {
        request.check_writable(step.method())?;
        Ok(Self {
            hashed: service
                .hasher
                .hash(step.password(&request.resource_type.schema))
                .await?,
            now_ms: service.clock.now_ms(),
            request,
            id,
            conditions,
            step,
        })
    }

    /// The return of somebody who was deactivated.
    pub(super) fn revival(
        request: Request,
        id: String,
        body: Map<String, Value>,
        hashed: Option<Hashed>,
        now_ms: i64,
    ) -> Self {
        Self {
            request,
            id,
            conditions: Preconditions::default(),
            step: Step::Revive(body),
            hashed,
            now_ms,
        }
    }

    /// Changes the resource; it as it is then, and the document that a PATCH found where the answer depends on it.
    pub(super) fn run(&self, session: &mut Session<'_>) -> Result<(Row, Option<Document>)> {
        let row = self.load(session)?;
        let is_asked_for = matches!(self.step, Step::Patch(_))
            && projection::hides_some(&self.request.resource_type);
        let found = is_asked_for.then(|| row.stored.document.clone());
        Ok((self.change(session, row)?, found))
    }

    /// Changes the resource of a row that is locked.
    pub(super) fn change(&self, session: &mut Session<'_>, row: Row) -> Result<Row> {
        let mut outcome = self.step.apply(&self.request, &row.stored.document)?;
        let before = match self.step {
            // Of who comes back everything is checked as if it were new.
            Step::Revive(_) => None,
            Step::Replace(_) | Step::Patch(_) => Some(&row.stored.document),
        };
        catalogue::settle(&self.request, session, before, &mut outcome)?;
        self.save(session, row, outcome)
    }

    /// Reads and locks the resource and checks the preconditions.
    fn load(&self, session: &mut Session<'_>) -> Result<Row> {
        let row = session.find_for_update(&self.request.resource_type, &self.id)?;
        let row = found(row, &self.request.resource_type, &self.id)?;
        self.conditions.check_write(row.stored.version)?;
        Ok(row)
    }

    /// Writes what changed; a resource in which nothing did keeps its version and time.
    fn save(&self, session: &mut Session<'_>, mut row: Row, outcome: Patched<'_>) -> Result<Row> {
        let mut edges_changed = 0;
        for change in patch::fold(outcome.members) {
            edges_changed += edges::apply(&self.request, session, row.key, change)?;
        }
        let password_hash = match outcome.password {
            Some(Some(password)) => Some(Some(hash_of(&password, self.hashed.as_ref())?)),
            Some(None) => Some(None),
            None => None,
        };
        if outcome.changed || edges_changed > 0 || password_hash.is_some() {
            let (version, last_modified_ms) = advance(&row.stored, self.now_ms);
            let mut attributes = changed_attributes(&row.stored.document, &outcome.document);
            attributes.extend(
                self.request
                    .resource_type
                    .members
                    .filter(|_| edges_changed > 0)
                    .map(str::to_owned),
            );
            attributes.extend(password_hash.as_ref().map(|_| "password".to_owned()));
            row.stored.version = version;
            row.stored.last_modified_ms = last_modified_ms;
            if outcome.changed {
                row.stored.document = outcome.document;
                self.update(session, &row, password_hash)?;
            } else {
                session.touch(row.key, version, last_modified_ms)?;
                if let Some(hash) = password_hash {
                    session.set_password(row.key, hash.as_deref())?;
                }
            }
            self.record(session, &row, attributes)?;
        }
        Ok(row)
    }

    fn update(
        &self,
        session: &mut Session<'_>,
        row: &Row,
        password_hash: Option<Option<String>>,
    ) -> Result<()> {
        let resource_type = &self.request.resource_type;
        let columns = Columns::of(resource_type, &row.stored.document)?;
        let update = Update {
            key: row.key,
            version: row.stored.version,
            last_modified_ms: row.stored.last_modified_ms,
            document: &row.stored.document,
            columns: &columns,
            password_hash,
        };
        session
            .update(resource_type, &update)
            .map_err(|error| name_conflict(error, resource_type, &row.stored.document))
    }

    fn record(&self, session: &mut Session<'_>, row: &Row, attributes: Vec<String>) -> Result<()> {
        session.record(
            self.request.tenancy.revision,
            &[Change {
                operation: self.step.operation(),
                resource_type: &self.request.resource_type.name,
                resource_id: &row.stored.id,
                version: row.stored.version,
                at_ms: row.stored.last_modified_ms,
                attributes,
            }],
        )
    }
}

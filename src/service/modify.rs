//! PUT (RFC 7644 §3.5.1) and PATCH (§3.5.2): one way of changing a stored resource, with two ways to say how.

use serde_json::{Map, Value};

use super::hashing::{Hashed, hash_of};
use super::write::{advance, changed_attributes, found, name_conflict};
use super::{Request, Service, Shown, catalogue, edges};
use crate::scim::ScimError;
use crate::scim::canonical::{Context, Purpose, canonicalize};
use crate::scim::etag::Preconditions;
use crate::scim::password;
use crate::scim::patch::{self, MemberChange, PatchOperation, Patched};
use crate::store::{Change, Columns, Operation, Result, Row, Session, Update};

/// Which resource is changed, by whom, and under which conditions.
#[derive(Clone)]
struct Modification {
    request: Request,
    id: String,
    conditions: Preconditions,
    operation: Operation,
    hashed: Option<Hashed>,
    now_ms: i64,
}

/// Replaces a resource. Members stay when the body does not speak of them.
pub async fn replace(
    service: &Service,
    request: Request,
    id: String,
    conditions: Preconditions,
    body: Map<String, Value>,
) -> Result<Shown> {
    request.check_writable("PUT")?;
    let hashed = service.hasher.hash(password::in_body(&body)).await?;
    let now_ms = service.clock.now_ms();
    let modification = Modification {
        request,
        id,
        conditions,
        operation: Operation::Replace,
        hashed,
        now_ms,
    };
    modification
        .run(service, move |context, stored| {
            let input = canonicalize(context, &body, Purpose::Replace(stored))?;
            Ok(Patched {
                changed: input.document != *stored,
                document: input.document,
                password: input.password.map(Some),
                members: input
                    .members
                    .map(MemberChange::Replace)
                    .into_iter()
                    .collect(),
            })
        })
        .await
}

/// Applies PATCH operations, all or none.
pub async fn patch(
    service: &Service,
    request: Request,
    id: String,
    conditions: Preconditions,
    operations: Vec<PatchOperation>,
) -> Result<Shown> {
    request.check_writable("PATCH")?;
    let hashed = service
        .hasher
        .hash(password::in_operations(&operations))
        .await?;
    let now_ms = service.clock.now_ms();
    let modification = Modification {
        request,
        id,
        conditions,
        operation: Operation::Patch,
        hashed,
        now_ms,
    };
    modification
        .run(service, move |context, stored| {
            patch::apply(context, stored, &operations)
        })
        .await
}

impl Modification {
    async fn run(
        self,
        service: &Service,
        step: impl for<'a> Fn(
            Context<'a>,
            &Map<String, Value>,
        ) -> std::result::Result<Patched<'a>, ScimError>
        + Send
        + 'static,
    ) -> Result<Shown> {
        let tenant = self.request.tenancy.tenant;
        let work = move |session: &mut Session<'_>| {
            let row = self.load(session)?;
            let leniency = self.request.tenancy.leniency();
            let context = self
                .request
                .tenancy
                .context(&self.request.resource_type, &leniency);
            let mut outcome = step(context, &row.stored.document)?;
            catalogue::settle(&self.request, session, &row.stored.document, &mut outcome)?;
            self.save(session, row, outcome)
        };
        service.store.write(tenant, work).await
    }

    /// Reads and locks the resource and checks the preconditions.
    fn load(&self, session: &mut Session<'_>) -> Result<Row> {
        let row = session.find_for_update(&self.request.resource_type, &self.id)?;
        let row = found(row, &self.request.resource_type, &self.id)?;
        self.conditions.check_write(row.stored.version)?;
        Ok(row)
    }

    /// Writes what changed; a resource in which nothing did keeps its version and time.
    fn save(&self, session: &mut Session<'_>, mut row: Row, outcome: Patched<'_>) -> Result<Shown> {
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
        self.request.show(session, &row)
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
        session.record(&Change {
            operation: self.operation,
            resource_type: &self.request.resource_type.name,
            resource_id: &row.stored.id,
            version: row.stored.version,
            at_ms: row.stored.last_modified_ms,
            revision: self.request.tenancy.revision,
            attributes,
        })
    }
}

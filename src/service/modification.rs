//! A stored resource about to be changed.

use scim::etag::{Preconditions, Version};
use scim::password::PasswordFate;
use scim::patch::{self, MemberChange, Meter, Patched};
use scim::representation::Stored;
use scim::{Document, Object};

use super::conflict::name_conflict;
use super::foreseen::{Foreseen, Foresight};
use super::hashing::{Hashed, hash_of};
use super::links::beside;
use super::request::Request;
use super::service::Service;
use super::step::Step;
use super::written::Written;
use super::{catalogue, edges};
use crate::store::{
    Beside, Columns, Dialect, Effect, NewPassword, Result, Row, Session, StoreError, Unrecorded,
    Update,
};

/// A resource about to be changed: its id, the change, the caller, and the preconditions.
pub(super) struct Modification {
    pub(super) request: Request,
    pub(super) id: String,
    /// Whether the answer has no body.
    pub(super) answers_no_content: bool,
    conditions: Preconditions,
    step: Step,
    hashed: Option<Hashed>,
    now_ms: i64,
    pub(super) foresight: Foresight,
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
        let password = step.password(&request.resource_type.schema);
        Ok(Self {
            hashed: service
                .hasher
                .hash(request.call.tenancy.tenant, password)
                .await?,
            now_ms: service.clock.now_ms(),
            answers_no_content: step.answers_no_content(&request),
            request,
            id,
            conditions,
            step,
            foresight: Foresight::default(),
        })
    }

    /// A POST that brings back a deactivated resource.
    pub(super) fn revival(
        request: Request,
        id: String,
        body: Object,
        hashed: Option<Hashed>,
        now_ms: i64,
    ) -> Self {
        Self {
            request,
            id,
            answers_no_content: false,
            conditions: Preconditions::default(),
            step: Step::Revive(body),
            hashed,
            now_ms,
            foresight: Foresight::default(),
        }
    }

    /// Changes the resource.
    pub(super) fn run(&self, session: &mut Session<'_>) -> Result<Written> {
        let row = self.load(session)?;
        self.change(session, row)
    }

    /// Changes the resource without a lock: reads it, and writes it if nobody else has changed it meanwhile. `None` when the
    /// change needs a transaction.
    ///
    /// Errors: also a retry, when somebody has.
    pub(super) fn run_swiftly(&self, session: &mut Session<'_>) -> Result<Option<Written>> {
        let replaces_members =
            self.request.resource_type.members.is_some() && !matches!(self.step, Step::Patch(_));
        if replaces_members {
            return Ok(None);
        }
        let row = self.find(session, self.beside())?;
        let stored = row.stored.document.read();
        let outcome = self.outcome(session, &row, &stored)?;
        if outcome.members.is_empty() {
            return self.written(session, row, stored, outcome).map(Some);
        }
        let is_alone = !outcome.changed
            && outcome.password == PasswordFate::Keep
            && self.conditions.is_empty()
            // The document may have changed since it was read.
            && self.answers_no_content;
        match (patch::fold(outcome.members).as_slice(), is_alone) {
            ([change], true) => self.change_edges(session, row, stored, change),
            _ => Ok(None),
        }
    }

    /// Changes members and nothing else.
    fn change_edges(
        &self,
        session: &mut Session<'_>,
        mut row: Row,
        stored: Document,
        change: &MemberChange<'_>,
    ) -> Result<Option<Written>> {
        let is_done = edges::apply_swiftly(&self.request, session, &mut row, change, self.now_ms)?;
        Ok(is_done.then(|| Written {
            row,
            document: stored.clone(),
            found: Some(stored),
        }))
    }

    /// What the answer shows beside the resource.
    fn beside(&self) -> Beside {
        match self.answers_no_content {
            true => Beside::Nothing,
            false => beside(&self.request),
        }
    }

    /// Changes the resource in a locked row.
    pub(super) fn change(&self, session: &mut Session<'_>, row: Row) -> Result<Written> {
        let stored = row.stored.document.read();
        let outcome = self.outcome(session, &row, &stored)?;
        self.written(session, row, stored, outcome)
    }

    /// The resource as it is to be.
    ///
    /// Errors: also [`StoreError::Long`] when that takes too long while others wait.
    fn outcome(
        &self,
        session: &mut Session<'_>,
        row: &Row,
        stored: &Document,
    ) -> Result<Patched<'_>> {
        let mut outcome = match self.foresight.of_version(row.stored.version) {
            Some(known) => known,
            None => self.applied(session.dialect(), stored)?,
        };
        let before = match self.step {
            // A resource that comes back is checked like a new one.
            Step::Revive(_) => None,
            Step::Replace(_) | Step::Patch(_) => Some(stored),
        };
        catalogue::settle(&self.request, session, before, &mut outcome)?;
        Ok(outcome)
    }

    fn applied(&self, dialect: Dialect, stored: &Document) -> Result<Patched<'_>> {
        // Bulk counts the work of its operations together.
        if let Some(whole) = &self.request.call.work {
            return self.apply(stored, &whole.part());
        }
        let Some(limit) = self.foresight.limit(dialect) else {
            return self.apply(stored, &Meter::default());
        };
        let outcome = self.apply(stored, &limit);
        if limit.is_exceeded() {
            return Err(StoreError::Long);
        }
        outcome
    }

    /// Works out what the change comes to. `None` when that is possible in the write only.
    pub(super) fn foresee(&self, session: &mut Session<'_>) -> Result<Option<Foreseen>> {
        let row = self.find(session, Beside::Nothing)?;
        let stored = row.stored.document.read();
        let patched = self.apply(&stored, &Meter::default())?;
        let version = row.stored.version;
        let detached = patched.detached();
        Ok(detached.map(|patched| Foreseen { version, patched }))
    }

    /// Applies the pure step to the resource.
    fn apply(&self, stored: &Document, work: &Meter) -> Result<Patched<'_>> {
        Ok(self.step.apply(&self.request, stored, work)?)
    }

    /// Reads the resource and checks the preconditions.
    fn find(&self, session: &mut Session<'_>, beside: Beside) -> Result<Row> {
        let row = session.find(&self.request.resource_type, &self.id, beside)?;
        self.checked(row)
    }

    fn checked(&self, row: Option<Row>) -> Result<Row> {
        let row = row.ok_or_else(|| self.request.not_found(&self.id))?;
        self.conditions.check_write(row.stored.version)?;
        Ok(row)
    }

    fn written(
        &self,
        session: &mut Session<'_>,
        row: Row,
        stored: Document,
        outcome: Patched<'_>,
    ) -> Result<Written> {
        let (row, document) = self.save(session, row, &stored, outcome)?;
        Ok(Written {
            row,
            document,
            found: matches!(self.step, Step::Patch(_)).then_some(stored),
        })
    }

    /// Reads and locks the resource and checks the preconditions.
    fn load(&self, session: &mut Session<'_>) -> Result<Row> {
        let row = session.find_for_update(&self.request.resource_type, &self.id)?;
        self.checked(row)
    }

    /// Writes the changes. A resource without changes keeps its version and time.
    fn save(
        &self,
        session: &mut Session<'_>,
        mut row: Row,
        stored: &Document,
        outcome: Patched<'_>,
    ) -> Result<(Row, Document)> {
        let mut changed_members = Vec::new();
        for change in patch::fold(outcome.members) {
            changed_members.extend(edges::apply(&self.request, session, row.key, change)?);
        }
        let sets_password = outcome.password != PasswordFate::Keep;
        if !outcome.changed && changed_members.is_empty() && !sets_password {
            return Ok((row, outcome.document));
        }
        let mut attributes = changed_attributes(stored, &outcome.document);
        let members = self.request.resource_type.members;
        let linked = members.filter(|_| !changed_members.is_empty());
        attributes.extend(linked.map(str::to_owned));
        attributes.extend(sets_password.then(|| "password".to_owned()));
        let password = self.new_password(outcome.password)?;
        advance(&mut row.stored, self.now_ms);
        let effect = Effect {
            attributes,
            members: changed_members,
        };
        if outcome.changed {
            self.update(session, &mut row, &outcome.document, &password, effect)?;
        } else {
            let change = session.touch(&row, self.step.operation(), &password)?;
            self.record(session, change, effect)?;
        }
        Ok((row, outcome.document))
    }

    fn new_password(&self, fate: PasswordFate) -> Result<NewPassword> {
        Ok(match fate {
            PasswordFate::Keep => NewPassword::Keep,
            PasswordFate::Clear => NewPassword::Clear,
            PasswordFate::Set(password) => {
                NewPassword::Hash(hash_of(&password, self.hashed.as_ref())?)
            }
        })
    }

    fn update(
        &self,
        session: &mut Session<'_>,
        row: &mut Row,
        document: &Document,
        password: &NewPassword,
        effect: Effect,
    ) -> Result<()> {
        let resource_type = &self.request.resource_type;
        let columns = Columns::of(resource_type, document)?;
        row.stored.document = columns.document.clone();
        let is_indexed = |attribute: &String| {
            let mut paths = resource_type.indexed.iter();
            paths.any(|path| path.split('.').next() == Some(attribute))
        };
        let update = Update {
            row,
            operation: self.step.operation(),
            columns: &columns,
            password,
            changes_indexed: effect.attributes.iter().any(is_indexed),
            beside: self.beside(),
        };
        let author = self.request.call.authorship();
        let groups = session
            .change(&update, effect, &author)
            .map_err(|error| name_conflict(error, &self.request, document))?;
        row.groups = groups;
        Ok(())
    }

    fn record(&self, session: &mut Session<'_>, change: Unrecorded, effect: Effect) -> Result<()> {
        session.record(&self.request.call.authorship(), vec![(change, effect)])
    }
}

/// Moves to the next version, and to a time later than the last change, even if the clock is behind.
fn advance(stored: &mut Stored, now_ms: i64) {
    stored.version = Version(stored.version.0 + 1);
    stored.last_modified_ms = now_ms.max(stored.last_modified_ms + 1);
}

/// Names of the attributes that differ between two documents. Attributes of extensions have their URN.
fn changed_attributes(old: &Document, new: &Document) -> Vec<String> {
    let mut names: Vec<String> = old
        .keys()
        .chain(new.keys())
        .filter(|name| old.get(*name) != new.get(*name))
        .cloned()
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

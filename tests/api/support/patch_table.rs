//! Tables of PATCH requests: a start document, operations, and the expected result.
//!
//! In documents, keys, paths and values `{a}`, `{b}`, `{c}` stand for the ids of three users, `{U}`, `{G}`, `{E}` for the
//! schemas' URNs and `{id}` for the id of the row's own resource. Paths are written with `'` where the wire has `"`.
//!
//! Every row also checks this: a change moves version and `lastModified` and nothing else of `meta`. A request without effect
//! leaves both alone. A refused request changes nothing, not even by its earlier operations.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value, json};

use super::patch_checks::{equal, moved, refused, status};
use crate::support::{ENTERPRISE, GROUP, Reply, TestServer, USER, id};

static NEXT: AtomicUsize = AtomicUsize::new(1);

pub(crate) fn add(path: &str, value: impl Into<Value>) -> Value {
    operation("add", path, value)
}

pub(crate) fn replace(path: &str, value: impl Into<Value>) -> Value {
    operation("replace", path, value)
}

pub(crate) fn remove(path: &str) -> Value {
    json!({ "op": "remove", "path": quoted(path) })
}

/// An operation with all three members.
pub(crate) fn operation(op: &str, path: &str, value: impl Into<Value>) -> Value {
    json!({ "op": op, "path": quoted(path), "value": value.into() })
}

/// An operation without a path.
pub(crate) fn pathless(op: &str, value: Value) -> Value {
    json!({ "op": op, "value": value })
}

fn quoted(path: &str) -> String {
    path.replace('\'', "\"")
}

/// One request against one fresh resource.
pub(crate) struct Row {
    name: String,
    start: Option<Value>,
    operations: Value,
    outcome: Outcome,
}

enum Outcome {
    Changed(Value),
    Same,
    Refused(u16, &'static str),
}

/// A row that is expected to change nothing, until `gives` or `refused` says otherwise.
pub(crate) fn row(name: &str, operations: impl IntoIterator<Item = Value>) -> Row {
    Row {
        name: name.to_owned(),
        start: None,
        operations: operations.into_iter().collect(),
        outcome: Outcome::Same,
    }
}

impl Row {
    /// Starts with this document instead of the usual one.
    pub(crate) fn from(mut self, start: Value) -> Self {
        self.start = Some(start);
        self
    }

    /// The start document with these top-level attributes instead; null stands for an absent one.
    pub(crate) fn gives(mut self, attributes: Value) -> Self {
        self.outcome = Outcome::Changed(attributes);
        self
    }

    /// 400 with this `scimType`; `a|b` allows either, `*` any.
    pub(crate) fn refused(mut self, scim_type: &'static str) -> Self {
        self.outcome = Outcome::Refused(400, scim_type);
        self
    }

    /// 409 `uniqueness`.
    pub(crate) fn conflicts(mut self) -> Self {
        self.outcome = Outcome::Refused(409, "uniqueness");
        self
    }
}

/// What users start with: two e-mails of different types, one address, an extension; no display name, no phone.
pub(crate) fn ada() -> Value {
    json!({
        "name": { "givenName": "Ada", "familyName": "King", "formatted": "Ada King" },
        "title": "Countess",
        "emails": [
            { "value": "work@x.test", "type": "work", "primary": true },
            { "value": "home@x.test", "type": "home" },
        ],
        "addresses": [{ "type": "work", "locality": "London", "country": "GB" }],
        "{E}": { "department": "Engines", "employeeNumber": "7" },
    })
}

/// What groups start with.
fn team() -> Value {
    json!({ "externalId": "team", "members": ["{a}", "{b}"] })
}

#[derive(Clone, Copy)]
enum Kind {
    User,
    Group,
}

impl Kind {
    fn endpoint(self) -> &'static str {
        match self {
            Self::User => "/Users",
            Self::Group => "/Groups",
        }
    }

    fn name_attribute(self) -> &'static str {
        match self {
            Self::User => "userName",
            Self::Group => "displayName",
        }
    }

    /// An operation that always succeeds and that no row speaks of.
    fn harmless(self) -> Value {
        match self {
            Self::User => replace("timezone", "Europe/Berlin"),
            Self::Group => replace("externalId", "applied"),
        }
    }
}

/// A server with three users who can be members and managers.
pub(crate) struct Stage<'s> {
    server: &'s TestServer,
    names: Vec<(String, String)>,
    /// Whether every PATCH is answered with the resource.
    shows_groups: bool,
}

impl<'s> Stage<'s> {
    pub(crate) fn new(server: &'s TestServer) -> Self {
        let mut names = vec![
            ("{U}".to_owned(), USER.to_owned()),
            ("{G}".to_owned(), GROUP.to_owned()),
            ("{E}".to_owned(), ENTERPRISE.to_owned()),
        ];
        for letter in ["a", "b", "c"] {
            let user = server.create_user(&format!("member-{letter}"));
            names.push((format!("{{{letter}}}"), id(&user).to_owned()));
        }
        Self {
            server,
            names,
            shows_groups: false,
        }
    }

    /// The same under the letter of the standard.
    pub(crate) fn rfc(self) -> Self {
        self.server.rfc();
        self.answering_with_groups()
    }

    /// The same where a PATCH of a group is answered with the group.
    pub(crate) fn answering_with_groups(self) -> Self {
        Self {
            shows_groups: true,
            ..self
        }
    }

    /// The id behind `{a}`, `{b}` or `{c}`.
    pub(crate) fn id(&self, name: &str) -> String {
        self.fill_text(name)
    }

    /// Puts the real ids and URNs into a document.
    pub(crate) fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.fill_text(text)),
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(object) => Value::Object(
                object
                    .iter()
                    .map(|(key, value)| (self.fill_text(key), self.fill(value)))
                    .collect(),
            ),
            other => other.clone(),
        }
    }

    fn fill_text(&self, text: &str) -> String {
        self.names
            .iter()
            .fold(text.to_owned(), |text, (name, meant)| {
                text.replace(name, meant)
            })
    }

    /// Runs rows against users that start as `ada`.
    #[track_caller]
    pub(crate) fn users(&self, rows: impl IntoIterator<Item = Row>) {
        self.run_all(Kind::User, rows);
    }

    /// Runs rows against groups that start with the members `{a}` and `{b}`; their members are listed as plain ids.
    #[track_caller]
    pub(crate) fn groups(&self, rows: impl IntoIterator<Item = Row>) {
        self.run_all(Kind::Group, rows);
    }

    /// Names every row that fails, not only the first.
    #[track_caller]
    fn run_all(&self, kind: Kind, rows: impl IntoIterator<Item = Row>) {
        let failures: Vec<String> = rows
            .into_iter()
            .filter_map(|row| {
                let failure = self.run(kind, &row).err()?;
                Some(format!("row `{}`: {failure}", row.name))
            })
            .collect();
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }

    fn run(&self, kind: Kind, row: &Row) -> Result<(), String> {
        let (start, path) = self.create(kind, row)?;
        let before = self.read(&path);
        let own_id = [("{id}".to_owned(), id(&before).to_owned())];
        let names = self.names.iter().cloned().chain(own_id).collect();
        let stage = Stage {
            server: self.server,
            names,
            shows_groups: self.shows_groups,
        };
        let operations = stage.fill(&row.operations);
        let reply = self.server.patch(&path, operations.clone()).send();
        match &row.outcome {
            Outcome::Changed(attributes) => {
                let expected = overlaid(start, stage.fill(attributes));
                let after = self.succeeded(kind, &reply, &path)?;
                equal("the resource", &shown(&after), &completed(kind, expected))?;
                moved(&before, &after)
            }
            Outcome::Same => {
                let after = self.succeeded(kind, &reply, &path)?;
                equal("the resource, with its meta", &after, &before)
            }
            Outcome::Refused(status, scim_type) => {
                refused(&reply, *status, scim_type)?;
                equal("the resource after the refusal", &self.read(&path), &before)?;
                let mut all = vec![kind.harmless()];
                all.extend(operations.as_array().cloned().unwrap_or_default());
                let reply = self.server.patch(&path, all.into()).send();
                refused(&reply, *status, scim_type)?;
                equal(
                    "the resource after half a request",
                    &self.read(&path),
                    &before,
                )
            }
        }
    }

    /// Creates the row's resource; answers its start document and its path.
    fn create(&self, kind: Kind, row: &Row) -> Result<(Value, String), String> {
        let usual = match kind {
            Kind::User => ada(),
            Kind::Group => team(),
        };
        let mut start = self.fill(row.start.as_ref().unwrap_or(&usual));
        if start.get(kind.name_attribute()).is_none() {
            let number = NEXT.fetch_add(1, Ordering::Relaxed);
            start[kind.name_attribute()] = format!("row-{number}").into();
        }
        let mut body = completed(kind, start.clone());
        if let Some(members) = body.get_mut("members").and_then(Value::as_array_mut) {
            for member in members {
                *member = json!({ "value": member });
            }
        }
        let reply = self.server.post(kind.endpoint(), body).send();
        if reply.status != 201 {
            return Err(format!("the start document is refused: {}", reply.text));
        }
        let path = format!("{}/{}", kind.endpoint(), id(&reply.body));
        Ok((start, path))
    }

    fn read(&self, path: &str) -> Value {
        self.server.get(path).send().expect(200)
    }

    /// The resource after a success, which answers what its kind answers.
    fn succeeded(&self, kind: Kind, reply: &Reply, path: &str) -> Result<Value, String> {
        let after = self.read(path);
        match kind {
            Kind::Group if !self.shows_groups => {
                status(reply, 204)?;
                equal("the answer", &Value::from(reply.text.as_str()), &"".into())?;
            }
            Kind::User | Kind::Group => {
                status(reply, 200)?;
                equal("the answer", &reply.body, &after)?;
            }
        }
        let tag = reply.header("etag").map_or(Value::Null, Value::from);
        equal("the ETag", &tag, &after["meta"]["version"])?;
        Ok(after)
    }
}

fn overlaid(mut start: Value, attributes: Value) -> Value {
    let Value::Object(attributes) = attributes else {
        return start;
    };
    for (name, value) in attributes {
        start[name] = value;
    }
    start
}

/// A document with what the server adds by rule: `schemas`, an active user, an empty list of members. Nulls leave.
fn completed(kind: Kind, document: Value) -> Value {
    let Value::Object(mut object) = document else {
        return document;
    };
    let (schema, name, value) = match kind {
        Kind::User => (USER, "active", json!(true)),
        Kind::Group => (GROUP, "members", json!([])),
    };
    object.entry(name).or_insert(value);
    object.retain(|_, value| !value.is_null());
    let mut schemas = vec![schema];
    schemas.extend(object.contains_key(ENTERPRISE).then_some(ENTERPRISE));
    object.insert("schemas".to_owned(), json!(schemas));
    without_defaults(&mut object);
    Value::Object(object)
}

/// A resource as rows describe it: without `id`, `meta` and attributes that are derived from references.
pub(crate) fn shown(resource: &Value) -> Value {
    let Some(mut object) = resource.as_object().cloned() else {
        return resource.clone();
    };
    object.retain(|name, _| name != "id" && name != "meta");
    if let Some(members) = object.get_mut("members").and_then(Value::as_array_mut) {
        for member in members {
            *member = member["value"].take();
        }
    }
    if let Some(manager) = object
        .get_mut(ENTERPRISE)
        .and_then(|inside| inside.get_mut("manager"))
    {
        *manager = json!({ "value": manager["value"] });
    }
    without_defaults(&mut object);
    Value::Object(object)
}

/// RFC 7643 §2.4: an absent `primary` means false, and a server may answer either.
fn without_defaults(object: &mut Map<String, Value>) {
    let elements = object
        .values_mut()
        .filter_map(Value::as_array_mut)
        .flatten();
    for element in elements.filter_map(Value::as_object_mut) {
        element.retain(|name, value| name != "primary" || value != &json!(false));
    }
}

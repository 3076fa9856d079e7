//! A client that sends requests, checks every answer, and keeps a model of the resources that the server must hold.

use serde_json::{Value, json};
use std::time::{Duration, Instant};

use super::model::Model;
use crate::clients::okta::okta;
use crate::support::{Behind, PATCH_OP, Request, TestServer, id, note, percent_encode};

/// One identity provider at work: sends its requests, counts them, and keeps what the server must hold.
pub(crate) struct Cycle<'a> {
    server: &'a TestServer,
    headers: fn(Request) -> Request,
    pub(crate) model: Model,
    requests: usize,
    spent: Duration,
}

impl<'a> Cycle<'a> {
    /// A client without habits: plain JSON, no `Accept`. Entra is one.
    pub(crate) fn of(server: &'a TestServer) -> Self {
        Self {
            server,
            headers: |request| request,
            model: Model::new(server.base()),
            requests: 0,
            spent: Duration::ZERO,
        }
    }

    /// A client that puts the headers of Okta on every request (OKTA-1).
    pub(crate) fn of_okta(server: &'a TestServer) -> Self {
        Self {
            headers: okta,
            ..Self::of(server)
        }
    }

    /// Sends a request that must be answered with this status; the answer's body.
    #[track_caller]
    fn send(&mut self, method: &str, path: &str, body: Option<&Value>, status: u16) -> Value {
        let mut request = self.server.request(method, path);
        if let Some(body) = body {
            request = request.raw(Some("application/json; charset=utf-8"), body.to_string());
        }
        let begun = Instant::now();
        let reply = (self.headers)(request).send();
        self.spent += begun.elapsed();
        self.requests += 1;
        let told = || {
            let sent = body.map(Value::to_string).unwrap_or_default();
            format!("request {}: {method} {path}\n{sent}", self.requests)
        };
        assert!(
            reply.status == status,
            "{}\nwas answered with {} instead of {status}: {}",
            told(),
            reply.status,
            reply.text
        );
        assert!(!reply.text.contains("\"password\":"), "{}", told());
        let content_type = reply.header("content-type").unwrap_or_default();
        match status {
            204 => assert_eq!(reply.text, "", "{}", told()),
            400.. => drop(reply.scim_error()),
            _ => assert_eq!(content_type, "application/scim+json", "{}", told()),
        }
        reply.body
    }

    #[track_caller]
    pub(crate) fn get(&mut self, path: &str, status: u16) -> Value {
        self.send("GET", path, None, status)
    }

    #[track_caller]
    pub(crate) fn post(&mut self, path: &str, body: &Value, status: u16) -> Value {
        self.send("POST", path, Some(body), status)
    }

    #[track_caller]
    pub(crate) fn put(&mut self, path: &str, body: &Value, status: u16) -> Value {
        self.send("PUT", path, Some(body), status)
    }

    /// `operations` is the array; the message around it is made here.
    #[track_caller]
    pub(crate) fn patch(&mut self, path: &str, operations: Value, status: u16) -> Value {
        let body = json!({ "schemas": [PATCH_OP], "Operations": operations });
        self.send("PATCH", path, Some(&body), status)
    }

    /// Creates a resource, which is then in the model too; its id.
    #[track_caller]
    pub(crate) fn create(&mut self, endpoint: &str, body: &Value) -> String {
        let answer = self.post(endpoint, body, 201);
        self.model.created(endpoint, id(&answer), body);
        self.model.shows(&answer);
        id(&answer).to_owned()
    }

    /// Reads a user or group, which must be what the model says.
    #[track_caller]
    pub(crate) fn read(&mut self, path: &str) -> Value {
        let answer = self.get(path, 200);
        assert_eq!(
            self.model.plain(&answer),
            self.expected(path, id(&answer)),
            "{path}"
        );
        answer
    }

    /// A resource as the answer to this request must show it.
    #[track_caller]
    fn expected(&self, request: &str, id: &str) -> Value {
        let mut shown = self.model.shown(id);
        if request.contains("excludedAttributes=members") {
            shown.as_object_mut().map(|shown| shown.remove("members"));
        }
        shown
    }

    /// Reads a user, then sends operations that change it as `edit` changes the model. Its version moves with that.
    #[track_caller]
    pub(crate) fn change(&mut self, user: &str, operations: Value, edit: impl FnOnce(&mut Value)) {
        let path = format!("/Users/{user}");
        let before = self.read(&path);
        // A password changes the version, too, but nothing that is shown.
        let unseen = operations.to_string().contains("\"password\"");
        let answer = self.patch(&path, operations, 200);
        edit(self.model.edit(user));
        self.model.shows(&answer);
        let changed = unseen || self.model.plain(&before) != self.model.shown(user);
        let versions = [&before, &answer].map(|user| &user["meta"]["version"]);
        assert_eq!(versions[0] != versions[1], changed, "{before}\n{answer}");
    }

    /// Sends operations to a group. What they do to the model is for the caller to say.
    #[track_caller]
    pub(crate) fn change_group(&mut self, group: &str, operations: Value) {
        self.patch(&format!("/Groups/{group}"), operations, 204);
    }

    /// A hard delete: gone for every kind of request.
    #[track_caller]
    pub(crate) fn delete(&mut self, path: &str) {
        self.send("DELETE", path, None, 204);
        self.get(path, 404);
        self.send("DELETE", path, None, 404);
        let id = path.rsplit('/').next().unwrap_or_default();
        self.model.deleted(id);
    }

    /// A lookup that must find just this resource, as it is now, or nothing.
    #[track_caller]
    pub(crate) fn finds(&mut self, lookup: &str, expected: Option<&str>) {
        let list = self.get(lookup, 200);
        let found = resources(&list);
        assert_eq!(list["totalResults"], found.len(), "{lookup}: {list}");
        let found: Vec<Value> = found.iter().map(|one| self.model.plain(one)).collect();
        let expected = expected.map(|id| self.expected(lookup, id));
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{lookup}");
    }

    /// A check of a reference by `attributes=id`: whether it is there (ENTRA-22, ENTRA-35).
    #[track_caller]
    pub(crate) fn refers(
        &mut self,
        endpoint: &str,
        from: &str,
        attribute: &str,
        to: &str,
        expected: bool,
    ) {
        let check = format!(
            "{endpoint}?filter=id+eq+%22{from}%22+and+{attribute}+eq+%22{to}%22&attributes=id"
        );
        let list = self.get(&check, 200);
        assert_eq!(list["totalResults"], u64::from(expected), "{check}: {list}");
        for found in resources(&list) {
            let object = found.as_object().expect("a resource is an object");
            assert_eq!((&found["id"], object.len()), (&json!(from), 2), "{found}");
        }
    }

    /// All resources of an endpoint, page by page until `totalResults` are seen. Without a count the first page is asked for
    /// without any parameter.
    #[track_caller]
    pub(crate) fn walk(&mut self, endpoint: &str, count: Option<usize>) -> Vec<Value> {
        let mut seen: Vec<Value> = Vec::new();
        loop {
            let start = seen.len() + 1;
            let page = match count {
                Some(count) => format!("{endpoint}?startIndex={start}&count={count}"),
                None if start == 1 => endpoint.to_owned(),
                None => format!("{endpoint}?startIndex={start}"),
            };
            let list = self.get(&page, 200);
            let found = resources(&list);
            let numbers = (&list["startIndex"], &list["itemsPerPage"]);
            assert_eq!(numbers, (&json!(start), &json!(found.len())), "{page}");
            seen.extend_from_slice(found);
            let total = list["totalResults"].as_u64().expect("an integer");
            if seen.len() as u64 >= total {
                assert_eq!(seen.len() as u64, total, "{page}");
                return seen;
            }
            assert!(!found.is_empty(), "{page}: a client would ask for ever");
        }
    }

    /// Asserts that the server holds what the model says, all of it and nothing else.
    #[track_caller]
    pub(crate) fn compare(&mut self) {
        let users = self.walk("/Users", Some(100));
        let groups = self.walk("/Groups", Some(7));
        let differences = self.model.differences(&users, &groups);
        assert!(
            differences.is_empty(),
            "{} differences:\n{}",
            differences.len(),
            differences[..differences.len().min(5)].join("\n")
        );
    }

    /// The end of a cycle: says how long its requests took, and compares.
    #[track_caller]
    pub(crate) fn finish(&mut self, what: &str) {
        let database = match self.server.behind() {
            Behind::Sqlite(_) => "SQLite",
            Behind::Postgres(_) => "PostgreSQL",
        };
        let (name, requests) = (format!("{what}, on {database}"), grouped(self.requests));
        let text = format!(
            "{name}: {requests} requests in {:.1} s",
            self.spent.as_secs_f64()
        );
        self.compare();
        note(&name, &format!("{text}\n"));
        (self.requests, self.spent) = (0, Duration::ZERO);
    }
}

/// The resources of a list.
#[track_caller]
pub(crate) fn resources(list: &Value) -> &[Value] {
    let resources = list["Resources"].as_array();
    resources.unwrap_or_else(|| panic!("a list without Resources: {list}"))
}

/// A lookup as Entra writes it, with `+` for spaces.
pub(crate) fn lookup(attribute: &str, value: &str) -> String {
    let value = percent_encode(value);
    format!("/Users?filter={attribute}+eq+%22{value}%22")
}

/// A lookup of a group as Entra writes it.
pub(crate) fn group_lookup(name: &str) -> String {
    let name = percent_encode(name);
    format!("/Groups?excludedAttributes=members&filter=displayName+eq+%22{name}%22")
}

/// `1,234`
fn grouped(number: usize) -> String {
    match number {
        0..1000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1000), number % 1000),
    }
}

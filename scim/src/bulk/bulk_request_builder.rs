//! `BulkRequest` as a client writes it (RFC 7644 §3.7).

use serde_json::{Value, json};

use super::method::Method;
use super::urn::BULK_REQUEST_URN;
use crate::json::Object;

/// A `BulkRequest` in the making. Operations are added in the order in which the server answers them.
///
/// Paths are relative to the base URL: `/Users`, `/Users/{id}`. Where an id stands, in a path or in data, `bulkId:x` may
/// stand too: it means the resource that the POST of this `bulkId` creates.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BulkRequestBuilder {
    operations: Vec<Object>,
    errors_max: Option<usize>,
}

impl BulkRequestBuilder {
    /// Creates a resource at `path`, such as `/Users`; others refer to it by `bulk_id`, which is not empty.
    #[must_use]
    pub fn post(self, path: &str, bulk_id: &str, data: Object) -> Self {
        self.operation(Method::Post, path, Some(bulk_id), Some(data))
    }

    /// Replaces the resource at `path`.
    #[must_use]
    pub fn put(self, path: &str, data: Object) -> Self {
        self.operation(Method::Put, path, None, Some(data))
    }

    /// Changes the resource at `path`. `data` is a PATCH message.
    #[must_use]
    pub fn patch(self, path: &str, data: Object) -> Self {
        self.operation(Method::Patch, path, None, Some(data))
    }

    /// Deletes the resource at `path`.
    #[must_use]
    pub fn delete(self, path: &str) -> Self {
        self.operation(Method::Delete, path, None, None)
    }

    /// Makes the operation that was added last depend on a version of its resource (an entity tag).
    #[must_use]
    pub fn if_version(mut self, version: &str) -> Self {
        if let Some(operation) = self.operations.last_mut() {
            operation.insert("version".to_owned(), version.into());
        }
        self
    }

    /// After this many failed operations the server leaves the rest alone; at least 1.
    #[must_use]
    pub fn fail_on_errors(mut self, errors_max: usize) -> Self {
        self.errors_max = Some(errors_max);
        self
    }

    /// The message.
    pub fn to_json(&self) -> Object {
        let mut shown = Object::new();
        shown.insert("schemas".to_owned(), json!([BULK_REQUEST_URN]));
        if let Some(errors_max) = self.errors_max {
            shown.insert("failOnErrors".to_owned(), errors_max.into());
        }
        let operations = self.operations.iter().cloned().map(Value::Object);
        shown.insert("Operations".to_owned(), operations.collect());
        shown
    }

    fn operation(
        mut self,
        method: Method,
        path: &str,
        bulk_id: Option<&str>,
        data: Option<Object>,
    ) -> Self {
        let mut operation = Object::new();
        operation.insert("method".to_owned(), method.as_str().into());
        operation.insert("path".to_owned(), path.into());
        let bulk_id = bulk_id.map(|bulk_id| ("bulkId".to_owned(), bulk_id.into()));
        operation.extend(bulk_id);
        operation.extend(data.map(|data| ("data".to_owned(), Value::Object(data))));
        self.operations.push(operation);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::super::bulk_request::BulkRequest;
    use super::*;
    use crate::profile::Leniency;
    use crate::testing::object;

    #[test]
    fn servers_read_what_clients_write() {
        let data = |name: &str| object(json!({ "displayName": name, "manager": "bulkId:a" }));
        let message = BulkRequest::builder()
            .post("/Users", "a", data("post"))
            .put("/Users/1", data("put"))
            .if_version("W/\"2\"")
            .patch("/Groups/bulkId:a", data("patch"))
            .delete("/Users/x%20y")
            .fail_on_errors(3)
            .to_json();
        let leniency = Leniency::rfc();
        let request = BulkRequest::parse(message, &leniency, 4).unwrap();
        assert_eq!(request.errors_max, Some(3));
        let operations = request.resolve(|index| format!("id{index}"));
        let read: Vec<String> = operations
            .iter()
            .map(|operation| {
                let done = operation.instruction.as_ref().unwrap();
                let version = done.version.as_deref().unwrap_or("-");
                let data = done.data.get("displayName").unwrap_or(&Value::Null);
                let method = done.method.as_str();
                format!("{method} {} {} {version} {data}", done.endpoint, done.id)
            })
            .collect();
        assert_eq!(
            read,
            [
                "POST Users id0 - \"post\"",
                "PUT Users 1 W/\"2\" \"put\"",
                "PATCH Groups id0 - \"patch\"",
                "DELETE Users x y - null",
            ]
        );
        let used = |operation: &super::super::Operation| operation.needed.iter().count();
        assert_eq!(operations.iter().map(used).sum::<usize>(), 0);
        assert_eq!(leniency.used().count(), 0);
    }
}

//! Reading the description as a client would.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::TestServer;

/// The document at `/openapi.json`; it needs no token.
pub(super) struct Description {
    pub(super) root: Value,
}

/// One method of one path.
pub(super) struct Operation {
    pub(super) path: String,
    pub(super) method: String,
    /// Its `operationId`.
    pub(super) name: String,
    /// Whether it is outside the SCIM bases.
    pub(super) absolute: bool,
    /// Bodies to send.
    pub(super) examples: Vec<Value>,
    pub(super) value: Value,
    parameters: Vec<Value>,
}

/// The values of named examples, in their order.
fn values(examples: Option<&Value>) -> Vec<Value> {
    let examples = examples.and_then(Value::as_object);
    let values = examples.into_iter().flat_map(|all| all.values());
    values.map(|example| example["value"].clone()).collect()
}

impl Operation {
    /// The examples of a parameter of the query.
    pub(super) fn examples_of(&self, name: &str) -> Vec<Value> {
        let mut parameters = self.parameters.iter();
        let parameter = parameters.find(|one| one["name"] == name && one["in"] == "query");
        values(parameter.and_then(|one| one.get("examples")))
    }

    pub(super) fn documents(&self, status: u16) -> bool {
        self.value["responses"].get(status.to_string()).is_some()
    }

    /// Some answer is a success.
    pub(super) fn is_offered(&self) -> bool {
        let responses = self.value["responses"].as_object();
        responses.is_some_and(|all| all.keys().any(|status| status.starts_with('2')))
    }
}

impl Description {
    /// Asked for without a token.
    pub(super) fn of(server: &TestServer) -> Self {
        let reply = server.get("/openapi.json").absolute().anonymous().send();
        assert_eq!(reply.header("content-type"), Some("application/json"));
        Self {
            root: reply.expect(200),
        }
    }

    pub(super) fn operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (path, item) in self.root["paths"].as_object().expect("paths") {
            let shared = item["parameters"].as_array().cloned().unwrap_or_default();
            for (method, value) in item.as_object().expect("a path item") {
                if ["parameters", "servers"].contains(&method.as_str()) {
                    continue;
                }
                let own = value["parameters"].as_array().cloned().unwrap_or_default();
                let parameters = shared
                    .iter()
                    .chain(&own)
                    .map(|parameter| self.resolved(parameter).clone());
                operations.push(Operation {
                    path: path.clone(),
                    method: method.to_uppercase(),
                    name: value["operationId"].as_str().unwrap_or_default().to_owned(),
                    absolute: item.get("servers").is_some(),
                    examples: self.examples(value),
                    value: value.clone(),
                    parameters: parameters.collect(),
                });
            }
        }
        operations
    }

    fn examples(&self, operation: &Value) -> Vec<Value> {
        let Some(body) = operation.get("requestBody") else {
            return Vec::new();
        };
        let examples = self
            .resolved(body)
            .pointer("/content/application~1scim+json/examples");
        values(examples)
    }

    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value["$ref"].as_str() {
            Some(reference) => self.target(reference).expect("it resolves"),
            None => value,
        }
    }

    fn target(&self, reference: &str) -> Option<&Value> {
        self.root.pointer(reference.strip_prefix('#')?)
    }

    pub(super) fn list(&self, pointer: &str) -> &[Value] {
        self.root
            .pointer(pointer)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// Whether the path is one of the document, or what a SCIM base of it begins with.
    pub(super) fn has_path(&self, path: &str) -> bool {
        let bases = self
            .list("/servers")
            .iter()
            .filter_map(|server| server["url"].as_str());
        self.root["paths"].get(path).is_some() || bases.into_iter().any(|base| base.ends_with(path))
    }

    fn references(&self) -> BTreeSet<String> {
        fn walk(value: &Value, found: &mut BTreeSet<String>) {
            match value {
                Value::Object(members) => {
                    // The sub-attribute `$ref` is described, too: its value is an object.
                    found.extend(
                        members
                            .get("$ref")
                            .and_then(Value::as_str)
                            .map(str::to_owned),
                    );
                    members.values().for_each(|value| walk(value, found));
                }
                Value::Array(items) => items.iter().for_each(|value| walk(value, found)),
                _ => {}
            }
        }
        let mut found = BTreeSet::new();
        walk(&self.root, &mut found);
        found
    }

    #[track_caller]
    pub(super) fn references_resolve(&self) {
        let references = self.references();
        assert!(references.len() > 50, "{references:?}");
        for reference in references {
            assert!(
                self.target(&reference).is_some(),
                "`{reference}` leads nowhere"
            );
        }
    }

    #[track_caller]
    pub(super) fn components_are_used(&self) {
        let references = self.references();
        for (kind, components) in self.root["components"].as_object().expect("components") {
            // Named by `security`, not by a reference.
            if kind == "securitySchemes" {
                continue;
            }
            for name in components.as_object().expect("components of a kind").keys() {
                let reference = format!("#/components/{kind}/{name}");
                assert!(
                    references.contains(&reference),
                    "nothing refers to `{reference}`"
                );
            }
        }
    }

    /// The parameters in the path are described, all and no others, and none is there twice.
    #[track_caller]
    pub(super) fn parameters_fit(&self, operation: &Operation) {
        let segments = operation.path.split('/');
        let in_path: BTreeSet<_> = segments
            .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        let of_path = operation
            .parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path");
        let described: BTreeSet<_> = of_path
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        assert_eq!(in_path, described, "{}", operation.path);
        let all: BTreeSet<_> = operation
            .parameters
            .iter()
            .map(|parameter| (parameter["in"].as_str(), parameter["name"].as_str()))
            .collect();
        assert_eq!(all.len(), operation.parameters.len(), "{}", operation.path);
    }
}

//! PATCH messages: read, written, and applied to resources.

use scim::canonical::Context;
use scim::patch::{PatchOperation, PatchRequest, apply};
use scim::{Document, Object};
use serde_json::json;

use super::made;
use super::world::{Choice, world};

const OPERATIONS_MAX: usize = 50;

/// Takes a message: as JSON, or as bytes of which one is made.
pub fn run(data: &[u8]) {
    let Some(body) = made::or_json(data, message) else {
        return;
    };
    let mut choice = Choice::of(data);
    let leniency = choice.leniency();
    let Ok(request) = PatchRequest::parse(&body, &leniency, OPERATIONS_MAX) else {
        return;
    };
    let again = PatchRequest::parse(&request.to_json(), &leniency, OPERATIONS_MAX);
    assert_eq!(again.as_ref(), Ok(&request), "written and read again");
    if let Some((resource_type, document)) = choice.sample() {
        changes(
            world().context(resource_type, &leniency),
            document,
            &request.operations,
        );
    }
}

/// One operation after the other: what the first leaves is what the next one meets.
fn changes(context: Context<'_>, document: &Document, operations: &[PatchOperation]) {
    let mut document = document.clone();
    for operation in operations {
        let Ok(patched) = apply(context, &document, std::slice::from_ref(operation)) else {
            continue;
        };
        assert_eq!(
            patched.changed,
            patched.document != document,
            "{operation:?}"
        );
        if patched.changed {
            world().check_canonical(context.resource_type, &patched.document, operation);
        }
        document = patched.document;
    }
    // All at once they are refused or do the same.
    let _ = apply(context, &document, operations);
}

/// A message of a few operations.
fn message(source: &mut made::Source<'_>) -> Object {
    let operations: Vec<Object> = (0..1 + source.below(4))
        .map(|_| operation(source))
        .collect();
    let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations });
    made::object(body)
}

fn operation(source: &mut made::Source<'_>) -> Object {
    let mut operation = Object::new();
    operation.insert(
        "op".to_owned(),
        source
            .one_of(&["add", "remove", "replace", "Add", "Remove", "Replace"])
            .into(),
    );
    if source.below(5) > 0 {
        operation.insert("path".to_owned(), made::path(source).into());
    }
    if source.below(6) > 0 {
        operation.insert("value".to_owned(), made::value(source, 3));
    }
    operation
}

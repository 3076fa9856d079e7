//! Bodies of POST and PUT: read as JSON, and made canonical.

use scim::canonical::{Purpose, canonicalize};
use scim::comparable::comparable;
use scim::json::{parse, parse_object_within};
use scim::{Object, ScimError};
use serde_json::json;

use super::made;
use super::world::{Choice, world};

const STRING_BYTES_MAX: usize = 4096;

/// Takes a body: as JSON, or as bytes of which one is made.
pub fn run(data: &[u8]) {
    if let Ok(object) = parse_object_within(data, STRING_BYTES_MAX) {
        reads_again(&object);
    }
    let Some(body) = made::or_json(data, resource) else {
        return;
    };
    let mut choice = Choice::of(data);
    let (resource_type, leniency) = (choice.resource_type(), choice.leniency());
    let context = world().context(resource_type, &leniency);
    let Ok(input) = canonicalize(context, &body, Purpose::Create) else {
        return;
    };
    world().check_canonical(resource_type, &input.document, &body);
    let _ = comparable(resource_type, &input.document);
    let replaced = canonicalize(context, &body, Purpose::Replace(&input.document));
    is_the_same(
        replaced.map(|replaced| replaced.document == input.document),
        &body,
    );
}

/// What was read can be written, and is read as the same.
fn reads_again(object: &Object) {
    let text = serde_json::to_string(object).unwrap_or_default();
    let again = parse(text.as_bytes());
    assert_eq!(
        again.as_ref().ok().and_then(|value| value.as_object()),
        Some(object),
        "{text}"
    );
}

/// A PUT of what was created changes nothing.
fn is_the_same(same: Result<bool, ScimError>, body: &Object) {
    assert_eq!(same, Ok(true), "created and replaced with {body:?}");
}

/// A body that has what each type requires.
fn resource(source: &mut made::Source<'_>) -> Object {
    let schemas = [
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "urn:ietf:params:scim:schemas:core:2.0:Group",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    ];
    let some = 1 + source.below(schemas.len());
    let body = json!({ "schemas": schemas[..some], "userName": "ada", "displayName": "Ada" });
    let mut body = made::object(body);
    for (name, value) in made::entries(source, 3) {
        body.retain(|known, _| !known.eq_ignore_ascii_case(&name));
        body.insert(name, value);
    }
    body
}

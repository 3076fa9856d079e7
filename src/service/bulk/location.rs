//! The location of an operation's resource.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use scim::bulk::{Method, Operation, Outcome};

use crate::service::tenancy::Tenancy;

/// Characters that must be encoded in the path of a URI.
const NOT_IN_PATHS: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');
/// Characters that must be encoded in one segment of a path.
const NOT_IN_SEGMENTS: &AsciiSet = &NOT_IN_PATHS.add(b'%').add(b'/').add(b'?');

/// The location of an operation's resource, by its id. Without an id, as the request named it.
pub(super) fn location(
    tenancy: &Tenancy,
    operation: &Operation,
    outcome: &Outcome,
    outcomes: &[Option<Outcome>],
) -> Option<String> {
    let is_post = operation.method.as_deref() == Some(Method::Post.as_str());
    if is_post && outcome.is_err() {
        return None;
    }
    let created = |post: &usize| matches!(outcomes.get(*post), Some(Some(Ok(_))));
    match &operation.instruction {
        Ok(instruction) if operation.needs.iter().all(created) => {
            let id = utf8_percent_encode(&instruction.id, NOT_IN_SEGMENTS).to_string();
            Some(tenancy.base.location(&instruction.endpoint, &id))
        }
        _ => {
            let path = operation.path.as_deref();
            let path = path.filter(|path| !path.contains("://"))?;
            let path = path.strip_prefix('/').unwrap_or(path);
            let path = utf8_percent_encode(path, NOT_IN_PATHS);
            Some(format!("{}/{path}", tenancy.base.as_str()))
        }
    }
}

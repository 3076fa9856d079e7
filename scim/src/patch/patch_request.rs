//! The PATCH message (RFC 7644 §3.5.2).

use serde_json::{Value, json};

use super::patch_operation::PatchOperation;
use crate::ScimError;
use crate::json::{Object, describe, get};
use crate::message::{check_keys, check_schemas};
use crate::profile::Leniency;

/// URN of the message.
pub const PATCH_OP_URN: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// The PATCH message: operations, which run in order.
///
/// A client writes it with [`PatchRequest::to_json`], a server reads it with [`PatchRequest::parse`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PatchRequest {
    /// The operations. Servers refuse a message without any.
    pub operations: Vec<PatchOperation>,
}

impl PatchRequest {
    /// A message of these operations.
    pub fn new(operations: impl IntoIterator<Item = PatchOperation>) -> Self {
        Self {
            operations: operations.into_iter().collect(),
        }
    }

    /// The message.
    pub fn to_json(&self) -> Object {
        let operations = self.operations.iter().map(PatchOperation::to_json);
        let operations: Vec<Value> = operations.map(Value::Object).collect();
        Object::from_iter([
            ("schemas".to_owned(), json!([PATCH_OP_URN])),
            ("Operations".to_owned(), Value::Array(operations)),
        ])
    }

    /// Reads the message. Unknown keys are ignored (a leniency).
    ///
    /// Errors: `invalidSyntax` (no operations, no or an unknown `op`), 413 (more than `operations_max`).
    pub fn parse(
        body: &Object,
        leniency: &Leniency,
        operations_max: usize,
    ) -> Result<Self, ScimError> {
        check_version(body)?;
        check_schemas(body, PATCH_OP_URN, leniency)?;
        check_keys(body, &["schemas", "Operations"], leniency)?;
        let sent = sent(body)?;
        if sent.len() > operations_max {
            return Err(ScimError::TooLarge {
                what: "the list of operations",
                limit: format!("{operations_max} operations"),
            });
        }
        let numbered = sent.iter().enumerate();
        let operations = numbered.map(|(index, operation)| {
            PatchOperation::parse(operation, leniency)
                .map_err(|fault| syntax(format!("Operations[{index}]: {fault}")))
        });
        Ok(Self {
            operations: operations.collect::<Result<_, _>>()?,
        })
    }
}

/// Reads the operations of a PATCH message; see [`PatchRequest::parse`].
///
/// Errors: as there.
pub fn parse(
    body: &Object,
    leniency: &Leniency,
    operations_max: usize,
) -> Result<Vec<PatchOperation>, ScimError> {
    PatchRequest::parse(body, leniency, operations_max).map(|request| request.operations)
}

fn sent(body: &Object) -> Result<&[Value], ScimError> {
    match get(body, "Operations") {
        Some(Value::Array(operations)) if !operations.is_empty() => Ok(operations),
        Some(Value::Array(_)) | None => Err(syntax("`Operations` needs at least one operation")),
        Some(other) => Err(syntax(format!(
            "`Operations` is an array, not {}",
            describe(other)
        ))),
    }
}

/// Errors: `invalidSyntax` for a message of SCIM 1.1. It has no operations; it names a schema of that version or attributes
/// to remove, or has attributes where SCIM 2.0 has operations.
fn check_version(body: &Object) -> Result<(), ScimError> {
    if get(body, "Operations").is_some() {
        return Ok(());
    }
    let schemas = get(body, "schemas").and_then(Value::as_array);
    let is_old = |urn: &Value| urn.as_str().is_some_and(|urn| urn.starts_with("urn:scim:"));
    let names_old = schemas.is_some_and(|schemas| schemas.iter().any(is_old));
    let removes = get(body, "meta").is_some_and(|meta| meta.get("attributes").is_some());
    let is_patch_op = |urn: &Value| urn == PATCH_OP_URN;
    let names_this = schemas.is_some_and(|schemas| schemas.iter().any(is_patch_op));
    let has_attributes = body.keys().any(|key| !key.eq_ignore_ascii_case("schemas"));
    if names_old || removes || (has_attributes && !names_this) {
        return Err(syntax(
            "this looks like a PATCH of SCIM 1.1, which lists attributes; SCIM 2.0 lists `Operations`, each with `op`, `path` and `value` (RFC 7644 §3.5.2)",
        ));
    }
    Ok(())
}

fn syntax(detail: impl Into<String>) -> ScimError {
    ScimError::InvalidSyntax(detail.into())
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::super::op::Op;
    use super::*;
    use crate::testing::{anything, object};

    #[test]
    fn operations_are_written_as_the_standard_has_them() {
        let request = PatchRequest::new([
            PatchOperation::add("emails", json!([{ "value": "a@x.test" }])),
            PatchOperation::replace("active", false),
            PatchOperation::remove(r#"members[value eq "1"]"#),
            PatchOperation::add_attributes(object(json!({ "title": "Lady" }))),
            PatchOperation::replace_attributes(object(json!({ "title": null }))),
        ]);
        let expected = json!({ "schemas": [PATCH_OP_URN], "Operations": [
            { "op": "add", "path": "emails", "value": [{ "value": "a@x.test" }] },
            { "op": "replace", "path": "active", "value": false },
            { "op": "remove", "path": "members[value eq \"1\"]" },
            { "op": "add", "value": { "title": "Lady" } },
            { "op": "replace", "value": { "title": null } },
        ] });
        assert_eq!(
            Value::Object(request.to_json()).to_string(),
            expected.to_string()
        );
    }

    proptest! {
        #[test]
        fn servers_read_what_clients_write(
            sent in vec((select(&Op::ALL[..]), option::of(any::<String>()), option::of(anything())), 1..5),
        ) {
            let operations = sent.into_iter().map(|(op, path, value)| PatchOperation { op, path, value });
            let request = PatchRequest::new(operations);
            let leniency = Leniency::rfc();
            prop_assert_eq!(PatchRequest::parse(&request.to_json(), &leniency, 5), Ok(request));
            prop_assert_eq!(leniency.used().count(), 0);
        }
    }
}

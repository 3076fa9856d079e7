//! ListResponse (RFC 7644 §3.4.2, RFC 9865 §2).

use crate::json::Object;
use serde_json::{Value, json};

/// URN of the message.
pub const LIST_RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// One page of a list. `total` counts all matches, `start_index` is 1-based.
pub fn list_response(resources: Vec<Object>, total: i64, start_index: i64) -> Value {
    json!({
        "schemas": [LIST_RESPONSE_URN],
        "totalResults": total,
        "startIndex": start_index,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

/// One page of a list that is read by cursor. `total` counts all matches when the walk began.
pub fn cursor_response(
    resources: Vec<Object>,
    total: i64,
    next: Option<String>,
    previous: Option<String>,
) -> Value {
    let mut shown = json!({
        "schemas": [LIST_RESPONSE_URN],
        "totalResults": total,
        "itemsPerPage": resources.len(),
    });
    if let Some(cursor) = previous {
        shown["previousCursor"] = cursor.into();
    }
    if let Some(cursor) = next {
        shown["nextCursor"] = cursor.into();
    }
    shown["Resources"] = resources.into_iter().map(Value::Object).collect();
    shown
}

//! ListResponse (RFC 7644 §3.4.2).

use serde_json::{Map, Value, json};

/// URN of the message.
pub const LIST_RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// One page of a list. `total` counts all matches, `start_index` is 1-based.
pub fn list_response(resources: Vec<Map<String, Value>>, total: i64, start_index: i64) -> Value {
    json!({
        "schemas": [LIST_RESPONSE_URN],
        "totalResults": total,
        "startIndex": start_index,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    })
}

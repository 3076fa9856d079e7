//! A resource after a PATCH.

use serde_json::Value;

use crate::Result;
use crate::client::{Answer, Client};

/// What the answer shows; after 204, what the server says when it is asked.
pub(super) fn patched(client: &Client, answer: &Answer, path: &str) -> Result<Value> {
    match answer.status {
        204 => client.get(path)?.expect(200)?.json(),
        _ => answer.json(),
    }
}

//! What a target serves beside users and groups. The shipped recordings speak of a target that serves nothing else: a
//! catalogue of roles, say, decides which roles users can have.

use serde_json::Value;

use super::client::Client;
use super::message::Message;
use super::text::{plain, shortened};

/// The types that every recording may expect.
const USUAL: [&str; 2] = ["User", "Group"];
/// The longest list that is shown, in characters.
const SHOWN_CHARS_MAX: usize = 200;

/// The names of the target's other resource types, or `None` when it has none or does not tell.
pub(crate) fn other_types(client: &Client) -> Option<String> {
    let message = Message::read("/ResourceTypes", client.headers());
    let answer = client.send(&message).0.ok()?;
    let body: Value = serde_json::from_slice(&answer.body).ok()?;
    // Some servers answer with a bare array.
    let listed = body.get("Resources").unwrap_or(&body).as_array()?;
    let names = listed.iter().filter_map(|one| one.get("name")?.as_str());
    let others: Vec<&str> = names.filter(|name| !USUAL.contains(name)).collect();
    (!others.is_empty()).then(|| shortened(&plain(&others.join(", ")), SHOWN_CHARS_MAX))
}

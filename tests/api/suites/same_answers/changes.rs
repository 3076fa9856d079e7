//! PATCH, PUT and conditional requests on the data of the script.

use serde_json::{Value, json};

use super::transcript::Transcript;
use crate::support::{ENTERPRISE, USER, id};

pub(super) fn patches(transcript: &mut Transcript<'_>, users: &[Value]) {
    let path = format!("/Users/{}", id(&users[0]));
    let operations = [
        json!([{ "op": "Replace", "value": { "active": "False", "name.givenName": "Barb" } }]),
        json!([{ "op": "add", "path": "emails", "value": [{ "value": "third@example.com", "type": "other" }] }]),
        json!([{ "op": "add", "path": "emails", "value": [{ "value": "third@example.com", "type": "other" }] }]),
        json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "new@example.com" }]),
        json!([{ "op": "add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+1 555" }]),
        json!([{ "op": "replace", "path": "emails[type eq \"none\" or type eq \"no\"].value", "value": "x" }]),
        json!([{ "op": "remove", "path": "addresses" }, { "op": "remove", "path": "title" }]),
        json!([{ "op": "add", "path": format!("{ENTERPRISE}:division"), "value": "Theme Park" }]),
        json!([{ "op": "remove", "path": format!("{ENTERPRISE}:department") }]),
        json!([{ "op": "replace", "path": "userName", "value": "ANNA%LEE" }]),
        json!([{ "op": "replace", "path": "id", "value": "x" }]),
        json!([{ "op": "remove", "path": "userName" }]),
        json!([{ "op": "remove" }]),
        json!([{ "op": "jump", "path": "title" }]),
        json!([{ "op": "add", "path": "emails[", "value": "x" }]),
        json!([{ "op": "add", "path": "title", "value": "kept?" }, { "op": "replace", "path": "bogus.path", "value": 1 }]),
        json!([{ "op": "replace", "path": "title", "value": "Guide" }]),
        json!([{ "op": "replace", "path": "title", "value": "Guide" }]),
        json!([]),
    ];
    for operations in operations {
        transcript.note(
            &operations.to_string(),
            transcript.server.patch(&path, operations),
        );
    }
    transcript.note("after the patches", transcript.server.get(&path));
}

pub(super) fn group_patches(transcript: &mut Transcript<'_>, users: &[Value], groups: &[Value]) {
    let path = format!("/Groups/{}", id(&groups[0]));
    let one = |user: &Value| json!([{ "value": id(user) }]);
    let operations = [
        json!([{ "op": "Add", "path": "members", "value": one(&users[4]) }]),
        json!([{ "op": "add", "path": "members", "value": one(&users[4]) }]),
        json!([{ "op": "add", "path": "members", "value": [{ "value": "unknown-member" }] }]),
        json!([{ "op": "add", "path": "members", "value": one(&groups[1]) }]),
        json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", id(&users[1])) }]),
        json!([{ "op": "Remove", "path": "members", "value": one(&users[0]) }]),
        json!([{ "op": "replace", "path": "displayName", "value": "ALL" }]),
        json!([{ "op": "replace", "value": { "displayName": "Guides", "members": [{ "value": id(&users[5]) }] } }]),
    ];
    for operations in operations {
        transcript.note(
            &operations.to_string(),
            transcript.server.patch(&path, operations),
        );
        transcript.note("the group now", transcript.server.get(&path));
    }
    let add = json!([{ "op": "add", "path": "members", "value": one(&users[0]) }]);
    transcript.note(
        "with a body",
        transcript
            .server
            .patch(&format!("{path}?attributes=members"), add),
    );
    transcript.note(
        "groups of the member",
        transcript.server.get(&format!("/Users/{}", id(&users[5]))),
    );
}

pub(super) fn replacements(transcript: &mut Transcript<'_>, users: &[Value]) {
    let path = format!("/Users/{}", id(&users[5]));
    for body in [
        json!({ "schemas": [USER], "id": "other", "userName": "Dora", "title": "Explorer", "groups": [], "meta": {} }),
        json!({ "schemas": [USER], "userName": "DORA", "emails": [{ "value": "d@x.example", "primary": true }] }),
        json!({ "schemas": [USER], "userName": "ANNA%lee" }),
        json!({ "schemas": [USER] }),
        json!({ "schemas": [USER], "userName": "dora", "emails": "one@x.example", "name": "Dora" }),
    ] {
        transcript.note(&format!("PUT {body}"), transcript.server.put(&path, body));
    }
    transcript.note("after the replacements", transcript.server.get(&path));
    transcript.note(
        "PUT nowhere",
        transcript
            .server
            .put("/Users/none", json!({ "schemas": [USER], "userName": "n" })),
    );
}

pub(super) fn entity_tags(transcript: &mut Transcript<'_>, user: &Value) {
    let path = format!("/Users/{}", id(user));
    let reply = transcript.reply("the tag", transcript.server.get(&path));
    let tag = reply.header("etag").unwrap_or_default().to_owned();
    let title = |text: &str| json!([{ "op": "replace", "path": "title", "value": text }]);
    let server = transcript.server;
    transcript.note(
        "not modified",
        server.get(&path).header("If-None-Match", &tag),
    );
    transcript.note(
        "modified",
        server.get(&path).header("If-None-Match", "W/\"other\""),
    );
    transcript.note(
        "stale",
        server
            .patch(&path, title("a"))
            .header("If-Match", "W/\"stale\""),
    );
    transcript.note(
        "current",
        server.patch(&path, title("b")).header("If-Match", &tag),
    );
    transcript.note(
        "current no more",
        server.patch(&path, title("c")).header("If-Match", &tag),
    );
    transcript.note(
        "any",
        server.patch(&path, title("d")).header("If-Match", "*"),
    );
    transcript.note(
        "stale delete",
        server.delete(&path).header("If-Match", &tag),
    );
}

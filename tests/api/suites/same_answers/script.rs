//! The script: all features of the protocol, with data that databases treat differently (letter case, blanks, wildcards,
//! accents, missing values).

use serde_json::{Value, json};

use super::transcript::Transcript;
use super::{changes, queries};
use crate::support::{ENTERPRISE, GROUP, PATCH_OP, USER, id};

/// Runs it from an empty tenant.
pub(super) fn run(transcript: &mut Transcript<'_>) {
    discovery(transcript);
    let users = create_users(transcript);
    let groups = create_groups(transcript, &users);
    queries::filters(transcript, &users);
    queries::group_filters(transcript, &users, &groups);
    queries::sorting_and_paging(transcript);
    queries::projection(transcript, &users[0]);
    changes::patches(transcript, &users);
    changes::group_patches(transcript, &users, &groups);
    changes::replacements(transcript, &users);
    changes::entity_tags(transcript, &users[1]);
    errors(transcript, &users);
    deletions(transcript, &users, &groups);
}

fn discovery(transcript: &mut Transcript<'_>) {
    let schema = format!("/Schemas/{USER}");
    for path in [
        "/ServiceProviderConfig",
        "/ResourceTypes",
        "/Schemas",
        "/ResourceTypes/Group",
        &schema,
        "/Schemas/urn:none",
    ] {
        transcript.note(path, transcript.server.get(path));
    }
    transcript.note("no token", transcript.server.get("/Users").anonymous());
    transcript.note("an empty list", transcript.server.get("/Users"));
}

fn create_users(transcript: &mut Transcript<'_>) -> Vec<Value> {
    let bodies = [
        json!({
            "schemas": [USER, ENTERPRISE], "userName": "Barbara.Jensen@Example.com", "externalId": "B-1",
            "name": { "formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara" },
            "displayName": "Babs Jensen", "nickName": "Babs", "profileUrl": "https://example.com/babs", "title": "Tour Guide",
            "emails": [
                { "value": "bjensen@example.com", "type": "work", "primary": true },
                { "value": "babs@jensen.example.org", "type": "home", "display": "at home" }
            ],
            "addresses": [{ "type": "work", "streetAddress": "100 Universal City Plaza", "locality": "Hollywood", "country": "US" }],
            "phoneNumbers": [{ "value": "555-555-5555", "type": "work" }],
            "x509Certificates": [{ "value": "MIIDQzCCAqygAwIBAgICEAAwDQYJKoZIhvcNAQEFBQAwTjELMAkGA1UEBhMCVVM=" }],
            "userType": "Employee", "preferredLanguage": "en-US", "locale": "en-US", "timezone": "America/Los_Angeles",
            "password": "t1meMa$heen", ENTERPRISE: { "employeeNumber": "701984", "department": "Tours", "costCenter": "4130" }
        }),
        json!({ "schemas": [USER], "userName": "anna%lee", "displayName": "100% _sure_", "title": "tour guide", "externalId": "b-1",
            "emails": [{ "value": "anna@example.com", "type": "home" }] }),
        json!({ "schemas": [USER], "userName": "zoë", "displayName": "Zoë 😀 Ünal", "active": false }),
        json!({ "schemas": [USER], "userName": "CARL o'malley", "name": { "familyName": "O'Malley" }, "userType": "" }),
        json!({ "userName": "émile", "title": "Äpfel\\Birnen \"q\"", "roles": [{ "value": "admin" }, { "value": "Auditor" }],
            ENTERPRISE: { "department": "tours", "manager": "nobody-yet" } }),
        json!({ "schemas": [USER], "userName": "dora", "nickName": null, "emails": [], "title": " leading blank" }),
    ];
    let mut users = Vec::new();
    for body in bodies {
        let label = format!("create {}", body["userName"]);
        users.push(transcript.note(&label, transcript.server.post("/Users", body)));
    }
    for user in &users {
        transcript.note(
            "get",
            transcript.server.get(&format!("/Users/{}", id(user))),
        );
    }
    users
}

fn create_groups(transcript: &mut Transcript<'_>, users: &[Value]) -> Vec<Value> {
    let member = |user: &Value| json!({ "value": id(user) });
    let guides = json!({ "schemas": [GROUP], "displayName": "Tour Guides", "externalId": "g-1",
        "members": [member(&users[1]), member(&users[0]), member(&users[1])] });
    let guides = transcript.note("create a group", transcript.server.post("/Groups", guides));
    let all = json!({ "schemas": [GROUP], "displayName": "All", "members": [member(&guides), member(&users[2])] });
    let all = transcript.note(
        "create a nested group",
        transcript.server.post("/Groups", all),
    );
    let empty = json!({ "schemas": [GROUP], "displayName": "empty" });
    let empty = transcript.note(
        "create an empty group",
        transcript.server.post("/Groups", empty),
    );
    let groups = vec![guides, all, empty];
    for group in &groups {
        transcript.note(
            "get a group",
            transcript.server.get(&format!("/Groups/{}", id(group))),
        );
    }
    transcript.note(
        "groups, direct and indirect",
        transcript.server.get(&format!("/Users/{}", id(&users[0]))),
    );
    groups
}

fn errors(transcript: &mut Transcript<'_>, users: &[Value]) {
    let server = transcript.server;
    let unknown_schema = json!({ "schemas": ["urn:none"], "userName": "u", "displayName": ["x"] });
    let wrong_type = json!({ "schemas": [USER], "userName": ["u"] });
    let two_primaries = json!({ "schemas": [USER], "userName": "u",
        "emails": [{ "value": "a@x", "primary": true }, { "value": "b@x", "primary": true }] });
    let patch_user = json!({ "schemas": [PATCH_OP], "Operations": "none" });
    for (label, request) in [
        (
            "duplicate",
            server.post(
                "/Users",
                json!({ "schemas": [USER], "userName": "BARBARA.jensen@example.COM" }),
            ),
        ),
        (
            "duplicate group",
            server.post(
                "/Groups",
                json!({ "schemas": [GROUP], "displayName": "aLL" }),
            ),
        ),
        (
            "no userName",
            server.post("/Users", json!({ "schemas": [USER] })),
        ),
        (
            "blank userName",
            server.post("/Users", json!({ "schemas": [USER], "userName": " " })),
        ),
        (
            "only a group schema",
            server.post("/Users", json!({ "schemas": [GROUP], "userName": "u" })),
        ),
        ("unknown schema", server.post("/Users", unknown_schema)),
        ("wrong type", server.post("/Users", wrong_type)),
        ("two primaries", server.post("/Users", two_primaries)),
        (
            "U+0000",
            server.post("/Users", json!({ "schemas": [USER], "userName": "a\0" })),
        ),
        (
            "malformed",
            server
                .request("POST", "/Users")
                .raw(Some("application/json"), "{"),
        ),
        (
            "wrong media type",
            server
                .request("POST", "/Users")
                .raw(Some("text/plain"), "{}"),
        ),
        ("unknown user", server.get("/Users/none")),
        (
            "a group is no user",
            server.get(&format!("/Groups/{}", id(&users[0]))),
        ),
        ("unknown endpoint", server.get("/Nope")),
        ("wrong method", server.delete("/Users")),
        ("wrong token", server.get("/Users").token("wrong")),
        ("nobody", server.request("GET", "/Me")),
        (
            "no operations",
            server
                .request("PATCH", &format!("/Users/{}", id(&users[0])))
                .json(&patch_user),
        ),
        ("another version", server.get("/scim/v9/Users").absolute()),
    ] {
        transcript.note(label, request);
    }
}

fn deletions(transcript: &mut Transcript<'_>, users: &[Value], groups: &[Value]) {
    let server = transcript.server;
    let user = format!("/Users/{}", id(&users[0]));
    let group = format!("/Groups/{}", id(&groups[1]));
    for (label, request) in [
        ("delete a member", server.delete(&user)),
        ("gone", server.get(&user)),
        ("gone for good", server.delete(&user)),
        (
            "its group",
            server.get(&format!("/Groups/{}", id(&groups[0]))),
        ),
        (
            "the name is free",
            server.post(
                "/Users",
                json!({ "schemas": [USER], "userName": "barbara.jensen@example.com" }),
            ),
        ),
        ("delete a group", server.delete(&group)),
        (
            "groups of a user",
            server.get(&format!("/Users/{}", id(&users[2]))),
        ),
        ("all users", server.get("/Users?sortBy=userName")),
        ("all groups", server.get("/Groups")),
    ] {
        transcript.note(label, request);
    }
}

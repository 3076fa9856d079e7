//! Entra ID: discovery, tokens, errors, and many requests at once.

use std::thread;

use serde_json::{Value, json};

use super::requests::{entra, patch};
use crate::support::{ENTERPRISE, Reply, Request, USER, id, read, total};

/// What Entra writes into a token of its own: the parts of a JWT, for an audience that is not we.
const JWT: [&str; 3] = [
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiIsImtpZCI6ImsxIn0",
    "eyJhdWQiOiI4YWRmOGU2ZS02N2IyLTRjZjItYTI1OS1lM2RjNTQ3NmM2MjEiLCJpc3MiOiJodHRwczovL3N0cy53aW5kb3dzLm5ldC8wZTJiMWYxYy0wMDAwLTQwMDAtODAwMC01ZTFmMDAwMDAwMDAvIiwiZXhwIjo0MTAyNDQ0ODAwfQ",
    "c2lnbmVkLWJ5LXNvbWVib2R5LWVsc2U",
];
const THREADS: usize = 8;
const REQUESTS: usize = 100;

/// Whether an attribute and its sub-attributes are described in the words that Entra's mapping page knows.
#[track_caller]
fn described(attribute: &Value) {
    let one_of = |key: &str, words: &[&str]| {
        let word = attribute[key].as_str().unwrap_or_default();
        assert!(words.contains(&word), "{key} of {attribute}");
    };
    assert!(attribute["name"].is_string(), "{attribute}");
    assert!(attribute["multiValued"].is_boolean(), "{attribute}");
    one_of(
        "mutability",
        &["readWrite", "readOnly", "writeOnly", "immutable"],
    );
    one_of("returned", &["always", "never", "default", "request"]);
    if attribute["type"] == "string" {
        one_of("uniqueness", &["none", "server", "global"]);
    }
    let inner = attribute["subAttributes"].as_array();
    assert_eq!(
        inner.is_some(),
        attribute["type"] == "complex",
        "{attribute}"
    );
    inner.into_iter().flatten().for_each(described);
}

/// The schemas of a ListResponse that Entra can read.
#[track_caller]
fn schemas(reply: Reply) -> Vec<Value> {
    assert!(!reply.text.contains("null"), "{}", reply.text);
    let list = reply.expect(200);
    assert_eq!(
        list["schemas"],
        json!(["urn:ietf:params:scim:api:messages:2.0:ListResponse"])
    );
    let schemas = list["Resources"].as_array().expect("a list");
    assert_eq!(
        (&list["totalResults"], &list["itemsPerPage"]),
        (&json!(schemas.len()), &json!(schemas.len()))
    );
    for attribute in schemas
        .iter()
        .flat_map(|schema| schema["attributes"].as_array().expect("attributes"))
    {
        described(attribute);
    }
    schemas.clone()
}

api_test! {
    /// Rows: ENTRA-37 DISC-23
    fn entra_37_custom_attributes_are_discovered(server) {
        const CUSTOM: &str = "urn:example:scim:schemas:extension:acme:2.0:User";
        let before = schemas(server.get("/Schemas").header("Accept", "*/*").send());
        let names = |schemas: &[Value]| schemas.iter().map(|schema| id(schema).to_owned()).collect::<Vec<_>>();
        assert!([USER, ENTERPRISE].iter().all(|urn| names(&before).contains(&(*urn).to_owned())), "{:?}", names(&before));
        assert!(!names(&before).contains(&CUSTOM.to_owned()));
        server.write("custom.json", &json!({ "id": CUSTOM, "name": "Acme", "attributes": [
            { "name": "costCode" }, { "name": "badges", "multiValued": true, "type": "complex", "subAttributes": [{ "name": "value" }] },
        ] }));
        server.cli(&["schema", "add", "custom.json", "--extends", "User"]).ok();
        let after = schemas(server.get("/Schemas").header("Accept", "*/*").send());
        let custom = after.iter().find(|schema| schema["id"] == CUSTOM).expect("the schema is listed");
        let attributes: Vec<&Value> = custom["attributes"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
        assert_eq!(attributes, ["costCode", "badges"]);
        assert_eq!(custom["attributes"][0]["mutability"], "readWrite");
        // What the mapping page offers can then be sent.
        let user = server.create_user("kim@t.test");
        let path = format!("/Users/{}", id(&user));
        let set = json!([{ "op": "Add", "path": format!("{CUSTOM}:costCode"), "value": "4711" }]);
        assert_eq!(patch(&server, &path, &set).send().expect(200)[CUSTOM], json!({ "costCode": "4711" }));
    }

    /// Rows: ENTRA-39 GEN-26
    fn entra_39_what_is_not_sent_stays(server) {
        let body = json!({
            "schemas": [USER, ENTERPRISE], "userName": "kim@t.test", "externalId": "kim", "title": " Lead  ", "active": true,
            "name": { "givenName": "Kim", "familyName": "Li" }, "phoneNumbers": [{ "type": "mobile", "value": "+47 22 33" }],
            ENTERPRISE: { "department": "Ops" },
        });
        let user = entra(&server, "POST", "/Users", &body).send().expect(201);
        let path = format!("/Users/{}", id(&user));
        // Title, mobile and department were cleared in Entra: its delta is silent about them.
        let delta = json!([
            { "op": "Replace", "path": "displayName", "value": "Kim L" }, { "op": "Replace", "path": "name.familyName", "value": "Lind" },
        ]);
        let after = patch(&server, &path, &delta).send().expect(200);
        let mut expected = user;
        expected["displayName"] = "Kim L".into();
        expected["name"]["familyName"] = "Lind".into();
        expected["meta"] = after["meta"].clone();
        assert_eq!((&after, &read(&server, &path)), (&expected, &expected));
    }

    /// Rows: ENTRA-41 GEN-22
    fn entra_41_a_busy_tenant_is_served(server) {
        let user = server.create_user("kim@t.test");
        let path = format!("/Users/{}", id(&user));
        let request = |number: usize| match number % 4 {
            0 => (200, server.get(&format!("/Users?filter=userName+eq+%22user-{number}%40t.test%22"))),
            1 => (201, entra(&server, "POST", "/Users", &json!({ "schemas": [USER], "userName": format!("user-{number}@t.test") }))),
            2 => (200, patch(&server, &path, &json!([{ "op": "Add", "path": "title", "value": number.to_string() }]))),
            _ => (200, server.get(&path)),
        };
        let answers: Vec<(u16, Reply)> = thread::scope(|scope| {
            let share = |first: usize| (first..REQUESTS).step_by(THREADS).map(request).collect::<Vec<_>>();
            let send = |requests: Vec<(u16, Request)>| requests.into_iter().map(|(wanted, one)| (wanted, one.send())).collect::<Vec<_>>();
            let busy: Vec<_> = (0..THREADS).map(share).map(|requests| scope.spawn(move || send(requests))).collect();
            busy.into_iter().flat_map(|thread| thread.join().expect("no thread panics")).collect()
        });
        assert_eq!(answers.len(), REQUESTS);
        for (wanted, reply) in answers {
            assert_eq!(reply.status, wanted, "{}", reply.text);
        }
        assert_eq!(total(&server, "/Users"), 1 + REQUESTS as u64 / 4, "what was answered 201 is there");
    }

    /// Rows: ENTRA-42 AUTH-02 AUTH-10
    fn entra_42_a_long_lived_token_opens_and_a_jwt_of_entra_does_not(server) {
        let body = json!({ "schemas": [USER], "userName": "kim@t.test" });
        for options in [&[][..], &["--expires-in", "730d"]] {
            let arguments = [&["token", "create", "default", "--label", "entra"], options].concat();
            let printed = server.cli(&arguments).ok();
            let token = printed.lines().last().expect("the token").trim();
            let made = entra(&server, "POST", "/Users", &body).token(token).send().expect(201);
            server.delete(&format!("/Users/{}", id(&made))).token(token).send().expect(204);
        }
        let jwt = JWT.join(".");
        for request in [server.get("/Users"), entra(&server, "POST", "/Users", &body)] {
            let reply = request.token(&jwt).send();
            let challenge = reply.header("www-authenticate").unwrap_or_default().to_owned();
            assert!(challenge.starts_with("Bearer ") && challenge.contains("invalid_token"), "{challenge}");
            let detail = reply.error(401, "");
            assert!(detail.contains("token"), "{detail}");
            assert!(JWT.iter().all(|part| !detail.contains(part)), "{detail}");
        }
        assert_eq!(total(&server, "/Users"), 0);
    }

    /// Rows: ENTRA-43 ERR-04 GEN-6 GEN-13
    fn entra_43_an_error_names_the_attribute_and_the_rest_goes_on(server) {
        let [kim, lee] = ["kim@t.test", "lee@t.test"].map(|name| server.create_user(name));
        let team = server.create_group("Team", &[]);
        let paths = [format!("/Users/{}", id(&kim)), format!("/Users/{}", id(&lee)), format!("/Groups/{}", id(&team))];
        let set = |path: &str, value: Value| json!([
            { "op": "Replace", "path": "externalId", "value": "half-done" }, { "op": "Replace", "path": path, "value": value },
        ]);
        let work = "emails[type eq \"work\"]";
        let failing = [
            (400, "invalidValue", "active", patch(&server, &paths[0], &set("active", json!("Maybe")))),
            (400, "invalidValue", "emails", patch(&server, &paths[0], &set("emails", json!([null])))),
            (400, "invalidValue", "emails.primary", patch(&server, &paths[0], &set(&format!("{work}.primary"), json!("x")))),
            (400, "invalidPath", "extensionAttribute1", patch(&server, &paths[0], &set("extensionAttribute1", json!("x")))),
            (400, "invalidValue", "name.givenName", patch(&server, &paths[0], &set("name.givenName", json!(true)))),
            (409, "uniqueness", "userName", patch(&server, &paths[0], &set("userName", json!("LEE@t.test")))),
            (409, "uniqueness", "userName", entra(&server, "POST", "/Users", &json!({ "schemas": [USER], "userName": "kim@t.test" }))),
            (400, "invalidValue", "userName", entra(&server, "POST", "/Users", &json!({ "schemas": [USER], "displayName": "Nobody" }))),
            (400, "invalidValue", "members", patch(&server, &paths[2], &set("members", json!([{ "value": "not-here" }])))),
        ];
        for (number, (status, scim_type, named, request)) in failing.into_iter().enumerate() {
            let before = read(&server, &paths[0]);
            let detail = request.send().error(status, scim_type);
            assert!(detail.contains(named), "`{named}` in: {detail}");
            assert_eq!((&read(&server, &paths[0]), &read(&server, &paths[2])), (&before, &team), "{detail}");
            // The next object of the job, and the same one once it is mended.
            let title = format!("Lead {number}");
            for path in &paths[..2] {
                let good = json!([{ "op": "Replace", "path": "title", "value": title }]);
                assert_eq!(patch(&server, path, &good).send().expect(200)["title"], title);
            }
        }
        assert_eq!(total(&server, "/Users"), 2);
    }
}

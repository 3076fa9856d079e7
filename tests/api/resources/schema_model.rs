//! The attribute model (RFC 7643 §2): names, JSON types, multi-valued attributes. Real clients send inputs that it forbids;
//! the server accepts them, but not in profile `rfc`.

use serde_json::{Value, json};

use crate::support::{
    ENTERPRISE, Reply, TestServer, USER, id, keys, path_of, read, refuses_change, refuses_create,
    total, user_body,
};

/// A self-signed certificate in DER. Its length is a multiple of three, so that two in a row are two certificates in a row.
pub(crate) const CERTIFICATE: &str = concat!(
    "MIIBcDCCARegAwIBAgIUVIfLpdyFMn8Aa16PcLNVYqep/+swCgYIKoZIzj0EAwIwDTELMAkGA1UEAwwCdDcwIBcNMjYxMTIzMjEyMzQ3WhgPMjEyNjEw",
    "MzAyMTIzNDdaMA0xCzAJBgNVBAMMAnQ3MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEz4S+ljOjdzxl42UugatRGqBuP7K70yD2IbL7gtHERzW0wvvy",
    "PKVHYiGRWscpJQmSVxGsZew5XJO4yvkknRiNYqNTMFEwHQYDVR0OBBYEFEvtLe+EdyCkNDprvAAz6fLKPUE+MB8GA1UdIwQYMBaAFEvtLe+EdyCkNDpr",
    "vAAz6fLKPUE+MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgfF/9RPf5Z+5UOuukCalyQ8fEJPv4jbuyiFel88f3L4ACIAJetw4L7jN+",
    "lPI2z0TtJODnz8CrlAeI5nz1ZKFuouEq",
);

/// POST of a body written out by hand, for what a JSON library would tidy up.
#[track_caller]
fn post_text(server: &TestServer, body: &str) -> Reply {
    server
        .request("POST", "/Users")
        .raw(Some("application/scim+json"), body)
        .send()
}

fn two_primaries() -> Value {
    json!([{ "value": "a@x.org", "primary": true }, { "value": "b@x.org", "primary": true }])
}

api_test! {
    /// Rows: SCHEMA-01 LEN-2 CRUD-11
    fn schema_01_attribute_names_match_in_any_case(server) {
        let body = json!({
            "SCHEMAS": [USER], "USERNAME": "ada", "Name": { "GIVENNAME": "Ada", "familyname": "L" }, "TITLE": "b", "externalID": "e",
            "eMails": [{ "VALUE": "ada@x.org", "Type": "work", "PRIMARY": true }],
        });
        let user = server.post("/Users", body).send().expect(201);
        assert_eq!(keys(&user), ["active", "emails", "externalId", "id", "meta", "name", "schemas", "title", "userName"]);
        assert_eq!(user["name"], json!({ "givenName": "Ada", "familyName": "L" }));
        assert_eq!(user["emails"], json!([{ "value": "ada@x.org", "type": "work", "primary": true }]));
        let path = path_of(&user);
        assert_eq!(read(&server, &path), user);
        server.user(json!({ "userName": "bob", "title": "a" }));
        for filter in ["USERNAME eq \"ada\"", "Name.GivenName sw \"a\"", "EMAILS[TYPE eq \"work\"]",
            "emails.VALUE pr", "META.CREATED pr and title gt \"a\""] {
            assert_eq!(server.names(filter), ["ada"], "filter: {filter}");
        }
        let sorted = server.get("/Users").query("sortBy", "TITLE").query("attributes", "username").send().expect(200);
        assert_eq!(sorted["Resources"][0]["userName"], "bob");
        assert_eq!(keys(&sorted["Resources"][0]), ["id", "schemas", "userName"]);
        let without = server.get(&path).query("excludedAttributes", "EMAILS,NAME.givenname,Title").send().expect(200);
        assert_eq!(without["name"], json!({ "familyName": "L" }));
        assert_eq!((without.get("emails"), without.get("title")), (None, None));
        let patched = server.patch(&path, json!([
            { "op": "replace", "path": "NAME.GIVENNAME", "value": "Augusta" },
            { "op": "replace", "path": "EMAILS[TYPE eq \"work\"].VALUE", "value": "a@x.org" },
            { "op": "add", "value": { "NICKNAME": "Countess" } },
        ]));
        let patched = patched.send().expect(200);
        assert_eq!(patched["name"]["givenName"], "Augusta");
        assert_eq!(patched["emails"], json!([{ "value": "a@x.org", "type": "work", "primary": true }]));
        assert_eq!(patched["nickName"], "Countess");
    }

    /// Rows: MEDIA-11 SCHEMA-01
    fn schema_01_one_attribute_in_two_spellings_is_refused(server) {
        for body in [
            r#""userName":"a","USERNAME":"b""#, r#""userName":"a","userName":"b""#,
            r#""userName":"a","name":{"givenName":"x","GIVENNAME":"y"}"#,
        ] {
            let body = format!("{{\"schemas\":[\"{USER}\"],{body}}}");
            post_text(&server, &body).error(400, "invalidSyntax");
        }
        assert_eq!(total(&server, "/Users"), 0);
    }

    /// Rows: SCHEMA-04 LEN-8 LEN-6
    fn schema_04_a_string_may_come_as_a_number_except_by_profile_rfc(server) {
        let body = json!({
            "userName": "ada", "title": 5, "addresses": [{ "type": "work", "postalCode": 91608 }],
            "nickName": ["Countess"], ENTERPRISE: { "employeeNumber": 7001 },
        });
        let user = server.user(body.clone());
        assert_eq!(user["title"], "5");
        assert_eq!(user["addresses"][0]["postalCode"], "91608");
        assert_eq!(user["nickName"], "Countess");
        assert_eq!(user[ENTERPRISE]["employeeNumber"], "7001");
        assert_eq!(server.names("title eq \"5\""), ["ada"], "stored as text, not as a number");
        for title in [json!(true), json!({}), json!(["a", "b"]), json!([{}])] {
            refuses_create(&server, "/Users", user_body("new", json!({ "title": title })), "invalidValue");
        }
        server.rfc();
        for name in ["title", "addresses", "nickName", ENTERPRISE] {
            refuses_create(&server, "/Users", user_body("new", json!({ name: body[name] })), "invalidValue");
        }
        refuses_create(&server, "/Users", user_body("new", json!({ "userName": 5 })), "invalidValue");
    }

    /// Rows: LEN-8
    fn len_08_a_number_keeps_its_own_text(server) {
        for (index, number) in ["0", "-1", "1.50", "18446744073709551616", "12345678901234567890123", "0.10"].iter().enumerate() {
            let body = format!("{{\"schemas\":[\"{USER}\"],\"userName\":\"u{index}\",\"title\":{number}}}");
            let user = post_text(&server, &body).expect(201);
            assert_eq!(user["title"], *number, "an employee number is not arithmetic");
            assert_eq!(read(&server, &path_of(&user))["title"], *number);
        }
    }

    /// Rows: SCHEMA-05 LEN-3 SCHEMA-22
    fn schema_05_a_boolean_may_come_as_a_word_except_by_profile_rfc(server) {
        for (name, word, value) in [
            ("a", "True", true), ("b", "False", false), ("c", "true", true), ("d", "FALSE", false), ("e", "tRuE", true),
        ] {
            let user = server.user(json!({ "userName": name, "active": word }));
            assert_eq!(user["active"], value, "a JSON boolean, not {word}");
            assert_eq!(read(&server, &path_of(&user))["active"], value);
        }
        assert_eq!(server.names("active eq false"), ["b", "d"]);
        let emails = json!([{ "value": "a@x.org", "primary": "True" }, { "value": "b@x.org", "primary": "false" }]);
        let user = server.user(json!({ "userName": "primary", "emails": emails }));
        assert_eq!(user["emails"][0]["primary"], true);
        for active in [json!("yes"), json!(1), json!(""), json!(0), json!("1"), json!("true "), json!("t"), json!({})] {
            refuses_create(&server, "/Users", user_body("new", json!({ "active": active })), "invalidValue");
            let emails = json!({ "emails": [{ "value": "a@x.org", "primary": active }] });
            refuses_create(&server, "/Users", user_body("new", emails), "invalidValue");
        }
        server.rfc();
        for active in ["True", "true", "false"] {
            refuses_create(&server, "/Users", user_body("new", json!({ "active": active })), "invalidValue");
        }
        let path = path_of(&user);
        let patch = server.patch(&path, json!([{ "op": "replace", "path": "active", "value": "False" }]));
        refuses_change(&server, &path, patch, 400, "invalidValue");
    }

    /// Rows: SCHEMA-10 SCHEMA-11 USER-22 ENT-03
    fn schema_11_every_reference_we_give_leads_somewhere(server) {
        let boss = server.create_user("boss");
        let user = server.user(json!({ "userName": "ada", ENTERPRISE: { "manager": { "value": id(&boss) } } }));
        let inner = server.create_group("inner", &[id(&user)]);
        let outer = server.create_group("outer", &[id(&inner)]);
        let user = read(&server, &path_of(&user));
        let references = [
            (&user[ENTERPRISE]["manager"]["$ref"], &boss),
            (&inner["members"][0]["$ref"], &user), (&outer["members"][0]["$ref"], &inner), (&user["meta"]["location"], &user),
        ];
        for (reference, target) in references {
            let text = reference.as_str().unwrap_or_else(|| panic!("no reference to {target}"));
            let path = text.strip_prefix(server.origin()).expect("absolute and ours");
            assert_eq!(server.get(path).absolute().send().expect(200)["id"], target["id"]);
        }
        for group in user["groups"].as_array().expect("two groups") {
            let text = group["$ref"].as_str().expect("a reference");
            let path = text.strip_prefix(server.origin()).expect("absolute and ours");
            assert_eq!(server.get(path).absolute().send().expect(200)["id"], group["value"]);
        }
        assert_eq!(user["groups"].as_array().map(Vec::len), Some(2));
    }

    /// Rows: SCHEMA-15 SCHEMA-32 SCHEMA-26 GEN-26 GEN-27
    fn schema_32_elements_stay_as_and_where_they_are(server) {
        let emails = json!([
            { "value": "z@x.org", "type": "private" }, { "value": "a@EXAMPLE.com", "type": "WORK", "display": "A" },
            { "value": "m@x.org", "primary": true }, { "value": "b@x.org", "type": "home", "primary": false },
        ]);
        let user = server.user(json!({ "userName": "ada", "emails": emails }));
        assert_eq!(user["emails"], emails);
        assert_eq!(read(&server, &path_of(&user))["emails"], emails);
        assert_eq!(server.search("/Users", "emails.type eq \"work\"")[0]["emails"], emails);
    }

    /// Rows: SCHEMA-23 PATCH-87 GEN-27
    fn schema_23_at_most_one_element_is_primary(server) {
        let user = server.user(json!({ "userName": "ada", "emails": [{ "value": "a@x.org", "primary": true }] }));
        let path = path_of(&user);
        let rest = json!({ "emails": two_primaries() });
        refuses_create(&server, "/Users", user_body("new", rest.clone()), "invalidValue");
        refuses_change(&server, &path, server.put(&path, user_body("ada", rest.clone())), 400, "invalidValue");
        for operation in [
            json!({ "op": "replace", "path": "emails", "value": two_primaries() }), json!({ "op": "replace", "value": rest }),
        ] {
            refuses_change(&server, &path, server.patch(&path, json!([operation])), 400, "invalidValue");
        }
        let each = json!({
            "userName": "each", "emails": [{ "value": "a@x.org", "primary": true }, { "value": "b@x.org", "primary": false }],
            "phoneNumbers": [{ "value": "1", "primary": true }],
        });
        let each = server.user(each);
        assert_eq!(each["emails"][0]["primary"], true);
        assert_eq!(each["phoneNumbers"][0]["primary"], true, "the count is per attribute");
        let worded = json!([{ "value": "a@x.org", "primary": "True" }, { "value": "b@x.org", "primary": "true" }]);
        refuses_create(&server, "/Users", user_body("new", json!({ "emails": worded })), "invalidValue");
    }

    /// Rows: SCHEMA-24
    fn schema_24_a_missing_primary_counts_as_false(server) {
        server.user(json!({ "userName": "unsaid", "emails": [{ "value": "a@x.org" }] }));
        server.user(json!({ "userName": "denied", "emails": [{ "value": "a@x.org", "primary": false }] }));
        server.user(json!({ "userName": "said", "emails": [{ "value": "a@x.org", "primary": true }] }));
        server.create_user("without");
        for filter in ["emails[primary eq false]", "emails.primary eq false", "emails[value pr and primary ne true]"] {
            assert_eq!(server.names(filter), ["denied", "unsaid"], "filter: {filter}");
        }
        assert_eq!(server.names("emails[primary eq true]"), ["said"]);
    }

    /// Rows: SCHEMA-25 SCHEMA-22
    fn schema_25_one_value_of_one_type_is_shown_once(server) {
        let twice = json!([{ "value": "a@x.org", "type": "work" }, { "value": "a@x.org", "type": "work" }]);
        let reply = server.post("/Users", user_body("ada", json!({ "emails": twice }))).send();
        match reply.status {
            201 => assert_eq!(reply.body["emails"], json!([{ "value": "a@x.org", "type": "work" }])),
            _ => drop(reply.error(400, "invalidValue")),
        }
        let types = json!([{ "value": "a@x.org", "type": "work" }, { "value": "a@x.org", "type": "home" }]);
        let user = server.user(json!({ "userName": "types", "emails": types }));
        assert_eq!(user["emails"], types);
    }

    /// Rows: SCHEMA-29 SCHEMA-30 LEN-13
    fn schema_29_unknown_attributes_are_never_stored(server) {
        let stranger = json!({
            "bogus": 1, "x": { "y": [1, null] }, "name": { "givenName": "Ada", "bogus": "x" }, "emails": [{ "value": "a@x.org", "bogus": 1 }],
        });
        let user = server.user(user_body("ada", stranger.clone()));
        assert_eq!(keys(&user), ["active", "emails", "id", "meta", "name", "schemas", "userName"]);
        assert_eq!(user["name"], json!({ "givenName": "Ada" }));
        assert_eq!(user["emails"], json!([{ "value": "a@x.org" }]));
        let path = path_of(&user);
        assert_eq!(server.put(&path, user_body("ada", stranger.clone())).send().expect(200), user);
        server.get("/Users").query("filter", "bogus eq 1").send().error(400, "invalidFilter");
        assert_eq!(keys(&server.get(&path).query("attributes", "bogus").send().expect(200)), ["id", "schemas"]);
        // Strict or not is open here; stored it is in neither case.
        server.rfc();
        let reply = server.post("/Users", user_body("strict", stranger)).send();
        match reply.status {
            201 => assert_eq!(reply.body["name"], json!({ "givenName": "Ada" })),
            _ => drop(reply.error(400, "invalidSyntax")),
        }
        assert!(!server.get("/Users").send().text.contains("bogus"));
    }

    /// Rows: SCHEMA-31 LEN-7 WSO-2 CRUD-10
    fn schema_31_one_element_may_come_without_its_brackets_except_by_profile_rfc(server) {
        for (name, emails, expected) in [
            ("object", json!({ "value": "a@x.org", "type": "work" }), json!([{ "value": "a@x.org", "type": "work" }])),
            ("string", json!("a@x.org"), json!([{ "value": "a@x.org" }])),
            ("mixed", json!(["a@x.org", { "value": "b@x.org" }]), json!([{ "value": "a@x.org" }, { "value": "b@x.org" }])),
        ] {
            let user = server.user(json!({ "userName": name, "emails": emails }));
            assert_eq!(user["emails"], expected, "{name}");
            let put = server.put(&path_of(&user), user_body(name, json!({ "emails": emails }))).send().expect(200);
            assert_eq!(put, user, "{name}: the same value is no change");
        }
        let address = json!({ "locality": "London" });
        let user = server.user(json!({ "userName": "address", "addresses": address }));
        assert_eq!(user["addresses"], json!([address]));
        for rest in [
            json!({ "emails": 5 }), json!({ "emails": true }), json!({ "addresses": "London" }),
            json!({ "emails": [["a@x.org"]] }),
        ] {
            refuses_create(&server, "/Users", user_body("new", rest), "invalidValue");
        }
        server.rfc();
        for rest in [
            json!({ "emails": { "value": "a@x.org" } }), json!({ "emails": "a@x.org" }), json!({ "emails": ["a@x.org"] }),
            json!({ "addresses": address }),
        ] {
            refuses_create(&server, "/Users", user_body("new", rest), "invalidValue");
        }
        server.user(json!({ "userName": "strict", "emails": [{ "value": "a@x.org" }] }));
    }
}

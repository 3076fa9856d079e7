//! Unassigned values: absent, `null` and `[]` (RFC 7643 §2.5).

use serde_json::{Value, json};

use crate::support::{
    ENTERPRISE, GROUP, TestServer, USER, id, keys, path_of, read, refuses_change, refuses_create,
    user_body,
};

const MINIMAL: [&str; 5] = ["active", "id", "meta", "schemas", "userName"];

/// One user with every kind of attribute, to be emptied.
fn full_user(server: &TestServer, user_name: &str) -> Value {
    server.user(json!({
        "schemas": [USER, ENTERPRISE], "userName": user_name, "title": "Guide", "profileUrl": "https://x.example/",
        "name": { "givenName": "Babs", "familyName": "Jensen" }, "externalId": "e",
        "emails": [{ "value": "a@x.org" }, { "value": "b@x.org" }], "addresses": [{ "locality": "L" }],
        ENTERPRISE: { "department": "Tours" },
    }))
}

api_test! {
    /// Rows: NULL-01 NULL-04 LEN-18
    fn null_01_absent_null_and_empty_are_the_same_state(server) {
        let emptied = server.user(json!({
            "userName": "emptied", "nickName": null, "emails": [], "name": null, "profileUrl": null, "externalId": null,
            "addresses": null, "roles": [], "groups": [], "password": null, "id": null, "meta": null,
            ENTERPRISE: null, "x509Certificates": [],
        }));
        assert_eq!(keys(&emptied), MINIMAL);
        assert_eq!(emptied["schemas"], json!([USER]));
        let reply = server.get(&path_of(&emptied)).send();
        assert!(!reply.text.contains("null") && !reply.text.contains("[]"), "{}", reply.text);
        assert_eq!(reply.body, emptied);
        let inner = server.user(json!({
            "userName": "inner", "name": { "givenName": "Babs", "familyName": null },
            "emails": [{ "value": "a@x.org", "type": null, "primary": null }],
            ENTERPRISE: { "department": null, "division": "West", "manager": null },
        }));
        assert_eq!(inner["name"], json!({ "givenName": "Babs" }));
        assert_eq!(inner["emails"], json!([{ "value": "a@x.org" }]));
        assert_eq!(inner[ENTERPRISE], json!({ "division": "West" }));
        for absent in ["nickName", "emails.type", "name.familyName", "externalId", &format!("{ENTERPRISE}:department")] {
            assert!(server.names(&format!("{absent} pr")).is_empty(), "{absent}");
        }
        server.rfc();
        let strict = server.user(json!({ "userName": "strict", "nickName": null, "emails": [], ENTERPRISE: { "department": null } }));
        assert_eq!(keys(&strict), MINIMAL, "the RFC itself says so");
    }

    /// Rows: NULL-03 PATCH-77
    fn null_03_patching_with_null_unassigns(server) {
        let department = format!("{ENTERPRISE}:department");
        let cases = [
            ("add", "title", Value::Null, "/title"), ("replace", "title", Value::Null, "/title"),
            ("replace", "name.givenName", Value::Null, "/name/givenName"), ("replace", "name", Value::Null, "/name"),
            ("replace", "emails", Value::Null, "/emails"), ("replace", "emails", json!([]), "/emails"),
            ("replace", "addresses", json!([]), "/addresses"), ("replace", "externalId", Value::Null, "/externalId"),
            ("replace", &department, Value::Null, "/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"),
        ];
        for (number, (op, path, value, gone)) in cases.into_iter().enumerate() {
            let mut expected = full_user(&server, &format!("user-{number}"));
            let target = path_of(&expected);
            assert!(expected.pointer(gone).is_some(), "{gone} is there first");
            let patched = server.patch(&target, json!([{ "op": op, "path": path, "value": value }])).send().expect(200);
            let (parent, name) = gone.rsplit_once('/').expect("a pointer");
            let parent = expected.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
            parent.remove(name);
            if path == department {
                expected["schemas"] = json!([USER]);
            }
            expected["meta"] = patched["meta"].clone();
            assert_eq!(patched, expected, "{op} {path} {value}: this is gone and nothing else");
            assert_eq!(read(&server, &target), patched);
        }
        let user = full_user(&server, "pathless");
        let operation = json!([{ "op": "replace", "value": { "title": null, "emails": [], "name": null } }]);
        let patched = server.patch(&path_of(&user), operation).send().expect(200);
        for name in ["title", "emails", "name"] {
            assert_eq!(patched.get(name), None, "{name}");
        }
        assert_eq!(patched["addresses"], user["addresses"]);
    }

    /// Rows: NULL-03 PATCH-71 PUT-12
    fn null_03_emptying_what_is_empty_is_no_change(server) {
        let user = server.create_user("bjensen");
        let path = path_of(&user);
        for operation in [
            json!({ "op": "replace", "path": "title", "value": null }), json!({ "op": "add", "path": "title", "value": null }),
            json!({ "op": "replace", "path": "emails", "value": [] }),
        ] {
            assert_eq!(server.patch(&path, json!([operation])).send().expect(200), user);
        }
        let put = user_body("bjensen", json!({ "title": null, "emails": [], "name": {} }));
        assert_eq!(server.put(&path, put).send().expect(200), user);
    }

    /// Rows: NULL-05 GROUP-01 USER-01
    fn null_05_a_required_attribute_cannot_be_null(server) {
        for name in [Value::Null, json!([])] {
            refuses_create(&server, "/Users", user_body("", json!({ "userName": name })), "invalidValue");
            refuses_create(&server, "/Groups", json!({ "displayName": name }), "invalidValue");
        }
        let group = server.create_group("engineers", &[]);
        let path = path_of(&group);
        refuses_change(&server, &path, server.put(&path, json!({ "displayName": null })), 400, "invalidValue");
    }

    /// Rows: NULL-06 NULL-09 LEN-19
    fn null_06_an_empty_string_is_kept_but_not_present(server) {
        let user = server.user(json!({ "userName": "empty", "nickName": "", "name": { "givenName": "" }, ENTERPRISE: { "department": "" } }));
        assert_eq!(user["nickName"], "");
        assert_eq!(user["name"], json!({ "givenName": "" }));
        assert_eq!(user[ENTERPRISE], json!({ "department": "" }));
        assert_eq!(read(&server, &path_of(&user)), user);
        server.user(json!({ "userName": "said", "nickName": "B", "name": { "givenName": "B" } }));
        server.create_user("silent");
        assert_eq!(server.names("nickName pr"), ["said"]);
        assert_eq!(server.names("not (nickName pr)"), ["empty", "silent"]);
        assert_eq!(server.names("name.givenName pr"), ["said"]);
        assert_eq!(server.names("nickName eq \"\""), ["empty"]);
        let patched = server.patch(&path_of(&user), json!([{ "op": "replace", "path": "title", "value": "" }])).send().expect(200);
        assert_eq!(patched["title"], "");
    }

    /// Rows: NULL-07
    fn null_07_a_complex_value_of_nothing_is_nothing(server) {
        for (user_name, name) in [
            ("object", json!({})), ("nulls", json!({ "givenName": null, "familyName": null })), ("strangers", json!({ "bogus": 1 })),
        ] {
            let user = server.user(json!({ "userName": user_name, "name": name, ENTERPRISE: { "manager": {} } }));
            assert_eq!(keys(&user), MINIMAL, "{user_name}");
        }
        assert!(server.names("name pr").is_empty());
        let user = full_user(&server, "emptied");
        let path = path_of(&user);
        let put = server.put(&path, user_body("emptied", json!({ "name": {} }))).send().expect(200);
        assert_eq!(put.get("name"), None);
        let user = full_user(&server, "patched");
        let operations = json!([{ "op": "remove", "path": "name.givenName" }, { "op": "remove", "path": "name.familyName" }]);
        let patched = server.patch(&path_of(&user), operations).send().expect(200);
        assert_eq!(patched.get("name"), None, "no empty shell stays behind");
        assert!(server.names("name pr").is_empty());
    }

    /// Rows: NULL-08 USER-17
    fn null_08_null_is_no_element(server) {
        let user = full_user(&server, "bjensen");
        let path = path_of(&user);
        let good = json!({ "value": "new@x.org" });
        for emails in [json!([null]), json!([good, null]), json!([{}, null])] {
            let rest = json!({ "emails": emails });
            refuses_create(&server, "/Users", user_body("new", rest.clone()), "invalidValue");
            refuses_change(&server, &path, server.put(&path, user_body("bjensen", rest)), 400, "invalidValue");
            let patch = server.patch(&path, json!([{ "op": "replace", "path": "emails", "value": emails }]));
            refuses_change(&server, &path, patch, 400, "invalidValue");
        }
        refuses_create(&server, "/Users", user_body("new", json!({ "addresses": [null] })), "invalidValue");
    }

    /// Rows: NULL-08 LEN-26
    fn len_26_an_element_of_nothing_is_nothing(server) {
        let good = json!({ "value": "new@x.org" });
        for profile in ["default", "rfc", "okta", "entra"] {
            server.set_tenant(&format!("profile={profile}"));
            for (emails, kept) in [(json!([{}]), json!(null)), (json!([{}, good]), json!([good])), (json!([{ "value": null }]), json!(null))] {
                let rest = json!({ "emails": emails, "addresses": [{}], "x509Certificates": [{}] });
                let created = server.user(user_body("new", rest.clone()));
                let path = path_of(&created);
                assert_eq!(created["emails"], kept, "POST in {profile}");
                assert_eq!(created.get("addresses"), None, "POST in {profile}");
                let full = json!({ "emails": [{ "value": "old@x.org" }], "addresses": [{ "locality": "Rome" }] });
                for verb in ["PUT", "replace"] {
                    server.put(&path, user_body("new", full.clone())).send().expect(200);
                    let reply = if verb == "PUT" {
                        server.put(&path, user_body("new", rest.clone())).send()
                    } else {
                        let replace = |path: &str, value: &Value| json!({ "op": "replace", "path": path, "value": value });
                        server.patch(&path, json!([replace("emails", &emails), replace("addresses", &rest["addresses"])])).send()
                    };
                    let changed = reply.expect(200);
                    assert_eq!((&changed["emails"], changed.get("addresses")), (&kept, None), "{verb} in {profile}");
                }
                let added = server.patch(&path, json!([{ "op": "add", "path": "emails", "value": [{}] }, { "op": "add", "value": { "phoneNumbers": [{}] } }]));
                let added = added.send().expect(200);
                assert_eq!((&added["emails"], added.get("phoneNumbers")), (&kept, None), "add in {profile}");
                assert_eq!(server.delete(&path).send().status, 204);
            }
            let member = server.create_user("member");
            let group = server.create_group("team", &[id(&member)]);
            let path = format!("/Groups/{}", id(&group));
            let patch = |op: &str, value: Value| server.patch(&path, json!([{ "op": op, "path": "members", "value": value }])).query("attributes", "members").send().expect(200);
            assert_eq!(patch("add", json!([{}]))["members"].as_array().map(Vec::len), Some(1), "{profile}");
            assert_eq!(patch("replace", json!([{}]))["members"], json!([]), "{profile}");
            let put = json!({ "schemas": [GROUP], "displayName": "team", "members": [{}, { "value": id(&member) }] });
            assert_eq!(server.put(&path, put).send().expect(200)["members"].as_array().map(Vec::len), Some(1), "{profile}");
            assert_eq!(server.delete(&path).send().status, 204);
            assert_eq!(server.delete(&path_of(&member)).send().status, 204);
        }
        server.set_tenant("profile=default");
        let user = server.user(user_body("one", json!({ "emails": [{ "value": "w@x.org", "type": "work" }, { "value": "h@x.org" }] })));
        let replace = json!([{ "op": "replace", "path": "emails[type eq \"work\"]", "value": {} }]);
        let replaced = server.patch(&path_of(&user), replace).send().expect(200);
        assert_eq!(replaced["emails"], json!([{ "value": "h@x.org" }]), "the element that nothing takes the place of goes");
        let listed = json!([{ "op": "remove", "path": "emails", "value": [{}] }]);
        let same = server.patch(&path_of(&user), listed).send().expect(200);
        assert_eq!(same["emails"], replaced["emails"], "nothing is listed");
    }

    /// Rows: NULL-08 ENTRA-47
    fn null_08_an_element_that_loses_its_value_goes(server) {
        let user = server.user(json!({
            "userName": "bjensen", "emails": [{ "value": "w@x.org", "type": "work", "primary": true }, { "value": "h@x.org", "type": "home" }],
        }));
        let path = path_of(&user);
        let remove = json!([{ "op": "remove", "path": "emails[type eq \"work\"].value" }]);
        let patched = server.patch(&path, remove).send().expect(200);
        assert_eq!(patched["emails"], json!([{ "value": "h@x.org", "type": "home" }]));
        let put = user_body("bjensen", json!({ "emails": [{ "value": null, "type": "home", "display": "x" }] }));
        let put = server.put(&path, put).send().expect(200);
        assert_eq!(put.get("emails"), None, "the last one takes the attribute along");
        assert_eq!(server.names("emails pr"), Vec::<String>::new());
    }
}

//! Replacing a resource (RFC 7644 §3.5.1).

use serde_json::{Value, json};

use super::common_attributes::instant;
use super::schema_model::CERTIFICATE;
use crate::support::{
    ENTERPRISE, GROUP, TestServer, USER, id, keys, path_of, read, refuses_change, total, user_body,
};

/// A user with a value in every kind of attribute.
fn rich_user(server: &TestServer) -> Value {
    let manager = server.user(json!({ "userName": "boss", "displayName": "The Boss" }));
    server.user(json!({
        "schemas": [USER, ENTERPRISE], "userName": "bjensen", "externalId": "ext-1", "displayName": "Babs", "title": "Guide",
        "name": { "familyName": "Jensen", "givenName": "Barbara", "formatted": "Ms. Barbara Jensen" },
        "profileUrl": "https://login.example.com/bjensen", "active": true, "password": "Corr3ct-horse-battery",
        "emails": [{ "value": "b@x.org", "type": "work", "primary": true }, { "value": "babs@home.org", "type": "home" }],
        "addresses": [{ "type": "work", "locality": "Hollywood", "country": "US" }],
        "roles": [{ "value": "admin" }], "x509Certificates": [{ "value": CERTIFICATE }],
        ENTERPRISE: { "department": "Tours", "employeeNumber": "7001", "manager": { "value": id(&manager) } },
    }))
}

api_test! {
    /// Rows: PUT-01 PUT-20 PUT-11
    fn put_01_replace_answers_200_with_the_whole_new_resource(server) {
        let user = rich_user(&server);
        let path = path_of(&user);
        let body = user_body("bjensen", json!({ "title": "Driver", "nickName": "Babs" }));
        let reply = server.put(&path, body).send();
        assert_eq!(reply.status, 200, "{}", reply.text);
        assert_eq!(reply.header("location"), user["meta"]["location"].as_str());
        assert_eq!(reply.header("etag"), reply.body["meta"]["version"].as_str());
        let new = reply.body;
        assert_eq!(new["title"], "Driver");
        assert_eq!(new["nickName"], "Babs");
        assert_eq!(id(&new), id(&user));
        assert_eq!(new["meta"]["created"], user["meta"]["created"]);
        assert_eq!(new["meta"]["location"], user["meta"]["location"]);
        assert_ne!(new["meta"]["version"], user["meta"]["version"]);
        assert!(instant(&new["meta"]["lastModified"]) > instant(&user["meta"]["lastModified"]));
        assert_eq!(read(&server, &path), new);
    }

    /// Rows: PUT-02
    fn put_02_replace_never_creates(server) {
        server.create_user("bjensen");
        let body = user_body("newcomer", json!({ "id": "chosen" }));
        server.put("/Users/chosen", body).send().error(404, "");
        let body = json!({ "schemas": [GROUP], "displayName": "newcomers" });
        server.put("/Groups/chosen", body).send().error(404, "");
        assert_eq!(server.names("userName pr"), ["bjensen"]);
        assert_eq!(total(&server, "/Groups"), 0);
    }

    /// Rows: PUT-03 COMMON-12 SCHEMA-16 USER-21 ENT-04 KC-1
    fn put_03_read_only_values_are_ignored(server) {
        let user = rich_user(&server);
        let path = path_of(&user);
        let group = server.create_group("engineers", &[]);
        let mut body = user.clone();
        body["id"] = json!("other");
        body["meta"] = json!({
            "resourceType": "Group", "created": "1999-01-01T00:00:00Z", "version": "W/\"0\"", "location": "https://x.example/",
        });
        body["groups"] = json!([{ "value": id(&group), "display": "engineers" }]);
        body[ENTERPRISE]["manager"]["displayName"] = json!("Somebody Else");
        body["title"] = json!("Driver");
        let new = server.put(&path, body).send().expect(200);
        assert_eq!(id(&new), id(&user));
        assert_eq!(new["title"], "Driver", "the rest of the request counts");
        assert_eq!(new["meta"]["created"], user["meta"]["created"]);
        assert_eq!(new["meta"]["resourceType"], "User");
        assert_eq!(new["meta"]["location"], user["meta"]["location"]);
        assert_ne!(new["meta"]["version"], "W/\"0\"");
        assert_eq!(new.get("groups"), None);
        assert_eq!(new[ENTERPRISE]["manager"]["displayName"], "The Boss");
        assert_eq!(read(&server, &path_of(&group)), group);
        assert_eq!(read(&server, &path), new);
    }

    /// Rows: PUT-04 PUT-14 DEC-4
    fn put_04_what_is_left_out_is_cleared(server) {
        let user = rich_user(&server);
        let path = path_of(&user);
        let new = server.put(&path, user_body("bjensen", json!({}))).send().expect(200);
        assert_eq!(keys(&new), ["active", "id", "meta", "schemas", "userName"]);
        assert_eq!(new["schemas"], json!([USER]), "the extension's URI goes with its data");
        assert_eq!(read(&server, &path), new);
        for filter in ["emails.value co \"x.org\"", "externalId pr", "title pr", &format!("{ENTERPRISE}:department pr")] {
            assert!(server.names(filter).is_empty(), "filter: {filter}");
        }
    }

    /// Rows: PUT-05 NULL-02 PUT-14 ENT-05
    fn put_05_null_and_an_empty_array_clear(server) {
        let user = rich_user(&server);
        let path = path_of(&user);
        let mut body = user.clone();
        for attribute in ["title", "name", "externalId"] {
            body[attribute] = Value::Null;
        }
        for attribute in ["emails", "roles"] {
            body[attribute] = json!([]);
        }
        body["addresses"] = Value::Null;
        body[ENTERPRISE] = json!({ "department": null, "employeeNumber": null, "manager": null });
        let new = server.put(&path, body).send().expect(200);
        for attribute in ["title", "name", "externalId", "emails", "roles", "addresses", ENTERPRISE] {
            assert_eq!(new.get(attribute), None, "{attribute} is unassigned");
        }
        assert_eq!(new["schemas"], json!([USER]));
        assert_eq!(new["displayName"], "Babs", "the others stay");
        assert_eq!(new["x509Certificates"], json!([{ "value": CERTIFICATE }]));
        assert_eq!(read(&server, &path), new);
    }

    /// Rows: PUT-08 NULL-05
    fn put_08_required_attributes_must_be_there(server) {
        let user = rich_user(&server);
        let path = path_of(&user);
        for name in [None, Some(Value::Null), Some(json!("")), Some(json!("  "))] {
            let mut body = json!({ "schemas": [USER], "title": "Driver" });
            if let Some(name) = name {
                body["userName"] = name;
            }
            let detail = refuses_change(&server, &path, server.put(&path, body), 400, "invalidValue");
            assert!(detail.contains("userName"), "{detail}");
        }
        let group = server.create_group("engineers", &[id(&user)]);
        let path = path_of(&group);
        for body in [json!({}), json!({ "displayName": null }), json!({ "displayName": "" })] {
            let mut body = body;
            body["schemas"] = json!([GROUP]);
            let detail = refuses_change(&server, &path, server.put(&path, body), 400, "invalidValue");
            assert!(detail.contains("displayName"), "{detail}");
        }
    }

    /// Rows: PUT-12 SCHEMA-13 COMMON-03
    fn put_12_a_replace_without_a_change_keeps_the_version(server) {
        let user = rich_user(&server);
        let path = path_of(&user);
        assert_eq!(server.put(&path, user.clone()).send().expect(200), user);
        let mut reordered = user.clone();
        reordered["schemas"] = json!([ENTERPRISE, USER]);
        reordered["name"] = json!({ "formatted": "Ms. Barbara Jensen", "givenName": "Barbara", "familyName": "Jensen" });
        let reply = server.put(&path, reordered).send();
        assert_eq!(reply.header("etag"), user["meta"]["version"].as_str());
        let new = reply.expect(200);
        assert_eq!(new["meta"], user["meta"], "the order of sub-attributes means nothing");
        assert_eq!(new["name"], user["name"]);
        assert_eq!(read(&server, &path)["meta"], user["meta"]);

        let group = server.create_group("engineers", &[id(&user)]);
        assert_eq!(server.put(&path_of(&group), group.clone()).send().expect(200), group);
        assert_eq!(read(&server, &path_of(&group)), group);
    }

    /// Rows: PUT-13 GROUP-04 USER-23
    fn put_13_multi_valued_attributes_are_replaced_as_a_whole(server) {
        let [a, b, c] = ["a", "b", "c"].map(|name| server.create_user(name));
        let group = server.create_group("engineers", &[id(&a), id(&b)]);
        let path = path_of(&group);
        let body = json!({ "schemas": [GROUP], "displayName": "engineers", "members": [{ "value": id(&b) }, { "value": id(&c) }] });
        let new = server.put(&path, body).send().expect(200);
        assert_eq!(values(&new["members"]), [id(&b), id(&c)]);
        assert_ne!(new["meta"]["version"], group["meta"]["version"]);
        assert_eq!(read(&server, &path), new);
        assert_eq!(read(&server, &path_of(&a)).get("groups"), None);
        assert_eq!(read(&server, &path_of(&c))["groups"][0]["value"], id(&group));

        let emptied = server.put(&path, json!({ "schemas": [GROUP], "displayName": "crew", "members": [] })).send().expect(200);
        assert_eq!(emptied["members"], json!([]), "an empty list clears");
        assert_eq!(read(&server, &path_of(&b)).get("groups"), None);

        let user = rich_user(&server);
        let body = user_body("bjensen", json!({ "emails": [{ "value": "new@x.org", "type": "work" }] }));
        let new = server.put(&path_of(&user), body).send().expect(200);
        assert_eq!(new["emails"], json!([{ "value": "new@x.org", "type": "work" }]), "nothing of the old element is merged in");
    }

    /// Rows: PUT-04 DEC-4 LEN-33 BULK-01
    fn put_04_a_group_without_members_in_the_body_has_none(server) {
        let [a, b] = ["a", "b"].map(|name| server.create_user(name));
        let full = json!({ "schemas": [GROUP], "displayName": "crew", "members": [{ "value": id(&a) }, { "value": id(&b) }] });
        let short = json!({ "schemas": [GROUP], "displayName": "crew" });
        let path = path_of(&server.post("/Groups", full.clone()).send().expect(201));
        for profile in ["default", "rfc", "okta", "entra", "interop"] {
            server.set_tenant(&format!("profile={profile}"));
            let emptied = server.put(&path, short.clone()).send();
            assert_eq!(emptied.header("SCIM-Leniency"), None, "{profile}");
            assert_eq!(emptied.expect(200)["members"], json!([]), "{profile}");
            assert_eq!(read(&server, &path_of(&a)).get("groups"), None, "{profile}");
            let again = read(&server, &path);
            assert_eq!(server.put(&path, short.clone()).send().expect(200), again, "{profile}: nothing is left to change");
            server.put(&path, full.clone()).send().expect(200);
            let bulk = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
                { "method": "PUT", "path": path, "data": short },
            ] });
            assert_eq!(server.post("/Bulk", bulk).send().expect(200)["Operations"][0]["status"], "200", "{profile}");
            assert_eq!(read(&server, &path)["members"], json!([]), "{profile}: in Bulk");
            server.put(&path, full.clone()).send().expect(200);
        }
        server.set_tenant("put-keeps-members=on");
        let kept = server.put(&path, short).send();
        assert_eq!(kept.header("SCIM-Leniency"), Some("put-keeps-members"));
        assert_eq!(values(&kept.expect(200)["members"]), [id(&a), id(&b)]);
    }

    /// Rows: PUT-15 DEC-3
    fn put_15_an_omitted_active_keeps_its_value(server) {
        let leaver = server.user(json!({ "userName": "leaver", "active": false }));
        let path = path_of(&leaver);
        let new = server.put(&path, user_body("leaver", json!({ "title": "Former Guide" }))).send().expect(200);
        assert_eq!(new["title"], "Former Guide");
        assert_eq!(new["active"], false, "a profile update does not let a leaver in again");
        assert_eq!(read(&server, &path)["active"], false);
        let new = server.put(&path, user_body("leaver", json!({ "active": null }))).send().expect(200);
        assert_ne!(new["active"], true);
        let new = server.put(&path, user_body("leaver", json!({ "active": true }))).send().expect(200);
        assert_eq!(new["active"], true);
        let new = server.put(&path, user_body("leaver", json!({}))).send().expect(200);
        assert_eq!(new["active"], true);
    }

    /// Rows: PUT-16 PROJ-03
    fn put_16_projection_shapes_the_answer_only(server) {
        let user = rich_user(&server);
        let path = path_of(&user);
        let mut body = user.clone();
        body["title"] = json!("Driver");
        let without = server.put(&path, body.clone()).query("excludedAttributes", "emails").send().expect(200);
        assert_eq!(without.get("emails"), None);
        assert_eq!(without["title"], "Driver");
        body["title"] = json!("Pilot");
        let named = server.put(&path, body).query("attributes", "userName").send().expect(200);
        assert_eq!(keys(&named), ["id", "schemas", "userName"]);
        let stored = read(&server, &path);
        assert_eq!(stored["title"], "Pilot");
        assert_eq!(stored["emails"], user["emails"]);
    }

    /// Rows: PUT-17 ETAG-04 ETAG-05
    fn put_17_if_match_guards_a_replace(server) {
        let user = rich_user(&server);
        let path = path_of(&user);
        let body = user_body("bjensen", json!({ "title": "Driver" }));
        let stale = server.put(&path, body.clone()).header("If-Match", "W/\"stale\"");
        refuses_change(&server, &path, stale, 412, "");
        let version = user["meta"]["version"].as_str().expect("a version");
        let new = server.put(&path, body.clone()).header("If-Match", version).send().expect(200);
        assert_eq!(new["title"], "Driver");
        let now_stale = server.put(&path, user_body("bjensen", json!({}))).header("If-Match", version);
        refuses_change(&server, &path, now_stale, 412, "");
    }

    /// Rows: PUT-18 SCHEMA-04 SCHEMA-05 SCHEMA-23 SCHEMA-31 EXT-06 EXT-07 COMMON-01
    fn put_18_bodies_are_checked_as_for_a_create(server) {
        let user = rich_user(&server);
        let path = path_of(&user);
        let two_primaries = json!([{ "value": "a@x.org", "primary": true }, { "value": "b@x.org", "primary": true }]);
        let wrong = [
            json!({ "emails": two_primaries }), json!({ "emails": [null] }), json!({ "emails": [{ "value": true }] }),
            json!({ "name": "x" }), json!({ "active": "yes" }), json!({ "title": true }), json!({ "profileUrl": 7 }),
            json!({ "schemas": [GROUP] }), json!({ "x509Certificates": [{ "value": "%%%" }] }),
        ];
        for rest in &wrong {
            let request = server.put(&path, user_body("bjensen", rest.clone()));
            refuses_change(&server, &path, request, 400, "invalidValue");
        }
        for text in ["", "{\"a\":", "[]", "\"x\"", "null", "{\"userName\":\"a\",\"USERNAME\":\"b\"}"] {
            let request = server.request("PUT", &path).raw(Some("application/scim+json"), text);
            refuses_change(&server, &path, request, 400, "invalidSyntax");
        }
        let lenient = json!({ "active": "False", "title": 5, "emails": { "value": "a@x.org" }, "schemas": [USER, "urn:bogus"] });
        let new = server.put(&path, user_body("bjensen", lenient.clone())).send().expect(200);
        assert_eq!(new["active"], false);
        assert_eq!(new["title"], "5");
        assert_eq!(new["emails"], json!([{ "value": "a@x.org" }]));
        assert_eq!(new["schemas"], json!([USER]));

        server.rfc();
        for rest in wrong {
            let request = server.put(&path, user_body("bjensen", rest));
            refuses_change(&server, &path, request, 400, "invalidValue");
        }
        for (name, value) in lenient.as_object().expect("an object") {
            let request = server.put(&path, user_body("bjensen", json!({ name: value })));
            refuses_change(&server, &path, request, 400, "invalidValue");
        }
        refuses_change(&server, &path, server.put(&path, json!({ "userName": "bjensen" })), 400, "invalidSyntax");
    }

    /// Rows: PUT-19 SCHEMA-18
    fn put_19_what_a_get_shows_can_be_sent_back(server) {
        let user = rich_user(&server);
        let inner = server.create_group("inner", &[id(&user)]);
        let outer = server.create_group("outer", &[id(&inner), id(&user)]);
        let shown = read(&server, &path_of(&user));
        assert_eq!(shown["groups"].as_array().map(Vec::len), Some(2));
        assert_eq!(server.put(&path_of(&user), shown.clone()).send().expect(200), shown);
        server.rfc();
        assert_eq!(server.put(&path_of(&user), shown.clone()).send().expect(200), shown, "also where the RFC rules alone");
        for group in [inner, outer] {
            assert_eq!(server.put(&path_of(&group), group.clone()).send().expect(200), group);
        }
    }

    /// Rows: USER-14 GEN-20
    fn user_14_a_replace_takes_a_password_and_shows_none(server) {
        let user = rich_user(&server);
        let path = path_of(&user);
        let reply = server.put(&path, user_body("bjensen", json!({ "password": "An0ther-horse-battery" }))).send();
        assert!(!reply.text.contains("An0ther"), "{}", reply.text);
        let with = reply.expect(200);
        assert_eq!(with.get("password"), None);
        let without = server.put(&path, user_body("bjensen", json!({ "title": "x" }))).send().expect(200);
        assert_eq!(without.get("password"), None);
    }
}

fn values(elements: &Value) -> Vec<&str> {
    let elements = elements.as_array().map(Vec::as_slice).unwrap_or_default();
    elements
        .iter()
        .filter_map(|element| element["value"].as_str())
        .collect()
}

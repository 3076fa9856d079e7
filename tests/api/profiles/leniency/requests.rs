//! Keys, schemas, headers and URLs that only a lenient server understands.

use serde_json::{Value, json};

use super::posts::{accepted, refused};
use crate::support::patch_table::{Stage, add, operation, pathless, remove, replace, row};
use crate::support::{ENTERPRISE, GROUP, PATCH_OP, USER, id};

const ACCEPTED_TYPES: [Option<&str>; 8] = [
    None,
    Some("application/scim+json"),
    Some("application/json"),
    Some("application/json; charset=utf-8"),
    Some("application/scim+json;charset=UTF-8"),
    Some("APPLICATION/SCIM+JSON"),
    Some("application/scim+json; charset=\"utf-8\""),
    Some("application/vnd.other+json"),
];

api_test! {
    /// Rows: LEN-13 LEN-14 LEN-16 COMMON-05 COMMON-12
    fn len_13_strangers_in_a_body_are_ignored(server) {
        let stage = Stage::new(&server);
        let strange = || json!({
            "id": "mine", "meta": { "resourceType": "Group", "created": "1999-01-01T00:00:00Z", "version": "x" },
            "groups": [{ "value": "x" }], "bogus": 1, "stranger": { "deep": [1] }, "department": "top level",
            "urn:bogus:2.0:User": { "title": "x" }, "name": { "givenName": "Ada", "bogus": "x" },
        });
        let user = accepted(&server, "posted", &strange());
        for key in ["groups", "bogus", "stranger", "department", "urn:bogus:2.0:User"] {
            assert_eq!(user.get(key), None, "{user}");
        }
        assert_eq!(user["name"], json!({ "givenName": "Ada" }));
        assert_eq!((id(&user) != "mine", user["meta"]["resourceType"].as_str()), (true, Some("User")));
        assert!(user["meta"]["created"].as_str() > Some("2020"), "{user}");
        let path = format!("/Users/{}", id(&user));
        let mut body = strange();
        body["userName"] = "posted".into();
        body["schemas"] = json!([USER, "urn:bogus:2.0:User"]);
        let after = server.put(&path, body.clone()).send().expect(200);
        assert_eq!((after["id"].clone(), after["meta"]["created"].clone()), (user["id"].clone(), user["meta"]["created"].clone()));
        // In a PATCH value a key is a path, and this one would mean the extension's attribute.
        for key in ["name", "department"] {
            body.as_object_mut().unwrap().remove(key);
        }
        let before = server.get(&path).send().expect(200);
        assert_eq!(server.patch(&path, json!([pathless("replace", body.clone())])).send().expect(200), before);
        assert_eq!(server.patch(&path, json!([pathless("add", body)])).send().expect(200), before);
        // Clients write paths on purpose, so an unknown path is an error.
        for path in ["bogus", "urn:bogus:2.0:User", "urn:bogus:2.0:User:title", "name.bogus"] {
            stage.users([add(path, "x"), replace(path, "x"), remove(path)].map(|one| row(path, [one]).refused("invalidPath")));
        }
        stage.users([row("id", [replace("id", "x")]).refused("mutability")]);
    }

    /// Rows: LEN-14
    fn len_14_unknown_paths_are_ignored_where_the_tenant_says_so(server) {
        let stage = Stage::new(&server);
        let unknown = || [add("bogus", "x"), replace("name.bogus", "x"), remove("urn:bogus:title")];
        for one in unknown() {
            stage.users([row("refused", [one]).refused("invalidPath")]);
        }
        server.cli(&["tenant", "set", "default", "ignore-unknown-paths=on"]).ok();
        for one in unknown() {
            stage.users([
                row("ignored", [one.clone()]),
                row("ignored in company", [one, replace("title", "Lady")]).gives(json!({ "title": "Lady" })),
            ]);
        }
        stage.users([
            row("still no grammar", [replace("a..b", "x")]).refused("invalidPath"),
            row("still read-only", [replace("id", "x")]).refused("mutability"),
        ]);
        server.cli(&["tenant", "set", "default", "ignore-unknown-paths=profile"]).ok();
        stage.users([row("refused again", [add("bogus", "x")]).refused("invalidPath")]);
    }

    /// Rows: LEN-15 COMMON-01 EXT-06 EXT-07 PATCH-01 OL-2 DUMMY-1
    fn len_15_schemas_may_be_missing_or_strange(server) {
        let lists = [
            Value::Null, json!([]), json!(["urn:bogus"]), json!([USER, "urn:bogus"]), json!(["urn:scim:schemas:core:2.0"]),
            json!([USER, format!("{ENTERPRISE}x"), "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"]),
            json!([USER, USER]), json!([ENTERPRISE]), json!([ENTERPRISE, USER]),
        ];
        for (number, schemas) in lists.into_iter().enumerate() {
            let name = format!("user-{number}");
            let mut body = json!({ "schemas": schemas, "userName": name, "title": "Lady" });
            if schemas.is_null() {
                body.as_object_mut().unwrap().remove("schemas");
            }
            let user = server.post("/Users", body.clone()).send().expect(201);
            assert_eq!((&user["schemas"], &user["title"]), (&json!([USER]), &json!("Lady")));
            body["title"] = "Dame".into();
            let after = server.put(&format!("/Users/{}", id(&user)), body).send().expect(200);
            assert_eq!((&after["schemas"], &after["title"]), (&json!([USER]), &json!("Dame")));
        }
        for schemas in [json!([GROUP]), json!([7]), json!({ "x": 1 }), json!(true)] {
            refused(&server, "wrong", &json!({ "schemas": schemas }), "invalidValue");
        }
        let user = accepted(&server, "patched", &json!({}));
        let path = format!("/Users/{}", id(&user));
        let operations = json!([replace("title", "Lady")]);
        for (number, schemas) in [Value::Null, json!([]), json!([USER]), json!(["urn:bogus"])].into_iter().enumerate() {
            let title = format!("title-{number}");
            let body = json!({ "schemas": schemas, "Operations": [replace("title", title.clone())] });
            let request = server.request("PATCH", &path).raw(Some("application/scim+json"), body.to_string());
            assert_eq!(request.send().expect(200)["title"], title);
        }
        let before = server.get(&path).send().expect(200);
        // A message without its operations is none, whatever its schemas say.
        for body in [json!({ "schemas": [PATCH_OP] }), json!({ "schemas": [USER], "title": "Dame" })] {
            let request = server.request("PATCH", &path).raw(Some("application/scim+json"), body.to_string());
            request.send().error(400, "invalidSyntax");
        }
        let body = json!({ "Operations": operations }).to_string();
        server.request("PATCH", &path).raw(Some("text/plain"), body).send().error(415, "");
        assert_eq!(server.get(&path).send().expect(200), before);
    }

    /// Rows: LEN-17 EXT-05 ENTRA-18 ENTRA-22
    fn len_17_extension_attributes_without_their_urn(server) {
        let stage = Stage::new(&server);
        stage.users([
            row("manager", [add("manager", json!([{ "value": "{a}", "$ref": "https://x.test/Users/1" }]))]).from(json!({}))
                .gives(json!({ "{E}": { "manager": { "value": "{a}" } } })),
            row("department", [replace("department", "Looms")]).gives(json!({ "{E}": { "department": "Looms", "employeeNumber": "7" } })),
            row("manager.value", [replace("manager.value", "{a}")]).from(json!({}))
                .gives(json!({ "{E}": { "manager": { "value": "{a}" } } })),
            row("remove", [remove("department")]).gives(json!({ "{E}": { "employeeNumber": "7" } })),
            row("core first", [replace("title", "Lady")]).gives(json!({ "title": "Lady" })),
            row("none has it", [replace("departments", "Looms")]).refused("invalidPath"),
            row("not below another", [replace("name.department", "Looms")]).refused("invalidPath"),
        ]);
        accepted(&server, "looms", &json!({ ENTERPRISE: { "department": "Looms", "manager": { "value": stage.id("{a}") } } }));
        assert_eq!(server.names("department eq \"looms\" and userName eq \"looms\""), ["looms"]);
        let manager = stage.id("{a}");
        assert_eq!(server.names(&format!("manager eq \"{manager}\" and userName eq \"looms\"")), ["looms"]);
        server.get("/Users").query("filter", "departments eq \"looms\"").send().error(400, "invalidFilter");
    }

    /// Rows: LEN-18 LEN-19 NULL-01 NULL-06 NULL-08 OL-5 OKTA-35 ENTRA-5
    fn len_18_nothing_is_unassigned_and_empty_text_is_no_error(server) {
        let nothing = || json!({
            "nickName": null, "emails": [], "addresses": null, "name": { "givenName": null },
            "phoneNumbers": [{ "value": null, "type": "work" }],
            "department": null, "manager": null, ENTERPRISE: { "department": null, "manager": null },
        });
        let user = accepted(&server, "posted", &nothing());
        assert_eq!(user.as_object().unwrap().len(), 5, "schemas, id, meta, userName, active: {user}");
        let path = format!("/Users/{}", id(&user));
        let mut body = nothing();
        body["userName"] = "posted".into();
        assert_eq!(server.put(&path, body).send().expect(200).as_object().unwrap().len(), 5);
        for wrong in [json!({ "emails": [null] }), json!({ "emails": [{ "value": "a@x.test" }, null] })] {
            refused(&server, "wrong", &wrong, "invalidValue");
        }
        let user = accepted(&server, "empty", &json!({ "title": "", "name": { "middleName": "", "givenName": "Ada" }, "externalId": "" }));
        assert_eq!(user["name"]["givenName"], "Ada");
        assert_eq!((&user["title"], &user["name"]["middleName"]), (&json!(""), &json!("")));
        assert!(server.names("userName eq \"empty\" and title pr").is_empty());
        for wrong in [Value::Null, json!(""), json!(" ")] {
            server.post("/Users", json!({ "schemas": [USER], "userName": wrong })).send().error(400, "invalidValue");
            server.post("/Groups", json!({ "schemas": [GROUP], "displayName": wrong })).send().error(400, "invalidValue");
            server.put(&path, json!({ "schemas": [USER], "userName": wrong })).send().error(400, "invalidValue");
        }
        assert_eq!(server.get("/Groups").send().expect(200)["totalResults"], 0);
        assert_eq!(server.get("/Users").send().expect(200)["totalResults"], 2);
    }

    /// Rows: LEN-20 GEN-15 JC-3
    fn len_20_what_is_there_already_is_not_added(server) {
        let stage = Stage::new(&server);
        stage.groups([
            row("member", [add("members", json!([{ "value": "{a}", "display": "other" }]))]),
            row("members", [pathless("add", json!({ "members": [{ "value": "{a}" }, { "value": "{b}" }] }))]),
            row("almost", [add("members", json!([{ "value": "{a}x" }]))]).refused("invalidValue"),
        ]);
        stage.users([
            row("e-mail", [add("emails", json!([{ "value": "home@x.test", "type": "home" }]))]),
            row("text", [add("title", "Countess")]),
            row("almost", [add("emails", json!([null]))]).refused("invalidValue"),
        ]);
    }

    /// Rows: LEN-21 OL-1 OL-3 ENTRA-45 ENTRA-48 HTTP-15
    fn len_21_leftovers_in_the_url(server) {
        let user = server.create_user("kim");
        let path = format!("/Users/{}", id(&user));
        for suffix in ["", "/", "?", "/?", "?&", "?aadOptscim062020", "?aadOptscim062020=", "?x=1&y", "?attributes="] {
            assert_eq!(server.get(&format!("{path}{suffix}")).send().expect(200), user, "{suffix}");
        }
        let lookups = [
            "/Users?filter=userName+eq+%22kim%22&", "/Users/?filter=userName+eq+%22kim%22",
            "/Users?&&filter=userName+eq+%22kim%22&z=",
        ];
        for query in lookups {
            assert_eq!(server.get(query).send().expect(200)["Resources"], json!([user]), "{query}");
        }
        let body = json!({ "schemas": [USER], "userName": "kim", "title": "Chef" });
        assert_eq!(server.put(&format!("{path}?"), body).send().expect(200)["title"], "Chef");
        let patched = server.patch(&format!("{path}?"), json!([replace("title", "Cook")])).send();
        assert_eq!(patched.expect(200)["title"], "Cook");
        server.get(&format!("{path}/x")).send().error(404, "");
        server.get("/Users?startIndex=1&startIndex=2").send().error(400, "invalidValue");
        server.get("/Users?count=many").send().error(400, "invalidValue");
    }

    /// Rows: LEN-22 GEN-7 MEDIA-06 MEDIA-07 OKTA-1 OKTA-34
    fn len_22_any_json_type_is_taken_and_any_accept_answered(server) {
        for (number, content_type) in ACCEPTED_TYPES.into_iter().enumerate() {
            let body = json!({ "schemas": [USER], "userName": format!("user-{number}") }).to_string();
            let reply = server.request("POST", "/Users").raw(content_type, body).send();
            assert_eq!(reply.status, 201, "{content_type:?}: {}", reply.text);
            let body = json!({ "schemas": [PATCH_OP], "Operations": [replace("title", "Chef")] }).to_string();
            let path = format!("/Users/{}", id(&reply.body));
            assert_eq!(server.request("PATCH", &path).raw(content_type, body).send().expect(200)["title"], "Chef");
        }
        let accepts = [
            "application/scim+json", "application/json", "text/html", "*/*", "image/png", "nonsense",
            "application/scim+json; charset=utf-8",
        ];
        for accept in accepts {
            let reply = server.get("/Users").header("Accept", accept).header("Accept-Charset", "utf-8").send();
            let content_type = reply.header("content-type").unwrap_or_default().to_owned();
            assert!(content_type.starts_with("application/scim+json"), "{accept}: {content_type}");
            assert_eq!(reply.expect(200)["totalResults"], ACCEPTED_TYPES.len());
        }
        let get = server.get("/Users").header("Content-Type", "application/scim+json; charset=utf-8").send();
        get.expect(200);
        let form = ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"];
        for content_type in form {
            let body = json!({ "schemas": [USER], "userName": "wrong" }).to_string();
            server.request("POST", "/Users").raw(Some(content_type), body).send().error(415, "");
        }
        assert!(server.names("userName eq \"wrong\"").is_empty());
    }

    /// Rows: LEN-23 FILTER-50
    fn len_23_unquoted_text_in_a_filter_is_refused(server) {
        accepted(&server, "kim", &json!({ "externalId": "abc" }));
        assert_eq!(server.names("externalId eq \"abc\""), ["kim"]);
        for filter in ["externalId eq abc", "userName eq kim", "externalId eq 'abc'", "userName sw k", "meta.resourceType eq User"] {
            server.get("/Users").query("filter", filter).send().error(400, "invalidFilter");
        }
    }

    /// Rows: LEN-24 ENTRA-31
    fn len_24_roles_of_json_text_are_kept_as_they_are(server) {
        let text = r#"{"id":"7","value":"Admin","displayName":"Admin"}"#;
        let user = accepted(&server, "kim", &json!({}));
        let path = format!("/Users/{}", id(&user));
        let operations = json!([operation("Add", "roles", json!([{ "value": text }]))]);
        let after = server.patch(&path, operations.clone()).send().expect(200);
        assert_eq!(after["roles"], json!([{ "value": text }]));
        assert_eq!(server.patch(&path, operations).send().expect(200), after);
        let posted = accepted(&server, "lee", &json!({ "roles": [
            { "primary": false, "type": "WindowsAzureActiveDirectoryRole", "displayName": "Admin", "value": "Admin" },
        ] }));
        let role = &posted["roles"][0];
        assert_eq!((&role["value"], &role["type"]), (&json!("Admin"), &json!("WindowsAzureActiveDirectoryRole")));
        assert_eq!(role.get("displayName"), None);
        // The text is kept; an object in its place is no text.
        let object = operation("Add", "roles", json!([{ "value": { "id": "7" } }]));
        server.patch(&path, json!([object])).send().error(400, "invalidValue");
        assert_eq!(server.get(&path).send().expect(200), after);
    }

    /// Rows: LEN-25 PATCH-92
    fn len_25_extra_keys_of_a_message_are_ignored(server) {
        let user = accepted(&server, "kim", &json!({}));
        let path = format!("/Users/{}", id(&user));
        let operation = |key: &str| json!({ "name": "setTitle", "from": "x", "op": "add", "path": "title", key: "Chef" });
        let message = |key: &str| json!({
            "schemas": [PATCH_OP], "id": "x", "externalId": "y", "meta": {}, "Operations": [operation(key)],
        }).to_string();
        let send = |body: String| server.request("PATCH", &path).raw(Some("application/scim+json"), body).send();
        let after = send(message("value")).expect(200);
        assert_eq!((&after["title"], after.get("externalId"), &after["id"]), (&json!("Chef"), None, &user["id"]));
        // An extra key does not stand in for the one that is needed.
        send(message("values")).error(400, "invalidValue");
        assert_eq!(server.get(&path).send().expect(200), after);
    }
}

//! The enterprise extension (RFC 7643 §4.3), and what RFC 7644 §3.10 says about naming an extension's attributes.

use serde_json::{Value, json};

use crate::support::{
    ENTERPRISE, GROUP, PATCH_OP, TestServer, USER, id, keys, path_of, read, refuses_change,
    refuses_create, user_body,
};

fn employee(user_name: &str, extension: Value) -> Value {
    json!({ "schemas": [USER, ENTERPRISE], "userName": user_name, ENTERPRISE: extension })
}

fn replace(path: &str, value: Value) -> Value {
    json!([{ "op": "replace", "path": path, "value": value }])
}

fn schemas_of(user: &Value) -> usize {
    user["schemas"].as_array().map(Vec::len).unwrap_or_default()
}

/// The extension as GET shows it with one projection parameter; null when there is none.
#[track_caller]
fn projected(server: &TestServer, path: &str, parameter: &str, names: &str) -> Value {
    let shown = server.get(path).query(parameter, names).send().expect(200);
    shown[ENTERPRISE].clone()
}

api_test! {
    /// Rows: ENT-01 ENT-02 COMMON-02
    fn ent_02_all_six_attributes_go_round(server) {
        let boss = server.user(json!({ "userName": "boss" }));
        let sent = json!({
            "employeeNumber": "701984", "costCenter": "4130", "organization": "Universal Studios", "division": "Theme Park",
            "department": "Tour Operations", "manager": { "value": id(&boss) },
        });
        let user = server.user(employee("bjensen", sent.clone()));
        for (name, value) in sent.as_object().expect("an object") {
            if name != "manager" {
                assert_eq!(user[ENTERPRISE][name], *value, "{name}");
            }
            assert_eq!(user.get(name), None, "{name} is no core attribute");
        }
        assert_eq!(user[ENTERPRISE]["manager"]["value"], id(&boss));
        assert_eq!(schemas_of(&user), 2);
        assert_eq!(read(&server, &path_of(&user)), user);
        let all = ["employeeNumber", "costCenter", "organization", "division", "department"];
        for name in all {
            let filter = format!("{ENTERPRISE}:{name} eq {}", sent[name]);
            assert_eq!(server.names(&filter), ["bjensen"], "{filter}");
        }
    }

    /// Rows: ENT-03 ENT-04 SCHEMA-11 SCHEMA-12
    fn ent_03_the_manager_is_described_by_the_server(server) {
        let boss = server.user(json!({ "userName": "boss", "displayName": "The Boss" }));
        let manager = json!({ "value": id(&boss), "displayName": "Somebody Else", "$ref": "../Users/elsewhere" });
        let user = server.user(employee("bjensen", json!({ "manager": manager })));
        let path = path_of(&user);
        let expected = json!({ "value": id(&boss), "$ref": boss["meta"]["location"], "displayName": "The Boss" });
        assert_eq!(user[ENTERPRISE]["manager"], expected);
        assert_eq!(read(&server, &path), user);
        let reference = expected["$ref"].as_str().and_then(|uri| uri.strip_prefix(server.origin())).expect("ours");
        assert_eq!(server.get(reference).absolute().send().expect(200)["userName"], "boss");

        server.patch(&path_of(&boss), replace("displayName", json!("Big Boss"))).send().expect(200);
        let shown = read(&server, &path);
        assert_eq!(shown[ENTERPRISE]["manager"]["displayName"], "Big Boss", "derived, not copied");
        server.delete(&path_of(&boss)).send().expect(204);
        let manager = read(&server, &path)[ENTERPRISE]["manager"].clone();
        assert_eq!(manager["value"], id(&boss), "the value is the client's");
        assert_eq!(manager.get("displayName"), None);

        let unknown = server.user(employee("other", json!({ "manager": { "value": "nobody" } })));
        assert_eq!(unknown[ENTERPRISE]["manager"]["value"], "nobody", "a manager may arrive later");
        assert_eq!(unknown[ENTERPRISE]["manager"].get("displayName"), None);
    }

    /// Rows: ENT-04 PATCH-14
    fn ent_04_the_managers_name_is_read_only(server) {
        let boss = server.user(json!({ "userName": "boss", "displayName": "The Boss" }));
        let user = server.user(employee("bjensen", json!({ "manager": { "value": id(&boss) } })));
        let path = path_of(&user);
        let name = format!("{ENTERPRISE}:manager.displayName");
        for operation in ["add", "replace", "remove"] {
            let mut operations = json!([
                { "op": "replace", "path": "title", "value": "x" }, { "op": operation, "path": name, "value": "Somebody" },
            ]);
            if operation == "remove" {
                operations[1] = json!({ "op": "remove", "path": name });
            }
            refuses_change(&server, &path, server.patch(&path, operations), 400, "mutability");
        }
        let mut body = user.clone();
        body[ENTERPRISE]["manager"]["displayName"] = json!("Somebody");
        assert_eq!(server.put(&path, body).send().expect(200), user, "ignored in a PUT, so no change");
    }

    /// Rows: ENT-05 PATCH-51 PATCH-52 EXT-09 EXT-12 PATCH-31
    fn ent_05_the_extension_comes_and_goes_with_its_data(server) {
        let user = server.create_user("bjensen");
        let path = path_of(&user);
        let department = format!("{ENTERPRISE}:department");
        let division = format!("{ENTERPRISE}:division");
        let patch = |operations: Value| server.patch(&path, operations).send().expect(200);
        let with = patch(json!([
            { "op": "add", "path": department, "value": "Tours" }, { "op": "add", "path": division, "value": "West" },
        ]));
        assert_eq!(with[ENTERPRISE], json!({ "department": "Tours", "division": "West" }));
        assert!(with["schemas"].as_array().is_some_and(|urns| urns.contains(&json!(ENTERPRISE))));
        assert_eq!(schemas_of(&with), 2);
        let half = patch(json!([{ "op": "remove", "path": department }]));
        assert_eq!(half[ENTERPRISE], json!({ "division": "West" }));
        assert_eq!(schemas_of(&half), 2);
        let without = patch(json!([{ "op": "remove", "path": division }]));
        assert_eq!(keys(&without), keys(&user));
        assert_eq!(without["schemas"], json!([USER]));
        assert_eq!(read(&server, &path), without);

        let whole = patch(json!([{ "op": "add", "path": ENTERPRISE, "value": { "department": "Tours" } }]));
        assert_eq!(whole[ENTERPRISE], json!({ "department": "Tours" }));
        let without = patch(json!([{ "op": "remove", "path": ENTERPRISE }]));
        assert_eq!(without.get(ENTERPRISE), None);
        assert_eq!(without["schemas"], json!([USER]));
        patch(replace(&department, json!("Tours")));
        let nulled = patch(replace(&department, Value::Null));
        assert_eq!(nulled["schemas"], json!([USER]));
        assert_eq!(nulled.get(ENTERPRISE), None);
        assert!(server.names(&format!("{department} pr")).is_empty());
    }

    /// Rows: ENT-06 DISC-19
    fn ent_06_the_resource_type_lists_the_extension_as_optional(server) {
        let user_type = read(&server, "/ResourceTypes/User");
        assert_eq!(user_type["schemaExtensions"], json!([{ "schema": ENTERPRISE, "required": false }]));
        server.create_user("without");
        let group_type = read(&server, "/ResourceTypes/Group");
        assert!(group_type["schemaExtensions"].as_array().is_none_or(Vec::is_empty));
        let group = json!({ "schemas": [GROUP], "displayName": "g", ENTERPRISE: { "department": "Tours" } });
        let group = server.post("/Groups", group).send().expect(201);
        assert_eq!(group.get(ENTERPRISE), None, "not an extension of groups");
        assert_eq!(group["schemas"], json!([GROUP]));
    }

    /// Rows: ENT-07 LEN-5
    fn ent_07_a_manager_given_as_a_string_is_understood_except_by_profile_rfc(server) {
        let [boss, other] = ["boss", "other"].map(|name| server.create_user(name));
        let user = server.user(employee("bjensen", json!({ "manager": id(&boss) })));
        let path = path_of(&user);
        assert_eq!(user[ENTERPRISE]["manager"]["value"], id(&boss));
        assert_eq!(user[ENTERPRISE]["manager"]["$ref"], boss["meta"]["location"]);
        let manager = format!("{ENTERPRISE}:manager");
        let patched = server.patch(&path, replace(&manager, json!(id(&other)))).send().expect(200);
        assert_eq!(patched[ENTERPRISE]["manager"]["value"], id(&other));
        let put = server.put(&path, employee("bjensen", json!({ "manager": id(&boss) }))).send().expect(200);
        assert_eq!(put[ENTERPRISE]["manager"]["value"], id(&boss));
        for wrong in [json!(true), json!([id(&boss), id(&other)])] {
            let body = employee("new", json!({ "manager": wrong.clone() }));
            refuses_create(&server, "/Users", body, "invalidValue");
            refuses_change(&server, &path, server.patch(&path, replace(&manager, wrong)), 400, "invalidValue");
        }
        let name = server.patch(&path, replace("name", json!("Babs")));
        refuses_change(&server, &path, name, 400, "invalidValue");

        server.rfc();
        let string = json!(id(&other));
        refuses_create(&server, "/Users", employee("new", json!({ "manager": string })), "invalidValue");
        let put = server.put(&path, employee("bjensen", json!({ "manager": string })));
        refuses_change(&server, &path, put, 400, "invalidValue");
        refuses_change(&server, &path, server.patch(&path, replace(&manager, string)), 400, "invalidValue");
        let object = server.patch(&path, replace(&manager, json!({ "value": id(&other) }))).send().expect(200);
        assert_eq!(object[ENTERPRISE]["manager"]["value"], id(&other));
    }

    /// Rows: SCHEMA-28 SCHEMA-10
    fn schema_28_a_manager_is_a_user(server) {
        let boss = server.create_user("boss");
        let group = server.create_group("engineers", &[]);
        let wrong = json!({ "manager": { "value": id(&group), "$ref": group["meta"]["location"] } });
        refuses_create(&server, "/Users", employee("bjensen", wrong), "invalidValue");
        for reference in [format!("Users/{}", id(&boss)), format!("../Users/{}", id(&boss))] {
            let manager = json!({ "manager": { "value": id(&boss), "$ref": reference } });
            let user = server.user(employee(&reference.replace('/', "."), manager));
            assert_eq!(user[ENTERPRISE]["manager"]["$ref"], boss["meta"]["location"], "relative to the base, shown absolute");
        }
    }

    /// Rows: EXT-01 EXT-02 EXT-03 EXT-04
    fn ext_01_an_attribute_may_be_named_with_its_urn_in_any_case(server) {
        let boss = server.create_user("a");
        let extension = json!({ "department": "Tours", "manager": { "value": id(&boss) } });
        let mut body = employee("b", extension);
        body["name"] = json!({ "familyName": "Zed", "givenName": "Bo" });
        let user = server.user(body);
        server.user(json!({ "userName": "c", "name": { "familyName": "Alpha" } }));
        let shouted = ENTERPRISE.to_uppercase();
        for filter in [
            format!("{USER}:userName eq \"b\""), format!("{}:USERNAME eq \"B\"", USER.to_uppercase()), "userName eq \"b\"".to_owned(),
            format!("{ENTERPRISE}:department eq \"tours\""), format!("{shouted}:DEPARTMENT eq \"Tours\""),
            format!("{ENTERPRISE}:manager.value eq \"{}\"", id(&boss)), format!("{shouted}:Manager.Value pr"),
            format!("{USER}:name.givenName sw \"b\""), format!("{ENTERPRISE} pr"), format!("{ENTERPRISE}:manager pr"),
        ] {
            assert_eq!(server.names(&filter), ["b"], "filter: {filter}");
        }
        let list = server.get("/Users").query("sortBy", &format!("{USER}:NAME.familyname")).send().expect(200);
        let order: Vec<&str> = list["Resources"].as_array().into_iter().flatten().filter_map(|user| user["userName"].as_str()).collect();
        assert_eq!(order, ["c", "b", "a"]);
        let path = path_of(&user);
        let named = server.get(&path).query("attributes", &format!("{USER}:name.givenName,{shouted}:department")).send();
        let named = named.expect(200);
        assert_eq!(keys(&named), ["id", "name", "schemas", ENTERPRISE]);
        assert_eq!(named["name"], json!({ "givenName": "Bo" }));
        assert_eq!(named[ENTERPRISE], json!({ "department": "Tours" }));
        let patched = server.patch(&path, json!([
            { "op": "replace", "path": format!("{USER}:name.givenName"), "value": "Bob" },
            { "op": "replace", "path": format!("{shouted}:DEPARTMENT"), "value": "Rides" },
            { "op": "remove", "path": format!("{ENTERPRISE}:manager.value") },
        ]));
        let patched = patched.send().expect(200);
        assert_eq!(patched["name"]["givenName"], "Bob");
        assert_eq!(patched[ENTERPRISE], json!({ "department": "Rides" }));
    }

    /// Rows: EXT-05 LEN-17
    fn ext_05_an_extension_attribute_without_urn_is_found_except_by_profile_rfc(server) {
        let user = server.user(employee("bjensen", json!({ "department": "Tours", "manager": { "value": "m-1" } })));
        let path = path_of(&user);
        for filter in ["department eq \"tours\"", "manager.value eq \"m-1\"", "MANAGER pr"] {
            assert_eq!(server.names(filter), ["bjensen"], "filter: {filter}");
        }
        assert_eq!(projected(&server, &path, "attributes", "department"), json!({ "department": "Tours" }));
        let patched = server.patch(&path, replace("department", json!("Rides"))).send().expect(200);
        assert_eq!(patched[ENTERPRISE]["department"], "Rides");
        assert_eq!(patched.get("department"), None);
        server.get("/Users").query("filter", "apartment eq \"x\"").send().error(400, "invalidFilter");
        refuses_change(&server, &path, server.patch(&path, replace("apartment", json!("x"))), 400, "invalidPath");

        server.rfc();
        server.get("/Users").query("filter", "department eq \"Rides\"").send().error(400, "invalidFilter");
        refuses_change(&server, &path, server.patch(&path, replace("department", json!("x"))), 400, "invalidPath");
        assert_eq!(projected(&server, &path, "attributes", "department"), Value::Null);
        let full = server.patch(&path, replace(&format!("{ENTERPRISE}:department"), json!("Shows"))).send().expect(200);
        assert_eq!(full[ENTERPRISE]["department"], "Shows");
    }

    /// Rows: EXT-06 LEN-15 LEN-16
    fn ext_06_unknown_schemas_are_ignored_except_by_profile_rfc(server) {
        for (name, schemas) in [("both", json!([USER, "urn:bogus"])), ("alone", json!(["urn:bogus"]))] {
            let body = user_body(name, json!({ "schemas": schemas, "urn:bogus": { "a": 1 } }));
            let user = server.post("/Users", body).send().expect(201);
            assert_eq!(user["schemas"], json!([USER]), "{name}");
            assert_eq!(user.get("urn:bogus"), None);
        }
        let group = json!({ "schemas": [GROUP, "urn:bogus"], "displayName": "g" });
        assert_eq!(server.post("/Groups", group).send().expect(201)["schemas"], json!([GROUP]));
        server.rfc();
        for schemas in [json!([USER, "urn:bogus"]), json!(["urn:bogus"])] {
            refuses_create(&server, "/Users", json!({ "schemas": schemas, "userName": "strict" }), "invalidValue");
        }
        let group = json!({ "schemas": [GROUP, "urn:bogus"], "displayName": "strict" });
        refuses_create(&server, "/Groups", group, "invalidValue");
        let object = user_body("extension", json!({ "urn:bogus": { "a": 1 } }));
        assert_eq!(server.post("/Users", object).send().expect(201).get("urn:bogus"), None, "an unannounced stranger is only ignored");
    }

    /// Rows: EXT-07
    fn ext_07_the_schema_of_another_type_is_refused(server) {
        let user = server.create_user("bjensen");
        let group = server.create_group("engineers", &[]);
        for profile in ["default", "rfc"] {
            server.set_tenant(&format!("profile={profile}"));
            let as_group = json!({ "schemas": [GROUP], "userName": "new", "displayName": "new" });
            refuses_create(&server, "/Users", as_group.clone(), "invalidValue");
            let as_user = json!({ "schemas": [USER], "userName": "new", "displayName": "new" });
            refuses_create(&server, "/Groups", as_user.clone(), "invalidValue");
            let path = path_of(&user);
            refuses_change(&server, &path, server.put(&path, as_group), 400, "invalidValue");
            let path = path_of(&group);
            refuses_change(&server, &path, server.put(&path, as_user), 400, "invalidValue");
        }
    }

    /// Rows: EXT-11
    fn ext_11_messages_are_not_schemas(server) {
        server.get(&format!("/Schemas/{PATCH_OP}")).send().error(404, "");
        let schemas = read(&server, "/Schemas");
        for schema in schemas["Resources"].as_array().expect("schemas") {
            assert!(!id(schema).contains(":api:messages:"), "{}", id(schema));
        }
        assert_eq!(id(&read(&server, &format!("/Schemas/{ENTERPRISE}"))), ENTERPRISE);
    }

    /// Rows: EXT-12 PROJ-08 PROJ-09
    fn ext_12_the_urn_alone_names_the_whole_extension(server) {
        let extension = json!({ "department": "Tours", "division": "West" });
        let user = server.user(employee("bjensen", extension.clone()));
        server.create_user("without");
        let path = path_of(&user);
        assert_eq!(projected(&server, &path, "attributes", ENTERPRISE), extension);
        assert_eq!(projected(&server, &path, "attributes", &ENTERPRISE.to_uppercase()), extension);
        assert_eq!(projected(&server, &path, "excludedAttributes", ENTERPRISE), Value::Null);
        let department = format!("{ENTERPRISE}:department");
        assert_eq!(projected(&server, &path, "excludedAttributes", &department), json!({ "division": "West" }));
        assert_eq!(server.names(&format!("{ENTERPRISE} pr")), ["bjensen"]);
        assert_eq!(server.names(&format!("not ({ENTERPRISE} pr)")), ["without"]);
        let new = server.patch(&path, replace(ENTERPRISE, json!({ "division": "East" }))).send().expect(200);
        assert_eq!(new[ENTERPRISE]["division"], "East");
    }
}

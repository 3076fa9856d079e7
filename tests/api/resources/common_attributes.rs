//! `schemas`, `id`, `externalId` and `meta` (RFC 7643 §3, §3.1).

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::{
    ENTERPRISE, GROUP, USER, id, keys, path_of, read, refuses_change, refuses_create, total,
    user_body,
};

/// A time of `meta` in a form that sorts by time: UTC with `Z` and at least milliseconds, the fraction padded.
#[track_caller]
pub(crate) fn instant(time: &Value) -> String {
    let text = time
        .as_str()
        .unwrap_or_else(|| panic!("not a time: {time}"));
    let digits = text
        .strip_suffix('Z')
        .unwrap_or_else(|| panic!("not UTC with Z: {text}"));
    let (seconds, fraction) = digits
        .split_once('.')
        .unwrap_or_else(|| panic!("no fraction of a second: {text}"));
    let pattern: String = seconds
        .chars()
        .map(|c| if c.is_ascii_digit() { '9' } else { c })
        .collect();
    assert_eq!(pattern, "9999-99-99T99:99:99", "{text}");
    assert!(
        fraction.len() >= 3 && fraction.bytes().all(|byte| byte.is_ascii_digit()),
        "{text}"
    );
    format!("{seconds}.{fraction:0<9}")
}

api_test! {
    /// Rows: COMMON-01 LEN-15
    fn common_01_schemas_may_be_missing_except_by_profile_rfc(server) {
        for (name, schemas) in [("null", Some(Value::Null)), ("empty", Some(json!([]))), ("missing", None)] {
            let mut body = json!({ "userName": name });
            if let Some(schemas) = schemas {
                body["schemas"] = schemas;
            }
            let user = server.post("/Users", body.clone()).send().expect(201);
            assert_eq!(user["schemas"], json!([USER]), "{name}");
            let new = server.put(&path_of(&user), body).send().expect(200);
            assert_eq!(new["schemas"], json!([USER]), "{name}");
        }
        let group = server.post("/Groups", json!({ "displayName": "g" })).send().expect(201);
        assert_eq!(group["schemas"], json!([GROUP]));

        let extended = json!({ "userName": "extended", ENTERPRISE: { "department": "Tours" } });
        let extended = server.post("/Users", extended).send().expect(201);
        assert_eq!(schemas(&extended), [USER, ENTERPRISE]);

        server.rfc();
        for schemas in [None, Some(json!([])), Some(Value::Null)] {
            let mut body = json!({ "userName": "strict" });
            if let Some(schemas) = schemas {
                body["schemas"] = schemas;
            }
            refuses_create(&server, "/Users", body.clone(), "invalidSyntax");
            let path = path_of(&extended);
            refuses_change(&server, &path, server.put(&path, body), 400, "invalidSyntax");
        }
        refuses_create(&server, "/Groups", json!({ "displayName": "strict" }), "invalidSyntax");
    }

    /// Rows: COMMON-01
    fn common_01_schemas_of_another_shape_are_refused(server) {
        for schemas in [json!(5), json!([5]), json!([[USER]]), json!({ "value": USER }), json!(true), json!([null])] {
            let reply = server.post("/Users", json!({ "schemas": schemas, "userName": "a" })).send();
            let scim_type = reply.body["scimType"].as_str().unwrap_or_default().to_owned();
            assert!(["invalidSyntax", "invalidValue"].contains(&scim_type.as_str()), "{schemas}: {}", reply.text);
            reply.error(400, &scim_type);
        }
        assert_eq!(total(&server, "/Users"), 0);
    }

    /// Rows: COMMON-02 COMMON-04 EXT-12
    fn common_02_schemas_names_the_extension_exactly_when_there_is_data(server) {
        let plain = server.user(json!({ "schemas": [USER, ENTERPRISE], "userName": "plain" }));
        assert_eq!(plain["schemas"], json!([USER]), "an announced extension without data");
        assert_eq!(plain.get(ENTERPRISE), None);
        let empty = server.user(json!({ "schemas": [USER, ENTERPRISE], "userName": "empty", ENTERPRISE: {} }));
        assert_eq!(empty["schemas"], json!([USER]));
        assert_eq!(empty.get(ENTERPRISE), None);
        let silent = server.user(json!({ "schemas": [USER], "userName": "silent", ENTERPRISE: { "department": "Tours" } }));
        assert_eq!(schemas(&silent), [USER, ENTERPRISE], "data without an announcement");
        assert_eq!(silent[ENTERPRISE], json!({ "department": "Tours" }));
        assert_eq!(read(&server, &path_of(&silent)), silent);
        let listed = server.search("/Users", &format!("{ENTERPRISE}:department pr"));
        assert_eq!(listed, [silent]);
    }

    /// Rows: COMMON-03 EXT-02 LEN-2
    fn common_03_order_and_case_of_urns_do_not_matter(server) {
        let user = server.user(json!({
            "schemas": [ENTERPRISE.to_uppercase(), USER.to_uppercase()], "userName": "loud",
            ENTERPRISE.to_uppercase(): { "DEPARTMENT": "Tours" },
        }));
        assert_eq!(schemas(&user), [USER, ENTERPRISE], "answers use the spelling of the schema");
        assert_eq!(user[ENTERPRISE], json!({ "department": "Tours" }));
        assert_eq!(user.get(ENTERPRISE.to_uppercase()), None);
        server.rfc();
        server.user(json!({ "schemas": [USER.to_uppercase()], "userName": "strict" }));
        let group = json!({ "schemas": [GROUP.to_uppercase()], "displayName": "loud" });
        assert_eq!(server.post("/Groups", group).send().expect(201)["schemas"], json!([GROUP]));
    }

    /// Rows: COMMON-05 COMMON-06 GEN-4
    fn common_06_ids_are_distinct_over_all_types_and_never_come_back(server) {
        let mut seen = HashSet::new();
        for number in 0..20 {
            let user = server.user(json!({ "userName": format!("u{number}@x.org"), "id": "same" }));
            let group = server.create_group(&format!("g{number}"), &[]);
            for resource in [&user, &group] {
                let id = id(resource);
                assert!(!id.is_empty() && !id.to_lowercase().contains("bulkid") && !id.contains('@'), "{id}");
                assert!(seen.insert(id.to_owned()), "{id} twice");
            }
            if number % 4 == 0 {
                server.delete(&path_of(&user)).send().expect(204);
            }
        }
        let listed = server.search("/Users", "userName pr");
        assert!(listed.iter().all(|user| seen.contains(id(user))), "an id is the same on every reading");
    }

    /// Rows: COMMON-07
    fn common_07_id_is_case_exact(server) {
        let user = server.create_user("bjensen");
        let other = swap_case(id(&user));
        assert_ne!(other, id(&user), "an id has letters");
        server.get(&format!("/Users/{other}")).send().error(404, "");
        server.delete(&format!("/Users/{other}")).send().error(404, "");
        assert!(server.names(&format!("id eq \"{other}\"")).is_empty());
        assert_eq!(server.names(&format!("id eq \"{}\"", id(&user))), ["bjensen"]);
    }

    /// Rows: COMMON-08 COMMON-20 SCHEMA-19 PROJ-04
    fn common_08_id_and_schemas_survive_every_projection(server) {
        let user = server.user(json!({ "userName": "bjensen", "title": "Guide" }));
        let path = path_of(&user);
        for (parameter, names) in [
            ("attributes", "title"), ("attributes", "bogus"), ("attributes", "meta.location"),
            ("excludedAttributes", "id"), ("excludedAttributes", "id,schemas"), ("excludedAttributes", "ID,SCHEMAS,meta,userName"),
        ] {
            let list = server.get("/Users").query(parameter, names).send().expect(200);
            let one = server.get(&path).query(parameter, names).send().expect(200);
            for shown in [&one, &list["Resources"][0]] {
                assert_eq!(id(shown), id(&user), "{parameter}={names}");
                assert_eq!(shown["schemas"], json!([USER]), "{parameter}={names}");
            }
        }
        let title = server.get(&path).query("attributes", "title").send().expect(200);
        assert_eq!(keys(&title), ["id", "schemas", "title"]);
    }

    /// Rows: COMMON-09 COMMON-10 COMMON-11 COMMON-21 SCHEMA-21 GROUP-14 GEN-9
    fn common_10_external_id_is_the_clients_own(server) {
        let upper = server.user(json!({ "userName": "upper", "externalId": "AbC" }));
        assert_eq!(upper["externalId"], "AbC");
        server.user(json!({ "userName": "lower", "externalId": "abc" }));
        server.user(json!({ "userName": "twin", "externalId": "AbC" }));
        assert_eq!(server.create_user("without").get("externalId"), None);
        assert_eq!(server.names("externalId eq \"AbC\""), ["twin", "upper"], "equal ones are allowed");
        assert_eq!(server.names("externalId eq \"abc\""), ["lower"]);
        assert!(server.names("externalId eq \"ABC\"").is_empty());
        assert_eq!(server.names("externalId pr"), ["lower", "twin", "upper"]);
        let group = json!({ "schemas": [GROUP], "displayName": "g", "externalId": "AbC" });
        let group = server.post("/Groups", group).send().expect(201);
        assert_eq!(group["externalId"], "AbC");
        server.create_group("without", &[]);
        assert_eq!(server.search("/Groups", "externalId eq \"AbC\""), std::slice::from_ref(&group));
        assert_eq!(server.search("/Groups", "externalId pr"), [group]);
        assert!(server.search("/Groups", "externalId eq \"abc\"").is_empty());
        let spaced = server.user(json!({ "userName": "spaced", "externalId": "  Ä b/ç " }));
        assert_eq!(spaced["externalId"], "  Ä b/ç ", "kept verbatim");
    }

    /// Rows: COMMON-13 COMMON-16 COMMON-17 ETAG-02 ETAG-03
    fn common_16_meta_says_what_the_headers_say(server) {
        let user = server.create_user("bjensen");
        let group = server.create_group("engineers", &[]);
        for (resource, kind) in [(&user, "User"), (&group, "Group")] {
            let meta = &resource["meta"];
            assert_eq!(meta["resourceType"], kind);
            assert_eq!(meta["location"], format!("{}/{kind}s/{}", server.base(), id(resource)));
            let version = meta["version"].as_str().expect("a version");
            assert!(version.starts_with("W/\"") && version.ends_with('"') && version.len() > 4, "{version}");
            let reply = server.get(&path_of(resource)).send();
            assert_eq!(reply.header("etag"), Some(version));
            assert_eq!(reply.header("location"), meta["location"].as_str());
            if let Some(location) = reply.header("content-location") {
                assert_eq!(Some(location), meta["location"].as_str());
            }
            assert_eq!(reply.body["meta"], *meta);
            let list = server.get(&format!("/{kind}s")).send().expect(200);
            assert_eq!(list["Resources"][0]["meta"], *meta);
        }
    }

    /// Rows: COMMON-14 COMMON-15 SCHEMA-08 ETAG-11
    fn common_15_last_modified_moves_forward_at_every_change(server) {
        let user = server.create_user("bjensen");
        let path = path_of(&user);
        assert_eq!(user["meta"]["created"], user["meta"]["lastModified"]);
        let mut times = vec![instant(&user["meta"]["lastModified"])];
        let mut versions = HashSet::from([user["meta"]["version"].to_string()]);
        for number in 0..6 {
            let operations = json!([{ "op": "replace", "path": "title", "value": number.to_string() }]);
            let changed = server.patch(&path, operations).send().expect(200);
            assert_eq!(changed["meta"]["created"], user["meta"]["created"]);
            times.push(instant(&changed["meta"]["lastModified"]));
            assert!(versions.insert(changed["meta"]["version"].to_string()), "a version twice");
        }
        assert!(times.is_sorted_by(|earlier, later| earlier < later), "{times:?}");
        let read = read(&server, &path);
        assert_eq!(Some(&instant(&read["meta"]["lastModified"])), times.last());
        let after = format!("meta.lastModified gt {}", read["meta"]["created"]);
        assert_eq!(server.names(&after), ["bjensen"]);
    }

    /// Rows: COMMON-12 CRUD-24
    fn common_12_meta_of_the_client_is_ignored_in_groups_too(server) {
        let meta = json!({ "resourceType": "User", "created": "1999-01-01T00:00:00Z", "location": "https://x.example/" });
        let body = json!({ "schemas": [GROUP], "displayName": "engineers", "meta": meta });
        let group = server.post("/Groups", body.clone()).send().expect(201);
        assert_eq!(group["meta"]["resourceType"], "Group");
        assert!(!instant(&group["meta"]["created"]).starts_with("1999"));
        let new = server.put(&path_of(&group), body).send().expect(200);
        assert_eq!(new, group, "meta alone is no change");
        assert_eq!(total(&server, "/Users"), 0);
        server.user(user_body("a", json!({ "meta": "what is this" })));
    }

    /// Rows: COMMON-18 PROJ-19
    fn common_18_meta_obeys_projection(server) {
        let user = server.create_user("bjensen");
        let path = path_of(&user);
        let without = server.get(&path).query("excludedAttributes", "meta").send().expect(200);
        assert_eq!(keys(&without), ["active", "id", "schemas", "userName"]);
        let one = server.get(&path).query("attributes", "META.LOCATION").send().expect(200);
        assert_eq!(one["meta"], json!({ "location": user["meta"]["location"] }));
        assert_eq!(keys(&one), ["id", "meta", "schemas"]);
        let rest = server.get(&path).query("excludedAttributes", "meta.version").send().expect(200);
        assert_eq!(keys(&rest["meta"]), ["created", "lastModified", "location", "resourceType"]);
    }

    /// Rows: COMMON-19
    fn common_19_discovery_answers_are_resources_with_schemas(server) {
        for path in ["/ServiceProviderConfig", "/ResourceTypes/User", "/ResourceTypes/Group"] {
            let shown = read(&server, path);
            assert!(shown["schemas"].as_array().is_some_and(|urns| urns.len() == 1), "{shown}");
            assert_eq!(shown["meta"]["location"], format!("{}{path}", server.base()));
        }
    }
}

/// The URNs with the core one first: their order means nothing.
fn schemas(resource: &Value) -> Vec<&str> {
    let urns = resource["schemas"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut urns: Vec<&str> = urns.iter().filter_map(Value::as_str).collect();
    urns.sort_unstable();
    urns
}

fn swap_case(text: &str) -> String {
    let swap = |c: char| {
        if c.is_ascii_lowercase() {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    };
    text.chars().map(swap).collect()
}

//! The scenarios of RFC 7642, each from its first request to its last.

use serde_json::{Value, json};

use crate::support::{ENTERPRISE, GROUP, TestServer, USER, id, path_of, read};

/// The names of the attributes in which two resources differ, `meta` apart.
fn differing(before: &Value, after: &Value) -> Vec<String> {
    let (before, after) = (before.as_object(), after.as_object());
    let names = before
        .into_iter()
        .chain(after)
        .flat_map(|object| object.keys());
    let value = |object: Option<&serde_json::Map<String, Value>>, name: &str| {
        object.and_then(|object| object.get(name)).cloned()
    };
    let mut names: Vec<String> = names
        .filter(|name| *name != "meta" && value(before, name) != value(after, name))
        .cloned()
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn employee(user_name: &str, external_id: &str, department: &str) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE], "userName": user_name, "externalId": external_id,
        "name": { "givenName": "Ada", "familyName": "Lovelace" },
        "emails": [{ "value": format!("{user_name}@x.org"), "type": "work", "primary": true }],
        ENTERPRISE: { "employeeNumber": "1815", "department": department },
    })
}

#[track_caller]
fn change(server: &TestServer, resource: &Value, operation: Value) {
    let reply = server.patch(&path_of(resource), json!([operation])).send();
    assert!(matches!(reply.status, 200 | 204), "{}", reply.text);
}

api_test! {
    /// Rows: SCEN-01
    fn scen_01_a_joiner_is_looked_up_created_and_found(server) {
        server.create_user("somebody-else");
        assert!(server.search("/Users", "userName eq \"ada\"").is_empty(), "nobody is called that yet");
        let ada = server.post("/Users", employee("ada", "hr-1", "Engines")).send().expect(201);
        assert_eq!(ada[ENTERPRISE], json!({ "employeeNumber": "1815", "department": "Engines" }));
        for filter in ["externalId eq \"hr-1\"", "userName eq \"ADA\"", "emails[type eq \"work\" and value eq \"ada@x.org\"]"] {
            assert_eq!(server.search("/Users", filter), std::slice::from_ref(&ada), "{filter}");
        }
        server.post("/Users", employee("Ada", "hr-2", "Engines")).send().error(409, "uniqueness");
    }

    /// Rows: SCEN-02
    fn scen_02_a_mover_changes_department_and_groups_and_nothing_else(server) {
        let ada = server.post("/Users", employee("ada", "hr-1", "Engines")).send().expect(201);
        let bob = server.create_user("bob");
        let old = server.create_group("Engines", &[id(&ada), id(&bob)]);
        let new = server.create_group("Looms", &[id(&bob)]);
        let before = read(&server, &path_of(&ada));
        let (bob_before, member) = (read(&server, &path_of(&bob)), format!("members[value eq \"{}\"]", id(&ada)));
        change(&server, &ada, json!({ "op": "replace", "path": format!("{ENTERPRISE}:department"), "value": "Looms" }));
        change(&server, &old, json!({ "op": "remove", "path": member }));
        change(&server, &new, json!({ "op": "add", "path": "members", "value": [{ "value": id(&ada) }] }));
        let after = read(&server, &path_of(&ada));
        assert_eq!(differing(&before, &after), ["groups", ENTERPRISE]);
        assert_eq!(after[ENTERPRISE], json!({ "employeeNumber": "1815", "department": "Looms" }));
        let groups: Vec<&Value> = after["groups"].as_array().into_iter().flatten().map(|group| &group["display"]).collect();
        assert_eq!(groups, ["Looms"]);
        assert_eq!(read(&server, &path_of(&bob)), bob_before, "the others do not move");
        for (group, name, members) in [(&old, "Engines", 1), (&new, "Looms", 2)] {
            let group = read(&server, &path_of(group));
            assert_eq!(group["displayName"], name);
            assert_eq!(group["members"].as_array().map(Vec::len), Some(members));
        }
    }

    /// Rows: SCEN-03
    fn scen_03_a_leaver_is_suspended_then_deleted_and_the_name_is_free(server) {
        let ada = server.post("/Users", employee("ada", "hr-1", "Engines")).send().expect(201);
        let group = server.create_group("Engines", &[id(&ada)]);
        change(&server, &ada, json!({ "op": "replace", "path": "active", "value": false }));
        let suspended = read(&server, &path_of(&ada));
        assert_eq!(differing(&ada, &suspended), ["active", "groups"]);
        assert_eq!(suspended["active"], false);
        assert_eq!(server.names("active eq false"), ["ada"], "still there to be looked at");
        server.post("/Users", employee("ada", "hr-2", "Looms")).send().error(409, "uniqueness");
        server.delete(&path_of(&ada)).send().expect(204);
        server.get(&path_of(&ada)).send().error(404, "");
        assert_eq!(read(&server, &path_of(&group))["members"], json!([]));
        let successor = server.post("/Users", employee("ada", "hr-2", "Looms")).send().expect(201);
        assert_ne!(id(&successor), id(&ada));
        assert_eq!((&successor["active"], successor.get("groups")), (&json!(true), None));
    }

    /// Rows: SCEN-04 PATCH-73
    fn scen_04_a_new_password_takes_the_place_of_the_old_one(server) {
        let ada = server.user(json!({ "userName": "ada", "password": "0ld-Secret-1843" }));
        let hash = || server.behind().texts("SELECT password_hash AS text FROM resources");
        let old = hash();
        change(&server, &ada, json!({ "op": "replace", "path": "password", "value": "N3w-Secret-1843" }));
        let new = hash();
        let holds = |password: &str| {
            use argon2::password_hash::PasswordVerifier as _;
            argon2::Argon2::default().verify_password(password.as_bytes(), new[0].as_str()).is_ok()
        };
        assert_ne!(new, old);
        assert!(holds("N3w-Secret-1843") && !holds("0ld-Secret-1843"), "one password, the last");
        let after = read(&server, &path_of(&ada));
        assert_eq!(differing(&ada, &after), [""; 0]);
        assert_ne!(after["meta"]["version"], ada["meta"]["version"], "others must know that something changed");
    }

    /// Rows: SCEN-07 TENANT-02 TENANT-03
    fn scen_07_two_tenants_share_nothing(server) {
        let token_of = |slug: &str| {
            server.cli(&["tenant", "create", slug]).ok();
            server.cli(&["token", "create", slug]).ok().lines().last().expect("a token").to_owned()
        };
        let tokens = ["north", "south"].map(token_of);
        // The same community twice: the same names, the same ids of the source, the same group.
        let people = tokens.each_ref().map(|token| {
            let ada = server.post("/Users", employee("ada", "hr-1", "Engines")).token(token).send().expect(201);
            let body = json!({ "schemas": [GROUP], "displayName": "Engines", "members": [{ "value": id(&ada) }] });
            let group = server.post("/Groups", body).token(token).send().expect(201);
            (ada, group)
        });
        assert_ne!((id(&people[0].0), id(&people[0].1)), (id(&people[1].0), id(&people[1].1)));
        // One side empties itself; the other does not notice.
        let seen = |token: &str| {
            ["/Users", "/Groups"].map(|endpoint| server.get(endpoint).token(token).send().expect(200))
        };
        let before = seen(&tokens[1]);
        for resource in [&people[0].0, &people[0].1] {
            server.delete(&path_of(resource)).token(&tokens[1]).send().error(404, "");
            server.delete(&path_of(resource)).token(&tokens[0]).send().expect(204);
        }
        assert_eq!(seen(&tokens[1]), before);
        assert!(seen(&tokens[0]).iter().all(|list| list["totalResults"] == 0));
    }

    /// Rows: SCEN-05
    fn scen_05_a_migration_comes_to_what_its_source_was(server) {
        let manager = |n: usize| format!("bulkId:u{}", (n + 7) % 60);
        let user = |n: usize| json!({ "method": "POST", "path": "/Users", "bulkId": format!("u{n}"), "data": {
            "schemas": [USER, ENTERPRISE], "userName": format!("person{n:02}"), ENTERPRISE: { "manager": { "value": manager(n) } } } });
        let members = |n: usize| -> Vec<usize> { (0..60).filter(|user| user % (n + 2) == 0).collect() };
        let group = |n: usize| {
            let mut listed: Vec<Value> = members(n).iter().map(|user| json!({ "value": format!("bulkId:u{user}") })).collect();
            // Groups inside groups, too: the next one, which comes later in the request.
            listed.extend((n < 9).then(|| json!({ "value": format!("bulkId:g{}", n + 1) })));
            json!({ "method": "POST", "path": "/Groups", "bulkId": format!("g{n}"),
                "data": { "schemas": [GROUP], "displayName": format!("team{n}"), "members": listed } })
        };
        let operations: Vec<Value> = (0..10).map(group).chain((0..60).map(user)).collect();
        let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
        let done = server.post("/Bulk", body).send().expect(200);
        let entries = done["Operations"].as_array().unwrap();
        assert!(entries.iter().all(|entry| entry["status"] == "201"), "{entries:?}");
        for (query, total) in [("/Users?count=0", 60), ("/Groups?count=0", 10)] {
            assert_eq!(server.get(query).send().expect(200)["totalResults"], total);
        }
        let place = |bulk_id: String| {
            let entry = entries.iter().find(|entry| entry["bulkId"] == bulk_id.as_str()).unwrap();
            entry["location"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
        };
        for n in 0..60 {
            let found = read(&server, &format!("/Users/{}", place(format!("u{n}"))));
            assert_eq!(found[ENTERPRISE]["manager"]["value"], place(manager(n)["bulkId:".len()..].to_owned()));
        }
        for n in 0..10 {
            let found = read(&server, &format!("/Groups/{}", place(format!("g{n}"))));
            let mut expected: Vec<String> = members(n).iter().map(|user| place(format!("u{user}"))).collect();
            expected.extend((n < 9).then(|| place(format!("g{}", n + 1))));
            expected.sort();
            let listed = found["members"].as_array().unwrap().iter();
            let mut listed: Vec<String> = listed.map(|member| member["value"].as_str().unwrap().to_owned()).collect();
            listed.sort();
            assert_eq!(listed, expected, "team{n}");
        }
    }
}

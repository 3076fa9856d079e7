//! The core Group and its members (RFC 7643 §4.2). A cycle of groups is an error. `patch` tests how PATCH edits the list.

use serde_json::{Value, json};

use crate::support::{
    GROUP, id, keys, path_of, read, refuses_change, refuses_create, total, user_body,
};

/// The members of an answer, by id, in their order.
#[track_caller]
pub(crate) fn member_ids(group: &Value) -> Vec<&str> {
    let members = group["members"].as_array();
    let members = members.unwrap_or_else(|| panic!("a group without members: {group}"));
    members
        .iter()
        .map(|member| member["value"].as_str().expect("a member has a value"))
        .collect()
}

fn group_body(display_name: &str, members: Value) -> Value {
    json!({ "schemas": [GROUP], "displayName": display_name, "members": members })
}

fn add_member(member: Value) -> Value {
    json!([{ "op": "add", "path": "members", "value": [member] }])
}

api_test! {
    /// Rows: GROUP-01 LEN-19 NULL-05
    fn group_01_a_group_must_have_a_name(server) {
        for name in [json!(""), Value::Null] {
            let body = json!({ "schemas": [GROUP], "displayName": name });
            let detail = refuses_create(&server, "/Groups", body, "invalidValue");
            assert!(detail.contains("displayName"), "{detail}");
        }
        refuses_create(&server, "/Groups", json!({ "schemas": [GROUP], "externalId": "x" }), "invalidValue");
        let group = server.create_group("engineers", &[]);
        let path = path_of(&group);
        let removal = server.patch(&path, json!([{ "op": "remove", "path": "displayName" }]));
        refuses_change(&server, &path, removal, 400, "mutability");
        let emptied = server.patch(&path, json!([{ "op": "replace", "path": "displayName", "value": "" }]));
        refuses_change(&server, &path, emptied, 400, "invalidValue");
    }

    /// Rows: GROUP-02 DEC-5 PUT-10
    fn group_02_a_group_name_is_taken_unless_the_tenant_allows_twins(server) {
        let first = server.create_group("Sales", &[]);
        let other = server.create_group("Other", &[]);
        let path = path_of(&other);
        for taken in ["Sales", "sALES"] {
            let detail = server.post("/Groups", group_body(taken, json!([]))).send().error(409, "uniqueness");
            assert!(detail.contains("displayName"), "{detail}");
            refuses_change(&server, &path, server.put(&path, group_body(taken, json!([]))), 409, "uniqueness");
            let rename = json!([{ "op": "replace", "path": "displayName", "value": taken }]);
            refuses_change(&server, &path, server.patch(&path, rename), 409, "uniqueness");
        }
        assert_eq!(total(&server, "/Groups"), 2);
        let new = server.put(&path_of(&first), group_body("SALES", json!([]))).send().expect(200);
        assert_eq!(new["displayName"], "SALES", "the case of one's own name may change");
        server.user(json!({ "userName": "someone", "displayName": "Sales" }));
        server.user(json!({ "userName": "another", "displayName": "Sales" }));

        server.cli(&["tenant", "set", "default", "unique-group-names=false"]).ok();
        let twin = server.create_group("Sales", &[]);
        assert_ne!(id(&twin), id(&first));
        assert_eq!(server.search("/Groups", "displayName eq \"sales\"").len(), 2);
        let renamed = server.put(&path, group_body("sales", json!([]))).send().expect(200);
        assert_eq!(renamed["displayName"], "sales");
    }

    /// Rows: GROUP-02 DEC-5
    fn group_02_the_rule_counts_for_groups_from_before_it(server) {
        let rule = |value: &str| server.cli(&["tenant", "set", "default", &format!("unique-group-names={value}")]);
        rule("false").ok();
        for twin in ["Sales", "sales", "SALES", "Alone"] {
            server.create_group(twin, &[]);
        }
        let pairs: Vec<String> = (1..=5).map(|n| format!("pair {n}")).collect();
        for pair in pairs.iter().chain(&pairs) {
            server.create_group(pair, &[]);
        }
        // The sixth is not listed; no user is in the way.
        for name in ["one", "two"] {
            server.user(json!({ "userName": name, "displayName": "Twin" }));
        }
        let reason = rule("true").refused();
        assert!(pairs.iter().all(|pair| reason.contains(pair)), "{reason}");
        assert!(reason.contains("more") && !reason.contains("sales") && !reason.contains("alone"), "{reason}");
        // Refused means that nothing changed.
        server.create_group("Alone", &[]);
        for group in server.search("/Groups", "displayName sw \"pair\" or displayName eq \"alone\"") {
            server.delete(&path_of(&group)).send().expect(204);
        }
        let reason = rule("true").refused();
        assert!(reason.contains("\"sales\"") && !reason.contains("more"), "{reason}");
        for group in server.search("/Groups", "displayName eq \"sales\"").iter().skip(1) {
            server.delete(&path_of(group)).send().expect(204);
        }
        rule("true").ok();
        server.post("/Groups", group_body("sAles", json!([]))).send().error(409, "uniqueness");
        assert_eq!(server.search("/Groups", "displayName eq \"SALES\"").len(), 1);
        // And back: names that were unique are free again.
        rule("false").ok();
        server.create_group("Sales", &[]);
        rule("true").refused();
    }

    /// Rows: GROUP-02 DEC-5
    fn group_02_a_name_too_long_for_the_rule_is_named(server) {
        server.cli(&["tenant", "set", "default", "unique-group-names=false"]).ok();
        let group = server.create_group(&"é".repeat(1_500), &[]);
        let reason = server.cli(&["tenant", "set", "default", "unique-group-names=true"]).refused();
        assert!(reason.contains("too long") && reason.contains("éé"), "{reason}");
        server.delete(&path_of(&group)).send().expect(204);
        server.cli(&["tenant", "set", "default", "unique-group-names=true"]).ok();
    }

    /// Rows: GROUP-03 AK-6
    fn group_03_members_may_be_absent_and_show_as_empty(server) {
        for (name, members) in [("null", Some(Value::Null)), ("empty", Some(json!([]))), ("absent", None)] {
            let mut body = json!({ "schemas": [GROUP], "displayName": name });
            if let Some(members) = members {
                body["members"] = members;
            }
            let group = server.post("/Groups", body).send().expect(201);
            assert_eq!(group["members"], json!([]), "{name}: a client adds only where it sees a list");
            assert_eq!(read(&server, &path_of(&group)), group);
        }
        for group in server.search("/Groups", "not (members pr)") {
            assert_eq!(group["members"], json!([]));
        }
        assert_eq!(server.search("/Groups", "not (members pr)").len(), 3);
    }

    /// Rows: GROUP-04 GROUP-06 SCHEMA-11 GROUP-03
    fn group_04_members_are_described_by_the_server(server) {
        let user = server.user(json!({ "userName": "bjensen", "displayName": "Babs Jensen" }));
        let inner = server.create_group("inner", &[]);
        let group = server.create_group("outer", &[id(&inner), id(&user)]);
        let expected = json!([
            { "value": id(&user), "$ref": user["meta"]["location"], "type": "User", "display": "Babs Jensen" },
            { "value": id(&inner), "$ref": inner["meta"]["location"], "type": "Group", "display": "inner" },
        ]);
        assert_eq!(group["members"], expected, "in the order in which the members were created");
        assert_eq!(read(&server, &path_of(&group))["members"], expected);
        assert_eq!(server.search("/Groups", "displayName eq \"outer\"")[0]["members"], expected);
        for member in expected.as_array().expect("two members") {
            let reference = member["$ref"].as_str().expect("a reference");
            let path = reference.strip_prefix(server.origin()).expect("the reference is absolute and ours");
            assert_eq!(id(&server.get(path).absolute().send().expect(200)), member["value"]);
        }
        let groups = read(&server, &path_of(&inner));
        assert_eq!(groups["members"], json!([]), "to be a member is not to have one");
        let renamed = json!([{ "op": "replace", "path": "displayName", "value": "Babs" }]);
        server.patch(&path_of(&user), renamed).send().expect(200);
        assert_eq!(read(&server, &path_of(&group))["members"][0]["display"], "Babs");
    }

    /// Rows: GROUP-05 SCHEMA-17 PATCH-75
    fn group_05_a_member_is_changed_by_no_write(server) {
        let [a, b] = ["a", "b"].map(|name| server.create_user(name));
        let group = server.create_group("engineers", &[id(&a)]);
        let path = path_of(&group);
        let element = format!("members[value eq \"{}\"]", id(&a));
        for (sub_attribute, value) in [
            ("value", id(&b)), ("type", "Group"), ("$ref", b["meta"]["location"].as_str().expect("a location")), ("display", "Someone"),
        ] {
            let operations = json!([{ "op": "replace", "path": format!("{element}.{sub_attribute}"), "value": value }]);
            refuses_change(&server, &path, server.patch(&path, operations), 400, "mutability");
        }
    }

    /// Rows: GROUP-07 GROUP-08 LEN-20 GEN-15
    fn group_07_a_member_is_in_once(server) {
        let [a, b] = ["a", "b"].map(|name| server.create_user(name));
        let group = server.create_group("engineers", &[id(&a), id(&a), id(&b), id(&a)]);
        assert_eq!(member_ids(&group), [id(&a), id(&b)]);
        let path = path_of(&group);
        let twice = json!([{ "value": id(&b) }, { "value": id(&b), "display": "again" }]);
        let new = server.put(&path, group_body("engineers", twice)).send().expect(200);
        assert_eq!(member_ids(&new), [id(&b)]);
        let reply = server.patch(&path, add_member(json!({ "value": id(&b) }))).send();
        assert_eq!(reply.header("etag"), new["meta"]["version"].as_str(), "no change, no new version");
        reply.expect(204);
        assert_eq!(read(&server, &path), new);
        let (one, other) = (json!([{ "value": id(&b) }]), json!([{ "value": id(&a) }]));
        for operations in [
            json!([{ "op": "remove", "path": "members" }, { "op": "add", "path": "members", "value": one }]),
            json!([{ "op": "add", "path": "members", "value": other },
                { "op": "remove", "path": format!("members[value eq \"{}\"]", id(&a)) }]),
        ] {
            server.patch(&path, operations).send().expect(204);
            assert_eq!(read(&server, &path), new, "what comes to no change is none");
        }
    }

    /// Rows: GROUP-09 DEC-6 SCHEMA-12 CRUD-22
    fn group_09_unknown_members_are_refused_by_name(server) {
        let user = server.create_user("a");
        let gone = server.create_user("gone");
        server.delete(&path_of(&gone)).send().expect(204);
        let group = server.create_group("engineers", &[id(&user)]);
        let path = path_of(&group);
        for unknown in ["nope", id(&gone), "a", &id(&user).to_uppercase()] {
            let members = json!([{ "value": id(&user) }, { "value": unknown }]);
            let detail = refuses_create(&server, "/Groups", group_body("new", members.clone()), "invalidValue");
            assert!(detail.contains(unknown), "the detail names {unknown}: {detail}");
            let detail = refuses_change(&server, &path, server.put(&path, group_body("new", members)), 400, "invalidValue");
            assert!(detail.contains(unknown), "{detail}");
            let patch = server.patch(&path, json!([
                { "op": "replace", "path": "displayName", "value": "new" },
                { "op": "add", "path": "members", "value": [{ "value": unknown }] },
            ]));
            let detail = refuses_change(&server, &path, patch, 400, "invalidValue");
            assert!(detail.contains(unknown), "{detail}");
        }
        for members in [json!([null]), json!([{ "value": "" }]), json!([{ "display": "a" }])] {
            refuses_create(&server, "/Groups", group_body("new", members), "invalidValue");
        }
        server.cli(&["tenant", "set", "default", "ignore-unknown-members=on"]).ok();
        let members = json!([{ "value": "nope" }, { "value": id(&user) }]);
        let lenient = server.post("/Groups", group_body("lenient", members)).send().expect(201);
        assert_eq!(member_ids(&lenient), [id(&user)]);
        server.patch(&path, add_member(json!({ "value": "nope" }))).send().expect(204);
        assert_eq!(read(&server, &path), group);
    }

    /// Rows: GROUP-10 GROUP-06
    fn group_10_groups_nest_but_not_in_circles(server) {
        let user = server.create_user("bjensen");
        let bottom = server.create_group("bottom", &[id(&user)]);
        let middle = server.create_group("middle", &[id(&bottom)]);
        let top = server.create_group("top", &[id(&middle)]);
        for (inside, around) in [(&top, &bottom), (&top, &middle), (&middle, &bottom), (&bottom, &bottom), (&top, &top)] {
            let path = path_of(around);
            let patch = server.patch(&path, add_member(json!({ "value": id(inside) })));
            refuses_change(&server, &path, patch, 400, "invalidValue");
            let name = around["displayName"].as_str().expect("a name");
            let put = server.put(&path, group_body(name, json!([{ "value": id(inside) }])));
            refuses_change(&server, &path, put, 400, "invalidValue");
        }
        // A diamond is no circle: two ways down to the same group.
        let beside = server.create_group("beside", &[id(&bottom)]);
        server.patch(&path_of(&top), add_member(json!({ "value": id(&beside) }))).send().expect(204);
        assert_eq!(member_ids(&read(&server, &path_of(&top))), [id(&middle), id(&beside)]);
        let groups = read(&server, &path_of(&user))["groups"].clone();
        assert_eq!(groups.as_array().map(Vec::len), Some(4), "each group once: {groups}");

        // Once the chain is cut, the other direction is free.
        server.put(&path_of(&middle), group_body("middle", json!([]))).send().expect(200);
        server.patch(&path_of(&bottom), add_member(json!({ "value": id(&middle) }))).send().expect(204);
        assert_eq!(member_ids(&read(&server, &path_of(&bottom))), [id(&user), id(&middle)]);
    }

    /// Rows: GROUP-11 SCHEMA-27 SCHEMA-10
    fn group_11_the_value_of_a_member_wins_over_its_description(server) {
        let user = server.user(json!({ "userName": "bjensen", "displayName": "Babs" }));
        let other = server.create_user("other");
        let location = user["meta"]["location"].as_str().expect("a location");
        let unversioned = location.replace("/scim/v2/", "/scim/");
        let relative = format!("Users/{}", id(&user));
        let references = [
            location, &unversioned, &relative, other["meta"]["location"].as_str().expect("a location"), "https://x.example/Users/1",
        ];
        for (number, reference) in references.into_iter().enumerate() {
            let member = json!({ "value": id(&user), "display": "Somebody", "type": "User", "$ref": reference });
            let group = server.post("/Groups", group_body(&format!("g{number}"), json!([member]))).send().expect(201);
            let expected = json!([{ "value": id(&user), "$ref": location, "type": "User", "display": "Babs" }]);
            assert_eq!(group["members"], expected, "for $ref {reference}");
            assert_eq!(read(&server, &path_of(&group)), group);
        }
        let group = server.create_group("engineers", &[id(&other)]);
        let path = path_of(&group);
        for (member, kind) in [(&user, "Group"), (&group, "User"), (&user, "Robot")] {
            let member = json!([{ "value": id(member), "type": kind }]);
            refuses_create(&server, "/Groups", group_body("new", member.clone()), "invalidValue");
            let put = server.put(&path, group_body("engineers", member));
            refuses_change(&server, &path, put, 400, "invalidValue");
        }
        let contradiction = server.patch(&path, add_member(json!({ "value": id(&user), "type": "Group" })));
        refuses_change(&server, &path, contradiction, 400, "invalidValue");
        let any_case = json!([{ "value": id(&user), "type": "uSER" }]);
        let group = server.post("/Groups", group_body("case", any_case)).send().expect(201);
        assert_eq!(group["members"][0]["type"], "User");
    }

    /// Rows: GROUP-12 GEN-12
    fn group_12_one_more_member_of_many_is_a_short_exchange(server) {
        let users: Vec<Value> = (0..120).map(|number| server.create_user(&format!("u{number}"))).collect();
        let (late, early) = users.split_last().expect("many users");
        let ids: Vec<&str> = early.iter().map(id).collect();
        let group = server.create_group("everyone", &ids);
        assert_eq!(member_ids(&group), ids);
        let path = path_of(&group);
        let reply = server.patch(&path, add_member(json!({ "value": id(late) }))).send();
        assert_eq!(reply.text, "", "the members are not sent back");
        assert_ne!(reply.header("etag"), group["meta"]["version"].as_str());
        assert_eq!(reply.header("location"), group["meta"]["location"].as_str());
        reply.expect(204);
        let all: Vec<&str> = users.iter().map(id).collect();
        assert_eq!(member_ids(&read(&server, &path)), all);
        let removal = json!([{ "op": "remove", "path": format!("members[value eq \"{}\"]", ids[0]) }]);
        let asked = server.patch(&path, removal).query("attributes", "displayName").send().expect(200);
        assert_eq!(keys(&asked), ["displayName", "id", "schemas"]);
        assert_eq!(member_ids(&read(&server, &path)), all[1..]);
    }

    /// Rows: GROUP-13 GEN-18 SCHEMA-02
    fn group_13_members_can_be_left_out_or_picked(server) {
        let user = server.create_user("bjensen");
        let group = server.create_group("engineers", &[id(&user)]);
        server.create_group("empty", &[]);
        let path = path_of(&group);
        let one = server.get(&path).query("excludedAttributes", "members").send().expect(200);
        assert_eq!(keys(&one), ["displayName", "id", "meta", "schemas"]);
        assert_eq!(one["meta"], group["meta"]);
        let list = server.get("/Groups").query("excludedAttributes", "Members").send().expect(200);
        assert_eq!(list["totalResults"], 2);
        for shown in list["Resources"].as_array().expect("two groups") {
            assert_eq!(shown.get("members"), None, "not even an empty list");
            assert!(shown["displayName"].is_string());
        }
        let reference = json!([{ "$ref": user["meta"]["location"] }]);
        let picked = server.get(&path).query("attributes", "members.$ref").send().expect(200);
        assert_eq!(picked["members"], reference);
        assert_eq!(keys(&picked), ["id", "members", "schemas"]);
        let filter = format!("members.$ref eq {}", user["meta"]["location"]);
        assert_eq!(server.search("/Groups", &filter), std::slice::from_ref(&group));
        let without = server.post("/Groups", group_body("third", json!([{ "value": id(&user) }])));
        let without = without.query("excludedAttributes", "members").send().expect(201);
        assert_eq!(without.get("members"), None);
        assert_eq!(member_ids(&read(&server, &path_of(&without))), [id(&user)]);
    }

    /// Rows: USER-28 USER-23 ETAG-11
    fn user_28_membership_changes_the_group_not_the_user(server) {
        let user = server.create_user("bjensen");
        let group = server.create_group("engineers", &[]);
        server.patch(&path_of(&group), add_member(json!({ "value": id(&user) }))).send().expect(204);
        let shown = server.get(&path_of(&user)).send();
        assert_eq!(shown.header("etag"), user["meta"]["version"].as_str());
        let shown = shown.expect(200);
        assert_eq!(shown["meta"], user["meta"]);
        assert_eq!(shown["groups"][0]["value"], id(&group));
        let changed = read(&server, &path_of(&group));
        assert_ne!(changed["meta"]["version"], group["meta"]["version"]);
        let new = server.put(&path_of(&user), user_body("bjensen", json!({ "title": "x" }))).send().expect(200);
        assert_eq!(new["groups"], shown["groups"], "a PUT of the user is no way out of a group");
        assert_eq!(read(&server, &path_of(&group)), changed);
    }

    /// Rows: LEN-7 GROUP-04 SCHEMA-31
    fn len_07_a_member_may_come_without_its_brackets(server) {
        let user = server.create_user("bjensen");
        for (name, members) in [("object", json!({ "value": id(&user) })), ("string", json!(id(&user)))] {
            let group = server.post("/Groups", group_body(name, members)).send().expect(201);
            assert_eq!(member_ids(&group), [id(&user)], "{name}");
        }
        refuses_create(&server, "/Groups", group_body("unknown", json!("nope")), "invalidValue");
        server.rfc();
        for members in [json!({ "value": id(&user) }), json!(id(&user))] {
            refuses_create(&server, "/Groups", group_body("strict", members), "invalidValue");
        }
    }
}

//! Behaviour that every identity provider relies on.

use std::collections::BTreeSet;
use std::thread;

use serde_json::{Value, json};

use crate::support::patch_table::{Stage, add, operation, pathless, remove, replace, row};
use crate::support::{GROUP, TestServer, USER, id, path_of};

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// A user as most providers send one.
fn kim() -> Value {
    json!({
        "schemas": [USER], "userName": "Kim@X.test", "externalId": "00uAb12", "displayName": "Kim Lee", "active": true,
        "name": { "givenName": "Kim", "familyName": "Lee" }, "emails": [{ "primary": true, "value": "Kim@X.test", "type": "work" }],
        "phoneNumbers": [{ "value": " +49 (0)30 / 12-34 ", "type": "work" }],
    })
}

#[track_caller]
fn page(server: &TestServer, query: &str) -> (Value, Value, Value, Vec<String>) {
    let list = server.get(&format!("/Users{query}")).send().expect(200);
    assert_eq!(list["schemas"], json!([LIST]));
    let names = list["Resources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["userName"].as_str().unwrap().to_owned());
    (
        list["totalResults"].clone(),
        list["startIndex"].clone(),
        list["itemsPerPage"].clone(),
        names.collect(),
    )
}

api_test! {
    /// Rows: GEN-1 GEN-2 GEN-17
    fn gen_01_a_lookup_always_answers_200(server) {
        let empty = json!({ "schemas": [LIST], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": [] });
        let lookups = [
            "/Users", "/Groups", "/Users?filter=userName%20eq%20%22a%40x.test%22", "/Groups?filter=displayName+eq+%22Sales%22",
            "/Users?filter=externalId+eq+%22x%22&startIndex=1&count=100", "/Users?filter=userName%20eq%20%22%22",
        ];
        for lookup in lookups {
            assert_eq!(server.get(lookup).send().expect(200), empty, "{lookup}");
        }
        server.create_user("kim");
        let list = server.get("/Users").send().expect(200);
        assert!(["totalResults", "startIndex", "itemsPerPage"].iter().all(|name| list[name] == 1), "{list}");
    }

    /// Rows: GEN-3 GEN-15 USER-13 OKTA-13 ENTRA-24
    fn gen_03_inactive_users_stay_visible(server) {
        let user = server.user(kim());
        let path = path_of(&user);
        let group = server.create_group("Team", &[id(&user)]);
        let off = server.patch(&path, json!([replace("active", false)])).send().expect(200);
        assert_eq!(off["active"], false);
        assert_eq!(server.patch(&path, json!([replace("active", false)])).send().expect(200), off);
        assert_eq!(server.get(&path).send().expect(200), off);
        assert_eq!(server.search("/Users", "userName eq \"kim@x.test\""), std::slice::from_ref(&off));
        assert_eq!(server.search("/Users", "active eq false"), std::slice::from_ref(&off));
        assert_eq!(server.get("/Users").send().expect(200)["Resources"], json!([off]));
        assert_eq!(server.get(&path_of(&group)).send().expect(200)["members"], group["members"]);
        let on = server.patch(&path, json!([replace("active", true)])).send().expect(200);
        assert_eq!((&on["active"], &on["id"], &on["groups"]), (&json!(true), &user["id"], &off["groups"]));
    }

    /// Rows: GEN-4 GEN-5 GEN-6 GEN-15 COMMON-06 OKTA-31 ENTRA-25
    fn gen_04_ids_belong_to_the_server_and_unknown_ones_are_404(server) {
        let mut body = kim();
        body["id"] = "mine".into();
        let first = server.post("/Users", body.clone()).send().expect(201);
        assert!(!id(&first).is_empty() && id(&first) != "mine" && !id(&first).contains('@') && !id(&first).contains("bulkId"));
        assert_eq!(server.get(&path_of(&first)).send().expect(200)["id"], first["id"]);
        server.delete(&path_of(&first)).send().expect(204);
        let second = server.post("/Users", body).send().expect(201);
        assert_ne!(first["id"], second["id"]);
        let ids = [
            id(&first), "42", "no-such", "010101001010101011001010101011", "00919288221112222", "a%2Fb",
            "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "%C3%BC", "'%20or%201=1--", &"x".repeat(500),
        ];
        for unknown in ids {
            for endpoint in ["/Users", "/Groups"] {
                let path = format!("{endpoint}/{unknown}");
                server.get(&path).send().error(404, "");
                server.delete(&path).send().error(404, "");
                server.put(&path, kim()).send().error(404, "");
                server.patch(&path, json!([replace("displayName", "x")])).send().error(404, "");
            }
        }
        assert_eq!(server.get("/Users").send().expect(200)["totalResults"], 1);
    }

    /// Rows: GEN-6 OKTA-32 ERR-01
    fn gen_06_every_error_has_a_body(server) {
        server.get("/Users").anonymous().send().error(401, "");
        server.get("/Users").header("Authorization", "non-token").send().error(401, "");
        server.get("/Nowhere").send().error(404, "");
        server.request("POST", "/ServiceProviderConfig").raw(Some("application/json"), "{}").send().error(405, "");
        server.delete("/Users").send().error(405, "");
        for body in ["", "{", "[]", "null", "\"x\"", "{\"userName\":}", "{\"userName\":\"a\"} x"] {
            server.request("POST", "/Users").raw(Some("application/json"), body).send().error(400, "invalidSyntax");
        }
        assert_eq!(server.get("/Users").send().expect(200)["totalResults"], 0);
    }

    /// Rows: GEN-8 GEN-10 GEN-26 OKTA-33 USER-02 USER-05 USER-18
    fn gen_08_names_ignore_case_and_values_stay_as_sent(server) {
        let user = server.user(kim());
        for name in ["kim@x.TEST", "KIM@X.TEST", "Kim@X.test"] {
            assert_eq!(server.search("/Users", &format!("userName eq \"{name}\"")), std::slice::from_ref(&user));
        }
        for (key, value) in kim().as_object().unwrap() {
            assert_eq!(&user[key], value, "{key} is not as it was sent");
        }
        let mut again = kim();
        again["userName"] = "KIM@x.test".into();
        let detail = server.post("/Users", again.clone()).send().error(409, "uniqueness");
        assert!(detail.contains("KIM@x.test") && detail.contains("userName"), "{detail}");
        let other = server.create_user("lee");
        server.put(&path_of(&other), again).send().error(409, "uniqueness");
        server.patch(&path_of(&other), json!([replace("userName", "kim@x.test")])).send().error(409, "uniqueness");
        assert_eq!(server.get(&path_of(&other)).send().expect(200), other);
        assert_eq!(server.get("/Users").send().expect(200)["totalResults"], 2);
    }

    /// Rows: GEN-9 COMMON-10 COMMON-11 GROUP-14
    fn gen_09_external_ids_are_exact_and_may_repeat(server) {
        server.user(json!({ "userName": "a", "externalId": "Ext-1" }));
        server.user(json!({ "userName": "b", "externalId": "Ext-1" }));
        server.user(json!({ "userName": "c", "externalId": "ext-1" }));
        assert_eq!(server.names("externalId eq \"Ext-1\""), ["a", "b"]);
        assert_eq!(server.names("externalId eq \"ext-1\""), ["c"]);
        assert!(server.names("externalId eq \"EXT-1\"").is_empty());
        let body = json!({ "schemas": [GROUP], "displayName": "Team", "externalId": "Ext-1" });
        let group = server.post("/Groups", body).send().expect(201);
        assert_eq!(server.search("/Groups", "externalId eq \"Ext-1\""), [group]);
    }

    /// Rows: GEN-10 OKTA-44 RIP-3
    fn gen_10_of_two_creates_at_once_one_wins(server) {
        let replies: Vec<u16> = thread::scope(|scope| {
            let one = || {
                let request = server.post("/Users", kim());
                scope.spawn(move || request.send().status)
            };
            let all: Vec<_> = (0..8).map(|_| one()).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(replies.iter().filter(|status| **status == 201).count(), 1, "{replies:?}");
        assert_eq!(replies.iter().filter(|status| **status == 409).count(), 7, "{replies:?}");
        assert_eq!(server.search("/Users", "userName eq \"kim@x.test\"").len(), 1);
    }

    /// Rows: GEN-11 COMMON-16
    fn gen_11_a_create_answers_the_whole_resource_and_its_place(server) {
        for (endpoint, body) in [("/Users", kim()), ("/Groups", json!({ "schemas": [GROUP], "displayName": "Team" }))] {
            let reply = server.post(endpoint, body).send();
            let place = reply.header("location").unwrap().to_owned();
            let tag = reply.header("etag").unwrap().to_owned();
            let created = reply.expect(201);
            assert_eq!(created["meta"]["location"], place);
            assert_eq!(created["meta"]["version"], tag);
            assert_eq!(place, format!("{}{}", server.base(), path_of(&created)));
            assert_eq!(server.get(&path_of(&created)).send().expect(200), created);
        }
    }

    /// Rows: GEN-13 GEN-15 GEN-27
    fn gen_13_patches_are_atomic_ordered_and_repeatable(server) {
        let stage = Stage::new(&server);
        stage.groups([
            row("a failed replace loses no member", [replace("members", json!([])), replace("members", json!([{ "value": "nobody" }]))])
                .refused("invalidValue"),
            row("add present", [add("members", "{a}")]),
            row("remove absent", [remove("members[value eq '{c}']")]),
            row("in order", [remove("members"), add("members", "{c}")]).gives(json!({ "members": ["{c}"] })),
        ]);
        stage.users([
            row("inactive again", [replace("active", "False")]).from(json!({ "active": false })),
            row("one primary", [operation("Add", "emails", json!([{ "value": "n@x.test", "primary": true }]))]).gives(json!({ "emails": [
                { "value": "work@x.test", "type": "work" }, { "value": "home@x.test", "type": "home" },
                { "value": "n@x.test", "primary": true },
            ] })),
        ]);
    }

    /// Rows: GEN-14 SP-3
    fn gen_14_concurrent_members_are_not_lost(server) {
        let users: Vec<Value> = (0..24).map(|n| server.create_user(&format!("user-{n}"))).collect();
        let (stay, go) = users.split_at(12);
        let leavers: Vec<&str> = go[..6].iter().map(id).collect();
        let path = path_of(&server.create_group("Team", &leavers));
        thread::scope(|scope| {
            for user in stay {
                let request = server.patch(&path, json!([add("members", json!([{ "value": user["id"] }]))]));
                scope.spawn(move || request.send().expect(204));
            }
            for leaver in &leavers {
                let request = server.patch(&path, json!([remove(&format!("members[value eq '{leaver}']"))]));
                scope.spawn(move || request.send().expect(204));
            }
        });
        let group = server.get(&path).send().expect(200);
        let left: BTreeSet<&str> = group["members"].as_array().unwrap().iter().map(|one| one["value"].as_str().unwrap()).collect();
        assert_eq!(left, stay.iter().map(id).collect());
    }

    /// Rows: GEN-16 GEN-17 GEN-19 OKTA-15 OKTA-16 OKTA-30 AK-7 SP-2
    fn gen_16_pages_are_stable_and_complete(server) {
        let names: Vec<String> = (0..7).map(|n| format!("user-{n}")).collect();
        for name in &names {
            server.create_user(name);
        }
        let cases = [
            ("", 1, 7, 0..7), ("?startIndex=1&count=100", 1, 7, 0..7), ("?startIndex=1&count=3", 1, 3, 0..3),
            ("?startIndex=4&count=3", 4, 3, 3..6), ("?startIndex=7&count=3", 7, 1, 6..7), ("?startIndex=5", 5, 3, 4..7),
            ("?startIndex=0&count=2", 1, 2, 0..2), ("?startIndex=-5&count=2", 1, 2, 0..2), ("?count=0", 1, 0, 0..0),
            ("?count=-1", 1, 0, 0..0), ("?count=100000", 1, 7, 0..7), ("?startIndex=8", 8, 0, 0..0),
            ("?startIndex=500&count=5", 500, 0, 0..0),
        ];
        for (query, start, count, range) in cases {
            let expected = (json!(7), json!(start), json!(count), names[range].to_vec());
            assert_eq!(page(&server, query), expected, "{query}");
        }
        let list = server.get("/Users?count=2").send().expect(200);
        for user in list["Resources"].as_array().unwrap() {
            assert_eq!(user["schemas"], json!([USER]));
            assert_eq!(&server.get(&path_of(user)).send().expect(200), user);
        }
        server.create_group("Team", &[]);
        let groups = server.get("/Groups?startIndex=1&count=100").send().expect(200);
        assert_eq!((&groups["totalResults"], &groups["Resources"][0]["schemas"]), (&json!(1), &json!([GROUP])));
    }

    /// Rows: GEN-18 COMMON-08 COMMON-20 GROUP-13
    fn gen_18_answers_can_be_cut_everywhere(server) {
        let cut = |user: &Value| json!({ "schemas": [USER], "id": user["id"], "userName": "Kim@X.test" });
        let user = server.post("/Users", kim()).query("attributes", "userName").send().expect(201);
        assert_eq!(user, cut(&user));
        let path = format!("/Users/{}", id(&user));
        assert_eq!(server.get(&path).query("attributes", "userName").send().expect(200), cut(&user));
        assert_eq!(server.put(&path, kim()).query("attributes", "userName").send().expect(200), cut(&user));
        let patched = server.patch(&path, json!([replace("title", "x")])).query("attributes", "userName").send();
        assert_eq!(patched.expect(200), cut(&user));
        assert_eq!(server.get("/Users").query("attributes", "userName").send().expect(200)["Resources"], json!([cut(&user)]));
        let rest = server.get(&path).query("excludedAttributes", "emails,name.familyName,id").send().expect(200);
        assert_eq!((rest.get("emails"), &rest["name"], &rest["id"]), (None, &json!({ "givenName": "Kim" }), &user["id"]));
        let group = server.create_group("Team", &[id(&user)]);
        let mut without = group.clone();
        without.as_object_mut().unwrap().remove("members");
        assert_eq!(server.get(&path_of(&group)).query("excludedAttributes", "members").send().expect(200), without);
        assert_eq!(server.get("/Groups").query("excludedAttributes", "members").send().expect(200)["Resources"], json!([without]));
    }

    /// Rows: GEN-20 DEC-4 USER-14 OKTA-4 OKTA-5
    fn gen_20_passwords_are_taken_and_never_shown(server) {
        let mut body = kim();
        body["password"] = "q7".into();
        let replies = || {
            let created = server.post("/Users", body.clone()).send();
            let path = format!("/Users/{}", id(&created.body));
            vec![
                created, server.get(&path).send(), server.get(&path).query("attributes", "password").send(), server.get("/Users").send(),
                server.put(&path, body.clone()).send(), server.put(&path, kim()).send(), server.post("/Users", body.clone()).send(),
                server.patch(&path, json!([pathless("replace", json!({ "password": "q7" }))])).send(),
            ]
        };
        let statuses: Vec<u16> = replies().into_iter().map(|reply| {
            assert!(!reply.text.contains("\"q7\"") && !reply.text.contains("password"), "{}", reply.text);
            reply.status
        }).collect();
        assert_eq!(statuses, [201, 200, 200, 200, 200, 200, 409, 200]);
        assert!(!server.log().contains("q7"), "the log knows the password");
    }

    /// Rows: GEN-21 USER-21 USER-22 USER-23 USER-27 USER-28
    fn gen_21_groups_of_a_user_follow_the_memberships(server) {
        let user = server.create_user("kim");
        let (first, second) = (server.create_group("First", &[id(&user)]), server.create_group("Second", &[]));
        server.patch(&path_of(&second), json!([add("members", json!([{ "value": user["id"] }]))])).send().expect(204);
        let seen = server.get(&path_of(&user)).send().expect(200);
        assert_eq!(seen["meta"], user["meta"]);
        let groups = seen["groups"].as_array().unwrap();
        let shown: BTreeSet<_> = groups.iter().map(|one| (one["value"].as_str(), one["display"].as_str(), one["type"].as_str())).collect();
        assert_eq!(shown, [&first, &second].map(|one| (one["id"].as_str(), one["displayName"].as_str(), Some("direct"))).into());
        assert!(groups.iter().all(|one| one["$ref"].as_str().unwrap().ends_with(&format!("/Groups/{}", one["value"].as_str().unwrap()))));
        let put = server.put(&path_of(&user), json!({ "schemas": [USER], "userName": "kim", "groups": [] })).send().expect(200);
        assert_eq!(put["groups"], seen["groups"]);
        server.delete(&path_of(&first)).send().expect(204);
        let left = server.get(&path_of(&user)).send().expect(200);
        assert_eq!((left["groups"].as_array().unwrap().len(), &left["groups"][0]["value"]), (1, &second["id"]));
        server.delete(&path_of(&user)).send().expect(204);
        let emptied = server.get(&path_of(&second)).send().expect(200);
        assert_eq!(emptied["members"], json!([]));
    }

    /// Rows: GEN-24 OKTA-32
    fn gen_24_bearer_tokens(server) {
        let other = server.cli(&["token", "create", "default"]).ok();
        let other = other.lines().last().unwrap().trim();
        for token in [server.token(), other] {
            server.get("/Users").token(token).send().expect(200);
        }
        for scheme in ["bearer", "BEARER", "Bearer"] {
            server.get("/Users").header("Authorization", &format!("{scheme} {}", server.token())).send().expect(200);
        }
        let refused = [
            server.get("/Users").anonymous(), server.get("/Users").token("scimd_wrong"), server.get("/Users").token(&format!("{other}x")),
            server.get("/Users").header("Authorization", server.token()), server.get("/Users").header("Authorization", "non-token"),
            server.post("/Users", kim()).anonymous(), server.get("/Nowhere").anonymous(),
        ];
        for request in refused {
            let reply = request.send();
            assert!(reply.header("www-authenticate").unwrap_or_default().starts_with("Bearer"), "{:?}", reply.headers);
            reply.error(401, "");
        }
        assert_eq!(server.get("/Users").send().expect(200)["totalResults"], 0);
    }

    /// Rows: GEN-25 ENTRA-38
    fn gen_25_queries_in_every_encoding(server) {
        let names = ["a b", "a+b@x.test", "o'neil", "a_b.test#EXT#@t.test", "müller", "q\"u\\o", "100%", "a[b]&c=d"];
        let bodies = names.map(|name| json!({ "userName": format!("user {name}"), "nickName": name }));
        for body in bodies {
            server.user(body);
        }
        let escaped = |name: &str| Value::from(name).to_string();
        for name in names {
            let percent = crate::support::percent_encode(&format!("nickName eq {}", escaped(name)));
            let plus = percent.replace("%20", "+");
            for query in [percent, plus] {
                let found = server.get(&format!("/Users?filter={query}")).send().expect(200);
                assert_eq!(found["totalResults"], 1, "{query}: {found}");
                assert_eq!(found["Resources"][0]["nickName"], name);
            }
        }
        assert!(server.search("/Users", "nickName eq \"a+b\"").is_empty());
        assert_eq!(server.search("/Users", "nickName eq \"m\\u00fcller\"").len(), 1);
    }
}

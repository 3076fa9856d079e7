//! Create, read and delete (RFC 7644 §3.3, §3.4.1, §3.6). Simultaneous creates are in `operations/races.rs`.

use serde_json::{Value, json};

use crate::support::{
    ENTERPRISE, GROUP, Request, TestServer, USER, id, keys, path_of, read, refuses_create, total,
    user_body,
};

api_test! {
    /// Rows: CRUD-01 CRUD-02 CRUD-03 CRUD-12 CRUD-13 MEDIA-01
    fn crud_01_create_answers_201_with_the_resource_and_its_address(server) {
        let reply = server.post("/Users", user_body("bjensen", json!({ "title": "Tour Guide" }))).send();
        assert_eq!(reply.status, 201, "{}", reply.text);
        let user = &reply.body;
        assert_eq!(user["userName"], "bjensen");
        assert_eq!(user["title"], "Tour Guide");
        assert_eq!(user["schemas"], json!([USER]));
        let location = reply.header("location").expect("a 201 has a Location");
        assert_eq!(location, format!("{}/Users/{}", server.base(), id(user)));
        assert_eq!(user["meta"]["location"], location);
        assert_eq!(user["meta"]["version"], reply.header("etag").expect("a 201 has an ETag"));

        let path = location.strip_prefix(server.origin()).expect("the location is ours");
        let found = server.get(path).absolute().send();
        assert_eq!(found.header("location"), Some(location));
        assert_eq!(found.header("etag"), reply.header("etag"));
        assert!(found.header("content-type").is_some_and(|kind| kind.starts_with("application/scim+json")));
        assert_eq!(found.expect(200), *user, "what was answered is what is stored");
    }

    /// Rows: CRUD-04 CRUD-24 SCHEMA-16 COMMON-05 COMMON-12
    fn crud_04_read_only_attributes_of_a_create_are_ignored(server) {
        let group = server.create_group("engineers", &[]);
        let user = server.user(json!({
            "userName": "bjensen", "id": "mine",
            "groups": [{ "value": id(&group), "display": "engineers", "type": "direct" }],
            "meta": {
                "resourceType": "Group", "created": "1999-01-01T00:00:00Z", "lastModified": "1999-01-01T00:00:00Z",
                "location": "https://elsewhere.example/Users/mine", "version": "W/\"mine\"",
            },
        }));
        assert_ne!(id(&user), "mine");
        assert_eq!(user["groups"], Value::Null);
        assert_eq!(user["meta"]["resourceType"], "User");
        assert_eq!(user["meta"]["location"], format!("{}/Users/{}", server.base(), id(&user)));
        assert_ne!(user["meta"]["version"], "W/\"mine\"");
        for time in ["created", "lastModified"] {
            let time = user["meta"][time].as_str().expect("a time");
            assert!(!time.starts_with("1999"), "the server's clock counts, not {time}");
        }
        server.get("/Users/mine").send().error(404, "");
        assert_eq!(read(&server, &path_of(&group))["members"], json!([]), "groups is not a way to join one");
        assert_eq!(read(&server, &path_of(&user)), user);
    }

    /// Rows: CRUD-05 USER-12 COMMON-09 USER-07 NULL-04
    fn crud_05_only_active_is_filled_in_by_the_server(server) {
        let user = server.create_user("bjensen");
        assert_eq!(keys(&user), ["active", "id", "meta", "schemas", "userName"]);
        assert_eq!(user["active"], true);
        assert_eq!(keys(&user["meta"]), ["created", "lastModified", "location", "resourceType", "version"]);
        let group = server.create_group("engineers", &[]);
        assert_eq!(keys(&group), ["displayName", "id", "members", "meta", "schemas"]);
        assert_eq!(group["members"], json!([]));
    }

    /// Rows: CRUD-06
    fn crud_06_an_explicit_null_overrides_the_default(server) {
        let user = server.user(json!({ "userName": "unsaid", "active": null }));
        assert_eq!(user.get("active"), None);
        assert_eq!(read(&server, &path_of(&user)).get("active"), None);
        server.create_user("said");
        server.user(json!({ "userName": "denied", "active": false }));
        // Applications see the same: no value is not "no".
        let seen = "SELECT user_name AS text FROM scim_users WHERE NOT active";
        assert_eq!(server.behind().texts(seen), ["denied"]);
        let seen = "SELECT user_name AS text FROM scim_users WHERE active IS NULL";
        assert_eq!(server.behind().texts(seen), ["unsaid"]);
        assert_eq!(server.names("active pr"), ["denied", "said"]);
        assert_eq!(server.names("active eq true"), ["said"]);
    }

    /// Rows: CRUD-07 CRUD-22 ERR-09
    fn crud_07_a_conflict_answers_409_and_touches_neither_side(server) {
        let first = server.user(json!({ "userName": "bjensen", "title": "first" }));
        let second = user_body("bjensen", json!({ "title": "second", "externalId": "x" }));
        let detail = server.post("/Users", second).send().error(409, "uniqueness");
        assert!(detail.contains("userName"), "the detail names the attribute: {detail}");
        assert_eq!(total(&server, "/Users"), 1);
        assert_eq!(read(&server, &path_of(&first)), first);
        assert_eq!(server.names("title eq \"second\""), Vec::<String>::new());
    }

    /// Rows: CRUD-09 USER-01 GROUP-01 ERR-14
    fn crud_09_a_missing_required_attribute_is_named(server) {
        let detail = refuses_create(&server, "/Users", json!({ "schemas": [USER], "title": "x" }), "invalidValue");
        assert!(detail.contains("userName"), "{detail}");
        let detail = refuses_create(&server, "/Groups", json!({ "schemas": [GROUP] }), "invalidValue");
        assert!(detail.contains("displayName"), "{detail}");
    }

    /// Rows: CRUD-10 ERR-14
    fn crud_10_a_value_of_another_json_type_is_refused(server) {
        let wrong = [
            json!({ "name": "x" }), json!({ "name": 5 }), json!({ "name": true }), json!({ "name": [{}, {}] }),
            json!({ "name": { "givenName": { "x": 1 } } }), json!({ "name": { "givenName": ["a", "b"] } }),
            json!({ "title": true }), json!({ "title": { "x": 1 } }), json!({ "title": ["a", "b"] }),
            json!({ "userName": true }), json!({ "userName": { "value": "x" } }), json!({ "userName": ["a", "b"] }),
            json!({ "active": 1 }), json!({ "active": "yes" }), json!({ "active": {} }), json!({ "active": [true, true] }),
            json!({ "emails": 5 }), json!({ "emails": true }), json!({ "emails": [5] }), json!({ "emails": [[]] }),
            json!({ "emails": [{ "value": { "x": 1 } }] }), json!({ "emails": [{ "value": ["a", "b"] }] }),
            json!({ "emails": [{ "value": "a@x.org", "primary": "maybe" }] }),
            json!({ "addresses": "x" }), json!({ "addresses": ["x"] }),
            json!({ ENTERPRISE: "x" }), json!({ ENTERPRISE: { "department": true } }),
            json!({ ENTERPRISE: { "manager": true } }), json!({ "externalId": { "x": 1 } }),
        ];
        for profile in ["default", "rfc"] {
            server.set_tenant(&format!("profile={profile}"));
            for rest in &wrong {
                refuses_create(&server, "/Users", user_body("bjensen", rest.clone()), "invalidValue");
            }
        }
        for rest in [json!({ "emails": "x" }), json!({ "name": [{ "givenName": "A" }] }), json!({ "title": 5 })] {
            refuses_create(&server, "/Users", user_body("bjensen", rest), "invalidValue");
        }
        for members in [json!(5), json!([true]), json!([[]]), json!([{ "value": { "x": 1 } }])] {
            let body = json!({ "schemas": [GROUP], "displayName": "g", "members": members });
            refuses_create(&server, "/Groups", body, "invalidValue");
        }
    }

    /// Rows: CRUD-11 PROJ-03
    fn crud_11_projection_shapes_the_answer_to_a_create_not_what_is_stored(server) {
        let rest = json!({ "title": "Guide", "emails": [{ "value": "b@x.org" }] });
        let named = server.post("/Users", user_body("first", rest.clone())).query("attributes", "userName").send();
        let location = named.header("location").map(ToOwned::to_owned);
        let named = named.expect(201);
        assert_eq!(keys(&named), ["id", "schemas", "userName"]);
        assert_eq!(location, Some(format!("{}/Users/{}", server.base(), id(&named))));
        let stored = read(&server, &format!("/Users/{}", id(&named)));
        assert_eq!(stored["title"], "Guide");
        assert_eq!(stored["emails"], json!([{ "value": "b@x.org" }]));

        let without = server.post("/Users", user_body("second", rest)).query("excludedAttributes", "emails").send();
        let without = without.expect(201);
        assert_eq!(keys(&without), ["active", "id", "meta", "schemas", "title", "userName"]);
        assert_eq!(read(&server, &path_of(&without))["emails"], json!([{ "value": "b@x.org" }]));
    }

    /// Rows: CRUD-14 PUT-02 GEN-5
    fn crud_14_an_unknown_id_is_not_found_whatever_it_looks_like(server) {
        let strange = ["none", "42", "-1", "00000000-0000-0000-0000-000000000000", "bulkId:x", "a%20b", "'", "1e9"];
        for (endpoint, body) in [
            ("/Users", user_body("ghost", json!({}))),
            ("/Groups", json!({ "schemas": [GROUP], "displayName": "ghost" })),
        ] {
            for unknown in strange {
                let path = format!("{endpoint}/{unknown}");
                for request in every_method(&server, &path, &body) {
                    request.send().error(404, "");
                }
            }
            assert_eq!(total(&server, endpoint), 0, "PUT never creates");
        }
    }

    /// Rows: CRUD-15
    fn crud_15_an_id_is_known_only_under_its_own_endpoint(server) {
        let user = server.create_user("bjensen");
        let group = server.create_group("engineers", &[id(&user)]);
        let user = read(&server, &path_of(&user));
        let as_user = user_body("renamed", json!({}));
        let as_group = json!({ "schemas": [GROUP], "displayName": "renamed" });
        for request in every_method(&server, &format!("/Users/{}", id(&group)), &as_user) {
            request.send().error(404, "");
        }
        for request in every_method(&server, &format!("/Groups/{}", id(&user)), &as_group) {
            request.send().error(404, "");
        }
        assert_eq!(read(&server, &path_of(&user)), user);
        assert_eq!(read(&server, &path_of(&group)), group);
    }

    /// Rows: CRUD-16 CRUD-17 CRUD-18 CRUD-23 COMMON-06 MEDIA-14
    fn crud_16_a_deleted_user_is_gone_from_everywhere(server) {
        let stays = server.create_user("stays");
        let leaves = server.user(json!({ "userName": "leaves", "emails": [{ "value": "leaves@x.org" }] }));
        let group = server.create_group("engineers", &[id(&stays), id(&leaves)]);
        let path = path_of(&leaves);
        let reply = server.delete(&path).send();
        assert_eq!(reply.status, 204, "{}", reply.text);
        assert_eq!(reply.text, "", "a 204 has no body");
        for request in every_method(&server, &path, &user_body("leaves", json!({}))) {
            request.send().error(404, "");
        }
        let list = server.get("/Users").send().expect(200);
        assert_eq!(list["totalResults"], 1);
        assert_eq!(id(&list["Resources"][0]), id(&stays));
        let gone = Vec::<String>::new();
        for filter in ["userName eq \"leaves\"", "emails.value co \"leaves\"", "active eq false", "groups.value pr and userName sw \"l\""] {
            assert_eq!(server.names(filter), gone, "filter: {filter}");
        }
        let members = read(&server, &path_of(&group))["members"].clone();
        assert_eq!(members.as_array().map(Vec::len), Some(1));
        assert_eq!(members[0]["value"], id(&stays));
        assert!(server.search("/Groups", &format!("members.value eq \"{}\"", id(&leaves))).is_empty());
    }

    /// Rows: CRUD-19 CRUD-20 GROUP-02 PROFILE-10
    fn crud_19_a_deleted_name_is_free_again_under_a_new_id(server) {
        let user = server.create_user("bjensen");
        server.delete(&path_of(&user)).send().expect(204);
        let again = server.create_user("bjensen");
        assert_ne!(id(&again), id(&user));
        server.get(&path_of(&user)).send().error(404, "");
        let group = server.create_group("engineers", &[id(&again)]);
        server.delete(&path_of(&group)).send().expect(204);
        let regrouped = server.create_group("engineers", &[]);
        assert_ne!(id(&regrouped), id(&group));
        assert_eq!(regrouped["members"], json!([]), "the old members do not come back");
        assert_eq!(read(&server, &path_of(&again)).get("groups"), None);
    }

    /// Rows: CRUD-21
    fn crud_21_deleting_a_group_leaves_its_members(server) {
        let user = server.create_user("bjensen");
        let inner = server.create_group("inner", &[id(&user)]);
        let outer = server.create_group("outer", &[id(&user), id(&inner)]);
        server.delete(&path_of(&outer)).send().expect(204);
        assert_eq!(read(&server, &path_of(&inner)), inner);
        let still = read(&server, &path_of(&user));
        assert_eq!(still["meta"], user["meta"]);
        assert_eq!(still["groups"].as_array().map(Vec::len), Some(1));
        assert_eq!(still["groups"][0]["value"], id(&inner));
    }

    /// Rows: CRUD-22 SCHEMA-30
    fn crud_22_a_refused_create_reserves_nothing(server) {
        refuses_create(&server, "/Users", user_body("bjensen", json!({ "active": "yes" })), "invalidValue");
        server.create_user("bjensen");
        let body = json!({ "schemas": [GROUP], "displayName": "engineers", "members": [{ "value": "nobody" }] });
        refuses_create(&server, "/Groups", body, "invalidValue");
        assert_eq!(server.create_group("engineers", &[])["members"], json!([]));
    }
}

/// GET, PUT, PATCH and DELETE of one resource, each well-formed.
fn every_method(server: &TestServer, path: &str, body: &Value) -> [Request; 4] {
    [
        server.get(path),
        server.put(path, body.clone()),
        server.patch(
            path,
            json!([{ "op": "replace", "path": "externalId", "value": "changed" }]),
        ),
        server.delete(path),
    ]
}

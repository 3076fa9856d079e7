//! `POST /.search` (RFC 7644 §3.4.3).

use serde_json::{Value, json};

use crate::support::{Reply, SEARCH_REQUEST, TestServer, id, path_of};

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// A search with these members.
fn search(server: &TestServer, path: &str, mut members: Value) -> Reply {
    members["schemas"] = json!([SEARCH_REQUEST]);
    server.post(path, members).send()
}

fn names(list: &Value) -> Vec<&str> {
    let resources = list["Resources"].as_array().expect("a list").iter();
    resources
        .map(|user| user["userName"].as_str().unwrap_or("-"))
        .collect()
}

fn populate(server: &TestServer) {
    for (name, title) in [("ada", "b"), ("bob", "a"), ("cleo", "c"), ("dora", "a")] {
        server.user(json!({ "userName": name, "title": title, "displayName": name }));
    }
}

api_test! {
    /// Rows: SEARCH-01 SEARCH-04 SEARCH-05 SEARCH-08
    fn search_01_a_search_answers_what_a_get_answers(server) {
        populate(&server);
        let before = server.get("/Users").send().expect(200)["totalResults"].clone();
        // members of the body, the same as a query
        for (members, query) in [
            (json!({}), ""),
            (json!({ "filter": "title eq \"a\"" }), "filter=title+eq+%22a%22"),
            (json!({ "sortBy": "title", "sortOrder": "descending" }), "sortBy=title&sortOrder=descending"),
            (json!({ "startIndex": 2, "count": 2 }), "startIndex=2&count=2"),
            (json!({ "startIndex": 0, "count": -1 }), "startIndex=0&count=-1"),
            (json!({ "startIndex": -5, "count": 0 }), "startIndex=-5&count=0"),
            (json!({ "count": 9_223_372_036_854_775_807_i64 }), "count=9223372036854775807"),
            (json!({ "attributes": ["userName", "title"] }), "attributes=userName,title"),
            (json!({ "attributes": ["userName"], "filter": "title eq \"c\"" }), "attributes=userName&filter=title+eq+%22c%22"),
            (json!({ "excludedAttributes": ["meta", "title"] }), "excludedAttributes=meta,title"),
            (json!({ "FILTER": "title eq \"c\"", "unknown": 1, "sortBy": null }), "filter=title+eq+%22c%22"),
        ] {
            let found = search(&server, "/Users/.search", members.clone());
            assert_eq!(found.header("content-type"), Some("application/scim+json"));
            let got = server.get(&format!("/Users?{query}")).send().expect(200);
            assert_eq!(found.expect(200), got, "{members}");
        }
        assert_eq!(server.get("/Users").send().expect(200)["totalResults"], before, "nothing is created");
    }

    /// Rows: SEARCH-02 ROOT-05
    fn search_02_at_the_root_it_reaches_all_types(server) {
        populate(&server);
        server.create_group("bobs", &[]);
        let found = search(&server, "/.search", json!({ "filter": "displayName sw \"bob\"" })).expect(200);
        assert_eq!(found["schemas"], json!([LIST]));
        let types: Vec<_> = found["Resources"].as_array().unwrap().iter().map(|one| &one["meta"]["resourceType"]).collect();
        assert_eq!(types, ["User", "Group"]);
        let sorted = search(&server, "/.search", json!({ "sortBy": "displayName", "count": 3, "attributes": ["displayName"] }));
        let shown: Vec<Value> = sorted.expect(200)["Resources"].as_array().unwrap().iter().map(|one| one["displayName"].clone()).collect();
        assert_eq!(shown, ["ada", "bob", "bobs"]);
    }

    /// Rows: SEARCH-03
    fn search_03_profile_rfc_wants_the_message_named(server) {
        for schemas in [json!(null), json!([]), json!(["urn:ietf:params:scim:api:messages:2.0:PatchOp"]), json!("x")] {
            let body = json!({ "schemas": schemas });
            server.post("/Users/.search", body.clone()).send().expect(200);
        }
        server.rfc();
        for schemas in [json!(null), json!([]), json!(["urn:ietf:params:scim:api:messages:2.0:PatchOp"]), json!("x")] {
            let body = json!({ "schemas": schemas });
            let detail = server.post("/Users/.search", body.clone()).send().error(400, "invalidSyntax");
            assert!(detail.contains(SEARCH_REQUEST), "{detail}");
        }
        search(&server, "/Users/.search", json!({})).expect(200);
    }

    /// Rows: SEARCH-06 SEARCH-07
    fn search_06_wrong_members_are_told(server) {
        for (members, scim_type, named) in [
            (json!({ "filter": "userName zz 1" }), "invalidFilter", "filter"),
            (json!({ "filter": "bogus eq 1" }), "invalidFilter", "bogus"),
            (json!({ "filter": 5 }), "invalidValue", "filter"),
            (json!({ "count": "x" }), "invalidValue", "count"),
            (json!({ "count": "" , "startIndex": "x" }), "invalidValue", "startIndex"),
            (json!({ "count": 1.5 }), "invalidValue", "count"),
            (json!({ "startIndex": [1] }), "invalidValue", "startIndex"),
            (json!({ "attributes": { "a": 1 } }), "invalidValue", "attributes"),
            (json!({ "attributes": [1] }), "invalidValue", "attributes"),
            (json!({ "attributes": ["userName"], "excludedAttributes": ["title"] }), "invalidValue", "excludedAttributes"),
            (json!({ "sortBy": "bogus" }), "invalidPath", "bogus"),
            (json!({ "sortOrder": "up" }), "invalidValue", "sortOrder"),
            (json!({ "cursor": 7 }), "invalidValue", "cursor"),
        ] {
            let detail = search(&server, "/Users/.search", members.clone()).error(400, scim_type);
            assert!(detail.contains(named), "{members}: {detail}");
        }
        server.request("POST", "/Users/.search").raw(Some("application/scim+json"), "[]").send().error(400, "invalidSyntax");
        server.request("POST", "/.search").raw(Some("application/scim+json"), "{").send().error(400, "invalidSyntax");
        server.request("POST", "/.search").raw(Some("text/plain"), "{}").send().error(415, "");
    }

    /// Rows: SEARCH-06 PATCH-06
    fn search_06_texts_that_are_too_long_keep_their_type_of_error(server) {
        let user = server.create_user("ada");
        let path = path_of(&user);
        let nul = "a\u{0}b";
        let long = "a".repeat(70_000);
        let deep = format!("{}a pr{}", "(".repeat(60), ")".repeat(60));
        for endpoint in ["/Users/.search", "/.search"] {
            for filter in [long.as_str(), nul, &deep, &format!("{} eq 1", "a".repeat(20_000))] {
                search(&server, endpoint, json!({ "filter": filter })).error(400, "invalidFilter");
                search(&server, endpoint, json!({ "FILTER": filter })).error(400, "invalidFilter");
            }
            for sort_by in [long.as_str(), nul] {
                search(&server, endpoint, json!({ "sortBy": sort_by })).error(400, "invalidPath");
            }
        }
        server.get("/Users").query("filter", &deep).send().error(400, "invalidFilter");
        for name in [long.as_str(), nul, &"a".repeat(10_000)] {
            for op in ["add", "replace", "remove"] {
                let patch = json!([{ "op": op, "path": name, "value": "x" }]);
                server.patch(&path, patch.clone()).send().error(400, "invalidPath");
                let bulk = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": [
                    { "method": "PATCH", "path": path, "data": { "schemas": [crate::support::PATCH_OP], "Operations": patch } },
                ] });
                let reply = server.post("/Bulk", bulk).send();
                let told = if reply.status == 400 { reply.body } else { reply.expect(200)["Operations"][0]["response"].clone() };
                assert_eq!(told["scimType"], "invalidPath", "{told}");
            }
        }
        assert_eq!(server.get(&path).send().expect(200), user);
    }

    /// Rows: SEARCH-09 SEARCH-10 SEARCH-13
    fn search_09_only_post_and_only_where_there_is_an_endpoint(server) {
        let ada = server.create_user("ada");
        for path in ["/.search", "/Users/.search"] {
            for method in ["GET", "PUT", "DELETE", "PATCH"] {
                let reply = server.request(method, path).send();
                assert_eq!(reply.header("allow"), Some("POST"), "{method} {path}");
                reply.error(405, "");
            }
        }
        search(&server, "/Nope/.search", json!({})).error(404, "");
        search(&server, &format!("/Users/{}/.search", id(&ada)), json!({})).error(404, "");
        server.post("/.search", json!({})).anonymous().send().error(401, "");
    }

    /// Rows: SEARCH-12 SEC-09
    fn search_12_the_body_stays_out_of_the_log(server) {
        search(&server, "/Users/.search", json!({ "filter": "userName eq \"very.secret@x.test\"" })).expect(200);
        let log = server.log();
        assert!(log.contains("/scim/v2/Users/.search") && !log.contains("very.secret"), "{log}");
    }

    /// A token that only reads may search, though it is a POST.
    ///
    /// Rows: AUTH-11
    fn search_needs_no_right_to_write(server) {
        populate(&server);
        let output = server.cli(&["token", "create", "default", "--scope", "read"]).ok();
        let token = output.lines().last().unwrap().to_owned();
        let body = json!({ "schemas": [SEARCH_REQUEST], "filter": "title eq \"a\"" });
        let found = server.post("/Users/.search", body).token(&token).send().expect(200);
        assert_eq!(names(&found), ["bob", "dora"]);
    }
}

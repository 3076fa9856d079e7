//! Queries over all resource types at the root (RFC 7644 §3.4.2.1).

use serde_json::{Value, json};

use crate::support::{Reply, TestServer, id};

/// `Type name` of every resource of a list.
fn shown(reply: Reply) -> Vec<String> {
    let list = reply.expect(200);
    let resources = list["Resources"].as_array().expect("a list").iter();
    resources
        .map(|one| {
            let name = one["userName"].as_str().or(one["displayName"].as_str());
            format!(
                "{} {}",
                one["meta"]["resourceType"].as_str().unwrap(),
                name.unwrap()
            )
        })
        .collect()
}

fn filtered(server: &TestServer, filter: &str) -> Vec<String> {
    shown(server.get("/").query("filter", filter).send())
}

fn populate(server: &TestServer) -> (Value, Value) {
    let ada = server.user(json!({ "userName": "ada", "displayName": "Zed", "externalId": "x" }));
    let sales = server.create_group("Sales", &[id(&ada)]);
    server.user(json!({ "userName": "bob", "displayName": "Bob" }));
    server.create_group("Alpha", &[]);
    (ada, sales)
}

api_test! {
    /// Rows: ROOT-01 ROOT-02 ROOT-03 ROOT-06
    fn root_01_a_filter_reaches_every_type(server) {
        let (ada, sales) = populate(&server);
        let all = ["User ada", "Group Sales", "User bob", "Group Alpha"];
        for (filter, expected) in [
            ("id pr", &all[..]),
            ("displayName sw \"s\" or displayName sw \"b\"", &["Group Sales", "User bob"]),
            ("meta.resourceType eq \"User\"", &["User ada", "User bob"]),
            ("meta.resourceType eq \"Group\"", &["Group Sales", "Group Alpha"]),
            ("meta.resourceType eq \"User\" and displayName eq \"Sales\"", &[]),
            // What a type lacks has no value there.
            ("userName pr", &["User ada", "User bob"]),
            ("not (userName pr)", &["Group Sales", "Group Alpha"]),
            ("userName eq null", &["Group Sales", "Group Alpha"]),
            ("userName ne \"ada\"", &["Group Sales", "User bob", "Group Alpha"]),
            ("userName ne null", &["User ada", "User bob"]),
            ("members pr or userName eq \"BOB\"", &["Group Sales", "User bob"]),
            ("emails[type eq \"work\"] or members[type eq \"User\"]", &["Group Sales"]),
            ("externalId eq \"x\"", &["User ada"]),
            ("bogus pr", &[]),
            ("bogus eq \"x\"", &[]),
            ("bogus[x eq 1]", &[]),
            ("not (bogus pr)", &all),
            ("bogus ne 1", &all),
            ("urn:none:attribute gt 5", &[]),
        ] {
            assert_eq!(filtered(&server, filter), expected, "{filter}");
        }
        for (resource, kind) in [(&ada, "User"), (&sales, "Group")] {
            let list = server.get("/").query("filter", &format!("id eq \"{}\"", id(resource))).send().expect(200);
            let alone = server.get(&format!("/{kind}s/{}", id(resource))).send().expect(200);
            assert_eq!(list["Resources"], json!([alone]), "as when read alone");
        }
        for broken in ["id zz", "userName eq 5", "(", "userName gt true"] {
            server.get("/").query("filter", broken).send().error(400, "invalidFilter");
        }
    }

    /// Rows: ROOT-01 HTTP-01 DISC-25
    fn root_01_without_a_filter_it_lists_resources_and_no_discovery(server) {
        populate(&server);
        for path in ["", "/", "?", "/?"] {
            assert_eq!(shown(server.get(path).send()), ["User ada", "Group Sales", "User bob", "Group Alpha"], "{path:?}");
        }
        let other = server.cli(&["tenant", "create", "acme"]);
        other.ok();
        let token = server.cli(&["token", "create", "acme"]).ok().lines().last().unwrap().to_owned();
        let list = server.get("/").token(&token).send().expect(200);
        assert_eq!((&list["totalResults"], &list["Resources"]), (&json!(0), &json!([])), "another tenant's root");
        server.get("/").anonymous().send().error(401, "");
        for method in ["POST", "PUT", "DELETE", "PATCH"] {
            assert_eq!(server.request(method, "/").send().header("allow"), Some("GET, HEAD"), "{method}");
        }
        let head = server.request("HEAD", "/").send();
        assert_eq!(head.status, 200);
    }

    /// Rows: ROOT-05
    fn root_05_sort_and_pages_run_over_all_types(server) {
        populate(&server);
        let sorted = ["Group Alpha", "User bob", "Group Sales", "User ada"];
        assert_eq!(shown(server.get("/?sortBy=displayName").send()), sorted);
        let descending: Vec<_> = sorted.iter().rev().copied().collect();
        assert_eq!(shown(server.get("/?sortBy=displayName&sortOrder=descending").send()), descending);
        for (start, expected) in [(1, &sorted[..3]), (4, &sorted[3..])] {
            let page = server.get(&format!("/?sortBy=displayName&count=3&startIndex={start}")).send();
            assert_eq!(page.body["totalResults"], 4);
            assert_eq!(shown(page), expected);
        }
        // A type without the attribute has no value: last ascending, first descending.
        assert_eq!(shown(server.get("/?sortBy=userName&sortOrder=descending").send()), ["Group Sales", "Group Alpha", "User bob", "User ada"]);
        assert_eq!(shown(server.get("/?sortBy=userName").send()), ["User ada", "User bob", "Group Sales", "Group Alpha"]);
        assert_eq!(shown(server.get("/?sortBy=meta.lastModified&sortOrder=descending&count=1").send()), ["Group Alpha"]);
        server.get("/?sortBy=bogus").send().error(400, "invalidPath");
        let mut walked = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = server.get("/?sortBy=displayName&count=3").query("cursor", &cursor).send();
            let next = page.body["nextCursor"].as_str().map(str::to_owned);
            walked.extend(shown(page));
            match next {
                Some(next) => cursor = next,
                None => break,
            }
        }
        assert_eq!(walked, sorted);
    }

    /// Rows: ROOT-01 PROJ-01
    fn root_01_projections_speak_of_each_type(server) {
        let (_, sales) = populate(&server);
        let list = server.get("/?attributes=userName,members.value").query("filter", "displayName eq \"sales\" or userName eq \"ada\"").send().expect(200);
        let first = &list["Resources"][0];
        assert_eq!(first["userName"], "ada");
        assert!(first.get("displayName").is_none() && first.get("groups").is_none());
        assert_eq!(list["Resources"][1]["id"], sales["id"]);
        assert_eq!(list["Resources"][1]["members"].as_array().unwrap().len(), 1);
    }
}

//! Groups with more members than an answer holds at once.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{GROUP, TestServer, USER, id};

/// More than two pieces, and not a whole number of them.
const MEMBERS: usize = 2_345;

/// Creates the users of a long list. Returns their ids in the order of creation.
fn crowd(server: &TestServer) -> Vec<String> {
    server.crowd(MEMBERS, |number| {
        let name = format!("user-{number}");
        let mut data = json!({ "schemas": [USER], "userName": name });
        if number >= 1_100 {
            data["displayName"] = json!(format!("\"{name}\""));
        }
        data
    })
}

fn values(group: &Value) -> Vec<&str> {
    let members = group["members"].as_array().expect("members");
    members
        .iter()
        .map(|member| member["value"].as_str().expect("a value"))
        .collect()
}

api_test! {
    /// Rows: GROUP-01
    fn a_long_list_of_members_is_whole_and_in_order(server) {
        let ids = crowd(&server);
        let refs: Vec<&str> = ids.iter().map(String::as_str).collect();
        let members: Vec<Value> = ids.iter().map(|id| json!({ "value": id })).collect();
        let body = json!({ "schemas": [GROUP], "displayName": "crowd", "members": members });
        let made = server.post("/Groups", body.clone()).send().expect(201);
        assert_eq!(values(&made), refs, "the answer to POST");
        let path = format!("/Groups/{}", id(&made));
        let shown = server.get(&path).send().expect(200);
        assert_eq!(shown, made);
        let (first, last) = (&shown["members"][0], &shown["members"][MEMBERS - 1]);
        assert!(first.get("display").is_none());
        assert_eq!(last["display"], format!("\"user-{}\"", MEMBERS - 1));
        assert_eq!(last["$ref"], format!("{}/Users/{}", server.base(), ids[MEMBERS - 1]));
        assert_eq!(shown["meta"]["resourceType"], "Group");
        let only = server.get(&path).query("attributes", "members.value").send().expect(200);
        assert_eq!(only["members"][MEMBERS - 1], json!({ "value": ids[MEMBERS - 1] }));
        assert!(only.get("meta").is_none() && only.get("displayName").is_none());
        // The first thousands have no name to show.
        let named = server.get(&path).query("attributes", "members.display").send().expect(200);
        assert_eq!(named["members"].as_array().map(Vec::len), Some(MEMBERS - 1_100));
        assert_eq!(named["members"][0], json!({ "display": "\"user-1100\"" }));
        let bare = server.get(&path).query("excludedAttributes", "members.value,members.$ref,members.type,members.display");
        assert_eq!(bare.send().expect(200)["displayName"], "crowd");
        let put = server.put(&path, body).send().expect(200);
        assert_eq!(values(&put), refs, "the answer to PUT");
        let zipped = server.get(&path).header("accept-encoding", "gzip").send();
        assert_eq!((zipped.status, zipped.header("content-encoding")), (200, Some("gzip")));
        assert_eq!(server.request("HEAD", &path).send().expect(200), Value::Null);
        let tag = shown["meta"]["version"].as_str().expect("a version");
        server.get(&path).header("if-none-match", tag).send().expect(304);
    }

    /// Rows: GROUP-01
    fn long_lists_stand_in_a_page_each_in_its_group(server) {
        let ids = crowd(&server);
        let refs: Vec<&str> = ids.iter().map(String::as_str).collect();
        for (name, members) in [("all", &refs[..]), ("none", &[][..]), ("few", &refs[..3]), ("half", &refs[1_000..])] {
            server.create_group(name, members);
        }
        for way in [&[("startIndex", "1")][..], &[("cursor", "")], &[("sortBy", "displayName"), ("sortOrder", "descending")]] {
            let request = server.get("/Groups");
            let request = way.iter().fold(request, |request, (name, value)| request.query(name, value));
            let page = request.send().expect(200);
            let groups = page["Resources"].as_array().expect("resources");
            assert_eq!(groups.len(), 4);
            for group in groups {
                let expected = match group["displayName"].as_str().expect("a name") {
                    "all" => &refs[..],
                    "none" => &[],
                    "few" => &refs[..3],
                    _ => &refs[1_000..],
                };
                assert_eq!(values(group), expected, "{way:?}: {}", group["displayName"]);
                assert!(group["meta"]["version"].is_string());
            }
        }
        let found = server.get("/Groups").query("filter", "displayName eq \"half\"").send().expect(200);
        assert_eq!(values(&found["Resources"][0]).len(), MEMBERS - 1_000);
        // Filters that name few, in every combination.
        let team = id(&found["Resources"][0]).to_owned();
        let of = |filter: &str| server.get("/Users").query("filter", filter).query("count", "0").send().expect(200)["totalResults"].clone();
        assert_eq!(of(&format!("userName eq \"user-1\" or groups.value eq \"{team}\"")), MEMBERS - 1_000 + 1);
        assert_eq!(of(&format!("groups.value eq \"{team}\" or groups.value eq \"{team}\"")), MEMBERS - 1_000);
        assert_eq!(of(&format!("groups.value eq \"{team}\" and userName eq \"user-1\"")), 0);
        assert_eq!(of("userName eq \"user-1\" or not (userName eq \"user-2\")"), MEMBERS - 1);
        for many in [399, 401, 600] {
            let terms: Vec<String> = (0..many).map(|n| format!("userName eq \"user-{n}\"")).collect();
            let search = json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": terms.join(" or "), "count": 0,
            });
            let answer = server.post("/Users/.search", search.clone()).send();
            if terms.join(" or ").len() <= 16_384 {
                assert_eq!(answer.expect(200)["totalResults"], many);
            }
        }
        let ids: Vec<String> = (0..300).map(|n| format!("id eq \"{n}\"")).collect();
        let search = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "filter": ids.join(" or ") });
        assert_eq!(server.post("/.search", search).send().expect(200)["totalResults"], 0);
        let unique: BTreeSet<&str> = refs.iter().copied().collect();
        assert_eq!(unique.len(), MEMBERS);
    }
}

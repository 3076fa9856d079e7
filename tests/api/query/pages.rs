//! Pages of lists (RFC 7644 §3.4.2.4).

use serde_json::{Value, json};

use super::sort::{lists, order, populate, walk};
use crate::support::{Backend, TestServer, id};

const LIST: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

/// Holds users of lists of every kind to what they are alone, and to how many groups they are in.
fn check_groups(server: &TestServer, counts: &[usize]) {
    for list in [
        "/Users",
        "/Users?count=3&startIndex=2",
        "/Users?count=500",
        "/Users?count=3&cursor=",
        "/Users?sortBy=userName",
        "/Users?filter=userName+sw+%22u%22",
        "/Users?filter=userName+eq+%22u2%22+or+userName+eq+%22u3%22",
        "/?filter=userName+sw+%22u%22",
        "/?count=500",
    ] {
        let page = server.get(list).send().expect(200);
        for shown in page["Resources"].as_array().unwrap() {
            let place = shown["meta"]["location"].as_str().unwrap();
            let alone = server.get(&place[server.base().len()..]).send().expect(200);
            assert_eq!(shown, &alone, "{list}");
            if let Some(name) = shown["userName"].as_str() {
                let number: usize = name[1..].parse().unwrap();
                let groups = shown["groups"].as_array().map_or(0, Vec::len);
                assert_eq!(groups, counts[number - 1], "{list}: {shown}");
            }
        }
        assert!(page["itemsPerPage"].as_i64() > Some(1), "{list}: {page}");
    }
}

api_test! {
    /// Rows: PAGE-01 PAGE-02 PAGE-03 PAGE-16 GEN-1 GEN-2 GEN-17 GEN-19
    fn page_01_a_list_says_what_it_holds(server) {
        let empty = server.get("/Users").send().expect(200);
        assert_eq!(
            empty,
            json!({ "schemas": [LIST], "totalResults": 0, "startIndex": 1, "itemsPerPage": 0, "Resources": [] })
        );
        populate(&server);
        server.create_group("Sales", &[]);
        for (endpoint, total, kind) in [("/Users", 5, "User"), ("/Groups", 1, "Group")] {
            let list = server.get(endpoint).send().expect(200);
            assert_eq!(list["schemas"], json!([LIST]));
            for (name, expected) in [("totalResults", total), ("startIndex", 1), ("itemsPerPage", total)] {
                assert_eq!(list[name], expected, "{name}");
            }
            for resource in list["Resources"].as_array().unwrap() {
                let location = format!("{}{endpoint}/{}", server.base(), resource["id"].as_str().unwrap());
                assert_eq!(resource["meta"]["location"], location.as_str());
                assert_eq!(resource["meta"]["resourceType"], kind);
                assert!(resource["schemas"].is_array());
                let alone = server.get(&location[server.base().len()..]).send().expect(200);
                assert_eq!(&alone, resource, "as when read alone");
            }
        }
    }

    /// Users in no group, in one, in two, and in one that is in another.
    fn users_on_a_page_have_the_groups_that_they_have_alone(server) {
        let users = ["u1", "u2", "u3", "u4"].map(|name| id(&server.create_user(name)).to_owned());
        let [first, second, third, _] = users.each_ref().map(String::as_str);
        let team = server.create_group("team", &[first, second]);
        server.create_group("late", &[second]);
        check_groups(&server, &[1, 2, 0, 0]);
        server.create_group("third", &[third]);
        server.create_group("all", &[id(&team)]);
        check_groups(&server, &[2, 3, 1, 0]);
    }

    /// Rows: PAGE-04 PAGE-05 PAGE-06 PAGE-07 PAGE-08 PAGE-09 PAGE-11 PAGE-12 PAGE-15 GEN-16
    fn page_04_start_index_and_count(server) {
        for name in ["u1", "u2", "u3", "u4", "u5"] {
            server.create_user(name);
        }
        // query, startIndex of the answer, names
        for (query, start, expected) in [
            ("count=1", 1, "u1"),
            ("count=2", 1, "u1 u2"),
            ("count=2&startIndex=5", 5, "u5"),
            ("count=2&startIndex=4", 4, "u4 u5"),
            ("startIndex=3", 3, "u3 u4 u5"),
            ("startIndex=1", 1, "u1 u2 u3 u4 u5"),
            ("startIndex=0&count=2", 1, "u1 u2"),
            ("startIndex=-5&count=2", 1, "u1 u2"),
            ("startIndex=-9223372036854775808&count=1", 1, "u1"),
            ("count=5", 1, "u1 u2 u3 u4 u5"),
            ("count=1000000", 1, "u1 u2 u3 u4 u5"),
            ("count=9223372036854775807", 1, "u1 u2 u3 u4 u5"),
            ("count=2&startIndex=2&filter=userName+ne+%22u2%22", 2, "u3 u4"),
            ("count=&startIndex=", 1, "u1 u2 u3 u4 u5"),
        ] {
            let list = server.get(&format!("/Users?{query}")).send();
            let body = list.body.clone();
            assert_eq!(order(list), expected, "{query}");
            assert_eq!(body["startIndex"], start, "{query}");
            assert_eq!(body["itemsPerPage"], expected.split(' ').count(), "{query}");
            assert_eq!(body["totalResults"], if query.contains("filter") { 4 } else { 5 }, "{query}");
        }
        for query in [
            "count=0",
            "count=-1",
            "count=-9223372036854775808",
            "startIndex=6",
            "startIndex=9999",
            "startIndex=9223372036854775807",
            "startIndex=9223372036854775807&count=9223372036854775807",
            "count=0&startIndex=3",
        ] {
            let list = server.get(&format!("/Users?{query}")).send().expect(200);
            assert_eq!(list["totalResults"], 5, "{query}");
            assert_eq!(list["itemsPerPage"], 0, "{query}");
            assert_eq!(list["Resources"], json!([]), "{query}");
            assert!(list["startIndex"].is_u64(), "{query}");
        }
    }

    /// Rows: PAGE-13
    fn page_13_pages_cover_every_match_once(server) {
        for number in 0..13 {
            server.create_user(&format!("u{number:02}"));
            server.create_group(&format!("g{number:02}"), &[]);
        }
        for endpoint in ["/Users", "/Groups"] {
            let list = server.get(endpoint).send().expect(200);
            let whole = list["Resources"].as_array().unwrap();
            for count in [2, 5, 13] {
                assert_eq!(&walk(&server, endpoint, "", count), whole, "{endpoint} in pages of {count}");
            }
        }
    }

    /// Rows: PAGE-14
    fn page_14_counts_are_whole_numbers(server) {
        for query in
            ["count=abc", "count=1.5", "count=1e1", "startIndex=x", "startIndex=%221%22", "count=0x10", "count=1%202"]
        {
            let reply = server.get(&format!("/Users?{query}")).send();
            assert_eq!(reply.status, 400, "{query}: {}", reply.text);
            reply.error(400, "invalidValue");
        }
        // A whole number beyond all bounds is capped or refused, but never a fault.
        for query in
            ["count=99999999999999999999999", "startIndex=99999999999999999999999", "count=-99999999999999999999999"]
        {
            let status = server.get(&format!("/Users?{query}")).send().status;
            assert!(status == 200 || status == 400, "{query}: {status}");
        }
    }

    /// Rows: PAGE-10 PROFILE-09 FILTER-48
    fn page_10_a_hundred_come_without_count(server) {
        for number in 0..103 {
            server.create_user(&format!("u{number:03}"));
        }
        let list = server.get("/Users").send().expect(200);
        assert_eq!((&list["totalResults"], &list["itemsPerPage"]), (&json!(103), &json!(100)));
        let rest = server.get("/Users?startIndex=101").send();
        assert_eq!(order(rest), "u100 u101 u102");
        assert_eq!(order(server.get("/Users?count=103").send()).split(' ').count(), 103);
        let config = server.get("/ServiceProviderConfig").send().expect(200);
        assert_eq!(config["filter"]["maxResults"], 1000);
    }
}

/// Rows: PAGE-10 PAGE-11 DISC-07
fn never_more_than_the_configured_maximum(backend: Backend) {
    let sizes = [
        ("SCIMD_PAGE_SIZE_DEFAULT", "3"),
        ("SCIMD_PAGE_SIZE_MAX", "5"),
    ];
    let server = TestServer::start_with(backend, &sizes);
    for name in ["u1", "u2", "u3", "u4", "u5", "u6"] {
        server.create_user(name);
    }
    lists(
        &server,
        &[
            ("", "u1 u2 u3"),
            ("count=4", "u1 u2 u3 u4"),
            ("count=6", "u1 u2 u3 u4 u5"),
            ("count=1000000", "u1 u2 u3 u4 u5"),
            ("count=1000000&startIndex=6", "u6"),
        ],
    );
    let config = server.get("/ServiceProviderConfig").send().expect(200);
    assert_eq!(config["filter"]["maxResults"], 5);
}

#[test]
fn page_10_maximum_sqlite() {
    never_more_than_the_configured_maximum(Backend::Sqlite);
}

#[test]
fn page_10_maximum_postgres() {
    never_more_than_the_configured_maximum(Backend::Postgres);
}

api_test! {
    /// Rows: PAGE-05 PAGE-11 PAGE-13
    fn page_05_a_heavy_page_is_whole(server) {
        // 130 users of 90 KB are more than an answer holds at once.
        let heavy = "x".repeat(45_000);
        let ids: Vec<String> = (0..130).map(|number| {
            let roles = json!([{ "value": format!("a{heavy}") }, { "value": format!("b{heavy}") }]);
            let user = server.user(json!({ "userName": format!("heavy-{number:03}"), "roles": roles, "active": number % 2 == 0 }));
            id(&user).to_owned()
        }).collect();
        let of = |query: &str| server.get(query).send().expect(200);
        let shown = |page: &Value| -> Vec<String> {
            let resources = page["Resources"].as_array().unwrap();
            assert_eq!(page["itemsPerPage"], resources.len());
            resources.iter().map(|user| id(user).to_owned()).collect()
        };
        let all = of("/Users?count=1000");
        assert_eq!((&all["totalResults"], &all["startIndex"]), (&json!(130), &json!(1)));
        assert!(shown(&all) == ids);
        assert_eq!(all["Resources"][129]["roles"][1]["value"], format!("b{heavy}"));
        assert_eq!(all["schemas"], json!([LIST]));
        // A page by index in the middle of a walk, and the page behind it.
        for (start, count) in [(1, 90), (91, 30), (121, 30)] {
            let page = of(&format!("/Users?startIndex={start}&count={count}"));
            let last = (start + count - 1).min(130);
            assert!(shown(&page) == ids[start - 1..last], "{start}");
            assert_eq!((&page["totalResults"], &page["startIndex"]), (&json!(130), &json!(start)));
        }
        let odd = of("/Users?count=60&filter=active+eq+true&sortBy=userName&sortOrder=descending");
        let expected: Vec<String> = ids.iter().rev().skip(1).step_by(2).take(60).cloned().collect();
        assert!(shown(&odd) == expected);
        assert_eq!(odd["totalResults"], 65);
        // By cursor to the end and back.
        let (mut forward, mut backward) = (Vec::new(), Vec::new());
        let mut page = of("/Users?cursor&count=60");
        loop {
            assert_eq!((&page["totalResults"], page.get("startIndex")), (&json!(130), None));
            forward.extend(shown(&page));
            match page["nextCursor"].as_str() {
                Some(next) => page = of(&format!("/Users?count=60&cursor={next}")),
                None => break,
            }
        }
        assert!(forward == ids);
        while let Some(previous) = page["previousCursor"].as_str() {
            page = of(&format!("/Users?count=60&cursor={previous}"));
            let before = shown(&page);
            assert!(!before.is_empty());
            backward.splice(0..0, before);
        }
        assert!(backward == ids[..120], "{}", backward.len());
        let lean = of("/Users?count=1000&attributes=userName");
        assert!(shown(&lean) == ids);
    }

    /// Rows: PAGE-05
    fn page_05_a_page_of_many_derived_groups_is_whole(server) {
        // Everybody is in the first group, and that is in each of the others.
        let users: Vec<String> = (0..110).map(|number| id(&server.user(json!({ "userName": format!("in-{number}") }))).to_owned()).collect();
        let refs: Vec<&str> = users.iter().map(String::as_str).collect();
        let mut groups = vec![id(&server.create_group("0", &refs)).to_owned()];
        for number in 1..=120 {
            let inner = groups.last().unwrap();
            groups.push(id(&server.create_group(&number.to_string(), &[inner])).to_owned());
        }
        for query in ["/Users?count=1000", "/Users?cursor&count=1000", "/Users?count=1000&sortBy=meta.created"] {
            let page = server.get(query).send().expect(200);
            let shown = page["Resources"].as_array().unwrap();
            assert_eq!((page["itemsPerPage"].as_u64(), shown.len()), (Some(110), 110), "{query}");
            for (user, expected) in shown.iter().zip(&users) {
                assert_eq!(id(user), expected);
                let of = user["groups"].as_array().unwrap();
                assert_eq!(of.len(), groups.len());
                assert_eq!((&of[0]["value"], &of[0]["type"]), (&json!(groups[0]), &json!("direct")));
            }
        }
    }
}

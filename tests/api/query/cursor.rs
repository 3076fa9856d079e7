//! Paging by cursor (RFC 9865).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

use crate::support::{Backend, Request, TestServer};

const PEOPLE: [&str; 5] = ["ada", "bob", "cleo", "dora", "eva"];

fn populate(server: &TestServer) {
    for name in PEOPLE {
        server.user(json!({ "userName": name, "title": "T" }));
    }
}

fn at(server: &TestServer, query: &str, cursor: &str) -> Request {
    server
        .get(&format!("/Users?{query}"))
        .query("cursor", cursor)
}

fn names(page: &Value) -> Vec<&str> {
    let resources = page["Resources"].as_array().expect("a list").iter();
    resources
        .map(|user| user["userName"].as_str().unwrap())
        .collect()
}

fn cursor<'p>(page: &'p Value, way: &str) -> &'p str {
    page[way]
        .as_str()
        .unwrap_or_else(|| panic!("no {way} in {page}"))
}

api_test! {
    /// Rows: CURSOR-01 CURSOR-02 CURSOR-03 CURSOR-04 CURSOR-06 CURSOR-10
    fn cursor_01_a_walk_goes_to_the_end_and_back(server) {
        populate(&server);
        for query in ["count=2", "count=2&sortBy=userName", "count=2&sortBy=title&filter=title+pr", "count=2&filter=userName+pr"] {
            let first = at(&server, query, "").send().expect(200);
            assert_eq!(names(&first), ["ada", "bob"], "{query}");
            assert!(first.get("previousCursor").is_none() && first.get("startIndex").is_none(), "{first}");
            assert_eq!((&first["totalResults"], &first["itemsPerPage"]), (&json!(5), &json!(2)));
            let second = at(&server, query, cursor(&first, "nextCursor")).send().expect(200);
            assert_eq!(names(&second), ["cleo", "dora"], "{query}");
            let last = at(&server, query, cursor(&second, "nextCursor")).send().expect(200);
            assert_eq!(names(&last), ["eva"], "{query}");
            assert!(last.get("nextCursor").is_none(), "{last}");
            assert_eq!(last["totalResults"], 5);
            let back = at(&server, query, cursor(&last, "previousCursor")).send().expect(200);
            assert_eq!(names(&back), ["cleo", "dora"], "{query}");
            let start = at(&server, query, cursor(&back, "previousCursor")).send().expect(200);
            assert_eq!(names(&start), ["ada", "bob"], "{query}");
            assert!(start.get("previousCursor").is_none(), "{start}");
            let again = at(&server, query, cursor(&start, "nextCursor")).send().expect(200);
            assert_eq!(names(&again), ["cleo", "dora"], "{query}");
            for page in [&first, &second, &last, &back] {
                for way in ["nextCursor", "previousCursor"] {
                    let text = page[way].as_str().unwrap_or_default();
                    assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)), "{text}");
                }
            }
        }
        let descending = at(&server, "count=2&sortBy=userName&sortOrder=descending", "").send().expect(200);
        assert_eq!(names(&descending), ["eva", "dora"]);
        let whole = server.get("/Users?cursor").send().expect(200);
        assert_eq!(names(&whole), PEOPLE, "a bare parameter asks for the first page, too");
        assert!(whole.get("nextCursor").is_none());
        assert!(server.get("/Users?cursor&filter=userName+eq+%22none%22").send().expect(200).get("nextCursor").is_none());
    }

    /// Rows: CURSOR-05 CURSOR-11 CURSOR-12 CURSOR-13
    fn cursor_05_counts_and_the_other_method(server) {
        populate(&server);
        for count in ["0", "-3"] {
            let page = at(&server, &format!("count={count}"), "").send().expect(200);
            assert_eq!((&page["totalResults"], &page["Resources"]), (&json!(5), &json!([])));
            assert!(page.get("nextCursor").is_none());
        }
        assert_eq!(names(&at(&server, "count=3", "").send().expect(200)).len(), 3);
        for query in ["count=2", "count=2&startIndex=1"] {
            let page = server.get(&format!("/Users?{query}")).send().expect(200);
            assert!(page.get("nextCursor").is_none(), "by index unless asked: {page}");
            assert_eq!(page["startIndex"], 1);
        }
        let detail = server.get("/Users?cursor&startIndex=1").send().error(400, "invalidValue");
        assert!(detail.contains("startIndex") && detail.contains("cursor"), "{detail}");
    }

    /// Rows: CURSOR-07 CURSOR-16 CURSOR-17 CURSOR-18 ERR-16
    fn cursor_07_a_cursor_is_good_for_its_own_query_only(server) {
        populate(&server);
        server.create_group("g", &[]);
        let page = at(&server, "count=2&sortBy=userName", "").send().expect(200);
        let next = cursor(&page, "nextCursor").to_owned();
        let mut details = Vec::new();
        for (query, cursor) in [
            ("sortBy=userName", "bogus"),
            ("sortBy=userName", "..."),
            ("sortBy=userName", "\u{e9}"),
            ("sortBy=userName", &next[1..]),
            ("sortBy=userName", &format!("{next}A")),
            ("sortBy=userName", &"A".repeat(next.len())),
            ("sortBy=userName", &"A".repeat(4_000)),
            ("", &next),
            ("sortBy=title", &next),
            ("sortBy=userName&sortOrder=descending", &next),
            ("sortBy=userName&filter=title+pr", &next),
        ] {
            details.push(at(&server, query, cursor).send().error(400, "invalidCursor").to_owned());
        }
        for position in 0..next.len() {
            let mut flipped = next.clone().into_bytes();
            flipped[position] = if flipped[position] == b'A' { b'B' } else { b'A' };
            let flipped = String::from_utf8(flipped).unwrap();
            let reply = at(&server, "sortBy=userName", &flipped).send();
            // The last character may hold bits that mean nothing; then the cursor is the same, or refused.
            if position + 1 < next.len() {
                details.push(reply.error(400, "invalidCursor").to_owned());
            }
        }
        server.get("/Groups?sortBy=userName").query("cursor", &next).send().error(400, "invalidPath");
        let group = server.get("/Groups").query("cursor", &next).send();
        details.push(group.error(400, "invalidCursor").to_owned());
        let root = server.get("/?sortBy=userName").query("cursor", &next).send();
        details.push(root.error(400, "invalidCursor").to_owned());

        server.cli(&["tenant", "create", "acme"]).ok();
        let token = server.cli(&["token", "create", "acme"]).ok().lines().last().unwrap().to_owned();
        let foreign = at(&server, "count=2&sortBy=userName", &next).token(&token).send();
        details.push(foreign.error(400, "invalidCursor").to_owned());
        details.dedup();
        assert_eq!(details.len(), 1, "one answer for all reasons: {details:?}");

        // Another credential of the tenant may go on: a cursor gives no rights and takes none.
        let token = server.cli(&["token", "create", "default"]).ok().lines().last().unwrap().to_owned();
        let page = at(&server, "count=2&sortBy=userName", &next).token(&token).send().expect(200);
        assert_eq!(names(&page), ["cleo", "dora"]);
        server.cli(&["token", "revoke", "default", "none"]).refused();
    }

    /// Rows: CURSOR-09
    fn cursor_09_the_count_stays(server) {
        populate(&server);
        let page = at(&server, "count=2", "").send().expect(200);
        let next = cursor(&page, "nextCursor").to_owned();
        for count in ["count=3", "count=abc", "count=0", "count=1.5"] {
            let detail = at(&server, count, &next).send().error(400, "invalidCount");
            assert!(detail.contains("count"), "{detail}");
        }
        at(&server, "count=x", "").send().error(400, "invalidCount");
        assert_eq!(names(&at(&server, "", &next).send().expect(200)), ["cleo", "dora"], "left out, it is that of the first page");
    }

    /// Rows: CURSOR-02 CURSOR-04
    fn cursor_02_an_empty_page_leads_back(server) {
        populate(&server);
        let ids = |page: &Value| -> Vec<String> {
            let shown = page["Resources"].as_array().unwrap().iter();
            shown.map(|user| user["id"].as_str().unwrap().to_owned()).collect()
        };
        let delete = |page: &Value| ids(page).iter().for_each(|id| {
            server.delete(&format!("/Users/{id}")).send().expect(204);
        });
        for order in ["count=2", "count=2&sortBy=userName", "count=2&sortBy=userName&sortOrder=descending"] {
            for name in ["x1", "x2", "x3", "x4", "x5"] {
                server.create_user(name);
            }
            let first = at(&server, order, "").send().expect(200);
            let second = at(&server, order, cursor(&first, "nextCursor")).send().expect(200);
            delete(&first);
            let empty = at(&server, order, cursor(&second, "previousCursor")).send().expect(200);
            assert_eq!((ids(&empty).len(), empty.get("previousCursor")), (0, None), "{order}");
            let again = at(&server, order, cursor(&empty, "nextCursor")).send().expect(200);
            assert_eq!(ids(&again), ids(&second), "{order}");

            let mut last = again;
            let mut before = Value::Null;
            while let Some(next) = last["nextCursor"].as_str() {
                let next = at(&server, order, next).send().expect(200);
                before = std::mem::replace(&mut last, next);
            }
            delete(&last);
            let empty = at(&server, order, cursor(&before, "nextCursor")).send().expect(200);
            assert_eq!((ids(&empty).len(), empty.get("nextCursor")), (0, None), "{order}");
            let again = at(&server, order, cursor(&empty, "previousCursor")).send().expect(200);
            assert_eq!(ids(&again), ids(&before), "{order}");
            delete(&server.get("/Users?filter=userName+sw+%22x%22").send().expect(200));
        }
    }

    /// Rows: CURSOR-14
    fn cursor_14_searches_page_alike(server) {
        populate(&server);
        for path in ["/Users/.search", "/.search"] {
            let search = |cursor: &str| {
                let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
                    "cursor": cursor, "count": 2, "filter": "userName pr" });
                server.post(path, body).send()
            };
            let first = search("").expect(200);
            let second = search(cursor(&first, "nextCursor")).expect(200);
            let third = search(cursor(&second, "nextCursor")).expect(200);
            assert_eq!([names(&first), names(&second), names(&third)].concat(), PEOPLE);
            assert_eq!(names(&search(cursor(&third, "previousCursor")).expect(200)), ["cleo", "dora"]);
            search("bogus").error(400, "invalidCursor");
        }
    }

    /// Rows: CURSOR-15 DISC-29
    fn cursor_15_the_config_tells(server) {
        let config = server.get("/ServiceProviderConfig").send().expect(200);
        let expected = json!({ "cursor": true, "index": true, "defaultPaginationMethod": "index", "defaultPageSize": 100,
            "maxPageSize": 1_000, "cursorTimeout": 3_600 });
        assert_eq!(config["pagination"], expected);
        let schema = server.get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig").send().expect(200);
        let described = schema["attributes"].as_array().unwrap().iter().find(|one| one["name"] == "pagination").unwrap();
        for sub in described["subAttributes"].as_array().unwrap() {
            assert!(expected.get(sub["name"].as_str().unwrap()).is_some(), "{sub}");
        }
        assert_eq!(described["subAttributes"].as_array().unwrap().len(), expected.as_object().unwrap().len());
    }

    /// Nothing of a cursor can be read, and nothing of it is kept.
    ///
    /// Rows: CURSOR-17 CURSOR-20
    fn cursor_17_a_cursor_tells_nothing(server) {
        populate(&server);
        let page = || at(&server, "count=1&sortBy=userName", "").send().expect(200);
        let (one, other) = (page(), page());
        assert_ne!(one["nextCursor"], other["nextCursor"], "no two are alike");
        assert_eq!(cursor(&one, "nextCursor").len(), cursor(&other, "nextCursor").len());
        let bytes = URL_SAFE_NO_PAD.decode(cursor(&one, "nextCursor")).unwrap();
        for word in ["ada", "userName", "title"] {
            assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word} can be read");
        }
        let kept = server.behind().texts("SELECT CAST(count(*) AS TEXT) AS text FROM walks");
        assert_eq!(kept, ["0"], "nothing is kept of a cursor");
    }

    /// A cursor holds what the list is ordered by, and fits a URL all the same.
    ///
    /// Rows: CURSOR-10
    fn cursor_10_long_values_make_no_long_cursors(server) {
        for (name, nick) in [("a", "z"), ("b", "\u{1}"), ("c", "m"), ("d", "z")] {
            server.user(json!({ "userName": name, "nickName": nick.repeat(60_000), "displayName": nick.repeat(60_000) }));
        }
        for sort_by in ["nickName", "displayName"] {
            let (mut seen, mut next) = (Vec::new(), String::new());
            loop {
                let page = at(&server, &format!("count=1&attributes=userName&sortBy={sort_by}"), &next).send().expect(200);
                seen.extend(names(&page).iter().map(|name| (*name).to_owned()));
                match page["nextCursor"].as_str() {
                    Some(cursor) if cursor.len() < 2_500 => next = cursor.to_owned(),
                    Some(cursor) => panic!("{} characters", cursor.len()),
                    None => break,
                }
            }
            assert_eq!(seen, ["b", "c", "a", "d"], "{sort_by}");
        }
    }
}

/// Rows: CURSOR-08
#[test]
fn cursor_08_a_cursor_ends() {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let server = TestServer::start_with(backend, &[("SCIMD_CURSOR_TIMEOUT_S", "1")]);
        populate(&server);
        let config = server.get("/ServiceProviderConfig").send().expect(200);
        assert_eq!(config["pagination"]["cursorTimeout"], 1);
        let page = at(&server, "count=2", "").send().expect(200);
        let next = cursor(&page, "nextCursor");
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let reply = at(&server, "count=2", next).send();
            if reply.status == 400 {
                reply.error(400, "expiredCursor");
                break;
            }
            assert_eq!(reply.status, 200);
            assert!(Instant::now() < deadline, "the cursor never ends");
        }
        at(&server, "count=2", "").send().expect(200);
    }
}

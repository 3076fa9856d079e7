//! The order of lists (RFC 7644 §3.4.2.3).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{ENTERPRISE, Reply, TestServer, USER};

/// User names of a list in the order of the answer, parted by blanks.
#[track_caller]
pub(super) fn order(reply: Reply) -> String {
    let list = reply.expect(200);
    let resources = list["Resources"].as_array().expect("a list has Resources");
    let name = |user: &Value| {
        user["userName"]
            .as_str()
            .expect("a user has a name")
            .to_owned()
    };
    resources.iter().map(name).collect::<Vec<_>>().join(" ")
}

/// Each query (after `/Users?`) lists exactly these users in this order.
#[track_caller]
pub(super) fn lists(server: &TestServer, table: &[(&str, &str)]) {
    for (query, expected) in table {
        let found = order(server.get(&format!("/Users?{query}")).send());
        assert_eq!(&found, expected, "{query}");
    }
}

/// Creates users in an order that no test asks for.
pub(super) fn populate(server: &TestServer) {
    let users = [
        json!({ "userName": "charlie", "externalId": "a", "title": "b", "name": { "familyName": "Ng" },
            "emails": [{ "value": "z@x.org" }, { "value": "a@x.org", "primary": true }], "active": false }),
        json!({ "userName": "alpha", "externalId": "B", "title": "C", "name": { "familyName": "ng-a" },
            "emails": [{ "value": "M@x.org" }, { "value": "b@x.org" }] }),
        json!({ "userName": "Émile", "externalId": "_", "name": { "familyName": "zz" } }),
        json!({ "userName": "Bravo", "externalId": "C", "title": "a", "name": { "familyName": "Öz" },
            "emails": [{ "value": "n@x.org" }], "active": false }),
        json!({ "userName": "zoe", "emails": [{ "value": "c@x.org", "type": "work" }] }),
    ];
    for user in users {
        server.user(user);
    }
}

/// Follows `startIndex` to the end in pages of `count` and returns what every page held.
pub(super) fn walk(server: &TestServer, endpoint: &str, query: &str, count: usize) -> Vec<Value> {
    let mut found: Vec<Value> = Vec::new();
    loop {
        let start = found.len() + 1;
        let list = server
            .get(&format!(
                "{endpoint}?count={count}&startIndex={start}{query}"
            ))
            .send()
            .expect(200);
        let page = list["Resources"].as_array().expect("a list has Resources");
        assert!(page.len() <= count, "never more than asked for");
        assert_eq!(list["itemsPerPage"], page.len());
        if page.is_empty() {
            assert_eq!(
                list["totalResults"],
                found.len(),
                "the walk has seen every match"
            );
            return found;
        }
        assert_eq!(list["startIndex"], start);
        found.extend(page.iter().cloned());
    }
}

api_test! {
    /// Rows: SORT-01 SORT-02 SORT-03 SORT-12 I18N-10
    fn sort_01_by_user_name_in_both_directions(server) {
        populate(&server);
        lists(
            &server,
            &[
                ("sortBy=userName", "alpha Bravo charlie zoe Émile"),
                ("sortBy=userName&sortOrder=ascending", "alpha Bravo charlie zoe Émile"),
                ("sortBy=userName&sortOrder=descending", "Émile zoe charlie Bravo alpha"),
                ("sortBy=userName&sortOrder=Descending", "Émile zoe charlie Bravo alpha"),
                ("sortBy=userName&sortOrder=ASCENDING", "alpha Bravo charlie zoe Émile"),
                // Without sortBy: the order of creation.
                ("", "charlie alpha Émile Bravo zoe"),
                ("sortOrder=descending", "charlie alpha Émile Bravo zoe"),
                ("sortBy=", "charlie alpha Émile Bravo zoe"),
            ],
        );
    }

    /// Rows: SORT-04
    fn sort_04_case_exact_strings_sort_by_code_point(server) {
        populate(&server);
        lists(
            &server,
            &[
                // zoe has none.
                ("sortBy=externalId", "alpha Bravo Émile charlie zoe"),
                ("sortBy=externalId&sortOrder=descending", "zoe charlie Émile Bravo alpha"),
            ],
        );
        for (name, external) in [("u-emoji", "😀"), ("u-kana", "\u{ff76}"), ("u-e", "é"), ("u-z", "z")] {
            server.user(json!({ "userName": name, "externalId": external, "userType": "u" }));
        }
        lists(&server, &[("sortBy=externalId&filter=userType+pr", "u-z u-e u-kana u-emoji")]);
    }

    /// Rows: SORT-03 SORT-05
    fn sort_05_users_without_the_value_come_last_then_first(server) {
        populate(&server);
        lists(&server, &[("sortBy=title&filter=title+pr", "Bravo charlie alpha")]);
        lists(&server, &[("sortBy=title&sortOrder=descending&filter=title+pr", "alpha charlie Bravo")]);
        let up = order(server.get("/Users?sortBy=title").send());
        assert!(up.starts_with("Bravo charlie alpha "), "{up}");
        let down = order(server.get("/Users?sortBy=title&sortOrder=descending").send());
        assert!(down.ends_with(" alpha charlie Bravo"), "{down}");
    }

    /// Rows: SORT-06 SORT-07
    fn sort_06_multi_valued_attributes_sort_by_their_primary_or_first_value(server) {
        populate(&server);
        lists(
            &server,
            &[
                ("sortBy=emails.value", "charlie zoe alpha Bravo Émile"),
                ("sortBy=emails", "charlie zoe alpha Bravo Émile"),
                ("sortBy=emails.value&sortOrder=descending", "Émile Bravo alpha zoe charlie"),
            ],
        );
        assert!(order(server.get("/Users?sortBy=emails.type").send()).starts_with("zoe "));
    }

    /// Rows: SORT-07 SORT-10
    fn sort_07_what_cannot_be_sorted_by_is_refused(server) {
        populate(&server);
        for name in [
            "name",
            "meta",
            "bogus",
            "name.bogus",
            "emails.bogus",
            "password",
            "PASSWORD",
            "a b",
            "emails[type eq \"x\"]",
            "name..givenName",
            "urn:none:x",
            "members.value",
        ] {
            let reply = server.get("/Users").query("sortBy", name).send();
            assert_eq!(reply.status, 400, "{name}: {}", reply.text);
            reply.error(400, "invalidPath");
        }
        server.get(&format!("/Users?sortBy={USER}:password")).send().error(400, "invalidPath");
        server.get(&format!("/Users?sortBy={ENTERPRISE}")).send().error(400, "invalidPath");
    }

    /// Rows: SORT-08 EXT-01 EXT-02
    fn sort_08_names_ignore_case_and_may_carry_their_schema(server) {
        populate(&server);
        for (name, department) in [("e1", "b"), ("e2", "A"), ("e3", "c")] {
            server.user(
                json!({ "schemas": [USER, ENTERPRISE], "userName": name, ENTERPRISE: { "department": department } }),
            );
        }
        let by_family = "charlie alpha Émile Bravo";
        for name in [
            "name.familyName",
            "NAME.familyname",
            &format!("{USER}:NAME.familyname"),
            &format!("{}:name.familyName", USER.to_uppercase()),
        ] {
            lists(&server, &[(&format!("sortBy={name}&filter=name+pr"), by_family)]);
        }
        for name in [format!("{ENTERPRISE}:department"), format!("{}:DEPARTMENT", ENTERPRISE.to_uppercase())] {
            lists(
                &server,
                &[
                    (&format!("sortBy={name}&count=3"), "e2 e1 e3"),
                    (&format!("sortBy={name}&sortOrder=descending&startIndex=6"), "e3 e1 e2"),
                ],
            );
        }
    }

    /// Rows: SORT-09
    fn sort_09_instants_and_booleans_sort_as_what_they_are(server) {
        populate(&server);
        lists(&server, &[("sortBy=meta.created", "charlie alpha Émile Bravo zoe"), ("sortBy=id&count=0", "")]);
        let alpha = server.search("/Users", r#"userName eq "alpha""#);
        let path = format!("/Users/{}", alpha[0]["id"].as_str().unwrap());
        server.patch(&path, json!([{ "op": "replace", "path": "nickName", "value": "al" }])).send().expect(200);
        let latest = order(server.get("/Users?sortBy=meta.lastModified&sortOrder=descending&count=1").send());
        assert_eq!(latest, "alpha");
        for (direction, inactive_first) in [("ascending", true), ("descending", false)] {
            let list = server.get(&format!("/Users?sortBy=active&sortOrder={direction}")).send().expect(200);
            let flags: Vec<bool> =
                list["Resources"].as_array().unwrap().iter().map(|user| user["active"] == true).collect();
            let expected =
                if inactive_first { [false, false, true, true, true] } else { [true, true, true, false, false] };
            assert_eq!(flags, expected, "{direction}");
        }
    }

    /// Rows: SORT-11
    fn sort_11_the_direction_is_one_of_two_words(server) {
        for word in ["up", "asc", "desc", "1"] {
            server.get(&format!("/Users?sortBy=userName&sortOrder={word}")).send().error(400, "invalidValue");
        }
    }

    /// Rows: SORT-03 I18N-10
    fn sort_03_punctuation_counts(server) {
        // A collation for people would skip the hyphen and the blank.
        for (name, display) in
            [("u1", "ab"), ("u2", "a-b"), ("u3", "A c"), ("u4", "aB1"), ("u5", "å"), ("u6", "Z"), ("u7", "a_b")]
        {
            server.user(json!({ "userName": name, "displayName": display }));
        }
        lists(
            &server,
            &[
                ("sortBy=displayName", "u3 u2 u7 u1 u4 u6 u5"),
                ("sortBy=displayName&sortOrder=descending", "u5 u6 u4 u1 u7 u2 u3"),
            ],
        );
    }

    /// Rows: SORT-13 SORT-15 PAGE-13
    fn sort_13_pages_of_equal_keys_do_not_overlap(server) {
        for number in 0..11 {
            server.user(
                json!({ "userName": format!("u{number:02}"), "title": if number % 2 == 0 { "same" } else { "Same" } }),
            );
        }
        for query in [
            "&sortBy=title",
            "&sortBy=title&sortOrder=descending",
            "&sortBy=active",
            "&sortBy=nickName",
            "&sortBy=emails.value",
            "&sortBy=nickName&sortOrder=descending",
            "",
            "&sortBy=title&filter=title+eq+%22same%22",
        ] {
            for count in [1, 2, 4, 11] {
                let found = walk(&server, "/Users", query, count);
                let distinct: BTreeSet<&str> = found.iter().map(|user| user["userName"].as_str().unwrap()).collect();
                assert_eq!((found.len(), distinct.len()), (11, 11), "{query} in pages of {count}");
            }
        }
    }

    /// Rows: SORT-15
    fn sort_15_filter_then_sort_then_page(server) {
        populate(&server);
        lists(
            &server,
            &[
                ("sortBy=userName&count=1", "alpha"),
                ("sortBy=userName&count=2&startIndex=2", "Bravo charlie"),
                ("sortBy=userName&sortOrder=descending&count=2", "Émile zoe"),
                ("sortBy=userName&count=2&filter=active+eq+true", "alpha zoe"),
                ("sortBy=userName&count=2&startIndex=3&filter=active+eq+true", "Émile"),
            ],
        );
    }
}

//! The two sides of an operator: names and URNs, JSON literals, encodings (RFC 7644 §3.4.2.2, §3.10).

use serde_json::json;

use super::people::{EVERYBODY, People, refuses, selects};
use crate::support::{ENTERPRISE, GROUP, USER, id};

api_test! {
    /// Rows: FILTER-08
    fn filter_08_wildcards_of_other_languages_are_ordinary_characters(server) {
        People::create(&server);
        selects(
            &server,
            &[
                (r#"displayName co "%""#, "Bob"),
                (r#"displayName co "_""#, "Bob"),
                (r#"displayName co "*""#, "carol"),
                (r#"displayName co "?""#, "carol"),
                (r#"displayName co "\\""#, "ada carol"),
                (r#"displayName ew "\\""#, "carol"),
                (r#"displayName sw "100%""#, "Bob"),
                (r#"displayName sw "1_0""#, ""),
                (r#"displayName ew "%""#, ""),
                (r#"displayName sw "%""#, ""),
                (r#"displayName eq "Carol%""#, ""),
                (r#"userName sw "a_a""#, ""),
                (r#"userName co ".*""#, ""),
                (r#"userName co "[a-z]""#, ""),
                (r#"emails.value co "%""#, ""),
                (r#"emails[value sw "_"]"#, ""),
            ],
        );
    }

    /// Rows: FILTER-19 LEN-4 DEC-10
    fn filter_19_literals_fit_the_type(server) {
        People::create(&server);
        let unfit = [
            "userName eq 5",
            "title eq true",
            "emails.value eq 1",
            "active eq 1",
            r#"active eq "yes""#,
            r#"active eq """#,
            "meta.created gt 5",
            "meta.created eq true",
            "externalId co 1",
        ];
        refuses(&server, &unfit);
        // "True" as text has one reading where the schema says boolean.
        selects(
            &server,
            &[
                (r#"active eq "true""#, "ada carol dave zoë"),
                (r#"active eq "False""#, "Bob"),
                (r#"emails[primary eq "True"]"#, "ada"),
            ],
        );
        server.rfc();
        refuses(&server, &unfit);
        refuses(&server, &[r#"active eq "true""#, r#"active eq "False""#, r#"emails[primary eq "True"]"#]);
        selects(&server, &[("active eq false", "Bob")]);
    }

    /// Rows: FILTER-20
    fn filter_20_null_stands_for_no_value(server) {
        People::create(&server);
        selects(
            &server,
            &[
                ("title eq null", "carol dave zoë"),
                ("title ne null", "Bob ada"),
                ("emails eq null", "dave"),
                ("emails ne null", "Bob ada carol zoë"),
                ("name.givenName eq null", "Bob carol dave zoë"),
                ("externalId ne null", "Bob ada"),
                ("meta.created eq null", ""),
            ],
        );
        refuses(&server, &["title gt null", "title ge null", "title lt null", "title co null", "title sw null"]);
    }

    /// Rows: FILTER-21
    fn filter_21_an_instant_needs_date_and_time(server) {
        refuses(
            &server,
            &[
                r#"meta.created gt "yesterday""#,
                r#"meta.created gt "2020-01-01""#,
                r#"meta.created gt """#,
                r#"meta.lastModified le "2020-13-01T00:00:00Z""#,
                r#"meta.created eq "10:00:00""#,
            ],
        );
    }

    /// Rows: FILTER-23 FILTER-28 EXT-05 LEN-17 DEC-10 PROFILE-03
    fn filter_23_unknown_attributes_are_refused(server) {
        People::create(&server);
        refuses(
            &server,
            &[
                r#"bogus eq "a""#,
                "bogus pr",
                r#"name.bogus eq "a""#,
                "emails.bogus pr",
                r#"emails[bogus eq "x"]"#,
                r#"userName.value eq "a""#,
                r#"userName eq "ada" or bogus pr"#,
                "title pr and not (bogus pr)",
                r#"urn:bogus:thing eq "x""#,
                r#"members.value eq "x""#,
            ],
        );
        refuses(
            &server,
            &[
                format!(r#"{GROUP}:displayName eq "x""#),
                format!(r#"{USER}:bogus eq "x""#),
                format!("{ENTERPRISE}:userName pr"),
                format!("{USER}:department pr"),
            ],
        );
        // A complex attribute is not comparable as a whole.
        refuses(&server, &[r#"name eq "x""#, r#"name co "x""#, r#"meta eq "x""#, r#"addresses eq "x""#]);
        let fault = server.get("/Users").query("filter", r#"bogus eq "a""#).send().error(400, "invalidFilter");
        assert!(fault.contains("bogus"), "names the attribute: {fault}");
        // One extension has it, so its bare name has one reading; by the letter it has none.
        selects(&server, &[(r#"department eq "Sales""#, "ada"), ("manager.value pr", "ada")]);
        server.rfc();
        refuses(&server, &[r#"department eq "Sales""#, "manager.value pr"]);
    }

    /// Rows: FILTER-25
    fn filter_25_literals_are_json_strings(server) {
        People::create(&server);
        selects(
            &server,
            &[
                (r#"displayName eq "Ada \"a\\b\"\/""#, "ada"),
                (r#"displayName eq "Ada \"a\\b\"/""#, "ada"),
                (r#"displayName co "\"a""#, "ada"),
                (r#"displayName eq "two\nlines\tand a tab""#, "dave"),
                (r#"displayName eq "two\u000alines\u0009and a tab""#, "dave"),
                (r#"displayName eq "Zo\u00eb \ud83d\ude00""#, "zoë"),
                (r#"displayName ew "\uD83D\uDE00""#, "zoë"),
                (r#"userName eq "\u0061da""#, "ada"),
                (r#"userName eq "ada)""#, ""),
                (r#"userName eq "x] or (title pr""#, ""),
                (r#"userName eq "\" or title pr or userName eq \"""#, ""),
            ],
        );
        refuses(
            &server,
            &[
                r#"displayName eq "\x""#,
                r#"displayName eq "\u12""#,
                r#"displayName eq "\ud83d""#,
                r#"displayName eq "\ude00\ud83d""#,
                "displayName eq \"a\nb\"",
                r#"displayName eq "\""#,
            ],
        );
        // U+0000 cannot be part of any value.
        let zero = server.get("/Users").query("filter", r#"displayName eq "a\u0000b""#).send();
        assert_eq!(zero.status, 400, "{}", zero.text);
        zero.scim_error();
    }

    /// Rows: FILTER-40
    fn filter_40_common_attributes_are_filtered(server) {
        let people = People::create(&server);
        let dave = id(&people.dave);
        let changed = server
            .patch(
                &format!("/Users/{dave}"),
                json!([
                    { "op": "replace", "path": "title", "value": "Baker" },
                ]),
            )
            .send()
            .expect(200);
        let modified = changed["meta"]["lastModified"].as_str().unwrap();
        let created = changed["meta"]["created"].as_str().unwrap();
        let version = changed["meta"]["version"].clone();
        selects(
            &server,
            &[
                (format!(r#"meta.lastModified ge "{modified}""#), "dave"),
                (format!(r#"meta.lastModified gt "{modified}""#), ""),
                (format!(r#"meta.lastModified lt "{modified}""#), "Bob ada carol zoë"),
                (format!(r#"meta.created lt "{modified}""#), EVERYBODY),
                (format!(r#"id eq "{dave}" and meta.created eq "{created}""#), "dave"),
                (format!("meta.version eq {version}"), "dave"),
                (format!(r#"schemas eq "{ENTERPRISE}""#), "ada carol"),
                (format!(r#"schemas eq "{}""#, ENTERPRISE.to_uppercase()), "ada carol"),
                (format!(r#"schemas eq "{USER}""#), EVERYBODY),
                (format!(r#"not (schemas eq "{ENTERPRISE}")"#), "Bob dave zoë"),
                (r#"schemas eq "urn:none""#.to_owned(), ""),
                (r#"schemas co "enterprise""#.to_owned(), "ada carol"),
                (r#"externalId pr and meta.resourceType eq "User""#.to_owned(), "Bob ada"),
                (r#"id eq "no-such-id""#.to_owned(), ""),
            ],
        );
    }

    /// Rows: FILTER-41 FILTER-02 EXT-01 EXT-02 EXT-04
    fn filter_41_names_may_carry_their_schema(server) {
        let people = People::create(&server);
        let bob = id(&people.bob);
        selects(
            &server,
            &[
                (format!(r#"{ENTERPRISE}:department eq "sales""#), "ada"),
                (format!(r#"{}:DEPARTMENT EQ "SALES""#, ENTERPRISE.to_uppercase()), "ada"),
                (format!(r#"{}:department eq "Sales""#, ENTERPRISE.to_lowercase()), "ada"),
                (format!("{ENTERPRISE}:department pr"), "ada carol"),
                (format!(r#"{ENTERPRISE}:department ne "Sales""#), "Bob carol dave zoë"),
                (format!(r#"{ENTERPRISE}:employeeNumber sw "10""#), "ada"),
                (format!(r#"{ENTERPRISE}:manager.value eq "{bob}""#), "ada"),
                (format!(r#"{USER}:userName eq "ada""#), "ada"),
                (format!(r#"{}:USERNAME eq "ada""#, USER.to_uppercase()), "ada"),
                (format!(r#"{USER}:name.familyName eq "o'malley""#), "ada"),
                (format!(r#"{USER}:emails[type eq "work" and value co "home"]"#), "Bob"),
                (format!(r#"{USER}:active eq true and {ENTERPRISE}:department sw "v""#), "carol"),
            ],
        );
    }

    /// Rows: FILTER-44 USER-16 ERR-18 SCHEMA-18
    fn filter_44_projection_does_not_blind_the_filter_and_secrets_do_not_filter(server) {
        People::create(&server);
        for projection in ["excludedAttributes=title", "attributes=userName"] {
            let list = server.get(&format!("/Users?{projection}")).query("filter", "title pr").send().expect(200);
            let found = list["Resources"].as_array().unwrap();
            assert_eq!(found.len(), 2, "{projection}");
            assert!(found.iter().all(|user| user.get("title").is_none()), "{list}");
        }
        refuses(
            &server,
            &[
                r#"password eq "Corr3ct-horse-battery""#,
                r#"password sw "C""#,
                r#"password co "horse""#,
                r#"password gt "a""#,
                r#"password ne "x""#,
                "password pr",
                "not (password pr)",
                "PASSWORD eq null",
                r#"userName eq "ada" and password sw "C""#,
            ],
        );
        refuses(&server, &[format!(r#"{USER}:password eq "x""#)]);
    }

    /// Rows: FILTER-45 MEDIA-13 GEN-25
    fn filter_45_queries_are_percent_encoded_utf_8(server) {
        People::create(&server);
        server.create_user("a+b@x.org");
        server.create_user("guest#EXT#@x.org");
        for (query, expected) in [
            ("userName%20eq%20%22zo%C3%AB%22", "zoë"),
            ("userName+eq+%22zo%c3%ab%22", "zoë"),
            (r#"userName+eq+"zo%C3%AB""#, "zoë"),
            ("%75serName%20eq%20%22ada%22", "ada"),
            ("userName+eq+%22a%2Bb%40x.org%22", "a+b@x.org"),
            ("userName%20eq%20%22guest%23EXT%23@x.org%22", "guest#EXT#@x.org"),
            ("name.familyName+eq+%22O%27Malley%22", "ada"),
            ("emails%5Btype+eq+%22work%22+and+value+co+%22home%22%5D", "Bob"),
            ("emails[type+eq+%22work%22+and+value+co+%22home%22]", "Bob"),
            // Decoded once only: this asks for a name with a percent sign.
            ("userName+eq+%22zo%25C3%25AB%22", ""),
        ] {
            let list = server.get(&format!("/Users?filter={query}")).send().expect(200);
            let found = list["Resources"].as_array().unwrap();
            let names: Vec<&str> = found.iter().map(|user| user["userName"].as_str().unwrap()).collect();
            assert_eq!(names.join(" "), expected, "{query}");
        }
        // An unencoded plus is a blank, and this name has none.
        let list = server.get(r#"/Users?filter=userName+eq+"a+b@x.org""#).send().expect(200);
        assert_eq!(list["totalResults"], 0);
        // Not UTF-8.
        let reply = server.get("/Users?filter=userName+eq+%22%FF%22").send();
        assert_eq!(reply.status, 400, "{}", reply.text);
        reply.scim_error();
    }

    /// Rows: FILTER-46 SEC-04
    fn filter_46_filter_text_is_never_sql(server) {
        People::create(&server);
        for text in [
            "x' OR '1'='1",
            "' OR 1=1 --",
            "'; DROP TABLE resources; --",
            "x') OR ('a'='a",
            "$1",
            "?1",
            ":a",
            "\\' OR 1=1 --",
        ] {
            let literal = json!(text).to_string();
            for expression in [
                "userName eq",
                "userName co",
                "displayName sw",
                "title ew",
                "emails.value eq",
                "id eq",
                "externalId gt \"zzz\" and externalId eq",
            ] {
                selects(&server, &[(format!("{expression} {literal}"), "")]);
            }
            selects(&server, &[(format!("emails[value eq {literal}]"), "")]);
        }
        refuses(
            &server,
            &[
                r#"userName' eq "x""#,
                r#"userName') OR 1=1 -- eq "x""#,
                r#"name.givenName' eq "x""#,
                r#"emails[value') OR ('1'='1 eq "x"]"#,
                r#"user$Name eq "x""#,
            ],
        );
        server.get("/Users").query("sortBy", "userName; DROP TABLE resources").send().error(400, "invalidPath");
        selects(&server, &[("userName pr", EVERYBODY)]);
    }

    /// Rows: FILTER-51 I18N-01 I18N-02 I18N-03 I18N-04
    fn filter_51_user_names_are_prepared_before_they_are_compared(server) {
        People::create(&server);
        selects(
            &server,
            &[
                ("userName eq \"\u{ff44}\u{ff41}\u{ff56}\u{ff45}\"", "dave"),
                ("userName eq \"zoe\u{308}\"", "zoë"),
                ("userName eq \"ZOË\"", "zoë"),
                ("userName sw \"ZOE\u{308}\"", "zoë"),
                // No user can be called this: no match, and no error either.
                ("userName eq \"😀\"", ""),
                ("userName eq \"a\u{200b}da\"", "ada"),
                ("userName eq \"\"", ""),
                ("userName eq \"a\u{5d0}\"", ""),
                // Cyrillic, however much it looks like Latin.
                ("userName eq \"\u{430}d\u{430}\"", ""),
            ],
        );
    }
}

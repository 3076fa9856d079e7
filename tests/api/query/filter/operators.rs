//! What each filter operator selects (RFC 7644 §3.4.2.2).

use serde_json::{Value, json};

use super::people::{EVERYBODY, People, refuses, selects};
use crate::support::{ENTERPRISE, id};

api_test! {
    /// Rows: FILTER-01 PAGE-02
    fn filter_01_only_matches_are_returned(server) {
        People::create(&server);
        let list = server.get("/Users").query("filter", r#"userName eq "none""#).send().expect(200);
        assert_eq!(list["totalResults"], 0);
        assert_eq!(list["Resources"], json!([]));
        let list = server.get("/Users").query("filter", r#"userName eq "ada""#).send().expect(200);
        assert_eq!(list["totalResults"], 1);
        assert_eq!(list["Resources"].as_array().unwrap().len(), 1);
        assert_eq!(list["Resources"][0]["userName"], "ada");
    }

    /// Rows: FILTER-02 FILTER-03 FILTER-04
    fn filter_02_names_and_keywords_ignore_case(server) {
        People::create(&server);
        selects(
            &server,
            &[
                (r#"USERNAME eq "ada""#, "ada"),
                (r#"username EQ "ada""#, "ada"),
                (r#"NAME.FamilyName Eq "O'Malley""#, "ada"),
                (r#"EMAILS[TYPE eq "work" AND Value CO "home.example"]"#, "Bob"),
                ("title PR", "Bob ada"),
                ("title Pr AND active eq true", "ada"),
                (r#"userName eq "ada" OR userName eq "dave""#, "ada dave"),
                ("NOT (title pr)", "carol dave zoë"),
                ("Not (title pr) aNd Not (emails pr)", "dave"),
            ],
        );
        // JSON literals are lower-case.
        refuses(&server, &["active eq TRUE", "active eq False", "title eq NULL"]);
    }

    /// Rows: FILTER-05 FILTER-07 FILTER-13
    fn filter_05_strings_without_case_exact_ignore_case(server) {
        People::create(&server);
        selects(
            &server,
            &[
                (r#"userName eq "BOB""#, "Bob"),
                (r#"userName eq "bob""#, "Bob"),
                (r#"title eq "ENGINEER""#, "Bob ada"),
                (r#"name.familyName eq "öMAN""#, "carol"),
                (r#"displayName eq "ZOË 😀""#, "zoë"),
                (r#"emails.value eq "ADA@Home.Example""#, "ada"),
                (r#"userName eq "Bo""#, ""),
                (r#"userName sw "A""#, "ada"),
                (r#"userName co "O""#, "Bob carol zoë"),
                (r#"userName ew "B""#, "Bob"),
                (r#"userName sw "ada""#, "ada"),
                (r#"userName co "ada""#, "ada"),
                (r#"userName ew "ada""#, "ada"),
                (r#"userName ew "a""#, "ada"),
                (r#"userName sw "da""#, "dave"),
                (r#"name.familyName co "o'mal""#, "ada"),
                (r#"name.familyName sw "ö""#, "carol"),
                (r#"emails.value ew "@X.org""#, "carol zoë"),
                (r#"emails.value sw "BOB@""#, "Bob"),
            ],
        );
    }

    /// Rows: FILTER-06 FILTER-07 FILTER-13
    fn filter_06_case_exact_strings_respect_case(server) {
        let people = People::create(&server);
        let ada = id(&people.ada);
        let version = people.ada["meta"]["version"].as_str().unwrap();
        let quoted = json!(version).to_string();
        let location = people.ada["meta"]["location"].as_str().unwrap();
        selects(
            &server,
            &[
                (r#"externalId eq "abc""#, "ada"),
                (r#"externalId eq "ABC""#, "Bob"),
                (r#"externalId eq "Abc""#, ""),
                (r#"externalId sw "a""#, "ada"),
                (r#"externalId co "B""#, "Bob"),
                (r#"externalId ew "c""#, "ada"),
                (r#"externalId lt "a""#, "Bob"),
                (r#"externalId ge "a""#, "ada"),
                (r#"externalId gt "ABC""#, "ada"),
                (r#"externalId le "ABC""#, "Bob"),
                (r#"meta.resourceType eq "User""#, EVERYBODY),
                (r#"meta.resourceType eq "user""#, ""),
                (r#"x509Certificates.value eq "MIIB""#, "carol"),
                (r#"x509Certificates.value eq "miib""#, ""),
            ],
        );
        selects(
            &server,
            &[
                (format!(r#"id eq "{ada}""#), "ada"),
                (format!(r#"id eq "{}""#, ada.to_uppercase()), ""),
                (format!(r#"id ne "{ada}""#), "Bob carol dave zoë"),
                (format!("meta.version eq {quoted}"), EVERYBODY),
                (format!("meta.version eq {}", quoted.to_lowercase()), ""),
                (format!(r#"meta.location eq "{location}""#), "ada"),
            ],
        );
    }

    /// Rows: FILTER-09 FILTER-10
    fn filter_09_ne_negates_eq(server) {
        People::create(&server);
        selects(
            &server,
            &[
                (r#"userType ne "Intern""#, "ada carol dave zoë"),
                (r#"userType ne "INTERN""#, "ada carol dave zoë"),
                (r#"userType pr and userType ne "intern""#, "ada"),
                (r#"title ne "x""#, EVERYBODY),
                (r#"title ne "engineer""#, "carol dave zoë"),
                (r#"externalId ne "abc""#, "Bob carol dave zoë"),
                (r#"emails.value ne "carol@x.org""#, "Bob ada dave zoë"),
                (r#"emails.value ne "ada@home.example""#, "Bob carol dave zoë"),
                // Inside brackets `ne` is about one element: Ada has another one.
                (r#"emails[value ne "ada@home.example"]"#, "Bob ada carol zoë"),
                ("active ne true", "Bob"),
            ],
        );
    }

    /// Rows: FILTER-11 NULL-06 EXT-12
    fn filter_11_pr_wants_a_non_empty_value(server) {
        People::create(&server);
        selects(
            &server,
            &[
                ("title pr", "Bob ada"),
                ("name pr", "ada carol"),
                ("name.givenName pr", "ada"),
                ("name.middleName pr", ""),
                ("emails pr", "Bob ada carol zoë"),
                ("emails.type pr", "Bob ada carol"),
                ("emails.value pr", "Bob ada carol zoë"),
                ("emails[type pr]", "Bob ada carol"),
                ("phoneNumbers pr", "carol"),
                ("ims pr", ""),
                ("active pr", EVERYBODY),
                ("id pr", EVERYBODY),
                ("schemas pr", EVERYBODY),
                ("meta pr", EVERYBODY),
                ("meta.created pr", EVERYBODY),
            ],
        );
        // Carol's nickName is an empty string.
        selects(&server, &[("nickName pr", ""), ("not (nickName pr)", EVERYBODY)]);
        selects(&server, &[(format!("{ENTERPRISE} pr"), "ada carol"), (format!("{ENTERPRISE}:manager pr"), "ada")]);
    }

    /// Rows: FILTER-13
    fn filter_13_strings_are_ordered_without_locale(server) {
        People::create(&server);
        selects(
            &server,
            &[
                (r#"userName ge "b""#, "Bob carol dave zoë"),
                (r#"userName gt "bob""#, "carol dave zoë"),
                (r#"userName ge "BOB""#, "Bob carol dave zoë"),
                (r#"userName le "bob""#, "Bob ada"),
                (r#"userName lt "BOB""#, "ada"),
                // ö stands behind z: code points, not a dictionary.
                (r#"name.familyName gt "z""#, "carol"),
                (r#"emails.value lt "b""#, "ada"),
                (r#"title gt "a""#, "Bob ada"),
            ],
        );
    }

    /// Rows: FILTER-14
    fn filter_14_instants_are_compared_across_offsets(server) {
        let people = People::create(&server);
        let created = |user: &Value| user["meta"]["created"].as_str().unwrap().to_owned();
        let expected = |keep: &dyn Fn(&str) -> bool| {
            let mut names: Vec<&str> = people
                .all()
                .into_iter()
                .filter(|user| keep(&created(user)))
                .map(|user| user["userName"].as_str().unwrap())
                .collect();
            names.sort_unstable();
            names.join(" ")
        };
        // Our own instants are all written alike, so their texts are in the order of time.
        let pivot = created(&people.carol);
        let pivot = pivot.as_str();
        for spelling in spellings(pivot) {
            selects(
                &server,
                &[
                    (format!(r#"meta.created eq "{spelling}""#), expected(&|at| at == pivot).as_str()),
                    (format!(r#"meta.created ne "{spelling}""#), expected(&|at| at != pivot).as_str()),
                    (format!(r#"meta.created gt "{spelling}""#), expected(&|at| at > pivot).as_str()),
                    (format!(r#"meta.created ge "{spelling}""#), expected(&|at| at >= pivot).as_str()),
                    (format!(r#"meta.created lt "{spelling}""#), expected(&|at| at < pivot).as_str()),
                    (format!(r#"meta.created le "{spelling}""#), expected(&|at| at <= pivot).as_str()),
                ],
            );
        }
        selects(
            &server,
            &[
                (r#"meta.created gt "2020-01-01T00:00:00Z""#, EVERYBODY),
                (r#"meta.created lt "2020-01-01T00:00:00.123456+14:00""#, ""),
                (r#"meta.lastModified gt "1969-12-31T23:59:59Z""#, EVERYBODY),
            ],
        );
    }

    /// Rows: FILTER-16 FILTER-17
    fn filter_16_operators_that_the_type_does_not_offer_are_refused(server) {
        People::create(&server);
        refuses(
            &server,
            &[
                "active gt true",
                "active ge true",
                "active lt false",
                "active le false",
                "emails.primary gt true",
                "emails[primary lt true]",
                r#"x509Certificates.value gt "a""#,
                r#"x509Certificates.value le "a""#,
                r#"x509Certificates[value ge "a"]"#,
                r#"active co "t""#,
                r#"active sw "t""#,
                r#"active ew "e""#,
                "active co true",
                r#"meta.created co "2020""#,
                r#"meta.created sw "2020""#,
                r#"meta.lastModified ew "Z""#,
            ],
        );
    }

    /// Rows: FILTER-18 FILTER-43 SCHEMA-24
    fn filter_18_booleans_are_compared_as_booleans(server) {
        People::create(&server);
        selects(
            &server,
            &[
                // Active by default, never sent by the client.
                ("active eq true", "ada carol dave zoë"),
                ("active eq false", "Bob"),
                ("active ne false", "ada carol dave zoë"),
                ("emails.primary eq true", "ada"),
                ("emails[primary eq true]", "ada"),
                // A missing `primary` is false.
                ("emails[primary eq false]", "Bob ada carol zoë"),
                (r#"emails[primary eq false and type eq "work"]"#, "Bob"),
            ],
        );
    }

    /// Rows: FILTER-26 FILTER-27 FILTER-29
    fn filter_26_any_value_of_a_multi_valued_attribute_matches(server) {
        People::create(&server);
        selects(
            &server,
            &[
                (r#"emails.value eq "ada@home.example""#, "ada"),
                (r#"emails.type eq "home""#, "ada carol"),
                (r#"emails co "home.example""#, "Bob ada"),
                (r#"emails eq "carol@x.org""#, "carol"),
                (r#"emails sw "zoe""#, "zoë"),
                (r#"phoneNumbers eq "555-1234""#, "carol"),
                // Dotted conditions may be met by different elements: Ada's are.
                (r#"emails.type eq "work" and emails.value co "home.example""#, "Bob ada"),
                (r#"emails.primary eq true and emails.type eq "home""#, "ada"),
            ],
        );
    }
}

/// The same instant in other words: more digits, UTC as an offset, two hours east or west.
fn spellings(instant: &str) -> Vec<String> {
    let bare = instant.strip_suffix('Z').expect("an instant in UTC");
    let (front, hour, rest) = (&bare[..11], &bare[11..13], &bare[13..]);
    let hour: u32 = hour.parse().expect("an hour");
    // Whichever direction stays within the day.
    let shifted = if hour < 22 {
        format!("{front}{:02}{rest}+02:00", hour + 2)
    } else {
        format!("{front}{:02}{rest}-02:00", hour - 2)
    };
    vec![
        instant.to_owned(),
        format!("{bare}000Z"),
        format!("{bare}+00:00"),
        bare.to_owned(),
        shifted,
    ]
}

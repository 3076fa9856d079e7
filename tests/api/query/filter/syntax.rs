//! How filters are written: the grammar, precedence, blanks, brackets, limits (RFC 7644 §3.4.2.2).

use super::people::{EVERYBODY, People, refuses, selects};
use crate::support::{Backend, TestServer, id};

api_test! {
    /// Rows: FILTER-12 FILTER-22 FILTER-24 FILTER-50 GEN-6 ERR-07
    fn filter_12_what_does_not_parse_is_refused(server) {
        People::create(&server);
        refuses(
            &server,
            &[
                r#"title pr "x""#,
                "title eq",
                "title",
                "eq",
                r#""x""#,
                "title eq eq",
                r#"userName eq "ada" and"#,
                r#"or userName eq "ada""#,
                r#"userName eq "ada" and and title pr"#,
                r#"(userName eq "ada""#,
                r#"userName eq "ada")"#,
                "()",
                "(",
                ")",
                r#"emails[type eq "work""#,
                r#"emails type eq "work"]"#,
                "emails[]",
                "emails[type]",
                "[title pr]",
                r#"userName eq "ada"#,
                "userName eq 'ada'",
                r#"userName eq "ada" "bob""#,
                r#"userName eq "ada" garbage"#,
                "title pr name pr",
                r#"userName eq "ada" title pr"#,
                "not title pr",
                "not",
                "not ()",
                "and",
                " ",
                "title pr,",
                "title pr;",
                r#"userName = "ada""#,
                r#"userName == "ada""#,
                r#"userName eq {"a":1}"#,
                r#"userName eq ["ada"]"#,
                "userName eq bjensen",
                "externalId eq abc",
                "active eq yes",
                "active eq truefalse",
                r#"userName regex "a""#,
                r#"userName eqq "a""#,
                r#"userName e "a""#,
                r#".userName eq "a""#,
                r#"userName. eq "a""#,
                r#"name..givenName eq "a""#,
                r#"emails[0] eq "a""#,
            ],
        );
        let detail = server.get("/Users").query("filter", r#"userName regex "a""#).send().error(400, "invalidFilter");
        assert!(detail.contains("regex") || detail.contains("operator"), "says what is wrong: {detail}");
        selects(&server, &[(r#"userName eq "ada""#, "ada")]);
    }

    /// Rows: FILTER-24 LEN-21
    fn filter_24_an_empty_parameter_is_no_filter(server) {
        People::create(&server);
        for path in ["/Users?filter=", "/Users?filter", "/Users?filter=&count="] {
            let list = server.get(path).send().expect(200);
            assert_eq!(list["totalResults"], 5, "{path}");
        }
        // A filter of nothing but blanks was meant to say something.
        server.get("/Users?filter=%20").send().error(400, "invalidFilter");
    }

    /// Rows: FILTER-30 FILTER-31
    fn filter_30_and_binds_tighter_than_or(server) {
        People::create(&server);
        selects(
            &server,
            &[
                (r#"userName eq "bob" or userName eq "ada" and active eq true"#, "Bob ada"),
                (r#"(userName eq "bob" or userName eq "ada") and active eq true"#, "ada"),
                (r#"active eq true and userName eq "ada" or userName eq "bob""#, "Bob ada"),
                (r#"active eq true and (userName eq "ada" or userName eq "bob")"#, "ada"),
                (r#"not (userName eq "ada") and active eq true"#, "carol dave zoë"),
                (r#"not (userName eq "ada" and active eq true)"#, "Bob carol dave zoë"),
                (r#"not (title pr) or userName eq "ada""#, "ada carol dave zoë"),
                (r#"userName eq "dave" or title pr and userType eq "Intern" or userName eq "zoë""#, "Bob dave zoë"),
                ("title pr and not (active eq true) or phoneNumbers pr and name pr", "Bob carol"),
            ],
        );
    }

    /// Rows: FILTER-31
    fn filter_31_parentheses_nest(server) {
        People::create(&server);
        for depth in [1, 2, 20, 24] {
            let nested = |open: &str| format!(r#"{}userName eq "ada"{}"#, open.repeat(depth), ")".repeat(depth));
            let negated = if depth % 2 == 0 { "ada" } else { "Bob carol dave zoë" };
            selects(&server, &[(nested("("), "ada"), (nested("not ("), negated), (nested("( "), "ada")]);
        }
        selects(
            &server,
            &[
                (r#"((userName eq "ada") or ((userName eq "dave") and (not (title pr))))"#, "ada dave"),
                (r#"(userName eq "ada" or userName eq "bob") and (active eq false or title eq "x")"#, "Bob"),
            ],
        );
    }

    /// Rows: FILTER-32 FILTER-33
    fn filter_32_not_negates_its_group(server) {
        People::create(&server);
        selects(
            &server,
            &[
                ("not (title pr)", "carol dave zoë"),
                ("not(title pr)", "carol dave zoë"),
                ("NOT  (title pr)", "carol dave zoë"),
                // True as well where the attribute is missing.
                (r#"not (title eq "engineer")"#, "carol dave zoë"),
                (r#"not (title sw "eng")"#, "carol dave zoë"),
                (r#"not (title gt "a")"#, "carol dave zoë"),
                (r#"not (name.familyName co "o")"#, "Bob carol dave zoë"),
                (r#"not (emails.type eq "work")"#, "carol dave zoë"),
                ("not (active eq true)", "Bob"),
                (r#"not (title eq "engineer" or emails pr)"#, "dave"),
                (r#"not (externalId lt "a")"#, "ada carol dave zoë"),
                ("not (id pr)", ""),
                ("not (not (title pr))", "Bob ada"),
            ],
        );
    }

    /// Rows: FILTER-34
    fn filter_34_blanks_are_free_where_nothing_else_can_be_meant(server) {
        People::create(&server);
        selects(
            &server,
            &[
                (r#"userName eq  "ada""#, "ada"),
                (r#"userName   eq "ada""#, "ada"),
                (r#"userName eq"ada""#, "ada"),
                (r#"  userName eq "ada"  "#, "ada"),
                ("( title pr )", "Bob ada"),
                ("(  title  pr  )", "Bob ada"),
                (r#"title pr  and  userName eq "ada""#, "ada"),
                (r#"(title pr)and(userName eq "ada")"#, "ada"),
                (r#"title pr and(userName eq "ada" or userName eq"bob")"#, "Bob ada"),
                (r#"emails[ type eq "work" ]"#, "Bob ada"),
                (r#"emails[type eq "work"]and title eq"engineer""#, "Bob ada"),
                (r#"emails[( type eq "work" )and( value co "home" )]"#, "Bob"),
            ],
        );
        // But words need them.
        refuses(&server, &["titlepr", "title prand name pr", r#"userNameeq "ada""#, "active eqtrue"]);
    }

    /// Rows: FILTER-35 FILTER-36 FILTER-37
    fn filter_35_conditions_in_brackets_meet_in_one_element(server) {
        People::create(&server);
        selects(
            &server,
            &[
                // Ada has a work address and one at home.example, but not in one element.
                (r#"emails[type eq "work" and value co "home.example"]"#, "Bob"),
                (r#"emails[type eq "home" and value co "home.example"]"#, "ada"),
                (r#"emails[type eq "work" and type eq "home"]"#, ""),
                (r#"emails[type eq "work"] and emails[type eq "home"]"#, "ada"),
                (r#"emails[type eq "work"] or title pr"#, "Bob ada"),
                (r#"emails[type eq "home"] or title pr"#, "Bob ada carol"),
                (r#"title eq "engineer" and emails[value co "@work."]"#, "ada"),
                (r#"not (emails[type eq "work"])"#, "carol dave zoë"),
                (r#"not (emails[type eq "work" and value co "home.example"]) and title pr"#, "ada"),
                (r#"emails[type eq "work" or (type eq "home" and value ew "org")]"#, "Bob ada carol"),
                (r#"emails[(type eq "work" or type eq "home") and value ew "org"]"#, "carol"),
                (r#"emails[type eq "work" or type eq "home" and value ew "org"]"#, "Bob ada carol"),
                (r#"emails[not (type eq "work")]"#, "ada carol zoë"),
                (r#"emails[not (type pr)]"#, "zoë"),
                (r#"emails[not (type eq "work") and not (type eq "home")]"#, "zoë"),
                (r#"emails[value eq "zoe@x.org" and type eq null]"#, "zoë"),
                (r#"emails[primary eq true and type eq "work"]"#, "ada"),
                (r#"phoneNumbers[type eq "mobile" and value sw "555"]"#, "carol"),
            ],
        );
    }

    /// Rows: FILTER-38
    fn filter_38_no_brackets_inside_brackets(server) {
        People::create(&server);
        refuses(
            &server,
            &[
                "emails[a eq 1 and b[c eq 1]]",
                r#"emails[type eq "work" and emails[value pr]]"#,
                r#"emails[(value[type eq "work"])]"#,
                // Brackets belong to multi-valued attributes.
                r#"title[value eq "x"]"#,
                r#"emails.type[value eq "x"]"#,
            ],
        );
    }

    /// Rows: FILTER-39 ENTRA-3
    fn filter_39_a_comparison_behind_the_bracket_is_about_the_same_element(server) {
        People::create(&server);
        selects(
            &server,
            &[
                (r#"emails[type eq "work"].value eq "bob@home.example""#, "Bob"),
                (r#"emails[type eq "work"].value eq "BOB@home.example""#, "Bob"),
                (r#"emails[type eq "work"].value eq "ada@home.example""#, ""),
                (r#"emails[type eq "work"].value co "home.example""#, "Bob"),
                (r#"emails[type eq "home"].value sw "ada""#, "ada"),
                (r#"emails[type eq "work" or type eq "home"].value ew "x.org""#, "carol"),
                (r#"emails[type eq "work"].value eq "bob@home.example" and active eq false"#, "Bob"),
                (r#"not (emails[type eq "work"].value co "home")"#, "ada carol dave zoë"),
            ],
        );
        refuses(
            &server,
            &[
                r#"emails[type eq "work"]."#,
                r#"emails[type eq "work"].value"#,
                r#"emails[type eq "work"] eq "x""#,
                r#"emails[type eq "work"].bogus eq "x""#,
                r#"emails[type eq "work"]value eq "x""#,
            ],
        );
    }

    /// Rows: FILTER-47
    fn filter_47_length_and_depth_are_bounded(server) {
        let people = People::create(&server);
        let nested = |depth: usize| format!("{}title pr{}", "(".repeat(depth), ")".repeat(depth));
        refuses(
            &server,
            &[
                nested(60),
                "(".repeat(4_000),
                "not(".repeat(2_000),
                "emails[".repeat(1_000),
                "[".repeat(4_000),
                format!(r#"userName eq "{}""#, "a".repeat(17_000)),
            ],
        );
        // Far beyond the limit it may be the request line that is refused.
        let reply = server.get("/Users").query("filter", &nested(5_000)).send();
        assert!([400, 414, 431].contains(&reply.status), "{} {}", reply.status, reply.text);
        let long = format!(r#"userName eq "{}""#, "a".repeat(8_000));
        let either = vec![format!(r#"id eq"{}""#, id(&people.ada)); 150].join(" or ");
        let short = vec![r#"title eq"engineer""#; 350].join(" or ");
        let both = vec!["title pr"; 600].join(" and ");
        selects(&server, &[(long, ""), (either, "ada"), (short, "Bob ada"), (both, "Bob ada")]);
        selects(&server, &[("id pr", EVERYBODY)]);
    }
}

/// Rows: FILTER-47
fn a_thousand_terms_are_answered_and_no_more(backend: Backend) {
    let server = TestServer::start_with(backend, &[("SCIMD_FILTER_MAX_BYTES", "65536")]);
    People::create(&server);
    let ask = |terms: usize, term: &str, word: &str| {
        // `+` for blanks keeps the request line short.
        let filter = vec![term; terms].join(&format!("+{word}+"));
        server.get(&format!("/Users?filter={filter}")).send()
    };
    for word in ["or", "and"] {
        let list = ask(1_000, "title+pr", word).expect(200);
        assert_eq!(list["totalResults"], 2, "{word}");
        let list = ask(1_000, "emails+pr", word).expect(200);
        assert_eq!(list["totalResults"], 4, "{word}");
        ask(1_001, "title+pr", word).error(400, "invalidFilter");
    }
}

#[test]
fn filter_47_terms_sqlite() {
    a_thousand_terms_are_answered_and_no_more(Backend::Sqlite);
}

#[test]
fn filter_47_terms_postgres() {
    a_thousand_terms_are_answered_and_no_more(Backend::Postgres);
}

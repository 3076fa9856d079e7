//! Parsing by table, and what holds of any text.

use proptest::prelude::*;

use super::*;

/// Prints the tree in prefix form.
fn tree(filter: &Filter) -> String {
    let list = |word: &str, terms: &[Filter]| {
        let terms: Vec<_> = terms.iter().map(tree).collect();
        format!("({word} {})", terms.join(" "))
    };
    match filter {
        Filter::And(terms) => list("and", terms),
        Filter::Or(terms) => list("or", terms),
        Filter::Not(term) => format!("(not {})", tree(term)),
        Filter::Present(path) => path.to_string(),
        Filter::Compare(path, operator, literal) => {
            format!("({} {path} {literal})", operator.as_str())
        }
        Filter::Element(path, term) => format!("{path}[{}]", tree(term)),
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    let parsed = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(tree(&parsed), expected, "{text}");
    assert_eq!(parse(&parsed.to_string()).as_ref(), Ok(&parsed), "{parsed}");
}

#[track_caller]
fn refused(text: &str, detail: &str) {
    let error = parse(text).expect_err(text);
    assert_eq!(error.wire(), (400, Some("invalidFilter")));
    assert!(error.to_string().contains(detail), "{text}: {error}");
}

/// Rows: FILTER-30 FILTER-31 FILTER-33
#[test]
fn precedence() {
    check("a pr or b pr and c pr", "(or a (and b c))");
    check("(a pr or b pr) and c pr", "(and (or a b) c)");
    check("not (a pr) and b pr", "(and (not a) b)");
    check("not(a pr)", "(not a)");
    check("a pr and b pr and c pr", "(and a b c)");
    check("a pr and (b pr and c pr)", "(and a (and b c))");
}

/// Rows: FILTER-03 FILTER-04 FILTER-34
#[test]
fn keywords_ignore_case_and_blanks_are_free() {
    check("a EQ 1 AND NOT (b Pr)", "(and (eq a 1) (not b))");
    check("  ( a   pr )or(b eq\"x\")  ", "(or a (eq b \"x\"))");
    check("not ( a pr )", "(not a)");
    check("a  eq   \"b\"", "(eq a \"b\")");
}

/// Rows: FILTER-20 FILTER-25
#[test]
fn literals_are_json() {
    check(
        r#"a eq "x\"y\\z\/\n\u00e9\ud83d\ude00""#,
        r#"(eq a "x\"y\\z/\né😀")"#,
    );
    check(
        "a eq true or b eq false or c eq null",
        "(or (eq a true) (eq b false) (eq c null))",
    );
    check("a gt -1.5", "(gt a -1.5)");
    refused("a eq bjensen", "byte 5: expected a JSON value");
    refused("a eq 'x'", "expected a JSON value");
    refused("a eq True", "expected a JSON value");
    refused(r#"a eq "x"#, "closing quote");
    refused(r#"a eq "\ud800""#, "JSON string");
    refused(r#"a eq "\u0000""#, "JSON string");
    refused("a eq 1x", "expected a blank");
}

/// Rows: FILTER-35 FILTER-36 FILTER-37 FILTER-38 FILTER-39 EXT-04
#[test]
fn value_paths() {
    check(
        r#"emails[type eq "work" and (value co "@x" or not (primary pr))]"#,
        r#"emails[(and (eq type "work") (or (co value "@x") (not primary)))]"#,
    );
    check(
        r#"emails[type eq "work"].value eq "a@x""#,
        r#"emails[(and (eq type "work") (eq value "a@x"))]"#,
    );
    check(
        r#"urn:x:y:2.0:User:manager.value eq "1" and a[b pr]"#,
        r#"(and (eq urn:x:y:2.0:User:manager.value "1") a[b])"#,
    );
    refused(
        "emails[a eq 1 and b[c eq 1]]",
        "no brackets inside brackets",
    );
    refused("emails[]", "expected");
    refused("emails[a pr", "\"]\"");
}

/// Rows: FILTER-12 FILTER-22 FILTER-24
#[test]
fn slips_are_named() {
    refused("", "expected an attribute");
    refused("a", "a blank and an operator");
    refused("a pr and", "expected");
    refused("a pr or or b pr", "expected");
    refused("and a pr", "expected");
    refused("(a pr", "\")\"");
    refused("a pr)", "the end");
    refused("a pr b pr", "the end");
    refused("a pr \"x\"", "the end");
    refused("a eq", "a JSON value");
    refused("a regex \"x\"", "an operator");
    refused("not a pr", "expected");
    refused("a..b pr", "expected an attribute");
    refused("a eq 1 and \"b\" pr", "expected");
}

/// Rows: FILTER-47
#[test]
fn hostile_sizes_are_refused() {
    let nested = |levels| "(".repeat(levels) + "a pr" + &")".repeat(levels);
    assert!(parse(&nested(DEPTH_MAX)).is_ok());
    refused(&nested(DEPTH_MAX + 1), "50 levels");
    refused(&nested(100_000), "50 levels");
    refused(&"not(".repeat(100_000), "50 levels");
    let flat = |terms| vec!["a pr"; terms].join(" or ");
    assert!(parse(&flat(TERMS_MAX)).is_ok());
    refused(&flat(TERMS_MAX + 1), "at most 1000");
}

fn literals() -> impl Strategy<Value = Literal> {
    prop_oneof![
        "[^\0]{0,6}".prop_map(Literal::Text),
        any::<i32>().prop_map(|number| Literal::Number(number.into())),
        any::<bool>().prop_map(Literal::Boolean),
        Just(Literal::Null),
    ]
}

fn filters() -> impl Strategy<Value = Filter> {
    let path = "[a-z][a-z0-9]{0,3}(\\.[a-z]{1,3})?".prop_filter_map("a name", |text| {
        (!is_keyword(&text)).then(|| AttrPath::parse(&text))?
    });
    let leaf = prop_oneof![
        path.clone().prop_map(Filter::Present),
        (
            path.clone(),
            proptest::sample::select(Operator::ALL.to_vec()),
            literals()
        )
            .prop_map(|(path, operator, literal)| Filter::Compare(path, operator, literal)),
    ];
    leaf.prop_recursive(4, 24, 3, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::Or),
            inner.clone().prop_map(|term| Filter::Not(Box::new(term))),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_printed_parses_to_the_same_tree(filter in filters()) {
        prop_assert_eq!(parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn any_text_parses_or_is_refused(text in "\\PC{0,60}") {
        let _ = parse(&text);
    }

    #[test]
    fn words_of_the_grammar_never_panic(words in proptest::collection::vec(
        proptest::sample::select(vec!["(", ")", "[", "]", "not", "and", "or", "pr", "eq", "a", "b.c", "\"x\"", "1", " ", ".", "\\"]), 0..30,
    )) {
        let _ = parse(&words.join(" "));
        let _ = parse(&words.concat());
    }
}

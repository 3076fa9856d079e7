//! For each expectation: values it accepts, the nearest values it refuses, and the words of the difference.

use serde_json::{Value, json};

use super::*;

fn parse(expected: Value) -> Expected {
    Expected::parse("body", &expected).unwrap()
}

#[track_caller]
fn accepts(expected: Value, actual: Value) {
    let difference = parse(expected.clone()).difference("body", Some(&actual));
    assert_eq!(difference, None, "{expected} should accept {actual}");
}

#[track_caller]
fn refuses(expected: Value, actual: Value, told: &str) {
    let difference = parse(expected.clone()).difference("body", Some(&actual));
    let difference = difference.unwrap_or_else(|| panic!("{expected} should refuse {actual}"));
    assert_eq!(difference.to_string(), told);
}

/// Compares with an object without `key`.
#[track_caller]
fn accepts_absent(expected: Value) {
    accepts(json!({ "key": expected }), json!({}));
}

#[track_caller]
fn refuses_absent(expected: Value, told: &str) {
    refuses(json!({ "key": expected }), json!({}), told);
}

#[test]
fn plain_values_are_equal_or_not() {
    accepts(json!("a"), json!("a"));
    refuses(json!("a"), json!("A"), r#"body: expected "a", got "A""#);
    refuses(json!("1"), json!(1), r#"body: expected "1", got 1"#);
    refuses(json!(""), json!(null), r#"body: expected "", got null"#);
    accepts(json!(true), json!(true));
    refuses(
        json!(true),
        json!("true"),
        r#"body: expected true, got "true""#,
    );
    refuses(json!(true), json!(false), "body: expected true, got false");
    refuses_absent(json!("a"), r#"body.key: expected "a", got nothing"#);
    refuses_absent(json!({}), "body.key: expected {}, got nothing");
}

#[test]
fn numbers_are_equal_by_value() {
    accepts(json!(1), serde_json::from_str("1.0").unwrap());
    accepts(json!(0.5), serde_json::from_str("5e-1").unwrap());
    refuses(json!(1), json!(2), "body: expected 1, got 2");
    let near: Value = serde_json::from_str("9007199254740993").unwrap();
    refuses(
        json!(9007199254740992_i64),
        near,
        "body: expected 9007199254740992, got 9007199254740993",
    );
}

#[test]
fn null_is_unassigned() {
    accepts(json!(null), json!(null));
    accepts(json!(null), json!([]));
    accepts_absent(json!(null));
    refuses(json!(null), json!(""), r#"body: expected nothing, got """#);
    refuses(json!(null), json!({}), "body: expected nothing, got {}");
}

#[test]
fn an_empty_list_is_there() {
    accepts(json!([]), json!([]));
    refuses(
        json!([]),
        json!([1]),
        "body: expected no elements, got 1 element",
    );
    refuses(json!([]), json!(null), "body: expected [], got null");
    refuses_absent(json!([]), "body.key: expected [], got nothing");
}

#[test]
fn matchers() {
    accepts(json!("<any>"), json!(false));
    accepts(json!("<any>"), json!([]));
    refuses(
        json!("<any>"),
        json!(null),
        "body: expected <any>, got null",
    );
    refuses_absent(json!("<any>"), "body.key: expected <any>, got nothing");

    accepts(json!("<string>"), json!("a"));
    refuses(
        json!("<string>"),
        json!(""),
        r#"body: expected <string>, got """#,
    );
    refuses(
        json!("<string>"),
        json!(1),
        "body: expected <string>, got 1",
    );

    accepts(json!("<boolean>"), json!(false));
    refuses(
        json!("<boolean>"),
        json!("false"),
        r#"body: expected <boolean>, got "false""#,
    );

    accepts(json!("<integer>"), json!(-12));
    accepts(
        json!("<integer>"),
        serde_json::from_str("123456789012345678901234567890").unwrap(),
    );
    refuses(
        json!("<integer>"),
        serde_json::from_str("1.0").unwrap(),
        "body: expected <integer>, got 1.0",
    );
    refuses(
        json!("<integer>"),
        json!("1"),
        r#"body: expected <integer>, got "1""#,
    );

    accepts_absent(json!("<absent>"));
    refuses(
        json!({ "key": "<absent>" }),
        json!({ "key": null }),
        "body.key: expected <absent>, got null",
    );

    accepts(json!("<contains:in the>"), json!("Love in the time"));
    refuses(
        json!("<contains:in the>"),
        json!("in  the"),
        r#"body: expected <contains:in the>, got "in  the""#,
    );
    refuses(
        json!("<contains:1>"),
        json!(1),
        "body: expected <contains:1>, got 1",
    );
}

#[test]
fn date_times_have_an_offset() {
    for fits in [
        "2026-11-23T20:00:00Z",
        "2026-11-23T20:00:00.123Z",
        "2026-11-23T22:00:00+02:00",
        "2026-11-23T18:00:00-02:00",
    ] {
        accepts(json!("<date-time>"), json!(fits));
    }
    for wrong in [
        "2026-11-23T20:00:00",
        "2026-11-23",
        "2026-13-23T20:00:00Z",
        "2026-11-23 20:00:00Z",
        "soon",
    ] {
        refuses(
            json!("<date-time>"),
            json!(wrong),
            &format!("body: expected <date-time>, got \"{wrong}\""),
        );
    }
}

#[test]
fn a_text_may_begin_with_an_angle_bracket() {
    accepts(json!("<<any>"), json!("<any>"));
    accepts(json!("<<"), json!("<"));
    accepts(json!("a<any>"), json!("a<any>"));
    refuses(
        json!("<<any>"),
        json!("<<any>"),
        r#"body: expected "<any>", got "<<any>""#,
    );
}

#[test]
fn unknown_matchers_are_refused_where_they_stand() {
    for wrong in [
        "<sting>",
        "<",
        "<any",
        "<contains:>",
        "<contains:a",
        "<Any>",
    ] {
        let error = Expected::parse("body", &json!({ "a": [1, wrong] })).unwrap_err();
        assert!(
            error.starts_with(&format!(
                "body.a[1]: {wrong} is not a matcher; there are <any>, "
            )),
            "{error}"
        );
    }
}

#[test]
fn objects_may_hold_more_and_keys_are_exact() {
    accepts(json!({ "a": 1 }), json!({ "a": 1, "b": 2 }));
    accepts(json!({}), json!({ "b": 2 }));
    refuses(
        json!({ "a": 1 }),
        json!({ "A": 1 }),
        "body.a: expected 1, got nothing",
    );
    refuses(
        json!({ "a": { "b": 1 } }),
        json!({ "a": { "b": 2 } }),
        "body.a.b: expected 1, got 2",
    );
    refuses(
        json!({ "a": { "b": 1 } }),
        json!({ "a": [] }),
        r#"body.a: expected {"b":1}, got []"#,
    );
    refuses(
        json!({ "urn:x:2.0:User": { "a": null } }),
        json!({ "urn:x:2.0:User": { "a": 1 } }),
        r#"body["urn:x:2.0:User"].a: expected nothing, got 1"#,
    );
}

#[test]
fn lists_match_in_any_order() {
    accepts(json!([1, 2]), json!([2, 1]));
    accepts(
        json!([{ "a": 1 }, { "a": 2 }]),
        json!([{ "a": 2, "b": 1 }, { "a": 1 }]),
    );
    refuses(
        json!([1, 2]),
        json!([1]),
        "body: expected 2 elements, got 1 element",
    );
    refuses(json!([1, 1]), json!([1, 2]), "body[1]: expected 1, got 2");
    refuses(
        json!({ "emails": [{ "value": "a" }] }),
        json!({ "emails": [{ "value": "b" }] }),
        r#"body.emails[0].value: expected "a", got "b""#,
    );
    refuses(
        json!({ "emails": [{ "value": "b" }, { "value": "c" }] }),
        json!({ "emails": [{ "value": "a" }, { "value": "b" }] }),
        r#"body.emails[0].value: expected "c", got "a""#,
    );
}

#[test]
fn elements_give_way_to_those_that_have_no_choice() {
    accepts(json!(["<any>", "<string>", "a"]), json!(["a", "b", 1]));
    accepts(
        json!(["<string>", "<contains:a>", "ab"]),
        json!(["ab", "ax", "x"]),
    );
    refuses(
        json!(["<any>", "a", "a"]),
        json!(["a", "b", "c"]),
        r#"body[2]: expected "a", got "c""#,
    );
}

#[test]
fn long_values_are_shortened() {
    let long = "x".repeat(500);
    let difference = parse(json!("a"))
        .difference("body", Some(&json!(long)))
        .unwrap();
    let told = difference.to_string();
    assert!(
        told.ends_with("xx…") && told.chars().count() < 250,
        "{told}"
    );
}

#[test]
fn names_are_filled_in_and_never_become_matchers() {
    let mut names = Names::of_run("r4".to_owned());
    names.insert("odd", "<any>".to_owned());
    let expected = parse(json!({ "a": ["{{odd}}", "<contains:{{run}}>", 1, null] }));
    let filled = expected.fill(&names).unwrap();
    assert_eq!(
        filled.difference("body", Some(&json!({ "a": ["<any>", "x-r4", 1, null] }))),
        None
    );
    assert!(
        filled
            .difference("body", Some(&json!({ "a": ["x", "x-r4", 1, null] })))
            .is_some()
    );
    assert_eq!(
        parse(json!(["{{lee}}"])).fill(&names),
        Err(Missing("lee".to_owned()))
    );
}

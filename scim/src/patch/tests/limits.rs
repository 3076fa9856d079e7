//! Many elements: what is there already is found without comparing each with each, and the work of a request is bounded.

use super::*;
use crate::key_count::keys_made;

const MANY: usize = 10_000;

fn many(element: impl Fn(usize) -> Value) -> Value {
    (0..MANY).map(element).collect()
}

fn ada_with(name: &str, value: &Value) -> Stage {
    Stage {
        document: Document::stored(json!({ "userName": "ada", name: value })),
        ..Stage::ada(World::lenient())
    }
}

/// Runs `work` and counts the comparison keys it makes: a few for each element, not for each pair of elements.
#[track_caller]
fn few_keys(work: impl FnOnce()) {
    let before = keys_made();
    work();
    let made = keys_made() - before;
    assert!(made < 40 * MANY, "{made} keys for {MANY} elements");
}

/// Rows: PATCH-26
#[test]
fn each_element_is_prepared_a_few_times() {
    let addresses =
        many(|number| json!({ "country": "DE", "locality": format!("Örtchen {number}") }));
    let one_value = many(|number| json!({ "value": "a@x.test", "type": format!("t{number}") }));
    for (name, elements) in [("addresses", &addresses), ("emails", &one_value)] {
        let ada = ada_with(name, elements);
        few_keys(|| ada.unchanged(add(name, elements.clone())));
        few_keys(|| ada.check(remove_listed(name, elements.clone()), json!({ name: null })));
    }
    let ada = ada_with("emails", &one_value);
    let typeless = many(|number| json!({ "value": "a@x.test", "display": format!("{number}") }));
    few_keys(|| {
        let error = patch(&ada.world, "User", &ada.document, add("emails", typeless));
        assert_eq!(error.unwrap_err().wire(), (400, Some("invalidValue")));
    });
}

/// Rows: PATCH-26
#[test]
fn what_is_there_already() {
    let berlin = json!({ "country": "DE", "locality": "Berlin" });
    let ada = ada_with("addresses", &json!([berlin]));
    ada.check(
        add("addresses", json!([{ "country": "DE" }])),
        json!({ "addresses": [berlin, { "country": "DE" }] }),
    );
    ada.unchanged(add(
        "addresses",
        json!([{ "LOCALITY": "Berlin", "country": "DE" }]),
    ));

    let work = json!({ "value": "a", "type": "work", "display": "A", "primary": true });
    let ada = ada_with("emails", &json!([work]));
    ada.unchanged(add(
        "emails",
        json!([{ "value": "A" }, { "value": "a", "display": "A" }]),
    ));
    ada.check(
        add("emails", json!([{ "value": "a", "display": "B" }])),
        json!({ "emails": [work, { "value": "a", "display": "B" }] }),
    );
    ada.check(
        add(
            "emails",
            json!([{ "value": "a", "type": "work", "display": "B" }]),
        ),
        json!({ "emails": [{ "value": "a", "type": "work", "display": "B", "primary": true }] }),
    );
    ada.check(
        add("emails", json!([{ "value": "b" }, { "value": "b" }])),
        json!({ "emails": [work, { "value": "b" }] }),
    );
}

#[test]
fn the_work_of_a_request_is_bounded() {
    let elements = many(|number| json!({ "value": format!("{number}@x.test") }));
    let ada = ada_with("emails", &elements);
    let outcome = |operation: Value, times: usize| {
        let operations = json!(vec![operation; times]);
        let outcome = patch(&ada.world, "User", &ada.document, operations);
        outcome.map_or_else(|error| error.wire().0, |_| 200)
    };
    let terms = |count: usize| vec!["value eq \"x\""; count].join(" or ");
    let filtered = |count: usize| remove(&format!("emails[{}]", terms(count)));
    assert_eq!(outcome(filtered(20), 1), 200);
    assert_eq!(outcome(filtered(30), 1), 413);
    assert_eq!(outcome(filtered(1), 5), 200);
    assert_eq!(outcome(filtered(1), 500), 413);
    assert_eq!(
        outcome(add("emails", json!([{ "value": "0@x.test" }])), 300),
        413
    );
    assert_eq!(outcome(remove_listed("emails", "x"), 300), 413);
    assert_eq!(outcome(add("emails.display", "D".repeat(20_000)), 1), 413);
    // The document is checked after each operation.
    assert_eq!(outcome(replace("title", "x"), 50), 200);
    assert_eq!(outcome(replace("title", "x"), 1_000), 413);
}

//! Bulk requests: read, given ids, put into an order, and answered.

use scim::Object;
use scim::bulk::{BulkRequest, Operation, Outcome, Success, bulk_response, units};
use serde_json::{Value, json};

use super::made;
use super::world::Choice;

const OPERATIONS_MAX: usize = 100;

/// Takes a message: as JSON, or as bytes of which one is made.
pub fn run(data: &[u8]) {
    let Some(body) = made::or_json(data, message) else {
        return;
    };
    let leniency = Choice::of(data).leniency();
    let Ok(request) = BulkRequest::parse(body, &leniency, OPERATIONS_MAX) else {
        return;
    };
    let posts: Vec<usize> = request.posts().map(|(place, _, _)| place).collect();
    let _ = request.targets().count();
    let operations = request.resolve(|place| format!("id-{place}"));
    assert!(posts.iter().all(|place| *place < operations.len()));
    runs_once(&operations);
    is_answered(&operations);
}

/// Each operation runs once, and behind what it needs.
fn runs_once(operations: &[Operation]) {
    let needs: Vec<Vec<usize>> = operations
        .iter()
        .map(|operation| operation.needs.clone())
        .collect();
    let mut unit_of = vec![None; operations.len()];
    for (number, unit) in units(&needs).iter().enumerate() {
        for place in &unit.operations {
            assert_eq!(
                unit_of[*place].replace(number),
                None,
                "runs twice: {needs:?}"
            );
        }
    }
    assert!(
        unit_of.iter().all(Option::is_some),
        "does not run: {needs:?}"
    );
    for (place, needed) in needs.iter().enumerate() {
        assert!(
            needed.iter().all(|need| unit_of[*need] <= unit_of[place]),
            "too early: {needs:?}"
        );
    }
}

fn is_answered(operations: &[Operation]) {
    let outcomes: Vec<Outcome> = operations.iter().map(outcome).collect();
    let answered = operations.iter().zip(&outcomes);
    let answer = bulk_response(answered.map(|(operation, outcome)| (operation, None, outcome)));
    let count = answer
        .get("Operations")
        .and_then(Value::as_array)
        .map(Vec::len);
    assert_eq!(count, Some(operations.len()));
}

fn outcome(operation: &Operation) -> Outcome {
    match &operation.instruction {
        Ok(_) => Ok(Success {
            status: 200,
            version: None,
        }),
        Err(error) => Err(error.into()),
    }
}

/// A message whose operations refer to each other.
fn message(source: &mut made::Source<'_>) -> Object {
    let operations: Vec<Value> = (0..1 + source.below(8))
        .map(|_| operation(source))
        .collect();
    made::object(
        json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations }),
    )
}

fn operation(source: &mut made::Source<'_>) -> Value {
    const NAMES: [&str; 6] = ["a", "b", "c", "d", "", "ä"];
    let method = source.one_of(&["POST", "POST", "PUT", "PATCH", "DELETE", "post", "GET"]);
    let reference = source.one_of(&NAMES);
    let path = match source.below(6) {
        0 | 1 => "/Users".to_owned(),
        2 => "/Groups".to_owned(),
        3 => format!("/Users/bulkId:{reference}"),
        4 => format!("/Groups/{}", made::text(source)),
        _ => made::text(source),
    };
    let mut data = Object::from_iter(made::entries(source, 2));
    for _ in 0..source.below(3) {
        let name = source.one_of(&NAMES);
        data.insert(
            "members".to_owned(),
            json!([{ "value": format!("bulkId:{name}") }]),
        );
        let referring = format!("bulkId:{}", source.one_of(&NAMES));
        data.insert(made::name(source).to_owned(), referring.into());
    }
    json!({ "method": method, "path": path, "bulkId": source.one_of(&NAMES), "data": data })
}

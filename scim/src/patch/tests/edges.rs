//! Operations on a member list come back as changes of edges; the document does not hold members.

use super::*;
use crate::filter::eval::element_holds;
use crate::patch::MemberChange;

/// The changes as text, or the `scimType` of the refusal. A condition is shown by the ids of a to c that it picks.
fn changes(world: &World, operations: Value) -> String {
    let crew = Document::stored(json!({ "displayName": "Crew" }));
    let patched = match patch(world, "Group", &crew, operations) {
        Ok(patched) => patched,
        Err(error) => return format!("{:?}", error.wire().1),
    };
    assert!(!patched.changed, "members are no part of the document");
    let group = world.registry.named("Group").unwrap();
    let picks = |change: &MemberChange<'_>| match change {
        MemberChange::RemoveWhere(condition) => {
            let holds = |id: &&str| {
                element_holds(condition, &json!({ "value": id, "type": "User" }), group)
            };
            format!(
                "RemoveWhere({:?})",
                ["a", "b", "c"]
                    .iter()
                    .copied()
                    .filter(holds)
                    .collect::<Vec<_>>()
            )
        }
        other => format!("{other:?}"),
    };
    patched
        .members
        .iter()
        .map(picks)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Rows: PATCH-24 PATCH-26 PATCH-42 PATCH-43 PATCH-50 PATCH-62 LEN-7 LEN-10 GROUP-05
#[test]
fn member_changes() {
    let world = World::lenient();
    let show = |operations: Value, expected: &str| {
        let shown = operations.to_string();
        assert_eq!(changes(&world, operations), expected, "{shown}");
    };
    let (a, b) = (
        json!({ "value": "a", "type": "User" }),
        json!({ "value": "b" }),
    );
    show(
        add("members", json!([a, b, a])),
        "Add([MemberRef { id: \"a\", resource_type: Some(\"User\") }, MemberRef { id: \"b\", resource_type: None }])",
    );
    show(
        add("members", b.clone()),
        "Add([MemberRef { id: \"b\", resource_type: None }])",
    );
    show(
        add(
            "members",
            json!(["a", { "$ref": "https://x.test/Users/b" }]),
        ),
        "Add([MemberRef { id: \"a\", resource_type: None }, MemberRef { id: \"b\", resource_type: None }])",
    );
    show(
        replace("members", json!([b])),
        "Replace([MemberRef { id: \"b\", resource_type: None }])",
    );
    show(replace("members", json!([])), "Replace([])");
    show(add("members", json!(null)), "Add([])");
    show(
        pathless("replace", json!({ "MEMBERS": [b] })),
        "Replace([MemberRef { id: \"b\", resource_type: None }])",
    );
    show(remove("members"), "Replace([])");
    show(
        remove_listed("members", json!([{ "$ref": null, "value": "a" }, b])),
        "Remove([\"a\", \"b\"])",
    );
    show(remove_listed("members", json!([])), "Remove([])");
    show(remove("members[value eq \"a\"]"), "Remove([\"a\"])");
    show(
        remove("members[not (value eq \"a\") and type eq \"user\"]"),
        "RemoveWhere([\"b\", \"c\"])",
    );
    show(
        remove_listed("members[value eq \"a\"]", json!([b])),
        "Remove([\"a\"])",
    );
    show(
        json!([
            remove("members[value eq \"a\"]"),
            add("members", json!([a]))
        ]),
        "Remove([\"a\"])\nAdd([MemberRef { id: \"a\", resource_type: Some(\"User\") }])",
    );
}

/// Rows: PATCH-75 GROUP-05 LEN-9
#[test]
fn refused_member_changes() {
    let world = World::lenient();
    let refused = |operations: Value, scim_type: &str| {
        let shown = operations.to_string();
        assert_eq!(
            changes(&world, operations),
            format!("{:?}", Some(scim_type)),
            "{shown}"
        );
    };
    for path in [
        "members.value",
        "members[value eq \"a\"].value",
        "members[value eq \"a\"].type",
        "members[value eq \"a\"].display",
    ] {
        refused(replace(path, "b"), "mutability");
        refused(add(path, "b"), "mutability");
        refused(remove(path), "mutability");
    }
    refused(
        add("members[value eq \"a\"]", json!({ "value": "a" })),
        "mutability",
    );
    refused(add("members", json!([{ "display": "A" }])), "invalidValue");
    refused(add("members", json!([{ "value": 7 }])), "invalidValue");
    refused(add("members", 7), "invalidValue");
    refused(remove("members[bogus eq \"a\"]"), "invalidFilter");
    refused(remove("members.bogus"), "invalidPath");
    refused(
        json!([remove("displayName"), replace("displayName", "x")]),
        "mutability",
    );
    let rfc = World::rfc();
    for operation in [
        add("members", "a"),
        add("members", json!({ "value": "a" })),
        remove_listed("members", json!([{ "value": "a" }])),
    ] {
        assert_eq!(changes(&rfc, operation), "Some(\"invalidValue\")");
    }
}

//! The directory of the Entra tenant: 200 people and 20 groups, in the shapes in which Entra creates them.

use serde_json::{Value, json};

use crate::support::{ENTERPRISE, GROUP, USER};

pub(super) const PEOPLE: usize = 200;
pub(super) const GROUPS: usize = 20;

/// Mostly plain names; guests, apostrophes, plus signs and letters outside ASCII among them (ENTRA-38).
pub(super) fn user_name(n: usize) -> String {
    match n % 20 {
        3 => format!("guest{n:03}_b.test#EXT#@t.test"),
        7 => format!("o'neil{n:03}@t.test"),
        11 => format!("a+b{n:03}@t.test"),
        15 => format!("Zoë{n:03}@t.test"),
        _ => format!("person{n:03}@t.test"),
    }
}

pub(super) fn object_id(n: usize) -> String {
    format!("5e1f{n:04}-7c1d-4b5e-9a60-0c8f2d3e4a5b")
}

/// The body of a create (ENTRA-4); two of three carry more, or nulls and strays (ENTRA-5).
pub(super) fn person(n: usize) -> Value {
    let mut body = json!({
        "schemas": [USER, ENTERPRISE], "externalId": object_id(n), "userName": user_name(n), "active": true,
        "displayName": format!("Person {n:03}"),
        "emails": [{ "primary": true, "type": "work", "value": format!("mail{n:03}@t.test") }],
        "meta": { "resourceType": "User" },
        "name": { "formatted": format!("Person Li{n:03}"), "familyName": format!("Li{n:03}"), "givenName": "Person" },
        "roles": [],
    });
    match n % 3 {
        0 => (),
        1 => {
            body["schemas"] = json!([
                USER,
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0User"
            ]);
            for name in ["addresses", "title", "department", "manager"] {
                body[name] = Value::Null;
            }
        }
        _ => {
            body["active"] = "True".into();
            body["title"] = "Engineer".into();
            body["preferredLanguage"] = "nb-NO".into();
            body["phoneNumbers"] =
                json!([{ "type": "mobile", "value": format!("+47 900 00 {n:03}") }]);
            body[ENTERPRISE] =
                json!({ "employeeNumber": format!("70{n:03}"), "department": "Ops" });
        }
    }
    body
}

/// Everybody but the first has a manager; the first twenty are managers.
pub(super) fn manager(n: usize) -> Option<usize> {
    (n > 0).then_some(n / 10)
}

/// A person is in one group or in two.
pub(super) fn groups_of(n: usize) -> Vec<usize> {
    let mut groups = vec![n % GROUPS, n / 10];
    groups.dedup();
    groups
}

pub(super) fn members_of(group: usize) -> Vec<usize> {
    (0..PEOPLE)
        .filter(|n| groups_of(*n).contains(&group))
        .collect()
}

pub(super) fn group_name(g: usize) -> String {
    format!("Team {g:02} & friends")
}

/// The body of a create, of an older job or of a newer one (ENTRA-26).
pub(super) fn group(g: usize) -> Value {
    let older = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";
    let name = group_name(g);
    if g.is_multiple_of(2) {
        json!({ "schemas": [GROUP, older], "externalId": format!("g-{g}"), "displayName": name,
            "meta": { "resourceType": "Group" } })
    } else {
        json!({ "schemas": [GROUP], "externalId": format!("g-{g}"), "displayName": name, "members": [] })
    }
}

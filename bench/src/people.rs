//! Users as identity providers send them.

use std::fmt::Display;

use serde_json::{Value, json};

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A user as most of them send it.
pub(crate) fn user(user_name: &str, number: impl Display) -> Value {
    json!({
        "schemas": [USER],
        "userName": user_name,
        "externalId": format!("external-{user_name}"),
        "name": {"givenName": "Given", "familyName": format!("Family {number}")},
        "displayName": format!("Given Family {number}"),
        "title": "Engineer",
        "active": true,
        "emails": [{"value": user_name, "type": "work", "primary": true}],
    })
}

/// The same with a second e-mail address and the attributes of an employee.
pub(crate) fn employee(user_name: &str, number: impl Display) -> Value {
    let mut employee = user(user_name, &number);
    employee["schemas"] = json!([USER, ENTERPRISE]);
    employee["emails"] = json!([
        {"value": user_name, "type": "work", "primary": true},
        {"value": format!("home-{user_name}"), "type": "home"},
    ]);
    employee[ENTERPRISE] = json!({
        "employeeNumber": format!("{number}"),
        "costCenter": "4130",
        "organization": "Universal Studios",
        "division": "Theme Park",
        "department": "Tour Operations",
    });
    employee
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_employee_is_a_user_and_more() {
        let (user, employee) = (user("a@example.com", 7), employee("a@example.com", 7));
        for (name, value) in user.as_object().into_iter().flatten() {
            let same = name == "schemas" || name == "emails" || employee[name] == *value;
            assert!(same, "{name}");
        }
        assert_eq!(employee["emails"][0], user["emails"][0]);
        assert_eq!(employee["emails"][1]["value"], "home-a@example.com");
        assert_eq!(employee[ENTERPRISE]["employeeNumber"], "7");
    }
}

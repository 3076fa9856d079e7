//! `SearchRequest` (RFC 7644 §3.4.3).

use serde_json::{Value, json};

use crate::ScimError;
use crate::filter::Filter;
use crate::json::{Object, describe, get};
use crate::message::{check_keys, check_schemas};
use crate::profile::{Leniency, Rule};
use crate::query::{Parameters, SortOrder};

/// URN of the message.
pub const SEARCH_REQUEST_URN: &str = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";

/// Members that hold text.
const TEXTS: [&str; 4] = ["filter", "sortBy", "sortOrder", "cursor"];
/// Members that hold a whole number.
const NUMBERS: [&str; 2] = ["startIndex", "count"];
/// Members that hold a list of attribute names.
const LISTS: [&str; 2] = ["attributes", "excludedAttributes"];

/// The query of a list as a client asks it: in the body of a POST to `/.search`, or in the query of a GET.
///
/// Every member may be absent. The default asks for everything.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchRequest {
    /// What the resources must satisfy.
    pub filter: Option<Filter>,
    /// The path of the attribute that orders the list.
    pub sort_by: Option<String>,
    /// The direction of the order.
    pub sort_order: Option<SortOrder>,
    /// The 1-based position of the first resource. Servers refuse it beside a cursor.
    pub start_index: Option<i64>,
    /// Most resources of the page.
    pub count: Option<i64>,
    /// Where the page begins, as the page before it said; empty for the first page (RFC 9865).
    pub cursor: Option<String>,
    /// Paths of the attributes to show. Servers refuse them beside `excluded_attributes`.
    pub attributes: Vec<String>,
    /// Paths of the attributes to leave out.
    pub excluded_attributes: Vec<String>,
}

impl SearchRequest {
    /// Asks for the resources that satisfy the filter.
    pub fn filtered(filter: Filter) -> Self {
        Self {
            filter: Some(filter),
            ..Self::default()
        }
    }

    /// The message.
    pub fn to_json(&self) -> Object {
        let mut shown = Object::new();
        shown.insert("schemas".to_owned(), json!([SEARCH_REQUEST_URN]));
        for (name, value) in self.members() {
            shown.insert(name.to_owned(), value);
        }
        shown
    }

    /// The query of a GET as pairs of name and value, not yet encoded.
    pub fn to_pairs(&self) -> Vec<(String, String)> {
        let text = |value: Value| match value {
            Value::String(text) => text,
            Value::Array(names) => joined(&names).unwrap_or_default(),
            other => other.to_string(),
        };
        let members = self.members();
        members
            .map(|(name, value)| (name.to_owned(), text(value)))
            .collect()
    }

    fn members(&self) -> impl Iterator<Item = (&'static str, Value)> {
        let number = |number: Option<i64>| number.map(Value::from);
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        let list = |names: &[String]| (!names.is_empty()).then(|| json!(names));
        let order = self.sort_order.map(|order| Value::from(order.as_str()));
        let filter = self.filter.as_ref().map(|filter| filter.to_string().into());
        let members = [
            ("filter", filter),
            ("sortBy", text(&self.sort_by)),
            ("sortOrder", order),
            ("startIndex", number(self.start_index)),
            ("count", number(self.count)),
            ("cursor", text(&self.cursor)),
            ("attributes", list(&self.attributes)),
            ("excludedAttributes", list(&self.excluded_attributes)),
        ];
        let given = members.into_iter();
        given.filter_map(|(name, value)| Some((name, value?)))
    }
}

/// Reads a `SearchRequest` as a server: the message becomes the parameters of a GET. Unknown members are ignored, like unknown parameters (a leniency).
///
/// Errors: `invalidSyntax` (`schemas`), `invalidValue` (a member of another type).
pub fn parse(body: &Object, leniency: &Leniency) -> Result<Parameters, ScimError> {
    check_schemas(body, SEARCH_REQUEST_URN, leniency)?;
    let known = [&["schemas"][..], &TEXTS, &NUMBERS, &LISTS].concat();
    check_keys(body, &known, leniency)?;
    let mut pairs = Vec::new();
    let mut read = |names: &[&str], text: &dyn Fn(&str, &Value) -> Result<String, ScimError>| {
        for name in names {
            match get(body, name) {
                None | Some(Value::Null) => {}
                Some(value) => pairs.push(((*name).to_owned(), text(name, value)?)),
            }
        }
        Ok::<(), ScimError>(())
    };
    read(&TEXTS, &|name, value| match value {
        Value::String(text) => Ok(text.clone()),
        other => Err(wrong(name, "a string", other)),
    })?;
    read(&NUMBERS, &|name, value| match value {
        Value::Number(number) => Ok(number.to_string()),
        Value::String(text) if leniency.allows(Rule::SearchNumberText) => Ok(text.clone()),
        other => Err(wrong(name, "a whole number", other)),
    })?;
    read(&LISTS, &|name, value| names(name, value, leniency))?;
    Parameters::new(pairs, leniency)
}

fn names(name: &str, value: &Value, leniency: &Leniency) -> Result<String, ScimError> {
    match value {
        Value::Array(items) => joined(items).ok_or_else(|| {
            ScimError::invalid_value(name, "is an array of attribute names, each a string")
        }),
        Value::String(text) if leniency.allows(Rule::MultiFromSingle) => Ok(text.clone()),
        other => Err(wrong(name, "an array of attribute names", other)),
    }
}

/// A list of names as a parameter has it; `None` when one is no text.
fn joined(names: &[Value]) -> Option<String> {
    let names = names.iter().map(Value::as_str);
    Some(names.collect::<Option<Vec<_>>>()?.join(","))
}

fn wrong(name: &str, expected: &str, value: &Value) -> ScimError {
    ScimError::invalid_value(name, format!("is {expected}, not {}", describe(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The server finds in the message what it finds in the query of a GET.
    #[track_caller]
    fn is_read(request: &SearchRequest, expected: &[(&str, &str)]) {
        let leniency = Leniency::rfc();
        let read = parse(&request.to_json(), &leniency).unwrap();
        let asked = Parameters::new(request.to_pairs(), &leniency).unwrap();
        for name in [&TEXTS[..], &NUMBERS, &LISTS].concat() {
            let expected = expected.iter().find(|(known, _)| *known == name);
            let expected = expected.map(|(_, value)| *value);
            assert_eq!(
                (read.get(name), asked.get(name)),
                (expected, expected),
                "{name}"
            );
        }
        assert_eq!(leniency.used().count(), 0);
    }

    #[test]
    fn servers_read_what_clients_write() {
        is_read(&SearchRequest::default(), &[]);
        let filter = crate::filter::parse(r#"userName eq "ada \"x\"" and active eq true"#).unwrap();
        is_read(
            &SearchRequest {
                sort_by: Some("name.familyName".into()),
                sort_order: Some(SortOrder::Descending),
                start_index: Some(11),
                count: Some(10),
                cursor: Some(String::new()),
                attributes: vec!["userName".into(), "emails.value".into()],
                excluded_attributes: vec!["groups".into()],
                ..SearchRequest::filtered(filter)
            },
            &[
                ("filter", r#"userName eq "ada \"x\"" and active eq true"#),
                ("sortBy", "name.familyName"),
                ("sortOrder", "descending"),
                ("startIndex", "11"),
                ("count", "10"),
                ("cursor", ""),
                ("attributes", "userName,emails.value"),
                ("excludedAttributes", "groups"),
            ],
        );
    }
}

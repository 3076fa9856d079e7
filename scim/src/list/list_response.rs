//! `ListResponse`: one page of a list (RFC 7644 §3.4.2, RFC 9865 §2).

use serde_json::{Value, json};

use crate::json::{Object, describe, get};
use crate::message::{Unreadable, text, whole_number};

/// URN of the message.
pub const LIST_RESPONSE_URN: &str = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

const MESSAGE: &str = "ListResponse";

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListResponse {
    /// How many resources match, on all pages. In a walk by cursor: how many matched when it began.
    pub total_results: i64,
    /// The 1-based position of the first resource of the page; `None` in a walk by cursor.
    pub start_index: Option<i64>,
    /// How many resources the page has.
    pub items_per_page: i64,
    /// The cursor of the page before this one.
    pub previous_cursor: Option<String>,
    /// The cursor of the page after this one; the last page has none.
    pub next_cursor: Option<String>,
    /// The resources.
    pub resources: Vec<Object>,
}

impl ListResponse {
    /// A page of these resources, of `total` in all, by neither position nor cursor.
    pub fn new(resources: Vec<Object>, total: i64) -> Self {
        Self {
            total_results: total,
            items_per_page: i64::try_from(resources.len()).unwrap_or(i64::MAX),
            resources,
            ..Self::default()
        }
    }

    /// The message. Its keys stand in the order of the standard.
    pub fn into_json(self) -> Object {
        let mut shown = Object::new();
        let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
        put("schemas", json!([LIST_RESPONSE_URN]));
        put("totalResults", self.total_results.into());
        if let Some(start_index) = self.start_index {
            put("startIndex", start_index.into());
        }
        put("itemsPerPage", self.items_per_page.into());
        if let Some(cursor) = self.previous_cursor {
            put("previousCursor", cursor.into());
        }
        if let Some(cursor) = self.next_cursor {
            put("nextCursor", cursor.into());
        }
        let resources = self.resources.into_iter().map(Value::Object);
        put("Resources", resources.collect());
        shown
    }

    /// A page of so many resources that are JSON text already, of `total` in all.
    pub fn of_texts(count: usize, total: i64) -> Self {
        Self {
            items_per_page: i64::try_from(count).unwrap_or(i64::MAX),
            ..Self::new(Vec::new(), total)
        }
    }

    /// The message of a page of resources that are JSON text already: what stands before them and after them. Between them
    /// stand commas.
    pub fn around_texts(self) -> (String, &'static str) {
        let mut head = self.into_json();
        head.remove("Resources");
        let mut head = Value::Object(head).to_string();
        head.pop();
        head.push_str(",\"Resources\":[");
        (head, "]}")
    }

    /// The same message where its numbers are known last: what stands before the resources, and what stands after them.
    pub fn behind_texts(self) -> (String, String) {
        let schemas = json!([LIST_RESPONSE_URN]);
        let head = format!("{{\"schemas\":{schemas},\"Resources\":[");
        let mut numbers = self.into_json();
        numbers.remove("schemas");
        numbers.remove("Resources");
        let numbers = Value::Object(numbers).to_string();
        let tail = format!("],{}", numbers.trim_start_matches('{'));
        (head, tail)
    }

    /// Reads a page as a client. Names are read in any letter case. `Resources`, `itemsPerPage` and `startIndex` may be
    /// missing: a page without `Resources` has none.
    ///
    /// Errors: there is no `totalResults`, a member has another type, a resource is no object.
    pub fn parse(answer: &Object) -> Result<Self, Unreadable> {
        let resources = resources(get(answer, "Resources"))?;
        let total = whole_number(answer, MESSAGE, "totalResults")?
            .ok_or_else(|| Unreadable::new(MESSAGE, "`totalResults` is required"))?;
        let page = Self::new(resources, total);
        Ok(Self {
            start_index: whole_number(answer, MESSAGE, "startIndex")?,
            items_per_page: whole_number(answer, MESSAGE, "itemsPerPage")?
                .unwrap_or(page.items_per_page),
            previous_cursor: text(answer, MESSAGE, "previousCursor")?,
            next_cursor: text(answer, MESSAGE, "nextCursor")?,
            ..page
        })
    }
}

fn resources(listed: Option<&Value>) -> Result<Vec<Object>, Unreadable> {
    let listed = match listed {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(listed)) => listed,
        Some(other) => {
            let fault = format!("`Resources` is an array, not {}", describe(other));
            return Err(Unreadable::new(MESSAGE, fault));
        }
    };
    let objects = listed.iter().map(|one| one.as_object().cloned());
    objects
        .collect::<Option<_>>()
        .ok_or_else(|| Unreadable::new(MESSAGE, "each of `Resources` is an object"))
}

/// The message of a page by position. `total` counts all matches, `start_index` is 1-based.
pub fn list_response(resources: Vec<Object>, total: i64, start_index: i64) -> Value {
    let page = ListResponse {
        start_index: Some(start_index),
        ..ListResponse::new(resources, total)
    };
    Value::Object(page.into_json())
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn read(answer: Value) -> Result<ListResponse, Unreadable> {
        ListResponse::parse(answer.as_object().unwrap())
    }

    fn one() -> Vec<Object> {
        vec![Object::from_iter([("id".to_owned(), json!("1"))])]
    }

    /// The order of the keys is part of the answer.
    #[test]
    fn pages_are_written_in_order() {
        assert_eq!(
            list_response(one(), 7, 3).to_string(),
            format!(
                r#"{{"schemas":["{LIST_RESPONSE_URN}"],"totalResults":7,"startIndex":3,"itemsPerPage":1,"Resources":[{{"id":"1"}}]}}"#
            )
        );
        let page = ListResponse {
            next_cursor: Some("n".into()),
            previous_cursor: Some("p".into()),
            ..ListResponse::of_texts(1, 7)
        };
        let (head, tail) = page.around_texts();
        assert_eq!(
            format!(r#"{head}{{"id":"1"}}{tail}"#),
            format!(
                r#"{{"schemas":["{LIST_RESPONSE_URN}"],"totalResults":7,"itemsPerPage":1,"previousCursor":"p","nextCursor":"n","Resources":[{{"id":"1"}}]}}"#
            )
        );
    }

    #[test]
    fn clients_read_what_others_write() {
        let odd = json!({ "TOTALRESULTS": "1", "resources": [{ "id": "1" }], "nextCursor": null });
        let page = read(odd).unwrap();
        assert_eq!(page, ListResponse::new(one(), 1));
        assert_eq!(page.items_per_page, 1);
        assert_eq!(
            read(json!({ "totalResults": 0 })),
            Ok(ListResponse::default())
        );
        for wrong in [
            json!({}),
            json!({ "totalResults": true }),
            json!({ "totalResults": 1, "Resources": {} }),
            json!({ "totalResults": 1, "Resources": [1] }),
            json!({ "totalResults": 1, "nextCursor": 1 }),
        ] {
            assert!(read(wrong.clone()).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn clients_read_what_servers_write(
            ids in vec(any::<String>(), 0..4), total in 0i64.., start in option::of(1i64..),
            previous in option::of(any::<String>()), next in option::of(any::<String>()),
        ) {
            let object = |id: String| Object::from_iter([("id".to_owned(), Value::from(id))]);
            let page = ListResponse {
                start_index: start, previous_cursor: previous, next_cursor: next,
                ..ListResponse::new(ids.into_iter().map(object).collect(), total)
            };
            let texts: Vec<String> = page.resources.iter().map(|one| serde_json::to_string(one).unwrap()).collect();
            let (head, tail) = ListResponse { resources: Vec::new(), ..page.clone() }.around_texts();
            let text = format!("{head}{}{tail}", texts.join(","));
            prop_assert_eq!(&text, &Value::Object(page.clone().into_json()).to_string());
            let (head, tail) = ListResponse { resources: Vec::new(), ..page.clone() }.behind_texts();
            let late: Object = serde_json::from_str(&format!("{head}{}{tail}", texts.join(","))).unwrap();
            prop_assert_eq!(ListResponse::parse(&late), Ok(page.clone()));
            prop_assert_eq!(late, page.clone().into_json());
            prop_assert_eq!(ListResponse::parse(&page.clone().into_json()), Ok(page));
        }
    }
}

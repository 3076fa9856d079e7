//! Small readers for the members of an answer. They take what servers are known to send: names in any letter case, numbers
//! as text.

use serde_json::Value;

use super::unreadable::Unreadable;
use crate::json::{Object, describe, get};

/// A whole number, perhaps written as text; `None` when it is absent.
pub(crate) fn whole_number(
    answer: &Object,
    message: &'static str,
    name: &str,
) -> Result<Option<i64>, Unreadable> {
    let number = match get(answer, name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_i64(),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    match number {
        Some(number) => Ok(Some(number)),
        None => Err(Unreadable::new(
            message,
            format!("`{name}` is a whole number"),
        )),
    }
}

/// A text; `None` when it is absent.
pub(crate) fn text(
    answer: &Object,
    message: &'static str,
    name: &str,
) -> Result<Option<String>, Unreadable> {
    match get(answer, name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(Unreadable::new(
            message,
            format!("`{name}` is a string, not {}", describe(other)),
        )),
    }
}

/// An HTTP status: 100 to 599, as text (the standard's form) or as a number.
pub(crate) fn status(answer: &Object, message: &'static str) -> Result<u16, Unreadable> {
    whole_number(answer, message, "status")?
        .and_then(|number| u16::try_from(number).ok())
        .filter(|status| (100..600).contains(status))
        .ok_or_else(|| Unreadable::new(message, "`status` is an HTTP status"))
}

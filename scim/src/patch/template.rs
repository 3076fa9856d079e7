//! The element that a filter describes.

use serde_json::Value;

use crate::filter::{Filter, Literal, Operator};
use crate::json::Object;

/// The element that a filter describes, if the filter is a row of `eq`s on distinct sub-attributes. `None`: the filter
/// leaves a choice.
pub(super) fn template(filter: &Filter) -> Option<Object> {
    let single = std::slice::from_ref(filter);
    let terms = match filter {
        Filter::And(terms) => terms.as_slice(),
        _ => single,
    };
    let mut element = Object::new();
    for term in terms {
        let Filter::Compare(path, Operator::Eq, literal) = term else {
            return None;
        };
        let value = match literal {
            Literal::Text(text) => Value::from(text.as_str()),
            Literal::Number(number) => Value::Number(number.clone()),
            Literal::Boolean(boolean) => Value::Bool(*boolean),
            Literal::Null => return None,
        };
        let repeated = element
            .insert(path.as_str().to_ascii_lowercase(), value)
            .is_some();
        if repeated {
            return None;
        }
    }
    Some(element)
}

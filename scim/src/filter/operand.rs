//! The right side of a test: a literal that has met its attribute's type.

use super::ast::{Literal, Operator};
use crate::ScimError;
use crate::compare::Preparation;
use crate::datetime;
use crate::path::AttributeRef;
use crate::profile::{Leniency, Rule};
use crate::quote::quoted;
use crate::schema::AttributeType;

/// The right side of a test, of the attribute's type. The operator is never `ne`.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// Has a non-empty value.
    Present,
    /// Text, prepared for comparison.
    Text(Operator, String),
    /// Equal to a boolean.
    Boolean(bool),
    /// A whole number against an integer attribute: `eq`, `gt` or `lt`, after rounding.
    Integer(Operator, i64),
    /// A number against a decimal attribute.
    Decimal(Operator, f64),
    /// An instant, in microseconds since 1970.
    Instant(Operator, i64),
}

/// Reads a literal as what the attribute is compared with.
///
/// Errors: `invalidFilter` for an operator the type does not offer, or a literal of another type.
pub(super) fn read(
    target: AttributeRef<'_>,
    operator: Operator,
    literal: &Literal,
    preparation: Preparation,
    leniency: &Leniency,
) -> Result<Operand, ScimError> {
    if target.is_nested_list() {
        return Err(invalid(format!(
            "\"{target}\" is a list inside a complex attribute, which cannot be compared (only pr applies)"
        )));
    }
    let kind = target.leaf().kind;
    if !is_offered(kind, operator) {
        return Err(invalid(format!(
            "\"{}\" does not apply to \"{target}\", which is {}",
            operator.as_str(),
            words(kind)
        )));
    }
    let shown = || match literal {
        Literal::Text(text) => quoted(text).to_string(),
        other => other.to_string(),
    };
    operand(kind, operator, literal, preparation, leniency).ok_or_else(|| {
        invalid(format!(
            "\"{target}\" is {}; {} is not",
            words(kind),
            shown()
        ))
    })
}

/// Whether values of a type are compared with this operator (RFC 7644 table 3).
fn is_offered(kind: AttributeType, operator: Operator) -> bool {
    match kind {
        AttributeType::String | AttributeType::Reference | AttributeType::Complex => true,
        AttributeType::Binary => !is_ordering(operator),
        AttributeType::Boolean => operator == Operator::Eq,
        AttributeType::Integer | AttributeType::Decimal | AttributeType::DateTime => {
            !is_about_parts(operator)
        }
    }
}

fn is_ordering(operator: Operator) -> bool {
    matches!(
        operator,
        Operator::Gt | Operator::Ge | Operator::Lt | Operator::Le
    )
}

fn is_about_parts(operator: Operator) -> bool {
    matches!(operator, Operator::Co | Operator::Sw | Operator::Ew)
}

/// The literal as a value of the type; `None` when it is none.
fn operand(
    kind: AttributeType,
    operator: Operator,
    literal: &Literal,
    preparation: Preparation,
    leniency: &Leniency,
) -> Option<Operand> {
    use AttributeType as Type;
    match (kind, literal) {
        (Type::String | Type::Reference | Type::Binary, Literal::Text(text)) => {
            let key = if is_about_parts(operator) {
                preparation.part_key(text)
            } else {
                preparation.key(text)
            };
            Some(Operand::Text(operator, key))
        }
        (Type::Boolean, Literal::Boolean(boolean)) => Some(Operand::Boolean(*boolean)),
        (Type::Boolean, Literal::Text(text)) => truth(text)
            .filter(|_| leniency.allows(Rule::BooleanStringFilter))
            .map(Operand::Boolean),
        (Type::Integer, Literal::Number(number)) => Some(whole(operator, number)),
        (Type::Decimal, Literal::Number(number)) => number
            .as_f64()
            .filter(|float| float.is_finite())
            .map(|float| Operand::Decimal(operator, float)),
        (Type::DateTime, Literal::Text(text)) => datetime::parse(text)
            .map(|instant| Operand::Instant(operator, datetime::key_us(instant))),
        _ => None,
    }
}

/// Whether a prepared text satisfies a text operand.
pub(super) fn text_matches(operand: &Operand, key: &str) -> bool {
    let Operand::Text(operator, expected) = operand else {
        return false;
    };
    match operator {
        Operator::Co => key.contains(expected.as_str()),
        Operator::Sw => key.starts_with(expected.as_str()),
        Operator::Ew => key.ends_with(expected.as_str()),
        _ => ordered(*operator, key, expected.as_str()),
    }
}

/// Whether two values are in the order that the operator asks for.
pub(super) fn ordered<T: PartialOrd + ?Sized>(
    operator: Operator,
    actual: &T,
    expected: &T,
) -> bool {
    match operator {
        Operator::Eq => actual == expected,
        Operator::Ne => actual != expected,
        Operator::Gt => actual > expected,
        Operator::Ge => actual >= expected,
        Operator::Lt => actual < expected,
        Operator::Le => actual <= expected,
        Operator::Co | Operator::Sw | Operator::Ew => false,
    }
}

/// `true` and `false` in any letter case, as some clients write booleans.
pub(crate) fn truth(text: &str) -> Option<bool> {
    [("true", true), ("false", false)]
        .into_iter()
        .find_map(|(word, truth)| word.eq_ignore_ascii_case(text).then_some(truth))
}

/// A number against whole numbers: `gt 1.5` and `ge 1.5` are `gt 1`, `lt 1.5` and `le 1.5` are `lt 2`.
fn whole(operator: Operator, number: &serde_json::Number) -> Operand {
    if let Some(integer) = number.as_i64() {
        return Operand::Integer(operator, integer);
    }
    let float = number.as_f64().unwrap_or(f64::NAN);
    let fits = float.abs() < 9.2e18;
    match operator {
        _ if fits && float.fract() == 0.0 => Operand::Integer(operator, float as i64),
        Operator::Gt | Operator::Ge if fits => Operand::Integer(Operator::Gt, float.floor() as i64),
        Operator::Lt | Operator::Le if fits => Operand::Integer(Operator::Lt, float.ceil() as i64),
        Operator::Gt | Operator::Ge if float < 0.0 => Operand::Integer(Operator::Ge, i64::MIN),
        Operator::Lt | Operator::Le if float > 0.0 => Operand::Integer(Operator::Le, i64::MAX),
        // No whole number satisfies it; neither is anything equal to what is not a number.
        _ => Operand::Decimal(Operator::Eq, f64::NAN),
    }
}

fn words(kind: AttributeType) -> &'static str {
    match kind {
        AttributeType::String => "a string",
        AttributeType::Boolean => "a boolean",
        AttributeType::Decimal => "a decimal",
        AttributeType::Integer => "an integer",
        AttributeType::DateTime => "a dateTime",
        AttributeType::Binary => "binary",
        AttributeType::Reference => "a reference",
        AttributeType::Complex => "complex",
    }
}

fn invalid(detail: impl Into<String>) -> ScimError {
    ScimError::InvalidFilter(detail.into())
}

//! Conditions of one term, as the resolver puts them together.

use super::ast::{Literal, Operator};
use super::condition::{Condition, Test};
use super::operand::Operand;
use crate::ScimError;
use crate::path::AttributeRef;

pub(super) fn test<'a>(target: AttributeRef<'a>, operand: Operand) -> Condition<'a> {
    Condition::Test(Test { target, operand })
}

pub(super) fn not(condition: Condition<'_>) -> Condition<'_> {
    match condition {
        Condition::Constant(known) => Condition::Constant(!known),
        other => Condition::Not(Box::new(other)),
    }
}

/// A comparison of an attribute without a value: it equals null, and differs from everything else.
pub(super) fn compare_absent(operator: Operator, literal: &Literal) -> Condition<'static> {
    let equals = operator == Operator::Eq && *literal == Literal::Null;
    let differs = operator == Operator::Ne && *literal != Literal::Null;
    Condition::Constant(equals || differs)
}

/// `eq null` means unassigned, `ne null` assigned; nothing else is asked of null.
pub(super) fn against_null(
    operator: Operator,
    present: Condition<'_>,
) -> Result<Condition<'_>, ScimError> {
    match operator {
        Operator::Eq => Ok(not(present)),
        Operator::Ne => Ok(present),
        _ => Err(invalid(format!(
            "\"{}\" does not apply to null",
            operator.as_str()
        ))),
    }
}

pub(super) fn is_primary(target: AttributeRef<'_>) -> bool {
    target.attribute.multi_valued && target.sub.is_some_and(|sub| sub.name == "primary")
}

/// A bare complex name stands for its `value`.
pub(super) fn default_target(target: AttributeRef<'_>) -> Result<AttributeRef<'_>, ScimError> {
    if !target.leaf().is_complex() {
        return Ok(target);
    }
    match target.attribute.default_sub_attribute() {
        Some(value) => Ok(target.with_sub(Some(value))),
        None => Err(invalid(format!(
            "\"{target}\" is complex; name a sub-attribute (only pr applies to the whole)"
        ))),
    }
}

/// Some value below `target` is not empty.
pub(super) fn present(target: AttributeRef<'_>) -> Condition<'_> {
    let inner = match target.sub {
        None if target.attribute.is_complex() => {
            let subs = target.attribute.sub_attributes.iter();
            Condition::Or(
                subs.map(|sub| test(target.with_sub(Some(sub)), Operand::Present))
                    .collect(),
            )
        }
        _ => test(target, Operand::Present),
    };
    if target.attribute.multi_valued {
        Condition::Element(target.with_sub(None), Box::new(inner))
    } else {
        inner
    }
}

pub(super) fn invalid(detail: impl Into<String>) -> ScimError {
    ScimError::InvalidFilter(detail.into())
}

//! A filter that has met the schema: canonical names, checked types, prepared values.
//!
//! A SQL compiler and the pure evaluator both start here, so they cannot disagree about names or types. The resolver has
//! decided: `ne` is the negation of `eq`. `eq null` means unassigned. A multi-valued attribute becomes "some element
//! satisfies". A missing `primary` counts as false. `schemas` and `meta.resourceType` are known without looking at the
//! resource.

use super::operand::Operand;
use crate::path::AttributeRef;

/// What a resource, or one element of a multi-valued attribute, must satisfy.
#[derive(Debug, Clone)]
pub enum Condition<'a> {
    /// Known without looking.
    Constant(bool),
    /// Every term holds.
    And(Vec<Condition<'a>>),
    /// Some term holds.
    Or(Vec<Condition<'a>>),
    /// The term does not hold. An absent attribute makes a test false, so its negation is true.
    Not(Box<Condition<'a>>),
    /// A test of one value.
    Test(Test<'a>),
    /// Some element of a multi-valued attribute satisfies the term.
    Element(AttributeRef<'a>, Box<Condition<'a>>),
}

/// A test of one value. Inside [`Condition::Element`] the target is the element (or its sub-attribute).
#[derive(Debug, Clone)]
pub struct Test<'a> {
    /// Whose value.
    pub target: AttributeRef<'a>,
    /// What it must be.
    pub operand: Operand,
}

impl<'a> Condition<'a> {
    /// The attributes whose values it tests.
    pub fn targets(&self) -> Vec<AttributeRef<'a>> {
        match self {
            Self::Constant(_) => Vec::new(),
            Self::Test(test) => vec![test.target],
            Self::And(terms) | Self::Or(terms) => terms.iter().flat_map(Self::targets).collect(),
            Self::Not(term) | Self::Element(_, term) => term.targets(),
        }
    }

    /// Number of tests in the condition.
    pub fn terms(&self) -> usize {
        match self {
            Self::Constant(_) | Self::Test(_) => 1,
            Self::And(terms) | Self::Or(terms) => terms.iter().map(Self::terms).sum(),
            Self::Not(term) | Self::Element(_, term) => term.terms(),
        }
    }
}

//! A filter as the client wrote it. `Display` prints a filter that parses to the same tree.

use std::fmt;

use serde_json::Number;

use crate::path::AttrPath;

/// A comparison operator (RFC 7644 table 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the RFC's")]
pub enum Operator {
    Eq,
    Ne,
    Co,
    Sw,
    Ew,
    Gt,
    Ge,
    Lt,
    Le,
}

impl Operator {
    /// Every operator.
    pub const ALL: [Self; 9] = [
        Self::Eq,
        Self::Ne,
        Self::Co,
        Self::Sw,
        Self::Ew,
        Self::Gt,
        Self::Ge,
        Self::Lt,
        Self::Le,
    ];

    /// The operator as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Ne => "ne",
            Self::Co => "co",
            Self::Sw => "sw",
            Self::Ew => "ew",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
        }
    }
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A JSON string.
    Text(String),
    /// A JSON number.
    Number(Number),
    /// `true` or `false`.
    Boolean(bool),
    /// `null`.
    Null,
}

impl fmt::Display for Literal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(formatter, "{}", serde_json::Value::from(text.as_str())),
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Boolean(boolean) => write!(formatter, "{boolean}"),
            Self::Null => formatter.write_str("null"),
        }
    }
}

impl From<&str> for Literal {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<bool> for Literal {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

/// A filter. `And` and `Or` hold two terms or more, flat, so that a long chain is not a deep tree.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// Every term holds.
    And(Vec<Filter>),
    /// Some term holds.
    Or(Vec<Filter>),
    /// The term does not hold.
    Not(Box<Filter>),
    /// `path pr`.
    Present(AttrPath),
    /// `path op value`.
    Compare(AttrPath, Operator, Literal),
    /// `path[filter]`: some element satisfies the filter.
    Element(AttrPath, Box<Filter>),
}

impl Filter {
    /// `path op value`. Text from elsewhere is a [`Literal`] and never part of the filter's text, so it needs no quoting.
    pub fn compare(path: AttrPath, operator: Operator, literal: impl Into<Literal>) -> Self {
        Self::Compare(path, operator, literal.into())
    }

    /// Number of attribute expressions in the filter.
    pub fn terms(&self) -> usize {
        match self {
            Self::And(terms) | Self::Or(terms) => terms.iter().map(Self::terms).sum(),
            Self::Not(term) | Self::Element(_, term) => term.terms(),
            Self::Present(_) | Self::Compare(..) => 1,
        }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chain = |terms: &[Self], word: &str, formatter: &mut fmt::Formatter<'_>| {
            for (position, term) in terms.iter().enumerate() {
                if position > 0 {
                    write!(formatter, " {word} ")?;
                }
                match term {
                    Self::And(_) | Self::Or(_) => write!(formatter, "({term})")?,
                    _ => write!(formatter, "{term}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::And(terms) => chain(terms, "and", formatter),
            Self::Or(terms) => chain(terms, "or", formatter),
            Self::Not(term) => write!(formatter, "not ({term})"),
            Self::Present(path) => write!(formatter, "{path} pr"),
            Self::Compare(path, operator, literal) => {
                write!(formatter, "{path} {} {literal}", operator.as_str())
            }
            Self::Element(path, term) => write!(formatter, "{path}[{term}]"),
        }
    }
}

//! The filter grammar, one function per rule (RFC 7644 §3.4.2.2 with errata 4670, 4690, 7322 and 7319 applied):
//!
//! ```text
//! filter  = orExp
//! orExp   = andExp *( SP "or" SP andExp )
//! andExp  = factor *( SP "and" SP factor )
//! factor  = [ "not" ] "(" filter ")" / valPath / attrExp
//! valPath = attrPath "[" filter-without-brackets "]" [ "." subAttr SP op SP value ]
//! attrExp = attrPath SP "pr" / attrPath SP op SP value
//! ```
//!
//! Keywords ignore case. Blanks may repeat, and may be absent beside brackets and before a string. The tail behind `]`
//! is not in the RFC; Entra ID asks `emails[type eq "work"].value eq "a@x"`, meaning one element with both.
//! Depth, length and number of terms are bounded, because a recursive parser on hostile input ends the process.

use std::str::FromStr;

use nom::branch::alt;
use nom::bytes::complete::{tag_no_case, take_while, take_while1};
use nom::character::complete::char;
use nom::combinator::{map, map_opt, opt, peek, value, verify};
use nom::error::{ErrorKind, ParseError};
use nom::multi::many0;
use nom::sequence::{delimited, preceded, terminated};
use nom::{IResult, Parser};

use super::ast::{Filter, Literal, Operator};
use crate::ScimError;
use crate::path::AttrPath;

/// Deepest nesting of parentheses, `not` and brackets.
pub const DEPTH_MAX: usize = 50;
/// Most attribute expressions in one filter.
pub const TERMS_MAX: usize = 1_000;

/// What was expected where. If several alternatives fail, the one that got furthest is reported.
#[derive(Debug)]
pub(crate) struct Expected<'a> {
    rest: &'a str,
    what: &'static str,
    /// No alternative may be tried any more.
    fatal: bool,
}

impl<'a> ParseError<&'a str> for Expected<'a> {
    fn from_error_kind(rest: &'a str, _: ErrorKind) -> Self {
        expected(rest, "a filter expression")
    }
    fn append(_: &'a str, _: ErrorKind, other: Self) -> Self {
        other
    }
    fn or(self, other: Self) -> Self {
        if self.fatal || self.rest.len() < other.rest.len() {
            self
        } else {
            other
        }
    }
}

fn expected<'a>(rest: &'a str, what: &'static str) -> Expected<'a> {
    Expected {
        rest,
        what,
        fatal: false,
    }
}

type Parsed<'a, T> = IResult<&'a str, T, Expected<'a>>;

/// Gives a parser's failure a name.
fn named<'a, T>(
    what: &'static str,
    mut parser: impl Parser<&'a str, Output = T, Error = Expected<'a>>,
) -> impl FnMut(&'a str) -> Parsed<'a, T> {
    move |input| {
        parser.parse(input).map_err(|error| match error {
            nom::Err::Error(fault) if fault.rest.len() == input.len() => {
                nom::Err::Error(expected(input, what))
            }
            other => other,
        })
    }
}

/// Parses a whole filter.
///
/// Errors: `invalidFilter` with the byte offset and what was expected there.
pub fn parse(text: &str) -> Result<Filter, ScimError> {
    let filter = complete(text, |input| filter(input, 0, true))?;
    check_terms(&filter)?;
    Ok(filter)
}

impl FromStr for Filter {
    type Err = ScimError;

    fn from_str(text: &str) -> Result<Self, ScimError> {
        parse(text)
    }
}

/// Errors: `invalidFilter` when there are more than [`TERMS_MAX`] expressions.
pub(crate) fn check_terms(filter: &Filter) -> Result<(), ScimError> {
    let terms = filter.terms();
    if terms > TERMS_MAX {
        return Err(ScimError::InvalidFilter(format!(
            "{terms} expressions; at most {TERMS_MAX} are allowed"
        )));
    }
    Ok(())
}

/// Runs a grammar rule over the whole of `text`, blanks around it allowed.
pub(crate) fn complete<T>(
    text: &str,
    rule: impl for<'a> Fn(&'a str) -> Parsed<'a, T>,
) -> Result<T, ScimError> {
    if text.contains('\0') {
        return Err(ScimError::InvalidFilter(
            "U+0000 cannot be part of a value".into(),
        ));
    }
    let outcome = delimited(blanks, rule, blanks).parse(text);
    let fault = match outcome {
        Ok(("", parsed)) => return Ok(parsed),
        Ok((rest, _)) => expected(rest, "the end, \"and\" or \"or\""),
        Err(nom::Err::Error(fault) | nom::Err::Failure(fault)) => fault,
        Err(nom::Err::Incomplete(_)) => expected("", "more"),
    };
    let offset = text.len() - fault.rest.len();
    Err(ScimError::InvalidFilter(format!(
        "at byte {offset}: expected {}",
        fault.what
    )))
}

/// `filter = orExp`; `brackets` tells whether a value path may stand here.
fn filter(input: &str, depth: usize, brackets: bool) -> Parsed<'_, Filter> {
    if depth > DEPTH_MAX {
        let fault = Expected {
            rest: input,
            what: "at most 50 levels of nesting",
            fatal: true,
        };
        return Err(nom::Err::Failure(fault));
    }
    chain(input, "or", Filter::Or, |input| {
        chain(input, "and", Filter::And, |input| {
            factor(input, depth, brackets)
        })
    })
}

/// `term *( SP word SP term )`, flat.
fn chain<'a>(
    input: &'a str,
    word: &'static str,
    join: fn(Vec<Filter>) -> Filter,
    term: impl Fn(&'a str) -> Parsed<'a, Filter>,
) -> Parsed<'a, Filter> {
    let (input, first) = term(input)?;
    let (input, more) =
        many0(preceded(|input| connective(input, word), cut(&term))).parse(input)?;
    if more.is_empty() {
        return Ok((input, first));
    }
    Ok((input, join(std::iter::once(first).chain(more).collect())))
}

/// Once a connective has been read, a term must follow.
fn cut<'a, T>(parser: impl Fn(&'a str) -> Parsed<'a, T>) -> impl Fn(&'a str) -> Parsed<'a, T> {
    move |input| {
        parser(input).map_err(|error| match error {
            nom::Err::Error(fault) => nom::Err::Failure(fault),
            other => other,
        })
    }
}

/// `SP "and" SP`; the blanks may be absent beside a bracket.
fn connective<'a>(input: &'a str, word: &'static str) -> Parsed<'a, ()> {
    let (rest, _) = (blanks, tag_no_case(word), peek(boundary), blanks).parse(input)?;
    Ok((rest, ()))
}

/// A place where a keyword may end: a blank or a bracket.
fn boundary(input: &str) -> Parsed<'_, ()> {
    match input.chars().next() {
        Some(next) if !is_blank(next) && !"()[]\"".contains(next) => {
            Err(nom::Err::Error(expected(input, "a blank")))
        }
        _ => Ok((input, ())),
    }
}

/// `factor = [ "not" ] "(" filter ")" / valPath / attrExp`
fn factor(input: &str, depth: usize, brackets: bool) -> Parsed<'_, Filter> {
    let group = |input| group(input, depth, brackets);
    named(
        "an attribute, \"not\" or \"(\"",
        alt((
            group,
            map(
                preceded((tag_no_case("not"), blanks), |input| {
                    self::group(input, depth, brackets)
                }),
                |term| Filter::Not(Box::new(term)),
            ),
            |input| expression(input, depth, brackets),
        )),
    )(input)
}

fn group(input: &str, depth: usize, brackets: bool) -> Parsed<'_, Filter> {
    let (input, _) = (char('('), blanks).parse(input)?;
    let (input, term) = cut(|input| filter(input, depth + 1, brackets))(input)?;
    let (input, _) = cut(|input| named("\")\"", preceded(blanks, char(')')))(input))(input)?;
    Ok((input, term))
}

/// `valPath / attrExp`: both begin with an attribute path.
fn expression(input: &str, depth: usize, brackets: bool) -> Parsed<'_, Filter> {
    let (rest, path) = attr_path(input)?;
    if rest.starts_with('[') {
        if !brackets {
            let fault = expected(rest, "no brackets inside brackets");
            return Err(nom::Err::Failure(fault));
        }
        return value_path(rest, path, depth);
    }
    cut(|input| comparison(input, &path))(rest)
}

/// `"[" filter "]"` and Entra's tail behind it.
fn value_path(input: &str, path: AttrPath, depth: usize) -> Parsed<'_, Filter> {
    let (rest, inner) = bracketed(input, depth)?;
    let (rest, tail) = opt(preceded(char('.'), attr_path)).parse(rest)?;
    let Some(sub) = tail else {
        return Ok((rest, Filter::Element(path, Box::new(inner))));
    };
    let (rest, test) = cut(|input| comparison(input, &sub))(rest)?;
    let both = match inner {
        Filter::And(mut terms) => {
            terms.push(test);
            Filter::And(terms)
        }
        other => Filter::And(vec![other, test]),
    };
    Ok((rest, Filter::Element(path, Box::new(both))))
}

/// `"[" filter-without-brackets "]"`
pub(crate) fn bracketed(input: &str, depth: usize) -> Parsed<'_, Filter> {
    let (rest, _) = (char('['), blanks).parse(input)?;
    let (rest, inner) = cut(|input| filter(input, depth + 1, false))(rest)?;
    let (rest, _) = cut(|input| named("\"]\"", preceded(blanks, char(']')))(input))(rest)?;
    Ok((rest, inner))
}

/// `SP "pr" / SP op SP value`
pub(crate) fn comparison<'a>(input: &'a str, path: &AttrPath) -> Parsed<'a, Filter> {
    let (input, _) = named("a blank and an operator", take_while1(is_blank)).parse(input)?;
    let present: Parsed<'a, _> = terminated(tag_no_case("pr"), peek(boundary)).parse(input);
    if let Ok((rest, _)) = present {
        return Ok((rest, Filter::Present(path.clone())));
    }
    let (input, operator) = operator(input)?;
    let (input, literal) = preceded(blanks, literal).parse(input)?;
    Ok((input, Filter::Compare(path.clone(), operator, literal)))
}

/// `op = "eq" / "ne" / …`
fn operator(input: &str) -> Parsed<'_, Operator> {
    let word = terminated(
        take_while1(|c: char| c.is_ascii_alphanumeric()),
        peek(boundary),
    );
    named(
        "an operator (eq, ne, co, sw, ew, gt, ge, lt, le, pr)",
        map_opt(word, |word: &str| {
            Operator::ALL
                .into_iter()
                .find(|operator| operator.as_str().eq_ignore_ascii_case(word))
        }),
    )(input)
}

/// `compValue = false / null / true / number / string`
fn literal(input: &str) -> Parsed<'_, Literal> {
    named(
        "a JSON value (text stands in double quotes)",
        alt((
            map(string, Literal::Text),
            terminated(
                alt((
                    value(Literal::Boolean(true), nom::bytes::complete::tag("true")),
                    value(Literal::Boolean(false), nom::bytes::complete::tag("false")),
                    value(Literal::Null, nom::bytes::complete::tag("null")),
                    number,
                )),
                peek(boundary),
            ),
        )),
    )(input)
}

fn number(input: &str) -> Parsed<'_, Literal> {
    let digits = take_while1(|c: char| c.is_ascii_digit() || "+-.eE".contains(c));
    map_opt(digits, |text: &str| {
        serde_json::from_str(text).ok().map(Literal::Number)
    })
    .parse(input)
}

/// A JSON string with its escapes (RFC 8259 §7).
fn string(input: &str) -> Parsed<'_, String> {
    let Some(body) = input.strip_prefix('"') else {
        return Err(nom::Err::Error(expected(input, "a string")));
    };
    let mut escaped = false;
    let end = body.bytes().position(|byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    });
    let unterminated = || nom::Err::Failure(expected(input, "a string with its closing quote"));
    let end = end.ok_or_else(unterminated)?;
    let (quoted, rest) = input.split_at(end + 2);
    match serde_json::from_str::<String>(quoted) {
        Ok(text) if !text.contains('\0') => Ok((rest, text)),
        _ => Err(nom::Err::Failure(expected(
            input,
            "a JSON string (escapes: \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX, but not U+0000)",
        ))),
    }
}

/// `attrPath = [URI ":"] ATTRNAME *1subAttr`
pub(crate) fn attr_path(input: &str) -> Parsed<'_, AttrPath> {
    let token = take_while1(|c: char| !is_blank(c) && !"()[]\",".contains(c));
    named(
        "an attribute name",
        map_opt(
            verify(token, |text: &str| !is_keyword(text)),
            AttrPath::parse,
        ),
    )(input)
}

/// `and` and `or` name no attribute: `a pr and and b pr` is a slip, not a comparison.
fn is_keyword(text: &str) -> bool {
    ["and", "or", "not"]
        .iter()
        .any(|keyword| keyword.eq_ignore_ascii_case(text))
}

fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

pub(crate) fn blanks(input: &str) -> Parsed<'_, ()> {
    map(take_while(is_blank), |_| ()).parse(input)
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;

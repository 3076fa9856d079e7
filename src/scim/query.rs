//! The query of a list (RFC 7644 §3.4.2): filter, sort, page.

use super::ScimError;
use super::filter::{self, Condition};
use super::leniency::Leniency;
use super::path::{AttrPath, AttributeRef, Target, resolve};
use super::resource_type::ResourceType;
use super::schema::Returned;

/// Query parameters as they arrived: decoded, in order.
#[derive(Debug, Clone, Default)]
pub struct Parameters(Vec<(String, String)>);

/// Parameters that mean something; the others are ignored.
const KNOWN: [&str; 7] = [
    "filter",
    "sortBy",
    "sortOrder",
    "startIndex",
    "count",
    "attributes",
    "excludedAttributes",
];

impl Parameters {
    /// Takes decoded pairs.
    ///
    /// Errors: `invalidValue` for a known parameter given twice, or a U+0000.
    pub fn new(pairs: Vec<(String, String)>) -> Result<Self, ScimError> {
        for known in KNOWN {
            let mut given = pairs.iter().filter(|(name, _)| name == known);
            if given.next().is_some() && given.next().is_some() {
                return Err(ScimError::invalid_value(known, "is given twice"));
            }
        }
        match pairs
            .iter()
            .find(|(name, value)| value.contains('\0') && name != "filter")
        {
            Some((name, _)) => Err(ScimError::invalid_value(name, "holds U+0000")),
            None => Ok(Self(pairs)),
        }
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find_map(|(key, value)| (key == name).then_some(value.as_str()))
    }
}

/// Bounds of lists.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Page size where the client names none.
    pub page_size_default: i64,
    /// Largest page; larger counts are capped.
    pub page_size_max: i64,
    /// Longest filter, in bytes.
    pub filter_bytes_max: usize,
}

/// How a list is ordered.
#[derive(Debug, Clone, Copy)]
pub struct Sort<'a> {
    /// The attribute whose values are compared.
    pub by: AttributeRef<'a>,
    /// Largest first.
    pub descending: bool,
}

/// A list's query, resolved against its resource type.
#[derive(Debug)]
pub struct ListQuery<'a> {
    /// What the resources must satisfy.
    pub condition: Option<Condition<'a>>,
    /// Their order; creation order when absent.
    pub sort: Option<Sort<'a>>,
    /// 1-based position of the first one.
    pub start_index: i64,
    /// Most resources to return.
    pub count: i64,
}

impl<'a> ListQuery<'a> {
    /// Reads the parameters.
    ///
    /// Errors: `invalidFilter`, `invalidPath` (sortBy), `invalidValue` (numbers, sortOrder).
    pub fn parse(
        parameters: &Parameters,
        resource_type: &'a ResourceType,
        leniency: &Leniency,
        limits: Limits,
    ) -> Result<Self, ScimError> {
        let condition = match parameters.get("filter").filter(|text| !text.is_empty()) {
            Some(text) => Some(condition(text, resource_type, leniency, limits)?),
            None => None,
        };
        let descending = descending(parameters.get("sortOrder"))?;
        let sort = match parameters.get("sortBy").filter(|path| !path.is_empty()) {
            Some(path) => Some(Sort {
                by: sort_target(path, resource_type, leniency)?,
                descending,
            }),
            None => None,
        };
        let start_index = integer(parameters, "startIndex")?.unwrap_or(1).max(1);
        let count = integer(parameters, "count")?.unwrap_or(limits.page_size_default);
        Ok(Self {
            condition,
            sort,
            start_index,
            count: count.clamp(0, limits.page_size_max),
        })
    }
}

fn condition<'a>(
    text: &str,
    resource_type: &'a ResourceType,
    leniency: &Leniency,
    limits: Limits,
) -> Result<Condition<'a>, ScimError> {
    if text.len() > limits.filter_bytes_max {
        return Err(ScimError::InvalidFilter(format!(
            "{} bytes; at most {} are allowed",
            text.len(),
            limits.filter_bytes_max
        )));
    }
    filter::condition::resolve(&filter::parse(text)?, resource_type, leniency)
}

fn descending(order: Option<&str>) -> Result<bool, ScimError> {
    let order = order.unwrap_or_default();
    let is = |word: &str| word.eq_ignore_ascii_case(order);
    match order {
        "" => Ok(false),
        _ if is("ascending") => Ok(false),
        _ if is("descending") => Ok(true),
        _ => Err(ScimError::invalid_value(
            "sortOrder",
            "is \"ascending\" or \"descending\"",
        )),
    }
}

fn sort_target<'a>(
    path: &str,
    resource_type: &'a ResourceType,
    leniency: &Leniency,
) -> Result<AttributeRef<'a>, ScimError> {
    let invalid = |detail: String| ScimError::InvalidPath(format!("sortBy: {detail}"));
    let parsed = AttrPath::parse(path)
        .ok_or_else(|| invalid(format!("\"{path}\" is not an attribute path")))?;
    let target = match resolve(&parsed, resource_type, leniency) {
        Ok(Target::Attribute(target)) => target,
        Ok(Target::Extension(schema)) => {
            return Err(invalid(format!(
                "\"{}\" is a schema, not an attribute",
                schema.id
            )));
        }
        Err(unknown) => return Err(invalid(unknown.to_string())),
    };
    let hidden = [target.leaf(), target.attribute]
        .iter()
        .any(|attribute| attribute.returned == Returned::Never);
    if hidden || target.is_nested_list() {
        return Err(invalid(format!("\"{target}\" cannot be sorted by")));
    }
    if !target.leaf().is_complex() {
        return Ok(target);
    }
    match target
        .attribute
        .default_sub_attribute()
        .filter(|_| target.attribute.multi_valued)
    {
        Some(value) if !value.multi_valued => Ok(target.with_sub(Some(value))),
        _ => Err(invalid(format!(
            "\"{target}\" is complex; name a sub-attribute"
        ))),
    }
}

/// A whole number of any size: what does not fit 64 bits is as good as the nearest that does.
fn integer(parameters: &Parameters, name: &str) -> Result<Option<i64>, ScimError> {
    let Some(text) = parameters
        .get(name)
        .map(str::trim)
        .filter(|text| !text.is_empty())
    else {
        return Ok(None);
    };
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ScimError::invalid_value(
            name,
            format!("is a whole number, not \"{text}\""),
        ));
    }
    let saturated = if text.starts_with('-') {
        i64::MIN
    } else {
        i64::MAX
    };
    Ok(Some(text.parse().unwrap_or(saturated)))
}

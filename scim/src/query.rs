//! The query of a list (RFC 7644 §3.4.2, RFC 9865): filter, sort, page; over one resource type or, at the root, over all.

use std::sync::Arc;

use serde_json::json;

use super::ScimError;
use super::filter::{self, Condition, Filter};
use super::path::{AttrPath, AttributeRef, Target, resolve};
use super::profile::Leniency;
use super::resource_type::ResourceType;
use super::schema::Returned;

/// Query parameters as they arrived: decoded, in order.
#[derive(Debug, Clone, Default)]
pub struct Parameters(Vec<(String, String)>);

/// Parameters that mean something; the others are ignored.
const KNOWN: [&str; 8] = [
    "filter",
    "sortBy",
    "sortOrder",
    "startIndex",
    "count",
    "cursor",
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
    /// How long a cursor holds, and a walk by index may pause, in seconds.
    pub cursor_timeout_s: u64,
}

/// Which resources of one type belong to a list, and what they are ordered by.
#[derive(Debug)]
pub struct Selection<'a> {
    /// The type.
    pub resource_type: &'a ResourceType,
    /// What the resources must satisfy.
    pub condition: Option<Condition<'a>>,
    /// The attribute whose values are compared; `None` where the type has no such attribute.
    pub sort_by: Option<AttributeRef<'a>>,
}

/// How a client pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Paging {
    /// By the 1-based position of the first resource (RFC 7644 §3.4.2.4).
    Index(i64),
    /// By a cursor of ours; the first page has none (RFC 9865 §2).
    Cursor(Option<String>),
}

/// The direction of a sorted list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the RFC's")]
pub enum SortOrder {
    Ascending,
    Descending,
}

impl SortOrder {
    /// The order as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ascending => "ascending",
            Self::Descending => "descending",
        }
    }
}

/// A list's query, resolved against its resource types.
#[derive(Debug)]
pub struct ListQuery<'a> {
    /// What belongs to the list, type by type.
    pub selections: Vec<Selection<'a>>,
    /// Its order; creation order when absent.
    pub sort: Option<SortOrder>,
    /// Where the page begins.
    pub paging: Paging,
    /// Most resources to return.
    pub count: i64,
    /// Whether the client named a count.
    pub count_given: bool,
}

impl<'a> ListQuery<'a> {
    /// Reads the parameters of a list over `resource_types`: one of them at its endpoint, several at the root.
    ///
    /// At the root an attribute that a type lacks has no value there (RFC 7644 §3.4.2.1).
    /// Errors: `invalidFilter`, `invalidPath` (sortBy), `invalidValue` (numbers, sortOrder, `startIndex` beside `cursor`),
    /// `invalidCount` (with a cursor).
    pub fn parse(
        parameters: &Parameters,
        resource_types: &'a [Arc<ResourceType>],
        leniency: &Leniency,
        limits: Limits,
    ) -> Result<Self, ScimError> {
        let filter = match given(parameters, "filter") {
            Some(text) => Some(parse_filter(text, limits)?),
            None => None,
        };
        let order = sort_order(parameters.get("sortOrder"))?;
        let path = given(parameters, "sortBy");
        let several = resource_types.len() > 1;
        let mut selections = Vec::with_capacity(resource_types.len());
        let mut unsortable = None;
        for resource_type in resource_types {
            let resolve = if several {
                filter::condition::resolve_at_root
            } else {
                filter::condition::resolve
            };
            let condition = filter
                .as_ref()
                .map(|filter| resolve(filter, resource_type, leniency))
                .transpose()?;
            let sort_by = match path.map(|path| sort_target(path, resource_type, leniency)) {
                Some(Err(error)) => {
                    unsortable = Some(error);
                    None
                }
                other => other.transpose()?,
            };
            selections.push(Selection {
                resource_type,
                condition,
                sort_by,
            });
        }
        let sorted = selections
            .iter()
            .any(|selection| selection.sort_by.is_some());
        if let Some(error) = unsortable.filter(|_| !sorted) {
            return Err(error);
        }
        let paging = paging(parameters)?;
        let count = count(parameters, &paging)?;
        Ok(Self {
            selections,
            sort: path.map(|_| order),
            paging,
            count: count
                .unwrap_or(limits.page_size_default)
                .clamp(0, limits.page_size_max),
            count_given: count.is_some(),
        })
    }

    /// Whether the list is everything there is in creation order: nothing that is created or changed during a walk can then
    /// come in before its end.
    pub fn is_plain(&self) -> bool {
        let unfiltered = |selection: &Selection<'_>| selection.condition.is_none();
        self.sort.is_none() && self.selections.iter().all(unfiltered)
    }

    /// What tells this list from others of the tenant: all that decides which resources are in it and in which order.
    pub fn signature(&self, parameters: &Parameters) -> String {
        let types: Vec<&str> = self
            .selections
            .iter()
            .map(|selection| selection.resource_type.name.as_str())
            .collect();
        json!([
            types,
            given(parameters, "filter"),
            given(parameters, "sortBy"),
            self.sort == Some(SortOrder::Descending),
        ])
        .to_string()
    }
}

/// A parameter that is there and not empty.
fn given<'p>(parameters: &'p Parameters, name: &str) -> Option<&'p str> {
    parameters.get(name).filter(|text| !text.is_empty())
}

fn paging(parameters: &Parameters) -> Result<Paging, ScimError> {
    let start_index = integer(parameters, "startIndex")?;
    match (parameters.get("cursor"), start_index) {
        (Some(_), Some(_)) => Err(ScimError::invalid_value(
            "startIndex",
            "cannot be combined with `cursor`",
        )),
        (Some(cursor), None) => {
            let cursor = Some(cursor).filter(|cursor| !cursor.is_empty());
            Ok(Paging::Cursor(cursor.map(str::to_owned)))
        }
        (None, start_index) => Ok(Paging::Index(start_index.unwrap_or(1).max(1))),
    }
}

fn count(parameters: &Parameters, paging: &Paging) -> Result<Option<i64>, ScimError> {
    integer(parameters, "count").map_err(|error| match paging {
        Paging::Index(_) => error,
        Paging::Cursor(_) => ScimError::InvalidCount(error.to_string()),
    })
}

fn parse_filter(text: &str, limits: Limits) -> Result<Filter, ScimError> {
    if text.len() > limits.filter_bytes_max {
        return Err(ScimError::InvalidFilter(format!(
            "{} bytes; at most {} are allowed",
            text.len(),
            limits.filter_bytes_max
        )));
    }
    filter::parse(text)
}

fn sort_order(order: Option<&str>) -> Result<SortOrder, ScimError> {
    let order = order.unwrap_or_default();
    let is = |word: &str| word.eq_ignore_ascii_case(order);
    match order {
        "" => Ok(SortOrder::Ascending),
        _ if is("ascending") => Ok(SortOrder::Ascending),
        _ if is("descending") => Ok(SortOrder::Descending),
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

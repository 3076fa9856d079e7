//! A list's query, resolved against its resource types.

use std::sync::Arc;

use serde_json::json;

use super::limits::Limits;
use super::paging::{Paging, count, paging};
use super::parameters::{Parameters, given};
use super::selection::Selection;
use super::sort_order::SortOrder;
use crate::ScimError;
use crate::filter;
use crate::filter::Filter;
use crate::path::{AttrPath, AttributeRef, Target, resolve};
use crate::profile::{Leniency, Rule};
use crate::quote::quoted;
use crate::resource_type::ResourceType;
use crate::schema::Returned;

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
        let filter = match parameters.get("filter") {
            Some("") if leniency.allows(Rule::EmptyFilter) => None,
            Some(text) => Some(parse_filter(text, limits)?),
            None => None,
        };
        let order = sort_order(parameters.get("sortOrder"))?;
        let path = given(parameters, "sortBy");
        let selections = selections(resource_types, filter.as_ref(), path, leniency)?;
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

    /// Whether the list has every resource, in creation order. What is created or changed during a walk then comes at its
    /// end.
    pub fn is_plain(&self) -> bool {
        self.sort.is_none() && !self.is_filtered()
    }

    /// Whether a filter leaves some resources out.
    pub fn is_filtered(&self) -> bool {
        let mut selections = self.selections.iter();
        selections.any(|selection| selection.condition.is_some())
    }

    /// A text that tells this list from others of the tenant. It holds everything that decides which resources are in the
    /// list, and in which order.
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

/// What belongs to the list, of each type. One type that can be sorted by the path is enough.
fn selections<'a>(
    resource_types: &'a [Arc<ResourceType>],
    filter: Option<&Filter>,
    path: Option<&str>,
    leniency: &Leniency,
) -> Result<Vec<Selection<'a>>, ScimError> {
    let resolve = if resource_types.len() > 1 {
        filter::resolve_at_root
    } else {
        filter::resolve
    };
    let mut selections = Vec::with_capacity(resource_types.len());
    let mut unsortable = None;
    for resource_type in resource_types {
        let condition = filter.map(|filter| resolve(filter, resource_type, leniency));
        let condition = condition.transpose()?;
        let sort_by = path.map(|path| sort_target(path, resource_type, leniency));
        let sort_by =
            sort_by.and_then(|target| target.map_err(|error| unsortable = Some(error)).ok());
        selections.push(Selection {
            resource_type,
            condition,
            sort_by,
        });
    }
    let sorted = selections
        .iter()
        .any(|selection| selection.sort_by.is_some());
    match unsortable.filter(|_| !sorted) {
        Some(error) => Err(error),
        None => Ok(selections),
    }
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
        .ok_or_else(|| invalid(format!("{} is not an attribute path", quoted(path))))?;
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

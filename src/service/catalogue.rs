//! Values from a catalogue. `roles` and `entitlements` of users hold ids of resources of certain types. The server
//! fills in the name and the type of each.

use std::collections::{HashMap, HashSet};

use scim::patch::Patched;
use scim::resource_type::ResourceType;
use scim::schema::Attribute;
use scim::{Document, ScimError};
use serde_json::Value;

use super::request::Request;
use crate::store::{Named, Result, Session};

/// Most characters of a value that an error quotes.
const QUOTED_MAX: usize = 100;

/// As [`fill`], for the outcome of a PUT or PATCH.
pub(super) fn settle(
    request: &Request,
    session: &mut Session<'_>,
    stored: Option<&Document>,
    outcome: &mut Patched<'_>,
) -> Result<()> {
    if outcome.changed {
        fill(request, session, stored, &mut outcome.document)?;
        outcome.changed = stored.is_none_or(|stored| outcome.document != *stored);
    }
    Ok(())
}

/// Checks the values that come from catalogues and fills in `display` and `type`.
///
/// Values that a write does not change are not checked again: a role that was withdrawn meanwhile must not prevent a
/// change of `active`.
///
/// Errors: `invalidValue` for a value that is in no catalogue, for a second value where one is allowed, and for a
/// missing value.
pub(super) fn fill(
    request: &Request,
    session: &mut Session<'_>,
    stored: Option<&Document>,
    document: &mut Document,
) -> Result<()> {
    let drawn = drawn_attributes(request);
    let is_touched = |attribute: &Attribute| {
        let name = &attribute.name;
        stored.is_none_or(|stored| stored.get(name) != document.get(name))
    };
    let touched: Vec<_> = drawn
        .into_iter()
        .filter(|(attribute, _)| is_touched(attribute))
        .collect();
    let ids: HashSet<String> = touched
        .iter()
        .flat_map(|(attribute, _)| values(document.get(&attribute.name)))
        .map(str::to_owned)
        .collect();
    let ids: Vec<String> = ids.into_iter().collect();
    let entries = session.named_resources(&ids)?;
    let entries: HashMap<&str, &Named> = entries
        .iter()
        .map(|entry| (entry.id.as_str(), entry))
        .collect();
    for (attribute, catalogues) in touched {
        let before = stored.and_then(|stored| stored.get(&attribute.name));
        let now = document.get(&attribute.name);
        if before.is_none() || !same_values(before, now) {
            check(attribute, &catalogues, before, now, &entries)?;
        }
        if let Some(Value::Array(elements)) = document.object_mut().get_mut(&attribute.name) {
            describe_all(attribute, &catalogues, elements, &entries);
        }
    }
    Ok(())
}

fn describe_all(
    attribute: &Attribute,
    catalogues: &[&ResourceType],
    elements: &mut Vec<Value>,
    entries: &HashMap<&str, &Named>,
) {
    let listed = |entry: &Named| {
        let mut catalogues = catalogues.iter();
        catalogues.any(|catalogue| catalogue.name == entry.resource_type)
    };
    for element in elements.iter_mut() {
        let id = element.get("value").and_then(Value::as_str);
        let entry = id.and_then(|id| entries.get(id));
        if let Some(entry) = entry.filter(|entry| listed(entry)) {
            describe(attribute, element, entry);
        }
    }
    without_twins(elements);
}

/// The attributes whose values come from catalogues, each with its catalogues.
fn drawn_attributes(request: &Request) -> Vec<(&Attribute, Vec<&ResourceType>)> {
    let registry = &request.call.tenancy.registry;
    let mut found: Vec<(&Attribute, Vec<&ResourceType>)> = Vec::new();
    for (attribute, catalogue) in registry.catalogues_of(&request.resource_type) {
        let known = found
            .iter_mut()
            .find(|(known, _)| known.name == attribute.name);
        match known {
            Some((_, catalogues)) => catalogues.push(catalogue),
            None => found.push((attribute, vec![catalogue])),
        }
    }
    found
}

fn values(elements: Option<&Value>) -> impl Iterator<Item = &str> {
    let elements = elements.and_then(Value::as_array).into_iter().flatten();
    elements.filter_map(|element| element.get("value")?.as_str())
}

fn same_values(before: Option<&Value>, now: Option<&Value>) -> bool {
    let set = |elements| values(elements).collect::<HashSet<_>>();
    set(before) == set(now)
}

fn check(
    attribute: &Attribute,
    catalogues: &[&ResourceType],
    before: Option<&Value>,
    elements: Option<&Value>,
    entries: &HashMap<&str, &Named>,
) -> std::result::Result<(), ScimError> {
    let known: HashSet<&str> = values(before).collect();
    let place = format!("{}.value", attribute.name);
    let mut held: HashMap<&str, HashSet<&str>> = HashMap::new();
    for id in values(elements) {
        let listing = entries.get(id).and_then(|entry| {
            let mut catalogues = catalogues.iter();
            catalogues.find(|catalogue| catalogue.name == entry.resource_type)
        });
        let Some(listing) = listing else {
            // A value that was withdrawn since then must not prevent a change of the others.
            if known.contains(id) {
                continue;
            }
            let names: Vec<&str> = catalogues.iter().map(|one| one.name.as_str()).collect();
            let text = format!("no {} has the id \"{id:.QUOTED_MAX$}\"", names.join(" or "));
            return Err(ScimError::invalid_value(place, text));
        };
        held.entry(&listing.name).or_default().insert(id);
    }
    for drawn in catalogues {
        let number = held.get(drawn.name.as_str()).map_or(0, HashSet::len);
        let Some(catalogue) = &drawn.catalogue else {
            continue;
        };
        if number > 1 && !catalogue.multi_valued {
            let text = format!("names {number} of {}; one is allowed", drawn.name);
            return Err(ScimError::invalid_value(place, text));
        }
        if number == 0 && catalogue.required {
            let text = format!("must name a {}", drawn.name);
            return Err(ScimError::invalid_value(place, text));
        }
    }
    Ok(())
}

/// Writes the entry's name and type into the sub-attributes, where the schema has them.
fn describe(attribute: &Attribute, element: &mut Value, entry: &Named) {
    let Value::Object(element) = element else {
        return;
    };
    let described = [
        ("display", entry.display.as_ref()),
        ("type", Some(&entry.resource_type)),
    ];
    for (name, text) in described {
        let Some(sub) = attribute.sub_attribute(name) else {
            continue;
        };
        match text {
            Some(text) => element.insert(sub.name.clone(), text.as_str().into()),
            None => element.shift_remove(&sub.name),
        };
    }
}

/// Merges elements that are equal now that they are described. If one was primary, the merged one is primary.
fn without_twins(elements: &mut Vec<Value>) {
    let mut first: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<Value> = Vec::with_capacity(elements.len());
    for element in elements.drain(..) {
        let id = element["value"].as_str().unwrap_or_default().to_owned();
        match first.get(&id) {
            Some(position) if element.get("primary") == Some(&Value::Bool(true)) => {
                kept[*position]["primary"] = Value::Bool(true);
            }
            Some(_) => {}
            None => {
                first.insert(id, kept.len());
                kept.push(element);
            }
        }
    }
    *elements = kept;
}

//! The elements of one multi-valued attribute while operations change them.

use serde_json::Value;

use super::assign::{assign, merge, sub_value};
use super::faults::no_target;
use super::known::{Known, Listed};
use super::meter::{Meter, weight};
use crate::ScimError;
use crate::canonical::{self, Context, VALUES_MAX, single_primary};
use crate::filter::Condition;
use crate::filter::eval::element_holds;
use crate::json::Object;
use crate::path::AttributeRef;
use crate::resource_type::ResourceType;
use crate::schema::Attribute;

/// Sub-attributes that describe a value. Without a value they mean nothing.
const DESCRIPTIVE: [&str; 3] = ["type", "primary", "display"];

pub(super) struct Elements<'t> {
    attribute: &'t Attribute,
    items: Vec<Value>,
}

impl<'t> Elements<'t> {
    pub(super) fn new(attribute: &'t Attribute, current: Option<Value>) -> Self {
        let items = match current {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        };
        Self { attribute, items }
    }

    /// What it costs to look at each element once.
    pub(super) fn weight(&self) -> usize {
        weight(&self.items)
    }

    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    pub(super) fn into_value(self) -> Option<Value> {
        (!self.items.is_empty()).then_some(Value::Array(self.items))
    }

    /// Positions of the elements that satisfy the condition.
    pub(super) fn select(
        &self,
        condition: &Condition<'_>,
        resource_type: &ResourceType,
    ) -> Vec<usize> {
        let numbered = self.items.iter().enumerate();
        numbered
            .filter(|(_, element)| element_holds(condition, element, resource_type))
            .map(|(index, _)| index)
            .collect()
    }

    /// Positions of the elements that lack the target's sub-attribute.
    pub(super) fn without(&self, target: AttributeRef<'_>) -> Vec<usize> {
        let name = &target.leaf().name;
        (0..self.items.len())
            .filter(|index| self.items[*index].get(name).is_none())
            .collect()
    }

    /// Appends what is not there yet. If an element has the same `value` and `type`, it is brought up to date instead.
    pub(super) fn add(&mut self, added: Vec<Value>, meter: &Meter) -> Result<(), ScimError> {
        single_primary(self.attribute, &added)?;
        let mut known = Known::new(self.attribute, &self.items, &added, meter)?;
        let mut became_primary = Vec::new();
        for element in added {
            let sent_as_primary = is_primary(&element);
            let index = known.find(&element).unwrap_or(self.items.len());
            match self.items.get_mut(index) {
                Some(Value::Object(known)) => {
                    if let Value::Object(sent) = element {
                        known.extend(sent);
                    }
                }
                Some(_) => {}
                None => {
                    known.learn(index, &element);
                    self.items.push(element);
                }
            }
            if sent_as_primary {
                became_primary.push(index);
            }
        }
        self.check_count()?;
        self.settle_primary(&became_primary)
    }

    /// Drops repeated values (RFC 7643 §2.4). Only a change of `value`, `$ref` or `type` can make two values equal.
    fn drop_repeats(&mut self, changed: AttributeRef<'_>) {
        let tells_apart = match changed.sub {
            Some(sub) if self.attribute.default_sub_attribute().is_some() => {
                ["value", "$ref", "type"].contains(&sub.name.as_str())
            }
            _ => true,
        };
        if tells_apart {
            canonical::without_repeats(self.attribute, &mut self.items);
        }
    }

    fn check_count(&self) -> Result<(), ScimError> {
        if self.items.len() > VALUES_MAX {
            return Err(ScimError::invalid_value(
                &self.attribute.name,
                format!("has at most {VALUES_MAX} values"),
            ));
        }
        Ok(())
    }

    /// Removes elements (no sub-attribute in the target) or the sub-attribute of each. What is left of an element
    /// without its value is dropped when it only described the value.
    pub(super) fn remove(
        &mut self,
        selected: &[usize],
        target: AttributeRef<'_>,
    ) -> Result<(), ScimError> {
        let Some(sub) = target.sub else {
            let mut index = 0;
            // `selected` is ascending.
            self.items.retain(|_| {
                index += 1;
                selected.binary_search(&(index - 1)).is_err()
            });
            return Ok(());
        };
        for index in selected {
            if let Value::Object(element) = &mut self.items[*index] {
                assign(target, element, None)?;
            }
        }
        let loses_value = self
            .attribute
            .default_sub_attribute()
            .is_some_and(|value| value.name == sub.name);
        self.items.retain(|element| match element {
            Value::Object(element) if loses_value => !element
                .keys()
                .all(|key| DESCRIPTIVE.contains(&key.as_str())),
            Value::Object(element) => !element.is_empty(),
            _ => true,
        });
        self.drop_repeats(target);
        Ok(())
    }

    /// Removes the elements that a `value` list names.
    pub(super) fn remove_listed(&mut self, listed: &Value, meter: &Meter) -> Result<(), ScimError> {
        let listed = Listed::new(self.attribute, listed);
        meter.charge(listed.ways().saturating_mul(self.weight()))?;
        self.items.retain(|element| !listed.names(element));
        Ok(())
    }

    /// Sets the sub-attribute of the selected elements, or merges into (add) or replaces them whole.
    pub(super) fn set(
        &mut self,
        context: Context<'_>,
        target: AttributeRef<'_>,
        selected: &[usize],
        value: &Value,
        replace: bool,
    ) -> Result<(), ScimError> {
        if target.sub.is_some() {
            self.set_sub(context, target, selected, value)?;
        } else if replace || !self.attribute.is_complex() {
            self.set_whole(context, target, selected, value)?;
        } else {
            self.merge_into(context, target, selected, value)?;
        }
        self.settle_primary(selected)?;
        self.items.retain(|element| !element.is_null());
        self.drop_repeats(target);
        Ok(())
    }

    fn set_sub(
        &mut self,
        context: Context<'_>,
        target: AttributeRef<'_>,
        selected: &[usize],
        value: &Value,
    ) -> Result<(), ScimError> {
        let canonical = sub_value(context, target, value)?;
        for index in selected {
            if let Value::Object(element) = &mut self.items[*index] {
                assign(target, element, canonical.clone())?;
            }
        }
        Ok(())
    }

    fn set_whole(
        &mut self,
        context: Context<'_>,
        target: AttributeRef<'_>,
        selected: &[usize],
        value: &Value,
    ) -> Result<(), ScimError> {
        // The path picks single values, so one value that is not in an array needs no leniency here.
        let listed = match value {
            Value::Array(_) => value.clone(),
            single => Value::Array(vec![single.clone()]),
        };
        let mut replacement = canonical::elements(context, target, &listed)?;
        if replacement.len() > 1 {
            return Err(ScimError::invalid_value(
                target.to_string(),
                "a filtered replace takes one value",
            ));
        }
        // An element that holds nothing takes the place of the selected ones: they go.
        let replacement = replacement.pop().unwrap_or_default();
        for index in selected {
            self.items[*index] = replacement.clone();
        }
        Ok(())
    }

    fn merge_into(
        &mut self,
        context: Context<'_>,
        target: AttributeRef<'_>,
        selected: &[usize],
        value: &Value,
    ) -> Result<(), ScimError> {
        let canonical = canonical::one(context, target, value)?;
        for index in selected {
            let current = Some(self.items[*index].take());
            self.items[*index] =
                merge(context, target, current, canonical.clone(), value)?.unwrap_or_default();
        }
        Ok(())
    }

    /// Creates the element that a filter describes, with the value in its place.
    pub(super) fn create(
        &mut self,
        context: Context<'_>,
        target: AttributeRef<'_>,
        condition: &Condition<'_>,
        mut template: Object,
        value: &Value,
    ) -> Result<(), ScimError> {
        let parent = target.with_sub(None);
        match (target.sub, value) {
            (Some(sub), value) => {
                template.insert(sub.name.to_ascii_lowercase(), value.clone());
            }
            (None, Value::Object(sent)) => {
                template.extend(
                    sent.iter()
                        .map(|(key, value)| (key.to_ascii_lowercase(), value.clone())),
                );
            }
            (None, _) => {
                return Err(ScimError::invalid_value(
                    parent.to_string(),
                    "an element is an object of sub-attributes",
                ));
            }
        }
        if let Some(element) = canonical::complex(context, parent, &template)? {
            // The filter must find the element that it makes.
            if !element_holds(condition, &element, context.resource_type) {
                return Err(no_target(target));
            }
            self.items.push(element);
        }
        self.check_count()?;
        self.settle_primary(&[self.items.len().saturating_sub(1)])?;
        canonical::without_repeats(self.attribute, &mut self.items);
        Ok(())
    }

    /// A value that became primary takes the place of the one that was (RFC 7644 §3.5.2).
    fn settle_primary(&mut self, touched: &[usize]) -> Result<(), ScimError> {
        let now: Vec<usize> = touched
            .iter()
            .copied()
            .filter(|index| self.items.get(*index).is_some_and(is_primary))
            .collect();
        let Some(winner) = now.last() else {
            return Ok(());
        };
        if now.iter().any(|index| index != winner) {
            return single_primary(self.attribute, &self.items);
        }
        for (index, element) in self.items.iter_mut().enumerate() {
            if index != *winner && is_primary(element) {
                element["primary"] = Value::Bool(false);
            }
        }
        Ok(())
    }
}

fn is_primary(element: &Value) -> bool {
    element.get("primary") == Some(&Value::Bool(true))
}

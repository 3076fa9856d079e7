//! What an operation does to the value of one attribute, by whether it has one value or many.

use serde_json::Value;

use super::action::Action;
use super::assign;
use super::elements::Elements;
use super::faults::no_target;
use super::patcher::Patcher;
use crate::ScimError;
use crate::canonical;
use crate::canonical::unassigns;
use crate::filter::Condition;
use crate::json::Object;
use crate::path::AttributeRef;
use crate::profile::Rule;
use crate::schema::Mutability;

impl Patcher<'_> {
    pub(super) fn single_valued(
        &mut self,
        target: AttributeRef<'_>,
        action: &Action<'_>,
    ) -> Result<(), ScimError> {
        let Action::Set { value, replace } = action else {
            return self.remove(target);
        };
        let value = canonical::unwrapped(self.context, value);
        let canonical = canonical::one(self.context, target, value)?;
        if !target.attribute.is_complex() {
            return self.put(target, canonical);
        }
        if unassigns(value) || (canonical.is_none() && value.is_string()) {
            return self.put(target, None);
        }
        if *replace && !self.context.leniency.allows(Rule::MergeComplex) {
            return self.put(target, canonical);
        }
        // Listed sub-attributes are set, null ones go, the others stay (RFC 7644 §3.5.2.3).
        let current = self.current(target).cloned();
        let merged = assign::merge(self.context, target, current, canonical, value)?;
        self.put(target, merged)
    }

    pub(super) fn sub_attribute(
        &mut self,
        target: AttributeRef<'_>,
        action: &Action<'_>,
    ) -> Result<(), ScimError> {
        let parent = target.with_sub(None);
        let mut object = match self.current(parent) {
            Some(Value::Object(object)) => object.clone(),
            _ => Object::new(),
        };
        let value = match action {
            Action::Set { value, .. } => assign::sub_value(self.context, target, value)?,
            Action::Remove { .. } => None,
        };
        assign::assign(target, &mut object, value)?;
        self.put(
            parent,
            (!object.is_empty()).then_some(Value::Object(object)),
        )
    }

    pub(super) fn multi_valued(
        &mut self,
        target: AttributeRef<'_>,
        action: &Action<'_>,
    ) -> Result<(), ScimError> {
        match action {
            Action::Set {
                value,
                replace: true,
            } => {
                let value = canonical::attribute_value(self.context, target, value)?;
                self.put(target, value)
            }
            Action::Set {
                value,
                replace: false,
            } => {
                let added = canonical::elements(self.context, target, value)?;
                let mut elements = self.take_elements(target)?;
                elements.add(added, &self.meter)?;
                self.put(target, elements.into_value())
            }
            Action::Remove { value: None } => self.remove(target),
            Action::Remove { value: Some(value) } => {
                self.listed_removal(target)?;
                let mut elements = self.take_elements(target)?;
                elements.remove_listed(value, &self.meter)?;
                self.put(target, elements.into_value())
            }
        }
    }

    /// `attr[filter]` and `attr[filter].sub`.
    pub(super) fn filtered(
        &mut self,
        target: AttributeRef<'_>,
        condition: &Condition<'_>,
        terms: usize,
        template: Option<Object>,
        action: &Action<'_>,
    ) -> Result<(), ScimError> {
        let mut elements = self.take_elements(target)?;
        self.meter.charge(elements.weight().saturating_mul(terms))?;
        let selected = elements.select(condition, self.context.resource_type);
        if selected.len() > 1 && !self.context.leniency.allows(Rule::ManyElementPaths) {
            let fault = format!(
                "the filter of the path selects {} values of {}; it may select only one here",
                selected.len(),
                target.with_sub(None)
            );
            return Err(ScimError::InvalidFilter(fault));
        }
        match action {
            Action::Remove { .. } => elements.remove(&selected, target)?,
            Action::Set { value, .. } if unassigns(value) => elements.remove(&selected, target)?,
            Action::Set { value, replace } if selected.is_empty() => {
                let creates = target.attribute.is_complex() && (target.sub.is_some() || !replace);
                let template = template.filter(|_| {
                    creates && self.context.leniency.allows(Rule::CreateFromValueFilter)
                });
                let template = template.ok_or_else(|| no_target(target))?;
                elements.create(self.context, target, condition, template, value)?;
            }
            Action::Set { value, replace } => {
                self.charge_copies(selected.len(), value)?;
                elements.set(self.context, target, &selected, value, *replace)?
            }
        }
        self.put(target.with_sub(None), elements.into_value())
    }

    /// `attr.sub` without a filter addresses that sub-attribute of every element.
    pub(super) fn every_element(
        &mut self,
        target: AttributeRef<'_>,
        action: &Action<'_>,
    ) -> Result<(), ScimError> {
        let mut elements = self.take_elements(target)?;
        let all: Vec<usize> = (0..elements.len()).collect();
        match action {
            Action::Remove { .. } => elements.remove(&all, target)?,
            Action::Set { value, .. } if unassigns(value) => elements.remove(&all, target)?,
            Action::Set { .. } if all.is_empty() => return Err(no_target(target)),
            Action::Set {
                value,
                replace: true,
            } => {
                self.charge_copies(all.len(), value)?;
                elements.set(self.context, target, &all, value, true)?
            }
            Action::Set {
                value,
                replace: false,
            } => {
                let missing = elements.without(target);
                self.charge_copies(missing.len(), value)?;
                elements.set(self.context, target, &missing, value, false)?;
            }
        }
        self.put(target.with_sub(None), elements.into_value())
    }

    /// Takes the elements out of the document until they are put back. That is safe because an operation that fails ends the
    /// request.
    fn take_elements<'t>(&mut self, target: AttributeRef<'t>) -> Result<Elements<'t>, ScimError> {
        let current = match target.attribute.mutability {
            // The old value of an immutable attribute is compared with the new one.
            Mutability::Immutable => self.current(target).cloned(),
            _ => self.current_mut(target).map(Value::take),
        };
        let elements = Elements::new(target.attribute, current);
        self.meter.charge(elements.weight())?;
        Ok(elements)
    }
}

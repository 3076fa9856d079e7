//! The document that operations change.

use std::collections::HashSet;

use serde_json::Value;

use super::assign::set;
use super::members::MemberChange;
use super::meter;
use super::meter::Meter;
use crate::canonical::{Context, immutable};
use crate::json::Object;
use crate::password::PasswordFate;
use crate::path::{AttributeRef, Home};
use crate::schema::Mutability;
use crate::{Document, ScimError};

/// A document on its way through the operations. Each rule of PATCH adds its own methods, in a file of its own.
pub(super) struct Patcher<'a> {
    pub(super) context: Context<'a>,
    pub(super) document: Document,
    pub(super) password: PasswordFate,
    pub(super) members: Vec<MemberChange<'a>>,
    pub(super) meter: Meter,
    /// The attributes that the value of the present operation has named so far.
    pub(super) named: HashSet<String>,
}

impl<'a> Patcher<'a> {
    pub(super) fn new(context: Context<'a>, document: &Document, meter: &Meter) -> Self {
        Self {
            context,
            document: document.clone(),
            password: PasswordFate::default(),
            members: Vec::new(),
            meter: meter.clone(),
            named: HashSet::new(),
        }
    }

    pub(super) fn current_mut(&mut self, target: AttributeRef<'_>) -> Option<&mut Value> {
        match target.home {
            Home::Common | Home::Core => self.document.object_mut().get_mut(&target.attribute.name),
            Home::Extension(urn) => self
                .document
                .object_mut()
                .get_mut(urn)?
                .get_mut(&target.attribute.name),
        }
    }

    pub(super) fn current(&self, target: AttributeRef<'_>) -> Option<&Value> {
        target.value_in(&self.document)
    }

    pub(super) fn remove(&mut self, target: AttributeRef<'_>) -> Result<(), ScimError> {
        if target.attribute.required {
            return Err(ScimError::Mutability {
                attribute: target.to_string(),
                reason: "is required and cannot be removed",
            });
        }
        self.put(target, None)
    }

    /// Assigns or unassigns a whole attribute; extensions come and go with their attributes.
    pub(super) fn put(
        &mut self,
        target: AttributeRef<'_>,
        value: Option<Value>,
    ) -> Result<(), ScimError> {
        let current = self.current(target);
        if target.attribute.mutability == Mutability::Immutable
            && current.is_some()
            && current != value.as_ref()
        {
            return Err(immutable(&target.to_string()));
        }
        let name = target.attribute.name.as_str();
        let Home::Extension(urn) = target.home else {
            set(self.document.object_mut(), name, value);
            return Ok(());
        };
        let inside = self
            .document
            .object_mut()
            .entry(urn)
            .or_insert_with(|| Value::Object(Object::new()));
        if let Value::Object(inside) = inside {
            set(inside, name, value);
            if inside.is_empty() {
                self.document.object_mut().remove(urn);
            }
        }
        Ok(())
    }

    /// Counts the work of copying one value into many elements.
    pub(super) fn charge_copies(
        &mut self,
        elements: usize,
        value: &Value,
    ) -> Result<(), ScimError> {
        let each = meter::weight(std::slice::from_ref(value));
        self.meter.charge(elements.saturating_mul(each))
    }
}

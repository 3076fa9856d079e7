//! What an operation on a path may do, and which rule carries it out.

use super::action::Action;
use super::faults::removes_by_path;
use super::patcher::Patcher;
use super::path::PatchPath;
use super::template::template;
use crate::ScimError;
use crate::canonical::{is_schemas, secret};
use crate::filter::{Condition, Filter, resolve_element};
use crate::password::PasswordFate;
use crate::path::{AttributeRef, Target};
use crate::profile::Rule;
use crate::quote::quoted;
use crate::schema::Mutability;

impl<'a> Patcher<'a> {
    /// Carries out an action on what a path means.
    pub(super) fn target(
        &mut self,
        path: &PatchPath,
        target: Target<'a>,
        action: &Action<'_>,
    ) -> Result<(), ScimError> {
        match target {
            Target::Extension(schema) => self.extension(path, schema, action),
            Target::Attribute(target) => self.attribute(path, target, action),
        }
    }

    /// `target` is what stands before the brackets, `leaf` what the whole path means.
    fn attribute(
        &mut self,
        path: &PatchPath,
        target: AttributeRef<'a>,
        action: &Action<'_>,
    ) -> Result<(), ScimError> {
        let leaf = self.leaf(path, target)?;
        if is_schemas(target) {
            return self.schemas(path, action);
        }
        check_writable(leaf)?;
        check_brackets(path, target)?;
        let condition = self.condition(path, target)?;
        self.check_removed_value(leaf, condition.as_ref(), action)?;
        if self.context.resource_type.is_members(target.attribute) {
            path.filter
                .as_ref()
                .map_or(Ok(()), |filter| self.check_names_one(filter))?;
            return self.edges(leaf, condition, action);
        }
        self.check_whole_element(leaf, condition.as_ref())?;
        if leaf.leaf().mutability == Mutability::WriteOnly {
            return self.secret(leaf, action);
        }
        self.value(path, leaf, condition, action)
    }

    /// The attribute with the sub-attribute that the path names, before or behind its brackets.
    fn leaf(
        &self,
        path: &PatchPath,
        target: AttributeRef<'a>,
    ) -> Result<AttributeRef<'a>, ScimError> {
        let Some(name) = &path.sub else {
            return Ok(target);
        };
        let sub = target.sub_named(name.as_str(), self.context.leniency);
        let sub = sub.ok_or_else(|| {
            ScimError::InvalidPath(format!(
                "{} is not a sub-attribute of {target}",
                quoted(name.as_str())
            ))
        })?;
        Ok(target.with_sub(Some(sub)))
    }

    /// What the brackets of a path ask of an element.
    fn condition(
        &self,
        path: &PatchPath,
        target: AttributeRef<'a>,
    ) -> Result<Option<Condition<'a>>, ScimError> {
        let resolved = |filter: &Filter| {
            let context = self.context;
            resolve_element(filter, target, context.resource_type, context.leniency)
        };
        path.filter.as_ref().map(resolved).transpose()
    }

    /// Only a path that means a whole list lets remove take a `value`; elsewhere the path alone says what goes.
    fn check_removed_value(
        &self,
        leaf: AttributeRef<'_>,
        condition: Option<&Condition<'_>>,
        action: &Action<'_>,
    ) -> Result<(), ScimError> {
        let is_list = leaf.attribute.multi_valued && condition.is_none() && leaf.sub.is_none();
        let has_value = matches!(action, Action::Remove { value: Some(_) });
        if is_list || !has_value || self.context.leniency.allows(Rule::IgnoreRemoveValue) {
            return Ok(());
        }
        Err(removes_by_path(leaf))
    }

    /// A path that ends in brackets means whole elements, which not every profile lets a client change.
    fn check_whole_element(
        &self,
        leaf: AttributeRef<'_>,
        condition: Option<&Condition<'_>>,
    ) -> Result<(), ScimError> {
        let is_whole = condition.is_some() && leaf.sub.is_none();
        if !is_whole || self.context.leniency.allows(Rule::WholeElementPaths) {
            return Ok(());
        }
        Err(ScimError::InvalidPath(format!(
            "a path with brackets ends in a sub-attribute here, such as {leaf}[…].value"
        )))
    }

    /// The value changes by the rule for its form.
    fn value(
        &mut self,
        path: &PatchPath,
        leaf: AttributeRef<'a>,
        condition: Option<Condition<'a>>,
        action: &Action<'_>,
    ) -> Result<(), ScimError> {
        match (leaf.attribute.multi_valued, condition, leaf.sub) {
            (true, Some(condition), _) => {
                let template = path.filter.as_ref().and_then(template);
                let terms = path.filter.as_ref().map_or(1, Filter::terms);
                self.filtered(leaf, &condition, terms, template, action)
            }
            (true, None, Some(_)) => self.every_element(leaf, action),
            (true, None, None) => self.multi_valued(leaf, action),
            (false, _, Some(_)) => self.sub_attribute(leaf, action),
            (false, _, None) => self.single_valued(leaf, action),
        }
    }

    /// A password: the document does not hold it.
    fn secret(&mut self, target: AttributeRef<'_>, action: &Action<'_>) -> Result<(), ScimError> {
        let text = match action {
            Action::Set { value, .. } => secret(self.context, target, value)?,
            Action::Remove { .. } => None,
        };
        self.password = text.map_or(PasswordFate::Clear, PasswordFate::Set);
        Ok(())
    }
}

/// Clients change neither a read-only attribute nor a read-only part of one.
fn check_writable(leaf: AttributeRef<'_>) -> Result<(), ScimError> {
    let read_only = [leaf.attribute, leaf.leaf()]
        .iter()
        .any(|attribute| attribute.mutability == Mutability::ReadOnly);
    if !read_only {
        return Ok(());
    }
    Err(ScimError::Mutability {
        attribute: leaf.to_string(),
        reason: "is read-only",
    })
}

/// Brackets select among the values of a multi-valued attribute.
fn check_brackets(path: &PatchPath, target: AttributeRef<'_>) -> Result<(), ScimError> {
    if path.filter.is_none() || (target.attribute.multi_valued && target.sub.is_none()) {
        return Ok(());
    }
    Err(ScimError::InvalidPath(format!(
        "\"{target}\" is not multi-valued; brackets do not apply"
    )))
}

//! Applying operations: in order, on a copy, all or nothing.

use std::collections::HashSet;

use serde_json::Value;

use super::elements;
use super::members::MemberChange;
use super::meter::Meter;
use super::op::Op;
use super::patch_operation::PatchOperation;
use super::path::PatchPath;
use crate::ScimError;
use crate::canonical::{self, Context, check_document, is_schemas, unassigns};
use crate::document::Document;
use crate::filter::condition::resolve_element;
use crate::filter::{Condition, Filter, Literal, Operator};
use crate::json::{Object, describe};
use crate::password::PasswordFate;
use crate::path::{AttributeRef, Target, UnknownPath, resolve};
use crate::profile::Rule;
use crate::schema::{Mutability, Schema};

/// What a PATCH comes to.
#[derive(Debug)]
pub struct Patched<'a> {
    /// The new document.
    pub document: Document,
    /// Whether it differs from the old one. An unchanged one must not move `meta.lastModified` or `meta.version`.
    pub changed: bool,
    /// What happens to the password.
    pub password: PasswordFate,
    /// What happens to the edges.
    pub members: Vec<MemberChange<'a>>,
}

/// Applies PATCH operations to a canonical document.
///
/// Operations run in order on a copy; on error the caller keeps the untouched original. After each operation the
/// document must be sound by itself: required attributes present, at most one primary.
///
/// Errors: `invalidPath`, `invalidFilter`, `noTarget` (a value filter selects nothing), `mutability`, `invalidValue`,
/// 413 (operations on so many elements that they would keep the server busy).
/// Source: RFC 7644 §3.5.2.
pub fn apply<'a>(
    context: Context<'a>,
    document: &Document,
    operations: &[PatchOperation],
) -> Result<Patched<'a>, ScimError> {
    let mut patcher = Patcher {
        context,
        document: document.clone(),
        password: PasswordFate::default(),
        members: Vec::new(),
        meter: Meter::default(),
        named: HashSet::new(),
    };
    for operation in operations {
        patcher.operation(operation)?;
        check_document(context.resource_type, &patcher.document)?;
    }
    elements::check_complete(context.resource_type, &patcher.document)?;
    Ok(Patched {
        changed: patcher.document != *document,
        document: patcher.document,
        password: patcher.password,
        members: patcher.members,
    })
}

pub(super) struct Patcher<'a> {
    pub(super) context: Context<'a>,
    pub(super) document: Document,
    password: PasswordFate,
    members: Vec<MemberChange<'a>>,
    pub(super) meter: Meter,
    /// What the value of the present operation named so far.
    pub(super) named: HashSet<String>,
}

/// An operation with its value checked to be there: `Set` is add or replace.
pub(super) enum Action<'v> {
    Set { value: &'v Value, replace: bool },
    Remove { value: Option<&'v Value> },
}

impl<'v> Action<'v> {
    fn of(operation: &'v PatchOperation) -> Result<Self, ScimError> {
        match (operation.op, &operation.value) {
            (Op::Remove, value) => Ok(Self::Remove {
                value: value.as_ref().filter(|value| !value.is_null()),
            }),
            (op, Some(value)) => Ok(Self::Set {
                value,
                replace: op == Op::Replace,
            }),
            (_, None) => Err(ScimError::invalid_value(
                operation.path.as_deref().unwrap_or("value"),
                "`value` is required for add and replace",
            )),
        }
    }
}

impl<'a> Patcher<'a> {
    fn operation(&mut self, operation: &PatchOperation) -> Result<(), ScimError> {
        let action = Action::of(operation)?;
        self.named.clear();
        let Some(path) = &operation.path else {
            return self.pathless(&action);
        };
        let path = PatchPath::parse(path)?;
        match resolve(
            &path.attribute,
            self.context.resource_type,
            self.context.leniency,
        ) {
            Ok(target) => self.target(&path, target, &action),
            Err(UnknownPath::Undefined { .. })
                if self.context.leniency.allows(Rule::IgnoreUnknownPaths) =>
            {
                Ok(())
            }
            Err(unknown) => Err(ScimError::InvalidPath(unknown.to_string())),
        }
    }

    pub(super) fn target(
        &mut self,
        path: &PatchPath,
        target: Target<'a>,
        action: &Action<'_>,
    ) -> Result<(), ScimError> {
        let target = match target {
            Target::Extension(schema) => return self.extension(path, schema, action),
            Target::Attribute(target) => target,
        };
        let sub =
            match &path.sub {
                None => target.sub,
                Some(name) => Some(target.attribute.sub_attribute(name.as_str()).ok_or_else(
                    || {
                        ScimError::InvalidPath(format!(
                            "\"{name}\" is not a sub-attribute of {target}"
                        ))
                    },
                )?),
            };
        if is_schemas(target) {
            return self.schemas(path, action);
        }
        let leaf = target.with_sub(sub);
        if target.attribute.mutability == Mutability::ReadOnly
            || leaf.leaf().mutability == Mutability::ReadOnly
        {
            return Err(ScimError::Mutability {
                attribute: leaf.to_string(),
                reason: "is read-only",
            });
        }
        if path.filter.is_some() && (!target.attribute.multi_valued || target.sub.is_some()) {
            return Err(ScimError::InvalidPath(format!(
                "\"{target}\" is not multi-valued; brackets do not apply"
            )));
        }
        let condition = match &path.filter {
            Some(filter) => Some(resolve_element(
                filter,
                target,
                self.context.resource_type,
                self.context.leniency,
            )?),
            None => None,
        };
        let lists_values = target.attribute.multi_valued && condition.is_none() && sub.is_none();
        if !lists_values
            && matches!(action, Action::Remove { value: Some(_) })
            && !self.context.leniency.allows(Rule::IgnoreRemoveValue)
        {
            return Err(removes_by_path(leaf));
        }
        if self.context.resource_type.is_members(target.attribute) {
            if let Some(filter) = &path.filter {
                self.check_names_one(filter)?;
            }
            return self.edges(leaf, condition, action);
        }
        if condition.is_some()
            && sub.is_none()
            && !self.context.leniency.allows(Rule::WholeElementPaths)
        {
            return Err(ScimError::InvalidPath(format!(
                "a path with brackets ends in a sub-attribute here, such as {target}[…].value"
            )));
        }
        if leaf.leaf().mutability == Mutability::WriteOnly {
            return self.secret(leaf, action);
        }
        match (target.attribute.multi_valued, condition, sub) {
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

    /// The whole extension: its attributes one by one, or all of them gone.
    fn extension(
        &mut self,
        path: &PatchPath,
        schema: &'a Schema,
        action: &Action<'_>,
    ) -> Result<(), ScimError> {
        if path.filter.is_some() || path.sub.is_some() {
            return Err(ScimError::InvalidPath(format!(
                "\"{}\" is a schema; name an attribute of it",
                schema.id
            )));
        }
        match action {
            Action::Set {
                value: Value::Object(attributes),
                replace,
            } => self.attributes_of(schema, attributes, *replace),
            Action::Remove { value: Some(_) } => Err(ScimError::invalid_value(
                &schema.id,
                "remove takes no `value` here; name an attribute of the schema, or leave `value` out to remove all",
            )),
            Action::Set { value, .. } if !unassigns(value) => Err(ScimError::invalid_value(
                &schema.id,
                format!("is an object of attributes, not {}", describe(value)),
            )),
            _ => {
                self.document.object_mut().remove(&schema.id);
                Ok(())
            }
        }
    }

    /// `schemas` follows the data: naming a known extension changes nothing, removing one drops its data.
    fn schemas(&mut self, path: &PatchPath, action: &Action<'_>) -> Result<(), ScimError> {
        let core = self.context.resource_type.schema.id.clone();
        let keeps_core = ScimError::Mutability {
            attribute: "schemas".into(),
            reason: "always holds the core schema",
        };
        let removed = match (action, &path.filter) {
            (Action::Remove { .. }, Some(Filter::Compare(_, Operator::Eq, Literal::Text(urn)))) => {
                vec![urn.clone()]
            }
            (Action::Remove { value: Some(value) }, None) => texts(value),
            (Action::Remove { .. }, _) => return Err(keeps_core),
            (Action::Set { value, replace }, _) => {
                let named = texts(value);
                if *replace && !named.iter().any(|urn| urn.eq_ignore_ascii_case(&core)) {
                    return Err(keeps_core);
                }
                return canonical::check_known_schemas(self.context, &named);
            }
        };
        for urn in removed {
            if urn.eq_ignore_ascii_case(&core) {
                return Err(keeps_core);
            }
            if let Some(extension) = self.context.resource_type.extension(&urn) {
                self.document.object_mut().remove(&extension.schema.id);
            }
        }
        Ok(())
    }

    /// Whether a filter may pick more than one member; it picks one by its id.
    fn check_names_one(&self, filter: &Filter) -> Result<(), ScimError> {
        let names_one = matches!(filter, Filter::Compare(path, Operator::Eq, _) if path.as_str().eq_ignore_ascii_case("value"));
        if names_one || self.context.leniency.allows(Rule::ManyElementPaths) {
            return Ok(());
        }
        Err(ScimError::InvalidFilter(
            "the filter of the path may pick one member here: value eq \"id\"".into(),
        ))
    }

    fn edges(
        &mut self,
        target: AttributeRef<'a>,
        condition: Option<Condition<'a>>,
        action: &Action<'_>,
    ) -> Result<(), ScimError> {
        let immutable = || ScimError::Mutability {
            attribute: target.to_string(),
            reason: "is immutable; add and remove members as a whole",
        };
        let listed = |value: &Value| canonical::members(self.context, target, value);
        let change = match (condition, target.sub, action) {
            (_, Some(_), _) => return Err(immutable()),
            (Some(condition), None, Action::Remove { .. }) => MemberChange::remove_where(condition),
            (Some(_), None, Action::Set { .. }) => return Err(immutable()),
            (
                None,
                None,
                Action::Set {
                    value,
                    replace: true,
                },
            ) => MemberChange::Replace(listed(value)?),
            (
                None,
                None,
                Action::Set {
                    value,
                    replace: false,
                },
            ) => MemberChange::Add(listed(value)?),
            (None, None, Action::Remove { value: None }) => MemberChange::Replace(Vec::new()),
            (None, None, Action::Remove { value: Some(value) }) => {
                self.listed_removal(target)?;
                MemberChange::Remove(listed(value)?.into_iter().map(|member| member.id).collect())
            }
        };
        self.members.push(change);
        Ok(())
    }

    /// `remove` with a `value` list means these only; the letter of the RFC knows no `value` here, and reading it as
    /// "remove all" empties groups.
    pub(super) fn listed_removal(&self, target: AttributeRef<'_>) -> Result<(), ScimError> {
        if self.context.leniency.allows(Rule::RemoveListedValues) {
            return Ok(());
        }
        Err(removes_by_path(target))
    }

    fn secret(&mut self, target: AttributeRef<'_>, action: &Action<'_>) -> Result<(), ScimError> {
        let text = match action {
            Action::Set { value, .. } => canonical::secret(self.context, target, value)?,
            Action::Remove { .. } => None,
        };
        self.password = text.map_or(PasswordFate::Clear, PasswordFate::Set);
        Ok(())
    }
}

fn removes_by_path(target: AttributeRef<'_>) -> ScimError {
    ScimError::invalid_value(
        target.to_string(),
        "remove takes no `value`; select with a filter in the path",
    )
}

/// The element that a filter of `eq`s on distinct sub-attributes describes; `None` when the filter leaves a choice.
fn template(filter: &Filter) -> Option<Object> {
    let single = std::slice::from_ref(filter);
    let terms = match filter {
        Filter::And(terms) => terms.as_slice(),
        _ => single,
    };
    let mut element = Object::new();
    for term in terms {
        let Filter::Compare(path, Operator::Eq, literal) = term else {
            return None;
        };
        let value = match literal {
            Literal::Text(text) => Value::from(text.as_str()),
            Literal::Number(number) => Value::Number(number.clone()),
            Literal::Boolean(boolean) => Value::Bool(*boolean),
            Literal::Null => return None,
        };
        let repeated = element
            .insert(path.as_str().to_ascii_lowercase(), value)
            .is_some();
        if repeated {
            return None;
        }
    }
    Some(element)
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(object) => object.get("value").map(texts).unwrap_or_default(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    }
}

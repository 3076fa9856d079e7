//! Resolving a filter against a resource type (RFC 7644 §3.4.2.2).

use super::ast::{Filter, Literal, Operator};
use super::condition::Condition;
use super::operand;
use super::operand::{Operand, text_matches};
use super::terms::{
    against_null, compare_absent, default_target, invalid, is_primary, not, present, test,
};
use crate::ScimError;
use crate::compare::{Preparation, check_user_name};
use crate::path::resolve as resolve_path;
use crate::path::{AttrPath, AttributeRef, Home, Target, UnknownPath};
use crate::profile::Leniency;
use crate::quote::quoted;
use crate::resource_type::ResourceType;
use crate::schema::{Returned, Schema};

/// Resolves a filter against a resource type.
///
/// Errors: `invalidFilter` for an unknown attribute, an operator the type does not offer, a literal of another type.
pub fn resolve<'a>(
    filter: &Filter,
    resource_type: &'a ResourceType,
    leniency: &Leniency,
) -> Result<Condition<'a>, ScimError> {
    let known = Strangers::Refused;
    Resolver::new(resource_type, leniency, known).resource(filter)
}

/// As [`resolve`], for one of several types: an attribute that this one lacks has no value (RFC 7644 §3.4.2.1).
pub fn resolve_at_root<'a>(
    filter: &Filter,
    resource_type: &'a ResourceType,
    leniency: &Leniency,
) -> Result<Condition<'a>, ScimError> {
    Resolver::new(resource_type, leniency, Strangers::Absent).resource(filter)
}

/// Resolves what stands inside `attribute[…]`: names are sub-attributes (or `value` for plain elements).
pub fn resolve_element<'a>(
    filter: &Filter,
    attribute: AttributeRef<'a>,
    resource_type: &'a ResourceType,
    leniency: &Leniency,
) -> Result<Condition<'a>, ScimError> {
    Resolver::new(resource_type, leniency, Strangers::Refused).element(filter, attribute)
}

/// What becomes of attributes that the type does not have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strangers {
    /// They are errors.
    Refused,
    /// They have no value.
    Absent,
}

struct Resolver<'a, 'l> {
    resource_type: &'a ResourceType,
    leniency: &'l Leniency,
    strangers: Strangers,
}

impl<'a, 'l> Resolver<'a, 'l> {
    fn new(resource_type: &'a ResourceType, leniency: &'l Leniency, strangers: Strangers) -> Self {
        Self {
            resource_type,
            leniency,
            strangers,
        }
    }

    /// Whether the type lacks the attribute and the filter may name it all the same.
    fn is_absent(&self, path: &AttrPath) -> bool {
        self.strangers == Strangers::Absent
            && matches!(
                resolve_path(path, self.resource_type, self.leniency),
                Err(UnknownPath::Undefined { .. })
            )
    }

    /// The same inside brackets.
    fn lacks_sub(&self, path: &AttrPath, parent: AttributeRef<'a>) -> bool {
        self.strangers == Strangers::Absent && self.sub_target(path, parent).is_err()
    }

    fn resource(&self, filter: &Filter) -> Result<Condition<'a>, ScimError> {
        match filter {
            Filter::And(terms) => terms
                .iter()
                .map(|term| self.resource(term))
                .collect::<Result<_, _>>()
                .map(Condition::And),
            Filter::Or(terms) => terms
                .iter()
                .map(|term| self.resource(term))
                .collect::<Result<_, _>>()
                .map(Condition::Or),
            Filter::Not(term) => Ok(not(self.resource(term)?)),
            Filter::Present(path) | Filter::Element(path, _) if self.is_absent(path) => {
                Ok(Condition::Constant(false))
            }
            Filter::Compare(path, operator, literal) if self.is_absent(path) => {
                Ok(compare_absent(*operator, literal))
            }
            Filter::Present(path) => match self.target(path)? {
                Target::Extension(schema) => Ok(self.extension_present(schema)),
                Target::Attribute(target) => self.present(target),
            },
            Filter::Compare(path, operator, literal) => match self.target(path)? {
                Target::Extension(_) => Err(invalid(format!(
                    "\"{path}\" is a schema, not an attribute; only pr applies"
                ))),
                Target::Attribute(target) => self.compare(target, *operator, literal),
            },
            Filter::Element(path, inner) => match self.target(path)? {
                Target::Attribute(target)
                    if target.sub.is_none()
                        && target.attribute.multi_valued
                        && target.home != Home::Common =>
                {
                    self.readable(target)?;
                    Ok(Condition::Element(
                        target,
                        Box::new(self.element(inner, target)?),
                    ))
                }
                _ => Err(invalid(format!(
                    "\"{path}\" is not multi-valued; brackets do not apply"
                ))),
            },
        }
    }

    fn element(
        &self,
        filter: &Filter,
        parent: AttributeRef<'a>,
    ) -> Result<Condition<'a>, ScimError> {
        let all = |terms: &[Filter]| {
            terms
                .iter()
                .map(|term| self.element(term, parent))
                .collect::<Result<Vec<_>, _>>()
        };
        match filter {
            Filter::And(terms) => Ok(Condition::And(all(terms)?)),
            Filter::Or(terms) => Ok(Condition::Or(all(terms)?)),
            Filter::Not(term) => Ok(not(self.element(term, parent)?)),
            Filter::Present(path) if self.lacks_sub(path, parent) => Ok(Condition::Constant(false)),
            Filter::Compare(path, operator, literal) if self.lacks_sub(path, parent) => {
                Ok(compare_absent(*operator, literal))
            }
            Filter::Present(path) => Ok(test(self.sub_target(path, parent)?, Operand::Present)),
            Filter::Compare(path, operator, literal) => {
                self.element_test(self.sub_target(path, parent)?, *operator, literal)
            }
            Filter::Element(path, _) => Err(invalid(format!(
                "{}: no brackets inside brackets",
                quoted(path.as_str())
            ))),
        }
    }

    fn target(&self, path: &AttrPath) -> Result<Target<'a>, ScimError> {
        resolve_path(path, self.resource_type, self.leniency)
            .map_err(|error: UnknownPath| invalid(error.to_string()))
    }

    fn sub_target(
        &self,
        path: &AttrPath,
        parent: AttributeRef<'a>,
    ) -> Result<AttributeRef<'a>, ScimError> {
        let name = path.as_str();
        if !parent.attribute.is_complex() && name.eq_ignore_ascii_case("value") {
            return Ok(parent);
        }
        let sub = parent.sub_named(name, self.leniency).ok_or_else(|| {
            invalid(format!(
                "{} is not a sub-attribute of {parent}",
                quoted(name)
            ))
        })?;
        Ok(parent.with_sub(Some(sub)))
    }

    /// Values that are never returned cannot be filtered: a filter would reveal them bit by bit.
    fn readable(&self, target: AttributeRef<'a>) -> Result<(), ScimError> {
        if target.leaf().returned == Returned::Never || target.attribute.returned == Returned::Never
        {
            return Err(invalid(format!("\"{target}\" cannot be filtered")));
        }
        Ok(())
    }

    fn extension_present(&self, schema: &'a Schema) -> Condition<'a> {
        let home = Home::Extension(&schema.id);
        let present = |attribute| {
            present(AttributeRef {
                home,
                attribute,
                sub: None,
            })
        };
        Condition::Or(schema.attributes.iter().map(present).collect())
    }

    fn present(&self, target: AttributeRef<'a>) -> Result<Condition<'a>, ScimError> {
        self.readable(target)?;
        if target.home == Home::Common
            && ["schemas", "id", "meta"].contains(&target.attribute.name.as_str())
        {
            return Ok(Condition::Constant(true));
        }
        Ok(present(target))
    }

    fn compare(
        &self,
        target: AttributeRef<'a>,
        operator: Operator,
        literal: &Literal,
    ) -> Result<Condition<'a>, ScimError> {
        self.readable(target)?;
        if *literal == Literal::Null {
            return against_null(operator, self.present(target)?);
        }
        if operator == Operator::Ne {
            return Ok(not(self.compare(target, Operator::Eq, literal)?));
        }
        let target = default_target(target)?;
        if target.home == Home::Common && target.attribute.name == "schemas" {
            return self.schemas(target, operator, literal);
        }
        if target.home == Home::Common && target.leaf().name == "resourceType" {
            let operand = self.operand(target, operator, literal)?;
            let name = Preparation::Exact.key(&self.resource_type.name);
            return Ok(Condition::Constant(text_matches(&operand, &name)));
        }
        if operator == Operator::Eq && self.equals_no_user_name(target, literal) {
            return Ok(Condition::Constant(false));
        }
        let test = self.element_test(target, operator, literal)?;
        Ok(if target.attribute.multi_valued {
            Condition::Element(target.with_sub(None), Box::new(test))
        } else {
            test
        })
    }

    /// A literal that no user name can be equals none, though its key might.
    fn equals_no_user_name(&self, target: AttributeRef<'a>, literal: &Literal) -> bool {
        let Literal::Text(text) = literal else {
            return false;
        };
        self.preparation(target) == Preparation::UserName
            && check_user_name(&target.attribute.name, text, self.leniency).is_err()
    }

    /// `schemas` is derived: the core URN always, an extension's while the resource has data of it.
    fn schemas(
        &self,
        target: AttributeRef<'a>,
        operator: Operator,
        literal: &Literal,
    ) -> Result<Condition<'a>, ScimError> {
        let operand = match self.operand(target, operator, literal)? {
            Operand::Text(operator, urn) => Operand::Text(operator, urn.to_ascii_lowercase()),
            other => other,
        };
        let holds = |urn: &str| text_matches(&operand, &urn.to_ascii_lowercase());
        if holds(&self.resource_type.schema.id) {
            return Ok(Condition::Constant(true));
        }
        let extensions = self.resource_type.extensions.iter();
        let named = extensions.filter(|extension| holds(&extension.schema.id));
        Ok(Condition::Or(
            named
                .map(|extension| self.extension_present(&extension.schema))
                .collect(),
        ))
    }

    /// A test of a value that stands alone or is (part of) an element.
    fn element_test(
        &self,
        target: AttributeRef<'a>,
        operator: Operator,
        literal: &Literal,
    ) -> Result<Condition<'a>, ScimError> {
        if *literal == Literal::Null {
            return against_null(operator, test(target, Operand::Present));
        }
        if operator == Operator::Ne {
            return Ok(not(self.element_test(target, Operator::Eq, literal)?));
        }
        match self.operand(target, operator, literal)? {
            Operand::Boolean(false) if is_primary(target) => {
                Ok(not(test(target, Operand::Boolean(true))))
            }
            operand => Ok(test(target, operand)),
        }
    }

    fn operand(
        &self,
        target: AttributeRef<'a>,
        operator: Operator,
        literal: &Literal,
    ) -> Result<Operand, ScimError> {
        operand::read(
            target,
            operator,
            literal,
            self.preparation(target),
            self.leniency,
        )
    }

    fn preparation(&self, target: AttributeRef<'a>) -> Preparation {
        match (target.home, target.sub) {
            (Home::Core, None) => self.resource_type.preparation(target.attribute),
            _ => target.leaf().preparation(),
        }
    }
}

//! Operations without a path: their value is an object, whose keys say what is changed.

use serde_json::Value;

use super::action::Action;
use super::patcher::Patcher;
use super::path::PatchPath;
use crate::ScimError;
use crate::canonical::{self, Context, is_ignored};
use crate::json::{Object, describe};
use crate::path::{Target, UnknownPath, resolve};
use crate::profile::Rule;
use crate::quote::quoted;
use crate::schema::Schema;

impl<'a> Patcher<'a> {
    /// Without a path, the value is an object of attributes. Each changes by its own rules.
    pub(super) fn pathless(&mut self, action: &Action<'_>) -> Result<(), ScimError> {
        let Action::Set { value, replace } = *action else {
            return Err(ScimError::NoTarget("remove needs a `path`".into()));
        };
        if !self.context.leniency.allows(Rule::PathlessPatch) {
            let fault = "every operation needs a `path` here, one for each attribute";
            return Err(ScimError::InvalidSyntax(fault.into()));
        }
        let Value::Object(attributes) = value else {
            return Err(ScimError::invalid_value(
                "value",
                format!(
                    "without a `path`, value is an object of attributes, not {}",
                    describe(value)
                ),
            ));
        };
        attributes
            .iter()
            .try_for_each(|(key, value)| self.keyed(key, &Action::Set { value, replace }))
    }

    /// One key of a path-less value: an attribute name or (a leniency) a path. Unknown and read-only
    /// attributes are ignored.
    fn keyed(&mut self, key: &str, action: &Action<'_>) -> Result<(), ScimError> {
        let context = self.context;
        let resource_type = context.resource_type;
        let schema = if resource_type.schema.is(key) {
            self.check_key(key)?;
            Some(&resource_type.schema)
        } else {
            canonical::extension_named(context, key).map(|extension| &extension.schema)
        };
        match (schema, action) {
            (
                Some(schema),
                Action::Set {
                    value: Value::Object(attributes),
                    replace,
                },
            ) => self.attributes_of(schema, attributes, *replace),
            (Some(schema), _) => self.path_in_body(&schema.id, action),
            (None, _) => {
                self.check_name(key, key)?;
                self.path_in_body(key, action)
            }
        }
    }

    /// Refuses two keys of one value that name one attribute.
    fn check_once(&mut self, path: &PatchPath, target: Target<'a>) -> Result<(), ScimError> {
        let Target::Attribute(target) = target else {
            return Ok(());
        };
        // Which elements a filter picks is not known yet.
        if path.filter.is_some() || self.named.insert(target.to_string()) {
            return Ok(());
        }
        Err(canonical::twice(target))
    }

    /// Refuses a key that is a path, if the path means something and keys may not be paths.
    fn check_name(&self, key: &str, path: &str) -> Result<(), ScimError> {
        if key.contains(['.', ':', '[']) && self.means_something(path) {
            self.check_key(key)?;
        }
        Ok(())
    }

    /// Whether keys may be paths.
    fn check_key(&self, key: &str) -> Result<(), ScimError> {
        if self.context.leniency.allows(Rule::DottedKeys) {
            return Ok(());
        }
        Err(ScimError::InvalidPath(format!(
            "{} is a path; give it as `path`",
            quoted(key)
        )))
    }

    /// The attributes that stand in an object under their schema's URN.
    pub(super) fn attributes_of(
        &mut self,
        schema: &Schema,
        attributes: &Object,
        replace: bool,
    ) -> Result<(), ScimError> {
        attributes.iter().try_for_each(|(name, value)| {
            let path = format!("{}:{name}", schema.id);
            self.check_name(name, &path)?;
            self.path_in_body(&path, &Action::Set { value, replace })
        })
    }

    fn means_something(&self, path: &str) -> bool {
        let Context {
            resource_type,
            leniency,
            ..
        } = self.context;
        let target = PatchPath::parse(path)
            .ok()
            .and_then(|path| resolve(&path.attribute, resource_type, leniency).ok());
        match target {
            Some(Target::Attribute(target)) => !is_ignored(target),
            Some(Target::Extension(_)) => true,
            None => false,
        }
    }

    /// A path that a body names. Unknown and read-only attributes are ignored there.
    fn path_in_body(&mut self, path: &str, action: &Action<'_>) -> Result<(), ScimError> {
        let context = self.context;
        let Ok(parsed) = PatchPath::parse(path) else {
            return canonical::stranger(context, path);
        };
        match resolve(&parsed.attribute, context.resource_type, context.leniency) {
            Ok(Target::Attribute(target)) if is_ignored(target) => Ok(()),
            Ok(target) => {
                self.check_once(&parsed, target)?;
                self.target(&parsed, target, action)
            }
            Err(UnknownPath::Undefined { .. }) => canonical::stranger(context, path),
            Err(unknown) => Err(ScimError::InvalidPath(unknown.to_string())),
        }
    }
}

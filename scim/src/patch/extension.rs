//! PATCH of a whole extension.

use serde_json::Value;

use super::action::Action;
use super::patcher::Patcher;
use super::path::PatchPath;
use crate::ScimError;
use crate::canonical::unassigns;
use crate::json::describe;
use crate::schema::Schema;

impl<'a> Patcher<'a> {
    /// Sets the attributes of an extension one by one, or removes all of them.
    pub(super) fn extension(
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
}

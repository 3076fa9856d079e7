//! PATCH of the attribute `schemas`.

use serde_json::Value;

use super::action::Action;
use super::patcher::Patcher;
use super::path::PatchPath;
use crate::ScimError;
use crate::canonical::check_known_schemas;
use crate::filter::{Filter, Literal, Operator};

impl Patcher<'_> {
    /// `schemas` follows the data. To add a known extension changes nothing; to remove one removes its data.
    pub(super) fn schemas(
        &mut self,
        path: &PatchPath,
        action: &Action<'_>,
    ) -> Result<(), ScimError> {
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
                return check_known_schemas(self.context, &named);
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
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(object) => object.get("value").map(texts).unwrap_or_default(),
        Value::String(text) => vec![text.clone()],
        _ => Vec::new(),
    }
}

//! The pure evaluator as judge over what the database selects.

use std::sync::Arc;

use scim::ScimError;
use scim::filter::eval::holds;
use scim::filter::parse;
use scim::filter::resolve;
use scim::profile::Leniency;
use scim::resource_type::ResourceType;
use scimd::store::StoreError;
use serde_json::{Map, Value};

use crate::world::{World, text};

/// All resources of one type as clients see them, and the database they are in.
pub(crate) struct Judge<'w> {
    pub(crate) world: &'w World,
    pub(crate) kind: Arc<ResourceType>,
    /// In creation order.
    pub(crate) resources: Vec<Map<String, Value>>,
}

impl<'w> Judge<'w> {
    pub(crate) fn over(world: &'w World, kind: &Arc<ResourceType>) -> Self {
        Self {
            world,
            kind: Arc::clone(kind),
            resources: world.all(kind),
        }
    }

    /// Ids of the resources that satisfy a filter, by the evaluator.
    pub(crate) fn matching(&self, filter: &str) -> Result<Vec<String>, ScimError> {
        let leniency = Leniency::lenient();
        let condition = resolve(&parse(filter)?, &self.kind, &leniency)?;
        let matching = self
            .resources
            .iter()
            .filter(|resource| holds(&condition, resource, &self.kind));
        Ok(matching
            .map(|resource| text(resource, "id").to_owned())
            .collect())
    }

    /// Whether the database selects what the evaluator does, and refuses what it does.
    pub(crate) fn agrees(&self, filter: &str) -> Result<(), String> {
        let selected = self.world.ids(&self.kind, &[("filter", filter)]);
        match (self.matching(filter), selected) {
            (Ok(expected), Ok((ids, total)))
                if ids == expected && total == expected.len() as i64 =>
            {
                Ok(())
            }
            (Err(_), Err(StoreError::Scim(_))) => Ok(()),
            (Ok(expected), Ok((ids, total))) => {
                Err(self.difference(filter, &expected, &ids, total))
            }
            (expected, selected) => Err(format!(
                "{filter}\n  evaluator: {expected:?}\n  database: {selected:?}"
            )),
        }
    }

    fn difference(&self, filter: &str, expected: &[String], ids: &[String], total: i64) -> String {
        let mut report = format!(
            "{filter}\n  evaluator: {}, database: {} of {total}",
            expected.len(),
            ids.len()
        );
        let wrong = |resource: &&Map<String, Value>| {
            let id = text(resource, "id").to_owned();
            expected.contains(&id) != ids.contains(&id)
        };
        // The first says it; the whole would be pages.
        if let Some(resource) = self.resources.iter().find(wrong) {
            let shown = Value::Object(resource.clone())
                .to_string()
                .replace(&"ü".repeat(250), "…")
                .replace(&"0".repeat(20), "…");
            report += &format!("\n  they differ about {shown}");
        }
        report
    }
}

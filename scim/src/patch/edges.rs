//! PATCH of a member list: changes of edges.

use serde_json::Value;

use super::action::Action;
use super::faults::removes_by_path;
use super::members::MemberChange;
use super::patcher::Patcher;
use crate::ScimError;
use crate::canonical::members;
use crate::filter::{Condition, Filter, Operator};
use crate::path::AttributeRef;
use crate::profile::Rule;

impl<'a> Patcher<'a> {
    pub(super) fn edges(
        &mut self,
        target: AttributeRef<'a>,
        condition: Option<Condition<'a>>,
        action: &Action<'_>,
    ) -> Result<(), ScimError> {
        let immutable = || ScimError::Mutability {
            attribute: target.to_string(),
            reason: "is immutable; add and remove members as a whole",
        };
        let listed = |value: &Value| members(self.context, target, value);
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

    /// Profile `interop` lets a filter pick one member by its id, and no more.
    pub(super) fn check_names_one(&self, filter: &Filter) -> Result<(), ScimError> {
        let names_one = matches!(filter, Filter::Compare(path, Operator::Eq, _) if path.as_str().eq_ignore_ascii_case("value"));
        if names_one || self.context.leniency.allows(Rule::ManyElementPaths) {
            return Ok(());
        }
        Err(ScimError::InvalidFilter(
            "the filter of the path must select exactly one member here: value eq \"id\"".into(),
        ))
    }

    /// A `remove` with a `value` list removes the listed values only (a leniency). The letter of the RFC has no `value` here,
    /// and to remove everything would empty groups.
    pub(super) fn listed_removal(&self, target: AttributeRef<'_>) -> Result<(), ScimError> {
        if self.context.leniency.allows(Rule::RemoveListedValues) {
            return Ok(());
        }
        Err(removes_by_path(target))
    }
}

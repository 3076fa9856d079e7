//! The work of a filter that no index answers, told before it is done.

use scim::ScimError;
use scim::filter::Condition;
use scim::query::ListQuery;

use super::reading::Reading;
use crate::store::Result;

/// Refuses a filter that would look at too much. A database goes through all resources of the types and compares each with
/// each term.
///
/// Errors: `tooMany`.
pub(super) fn check(reading: &mut Reading<'_, '_>) -> Result<()> {
    let query = reading.query;
    if !query.is_filtered() || reading.compiler.is_look_up(query) {
        return Ok(());
    }
    let terms = terms(query);
    let resources = reading.session.count_all(&reading.compiler, query)?;
    let resources = u64::try_from(resources).unwrap_or(0);
    let (work, max) = (
        terms.saturating_mul(resources),
        reading.limits.filter_work_max,
    );
    if work <= max {
        return Ok(());
    }
    let detail = format!(
        "it compares {terms} terms with each of {resources} resources, and {max} comparisons are the most for one request; \
         use fewer terms, or add one with `and` that names few resources, such as `userName eq`"
    );
    Err(ScimError::TooMany(detail).into())
}

/// The terms with which the resources of the widest type are compared.
fn terms(query: &ListQuery<'_>) -> u64 {
    let conditions = query.selections.iter();
    let terms =
        conditions.filter_map(|selection| selection.condition.as_ref().map(Condition::terms));
    u64::try_from(terms.max().unwrap_or(0)).unwrap_or(u64::MAX)
}

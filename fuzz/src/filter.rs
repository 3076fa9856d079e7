//! Filters: parsed, printed, resolved and evaluated.

use scim::filter::{Condition, Filter, TERMS_MAX, eval, parse, resolve, resolve_at_root};

use super::world::{Choice, world};

/// Takes the text of a filter.
pub fn run(data: &[u8]) {
    let Ok(text) = str::from_utf8(data) else {
        return;
    };
    let Ok(filter) = parse(text) else {
        return;
    };
    assert!(filter.terms() <= TERMS_MAX, "{text:?}");
    let printed = filter.to_string();
    let again = parse(&printed);
    assert_eq!(again.as_ref(), Ok(&filter), "printed: {printed:?}");
    meets(&filter, &mut Choice::of(data));
}

/// The filter, its opposite and its double say what they must of each sample.
fn meets(filter: &Filter, choice: &mut Choice) {
    let (resource_type, leniency) = (choice.resource_type(), choice.leniency());
    let Ok(condition) = resolve(filter, resource_type, &leniency) else {
        return;
    };
    let at_root = resolve_at_root(filter, resource_type, &leniency);
    let opposite = Filter::Not(Box::new(filter.clone()));
    let not = resolve(&opposite, resource_type, &leniency);
    assert!(
        at_root.is_ok(),
        "{filter} is not understood at the root: {at_root:?}"
    );
    assert!(
        not.is_ok(),
        "the opposite of {filter} is not understood: {not:?}"
    );
    let (Ok(at_root), Ok(not)) = (at_root, not) else {
        return;
    };
    for (of, document) in world()
        .samples()
        .filter(|(of, _)| of.name == resource_type.name)
    {
        let holds = |condition: &Condition<'_>| eval::holds(condition, document, of);
        assert_eq!(holds(&condition), holds(&at_root), "{filter} at the root");
        assert_ne!(holds(&condition), holds(&not), "{filter} and its opposite");
    }
}

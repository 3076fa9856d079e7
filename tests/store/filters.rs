//! Random filters of a vocabulary.

use proptest::prelude::*;
use proptest::sample::select;

use crate::vocabulary::{Place, Vocabulary};

/// Filters with `not`, `and`, `or`, parentheses and brackets, names and operators in any letter case.
pub(crate) fn filters(vocabulary: &Vocabulary) -> BoxedStrategy<String> {
    let brackets = select(vocabulary.brackets.clone()).prop_flat_map(|(path, inner)| {
        (name(path), combined(comparison(inner), 2, 4))
            .prop_map(|(path, inner)| format!("{path}[{inner}]"))
    });
    let wholes = (
        select(vocabulary.wholes.clone()),
        select(vec!["pr", "eq null", "ne null"]),
    );
    let term = prop_oneof![
        6 => comparison(vocabulary.places.clone()),
        3 => brackets,
        1 => wholes.prop_map(|(path, test)| format!("{path} {test}")),
    ];
    combined(term.boxed(), 3, 8)
}

fn combined(term: BoxedStrategy<String>, depth: u32, size: u32) -> BoxedStrategy<String> {
    let combine = |inner: BoxedStrategy<String>| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            inner.prop_map(|term| format!("not ({term})")),
            pair.clone()
                .prop_map(|(left, right)| format!("{left} and {right}")),
            pair.clone()
                .prop_map(|(left, right)| format!("{left} or {right}")),
            pair.prop_map(|(left, right)| format!("({left} or {right}) AND ({right})")),
        ]
    };
    term.prop_recursive(depth, size, 2, combine).boxed()
}

fn comparison(places: Vec<Place>) -> BoxedStrategy<String> {
    let compare = |place: Place| {
        let literal = if place.literals.is_empty() {
            Just("null".to_owned()).boxed()
        } else {
            select(place.literals.clone()).boxed()
        };
        let compared = (select(place.operators()), literal)
            .prop_map(|(operator, literal)| format!("{operator} {literal}"));
        let test = prop_oneof![
            8 => compared,
            1 => Just("pr".to_owned()),
            1 => select(vec!["eq null", "NE null"]).prop_map(str::to_owned),
        ];
        (name(place.path), test).prop_map(|(path, test)| format!("{path} {test}"))
    };
    select(places).prop_flat_map(compare).boxed()
}

fn name(path: String) -> BoxedStrategy<String> {
    let upper = path.to_uppercase();
    prop_oneof![4 => Just(path), 1 => Just(upper)].boxed()
}

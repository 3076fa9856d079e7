//! Lists in any order: every expected element finds an actual one of its own.

use serde_json::Value;

use super::{Difference, Expected};

/// The first difference of two lists, or `None` when their elements can be paired.
pub(super) fn difference(
    path: &str,
    expected: &[Expected],
    actual: &[Value],
) -> Option<Difference> {
    if expected.len() != actual.len() {
        return Some(Difference {
            path: path.to_owned(),
            expected: counted(expected.len()),
            got: counted(actual.len()),
        });
    }
    let fits = |one: &Expected, other: &Value| one.difference("", Some(other)).is_none();
    let (taken_by, lonely) = pair(expected, actual, fits);
    // The lists are equally long: where somebody found no partner, somebody is left over.
    let left_over = taken_by.iter().position(Option::is_none)?;
    let lonely = expected.get(lonely?)?;
    lonely.difference(&format!("{path}[{left_over}]"), actual.get(left_over))
}

fn counted(elements: usize) -> String {
    match elements {
        0 => "no elements".to_owned(),
        1 => "1 element".to_owned(),
        many => format!("{many} elements"),
    }
}

/// Pairs as many as possible: by whom each actual element is taken, and the first expected one without a partner.
///
/// A greedy choice would fail where `<any>` takes what only it need not have, so whoever is in the way moves on if it can
/// (augmenting paths).
fn pair(
    expected: &[Expected],
    actual: &[Value],
    fits: impl Fn(&Expected, &Value) -> bool,
) -> (Vec<Option<usize>>, Option<usize>) {
    let candidates: Vec<Vec<usize>> = expected
        .iter()
        .map(|one| {
            let fitting = actual
                .iter()
                .enumerate()
                .filter(|(_, other)| fits(one, other));
            fitting.map(|(index, _)| index).collect()
        })
        .collect();
    let mut taken_by = vec![None; actual.len()];
    let mut lonely = None;
    for index in 0..expected.len() {
        let mut asked = vec![false; actual.len()];
        if !find_partner(index, &candidates, &mut taken_by, &mut asked) && lonely.is_none() {
            lonely = Some(index);
        }
    }
    (taken_by, lonely)
}

fn find_partner(
    who: usize,
    candidates: &[Vec<usize>],
    taken_by: &mut [Option<usize>],
    asked: &mut [bool],
) -> bool {
    for &partner in &candidates[who] {
        if asked[partner] {
            continue;
        }
        asked[partner] = true;
        let free = match taken_by[partner] {
            None => true,
            Some(holder) => find_partner(holder, candidates, taken_by, asked),
        };
        if free {
            taken_by[partner] = Some(who);
            return true;
        }
    }
    false
}

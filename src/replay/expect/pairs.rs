//! Pairs the elements of two lists in any order.

/// The first elements without a partner, one of each list, by their places.
pub(super) struct Unpaired {
    pub(super) left: usize,
    pub(super) right: usize,
}

/// Pairs as many elements of two equally long lists as possible. `None` when all have a partner.
///
/// A greedy choice fails where `<any>` takes the only element that fits another expectation. So an element that has a
/// partner moves on if it can (augmenting paths).
pub(super) fn unpaired<L, R>(
    left: &[L],
    right: &[R],
    fits: impl Fn(&L, &R) -> bool,
) -> Option<Unpaired> {
    let fitting = |one: &L| -> Vec<usize> {
        let places = (0..right.len()).filter(|&place| fits(one, &right[place]));
        places.collect()
    };
    let candidates: Vec<Vec<usize>> = left.iter().map(fitting).collect();
    let mut taken_by = vec![None; right.len()];
    let mut lonely = None;
    for place in 0..left.len() {
        let mut asked = vec![false; right.len()];
        if !find_partner(place, &candidates, &mut taken_by, &mut asked) && lonely.is_none() {
            lonely = Some(place);
        }
    }
    // The lists are equally long, so an element without a partner leaves one over in the other list.
    let right = taken_by.iter().position(Option::is_none)?;
    lonely.map(|left| Unpaired { left, right })
}

/// Finds a partner for the element at `place`. Elements that have one already may get another.
fn find_partner(
    place: usize,
    candidates: &[Vec<usize>],
    taken_by: &mut [Option<usize>],
    asked: &mut [bool],
) -> bool {
    for &partner in &candidates[place] {
        if asked[partner] {
            continue;
        }
        asked[partner] = true;
        let free = match taken_by[partner] {
            None => true,
            Some(holder) => find_partner(holder, candidates, taken_by, asked),
        };
        if free {
            taken_by[partner] = Some(place);
            return true;
        }
    }
    false
}

//! The order in which operations run. It is the order of the request, but a POST runs before the first operation that needs
//! it.
//!
//! Operations need only POSTs. So all others keep their places, and several operations on one resource keep their meaning.
//! POSTs that need each other are one unit. The units are the strongly connected components of the needs (Tarjan 1972). They
//! are found with a stack on the heap, because clients choose how long a chain is.

/// Operations that succeed or fail together: one, or several POSTs that need each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Their places in the request, in its order.
    pub operations: Vec<usize>,
    /// Whether an operation of the unit needs one of the unit, perhaps itself.
    pub circular: bool,
}

/// Not visited yet.
const UNSEEN: usize = usize::MAX;

struct Search<'n> {
    needs: &'n [Vec<usize>],
    /// When each operation was first seen.
    seen: Vec<usize>,
    /// The earliest operation that each can reach among those that are open.
    low: Vec<usize>,
    /// Whether an operation is seen and not yet in a unit.
    is_open: Vec<bool>,
    open: Vec<usize>,
    clock: usize,
    units: Vec<Unit>,
}

/// The units in the order in which they run. `needs` lists, for each operation, the operations that must run before it.
pub fn units(needs: &[Vec<usize>]) -> Vec<Unit> {
    let count = needs.len();
    let mut search = Search {
        needs,
        seen: vec![UNSEEN; count],
        low: vec![UNSEEN; count],
        is_open: vec![false; count],
        open: Vec::new(),
        clock: 0,
        units: Vec::new(),
    };
    for start in 0..count {
        if search.seen[start] == UNSEEN {
            search.from(start);
        }
    }
    search.units
}

impl Search<'_> {
    fn from(&mut self, start: usize) {
        // Each operation on the way, and how many of its needs are done.
        let mut way = vec![(start, 0)];
        self.enter(start);
        while let Some((operation, done)) = way.last_mut() {
            let operation = *operation;
            let Some(need) = self.needs[operation].get(*done).copied() else {
                way.pop();
                self.leave(operation, way.last().map(|(before, _)| *before));
                continue;
            };
            *done += 1;
            if self.seen[need] == UNSEEN {
                self.enter(need);
                way.push((need, 0));
            } else if self.is_open[need] {
                self.low[operation] = self.low[operation].min(self.seen[need]);
            }
        }
    }

    fn enter(&mut self, operation: usize) {
        self.seen[operation] = self.clock;
        self.low[operation] = self.clock;
        self.clock += 1;
        self.is_open[operation] = true;
        self.open.push(operation);
    }

    fn leave(&mut self, operation: usize, before: Option<usize>) {
        if let Some(before) = before {
            self.low[before] = self.low[before].min(self.low[operation]);
        }
        if self.low[operation] != self.seen[operation] {
            return;
        }
        let begin = self.open.iter().rposition(|open| *open == operation);
        let mut operations = self.open.split_off(begin.unwrap_or(self.open.len()));
        for member in &operations {
            self.is_open[*member] = false;
        }
        operations.sort_unstable();
        let circular = operations.len() > 1 || self.needs[operation].contains(&operation);
        self.units.push(Unit {
            operations,
            circular,
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn runs(needs: &[&[usize]], expected: &[&[usize]]) {
        let needs: Vec<Vec<usize>> = needs.iter().map(|needs| needs.to_vec()).collect();
        let found: Vec<Vec<usize>> = units(&needs)
            .into_iter()
            .map(|unit| unit.operations)
            .collect();
        assert_eq!(found, expected);
    }

    /// Rows: BULK-27 BULK-28 BULK-35
    #[test]
    fn posts_come_before_who_needs_them() {
        runs(&[], &[]);
        runs(&[&[], &[], &[]], &[&[0], &[1], &[2]]);
        runs(&[&[2], &[], &[]], &[&[2], &[0], &[1]]);
        runs(&[&[3], &[], &[3], &[1]], &[&[1], &[3], &[0], &[2]]);
        runs(&[&[1], &[0], &[]], &[&[0, 1], &[2]]);
        runs(&[&[], &[3], &[1], &[2], &[3]], &[&[0], &[1, 2, 3], &[4]]);
        assert!(units(&[vec![0]])[0].circular && !units(&[vec![]])[0].circular);
    }

    /// Rows: BULK-27
    #[test]
    fn long_chains_need_no_deep_stack() {
        let count = 200_000;
        let chain: Vec<Vec<usize>> = (0..count)
            .map(|index| (index + 1..count).take(1).collect())
            .collect();
        let found = units(&chain);
        assert_eq!(found.len(), count);
        assert_eq!(found[0].operations, [count - 1]);
        let circle: Vec<Vec<usize>> = (0..count).map(|index| vec![(index + 1) % count]).collect();
        assert_eq!(units(&circle).len(), 1);
    }

    /// Operations, the first of them POSTs; only those are needed.
    fn needs() -> impl Strategy<Value = (usize, Vec<Vec<usize>>)> {
        (1usize..12, 0usize..12).prop_flat_map(|(posts, others)| {
            let one = prop::collection::vec(0..posts, 0..3);
            // The POSTs stand anywhere among the others.
            let places = Just((0..posts + others).collect::<Vec<_>>()).prop_shuffle();
            let all = prop::collection::vec(one, posts + others);
            (all, places).prop_map(move |(all, places)| {
                let mut moved = vec![Vec::new(); places.len()];
                for (index, needs) in all.into_iter().enumerate() {
                    moved[places[index]] = needs.into_iter().map(|need| places[need]).collect();
                }
                (posts, moved)
            })
        })
    }

    fn reaches(needs: &[Vec<usize>], from: usize, to: usize) -> bool {
        let mut seen = vec![false; needs.len()];
        let mut open = needs[from].clone();
        while let Some(next) = open.pop() {
            if next == to {
                return true;
            }
            if !std::mem::replace(&mut seen[next], true) {
                open.extend(&needs[next]);
            }
        }
        false
    }

    proptest! {
        /// Rows: BULK-27 BULK-28 BULK-35
        #[test]
        fn the_order_respects_needs_and_otherwise_the_request((_, needs) in needs()) {
            let found = units(&needs);
            let mut place = vec![UNSEEN; needs.len()];
            for (at, unit) in found.iter().enumerate() {
                for operation in &unit.operations {
                    prop_assert_eq!(std::mem::replace(&mut place[*operation], at), UNSEEN, "run twice");
                }
            }
            prop_assert!(place.iter().all(|at| *at != UNSEEN), "run once");
            for one in 0..needs.len() {
                for need in &needs[one] {
                    prop_assert!(place[*need] <= place[one], "{one} before its need {need}");
                }
                for other in 0..one {
                    let together = reaches(&needs, one, other) && reaches(&needs, other, one);
                    prop_assert_eq!(together, place[one] == place[other], "{} and {}", one, other);
                    // What nobody at or before `other` needs does not overtake it.
                    let wanted = (0..=other).any(|early| reaches(&needs, early, one));
                    prop_assert!(wanted || place[other] < place[one], "{one} overtook {other}");
                }
            }
        }
    }
}

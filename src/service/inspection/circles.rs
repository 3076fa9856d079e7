//! Groups that may be members of themselves.

use std::collections::HashSet;

use crate::store::Key;

/// Edges between resources that have members themselves.
#[derive(Default)]
pub(super) struct Nesting(Vec<(Key, Key)>);

impl Nesting {
    pub(super) fn push(&mut self, group: Key, member: Key) {
        self.0.push((group, member));
    }

    /// The groups that have others above and below them, however long those that have not are taken away. All that are in a
    /// circle are among them, and those between two circles.
    pub(super) fn suspects(self) -> Vec<Key> {
        let mut edges = self.0;
        loop {
            let before = edges.len();
            let groups: HashSet<i64> = edges.iter().map(|(group, _)| group.0).collect();
            let members: HashSet<i64> = edges.iter().map(|(_, member)| member.0).collect();
            edges
                .retain(|(group, member)| members.contains(&group.0) && groups.contains(&member.0));
            if edges.len() == before {
                break;
            }
        }
        let mut suspects: Vec<i64> = edges.iter().map(|(group, _)| group.0).collect();
        suspects.sort_unstable();
        suspects.dedup();
        suspects.into_iter().map(Key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn suspects(edges: &[(i64, i64)]) -> Vec<i64> {
        let edges = edges
            .iter()
            .map(|(group, member)| (Key(*group), Key(*member)));
        let found = Nesting(edges.collect()).suspects();
        found.into_iter().map(|key| key.0).collect()
    }

    #[test]
    fn only_circles_and_what_is_between_them_are_left() {
        assert!(suspects(&[(1, 2), (2, 3), (1, 3)]).is_empty());
        assert_eq!(suspects(&[(1, 1)]), [1]);
        assert_eq!(suspects(&[(1, 2), (2, 3), (3, 2), (3, 4)]), [2, 3]);
        assert_eq!(
            suspects(&[(1, 2), (2, 1), (2, 3), (3, 4), (4, 5), (5, 4)]),
            [1, 2, 3, 4, 5]
        );
    }
}

//! Members that come and go so that every request changes something, in whatever order the connections send them.
//!
//! Even steps add a user and odd steps remove one that was added long before: between the two lie more requests than there
//! are connections. An add of a member or a remove of none would be cheaper, since it changes nothing.

use std::ops::Range;

/// Pairs of steps between an add and its remove.
const AHEAD: usize = 64;

/// Of the users of a range, who is a member at which step.
#[derive(Debug, Clone)]
pub(crate) struct Rotation {
    users: Range<usize>,
    ahead: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Add(usize),
    Remove(usize),
}

impl Rotation {
    /// Needs two users at least.
    pub(crate) fn over(users: Range<usize>) -> Self {
        let ahead = AHEAD.min(users.len() / 2).max(1);
        Self { users, ahead }
    }

    /// The users that must be members before the first step.
    pub(crate) fn at_start(&self) -> Vec<usize> {
        self.members(0, self.ahead)
    }

    pub(crate) fn step(&self, number: usize) -> Step {
        match number % 2 {
            0 => Step::Add(self.user(number / 2 + self.ahead)),
            _ => Step::Remove(self.user(number / 2)),
        }
    }

    /// The users that are members after so many steps.
    pub(crate) fn after(&self, steps: usize) -> Vec<usize> {
        self.members(steps / 2, steps.div_ceil(2) + self.ahead)
    }

    fn members(&self, from: usize, to: usize) -> Vec<usize> {
        (from..to).map(|number| self.user(number)).collect()
    }

    fn user(&self, number: usize) -> usize {
        self.users.start + number % self.users.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn check(users: Range<usize>, steps: usize) {
        let rotation = Rotation::over(users);
        let mut members: BTreeSet<usize> = rotation.at_start().into_iter().collect();
        for number in 0..steps {
            let has_changed = match rotation.step(number) {
                Step::Add(user) => members.insert(user),
                Step::Remove(user) => members.remove(&user),
            };
            assert!(has_changed, "step {number}");
        }
        let expected: BTreeSet<usize> = rotation.after(steps).into_iter().collect();
        assert_eq!(members, expected);
    }

    #[test]
    fn every_step_changes_the_group() {
        check(0..2, 9);
        check(10..200, 1_000);
        check(10..200, 1_001);
        check(0..8_000, 8_000);
    }

    #[test]
    fn a_member_stays_for_more_steps_than_there_are_connections() {
        let rotation = Rotation::over(0..1_000);
        assert_eq!(rotation.step(0), Step::Add(64));
        assert_eq!(rotation.step(129), Step::Remove(64));
    }
}

//! Changes of member edges, and what several of them in one request come to.

use std::collections::BTreeMap;

use crate::canonical::MemberRef;
use crate::filter::{Condition, Operand, Operator, Test};

/// A change of the member edges, to be made in this order in the database.
#[derive(Debug, Clone)]
pub enum MemberChange<'a> {
    /// These are members afterwards.
    Add(Vec<MemberRef>),
    /// These are not members afterwards.
    Remove(Vec<String>),
    /// Members that satisfy the condition are not members afterwards.
    RemoveWhere(Condition<'a>),
    /// These are the only members afterwards.
    Replace(Vec<MemberRef>),
}

impl<'a> MemberChange<'a> {
    /// The same, if it has no condition that leans on a schema.
    pub fn detached(self) -> Option<MemberChange<'static>> {
        match self {
            Self::Add(members) => Some(MemberChange::Add(members)),
            Self::Remove(ids) => Some(MemberChange::Remove(ids)),
            Self::RemoveWhere(_) => None,
            Self::Replace(members) => Some(MemberChange::Replace(members)),
        }
    }

    /// What `remove members[…]` means. `value eq "id"` names the member, so nothing needs to be searched.
    pub(super) fn remove_where(condition: Condition<'a>) -> Self {
        match condition {
            Condition::Test(Test {
                target,
                operand: Operand::Text(Operator::Eq, id),
            }) if target.leaf().name == "value" => Self::Remove(vec![id]),
            other => Self::RemoveWhere(other),
        }
    }
}

/// Joins changes into those that make the same members in the end.
///
/// Some providers send "remove all, add all" as a full synchronisation. One by one, these changes would move the version of
/// a group whose members stay. A [`MemberChange::RemoveWhere`] depends on what is stored, so changes before it and after
/// it are not joined.
pub fn fold(changes: Vec<MemberChange<'_>>) -> Vec<MemberChange<'_>> {
    let mut folded = Vec::new();
    let mut run = Run::default();
    for change in changes {
        match change {
            MemberChange::Add(members) => run.add(members),
            MemberChange::Remove(ids) => run.fates.extend(ids.into_iter().map(|id| (id, None))),
            MemberChange::Replace(members) => {
                run = Run {
                    replaces: true,
                    ..Run::default()
                };
                run.add(members);
            }
            MemberChange::RemoveWhere(_) => {
                std::mem::take(&mut run).finish(&mut folded);
                folded.push(change);
            }
        }
    }
    run.finish(&mut folded);
    folded
}

/// Changes without a condition: what becomes of each id they name, and of the others.
#[derive(Default)]
struct Run {
    /// Ids that are not named are not members afterwards.
    replaces: bool,
    /// The member that an id is afterwards, or none.
    fates: BTreeMap<String, Option<MemberRef>>,
}

impl Run {
    fn add(&mut self, members: Vec<MemberRef>) {
        for member in members {
            let fate = self.fates.entry(member.id.clone()).or_default();
            fate.get_or_insert(member);
        }
    }

    fn finish<'a>(self, folded: &mut Vec<MemberChange<'a>>) {
        let mut added = Vec::new();
        let mut removed = Vec::new();
        for (id, fate) in self.fates {
            match fate {
                Some(member) => added.push(member),
                None => removed.push(id),
            }
        }
        if self.replaces {
            folded.push(MemberChange::Replace(added));
            return;
        }
        if !removed.is_empty() {
            folded.push(MemberChange::Remove(removed));
        }
        if !added.is_empty() {
            folded.push(MemberChange::Add(added));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refs(ids: &str) -> Vec<MemberRef> {
        let member = |id: char| MemberRef {
            id: id.into(),
            resource_type: None,
        };
        ids.chars().map(member).collect()
    }

    fn ids(members: &[MemberRef]) -> String {
        members.iter().map(|member| member.id.as_str()).collect()
    }

    /// Each change is a sign and one-letter ids: `+ab`, `-a`, `=ab`, and `?` for a condition.
    #[track_caller]
    fn check(changes: &str, expected: &str) {
        let read = |change: &str| match change.split_at(1) {
            ("+", ids) => MemberChange::Add(refs(ids)),
            ("-", ids) => MemberChange::Remove(ids.chars().map(String::from).collect()),
            ("=", ids) => MemberChange::Replace(refs(ids)),
            _ => MemberChange::RemoveWhere(Condition::Constant(true)),
        };
        let show = |change: &MemberChange<'_>| match change {
            MemberChange::Add(members) => format!("+{}", ids(members)),
            MemberChange::Remove(ids) => format!("-{}", ids.concat()),
            MemberChange::Replace(members) => format!("={}", ids(members)),
            MemberChange::RemoveWhere(_) => "?".to_owned(),
        };
        let folded = fold(changes.split_whitespace().map(read).collect());
        let shown: Vec<_> = folded.iter().map(show).collect();
        assert_eq!(shown.join(" "), expected, "{changes}");
    }

    /// Rows: PATCH-16
    #[test]
    fn changes_come_to_their_end() {
        check("", "");
        check("+", "");
        check("+ab", "+ab");
        check("=", "=");
        check("+a -a", "-a");
        check("-a +a", "+a");
        check("+a -b +c -c", "-bc +a");
        check("= +ab", "=ab");
        check("=ab -a +c", "=bc");
        check("+a -b =c", "=c");
        check("+a ? -a", "+a ? -a");
        check("= ? +a -a +b", "= ? -a +b");
    }

    #[test]
    fn the_first_claim_of_a_type_stays() {
        let claim = |claim: &str| MemberRef {
            id: "a".into(),
            resource_type: Some(claim.into()),
        };
        let adds = [claim("User"), claim("Group")].map(|member| MemberChange::Add(vec![member]));
        let folded = fold(adds.into());
        assert!(matches!(&folded[..], [MemberChange::Add(members)] if *members == [claim("User")]));
    }
}

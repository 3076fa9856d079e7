//! One member more or less: over all connections, where requests for one group queue, and over one, where they do not.

use serde_json::{Value, json};

use super::Table;
use crate::Result;
use crate::client::{Answer, Client};
use crate::digits::grouped;
use crate::rotation::{Rotation, Step};
use crate::scenario::members::{Group, compare_over, count_members, names};
use crate::seed::{SMALL_GROUP, Seeded};
use crate::statements::Statements;

/// So many users are enough to compare two groups over one connection.
const COMPARED: usize = 1_000;

impl Table<'_> {
    /// Both groups, the large one with all seeded users. `made` are users in no group.
    pub(super) fn members(&mut self, made: &[String]) -> Result<()> {
        let seeded = self.seeded;
        self.in_or_out(small_group(seeded), made)?;
        self.large_group(made, seeded.user_ids.len(), "1 connection")
    }

    /// The group of all, which has `size` members now: over all connections, and beside the small group over one. `over` is
    /// what names say of that.
    pub(super) fn large_group(&mut self, made: &[String], size: usize, over: &str) -> Result<()> {
        let seeded = self.seeded;
        let large_group = Group {
            id: &seeded.large_group_id,
            size,
        };
        self.in_or_out(large_group, made)?;
        let groups = [small_group(seeded), large_group];
        let compared = &made[..made.len().min(COMPARED)];
        let bench = self.bench;
        compare_over(
            bench,
            (&bench.one, over),
            groups,
            compared,
            &mut self.report,
        )?;
        for name in groups.iter().flat_map(|group| names(*group, over)) {
            self.cpu_against(name, Statements::Member);
        }
        for group in groups {
            let counted = count_members(bench, group)?;
            self.report.wrong(&in_or_out_of(group), counted.wrong);
        }
        Ok(())
    }

    /// Every request changes the group, which has a few members more meanwhile.
    fn in_or_out(&mut self, group: Group<'_>, made: &[String]) -> Result<()> {
        let rotation = Rotation::over(0..made.len());
        let client = self.bench.one.first()?;
        let at_start = rotation.at_start();
        let come = at_start.into_iter().map(|user| add(&made[user]));
        change(client, group.id, come.collect())?;
        let member = Some(Statements::Member);
        self.measure(&in_or_out_of(group), 1, member, |_, client, number| {
            let operation = match rotation.step(number) {
                Step::Add(user) => add(&made[user]),
                Step::Remove(user) => remove(&made[user]),
            };
            Ok(change(client, group.id, vec![operation])?.took)
        })?;
        let after = rotation.after(self.count(1));
        let go = after.into_iter().map(|user| remove(&made[user]));
        change(client, group.id, go.collect())?;
        Ok(())
    }
}

fn small_group(seeded: &Seeded) -> Group<'_> {
    Group {
        id: &seeded.small_group_id,
        size: SMALL_GROUP,
    }
}

fn in_or_out_of(group: Group<'_>) -> String {
    format!("member in or out, group of {}", grouped(group.size))
}

/// The operation that adds a member.
pub(super) fn add(id: &str) -> Value {
    json!({"op": "add", "path": "members", "value": [{"value": id}]})
}

/// The operation that removes one.
pub(super) fn remove(id: &str) -> Value {
    json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")})
}

pub(super) fn change(client: &Client, group_id: &str, operations: Vec<Value>) -> Result<Answer> {
    let path = format!("/Groups/{group_id}");
    client.patch_all(&path, &operations.into())?.expect(204)
}

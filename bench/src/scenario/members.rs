//! One member at a time into a small and into a large group, side by side.
//!
//! Blocks alternate between the groups, and so does the group that begins. So both see the same caches, the same
//! checkpoints and the same neighbours. After each block its members are removed again, so that the sizes stay as
//! stated.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::Result;
use crate::client::Client;
use crate::digits::grouped;
use crate::load::Load;
use crate::measure::{Bench, Measured};
use crate::ratio::MEMBER;
use crate::report::Report;
use crate::seed::{SMALL_GROUP, Seeded};

/// The number of members that a group gains before it shrinks again. It is large enough for a meaningful CPU time of a
/// block.
const BLOCK: usize = 32;

/// One of the two groups, with its measurements.
struct Side<'a> {
    /// With as many members before and after.
    group: Group<'a>,
    add: Measured,
    remove: Measured,
}

/// A group and how many members it has.
#[derive(Clone, Copy)]
pub(super) struct Group<'a> {
    pub(super) id: &'a str,
    pub(super) size: usize,
}

pub(super) fn run(
    bench: &Bench,
    seeded: &Seeded,
    new_ids: &[String],
    report: &mut Report,
) -> Result<()> {
    let groups = [
        Group {
            id: &seeded.small_group_id,
            size: SMALL_GROUP,
        },
        Group {
            id: &seeded.large_group_id,
            size: seeded.user_ids.len(),
        },
    ];
    let mut loads = vec![&bench.one];
    if bench.many.connections() > 1 {
        loads.push(&bench.many);
    }
    for load in loads {
        let over = match load.connections() {
            1 => "1 connection".to_owned(),
            connections => format!("{connections} connections"),
        };
        compare_over(bench, (load, &over), groups, new_ids, report)?;
    }
    for group in groups {
        report.scenario(count_members(bench, group)?);
    }
    Ok(())
}

/// Measures a small and a large group over these connections, which have a name. `new_ids` are users of neither.
pub(super) fn compare_over(
    bench: &Bench,
    (load, over): (&Load, &str),
    [small_group, large_group]: [Group<'_>; 2],
    new_ids: &[String],
    report: &mut Report,
) -> Result<()> {
    crate::say(&format!("measuring members over {over}"));
    let mut small = Side::new(small_group, over)?;
    let mut large = Side::new(large_group, over)?;
    bench.forget_highest();
    alternate(bench, load, new_ids, [&mut small, &mut large])?;
    let title = |what: &str| {
        let (large, small) = (grouped(large_group.size), grouped(small_group.size));
        format!("one-member {what}, {large} members vs {small} members, {over}")
    };
    let goal = Some(MEMBER);
    report.ratio(&title("add"), &large.add, &small.add, goal);
    report.ratio(&title("remove"), &large.remove, &small.remove, goal);
    let memory = bench.memory();
    for mut measured in [small.add, small.remove, large.add, large.remove] {
        measured.memory = memory;
        report.scenario(measured);
    }
    Ok(())
}

fn alternate(
    bench: &Bench,
    load: &Load,
    new_ids: &[String],
    sides: [&mut Side<'_>; 2],
) -> Result<()> {
    let [small, large] = sides;
    load.connect();
    for (round, ids) in new_ids.chunks(BLOCK).enumerate() {
        let order = if round % 2 == 0 {
            [&mut *small, &mut *large]
        } else {
            [&mut *large, &mut *small]
        };
        for side in order {
            side.add_and_remove(bench, load, ids)?;
        }
        if small.is_hopeless() || large.is_hopeless() {
            break;
        }
    }
    Ok(())
}

/// The names of the two scenarios of a group.
pub(super) fn names(group: Group<'_>, over: &str) -> [String; 2] {
    ["add", "remove"]
        .map(|verb| format!("{verb} 1 member, group of {}, {over}", grouped(group.size)))
}

impl<'a> Side<'a> {
    fn new(group: Group<'a>, over: &str) -> Result<Self> {
        let [add, remove] = names(group, over);
        Ok(Self {
            group,
            add: Measured::new(&add)?,
            remove: Measured::new(&remove)?,
        })
    }

    fn add_and_remove(&mut self, bench: &Bench, load: &Load, user_ids: &[String]) -> Result<()> {
        let path = format!("/Groups/{}", self.group.id);
        bench.block(&mut self.add, load, user_ids.len(), |client, number| {
            let add =
                json!({"op": "add", "path": "members", "value": [{"value": user_ids[number]}]});
            Ok(client.patch(&path, &add)?.expect(204)?.took)
        })?;
        let added = sample(bench, user_ids, self.group.id, true);
        self.add.wrong.extend(added);
        bench.block(&mut self.remove, load, user_ids.len(), |client, number| {
            let remove = json!({"op": "remove", "path": format!("members[value eq \"{}\"]", user_ids[number])});
            Ok(client.patch(&path, &remove)?.expect(204)?.took)
        })?;
        let removed = sample(bench, user_ids, self.group.id, false);
        self.remove.wrong.extend(removed);
        Ok(())
    }

    /// A group that answers only errors does not get a thousand more requests.
    fn is_hopeless(&self) -> bool {
        self.add.wrong.len() + self.remove.wrong.len() > self.group.size.min(BLOCK)
    }
}

/// Checks, outside the measurement, whether the first of `user_ids` is a member now.
fn sample(bench: &Bench, user_ids: &[String], group_id: &str, expected: bool) -> Option<String> {
    let user_id = user_ids.first()?;
    let asked = bench
        .one
        .first()
        .and_then(|client| is_member(client, user_id, group_id));
    match asked {
        Ok(is_member) if is_member == expected => None,
        Ok(is_member) => Some(format!(
            "user {user_id} in group {group_id}: {is_member} where {expected} is right"
        )),
        Err(error) => Some(error.to_string()),
    }
}

fn is_member(client: &Client, user_id: &str, group_id: &str) -> Result<bool> {
    let answer = client
        .find(
            "Groups",
            &format!("members.value eq \"{user_id}\""),
            "displayName",
        )?
        .expect(200)?;
    let body = answer.json()?;
    let groups = body["Resources"]
        .as_array()
        .ok_or("the list has no Resources")?;
    Ok(groups.iter().any(|group| group["id"] == group_id))
}

/// Reads the whole group once: after all adds and removes it has exactly its seeded members.
pub(super) fn count_members(bench: &Bench, group: Group<'_>) -> Result<Measured> {
    let (group_id, expected) = (group.id, group.size);
    let mut measured = Measured::new(&format!("GET of the whole group of {}", grouped(expected)))?;
    bench.block(&mut measured, &bench.one, 1, |client, _| {
        let answer = client.get(&format!("/Groups/{group_id}"))?.expect(200)?;
        let body = answer.json()?;
        let members = body["members"].as_array().map(Vec::as_slice).unwrap_or_default();
        let distinct: HashSet<&str> = members.iter().filter_map(|member: &Value| member["value"].as_str()).collect();
        if (members.len(), distinct.len()) == (expected, expected) {
            return Ok(answer.took);
        }
        let (all, distinct) = (members.len(), distinct.len());
        Err(format!("group {group_id} has {all} members, {distinct} of them distinct, where {expected} is right").into())
    })?;
    Ok(measured)
}

//! One member at a time into a small and into a large group, side by side.
//!
//! Blocks alternate between the groups, and so does the group that begins. So both see the same caches, the same
//! checkpoints and the same neighbours. After each block its members are removed again, so that the sizes stay as
//! stated.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::Result;
use crate::client::Client;
use crate::load::Load;
use crate::measure::{Bench, Measured};
use crate::ratio::MEMBER_ADD;
use crate::report::Report;
use crate::seed::{SMALL_GROUP, Seeded};

/// The number of members that a group gains before it shrinks again. It is large enough for a meaningful CPU time of a
/// block.
const BLOCK: usize = 32;

/// One of the two groups, with its measurements.
struct Side<'a> {
    group_id: &'a str,
    /// Members before and after.
    size: usize,
    add: Measured,
    remove: Measured,
}

pub(super) fn run(
    bench: &Bench,
    seeded: &Seeded,
    new_ids: &[String],
    report: &mut Report,
) -> Result<()> {
    let mut passes = vec![(&bench.one, 1)];
    if bench.many.connections() > 1 {
        passes.push((&bench.many, bench.many.connections()));
    }
    let large_group = seeded.user_ids.len();
    for (load, connections) in passes {
        let over = if connections == 1 {
            "1 connection".to_owned()
        } else {
            format!("{connections} connections")
        };
        crate::say(&format!("measuring members over {over}"));
        let mut small = Side::new(&seeded.small_group_id, SMALL_GROUP, &over)?;
        let mut large = Side::new(&seeded.large_group_id, large_group, &over)?;
        alternate(bench, load, new_ids, [&mut small, &mut large])?;
        let title =
            |what: &str| format!("{what}, {large_group} members vs {SMALL_GROUP} members, {over}");
        report.ratio(
            &title("one-member add"),
            &large.add,
            &small.add,
            Some(MEMBER_ADD),
        );
        report.ratio(
            &title("one-member remove"),
            &large.remove,
            &small.remove,
            None,
        );
        for side in [small, large] {
            report.scenario(side.add);
            report.scenario(side.remove);
        }
    }
    for (group_id, size) in [
        (&seeded.small_group_id, SMALL_GROUP),
        (&seeded.large_group_id, large_group),
    ] {
        report.scenario(count_members(bench, group_id, size)?);
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

impl<'a> Side<'a> {
    fn new(group_id: &'a str, size: usize, over: &str) -> Result<Self> {
        let name = |verb: &str| format!("{verb} 1 member, group of {size}, {over}");
        Ok(Self {
            group_id,
            size,
            add: Measured::new(&name("add"))?,
            remove: Measured::new(&name("remove"))?,
        })
    }

    fn add_and_remove(&mut self, bench: &Bench, load: &Load, user_ids: &[String]) -> Result<()> {
        let path = format!("/Groups/{}", self.group_id);
        bench.block(&mut self.add, load, user_ids.len(), |client, number| {
            let add =
                json!({"op": "add", "path": "members", "value": [{"value": user_ids[number]}]});
            Ok(client.patch(&path, &add)?.expect(204)?.took)
        })?;
        let added = sample(bench, user_ids, self.group_id, true);
        self.add.wrong.extend(added);
        bench.block(&mut self.remove, load, user_ids.len(), |client, number| {
            let remove = json!({"op": "remove", "path": format!("members[value eq \"{}\"]", user_ids[number])});
            Ok(client.patch(&path, &remove)?.expect(204)?.took)
        })?;
        let removed = sample(bench, user_ids, self.group_id, false);
        self.remove.wrong.extend(removed);
        Ok(())
    }

    /// A group that answers only errors does not get a thousand more requests.
    fn is_hopeless(&self) -> bool {
        self.add.wrong.len() + self.remove.wrong.len() > self.size.min(BLOCK)
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
fn count_members(bench: &Bench, group_id: &str, expected: usize) -> Result<Measured> {
    let mut measured = Measured::new(&format!("GET of the whole group of {expected}"))?;
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

//! One member in, one member out, in blocks: nobody is taken out before having come in, whichever connection is faster.

use serde_json::{Value, json};

use crate::Result;
use crate::client::Client;
use crate::measure::{Bench, Measured};

/// Requests of a block for each connection. Between blocks the connections wait for each other.
const BLOCK: usize = 8;

/// `requests` changes of a group, half of them in, half of them out. The users of `ids` are in no group.
pub(super) fn in_and_out(
    bench: &Bench,
    name: &str,
    group_id: &str,
    ids: &[String],
    requests: usize,
) -> Result<Measured> {
    let path = format!("/Groups/{group_id}");
    let client = bench.one.first()?;
    let before = members(client, &path)?;
    let mut measured = Measured::new(name)?;
    bench.many.connect();
    bench.forget_highest();
    let block = BLOCK * bench.many.connections();
    let rounds = requests.div_ceil(2 * block);
    for ids in ids.chunks(block).cycle().take(rounds) {
        let half = ids.len().min(requests / 2);
        for change in [add, remove] {
            bench.block(&mut measured, &bench.many, half, |client, number| {
                let answer = client.patch(&path, &change(&ids[number]))?;
                Ok(answer.expect_patched()?.took)
            })?;
        }
        if bench.is_over(&measured) || !measured.wrong.is_empty() {
            break;
        }
    }
    measured.memory = bench.memory();
    // The size is looked at afterwards: a large answer would be the highest memory.
    if measured.wrong.is_empty()
        && let Err(why) = check(client, &path, &ids[0], before)
    {
        measured.strike(&why.to_string())?;
    }
    Ok(measured)
}

/// The group is as before, and both changes change it.
fn check(client: &Client, path: &str, id: &str, before: usize) -> Result<()> {
    let expect = |right: usize| -> Result<()> {
        match members(client, path)? {
            count if count == right => Ok(()),
            count => Err(format!("{count} members where {right} are right").into()),
        }
    };
    expect(before)?;
    client.patch(path, &add(id))?.expect_patched()?;
    expect(before + 1)?;
    client.patch(path, &remove(id))?.expect_patched()?;
    expect(before)
}

fn members(client: &Client, path: &str) -> Result<usize> {
    let group = client.get(path)?.expect(200)?.json()?;
    Ok(group["members"].as_array().map_or(0, Vec::len))
}

fn add(id: &str) -> Value {
    json!({"op": "add", "path": "members", "value": [{"value": id}]})
}

fn remove(id: &str) -> Value {
    json!({"op": "remove", "path": format!("members[value eq \"{id}\"]")})
}

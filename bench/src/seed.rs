//! The data every scenario needs: users, a group of ten of them, and a group of all of them.

use std::sync::OnceLock;
use std::time::Instant;

use serde_json::{Value, json};

use crate::Result;
use crate::client::{Answer, Client};
use crate::measure::{Bench, SAMPLE_EVERY};
use crate::people::user;
use crate::progress::Progress;

pub(crate) const SMALL_GROUP: usize = 10;
/// A request body of just under 1 MB, so that a server with the default limit of 1 MiB takes it too.
const MEMBERS_PER_REQUEST: usize = 20_000;
const PROGRESS_STEPS: usize = 20;

pub(crate) struct Seeded {
    /// Ids of the users, in the order of their numbers.
    pub(crate) user_ids: Vec<String>,
    pub(crate) small_group_id: String,
    pub(crate) large_group_id: String,
}

pub(crate) fn seed(bench: &Bench, large_group: usize) -> Result<Seeded> {
    let start = Instant::now();
    let user_ids = create_users(bench, large_group)?;
    let (small_group_id, large_group_id) = create_groups(bench, &user_ids)?;
    crate::say(&format!("seeded in {:.1} s", start.elapsed().as_secs_f64()));
    Ok(Seeded {
        user_ids,
        small_group_id,
        large_group_id,
    })
}

/// The name of seeded user `number`.
pub(crate) fn user_name(bench: &Bench, number: usize) -> String {
    format!("seed-{}-{number}@example.com", bench.run_id)
}

/// The id in the body of a resource.
pub(crate) fn id_of(answer: &Answer) -> Result<String> {
    Ok(answer.json()?["id"]
        .as_str()
        .ok_or("the resource has no id")?
        .to_owned())
}

/// Collects the ids of users that are created on several connections.
pub(crate) struct Ids(Vec<OnceLock<String>>);

impl Ids {
    pub(crate) fn new(count: usize) -> Self {
        Self((0..count).map(|_| OnceLock::new()).collect())
    }

    pub(crate) fn set(&self, number: usize, id: String) {
        // Every number is used once.
        let _ = self.0[number].set(id);
    }

    /// The id of a user that was created before.
    pub(crate) fn get(&self, number: usize) -> Option<&str> {
        self.0.get(number)?.get().map(String::as_str)
    }

    /// The ids. One is missing for every wrong answer.
    pub(crate) fn into_vec(self) -> Vec<String> {
        self.0
            .into_iter()
            .filter_map(OnceLock::into_inner)
            .collect()
    }
}

pub(crate) fn create_users(bench: &Bench, count: usize) -> Result<Vec<String>> {
    let ids = Ids::new(count);
    let mut progress = Progress::new("seeding users", count);
    let step = count.div_ceil(PROGRESS_STEPS);
    for first in (0..count).step_by(step) {
        let tally = bench.many.run(step.min(count - first), |client, number| {
            let number = first + number;
            let answer = client
                .post("/Users", &user(&user_name(bench, number), number))?
                .expect(201)?;
            ids.set(number, id_of(&answer)?);
            Ok(answer.took)
        });
        tally.all_right()?;
        progress.done(first + step);
    }
    Ok(ids.into_vec())
}

/// The small and the large group.
pub(crate) fn create_groups(bench: &Bench, user_ids: &[String]) -> Result<(String, String)> {
    let client = bench.one.first()?;
    let small_group_id = create_group(bench, client, "small", &user_ids[..SMALL_GROUP])?;
    let large_group_id = create_group(bench, client, "large", user_ids)?;
    Ok((small_group_id, large_group_id))
}

fn create_group(
    bench: &Bench,
    client: &Client,
    name: &str,
    member_ids: &[String],
) -> Result<String> {
    let display_name = format!("{name} {}", bench.run_id);
    let group = json!({"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": display_name});
    let group_id = id_of(&client.post("/Groups", &group)?.expect(201)?)?;
    let mut progress = Progress::new(
        &format!("seeding members of the {name} group"),
        member_ids.len(),
    );
    let mut done = 0;
    for chunk in member_ids.chunks(MEMBERS_PER_REQUEST) {
        let members: Vec<Value> = chunk.iter().map(|id| json!({"value": id})).collect();
        let add = json!({"op": "add", "path": "members", "value": members});
        client
            .patch(&format!("/Groups/{group_id}"), &add)?
            .expect_patched()?;
        done += chunk.len();
        progress.done(done);
    }
    Ok(group_id)
}

/// Whether the body of request `number` is checked.
pub(crate) fn is_sampled(number: usize) -> bool {
    number.is_multiple_of(SAMPLE_EVERY)
}

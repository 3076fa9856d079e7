//! What a directory sees on a working day.

use serde_json::json;

use super::Table;
use super::members::{add, change, remove};
use crate::Result;
use crate::client::{Answer, Client};
use crate::people::employee;
use crate::rotation::{Rotation, Step};
use crate::scenario::users::same;
use crate::seed::{SMALL_GROUP, is_sampled};
use crate::statements::Statements;

/// Requests of memberships among fifty.
const MEMBERSHIPS: usize = 4;
/// The first of them.
const FIRST_MEMBERSHIP: usize = 45;

impl Table<'_> {
    /// 40 % look-ups, 20 % gets, 20 % changes by PATCH, 10 % creates, 8 % memberships, 2 % pages. Floors have the same
    /// shares ([`Statements::Mix`]).
    pub(super) fn mix(&mut self) -> Result<()> {
        let group_id = &self.seeded.small_group_id;
        let ids = &self.seeded.user_ids;
        // The first ten are in the group already.
        let rotation = Rotation::over(SMALL_GROUP..ids.len());
        let client = self.bench.one.first()?;
        let at_start = rotation.at_start();
        let come = at_start.into_iter().map(|user| add(&ids[user]));
        change(client, group_id, come.collect())?;
        let mix = Some(Statements::Mix);
        self.measure("mix", 1, mix, |table, client, number| {
            let answer = match number % 50 {
                0..20 => table.find_one(client, number)?,
                20..30 => {
                    let id = table.directory.id(number);
                    client.get(&format!("/Users/{id}"))?.expect(200)?
                }
                30..40 => table.rename(client, number)?,
                40..FIRST_MEMBERSHIP => {
                    let name = format!("mix-{}-{number}@example.com", table.bench.run_id);
                    let body = employee(&name, number);
                    client.post("/Users", &body)?.expect(201)?
                }
                place @ FIRST_MEMBERSHIP..49 => {
                    let step = number / 50 * MEMBERSHIPS + place - FIRST_MEMBERSHIP;
                    let operation = match rotation.step(step) {
                        Step::Add(user) => add(&ids[user]),
                        Step::Remove(user) => remove(&ids[user]),
                    };
                    change(client, group_id, vec![operation])?
                }
                _ => client.get("/Users?count=100")?.expect(200)?,
            };
            Ok(answer.took)
        })?;
        // The group has ten members again.
        let after = rotation.after(memberships(self.count(1)));
        let go = after.into_iter().map(|user| remove(&ids[user]));
        change(client, group_id, go.collect())?;
        Ok(())
    }

    fn find_one(&self, client: &Client, number: usize) -> Result<Answer> {
        let name = self.directory.name(number);
        let answer = client
            .filtered("Users", &format!("userName eq \"{name}\""))?
            .expect(200)?;
        if is_sampled(number) {
            same(&answer.json()?["Resources"][0]["userName"], &name)?;
        }
        Ok(answer)
    }

    fn rename(&self, client: &Client, number: usize) -> Result<Answer> {
        let path = format!("/Users/{}", self.directory.id(number));
        let title = json!({"op": "replace", "path": "title", "value": format!("Mix {number}")});
        client.patch(&path, &title)?.expect(200)
    }
}

/// How many of so many requests are of memberships.
fn memberships(requests: usize) -> usize {
    let begun = (requests % 50).saturating_sub(FIRST_MEMBERSHIP);
    requests / 50 * MEMBERSHIPS + begun.min(MEMBERSHIPS)
}

#[cfg(test)]
mod tests {
    use super::memberships;

    #[test]
    fn four_of_fifty_are_memberships() {
        assert_eq!(memberships(100), 8);
        assert_eq!(memberships(145), 8);
        assert_eq!(memberships(147), 10);
        assert_eq!(memberships(149), 12);
    }
}

//! New groups: one without members, and one with ten.

use serde_json::{Value, json};

use super::Table;
use crate::Result;
use crate::scenario::users::same;
use crate::seed::{Ids, id_of, is_sampled};
use crate::statements::Statements;

const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const MEMBERS: usize = 10;
/// Groups with members are this many times fewer.
const SHARE: usize = 4;

impl Table<'_> {
    /// They are deleted afterwards: users in many groups would make the other scenarios dearer.
    pub(super) fn groups(&mut self) -> Result<()> {
        self.create_groups("create a group", 0, 1, Statements::Group)?;
        let name = format!("create a group with {MEMBERS} members");
        self.create_groups(&name, MEMBERS, SHARE, Statements::GroupOfTen)
    }

    fn create_groups(
        &mut self,
        name: &str,
        members: usize,
        share: usize,
        statements: Statements,
    ) -> Result<()> {
        let made = Ids::new(self.count(share));
        self.measure(name, share, Some(statements), |table, client, number| {
            let display_name = format!("made {members} {number} {}", table.bench.run_id);
            let body = table.group(&display_name, members, number);
            let answer = client.post("/Groups", &body)?.expect(201)?;
            if is_sampled(number) {
                let group = answer.json()?;
                same(&group["displayName"], &display_name)?;
                let got = group["members"].as_array().map_or(0, Vec::len);
                if got != members {
                    return Err(format!("{got} members where {members} are right").into());
                }
            }
            made.set(number, id_of(&answer)?);
            Ok(answer.took)
        })?;
        let made = made.into_vec();
        let deleted = self.bench.many.run(made.len(), |client, number| {
            let answer = client.delete(&format!("/Groups/{}", made[number]))?;
            Ok(answer.expect(204)?.took)
        });
        deleted.all_right()
    }

    fn group(&self, display_name: &str, members: usize, number: usize) -> Value {
        let ids = (0..members).map(|member| self.directory.id(number * members + member));
        let members: Vec<Value> = ids.map(|id| json!({"value": id})).collect();
        let mut group = json!({"schemas": [GROUP], "displayName": display_name});
        if !members.is_empty() {
            group["members"] = members.into();
        }
        group
    }
}

//! PATCH, PUT, create, members, delete.

use serde_json::json;

use super::Asked;
use super::in_and_out::in_and_out;
use super::patched::patched;
use crate::Result;
use crate::people::employee;
use crate::scenario::users::same;
use crate::seed::{Ids, id_of, is_sampled};

impl Asked<'_> {
    pub(super) fn writes(&mut self) -> Result<()> {
        self.patches()?;
        self.put()?;
        let made = self.creates()?;
        self.members(&made)?;
        self.deletes(&made)
    }

    fn patches(&mut self) -> Result<()> {
        self.measure("PATCH active", self.requests, |asked, client, number| {
            let active = number % 2 == 1;
            let replace = json!({"op": "replace", "value": {"active": active}});
            let path = asked.path(number);
            let answer = client.patch(&path, &replace)?.expect_patched()?;
            if is_sampled(number) && patched(client, &answer, &path)?["active"] != json!(active) {
                return Err("active was not set".into());
            }
            Ok(answer.took)
        })?;
        let name = "PATCH, Entra's shape";
        self.measure(name, self.requests, |asked, client, number| {
            let mail = format!("new-{number}-{}@example.com", asked.bench.run_id);
            let title = format!("Title {number}");
            let operations = json!([
                {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": mail},
                {"op": "Add", "path": "title", "value": title},
            ]);
            let path = asked.path(number);
            let answer = client.patch_all(&path, &operations)?.expect_patched()?;
            if is_sampled(number) {
                let user = patched(client, &answer, &path)?;
                same(&user["title"], &title)?;
                // The standard gives values no order.
                let mut mails = user["emails"].as_array().into_iter().flatten();
                if !mails.any(|email| email["value"] == json!(mail)) {
                    return Err(format!("{mail} is not among the e-mail addresses").into());
                }
            }
            Ok(answer.took)
        })
    }

    fn put(&mut self) -> Result<()> {
        self.measure("PUT", self.requests, |asked, client, number| {
            let mut user = employee(&asked.name(number), number);
            let title = format!("Put {number}");
            user["title"] = json!(title);
            let answer = client.put(&asked.path(number), &user)?.expect(200)?;
            if is_sampled(number) {
                same(&answer.json()?["title"], &title)?;
            }
            Ok(answer.took)
        })
    }

    /// Returns the ids of the new users, who are in no group.
    fn creates(&mut self) -> Result<Vec<String>> {
        let made = Ids::new(self.requests);
        self.measure("create", self.requests, |asked, client, number| {
            let name = format!("made-{}-{number}@example.com", asked.bench.run_id);
            let user = employee(&name, number);
            let answer = client.post("/Users", &user)?.expect(201)?;
            if is_sampled(number) {
                same(&answer.json()?["userName"], &name)?;
            }
            made.set(number, id_of(&answer)?);
            Ok(answer.took)
        })?;
        match made.into_vec() {
            made if made.is_empty() => Err("no user could be created".into()),
            made => Ok(made),
        }
    }

    fn members(&mut self, made: &[String]) -> Result<()> {
        let name = "member in or out, group of 10";
        if self.offered.contains(&name) {
            crate::say(&format!("measuring {name}"));
            let group_id = &self.seeded.small_group_id;
            self.done
                .push(in_and_out(self.bench, name, group_id, made, self.requests)?);
        }
        Ok(())
    }

    fn deletes(&mut self, made: &[String]) -> Result<()> {
        self.measure("delete", made.len(), |_, client, number| {
            let path = format!("/Users/{}", made[number]);
            let answer = client.delete(&path)?.expect(204)?;
            if is_sampled(number) {
                client.get(&path)?.expect(404)?;
            }
            Ok(answer.took)
        })
    }
}

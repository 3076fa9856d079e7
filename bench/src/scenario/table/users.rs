//! Requests that change users.

use serde_json::{Value, json};

use super::Table;
use crate::Result;
use crate::client::Client;
use crate::people::employee;
use crate::scenario::users::same;
use crate::seed::{Ids, id_of, is_sampled};
use crate::statements::Statements;

const UPDATE: Option<Statements> = Some(Statements::Update);

impl Table<'_> {
    /// PATCH in the shapes of two identity providers, and PUT.
    pub(super) fn changes(&mut self) -> Result<()> {
        self.measure("PATCH active", 1, UPDATE, |table, client, number| {
            // Everybody is active at first. The second visit of a user makes it so again.
            let active = number / table.directory.len() % 2 == 1;
            let operations = json!([{"op": "replace", "value": {"active": active}}]);
            let answer = table.patch(client, number, &operations)?;
            if is_sampled(number) && answer.json()?["active"] != json!(active) {
                return Err("active was not set".into());
            }
            Ok(answer.took)
        })?;
        self.measure(
            "PATCH, Entra's shape",
            1,
            UPDATE,
            |table, client, number| {
                let mail = format!("new-{number}-{}@example.com", table.bench.run_id);
                let operations = json!([
                    {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": mail},
                    {"op": "Add", "path": "title", "value": format!("Title {number}")},
                ]);
                let answer = table.patch(client, number, &operations)?;
                if is_sampled(number) {
                    same(&answer.json()?["emails"][0]["value"], &mail)?;
                }
                Ok(answer.took)
            },
        )?;
        self.measure("PUT", 1, UPDATE, |table, client, number| {
            let mut user = employee(&table.directory.name(number), number);
            let title = format!("Put {number}");
            user["title"] = json!(title);
            let answer = client
                .put(&format!("/Users/{}", table.directory.id(number)), &user)?
                .expect(200)?;
            if is_sampled(number) {
                same(&answer.json()?["title"], &title)?;
            }
            Ok(answer.took)
        })
    }

    fn patch(
        &self,
        client: &Client,
        number: usize,
        operations: &Value,
    ) -> Result<crate::client::Answer> {
        let path = format!("/Users/{}", self.directory.id(number));
        client.patch_all(&path, operations)?.expect(200)
    }

    /// Returns the ids of the new users, who are in no group.
    pub(super) fn creates(&mut self) -> Result<Vec<String>> {
        let made = Ids::new(self.count(1));
        let create = Some(Statements::Create);
        self.measure("create", 1, create, |table, client, number| {
            let name = format!("made-{}-{number}@example.com", table.bench.run_id);
            let answer = client
                .post("/Users", &employee(&name, number))?
                .expect(201)?;
            if is_sampled(number) {
                same(&answer.json()?["userName"], &name)?;
            }
            made.set(number, id_of(&answer)?);
            Ok(answer.took)
        })?;
        let made = made.into_vec();
        match made.len() {
            0 | 1 => Err("no users could be created".into()),
            _ => Ok(made),
        }
    }

    pub(super) fn deletes(&mut self, made: &[String]) -> Result<()> {
        let delete = Some(Statements::Delete);
        self.measure("delete", 1, delete, |_, client, number| {
            let id = made.get(number).ok_or("this user could not be created")?;
            Ok(client.delete(&format!("/Users/{id}"))?.expect(204)?.took)
        })
    }
}

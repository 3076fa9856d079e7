//! Requests that only read: one user, look-ups, pages, the group of all.

use serde_json::json;

use super::{GET, Table};
use crate::Result;
use crate::scenario::users::same;
use crate::seed::is_sampled;
use crate::statements::Statements;

/// Heavy requests are this many times fewer.
const PAGES: usize = 10;
const GROUPS: usize = 40;

/// Look-ups by name: what identity providers ask before every change.
pub(super) const LOOK_UPS: [&str; 3] = [
    "filter userName",
    "filter externalId",
    "filter emails.value",
];

impl Table<'_> {
    pub(super) fn reads(&mut self) -> Result<()> {
        self.get()?;
        self.look_ups()?;
        self.page("first page of 100", |_, _| 1)?;
        self.page("random page of 100", |table, number| {
            1 + table.directory.user(number) % (table.directory.len() - 99)
        })?;
        self.group_of_all()
    }

    pub(super) fn get(&mut self) -> Result<()> {
        self.measure(GET, 1, Some(Statements::Get), |table, client, number| {
            let answer = client
                .get(&format!("/Users/{}", table.directory.id(number)))?
                .expect(200)?;
            if is_sampled(number) {
                same(&answer.json()?["userName"], &table.directory.name(number))?;
            }
            Ok(answer.took)
        })
    }

    pub(super) fn look_ups(&mut self) -> Result<()> {
        let [by_name, by_external_id, by_email] = LOOK_UPS;
        self.look_up(by_name, |name| format!("userName eq \"{name}\""))?;
        self.look_up(by_external_id, |name| {
            format!("externalId eq \"external-{name}\"")
        })?;
        self.look_up(by_email, |name| format!("emails.value eq \"{name}\""))
    }

    fn look_up(&mut self, name: &str, filter: impl Fn(&str) -> String + Sync) -> Result<()> {
        self.measure(name, 1, Some(Statements::Get), |table, client, number| {
            let wanted = filter(&table.directory.name(number));
            let answer = client.filtered("Users", &wanted)?.expect(200)?;
            if is_sampled(number) {
                let found = answer.json()?;
                if found["totalResults"] != json!(1) {
                    return Err(format!("{wanted}: {} found", found["totalResults"]).into());
                }
                same(&found["Resources"][0]["id"], &table.directory.id(number))?;
            }
            Ok(answer.took)
        })
    }

    /// Pages from any place. Which users are on them is what the walks check.
    fn page(&mut self, name: &str, start: impl Fn(&Self, usize) -> usize + Sync) -> Result<()> {
        let page = Some(Statements::Page);
        self.measure(name, PAGES, page, |table, client, number| {
            let start = start(table, number);
            let answer = client
                .get(&format!("/Users?count=100&startIndex={start}"))?
                .expect(200)?;
            if is_sampled(number) {
                let page = answer.json()?;
                let users = page["Resources"].as_array().map_or(0, Vec::len);
                let is_right = page["totalResults"] == json!(table.directory.len())
                    && page["startIndex"] == json!(start)
                    && page["itemsPerPage"] == json!(100)
                    && users == 100;
                if !is_right {
                    return Err(format!("the page at {start} is not as expected").into());
                }
            }
            Ok(answer.took)
        })
    }

    fn group_of_all(&mut self) -> Result<()> {
        let path = format!("/Groups/{}", self.seeded.large_group_id);
        let users = self.directory.len();
        self.measure(
            "group of all, with members",
            GROUPS,
            Some(Statements::Members),
            |_, client, number| {
                let answer = client.get(&path)?.expect(200)?;
                if is_sampled(number) {
                    let members = answer.json()?["members"].as_array().map_or(0, Vec::len);
                    if members != users {
                        return Err(format!("{members} members").into());
                    }
                }
                Ok(answer.took)
            },
        )?;
        self.measure(
            "group of all, without members",
            1,
            Some(Statements::Get),
            |table, client, number| {
                let path = format!("{path}?excludedAttributes=members");
                let answer = client.get(&path)?.expect(200)?;
                if is_sampled(number) {
                    let group = answer.json()?;
                    same(&group["id"], &table.seeded.large_group_id)?;
                    if !group["members"].is_null() {
                        return Err("members are shown where none are asked for".into());
                    }
                }
                Ok(answer.took)
            },
        )
    }
}

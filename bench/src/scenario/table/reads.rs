//! Requests that only read: one user, look-ups, pages, the group of all.

use super::{GET, Table};
use crate::Result;
use crate::scenario::pages::PAGE_SIZE;
use crate::scenario::shown::{GROUPS, PAGES, check_found, check_members, check_page};
use crate::scenario::users::same;
use crate::seed::is_sampled;
use crate::statements::Statements;

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
            1 + table.directory.user(number) % (table.directory.len() + 1 - PAGE_SIZE)
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
                check_found(&answer.json()?, &wanted, &table.directory.id(number))?;
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
                .get(&format!("/Users?count={PAGE_SIZE}&startIndex={start}"))?
                .expect(200)?;
            if is_sampled(number) {
                check_page(&answer.json()?, start, table.directory.len())?;
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
                    check_members(&answer.json()?, users)?;
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

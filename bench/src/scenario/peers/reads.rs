//! One user, look-ups, pages, the group of all.

use super::Asked;
use crate::Result;
use crate::scenario::pages::PAGE_SIZE;
use crate::scenario::shown::{GROUPS, PAGES, check_found, check_members, check_page};
use crate::scenario::users::same;
use crate::seed::is_sampled;

impl Asked<'_> {
    pub(super) fn reads(&mut self) -> Result<()> {
        self.measure("get by id", self.requests, |asked, client, number| {
            let answer = client.get(&asked.path(number))?.expect(200)?;
            if is_sampled(number) {
                same(&answer.json()?["userName"], &asked.name(number))?;
            }
            Ok(answer.took)
        })?;
        self.look_up("filter userName", |name| format!("userName eq \"{name}\""))?;
        self.look_up("filter externalId", |name| {
            format!("externalId eq \"external-{name}\"")
        })?;
        self.look_up("filter emails.value", |name| {
            format!("emails.value eq \"{name}\"")
        })?;
        self.page("first page of 100", |_, _| 1)?;
        self.page("random page of 100", |asked, number| {
            1 + asked.user(number) % (asked.seeded.user_ids.len() + 1 - PAGE_SIZE)
        })?;
        self.group_of_all()
    }

    fn look_up(&mut self, name: &str, filter: impl Fn(&str) -> String + Sync) -> Result<()> {
        self.measure(name, self.requests, |asked, client, number| {
            let wanted = filter(&asked.name(number));
            let answer = client.filtered("Users", &wanted)?.expect(200)?;
            if is_sampled(number) {
                check_found(&answer.json()?, &wanted, asked.id(number))?;
            }
            Ok(answer.took)
        })
    }

    fn page(&mut self, name: &str, start: impl Fn(&Self, usize) -> usize + Sync) -> Result<()> {
        self.measure(name, self.count(PAGES), |asked, client, number| {
            let start = start(asked, number);
            let path = format!("/Users?count={PAGE_SIZE}&startIndex={start}");
            let answer = client.get(&path)?.expect(200)?;
            if is_sampled(number) {
                check_page(&answer.json()?, start, asked.seeded.user_ids.len())?;
            }
            Ok(answer.took)
        })
    }

    fn group_of_all(&mut self) -> Result<()> {
        let path = format!("/Groups/{}", self.seeded.large_group_id);
        let name = "group of all, with members";
        self.measure(name, self.count(GROUPS), |asked, client, number| {
            let answer = client.get(&path)?.expect(200)?;
            if is_sampled(number) {
                check_members(&answer.json()?, asked.seeded.user_ids.len())?;
            }
            Ok(answer.took)
        })
    }
}

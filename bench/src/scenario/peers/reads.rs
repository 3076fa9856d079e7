//! One user, look-ups, pages, the group of all.

use serde_json::{Value, json};

use super::Asked;
use crate::Result;
use crate::scenario::users::same;
use crate::seed::is_sampled;

/// Heavy requests are this many times fewer, as in `table`.
const PAGES: usize = 10;
const GROUPS: usize = 40;
const PAGE: usize = 100;

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
            1 + asked.user(number) % (asked.seeded.user_ids.len() + 1 - PAGE)
        })?;
        self.group_of_all()
    }

    fn look_up(&mut self, name: &str, filter: impl Fn(&str) -> String + Sync) -> Result<()> {
        self.measure(name, self.requests, |asked, client, number| {
            let wanted = filter(&asked.name(number));
            let answer = client.filtered("Users", &wanted)?.expect(200)?;
            if is_sampled(number) {
                let found = answer.json()?;
                if found["totalResults"] != json!(1) {
                    return Err(format!("{wanted}: {} found", found["totalResults"]).into());
                }
                same(&found["Resources"][0]["id"], asked.id(number))?;
            }
            Ok(answer.took)
        })
    }

    fn page(&mut self, name: &str, start: impl Fn(&Self, usize) -> usize + Sync) -> Result<()> {
        self.measure(name, self.count(PAGES), |asked, client, number| {
            let start = start(asked, number);
            let path = format!("/Users?count={PAGE}&startIndex={start}");
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
                let members = answer.json()?["members"].as_array().map_or(0, Vec::len);
                let right = asked.seeded.user_ids.len();
                if members != right {
                    return Err(format!("{members} members where {right} are right").into());
                }
            }
            Ok(answer.took)
        })
    }
}

/// Numbers have to be numbers (RFC 7644, section 3.4.2.4). Which users are on it is up to the server's order.
fn check_page(page: &Value, start: usize, total: usize) -> Result<()> {
    for (name, right) in [
        ("totalResults", total),
        ("startIndex", start),
        ("itemsPerPage", PAGE),
    ] {
        if page[name] != json!(right) {
            return Err(format!("{name} is {} where {right} is right", page[name]).into());
        }
    }
    match page["Resources"].as_array().map_or(0, Vec::len) {
        PAGE => Ok(()),
        users => Err(format!("{users} users where {PAGE} are right").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut Value), wrong: Option<&str>) {
        let users = vec![json!({}); PAGE];
        let mut page = json!({
            "totalResults": 300, "startIndex": 5, "itemsPerPage": 100, "Resources": users,
        });
        change(&mut page);
        let found = check_page(&page, 5, 300).map_err(|error| error.to_string());
        assert_eq!(found.err().as_deref(), wrong);
    }

    #[test]
    fn a_page_is_right_in_all_its_numbers() {
        check(|_| (), None);
        check(
            |page| page["startIndex"] = json!("5"),
            Some("startIndex is \"5\" where 5 is right"),
        );
        check(
            |page| page["totalResults"] = json!(100),
            Some("totalResults is 100 where 300 is right"),
        );
        check(
            |page| page["Resources"] = json!([]),
            Some("0 users where 100 are right"),
        );
    }
}

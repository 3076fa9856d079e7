//! What answers to requests that read have to show, whichever server gives them.

use serde_json::{Value, json};

use super::pages::PAGE_SIZE;
use super::users::same;
use crate::Result;

/// Heavy requests are this many times fewer: pages, and groups of all.
pub(super) const PAGES: usize = 10;
pub(super) const GROUPS: usize = 40;

/// A look-up finds this one user.
pub(super) fn check_found(found: &Value, wanted: &str, id: &str) -> Result<()> {
    if found["totalResults"] != json!(1) {
        return Err(format!("{wanted}: {} found", found["totalResults"]).into());
    }
    same(&found["Resources"][0]["id"], id)
}

/// A group has so many members.
pub(super) fn check_members(group: &Value, right: usize) -> Result<()> {
    match group["members"].as_array().map_or(0, Vec::len) {
        members if members == right => Ok(()),
        members => Err(format!("{members} members where {right} are right").into()),
    }
}

/// Numbers have to be numbers (RFC 7644, section 3.4.2.4). Which users are on it is up to the server's order.
pub(super) fn check_page(page: &Value, start: usize, total: usize) -> Result<()> {
    for (name, right) in [
        ("totalResults", total),
        ("startIndex", start),
        ("itemsPerPage", PAGE_SIZE),
    ] {
        if page[name] != json!(right) {
            return Err(format!("{name} is {} where {right} is right", page[name]).into());
        }
    }
    match page["Resources"].as_array().map_or(0, Vec::len) {
        PAGE_SIZE => Ok(()),
        users => Err(format!("{users} users where {PAGE_SIZE} are right").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(change: impl FnOnce(&mut Value), wrong: Option<&str>) {
        let users = vec![json!({}); PAGE_SIZE];
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

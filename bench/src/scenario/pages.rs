//! A walk over all users, page by page.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::Result;
use crate::client::Client;

pub(super) const PAGE_SIZE: usize = 100;

/// How a page names the beginning of the next one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Paging {
    /// RFC 7644 §3.4.2.4
    Index,
    /// RFC 9865
    Cursor,
}

/// One page of a list.
pub(super) struct Page {
    total: u64,
    start_index: Option<u64>,
    next_cursor: Option<String>,
    /// UUIDs as numbers: a million of them are 16 MB.
    pub(super) ids: Vec<u128>,
}

/// The state of a walk, and the users that it has seen.
pub(super) struct Walk {
    paging: Paging,
    /// Parameters apart from those of paging.
    options: &'static str,
    /// The number of users.
    total: usize,
    seen: Vec<u128>,
    /// The parameter for the next page. `None` behind the last page, and after a wrong one.
    next: Option<String>,
}

impl Paging {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Index => "startIndex",
            Self::Cursor => "cursor",
        }
    }

    pub(super) fn first(self) -> String {
        match self {
            Self::Index => index(1),
            Self::Cursor => "cursor=".to_owned(),
        }
    }
}

/// The parameter for the page after `skipped` users.
pub(super) fn index(start_index: usize) -> String {
    format!("startIndex={start_index}")
}

/// Requests the page that `parameter` names.
pub(super) fn ask(client: &Client, parameter: &str, options: &str) -> Result<(Page, Duration)> {
    let answer = client
        .get(&format!("/Users?{parameter}&count={PAGE_SIZE}{options}"))?
        .expect(200)?;
    Ok((Page::parse(&answer.json()?)?, answer.took))
}

impl Page {
    fn parse(body: &Value) -> Result<Self> {
        let users = body["Resources"].as_array().map(Vec::as_slice);
        let ids: Option<Vec<u128>> = users
            .unwrap_or_default()
            .iter()
            .map(|user| uuid(user["id"].as_str()?))
            .collect();
        let ids = ids.ok_or("a user on the page has no UUID as its id")?;
        if body["itemsPerPage"].as_u64() != Some(ids.len() as u64) {
            let (says, has) = (&body["itemsPerPage"], ids.len());
            return Err(format!("itemsPerPage is {says} on a page of {has}").into());
        }
        Ok(Self {
            total: body["totalResults"].as_u64().ok_or("no totalResults")?,
            start_index: body["startIndex"].as_u64(),
            next_cursor: body["nextCursor"].as_str().map(str::to_owned),
            ids,
        })
    }
}

fn uuid(id: &str) -> Option<u128> {
    u128::from_str_radix(&id.replace('-', ""), 16).ok()
}

impl Walk {
    pub(super) fn new(paging: Paging, options: &'static str, total: usize) -> Self {
        Self {
            paging,
            options,
            total,
            seen: Vec::with_capacity(total),
            next: Some(paging.first()),
        }
    }

    /// Requests the next page and checks it.
    pub(super) fn step(&mut self, client: &Client) -> Result<Duration> {
        let parameter = self.next.take().ok_or("there is no way to the next page")?;
        let (page, took) = ask(client, &parameter, self.options)?;
        self.accept(page)?;
        Ok(took)
    }

    fn accept(&mut self, page: Page) -> Result<()> {
        let start_index = self.seen.len() + 1;
        let left = self.total - self.seen.len();
        let right = left.min(PAGE_SIZE);
        if page.total != self.total as u64 {
            return Err(format!(
                "totalResults is {} where {} is right",
                page.total, self.total
            )
            .into());
        }
        if page.ids.len() != right {
            let got = page.ids.len();
            return Err(format!(
                "{got} users on a page where {right} are right, after {}",
                self.seen.len()
            )
            .into());
        }
        let is_last = left <= PAGE_SIZE;
        self.next = match self.paging {
            Paging::Index => {
                if page.start_index != Some(start_index as u64) {
                    return Err(format!(
                        "startIndex is {:?} on page {start_index}",
                        page.start_index
                    )
                    .into());
                }
                (!is_last).then(|| index(start_index + right))
            }
            Paging::Cursor => {
                if page.next_cursor.is_some() == is_last {
                    let what = if is_last {
                        "the last page has a nextCursor"
                    } else {
                        "a page that is not the last has no nextCursor"
                    };
                    return Err(what.into());
                }
                page.next_cursor.map(|cursor| {
                    format!("cursor={}", utf8_percent_encode(&cursor, NON_ALPHANUMERIC))
                })
            }
        };
        self.seen.extend(page.ids);
        Ok(())
    }

    /// The users that the walk has seen, in its order.
    pub(super) fn seen(self) -> Vec<u128> {
        self.seen
    }
}

/// Whether there are `total` users, and each only once.
pub(super) fn each_once(seen: &[u128], total: usize) -> Result<()> {
    let mut distinct = seen.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    if (seen.len(), distinct.len()) == (total, total) {
        return Ok(());
    }
    let (all, distinct) = (seen.len(), distinct.len());
    Err(format!("{all} users seen, {distinct} of them distinct, where {total} are right").into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn page(total: u64, start_index: Option<u64>, next_cursor: Option<&str>, size: u128) -> Page {
        Page {
            total,
            start_index,
            next_cursor: next_cursor.map(str::to_owned),
            ids: (0..size).collect(),
        }
    }

    fn check(paging: Paging, pages: Vec<Page>, next: Result<Option<&str>>) {
        let mut walk = Walk::new(paging, "", 150);
        let accepted: Result<()> = pages.into_iter().try_for_each(|page| walk.accept(page));
        assert_eq!(accepted.is_ok(), next.is_ok());
        if let Ok(next) = next {
            assert_eq!(walk.next.as_deref(), next);
        }
    }

    #[test]
    fn a_walk_by_index_goes_on_behind_the_last_user() {
        let first = || page(150, Some(1), None, 100);
        check(Paging::Index, vec![first()], Ok(Some("startIndex=101")));
        check(
            Paging::Index,
            vec![first(), page(150, Some(101), None, 50)],
            Ok(None),
        );
        for wrong in [
            page(150, Some(1), None, 50),
            page(150, Some(101), None, 49),
            page(149, Some(101), None, 50),
            page(150, None, None, 50),
        ] {
            check(Paging::Index, vec![first(), wrong], Err("wrong".into()));
        }
    }

    #[test]
    fn a_walk_by_cursor_ends_with_the_last_page_and_not_before() {
        let first = || page(150, None, Some("a.b"), 100);
        check(Paging::Cursor, vec![first()], Ok(Some("cursor=a%2Eb")));
        check(
            Paging::Cursor,
            vec![first(), page(150, None, None, 50)],
            Ok(None),
        );
        check(
            Paging::Cursor,
            vec![page(150, None, None, 100)],
            Err("ends too early".into()),
        );
        check(
            Paging::Cursor,
            vec![first(), page(150, None, Some("c"), 50)],
            Err("goes on".into()),
        );
    }

    #[test]
    fn everybody_is_seen_once() {
        assert!(each_once(&[3, 1, 2], 3).is_ok());
        assert!(each_once(&[3, 1, 1], 3).is_err(), "one twice, one missing");
        assert!(each_once(&[3, 1, 2, 2], 3).is_err(), "one twice");
        assert!(each_once(&[3, 1], 3).is_err(), "one missing");
    }

    #[test]
    fn a_page_says_truly_how_many_are_on_it() -> Result<()> {
        let id = "00000000-0000-0000-0000-00000000000a";
        let body = |items: u64, id: &str| json!({"totalResults": 1, "startIndex": 1, "itemsPerPage": items, "Resources": [{"id": id}]});
        assert_eq!(Page::parse(&body(1, id))?.ids, [10]);
        assert!(Page::parse(&body(2, id)).is_err());
        assert!(Page::parse(&body(1, "me")).is_err());
        Ok(())
    }
}

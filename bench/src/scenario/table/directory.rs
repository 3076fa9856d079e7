//! The users that requests are about: those that were seeded over HTTP, and behind them those that the database has made
//! of one.

use crate::measure::Bench;
use crate::multiply::Copies;
use crate::scenario::users::scattered;
use crate::seed::{Seeded, user_name};

#[derive(Clone)]
pub(super) struct Directory<'a> {
    bench: &'a Bench,
    seeded: &'a Seeded,
    copies: Option<Copies>,
}

impl<'a> Directory<'a> {
    pub(super) fn seeded(bench: &'a Bench, seeded: &'a Seeded) -> Self {
        Self {
            bench,
            seeded,
            copies: None,
        }
    }

    pub(super) fn grow(&mut self, copies: Copies) {
        self.copies = Some(copies);
    }

    pub(super) fn len(&self) -> usize {
        let copies = self.copies.as_ref().map_or(0, |copies| copies.users);
        self.seeded.user_ids.len() + copies
    }

    /// The user of a request: neighbours in time are far apart.
    pub(super) fn user(&self, request: usize) -> usize {
        scattered(request, self.len())
    }

    /// The id of the user of a request.
    pub(super) fn id(&self, request: usize) -> String {
        let user = self.user(request);
        match user.checked_sub(self.seeded.user_ids.len()) {
            None => self.seeded.user_ids[user].clone(),
            Some(copy) => self
                .copies
                .as_ref()
                .map_or_else(String::new, |copies| copies.id(copy)),
        }
    }

    /// Its `userName`, which is its first e-mail address as well.
    pub(super) fn name(&self, request: usize) -> String {
        let user = self.user(request);
        match user.checked_sub(self.seeded.user_ids.len()) {
            None => user_name(self.bench, user),
            Some(copy) => self
                .copies
                .as_ref()
                .map_or_else(String::new, |copies| copies.user_name(copy)),
        }
    }
}

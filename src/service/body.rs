//! The body of an answer: JSON text, of which long lists of members are read while the client takes it.
//!
//! Members are read in pieces, each with a statement of its own, in the order in which they were created. Nobody waits for a
//! slow client with a database connection, and nobody keeps all members in memory. A client sees everybody who was a member
//! throughout, and nobody twice. Who comes or goes while the answer is read may be in it or not.

use std::collections::VecDeque;
use std::sync::Arc;

use super::links::{MEMBERS_MAX, linked_member};
use super::request::Request;
use super::service::Service;
use crate::store::{Key, Result, Session};

/// The body of an answer.
#[derive(Debug, Default)]
pub struct Body(VecDeque<Part>);

#[derive(Debug)]
enum Part {
    Text(String),
    Members(Left),
}

/// The members of a group that are still to be read.
#[derive(Debug)]
pub(super) struct Left {
    pub(super) request: Arc<Request>,
    pub(super) group: Key,
    /// The last member that was read.
    pub(super) after: Key,
    /// Whether one of them was shown: a comma stands before the next one.
    pub(super) begun: bool,
}

impl From<String> for Body {
    fn from(text: String) -> Self {
        Self(VecDeque::from([Part::Text(text)]))
    }
}

impl Body {
    /// Appends text.
    pub(super) fn push(&mut self, text: &str) {
        match self.0.back_mut() {
            Some(Part::Text(last)) => last.push_str(text),
            _ => self.0.push_back(Part::Text(text.to_owned())),
        }
    }

    /// Appends members that are still to be read.
    pub(super) fn push_members(&mut self, left: Left) {
        self.0.push_back(Part::Members(left));
    }

    /// Appends another body.
    pub(super) fn append(&mut self, other: Self) {
        for part in other.0 {
            match part {
                Part::Text(text) => self.push(&text),
                members => self.0.push_back(members),
            }
        }
    }

    /// The text, if nothing is left to be read.
    ///
    /// Errors: the body itself.
    pub fn whole(mut self) -> std::result::Result<String, Self> {
        match (self.0.len(), self.0.pop_front()) {
            (1, Some(Part::Text(text))) => Ok(text),
            (_, None) => Ok(String::new()),
            (_, Some(first)) => {
                self.0.push_front(first);
                Err(self)
            }
        }
    }

    /// The next piece. `None` at the end.
    ///
    /// Errors: the database. The log tells more.
    pub async fn next(&mut self, service: &Service) -> Result<Option<String>> {
        match self.0.pop_front() {
            None => Ok(None),
            Some(Part::Text(text)) => Ok(Some(text)),
            Some(Part::Members(left)) => {
                let request_id = left.request.call.request_id.clone();
                let piece = left.piece(service).await;
                let (text, left) = piece.inspect_err(|error| error.log(request_id.as_str()))?;
                if let Some(left) = left {
                    self.0.push_front(Part::Members(left));
                }
                Ok(Some(text))
            }
        }
    }
}

impl Left {
    /// The next members, and what is left then.
    async fn piece(self, service: &Service) -> Result<(String, Option<Self>)> {
        let (group, after) = (self.group, self.after);
        let work = move |session: &mut Session<'_>| {
            let found = session.members_after(group, after, MEMBERS_MAX)?;
            Ok(Some(found))
        };
        let never = |_: &mut Session<'_>| Ok(Vec::new());
        let tenant = self.request.call.tenancy.tenant;
        let found = service.store.glance(tenant, work, never).await?;
        let last = found.last().map(|member| member.key);
        let is_full = found.len() == MEMBERS_MAX;
        let members = found.into_iter();
        let members: Vec<_> = members
            .map(|member| linked_member(&self.request, member))
            .collect();
        let mut text = self.request.members_text(&members);
        let shows = !text.is_empty();
        if self.begun && shows {
            text.insert(0, ',');
        }
        let begun = self.begun || shows;
        let left = last.filter(|_| is_full);
        let left = left.map(|after| Self {
            after,
            begun,
            ..self
        });
        Ok((text, left))
    }
}

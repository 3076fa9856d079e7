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
pub struct Body {
    parts: VecDeque<Part>,
    /// The text behind them.
    tail: String,
}

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
        Self {
            parts: VecDeque::new(),
            tail: text,
        }
    }
}

impl Body {
    /// A body that begins with a text, with room for about so many bytes behind it.
    pub(super) fn beginning(head: &str, bytes: usize) -> Self {
        let mut text = String::with_capacity(head.len() + bytes);
        text.push_str(head);
        text.into()
    }

    /// Appends text.
    pub(super) fn push(&mut self, text: &str) {
        self.tail.push_str(text);
    }

    /// The text at its end, to which more may be appended.
    pub(super) fn text(&mut self) -> &mut String {
        &mut self.tail
    }

    /// Appends members that are still to be read.
    pub(super) fn push_members(&mut self, left: Left) {
        let text = std::mem::take(&mut self.tail);
        self.parts.extend([Part::Text(text), Part::Members(left)]);
    }

    /// The text, if nothing is left to be read.
    ///
    /// Errors: the body itself.
    pub fn whole(self) -> std::result::Result<String, Self> {
        match self.parts.is_empty() {
            true => Ok(self.tail),
            false => Err(self),
        }
    }

    /// The next piece. `None` at the end.
    ///
    /// Errors: the database. The log tells more.
    pub async fn next(&mut self, service: &Service) -> Result<Option<String>> {
        match self.parts.pop_front() {
            None => {
                let tail = std::mem::take(&mut self.tail);
                Ok((!tail.is_empty()).then_some(tail))
            }
            Some(Part::Text(text)) => Ok(Some(text)),
            Some(Part::Members(left)) => {
                let request_id = left.request.call.request_id.clone();
                let piece = left.piece(service).await;
                let (text, left) = piece.inspect_err(|error| error.log(request_id.as_str()))?;
                if let Some(left) = left {
                    self.parts.push_front(Part::Members(left));
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

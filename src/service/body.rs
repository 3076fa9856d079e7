//! The body of an answer: JSON text, of which long parts are read while the client takes it.
//!
//! What is unread is read in pieces, each by itself. Nobody waits for a slow client with a database connection, and nobody
//! keeps a long answer in memory.

use std::collections::VecDeque;
use std::fmt;

use futures_util::future::BoxFuture;

use super::request_id::RequestId;
use super::service::Service;
use crate::store::Result;

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
    Unread(Box<dyn Unread>),
}

/// A part of an answer that is still to be read.
pub(super) trait Unread: fmt::Debug + Send {
    /// Reads its next piece. What is unread then is a part of that.
    fn read(self: Box<Self>, service: &Service) -> BoxFuture<'_, Result<Body>>;

    /// The request that it belongs to.
    fn request_id(&self) -> RequestId;
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

    /// Puts text before all.
    pub(super) fn put_first(&mut self, text: &str) {
        match self.parts.front_mut() {
            Some(Part::Text(first)) => first.insert_str(0, text),
            Some(Part::Unread(_)) => self.parts.push_front(Part::Text(text.to_owned())),
            None => self.tail.insert_str(0, text),
        }
    }

    /// Appends text.
    pub(super) fn push(&mut self, text: &str) {
        self.tail.push_str(text);
    }

    /// The text at its end, to which more may be appended.
    pub(super) fn text(&mut self) -> &mut String {
        &mut self.tail
    }

    /// Appends what is still to be read.
    pub(super) fn push_unread(&mut self, unread: impl Unread + 'static) {
        let text = std::mem::take(&mut self.tail);
        self.parts
            .extend([Part::Text(text), Part::Unread(Box::new(unread))]);
    }

    /// The size of what is read, in bytes.
    pub(super) fn size(&self) -> usize {
        let texts = self.parts.iter().map(|part| match part {
            Part::Text(text) => text.len(),
            Part::Unread(_) => 0,
        });
        texts.sum::<usize>() + self.tail.len()
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

    /// The next piece, which is not empty. `None` at the end.
    ///
    /// Errors: the database. The log tells more.
    pub async fn next(&mut self, service: &Service) -> Result<Option<String>> {
        loop {
            let text = match self.parts.pop_front() {
                None => {
                    let tail = std::mem::take(&mut self.tail);
                    return Ok((!tail.is_empty()).then_some(tail));
                }
                Some(Part::Text(text)) => text,
                Some(Part::Unread(unread)) => {
                    let request_id = unread.request_id();
                    let piece = unread.read(service).await;
                    self.put_before(piece.inspect_err(|error| error.log(request_id.as_str()))?);
                    continue;
                }
            };
            if !text.is_empty() {
                return Ok(Some(text));
            }
        }
    }

    fn put_before(&mut self, piece: Self) {
        let mut parts = piece.parts;
        parts.push_back(Part::Text(piece.tail));
        parts.append(&mut self.parts);
        self.parts = parts;
    }
}

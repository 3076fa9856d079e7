//! The members of a group that an answer has still to show.
//!
//! Members are read in pieces, each with a statement of its own, in the order in which they were created. A client sees
//! everybody who was a member throughout, and nobody twice. Who comes or goes while the answer is read may be in it or not.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::body::{Body, Unread};
use super::links::{MEMBERS_MAX, linked_member};
use super::request::Request;
use super::request_id::RequestId;
use super::service::Service;
use crate::store::{Key, Result, Session};

/// The members of a group that are still to be read.
#[derive(Debug)]
pub(super) struct UnreadMembers {
    pub(super) request: Arc<Request>,
    pub(super) group: Key,
    /// The last member that was read.
    pub(super) after: Key,
    /// Whether one of them was shown: a comma stands before the next one.
    pub(super) begun: bool,
}

impl Unread for UnreadMembers {
    fn read(self: Box<Self>, service: &Service) -> BoxFuture<'_, Result<Body>> {
        Box::pin(self.piece(service))
    }

    fn request_id(&self) -> RequestId {
        self.request.call.request_id.clone()
    }
}

impl UnreadMembers {
    /// The next members, and what is left then.
    async fn piece(self, service: &Service) -> Result<Body> {
        let (group, after) = (self.group, self.after);
        let work =
            move |session: &mut Session<'_>| session.members_after(group, after, MEMBERS_MAX);
        let tenant = self.request.call.tenancy.tenant;
        let found = service.store.look(tenant, work).await?;
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
        let mut body = Body::from(text);
        if let Some(after) = last.filter(|_| is_full) {
            body.push_unread(Self {
                after,
                begun,
                ..self
            });
        }
        Ok(body)
    }
}

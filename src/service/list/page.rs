//! A page that is read slice by slice.

use scim::list::ListResponse;
use scim::query::{ListQuery, Paging};
use scim::resource_type::ResourceType;

use super::asked::Asked;
use super::extent::Extent;
use super::reading::Held;
use super::walked::Walked;
use super::{cursor, index, work};
use crate::service::body::Body;
use crate::service::show::append_some;
use crate::store::query::{Position, Slice, Start};
use crate::store::{Result, Session};

/// A page that is read slice by slice.
#[derive(Debug, Clone)]
pub(super) struct Page {
    way: Way,
    extent: Extent,
    /// Most resources on it.
    count: i64,
    /// Most resources to read next: where few fill an answer, reading many is in vain.
    slice_max: i64,
}

/// How the page was found.
#[derive(Debug, Clone)]
enum Way {
    Index(index::Opened),
    Cursor(cursor::Opened),
}

/// What a page is read with: the list and its query.
pub(super) struct Context<'a> {
    asked: &'a Asked,
    pub(super) query: &'a ListQuery<'a>,
    /// The first of its types.
    first: &'a ResourceType,
    /// What tells the list from others.
    signature: String,
}

impl<'a> Context<'a> {
    pub(super) fn new(asked: &'a Asked, query: &'a ListQuery<'a>, first: &'a ResourceType) -> Self {
        Self {
            asked,
            query,
            first,
            signature: query.signature(&asked.parameters),
        }
    }
}

impl Page {
    /// Finds the page, and reads its first slice. `None` when that needs a transaction.
    pub(super) fn open(
        context: &Context<'_>,
        session: &mut Session<'_>,
        held: Held,
    ) -> Result<Option<(Self, Slice)>> {
        let Context { asked, query, .. } = context;
        let mut reading = asked.reading(session, query, context.first);
        work::check(&mut reading)?;
        let (slice, way, count) = match &query.paging {
            Paging::Index(start_index) => {
                let walker = asked.walker(&context.signature, query);
                let (slice, opened) = index::open(&mut reading, &walker, *start_index)?;
                (slice, Way::Index(opened), query.count)
            }
            Paging::Cursor(cursor) => {
                let sealer = asked.sealer(&context.signature);
                let opened = cursor::open(&mut reading, &sealer, cursor.as_deref(), held)?;
                let Some((slice, opened)) = opened else {
                    return Ok(None);
                };
                let count = opened.count;
                (slice, Way::Cursor(opened), count)
            }
        };
        let page = Self {
            way,
            extent: Extent::default(),
            count,
            slice_max: i64::MAX,
        };
        Ok(Some((page, slice)))
    }

    /// Reads the slice behind those that were shown.
    pub(super) fn next(
        &self,
        context: &Context<'_>,
        session: &mut Session<'_>,
        last: Position,
    ) -> Result<Slice> {
        let mut reading = context.asked.reading(session, context.query, context.first);
        let left = (self.count - self.extent.shown).min(self.slice_max);
        reading.slice(Start::After(last), left)
    }

    /// Shows the resources of a slice, or some of them where they are large.
    pub(super) fn show(
        &mut self,
        context: &Context<'_>,
        session: &mut Session<'_>,
        slice: Slice,
        body: &mut Body,
    ) -> Result<()> {
        let mut slice = slice;
        let begins = self.extent.shown == 0;
        let requests = &context.asked.requests;
        let shown = append_some(body, session, requests, &slice.rows, begins)?;
        if shown < slice.rows.len() {
            if let Way::Cursor(opened) = &self.way
                && opened.is_backward()
            {
                // What is left out has to stand before the page.
                let fewer = self.fewer(context, session, opened.start(), shown)?;
                *body = Body::default();
                return self.show(context, session, fewer, body);
            }
            slice.truncate(shown);
        }
        if slice.more {
            self.slice_max = i64::try_from(shown).unwrap_or(i64::MAX).saturating_mul(2);
        }
        self.extent.add(&slice);
        Ok(())
    }

    /// The first slice once more, with so many resources.
    fn fewer(
        &self,
        context: &Context<'_>,
        session: &mut Session<'_>,
        start: Start,
        count: usize,
    ) -> Result<Slice> {
        let mut reading = context.asked.reading(session, context.query, context.first);
        reading.slice(start, i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// The position behind which the rest of the page stands. `None` when all of it was read. A page that is read backward has
    /// no rest: a client who goes back asks for what is before it.
    pub(super) fn rest(&self) -> Option<Position> {
        let is_part = self.extent.more && self.extent.shown < self.count && !self.is_backward();
        self.extent.last.clone().filter(|_| is_part)
    }

    fn is_backward(&self) -> bool {
        matches!(&self.way, Way::Cursor(opened) if opened.is_backward())
    }

    /// What there is to tell of the page when it has been read, and what to note of the walk that it belongs to.
    pub(super) fn close(
        &self,
        context: &Context<'_>,
        session: &mut Session<'_>,
    ) -> Result<(ListResponse, Option<Walked>)> {
        let Context { asked, query, .. } = context;
        let mut reading = asked.reading(session, query, context.first);
        let told = |total: i64| ListResponse {
            items_per_page: self.extent.shown,
            ..ListResponse::new(Vec::new(), total)
        };
        match &self.way {
            Way::Index(opened) => {
                let closed = opened.close(&mut reading, &self.extent)?;
                let told = ListResponse {
                    start_index: Some(closed.start_index),
                    ..told(closed.total)
                };
                let walker = || asked.walker(&context.signature, query);
                let walked = closed.walk.map(|walk| asked.walked(walker(), walk));
                Ok((told, walked))
            }
            Way::Cursor(opened) => {
                let closed = opened.close(
                    &mut reading,
                    &asked.sealer(&context.signature),
                    &self.extent,
                )?;
                let told = ListResponse {
                    previous_cursor: closed.previous,
                    next_cursor: closed.next,
                    ..told(closed.total)
                };
                Ok((told, None))
            }
        }
    }
}

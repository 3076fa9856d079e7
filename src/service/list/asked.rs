//! A list that a client asks for.

use std::sync::Arc;

use scim::ScimError;
use scim::filter::Condition;
use scim::query::{Limits, ListQuery, Parameters};
use scim::resource_type::ResourceType;

use super::cursor::Sealer;
use super::reading::{Reading, timeout_ms};
use super::walked::Walked;
use crate::service::call::Call;
use crate::service::links::beside_each;
use crate::service::request::Request;
use crate::store::{Session, Walk, Walker};

/// A list that a client asks for.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) call: Call,
    /// The same request for each resource type of the list.
    pub(super) requests: Vec<Request>,
    pub(super) parameters: Parameters,
    pub(super) limits: Limits,
    pub(super) now_ms: i64,
}

impl Asked {
    pub(super) fn types(&self) -> Vec<Arc<ResourceType>> {
        let types = self.requests.iter();
        types
            .map(|request| Arc::clone(&request.resource_type))
            .collect()
    }

    pub(super) fn query<'a>(
        &self,
        types: &'a [Arc<ResourceType>],
    ) -> std::result::Result<ListQuery<'a>, ScimError> {
        let query = ListQuery::parse(&self.parameters, types, &self.call.leniency, self.limits)?;
        for selection in &query.selections {
            let filtered = selection.condition.iter().flat_map(Condition::targets);
            let asked = filtered.chain(selection.sort_by);
            for target in asked {
                self.call
                    .caller
                    .check_asks(selection.resource_type, &target)?;
            }
        }
        Ok(query)
    }

    /// The context of reading the list. `first` is the first of its types.
    pub(super) fn reading<'r, 's>(
        &'r self,
        session: &'r mut Session<'s>,
        query: &'r ListQuery<'r>,
        first: &'r ResourceType,
    ) -> Reading<'r, 's> {
        let tenancy = &self.call.tenancy;
        let compiler = session.compiler(first, &tenancy.registry, &tenancy.base);
        Reading {
            session,
            compiler: compiler.beside(beside_each(&self.requests)),
            query,
            now_ms: self.now_ms,
            limits: self.limits,
        }
    }

    /// What seals the cursors of the list.
    pub(super) fn sealer(&self, signature: &str) -> Sealer {
        Sealer::new(&self.call.tenancy.cursor_secret, signature.to_owned())
    }

    /// Who walks through the list by index.
    pub(super) fn walker(&self, signature: &str, query: &ListQuery<'_>) -> Walker {
        // Walks with different page sizes are different walks. A client that reads two resources first must not move the
        // second page of a walk in pages of a hundred.
        let way = format!("{signature} by {}", query.count);
        Walker::new(&self.call.caller.key_id, &way)
    }

    /// What there is to note of a walk.
    pub(super) fn walked(&self, walker: Walker, walk: Walk) -> Walked {
        Walked {
            walker,
            walk,
            now_ms: self.now_ms,
            forgotten_ms: self.now_ms - timeout_ms(self.limits),
        }
    }
}

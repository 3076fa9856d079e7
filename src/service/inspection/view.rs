//! A tenant as a piece of the deep look sees it.

use std::sync::Arc;

use scim::registry::Registry;

use crate::service::definitions;
use crate::store::{Result, Tenants};

/// A tenant's resource types, and the revision of which they are.
#[derive(Clone)]
pub(super) struct View {
    revision: i64,
    pub(super) registry: Arc<Registry>,
}

impl View {
    /// The view of now. It is read anew only when the tenant has changed. `None` when the tenant is gone.
    ///
    /// Errors: `invalidValue` for stored definitions that this version cannot serve.
    pub(super) fn of(
        tenants: &mut Tenants<'_>,
        slug: &str,
        known: Option<&Self>,
    ) -> Result<Option<Self>> {
        let Some(tenant) = tenants.find(slug)? else {
            return Ok(None);
        };
        if let Some(known) = known.filter(|known| known.revision == tenant.revision) {
            return Ok(Some(known.clone()));
        }
        let (_, registry) = definitions::load(tenants, slug)?;
        Ok(Some(Self {
            revision: tenant.revision,
            registry: Arc::new(registry),
        }))
    }
}

//! The resource types of tenants, kept while the tenant's revision is current.
//!
//! Every request reads the revision with its credential, so an entry here is never stale: on every instance, the next
//! request follows a change of definitions.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use scim::ScimError;
use scim::registry::Registry;

use super::settings::Settings;
use crate::store::{Result, Session, Store, StoreError, Tenant, TenantId};

/// Most tenants in memory. Tenants without definitions share one registry.
const TENANTS_MAX: usize = 10_000;

static UNIQUE_GROUP_NAMES: LazyLock<Arc<Registry>> =
    LazyLock::new(|| Arc::new(Registry::standard(true)));
static FREE_GROUP_NAMES: LazyLock<Arc<Registry>> =
    LazyLock::new(|| Arc::new(Registry::standard(false)));

/// The resource types of a tenant without definitions of its own.
pub fn standard_registry(settings: &Settings) -> Arc<Registry> {
    let registry = if settings.unique_group_names {
        &UNIQUE_GROUP_NAMES
    } else {
        &FREE_GROUP_NAMES
    };
    Arc::clone(registry)
}

/// The registries of the tenants that were used last.
#[derive(Clone, Default)]
pub struct Registries(Arc<Mutex<Remembered>>);

#[derive(Default)]
struct Remembered {
    of: HashMap<TenantId, Entry>,
    /// Counts the look-ups, which finds the entry unused for longest.
    asked: u64,
}

struct Entry {
    revision: i64,
    last_asked: u64,
    registry: Arc<Registry>,
}

impl Registries {
    /// The tenant's resource types. They are read from the database only when the tenant has changed since the last
    /// time.
    ///
    /// Errors: 503; 500 for stored definitions that this version cannot serve, since ignoring them would lose data.
    pub async fn of(
        &self,
        store: &Store,
        tenant: &Tenant,
        settings: &Settings,
    ) -> Result<Arc<Registry>> {
        if let Some(known) = self.known(tenant) {
            return Ok(known);
        }
        let read = |session: &mut Session<'_>| session.definitions();
        let (revision, definitions) = store.read(tenant.id, read).await?;
        let registry = if definitions.is_empty() {
            standard_registry(settings)
        } else {
            let built = definitions.registry(settings.unique_group_names);
            Arc::new(built.map_err(|error| unusable(&tenant.slug, &error))?)
        };
        // The settings belong to the revision that the credential saw. If the tenant has changed since, the next
        // request reads again.
        if revision == tenant.revision {
            self.remember(tenant.id, revision, &registry);
        }
        Ok(registry)
    }

    fn known(&self, tenant: &Tenant) -> Option<Arc<Registry>> {
        let mut remembered = self.remembered();
        remembered.asked += 1;
        let now = remembered.asked;
        let entry = remembered.of.get_mut(&tenant.id)?;
        if entry.revision != tenant.revision {
            return None;
        }
        entry.last_asked = now;
        Some(Arc::clone(&entry.registry))
    }

    fn remember(&self, tenant: TenantId, revision: i64, registry: &Arc<Registry>) {
        let mut remembered = self.remembered();
        let newer = remembered.of.get(&tenant);
        if newer.is_some_and(|known| known.revision > revision) {
            return;
        }
        if remembered.of.len() >= TENANTS_MAX && !remembered.of.contains_key(&tenant) {
            let entries = remembered.of.iter();
            let oldest = entries.min_by_key(|(_, entry)| entry.last_asked);
            if let Some(oldest) = oldest.map(|(tenant, _)| *tenant) {
                remembered.of.remove(&oldest);
            }
        }
        let entry = Entry {
            revision,
            last_asked: remembered.asked,
            registry: Arc::clone(registry),
        };
        remembered.of.insert(tenant, entry);
    }

    fn remembered(&self) -> MutexGuard<'_, Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unusable(slug: &str, error: &ScimError) -> StoreError {
    log::error!("the definitions of tenant {slug} cannot be served: {error}");
    StoreError::Fault("the definitions of the tenant cannot be served")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::CursorSecret;

    fn tenant(id: i32, revision: i64) -> Tenant {
        Tenant {
            id: TenantId(id),
            slug: "acme".into(),
            name: String::new(),
            settings: serde_json::Value::Null,
            created_ms: 0,
            revision,
            cursor_secret: CursorSecret(String::new()),
        }
    }

    #[test]
    fn only_the_present_revision_is_remembered() {
        let registries = Registries::default();
        let registry = Arc::new(Registry::standard(true));
        registries.remember(TenantId(1), 5, &registry);
        assert!(registries.known(&tenant(1, 5)).is_some());
        assert!(registries.known(&tenant(1, 6)).is_none(), "moved on");
        assert!(registries.known(&tenant(2, 5)).is_none(), "another's");
        registries.remember(TenantId(1), 4, &registry);
        assert!(registries.known(&tenant(1, 4)).is_none());
        assert!(registries.known(&tenant(1, 5)).is_some());
    }

    #[test]
    fn their_number_is_bounded() {
        let registries = Registries::default();
        let registry = Arc::new(Registry::standard(true));
        let last = i32::try_from(TENANTS_MAX).unwrap();
        for id in 1..=last {
            registries.remember(TenantId(id), 1, &registry);
        }
        assert!(registries.known(&tenant(1, 1)).is_some());
        registries.remember(TenantId(last + 1), 1, &registry);
        assert_eq!(registries.remembered().of.len(), TENANTS_MAX);
        assert!(registries.known(&tenant(1, 1)).is_some(), "just asked for");
        assert!(registries.known(&tenant(last + 1, 1)).is_some());
    }
}

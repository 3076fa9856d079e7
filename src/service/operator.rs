//! The use cases of operators, for commands. Each blocks until it is done.

use std::path::Path;
use std::sync::Arc;

use scim::definition::Definitions;
use scim::registry::Registry;

use super::clock::Clock;
use super::credentials::{self, Wanted};
use super::definitions::{self, Edit};
use super::first_token::{self, FirstToken};
use super::slug::Slug;
use super::tenants::{self, Changes};
use super::token::Token;
use crate::store::{Credential, Integrity, Result, Store, StoreError, Tenant, Tenants, check_url};

/// An operator's access to a database.
pub struct Operator {
    store: Store,
    clock: Clock,
}

impl Operator {
    /// Opens a database that has this version's tables.
    ///
    /// Errors: a sentence for the operator.
    pub fn open(database_url: &str) -> std::result::Result<Self, String> {
        let operator = Self::at(database_url)?;
        if !operator.pending_migrations()?.is_empty() {
            return Err("the database does not have this version's tables yet; run `scimd migrate` (or `scimd serve`) first".to_owned());
        }
        Ok(operator)
    }

    /// Opens a database with any tables. A SQLite file must exist, since opening would create an empty one.
    ///
    /// Errors: a sentence for the operator.
    pub fn at(database_url: &str) -> std::result::Result<Self, String> {
        check_url(database_url)?;
        match database_url.strip_prefix("sqlite:") {
            Some(path) if !Path::new(path).exists() => {
                return Err(format!(
                    "there is no database at {path}; run `scimd serve` or `scimd migrate` first, or give --database-url"
                ));
            }
            _ => {}
        }
        Ok(Self {
            store: Store::open(database_url, 1)?,
            clock: Clock,
        })
    }

    /// The names of the migrations that have not run yet.
    ///
    /// Errors: a sentence for the operator.
    pub fn pending_migrations(&self) -> std::result::Result<Vec<String>, String> {
        let pending = self
            .store
            .upkeep(|tenants| Ok(tenants.pending_migrations()));
        pending.map_err(|error| error.to_string())?
    }

    /// How far the database's clock is behind this machine's, in milliseconds.
    pub fn clock_skew_ms(&self) -> Result<i64> {
        let theirs = self.store.upkeep(|tenants| tenants.now_ms())?;
        Ok(self.clock.now_ms() - theirs)
    }

    /// Whether the database's file is sound, as far as the database knows.
    pub fn integrity(&self) -> Result<Integrity> {
        self.store.upkeep(|tenants| tenants.integrity())
    }

    /// Gives a new database its first tenant and token: the chosen one, or a new one. See [`first_token::create`].
    ///
    /// Errors: the database.
    pub fn first_token(&self, chosen: Option<Token>) -> Result<(FirstToken, Token)> {
        let now_ms = self.clock.now_ms();
        let token = chosen.map_or_else(credentials::new_token, Ok)?;
        let created = self.write(|tenants| first_token::create(tenants, &token, now_ms));
        let outcome = match created {
            // Another instance was first.
            Err(StoreError::UniqueViolation) => FirstToken::Known,
            outcome => outcome?,
        };
        Ok((outcome, token))
    }

    /// Every tenant, by slug.
    pub fn tenants(&self) -> Result<Vec<Tenant>> {
        self.store.upkeep(|tenants| tenants.all())
    }

    /// See [`tenants::find`].
    pub fn tenant(&self, slug: &str) -> Result<Tenant> {
        self.store.upkeep(|tenants| tenants::find(tenants, slug))
    }

    /// See [`tenants::create`].
    pub fn create_tenant(&self, slug: &Slug, name: Option<&str>) -> Result<Tenant> {
        let now_ms = self.clock.now_ms();
        self.write(|tenants| tenants::create(tenants, slug, name, now_ms))
    }

    /// See [`tenants::set`].
    pub fn set_tenant(&self, slug: &str, changes: &Changes) -> Result<()> {
        self.write(|tenants| tenants::set(tenants, slug, changes))
    }

    /// See [`tenants::delete`].
    pub fn delete_tenant(&self, slug: &str) -> Result<()> {
        self.write(|tenants| tenants::delete(tenants, slug))
    }

    /// Makes a token and its credential. Returns the token. See [`credentials::create`]. `expires_in_ms` counts from
    /// now.
    pub fn create_token(
        &self,
        slug: &str,
        wanted: Wanted<'_>,
        expires_in_ms: Option<i64>,
    ) -> Result<Token> {
        let token = credentials::new_token()?;
        let now_ms = self.clock.now_ms();
        let wanted = Wanted {
            expires_ms: expires_in_ms.map(|in_ms| now_ms + in_ms),
            ..wanted
        };
        self.write(|tenants| credentials::create(tenants, slug, &token, &wanted, now_ms))?;
        Ok(token)
    }

    /// See [`credentials::list`].
    pub fn tokens(&self, slug: &str) -> Result<Vec<Credential>> {
        self.store
            .upkeep(|tenants| credentials::list(tenants, slug))
    }

    /// See [`credentials::link`].
    pub fn link_token(
        &self,
        slug: &str,
        key_id: &str,
        user: Option<&str>,
    ) -> Result<Option<String>> {
        self.write(|tenants| credentials::link(tenants, slug, key_id, user))
    }

    /// See [`credentials::revoke`].
    pub fn revoke_token(&self, slug: &str, key_id: &str) -> Result<()> {
        self.write(|tenants| credentials::revoke(tenants, slug, key_id))
    }

    /// See [`definitions::load`].
    pub fn definitions(&self, slug: &str) -> Result<(Definitions, Registry)> {
        self.store
            .read_tenants_blocking(|tenants| definitions::load(tenants, slug))
    }

    /// Makes all changes to a tenant's definitions, or none. See [`definitions::change`].
    pub fn define(&self, slug: &str, edits: &[Edit]) -> Result<Arc<Registry>> {
        self.write(|tenants| {
            let tenant = tenants::find(tenants, slug)?;
            definitions::change(&mut tenants.session(tenant.id), edits)
        })
    }

    fn write<T>(&self, work: impl FnOnce(&mut Tenants<'_>) -> Result<T>) -> Result<T> {
        self.store.over_tenants_blocking(work)
    }
}

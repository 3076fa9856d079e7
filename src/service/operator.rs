//! The use cases of operators, for commands. Each blocks until it is done.

use std::path::Path;
use std::sync::Arc;

use scim::definition::Definitions;
use scim::registry::Registry;

use super::audit::Event;
use super::clock::Clock;
use super::credentials::{self, Found, Successor, Wanted};
use super::definitions::{self, Edit};
use super::first_token::{self, FirstToken};
use super::inspection::{self, Examined};
use super::issuers::{self, NewIssuer, Trusted};
use super::packs::{self, Pack};
use super::service::Service;
use super::slug::Slug;
use super::tenants::{self, SettingChanges};
use super::token::Token;
use crate::store::{
    Audit, Credential, Integrity, Presence, Result, Store, StoreError, Tenant, Tenants, check_url,
};

/// An operator's access to a database.
pub struct Operator {
    store: Store,
    clock: Clock,
    /// Of the service, where there is one.
    _present: Option<Presence>,
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
        let present = Presence::of(database_url)?;
        Ok(Self {
            store: Store::open(database_url, 1)?,
            clock: Clock,
            _present: Some(present),
        })
    }

    /// An operator beside a running service, on its connections.
    pub fn of(service: &Service) -> Self {
        Self {
            store: service.store.clone(),
            clock: service.clock,
            _present: None,
        }
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

    /// Looks at everything that is stored of one tenant or of all, beside a running server. `repair` also mends what follows
    /// from something else.
    ///
    /// Errors: 404 for the tenant; the database.
    pub fn inspect(&self, slug: Option<&str>, repair: bool) -> Result<Vec<Examined>> {
        inspection::inspect(&self.store, self.clock, slug, repair)
    }

    /// Gives a new database its first tenant and token: the chosen one, or a new one.
    ///
    /// Errors: the database.
    pub fn first_token(&self, chosen: Option<Token>) -> Result<(FirstToken, Token)> {
        let now_ms = self.clock.now_ms();
        let token = chosen.map_or_else(credentials::new_token, Ok)?;
        let created = self.write(|tenants| {
            let outcome = first_token::create(tenants, &token, now_ms)?;
            if outcome == FirstToken::Created {
                let slug = first_token::SLUG;
                self.note(tenants, Event::TenantCreated, slug, None)?;
                self.note(tenants, Event::TokenCreated, slug, Some(&token.key_id()))?;
            }
            Ok(outcome)
        });
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

    /// The tenant of this slug.
    ///
    /// Errors: 404.
    pub fn tenant(&self, slug: &str) -> Result<Tenant> {
        self.store.upkeep(|tenants| tenants::find(tenants, slug))
    }

    /// Creates a tenant, with its slug as its name unless another is given.
    ///
    /// Errors: `UniqueViolation` when the slug is taken.
    pub fn create_tenant(&self, slug: &Slug, name: Option<&str>) -> Result<Tenant> {
        let now_ms = self.clock.now_ms();
        self.write(|tenants| {
            let tenant = tenants::create(tenants, slug, name, now_ms)?;
            self.note(tenants, Event::TenantCreated, slug.as_str(), None)?;
            Ok(tenant)
        })
    }

    /// Changes settings of a tenant.
    ///
    /// Errors: 404; a sentence that says why stored groups prevent a setting.
    pub fn set_tenant(&self, slug: &str, changes: &SettingChanges) -> Result<()> {
        self.write(|tenants| {
            tenants::set(tenants, slug, changes)?;
            self.note(tenants, Event::TenantChanged, slug, None)
        })
    }

    /// Deletes a tenant with everything that is in it.
    ///
    /// Errors: 404.
    pub fn delete_tenant(&self, slug: &str) -> Result<()> {
        self.write(|tenants| {
            tenants::delete(tenants, slug)?;
            self.note(tenants, Event::TenantDeleted, slug, None)
        })
    }

    /// Makes a token and its credential. Returns the token.
    ///
    /// Errors: 404 for the tenant or the user.
    pub fn create_token(&self, slug: &str, wanted: &Wanted<'_>) -> Result<Token> {
        let token = credentials::new_token()?;
        let now_ms = self.clock.now_ms();
        self.write(|tenants| {
            credentials::create(tenants, slug, &token, wanted, now_ms)?;
            self.note(tenants, Event::TokenCreated, slug, Some(&token.key_id()))
        })?;
        Ok(token)
    }

    /// Makes a token that takes the place of another one, and gives that one an end. Returns the token, its credential, and the one
    /// before as it is now.
    ///
    /// Errors: 404 for the tenant or the credential; 409 for one that has ended.
    pub fn rotate_token(
        &self,
        slug: &str,
        key_id: &str,
        successor: &Successor<'_>,
    ) -> Result<(Token, Credential, Credential)> {
        let token = credentials::new_token()?;
        let now_ms = self.clock.now_ms();
        let (new, before) = self.write(|tenants| {
            let rotated = credentials::rotate(tenants, slug, key_id, &token, successor, now_ms)?;
            self.note(tenants, Event::TokenRotated, slug, Some(key_id))?;
            self.note(tenants, Event::TokenCreated, slug, Some(&token.key_id()))?;
            Ok(rotated)
        })?;
        Ok((token, new, before))
    }

    /// Finds whose a token is, in any tenant, also when it has ended.
    pub fn find_token(&self, token: &Token) -> Result<Option<Found>> {
        let now_ms = self.clock.now_ms();
        self.store
            .upkeep(|tenants| credentials::find(tenants, token, now_ms))
    }

    /// The credentials of a tenant, oldest first.
    ///
    /// Errors: 404 for the tenant.
    pub fn tokens(&self, slug: &str) -> Result<Vec<Credential>> {
        self.store
            .upkeep(|tenants| credentials::list(tenants, slug))
    }

    /// Links a credential to a user, or removes the link. Returns the user's id.
    ///
    /// Errors: 404 for the tenant, the user or the credential.
    pub fn link_token(
        &self,
        slug: &str,
        key_id: &str,
        user: Option<&str>,
    ) -> Result<Option<String>> {
        self.write(|tenants| {
            let linked = credentials::link(tenants, slug, key_id, user)?;
            let event = match linked {
                Some(_) => Event::TokenLinked,
                None => Event::TokenUnlinked,
            };
            self.note(tenants, event, slug, Some(key_id))?;
            Ok(linked)
        })
    }

    /// Revokes a credential, at once and on every instance.
    ///
    /// Errors: 404 for the tenant or the credential.
    pub fn revoke_token(&self, slug: &str, key_id: &str) -> Result<()> {
        let now_ms = self.clock.now_ms();
        self.write(|tenants| {
            credentials::revoke(tenants, slug, key_id, now_ms)?;
            self.note(tenants, Event::TokenRevoked, slug, Some(key_id))
        })
    }

    /// Trusts an issuer of JWTs.
    ///
    /// Errors: 404 for the tenant; 409 for a name or an issuer that is there already.
    pub fn add_issuer(&self, slug: &str, new: &NewIssuer<'_>) -> Result<()> {
        let now_ms = self.clock.now_ms();
        self.write(|tenants| {
            issuers::add(tenants, slug, new, now_ms)?;
            let subject = format!("issuer:{}", new.name);
            self.note_of(tenants, Event::IssuerAdded, slug, Some(subject))
        })
    }

    /// The issuers that a tenant trusts, oldest first.
    ///
    /// Errors: 404 for the tenant.
    pub fn issuers(&self, slug: &str) -> Result<Vec<Trusted>> {
        self.store.upkeep(|tenants| issuers::list(tenants, slug))
    }

    /// Trusts an issuer no more, at once and on every instance.
    ///
    /// Errors: 404 for the tenant or the issuer.
    pub fn remove_issuer(&self, slug: &str, name: &str) -> Result<()> {
        self.write(|tenants| {
            issuers::remove(tenants, slug, name)?;
            let subject = format!("issuer:{name}");
            self.note_of(tenants, Event::IssuerRemoved, slug, Some(subject))
        })
    }

    /// A tenant's definitions, and the resource types that follow.
    ///
    /// Errors: 404 for the tenant; `invalidValue` for stored definitions that this version cannot serve.
    pub fn definitions(&self, slug: &str) -> Result<(Definitions, Registry)> {
        self.store
            .read_tenants_blocking(|tenants| definitions::load(tenants, slug))
    }

    /// Makes all changes to a tenant's definitions, or none.
    pub fn define(&self, slug: &str, edits: &[Edit]) -> Result<Arc<Registry>> {
        self.write(|tenants| {
            let tenant = tenants::find(tenants, slug)?;
            definitions::change(&mut tenants.session(tenant.id), edits)
        })
    }

    /// Takes a pack out of a tenant's definitions, as a whole or not at all. Returns the names of the resource types that
    /// the tenant no longer has.
    ///
    /// Errors: 404 for the tenant, and when nothing of the pack is there; 409 while there are resources of its types, or
    /// other types use its schemas.
    pub fn remove_pack(&self, slug: &str, pack: &Pack) -> Result<Vec<String>> {
        self.write(|tenants| {
            let tenant = tenants::find(tenants, slug)?;
            packs::remove(&mut tenants.session(tenant.id), pack)
        })
    }

    /// Rows of the audit of a tenant, or of all, from a time on, behind a number, oldest first.
    pub fn audit(
        &self,
        tenant: Option<&str>,
        since_ms: i64,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Audit>> {
        self.store
            .upkeep(|tenants| tenants.audit(tenant, since_ms, after, limit))
    }

    /// The present time.
    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    /// Tells the audit what this transaction does, to a token if a key id is given.
    fn note(
        &self,
        tenants: &mut Tenants<'_>,
        event: Event,
        slug: &str,
        key_id: Option<&str>,
    ) -> Result<()> {
        let subject = key_id.map(|key_id| format!("token:{key_id}"));
        self.note_of(tenants, event, slug, subject)
    }

    fn note_of(
        &self,
        tenants: &mut Tenants<'_>,
        event: Event,
        slug: &str,
        subject: Option<String>,
    ) -> Result<()> {
        let row = event.by_operator(slug, subject, self.clock.now_ms());
        tenants.add_audit(&[row])
    }

    fn write<T>(&self, work: impl FnOnce(&mut Tenants<'_>) -> Result<T>) -> Result<T> {
        self.store.over_tenants_blocking(work)
    }
}

//! `scimd token …`

use super::{Outcome, clock, connect, say, tenant_of, told};
use crate::auth::{Scope, Token};
use crate::config::{GlobalArgs, ScopeArg, TokenCommand};
use scim::ScimError;
use scim::datetime::render_ms;
use scim::resource_type::ResourceType;
use crate::service::{Settings, Tenancy};
use crate::store::{Credential, DbConnection, NewCredential, Pool, Result, Tenant};

pub(super) fn run(global: &GlobalArgs, command: TokenCommand) -> Outcome {
    let pool = connect(global)?;
    match command {
        TokenCommand::Create {
            tenant,
            label,
            expires_in,
            scope,
            user,
        } => create(&pool, &tenant, &label, expires_in, scope, user.as_deref()),
        TokenCommand::Link {
            tenant,
            key_id,
            user,
        } => link(&pool, &tenant, &key_id, Some(&user)),
        TokenCommand::Unlink { tenant, key_id } => link(&pool, &tenant, &key_id, None),
        TokenCommand::List { tenant } => list(&pool, &tenant),
        TokenCommand::Revoke { tenant, key_id } => revoke(&pool, &tenant, &key_id),
    }
}

fn create(
    pool: &Pool,
    slug: &str,
    label: &str,
    expires_in_ms: Option<i64>,
    scope: ScopeArg,
    user: Option<&str>,
) -> Outcome {
    let token = Token::generate().map_err(|error| format!("no randomness for a token: {error}"))?;
    let now_ms = clock().now_ms();
    let scope = match scope {
        ScopeArg::Read => Scope::Read,
        ScopeArg::Write => Scope::Write,
        ScopeArg::Admin => Scope::Admin,
    };
    let work = |connection: &mut DbConnection| {
        let tenant = tenant_of(connection, slug)?;
        let user = user.map(|user| user_of(connection, &tenant, user));
        let resource_id = user.transpose()?;
        let credential = NewCredential {
            key_id: &token.key_id(),
            label,
            secret_hash: &token.hash(),
            scope: scope.as_str(),
            now_ms,
            expires_ms: expires_in_ms.map(|expires_in_ms| now_ms + expires_in_ms),
            resource_id: resource_id.as_deref(),
        };
        Credential::create(connection, tenant.id, &credential)
    };
    pool.with_transaction(true, work).map_err(told)?;
    say(&format!(
        "token {} for tenant {slug}, scope {}; it is shown only now:",
        token.key_id(),
        scope.as_str()
    ))?;
    say(token.reveal())
}

fn list(pool: &Pool, slug: &str) -> Outcome {
    let work = |connection: &mut DbConnection| {
        let tenant = tenant_of(connection, slug)?;
        Credential::all(connection, tenant.id)
    };
    let credentials = pool.with_connection(work).map_err(told)?;
    if credentials.is_empty() {
        return say(&format!(
            "tenant {slug} has no tokens; make one with `scimd token create {slug}`"
        ));
    }
    let time = |ms: Option<i64>, never: &str| ms.map_or_else(|| never.to_owned(), render_ms);
    credentials.iter().try_for_each(|credential| {
        say(&format!(
            "{}  {:5}  created {}  expires {}  last used {}  user {}  {}",
            credential.key_id,
            credential.scope,
            render_ms(credential.created_ms),
            time(credential.expires_ms, "never"),
            time(credential.last_used_ms, "never"),
            credential.resource_id.as_deref().unwrap_or("none"),
            credential.label
        ))
    })
}

/// Lets a token stand for a user, or for nobody.
fn link(pool: &Pool, slug: &str, key_id: &str, user: Option<&str>) -> Outcome {
    let work = |connection: &mut DbConnection| {
        let tenant = tenant_of(connection, slug)?;
        let user = user.map(|user| user_of(connection, &tenant, user));
        let id = user.transpose()?;
        let known = Credential::link(connection, tenant.id, key_id, id.as_deref())?;
        Ok((known, id))
    };
    match pool.with_transaction(true, work).map_err(told)? {
        (true, Some(id)) => say(&format!("linked {key_id} to {id}")),
        (true, None) => say(&format!("unlinked {key_id}")),
        (false, _) => Err(unknown_token(slug, key_id)),
    }
}

/// The id of a user, given by it or by the unique name. What has members is nobody that a name could stand for.
fn user_of(connection: &mut DbConnection, tenant: &Tenant, text: &str) -> Result<String> {
    let registry = Tenancy::registry_of(&Settings::read(&tenant.settings));
    let kinds = registry.resource_types().iter();
    let kinds: Vec<&ResourceType> = kinds
        .map(AsRef::as_ref)
        .filter(|kind| kind.members.is_none())
        .collect();
    let found = tenant.find_resource(connection, &kinds, text)?;
    found.ok_or_else(|| {
        let slug = &tenant.slug;
        let text = format!("tenant {slug} has no user with the id or userName \"{text}\"");
        ScimError::InvalidSyntax(text).into()
    })
}

fn unknown_token(slug: &str, key_id: &str) -> String {
    format!("tenant {slug} has no token \"{key_id}\"; `scimd token list {slug}` shows all")
}

fn revoke(pool: &Pool, slug: &str, key_id: &str) -> Outcome {
    let work = |connection: &mut DbConnection| {
        let tenant = tenant_of(connection, slug)?;
        Credential::revoke(connection, tenant.id, key_id)
    };
    if pool.with_transaction(true, work).map_err(told)? {
        return say(&format!("revoked {key_id}"));
    }
    Err(unknown_token(slug, key_id))
}

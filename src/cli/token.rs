//! `scimd token …`

use super::{Outcome, clock, connect, say, tenant_of, told};
use crate::auth::{Scope, Token};
use crate::config::{GlobalArgs, ScopeArg, TokenCommand};
use crate::scim::datetime::render_ms;
use crate::store::{Credential, NewCredential, Pool};

pub(super) fn run(global: &GlobalArgs, command: TokenCommand) -> Outcome {
    let pool = connect(global)?;
    match command {
        TokenCommand::Create {
            tenant,
            label,
            expires_in,
            scope,
        } => create(&pool, &tenant, &label, expires_in, scope),
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
) -> Outcome {
    let token = Token::generate().map_err(|error| format!("no randomness for a token: {error}"))?;
    let now_ms = clock().now_ms();
    let scope = match scope {
        ScopeArg::Read => Scope::Read,
        ScopeArg::Write => Scope::Write,
        ScopeArg::Admin => Scope::Admin,
    };
    let work = |connection: &mut crate::store::DbConnection| {
        let tenant = tenant_of(connection, slug)?;
        let credential = NewCredential {
            key_id: &token.key_id(),
            label,
            secret_hash: &token.hash(),
            scope: scope.as_str(),
            now_ms,
            expires_ms: expires_in_ms.map(|expires_in_ms| now_ms + expires_in_ms),
            resource_id: None,
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
    let work = |connection: &mut crate::store::DbConnection| {
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
            "{}  {:5}  created {}  expires {}  last used {}  {}",
            credential.key_id,
            credential.scope,
            render_ms(credential.created_ms),
            time(credential.expires_ms, "never"),
            time(credential.last_used_ms, "never"),
            credential.label
        ))
    })
}

fn revoke(pool: &Pool, slug: &str, key_id: &str) -> Outcome {
    let work = |connection: &mut crate::store::DbConnection| {
        let tenant = tenant_of(connection, slug)?;
        Credential::revoke(connection, tenant.id, key_id)
    };
    if pool.with_transaction(true, work).map_err(told)? {
        return say(&format!("revoked {key_id}"));
    }
    Err(format!(
        "tenant {slug} has no token \"{key_id}\"; `scimd token list {slug}` shows all"
    ))
}

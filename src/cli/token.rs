//! `scimd token …`

use scim::ScimError;
use scim::datetime::render_ms;

use super::terminal::{Outcome, say, told};
use crate::config::{GlobalArgs, ScopeArg, TokenCommand};
use crate::service::{Operator, Scope, StoreError, Wanted};

pub(super) fn run(global: &GlobalArgs, command: TokenCommand) -> Outcome {
    let operator = Operator::open(&global.database_url)?;
    match command {
        TokenCommand::Create {
            tenant,
            label,
            expires_in,
            scope,
            user,
        } => {
            let wanted = Wanted {
                label: &label,
                scope: named(scope),
                expires_in_ms: expires_in,
                user: user.as_deref(),
            };
            create(&operator, &tenant, &wanted)
        }
        TokenCommand::Link {
            tenant,
            key_id,
            user,
        } => link(&operator, &tenant, &key_id, Some(&user)),
        TokenCommand::Unlink { tenant, key_id } => link(&operator, &tenant, &key_id, None),
        TokenCommand::List { tenant } => list(&operator, &tenant),
        TokenCommand::Revoke { tenant, key_id } => revoke(&operator, &tenant, &key_id),
    }
}

fn named(scope: ScopeArg) -> Scope {
    match scope {
        ScopeArg::Read => Scope::Read,
        ScopeArg::Write => Scope::Write,
        ScopeArg::Admin => Scope::Admin,
    }
}

fn create(operator: &Operator, slug: &str, wanted: &Wanted<'_>) -> Outcome {
    let scope = wanted.scope.as_str();
    let token = operator
        .create_token(slug, wanted)
        .map_err(|error| told_of(error, slug))?;
    say(&format!(
        "token {} for tenant {slug}, scope {scope}; it is shown only now:",
        token.key_id(),
    ))?;
    say(token.reveal())
}

fn list(operator: &Operator, slug: &str) -> Outcome {
    let credentials = operator.tokens(slug).map_err(told)?;
    if credentials.is_empty() {
        return say(&format!(
            "tenant {slug} has no tokens; make one with `scimd token create {slug}`"
        ));
    }
    let time = |ms: Option<i64>, never: &str| ms.map_or_else(|| never.to_owned(), render_ms);
    credentials.iter().try_for_each(|credential| {
        say(&format!(
            "{}  {:16}  created {}  expires {}  last used {}  user {}  {}",
            credential.key_id,
            credential.scopes,
            render_ms(credential.created_ms),
            time(credential.expires_ms, "never"),
            time(credential.last_used_ms, "never"),
            credential.resource_id.as_deref().unwrap_or("none"),
            credential.label
        ))
    })
}

/// Lets a token stand for a user, or for no user.
fn link(operator: &Operator, slug: &str, key_id: &str, user: Option<&str>) -> Outcome {
    let linked = operator.link_token(slug, key_id, user);
    match linked.map_err(|error| told_of(error, slug))? {
        Some(id) => say(&format!("linked {key_id} to {id}")),
        None => say(&format!("unlinked {key_id}")),
    }
}

fn revoke(operator: &Operator, slug: &str, key_id: &str) -> Outcome {
    let revoked = operator.revoke_token(slug, key_id);
    revoked.map_err(|error| told_of(error, slug))?;
    say(&format!("revoked {key_id}"))
}

/// Names the missing thing in words for the operator, with the command that helps.
fn told_of(error: StoreError, slug: &str) -> String {
    let StoreError::Scim(ScimError::NotFound { resource_type, id }) = &error else {
        return told(error);
    };
    match resource_type.as_str() {
        "Credential" => {
            format!("tenant {slug} has no token \"{id}\"; `scimd token list {slug}` shows all")
        }
        "User" => format!(
            "tenant {slug} has no user, and no resource of a type of its own, with the id or unique name \"{id}\""
        ),
        _ => told(error),
    }
}

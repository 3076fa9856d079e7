//! `scimd token …`

use std::io::Read as _;

use scim::ScimError;
use scim::datetime::render_ms;

use super::terminal::{Outcome, say, told};
use crate::config::{GlobalArgs, ScopeArg, TokenCommand};
use crate::service::{Credential, Operator, Scope, Scopes, StoreError, Successor, Token, Wanted};

pub(super) fn run(global: &GlobalArgs, command: TokenCommand) -> Outcome {
    let operator = Operator::open(&global.database_url)?;
    match command {
        TokenCommand::Create {
            tenant,
            label,
            expires_in,
            scope,
            network,
            user,
        } => {
            let scopes: Vec<Scope> = scope.into_iter().map(named).collect();
            let wanted = Wanted {
                label: &label,
                scopes: Scopes::granted(&scopes)?,
                networks: &network.into_iter().collect(),
                expires_in_ms: expires_in,
                user: user.as_deref(),
            };
            create(&operator, &tenant, &wanted)
        }
        TokenCommand::Rotate {
            tenant,
            key_id,
            overlap,
            expires_in,
            label,
        } => {
            let successor = Successor {
                overlap_ms: overlap,
                expires_in_ms: expires_in,
                label: label.as_deref(),
            };
            rotate(&operator, &tenant, &key_id, &successor)
        }
        TokenCommand::Find => find(&operator),
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

pub(super) fn named(scope: ScopeArg) -> Scope {
    match scope {
        ScopeArg::Read => Scope::Read,
        ScopeArg::Write => Scope::Write,
        ScopeArg::Admin => Scope::Admin,
        ScopeArg::Users => Scope::Users,
        ScopeArg::Groups => Scope::Groups,
    }
}

fn create(operator: &Operator, slug: &str, wanted: &Wanted<'_>) -> Outcome {
    let token = operator
        .create_token(slug, wanted)
        .map_err(|error| told_of(error, slug))?;
    say(&format!(
        "token {} for tenant {slug}, scope {}; it is shown only now:",
        token.key_id(),
        wanted.scopes
    ))?;
    say(token.reveal())
}

fn rotate(operator: &Operator, slug: &str, key_id: &str, successor: &Successor<'_>) -> Outcome {
    let rotated = operator.rotate_token(slug, key_id, successor);
    let (token, new, before) = rotated.map_err(|error| told_of(error, slug))?;
    say(&format!(
        "token {key_id} ends {}; its successor {} for tenant {slug}, scope {}, ends {}; it is shown only now:",
        time(before.expires_ms, "never"),
        new.key_id,
        new.scopes,
        time(new.expires_ms, "never"),
    ))?;
    say(token.reveal())
}

/// Longest text that may be a token.
const TOKEN_BYTES_MAX: u64 = 16 * 1024;

fn find(operator: &Operator) -> Outcome {
    let mut text = String::new();
    std::io::stdin()
        .take(TOKEN_BYTES_MAX)
        .read_to_string(&mut text)
        .map_err(|error| format!("standard input: {error}"))?;
    if text.trim().is_empty() {
        return Err("give the token on standard input, as in `scimd token find < FILE`".to_owned());
    }
    let token = Token::presented(text.trim());
    let Some(found) = operator.find_token(&token).map_err(told)? else {
        return Err(match token.has_checksum() {
            true => "no tenant of this database has the token, or its tenant was deleted; its checksum is right, so some scimd has made it".to_owned(),
            false => "no tenant of this database has the token, and its checksum is not that of a token that scimd has made".to_owned(),
        });
    };
    let (slug, key_id) = (&found.tenant.slug, &found.credential.key_id);
    say(&format!("tenant {slug}: {}", line(&found.credential)))?;
    say(&match found.has_ended {
        true => "it has ended and lets nobody in".to_owned(),
        false => format!("it is valid; end it with `scimd token revoke {slug} {key_id}`"),
    })
}

fn time(ms: Option<i64>, never: &str) -> String {
    ms.map_or_else(|| never.to_owned(), render_ms)
}

/// A credential in one line.
fn line(credential: &Credential) -> String {
    format!(
        "{}  {:16}  created {}  expires {}  last used {}  user {}  from {}  {}",
        credential.key_id,
        credential.scopes,
        render_ms(credential.created_ms),
        time(credential.expires_ms, "never"),
        time(credential.last_used_ms, "never"),
        credential.resource_id.as_deref().unwrap_or("none"),
        credential.networks.as_deref().unwrap_or("anywhere"),
        credential.label
    )
}

fn list(operator: &Operator, slug: &str) -> Outcome {
    let credentials = operator.tokens(slug).map_err(told)?;
    if credentials.is_empty() {
        return say(&format!(
            "tenant {slug} has no tokens; make one with `scimd token create {slug}`"
        ));
    }
    credentials
        .iter()
        .try_for_each(|credential| say(&line(credential)))
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

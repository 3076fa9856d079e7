//! `scimd issuer …`

use std::path::Path;

use scim::ScimError;
use serde_json::Value;

use super::terminal::{Outcome, say, told};
use super::token::named;
use crate::auth::{check_key_url, count_keys, fetch};
use crate::config::{GlobalArgs, IssuerArgs, IssuerCommand};
use crate::service::{KeySource, NewIssuer, Operator, Scope, Scopes, StoreError, Terms, Trusted};

/// Whom the JWTs of Microsoft Entra ID's provisioning are for, unless an application has its own audience.
const ENTRA_AUDIENCE: &str = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621";

pub(super) fn run(global: &GlobalArgs, command: IssuerCommand) -> Outcome {
    let operator = Operator::open(&global.database_url)?;
    match command {
        IssuerCommand::Add(args) => add(&operator, *args),
        IssuerCommand::List { tenant } => list(&operator, &tenant),
        IssuerCommand::Test { tenant, name } => test(&operator, &tenant, &name),
        IssuerCommand::Remove { tenant, name } => {
            let removed = operator.remove_issuer(&tenant, &name);
            removed.map_err(|error| told_of(error, &tenant))?;
            say(&format!("tenant {tenant} trusts {name} no more"))
        }
    }
}

fn add(operator: &Operator, args: IssuerArgs) -> Outcome {
    let scopes: Vec<Scope> = args.scope.iter().copied().map(named).collect();
    let terms = terms(&args)?;
    let new = NewIssuer {
        name: &args.name,
        terms: &terms,
        scopes: Scopes::granted(&scopes)?,
        networks: &args.network.iter().copied().collect(),
    };
    let added = operator.add_issuer(&args.tenant, &new);
    added.map_err(|error| told_of(error, &args.tenant))?;
    say(&format!(
        "tenant {} trusts {}: issuer {}, scope {}",
        args.tenant, args.name, terms.issuer, new.scopes
    ))?;
    if let KeySource::Url { .. } = terms.keys {
        say(&format!(
            "see with `scimd issuer test {} {}` that its keys can be fetched",
            args.tenant, args.name
        ))?;
    }
    Ok(())
}

fn terms(args: &IssuerArgs) -> Outcome<Terms> {
    let directory = args.directory_tenant.as_deref();
    let issuer = directory.map(|id| format!("https://sts.windows.net/{id}/"));
    let url = directory.map(|id| format!("https://login.microsoftonline.com/{id}/discovery/keys"));
    let keys = match &args.jwks {
        Some(path) => KeySource::Fixed(key_set(path)?),
        None => {
            let url = args.jwks_url.clone().or(url).unwrap_or_default();
            check_key_url(&url).map_err(|reason| format!("--jwks-url: {reason}"))?;
            KeySource::Url {
                url,
                allows_private: args.allow_private_addresses,
            }
        }
    };
    let audiences = match args.audience.is_empty() {
        true => vec![ENTRA_AUDIENCE.to_owned()],
        false => args.audience.clone(),
    };
    Ok(Terms {
        issuer: args.issuer.clone().or(issuer).unwrap_or_default(),
        audiences,
        keys,
        algorithms: args.algorithms.clone(),
        scope_claim: args.scope_claim.clone(),
        user_claim: args.user_claim.clone(),
        requires: args.require.clone(),
    })
}

fn key_set(path: &Path) -> Outcome<Value> {
    let wrong = |reason: &dyn std::fmt::Display| format!("{}: {reason}", path.display());
    let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
    let set: Value = serde_json::from_slice(&bytes).map_err(|error| wrong(&error))?;
    match count_keys(&set).map_err(|error| wrong(&error))? {
        0 => Err(wrong(&"it has no public key for signatures")),
        _ => Ok(set),
    }
}

fn list(operator: &Operator, slug: &str) -> Outcome {
    let issuers = operator.issuers(slug).map_err(told)?;
    if issuers.is_empty() {
        return say(&format!(
            "tenant {slug} trusts no issuer; see `scimd issuer add --help`"
        ));
    }
    issuers.iter().try_for_each(|issuer| say(&line(issuer)))
}

fn line(issuer: &Trusted) -> String {
    let credential = &issuer.credential;
    let Some(terms) = &issuer.terms else {
        return format!(
            "{}  of a later version; it is not accepted",
            credential.label
        );
    };
    let keys = match &terms.keys {
        KeySource::Fixed(set) => format!("{} fixed", count_keys(set).unwrap_or(0)),
        KeySource::Url {
            url,
            allows_private: false,
        } => url.clone(),
        KeySource::Url {
            url,
            allows_private: true,
        } => format!("{url} (private addresses allowed)"),
    };
    format!(
        "{}  {}  issuer {}  audience {}  keys {keys}  algorithms {}  from {}",
        credential.label,
        credential.scopes,
        terms.issuer,
        terms.audiences.join(","),
        terms.algorithms.join(","),
        credential.networks.as_deref().unwrap_or("anywhere"),
    )
}

fn test(operator: &Operator, slug: &str, name: &str) -> Outcome {
    let issuers = operator.issuers(slug).map_err(told)?;
    let found = issuers
        .into_iter()
        .find(|issuer| issuer.credential.label == name);
    let found = found.ok_or_else(|| none(slug, name))?;
    let terms = found.terms.ok_or("the issuer is of a later version")?;
    let (from, set) = match terms.keys {
        KeySource::Fixed(set) => ("the command that added it".to_owned(), set),
        KeySource::Url {
            url,
            allows_private,
        } => {
            let set = fetch(&url, allows_private).map_err(|reason| format!("{url}: {reason}"))?;
            (url, set)
        }
    };
    match count_keys(&set)? {
        0 => Err(format!("{from}: no public key for signatures is there")),
        count => say(&format!("{count} keys for signatures from {from}")),
    }
}

fn none(slug: &str, name: &str) -> String {
    format!("tenant {slug} trusts no issuer \"{name}\"; `scimd issuer list {slug}` shows all")
}

fn told_of(error: StoreError, slug: &str) -> String {
    match &error {
        StoreError::Scim(ScimError::NotFound { resource_type, id })
            if resource_type == "Issuer" =>
        {
            none(slug, id)
        }
        _ => told(error),
    }
}

//! `scimd serve`

use std::net::SocketAddr;
use std::sync::Arc;

use super::{Outcome, clock, migrate, say, told};
use crate::auth::{RateLimit, Scope, Token, Uses};
use crate::config::{GlobalArgs, ServeArgs, bootstrap_token};
use crate::http::{App, Metrics, Readiness, RequestLimits, bind};
use scim::query::Limits;
use crate::service::{BulkLimits, Hasher, Registries, Service};
use crate::store::{
    Authenticated, Credential, DbConnection, NewCredential, Pool, Store, StoreError, Tenant,
};

/// Name of the tenant that a new database gets.
const FIRST_TENANT: &str = "default";

pub(super) fn run(global: &GlobalArgs, args: &ServeArgs) -> Outcome {
    if args.page_size_default > args.page_size_max {
        return Err(
            "--page-size-default (SCIMD_PAGE_SIZE_DEFAULT) is larger than --page-size-max"
                .to_owned(),
        );
    }
    let chosen = bootstrap_token().as_deref().map(Token::chosen).transpose();
    let chosen = chosen.map_err(|error| format!("SCIMD_BOOTSTRAP_TOKEN: {error}"))?;
    for name in migrate::bring_up(global)? {
        log::info!("ran migration {name}");
    }
    let pool = Pool::open(&global.database_url, global.pool_size)?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let server = bind(args.bind).map_err(|error| {
        format!(
            "cannot listen on {}: {error}; choose another address with --bind",
            args.bind
        )
    })?;
    // Only now: a token that is made but never printed would be lost.
    let printed = first_token(&pool, chosen)?;
    let address = server.address();
    let public_url = args
        .base_url
        .clone()
        .unwrap_or_else(|| format!("http://{}", reachable(address)));
    warn_of_plain_http(address, &public_url);
    let app = App {
        service: Service {
            store: Store::new(pool),
            clock: clock(),
            hasher: Hasher::new(cores),
            limits: Limits {
                page_size_default: args.page_size_default,
                page_size_max: args.page_size_max,
                filter_bytes_max: args.filter_max_bytes,
                cursor_timeout_s: args.cursor_timeout_s,
            },
            registries: Registries::default(),
        },
        public_url: public_url.clone(),
        limits: RequestLimits {
            body_bytes_max: args.body_max_bytes,
            patch_operations_max: args.patch_operations_max,
            bulk: BulkLimits {
                operations_max: args.bulk_operations_max,
                body_bytes_max: args.bulk_body_max_bytes,
            },
        },
        public_discovery: args.public_discovery,
        metrics: Arc::new(Metrics::new().map_err(|error| error.to_string())?),
        readiness: Readiness::default(),
        rate_limit: rate_limit(args),
        uses: Uses::default(),
    };
    let workers = args.workers.unwrap_or(cores).max(1);
    actix_web::rt::System::new().block_on(async move {
        greet(address, &public_url, printed.as_ref())?;
        server
            .run(app, workers, args.shutdown_timeout_s)
            .await
            .map_err(|error| format!("the server ended: {error}"))
    })
}

/// The limit that was asked for. Without a burst, a second's worth may come at once.
fn rate_limit(args: &ServeArgs) -> Option<RateLimit> {
    let per_second = args.rate_limit?;
    let burst = args.rate_limit_burst.unwrap_or(per_second);
    Some(RateLimit::new(per_second, burst))
}

/// Gives a new database its tenant and its token; the token when it should be printed.
fn first_token(pool: &Pool, chosen: Option<Token>) -> Outcome<Option<Token>> {
    let printed = chosen.is_none();
    let token = match chosen {
        Some(token) => token,
        None => Token::generate().map_err(|error| format!("no randomness for a token: {error}"))?,
    };
    let outcome = pool.with_transaction(true, |connection| {
        create_first(connection, &token, !printed)
    });
    match outcome {
        Ok(created) => Ok((created && printed).then_some(token)),
        // Another instance was first.
        Err(StoreError::UniqueViolation) => Ok(None),
        Err(error) => Err(told(error)),
    }
}

fn create_first(
    connection: &mut DbConnection,
    token: &Token,
    chosen: bool,
) -> Result<bool, StoreError> {
    if !Tenant::all(connection)?.is_empty() {
        warn_of_locked_out(connection, token, chosen)?;
        return Ok(false);
    }
    let now_ms = clock().now_ms();
    let tenant = Tenant::create(connection, FIRST_TENANT, "Default", now_ms)?;
    let credential = NewCredential {
        key_id: &token.key_id(),
        label: "first token",
        secret_hash: &token.hash(),
        scope: Scope::Write.as_str(),
        now_ms,
        expires_ms: None,
        resource_id: None,
    };
    Credential::create(connection, tenant.id, &credential)?;
    Ok(true)
}

/// Says when nobody has a token, or when the chosen one is none of this database's.
fn warn_of_locked_out(
    connection: &mut DbConnection,
    token: &Token,
    chosen: bool,
) -> Result<(), StoreError> {
    let known = Authenticated::candidates(connection, &token.key_id())?;
    if !Credential::exist(connection)? {
        log::warn!("there is no token yet; make one with `scimd token create TENANT`");
    } else if chosen && known.is_empty() {
        log::warn!(
            "SCIMD_BOOTSTRAP_TOKEN is ignored: the database is not new; use `scimd token create TENANT`"
        );
    }
    Ok(())
}

/// An address that a client on this machine can use.
fn reachable(address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        format!("localhost:{}", address.port())
    } else {
        address.to_string()
    }
}

/// Bearer tokens over plain HTTP belong on loopback or behind a proxy that speaks TLS.
fn warn_of_plain_http(address: SocketAddr, public_url: &str) {
    if !address.ip().is_loopback() && !public_url.starts_with("https://") {
        log::warn!(
            "listening on {address} without TLS: put a TLS proxy in front and give --base-url https://…"
        );
    }
}

fn greet(address: SocketAddr, public_url: &str, token: Option<&Token>) -> Outcome {
    say(&format!(
        "scimd {} listening on http://{}",
        env!("CARGO_PKG_VERSION"),
        reachable(address)
    ))?;
    say(&format!("base URL: {public_url}/scim/v2"))?;
    let Some(token) = token else { return Ok(()) };
    let local = format!("http://{}/scim/v2", reachable(address));
    let authorization = format!("-H 'Authorization: Bearer {}'", token.reveal());
    let user = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@example.com","name":{"givenName":"Ada","familyName":"Lovelace"}}"#;
    say(&format!("bearer token (shown once): {}", token.reveal()))?;
    say("try it:")?;
    say(&format!(
        "  curl -s {authorization} {local}/ServiceProviderConfig"
    ))?;
    say(&format!(
        "  curl -s {authorization} -H 'Content-Type: application/scim+json' -d '{user}' {local}/Users"
    ))?;
    say(&format!(
        "  curl -s {authorization} '{local}/Users?filter=userName%20eq%20%22ada@example.com%22'"
    ))
}

//! `scimd serve`

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};
use scim::query::Limits;

use super::open_files;
use super::terminal::{Outcome, say, told};
use crate::auth::{Keeper, RateLimit};
use crate::config::{GlobalArgs, ProxyHeader, ServeArgs, bootstrap_token};
use crate::http::{
    App, BASE_PATH, ConnectionLimits, Connections, Measuring, Metrics, Named, Readiness,
    RequestLimits, Stop, Stopping, TrustedProxies, bind,
};
use crate::service::{
    Auditor, BulkLimits, FirstToken, Operator, Presence, Service, Token, exposed_files,
    keep_auditing, keep_pruning, keep_resting, migrate, redacted,
};

/// Bytes of heads that may come between two answers, besides the rest of a body.
const HEADS_BYTES_MAX: usize = 256 * 1024;

pub(super) fn run(global: &GlobalArgs, args: &ServeArgs) -> Outcome {
    check(args)?;
    let chosen = bootstrap_token().as_deref().map(Token::chosen).transpose();
    let chosen = chosen.map_err(|error| format!("SCIMD_BOOTSTRAP_TOKEN: {error}"))?;
    log::info!(
        version = env!("CARGO_PKG_VERSION"),
        database = redacted(&global.database_url).as_str();
        "starting"
    );
    // It outlives the server's last request.
    let _present = Presence::of(&global.database_url)?;
    for name in migrate(&global.database_url)? {
        log::info!("ran migration {name}");
    }
    warn_of_exposed_files(&global.database_url);
    let service = Service::open(
        &global.database_url,
        global.pool_size(),
        Duration::from_secs(args.database_timeout_s),
        list_limits(args),
    )?;
    let server = bind(&args.bind).map_err(|error| {
        format!(
            "cannot listen on {}: {error}; choose another address with --bind",
            args.bind
        )
    })?;
    // The token is made only now: a start that failed between making and printing it would lose it.
    let printed = first_token(&service, chosen)?;
    let addresses = server.addresses().to_vec();
    let local_url = local_url(&args.bind, &addresses);
    let public_url = args.base_url.clone().unwrap_or_else(|| local_url.clone());
    warn_of_plain_http(&addresses, &public_url);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let workers = args.workers.unwrap_or(cores).max(1);
    let limits = request_limits(args);
    let connections = connection_limits(args, open_files::connections(global, workers), &limits);
    let (stop, stopping) = Stop::new();
    let app = app(
        args,
        service.clone(),
        public_url.clone(),
        limits,
        connections,
        stopping,
    )?;
    actix_web::rt::System::new().block_on(async move {
        greet(&addresses, &local_url, &public_url, printed.as_ref())?;
        log_settings(global, args, &addresses, &public_url, workers, &connections);
        let auditor = app.auditor.clone();
        keep_house(args, &service, &auditor);
        actix_web::rt::spawn(tell_stop(stop, args.shutdown_timeout_s));
        let ended = server.run(app, workers, args.shutdown_timeout_s).await;
        auditor.write(&service, true).await;
        ended.map_err(|error| format!("the server ended: {error}"))?;
        log::info!("stopped");
        Ok(())
    })
}

/// Starts what the server does beside its requests.
fn keep_house(args: &ServeArgs, service: &Service, auditor: &Auditor) {
    actix_web::rt::spawn(keep_pruning(service.clone(), args.audit_retention));
    actix_web::rt::spawn(keep_auditing(service.clone(), auditor.clone()));
    actix_web::rt::spawn(keep_resting(service.clone()));
}

fn check(args: &ServeArgs) -> Outcome {
    if args.page_size_default > args.page_size_max {
        return Err(
            "--page-size-default (SCIMD_PAGE_SIZE_DEFAULT) is larger than --page-size-max"
                .to_owned(),
        );
    }
    Ok(())
}

fn list_limits(args: &ServeArgs) -> Limits {
    Limits {
        page_size_default: args.page_size_default,
        page_size_max: args.page_size_max,
        filter_bytes_max: args.filter_max_bytes,
        filter_work_max: args.filter_work_max,
        cursor_timeout_s: args.cursor_timeout_s,
    }
}

fn request_limits(args: &ServeArgs) -> RequestLimits {
    RequestLimits {
        body_bytes_max: args.body_max_bytes,
        body_timeout: Duration::from_secs(args.connections.body_timeout_s),
        string_bytes_max: args.string_max_bytes,
        patch_operations_max: args.patch_operations_max,
        bulk: BulkLimits {
            operations_max: args.bulk_operations_max,
            body_bytes_max: args.bulk_body_max_bytes,
        },
    }
}

/// The bounds of connections, of which there may be so many where the arguments do not say.
fn connection_limits(args: &ServeArgs, room: usize, limits: &RequestLimits) -> ConnectionLimits {
    let args = &args.connections;
    let connections_max = args.connections_max.unwrap_or(room);
    let per_address_max = args.connections_per_address_max;
    ConnectionLimits {
        connections_max,
        per_address_max: per_address_max.unwrap_or(connections_max.div_ceil(2)),
        client_timeout: Duration::from_secs(args.client_timeout_s),
        write_timeout: Duration::from_secs(args.write_timeout_s),
        rest_bytes_max: limits.bytes_max().saturating_add(HEADS_BYTES_MAX),
        answers_bytes_max: args.answers_max_bytes,
    }
}

fn app(
    args: &ServeArgs,
    service: Service,
    public_url: String,
    limits: RequestLimits,
    connections: ConnectionLimits,
    stopping: Stopping,
) -> Outcome<App> {
    let metrics = Arc::new(Metrics::new().map_err(|error| error.to_string())?);
    Ok(App {
        service,
        public_url,
        limits,
        public_discovery: args.public_discovery,
        metrics: Arc::clone(&metrics),
        measuring: Measuring::default(),
        readiness: Readiness::default(),
        rate_limit: rate_limit(args),
        proxies: trusted_proxies(args),
        auditor: Auditor::default(),
        keeper: Keeper::default(),
        connections: Connections::new(connections, metrics, stopping.clone()),
        stopping,
    })
}

fn trusted_proxies(args: &ServeArgs) -> TrustedProxies {
    TrustedProxies {
        networks: args.proxies.trusted_proxies.clone(),
        named: match args.proxies.proxy_header {
            ProxyHeader::XForwardedFor => Named::XForwardedFor,
            ProxyHeader::Forwarded => Named::Forwarded,
        },
    }
}

/// The limit from the arguments. Without a burst, the requests of one second may come at once.
fn rate_limit(args: &ServeArgs) -> Option<RateLimit> {
    let per_second = args.rate_limit?;
    let burst = args.rate_limit_burst.unwrap_or(per_second);
    Some(RateLimit::new(per_second, burst))
}

/// Gives a new database its tenant and its token. Returns the token when it should be printed.
fn first_token(service: &Service, chosen: Option<Token>) -> Outcome<Option<Token>> {
    let is_chosen = chosen.is_some();
    let (outcome, token) = Operator::of(service).first_token(chosen).map_err(told)?;
    match outcome {
        FirstToken::Created => return Ok((!is_chosen).then_some(token)),
        FirstToken::NoCredentials => {
            log::warn!("there is no token yet; make one with `scimd token create TENANT`");
        }
        FirstToken::Unknown if is_chosen => log::warn!(
            "SCIMD_BOOTSTRAP_TOKEN is ignored: the database is not new; use `scimd token create TENANT`"
        ),
        FirstToken::Known | FirstToken::Unknown => {}
    }
    Ok(None)
}

/// A URL that a client on this machine can use. A name that was given stays a name.
fn local_url(bind: &str, addresses: &[SocketAddr]) -> String {
    let Some(first) = addresses.first() else {
        return format!("http://{bind}");
    };
    match bind.rsplit_once(':') {
        _ if first.ip().is_unspecified() => format!("http://localhost:{}", first.port()),
        Some((name, _)) if bind.parse::<SocketAddr>().is_err() => {
            format!("http://{name}:{}", first.port())
        }
        _ => format!("http://{first}"),
    }
}

/// Warns of plain HTTP: bearer tokens need loopback, or a proxy that speaks TLS.
fn warn_of_plain_http(addresses: &[SocketAddr], public_url: &str) {
    let open = addresses.iter().find(|address| !address.ip().is_loopback());
    if let Some(address) = open
        && !public_url.starts_with("https://")
    {
        log::warn!(
            "listening on {address} without TLS: put a TLS proxy in front and give --base-url https://…"
        );
    }
}

fn warn_of_exposed_files(database_url: &str) {
    let exposed = exposed_files(database_url);
    for file in exposed.iter().filter(|file| file.to_everybody()) {
        log::warn!("every user of this machine can open {file}; `scimd doctor` says what to do");
    }
}

/// Logs where it listens, and with which settings.
fn log_settings(
    global: &GlobalArgs,
    args: &ServeArgs,
    addresses: &[SocketAddr],
    public_url: &str,
    workers: usize,
    connections: &ConnectionLimits,
) {
    let rate_limit = args
        .rate_limit
        .map_or("none".to_owned(), |limit| limit.to_string());
    log::info!(
        addresses = joined(addresses, ", ").as_str(),
        base_url = format!("{public_url}{BASE_PATH}").as_str(),
        pool_size = global.pool_size(),
        workers = workers,
        trusted_proxies = joined(&args.proxies.trusted_proxies, ",").as_str(),
        public_discovery = args.public_discovery,
        body_max_bytes = args.body_max_bytes,
        string_max_bytes = args.string_max_bytes,
        filter_max_bytes = args.filter_max_bytes,
        patch_operations_max = args.patch_operations_max,
        bulk_operations_max = args.bulk_operations_max,
        bulk_body_max_bytes = args.bulk_body_max_bytes,
        filter_work_max = args.filter_work_max,
        page_size_default = args.page_size_default,
        page_size_max = args.page_size_max,
        cursor_timeout_s = args.cursor_timeout_s,
        rate_limit = rate_limit.as_str(),
        database_timeout_s = args.database_timeout_s,
        connections_max = connections.connections_max,
        connections_per_address_max = connections.per_address_max,
        client_timeout_s = args.connections.client_timeout_s,
        body_timeout_s = args.connections.body_timeout_s,
        write_timeout_s = args.connections.write_timeout_s,
        answers_max_bytes = connections.answers_bytes_max,
        shutdown_timeout_s = args.shutdown_timeout_s;
        "serving"
    );
}

/// Logs that the server was told to stop, and tells requests that wait. The server itself listens for the same signals.
#[cfg(unix)]
async fn tell_stop(stop: Stop, shutdown_timeout_s: u64) {
    use actix_web::rt::signal::unix::{SignalKind, signal};

    let signals = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
    let [Ok(mut terminate), Ok(mut interrupt)] = signals else {
        return log::warn!("signals cannot be watched: readers that wait delay a stop");
    };
    match select(pin!(terminate.recv()), pin!(interrupt.recv())).await {
        Either::Left(_) => {
            log::info!(shutdown_timeout_s = shutdown_timeout_s; "stopping: requests in flight come to their end");
        }
        Either::Right(_) => log::info!("stopping at once: interrupted"),
    }
    stop.tell();
}

#[cfg(not(unix))]
async fn tell_stop(stop: Stop, _: u64) {
    if actix_web::rt::signal::ctrl_c().await.is_ok() {
        stop.tell();
    }
}

fn joined(shown: &[impl ToString], between: &str) -> String {
    let shown: Vec<String> = shown.iter().map(ToString::to_string).collect();
    shown.join(between)
}

/// Tells a person at a terminal what to do next. The log has the rest.
fn greet(
    addresses: &[SocketAddr],
    local_url: &str,
    public_url: &str,
    token: Option<&Token>,
) -> Outcome {
    say(&format!(
        "scimd {} listening on {local_url}",
        env!("CARGO_PKG_VERSION")
    ))?;
    if addresses.len() > 1 {
        say(&format!("addresses: {}", joined(addresses, ", ")))?;
    }
    say(&format!("base URL: {public_url}{BASE_PATH}"))?;
    let Some(token) = token else { return Ok(()) };
    let local = format!("{local_url}{BASE_PATH}");
    let authorization = format!("-H 'Authorization: Bearer {}'", token.reveal());
    let user = r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"first@example.com","name":{"givenName":"First","familyName":"User"}}"#;
    say(&format!("bearer token (shown once): {}", token.reveal()))?;
    say("try it:")?;
    say(&format!(
        "  curl -s {authorization} {local}/ServiceProviderConfig"
    ))?;
    say(&format!(
        "  curl -s {authorization} -H 'Content-Type: application/scim+json' -d '{user}' {local}/Users"
    ))?;
    say(&format!(
        "  curl -s {authorization} '{local}/Users?filter=userName%20eq%20%22first@example.com%22'"
    ))
}

//! Wraps every request: gives it an id, logs it, counts it, and catches panics.
//!
//! The line names id, tenant, method, path, status and time, and of a request that failed also why. It never names the query,
//! the body, a name or a token. It shows only known parts of the path.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::Method;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage as _, ResponseError as _, web};
use futures_util::FutureExt as _;
use log::kv::Value;
use log::{Level, Record};
use scim::profile::{Leniency, Rule};

use super::app::App;
use super::connection::with_room;
use super::explanation::Explanation;
use super::failure::Failure;
use super::request_id::{self, X_REQUEST_ID};
use super::shown_method::shown_method;
use super::shown_path::shown_path;
use crate::service::{Call, RequestId};

/// The target of the access log.
const TARGET: &str = "scimd::access";
/// The header that tells client authors what to correct.
const LENIENCY: HeaderName = HeaderName::from_static("scim-leniency");

/// The parts of a request that the log line and the counters need. After a panic in a handler the request is gone.
struct Arrival {
    started: Instant,
    app: Option<web::Data<App>>,
    id: RequestId,
    method: Method,
    path: String,
    pattern: Option<String>,
}

/// How loud the line of a request is. Probes come all day and say something only when they fail.
fn level(path: &str, status: u16) -> Level {
    let is_probe = ["/livez", "/readyz", "/metrics"].contains(&path);
    match is_probe && status < 400 {
        true => Level::Debug,
        false => Level::Info,
    }
}

/// The middleware.
pub(super) async fn observe(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let arrival = Arrival::of(&request);
    let outcome = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    let Ok(outcome) = outcome else {
        return Err(arrival.panicked());
    };
    let response = with_room(outcome?.map_into_boxed_body());
    let mut response = arrival.with_cause_logged(response);
    arrival.name(response.headers_mut());
    let call = response.request().extensions().get::<Call>().cloned();
    let status = response.status();
    if let Some(call) = &call
        && !status.is_client_error()
        && !status.is_server_error()
    {
        arrival.name_leniencies(&call.leniency, response.headers_mut());
    }
    let why = Explanation::of(&response, call.as_ref());
    arrival.report(call.as_ref(), status.as_u16(), why.as_ref());
    Ok(response)
}

impl Arrival {
    fn of(request: &ServiceRequest) -> Self {
        let app = request.app_data::<web::Data<App>>().cloned();
        Self {
            started: Instant::now(),
            id: request_id::give(request),
            app,
            method: request.method().clone(),
            path: request.path().to_owned(),
            pattern: request.match_pattern(),
        }
    }

    /// Counts and logs a panic, and makes the answer to it.
    fn panicked(&self) -> Error {
        log::error!("request {}: the handler panicked", self.id);
        if let Some(app) = &self.app {
            app.metrics.panics.inc();
        }
        let failure = Failure::Fault("the handler panicked");
        let mut response = failure
            .error_response()
            .set_body(failure.body(self.id.as_str()));
        self.name(response.headers_mut());
        self.report(None, response.status().as_u16(), None);
        InternalError::from_response(failure, response).into()
    }

    /// Logs the cause of a failure. Writes the request's id into the body, which points to the log.
    fn with_cause_logged(&self, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        let failure = response.response().error();
        let failure = failure.and_then(Error::as_error::<Failure>);
        match failure.filter(|failure| failure.log(self.id.as_str())) {
            Some(failure) => {
                let body = failure.body(self.id.as_str());
                response.map_body(|_, _| body)
            }
            None => response,
        }
    }

    fn name(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(self.id.as_str()) {
            headers.insert(X_REQUEST_ID, value);
        }
    }

    /// Names and counts the leniencies that the request needed: without them it would have failed or had another
    /// meaning.
    fn name_leniencies(&self, leniency: &Leniency, headers: &mut HeaderMap) {
        let used: Vec<Rule> = leniency.used().collect();
        if used.is_empty() {
            return;
        }
        if let Some(app) = &self.app {
            used.iter()
                .for_each(|rule| app.metrics.count_leniency(*rule));
        }
        let names: Vec<&str> = used.iter().map(|rule| rule.name()).collect();
        let names = names.join(", ");
        log::debug!(id = self.id.as_str(), rules = names.as_str(); "understood by leniency");
        if let Ok(value) = HeaderValue::from_str(&names) {
            headers.insert(LENIENCY, value);
        }
    }

    /// Counts the request and writes its line. `why` is there for a request that failed.
    fn report(&self, call: Option<&Call>, status: u16, why: Option<&Explanation>) {
        let elapsed = self.started.elapsed();
        if let Some(app) = &self.app {
            app.metrics
                .observe(&self.route(call), &self.method, status, elapsed);
        }
        let level = level(&self.path, status);
        if !log::log_enabled!(target: TARGET, level) {
            return;
        }
        let path = shown_path(self.pattern.as_deref(), &self.path, call);
        let mut pairs: Vec<(&str, Value<'_>)> = vec![
            ("id", self.id.as_str().into()),
            (
                "tenant",
                call.map_or("-", |call| call.tenancy.slug.as_str()).into(),
            ),
            ("method", shown_method(&self.method).into()),
            ("path", path.as_str().into()),
            ("status", status.into()),
            ("ms", (elapsed.as_micros() as f64 / 1000.0).into()),
        ];
        pairs.extend(why.into_iter().flat_map(Explanation::pairs));
        let pairs = pairs.as_slice();
        log::logger().log(
            &Record::builder()
                .level(level)
                .target(TARGET)
                .args(format_args!("request"))
                .key_values(&pairs)
                .build(),
        );
    }

    /// The route as a label from a closed set: the pattern, with the endpoint's name where it is the endpoint of a
    /// resource type.
    fn route(&self, call: Option<&Call>) -> String {
        let Some(pattern) = &self.pattern else {
            return "unknown".to_owned();
        };
        let mut segments = pattern.split('/').zip(self.path.split('/'));
        let endpoint = segments.find(|(pattern, _)| *pattern == "{endpoint}");
        let known = endpoint
            .zip(call)
            .filter(|((_, endpoint), call)| call.tenancy.registry.at_endpoint(endpoint).is_ok());
        match known {
            Some(((_, endpoint), _)) => pattern.replace("{endpoint}", endpoint),
            None => pattern.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::middleware::from_fn;
    use actix_web::{App as ActixApp, HttpResponse, test};

    use super::*;
    use std::sync::Arc;
    use std::time::Duration;

    use scim::query::Limits;

    use crate::http::{
        ConnectionLimits, Connections, Measuring, Metrics, Readiness, RequestLimits,
    };
    use crate::service::{Clock, Service};

    const LIMITS: Limits = Limits {
        page_size_default: 1,
        page_size_max: 1,
        filter_bytes_max: 1,
        filter_work_max: 1,
        cursor_timeout_s: 1,
    };

    const CONNECTION_LIMITS: ConnectionLimits = ConnectionLimits {
        connections_max: 1,
        per_address_max: 1,
        client_timeout: Duration::from_secs(1),
        write_timeout: Duration::from_secs(1),
        rest_bytes_max: 1,
        answers_bytes_max: 1,
    };

    fn app(directory: &std::path::Path) -> App {
        let url = format!("sqlite:{}", directory.join("scimd.db").display());
        let metrics = Arc::new(Metrics::new().unwrap());
        let stopping = crate::http::Stop::new().1;
        App {
            service: Service::open(&url, 1, Duration::from_secs(3), LIMITS).unwrap(),
            public_url: "http://x.test".into(),
            limits: RequestLimits {
                body_bytes_max: 1,
                body_timeout: Duration::from_secs(1),
                string_bytes_max: 1,
                patch_operations_max: 1,
                bulk: crate::service::BulkLimits {
                    operations_max: 1,
                    body_bytes_max: 1,
                },
            },
            public_discovery: false,
            metrics: Arc::clone(&metrics),
            measuring: Measuring::default(),
            readiness: Readiness::default(),
            rate_limit: None,
            proxies: crate::http::TrustedProxies::default(),
            auditor: crate::service::Auditor::default(),
            keeper: crate::auth::Keeper::default(),
            connections: Connections::new(CONNECTION_LIMITS, metrics, stopping.clone()),
            stopping,
        }
    }

    async fn broken() -> HttpResponse {
        panic!("on purpose")
    }

    /// Rows: ERR-19
    #[actix_web::test]
    async fn a_panic_is_answered_named_and_counted() {
        let directory = std::env::temp_dir().join(format!("scimd_panic_{}", Clock.new_id()));
        std::fs::create_dir(&directory).unwrap();
        let app = app(&directory);
        let service = ActixApp::new()
            .app_data(web::Data::new(app.clone()))
            .route("/broken", web::get().to(broken))
            .wrap(from_fn(observe));
        let service = test::init_service(service).await;
        let request = test::TestRequest::get().uri("/broken").to_request();
        let error = test::try_call_service(&service, request).await.unwrap_err();
        let response = error.error_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert!(response.headers().contains_key("x-request-id"));
        let counted = app.metrics.render(&app.service, 0).unwrap();
        for line in [
            "scimd_panics_total 1",
            r#"scimd_http_requests_total{method="GET",route="/broken",status="500"} 1"#,
        ] {
            assert!(counted.contains(line), "no `{line}` in {counted}");
        }
        drop(app);
        // The pool may still be making its first connection there. Litter is no failed test.
        let _ = std::fs::remove_dir_all(&directory);
    }
}

//! `/livez`, `/readyz`, `/metrics` for orchestrators and monitors. They take no token, and tell nothing about any
//! tenant.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpResponse, web};
use serde_json::json;

use super::app::App;
use super::readiness::Answer;

/// `GET /livez`: the process answers.
pub(super) async fn livez() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// `GET /readyz`: the database answers and has this version's tables.
pub(super) async fn readyz(app: web::Data<App>) -> HttpResponse {
    let answer = app.readiness.of(&app.service).await;
    let (database, migrations) = match answer {
        Answer::Ready => ("ok", "current"),
        Answer::Ahead => ("ok", "ahead"),
        Answer::MigrationsPending => ("ok", "pending"),
        Answer::Unreachable => ("unreachable", "unknown"),
    };
    let ready = answer.is_ready();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let body = json!({ "status": if ready { "ok" } else { "unavailable" }, "database": database, "migrations": migrations });
    HttpResponse::build(status).json(body)
}

/// `GET /metrics`, in Prometheus' text format.
pub(super) async fn metrics(app: web::Data<App>) -> HttpResponse {
    if let Some(sizes) = app.measuring.due(&app.service).await {
        app.metrics.show_sizes(&sizes);
    }
    match app.metrics.render(&app.service, app.connections.count()) {
        Ok(text) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4"))
            .body(text),
        Err(error) => {
            log::error!("metrics: {error}");
            HttpResponse::InternalServerError().finish()
        }
    }
}

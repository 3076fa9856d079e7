//! `/livez`, `/readyz`, `/metrics`: for orchestrators and monitors, without a token, telling nothing of any tenant.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpResponse, web};
use serde_json::json;

use super::App;
use crate::store::pending;

/// `GET /livez`: the process answers.
pub(super) async fn livez() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "ok" }))
}

/// `GET /readyz`: the database answers and has this version's tables.
pub(super) async fn readyz(app: web::Data<App>) -> HttpResponse {
    let migrations = app
        .service
        .store
        .look_up(|connection| Ok(pending(connection)))
        .await;
    let (database, migrations) = match migrations {
        Ok(Ok(waiting)) if waiting.is_empty() => ("ok", "current"),
        Ok(Ok(_)) => ("ok", "pending"),
        Ok(Err(_)) | Err(_) => ("unreachable", "unknown"),
    };
    let ready = database == "ok" && migrations == "current";
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
    match app.metrics.render(app.service.store.pool()) {
        Ok(text) => HttpResponse::Ok()
            .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4"))
            .body(text),
        Err(error) => {
            log::error!("metrics: {error}");
            HttpResponse::InternalServerError().finish()
        }
    }
}

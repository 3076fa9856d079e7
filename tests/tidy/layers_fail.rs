//! Rules of layers on sources that break them, and on the nearest ones that do not.

use super::layers::{commands, layers, manifests};
use super::rules_fail::check;

#[test]
fn the_protocol_is_pure() {
    for bad in [
        "use actix_web::web;",
        "use actix_http::x;",
        "use diesel::prelude::*;",
        "diesel_migrations::x()",
        "fn f(pool: r2d2::Pool) {}",
        "tokio::spawn(x)",
        "ureq::get(x)",
        "use std::time::Duration;",
        "use std::{cell::Cell, time::Duration};",
        "let now = SystemTime::now();",
        "Instant::now()",
        "let id: Uuid = x;",
        "rand::random()",
        "getrandom::fill(x)",
        "std::fs::read(x)",
        "use std::{\n    net,\n};",
        "std::env::var(x)",
        "use scimd::store::Store;",
        "okta_standin::x()",
    ] {
        check(layers, "scim/src/x.rs", &format!("\n{bad}"), &[2]);
    }
    let good = "//! No actix, no diesel.\nlet a = \"std::fs\"; let operand = random; use crate::store; my_actix(); crate::http::f()";
    check(layers, "scim/src/x.rs", good, &[]);
    check(layers, "scim/src/x.json", "diesel", &[]);
}

/// Every layer once for each folder that may not know it, and the nearest one that it may.
#[test]
fn layers_know_what_is_below() {
    let check = |path: &str, bad: &[&str], good: &[&str]| {
        for bad in bad {
            check(layers, path, &format!("\nuse {bad}::x;"), &[2]);
            let inside = bad.strip_prefix("crate::");
            if let Some(inside) = inside {
                check(
                    layers,
                    path,
                    &format!("use crate::{{a, {inside}::b}};"),
                    &[1],
                );
            }
        }
        for good in good {
            check(
                layers,
                path,
                &format!("use {good}::x; // crate::http crate::scim"),
                &[],
            );
        }
    };
    let store = [
        "crate::service",
        "crate::http",
        "crate::auth",
        "crate::cli",
        "crate::config",
        "crate::replay",
        "crate::outbox",
        "crate::console",
        "crate::faces",
        "actix_web",
        "actix",
        "crate::scim",
    ];
    check(
        "src/store/a/b.rs",
        &store,
        &["scim", "diesel", "crate::stores", "crate::store"],
    );
    let service = [
        "crate::http",
        "crate::auth",
        "crate::cli",
        "crate::config",
        "crate::replay",
        "crate::console",
        "crate::faces",
        "actix_web",
        "diesel",
        "diesel_migrations",
        "crate::scim",
    ];
    check(
        "src/service/x.rs",
        &service,
        &[
            "crate::store",
            "crate::service",
            "scim",
            "crate::configured",
        ],
    );
    let auth = [
        "crate::http",
        "crate::cli",
        "crate::config",
        "diesel",
        "actix_web",
        "crate::scim",
    ];
    check(
        "src/auth/x.rs",
        &auth,
        &["crate::service", "scim", "ureq::http"],
    );
    check(
        "src/http/x.rs",
        &["crate::store", "diesel", "crate::scim"],
        &["crate::service", "actix_web"],
    );
    check(
        "src/cli/x.rs",
        &["crate::store", "diesel", "crate::scim"],
        &["crate::service", "crate::http"],
    );
    check(
        "src/replay/x.rs",
        &["crate::store", "crate::http"],
        &["ureq", "ureq::http", "std::fs"],
    );
    for pure in ["recording/read", "substitute", "expect/pairs"] {
        check(
            &format!("src/replay/{pure}.rs"),
            &["std::fs", "ureq"],
            &["std::fmt"],
        );
    }
    check(
        "src/config.rs",
        &["crate::scim"],
        &["std::env", "crate::store"],
    );
    check("okta-standin/src/x.rs", &["scimd"], &["scim", "ureq"]);
    check("tests/x.rs", &[], &["scimd::store", "diesel"]);
}

#[test]
fn packages() {
    let bad = "[package]\nname = \"uuid\"\n[dependencies]\nactix-web = \"4\"\ntokio.workspace = true\n\nids = { package = \"uuid\", version = \"1\" }\n[dependencies.ureq]\n[target.'cfg(unix)'.dependencies]\npq-sys = \"1\"";
    check(manifests, "scim/Cargo.toml", bad, &[4, 5, 7, 8, 10]);
    let good = "[dependencies]\nnom = \"8\"\ntokio-like = \"1\"\n# uuid = \"1\"\n[dev-dependencies]\ntokio = \"1\"\n[features]\nuuid = []";
    check(manifests, "scim/Cargo.toml", good, &[]);
    check(manifests, "Cargo.toml", bad, &[]);
    let standin = "[dependencies]\nscim = { package = \"scimd-scim\" }\nscimd = { path = \"..\" }";
    check(manifests, "okta-standin/Cargo.toml", standin, &[3]);
}

#[test]
fn commands_are_thin() {
    let bad = "Settings::store(x)\nlet t = Token::generate();\nlock.hold_tenant()\nwalk.advance_tenant()\n// Settings::store\nthreshold(x); a.hold(); a.held(); advance_tenant(x); MySettings::stored()";
    check(commands, "src/cli/x.rs", bad, &[1, 2, 3, 4]);
    check(commands, "src/service/x.rs", bad, &[]);
    let function = |lines: usize| format!("\nfn f() {{{}}}\n", "\n".repeat(lines - 1));
    check(commands, "src/cli/x.rs", &function(60), &[]);
    check(commands, "src/cli/x.rs", &function(61), &[2]);
    check(commands, "src/http/x.rs", &function(61), &[]);
}

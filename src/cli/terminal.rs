//! Output of commands for the operator.

use std::io::Write as _;

use scim::ScimError;

use crate::service::{Holdings, StoreError};

/// The outcome of a command. An error is a sentence for the operator.
pub(super) type Outcome<T = ()> = Result<T, String>;

/// Prints a line for the operator.
pub(super) fn say(line: &str) -> Outcome {
    writeln!(std::io::stdout(), "{line}")
        .map_err(|error| format!("cannot write to standard output: {error}"))
}

/// Says on standard error why a command failed.
pub(super) fn complain(text: &str) {
    let _ = writeln!(std::io::stderr(), "scimd: {text}");
}

/// Prints JSON for people.
pub(super) fn print(value: &impl serde::Serialize) -> Outcome {
    let text = serde_json::to_string_pretty(value).map_err(|error| error.to_string())?;
    say(&text)
}

/// What a database holds, in a line.
pub(super) fn held(holdings: &Holdings) -> String {
    format!(
        "{} bytes; tenants: {}, resources: {}, memberships: {}, rows of changes: {}, tokens: {}",
        holdings.bytes,
        holdings.tenants,
        holdings.resources,
        holdings.memberships,
        holdings.changes,
        holdings.tokens
    )
}

/// Puts a failed use case into words for the operator, with the command that helps.
pub(super) fn told(error: StoreError) -> String {
    match error {
        StoreError::Scim(ScimError::NotFound { resource_type, id })
            if resource_type == "Tenant" =>
        {
            format!("there is no tenant \"{id}\"; `scimd tenant list` shows all")
        }
        error => error.to_string(),
    }
}

//! Recordings of requests and answers, found by the behaviours they say they show.

use std::collections::BTreeSet;

use serde_json::Value;

use super::proofs::{Proofs, is_id};

/// The folder of the recordings; below it each is known by its path.
pub(crate) const FOLDER: &str = "tests/recordings";

/// Adds what recordings show, given as path and text, to the proofs of the tests.
pub(crate) fn read(recordings: &[(String, String)], proofs: &mut Proofs) -> Vec<String> {
    let mut findings = Vec::new();
    for (path, text) in recordings {
        match ids(text) {
            Err(reason) => findings.push(format!("{path}: {reason}")),
            Ok(ids) => {
                for id in ids {
                    proofs.entry(id).or_default().push(shown(path));
                }
            }
        }
    }
    findings
}

/// By its path below the folder, without the ending.
fn shown(path: &str) -> String {
    let name = path.strip_prefix(FOLDER).unwrap_or(path);
    let name = name.trim_start_matches('/').trim_end_matches(".json");
    format!("`{name}` (recording)")
}

/// The IDs that a recording names for the whole of it and step by step.
fn ids(text: &str) -> Result<BTreeSet<String>, String> {
    let recording: Value =
        serde_json::from_str(text).map_err(|error| format!("is no JSON: {error}"))?;
    let steps = recording["steps"].as_array();
    let mut found = named(&recording)?;
    for step in steps.into_iter().flatten() {
        let name = step["name"].as_str().unwrap_or_default();
        let ids = named(step).map_err(|reason| format!("step `{name}`: {reason}"))?;
        found.extend(ids);
    }
    if steps.is_none_or(Vec::is_empty) || found.is_empty() {
        return Err("without steps or behaviours it proves nothing".to_owned());
    }
    Ok(found)
}

/// The IDs of `behaviours`, which a recording or a step may be without.
fn named(part: &Value) -> Result<BTreeSet<String>, String> {
    let Some(listed) = part.get("behaviours") else {
        return Ok(BTreeSet::new());
    };
    let id = |word: &Value| word.as_str().filter(|id| is_id(id)).map(str::to_owned);
    let ids: Option<BTreeSet<String>> = listed
        .as_array()
        .and_then(|words| words.iter().map(id).collect());
    ids.ok_or_else(|| format!("`behaviours` lists IDs like \"OKTA-18\", not {listed}"))
}

//! What identity providers send, as first inputs: the bodies, filters and paths of the recordings.

use std::collections::BTreeSet;
use std::path::Path;
use std::{fs, io};

use serde_json::Value;

/// Inputs with the names of the functions that take them.
pub type Seeds = BTreeSet<(&'static str, Vec<u8>)>;

/// All seeds of the recordings below a folder.
pub fn of_recordings(folder: &Path) -> io::Result<Seeds> {
    let mut seeds = Seeds::new();
    read(folder, &mut seeds)?;
    Ok(seeds)
}

fn read(folder: &Path, seeds: &mut Seeds) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, seeds)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let recording: Value = serde_json::from_slice(&fs::read(&path)?)?;
            let steps = recording["steps"].as_array().into_iter().flatten();
            steps.for_each(|step| of_request(&step["request"], seeds));
        }
    }
    Ok(())
}

fn of_request(request: &Value, seeds: &mut Seeds) {
    let path = request["path"].as_str().unwrap_or_default();
    of_query(path, seeds);
    let body = &request["body"];
    if let Some(text) = request["text"].as_str() {
        seeds.insert(("body", text.into()));
    }
    if !body.is_object() {
        return;
    }
    of_names(body, seeds);
    of_search(body, seeds);
    let text = body.to_string().into_bytes();
    match request["method"].as_str() {
        _ if path.ends_with("/Bulk") => seeds.insert(("bulk", text)),
        Some("PATCH") => {
            of_operations(body, seeds);
            seeds.insert(("patch", text))
        }
        _ => seeds.insert(("body", text)),
    };
}

/// `?filter=` and what names attributes.
fn of_query(path: &str, seeds: &mut Seeds) {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        let value = decoded(value);
        match key.to_ascii_lowercase().as_str() {
            "filter" => _ = seeds.insert(("filter", value)),
            "attributes" | "excludedattributes" | "sortby" => {
                seeds.extend(
                    value
                        .split(|byte| *byte == b',')
                        .map(|name| ("path", name.to_vec())),
                );
            }
            _ => {}
        }
    }
}

fn of_search(body: &Value, seeds: &mut Seeds) {
    let filters = body["filter"].as_str();
    seeds.extend(filters.map(|filter| ("filter", filter.into())));
}

fn of_names(body: &Value, seeds: &mut Seeds) {
    let names = body
        .as_object()
        .into_iter()
        .flat_map(|object| object.keys());
    seeds.extend(names.map(|name| ("path", name.as_bytes().to_vec())));
}

fn of_operations(body: &Value, seeds: &mut Seeds) {
    for operation in body["Operations"].as_array().into_iter().flatten() {
        of_names(&operation["value"], seeds);
        let Some(path) = operation["path"].as_str() else {
            continue;
        };
        seeds.insert(("path", path.into()));
        let inside = path
            .split_once('[')
            .and_then(|(_, rest)| rest.rsplit_once(']'));
        seeds.extend(inside.map(|(filter, _)| ("filter", filter.into())));
    }
}

/// Percent-encoding taken away.
fn decoded(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::new(), 0);
    while let Some(byte) = bytes.get(at) {
        let hex = text
            .get(at + 1..at + 3)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, hex) {
            (b'%', Some(value)) => {
                decoded.push(value);
                at += 3;
            }
            (b'+', _) => {
                decoded.push(b' ');
                at += 1;
            }
            _ => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    decoded
}

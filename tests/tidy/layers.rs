//! Who may know whom: between folders, between packages, and what a command may do itself.

use super::Source;
use super::code::{lines_and_imports, mentions};
use super::tokens::{functions, tokens};

/// Words that may not stand in the code below a folder, and why. `actix*` stands for every word that begins so.
struct Ban {
    folder: &'static str,
    words: &'static [&'static str],
    reason: &'static str,
}

const IO: &[&str] = &[
    "std::fs",
    "std::net",
    "std::env",
    "std::time",
    "getrandom",
    "ureq",
];

const LAYERS: &[Ban] = &[
    Ban {
        folder: "scim/src/",
        words: &["actix*", "diesel*", "r2d2", "tokio", "ureq"],
        reason: "the protocol is pure: no HTTP server or client, database or runtime",
    },
    Ban {
        folder: "scim/src/",
        words: &[
            "std::time",
            "SystemTime",
            "Instant::now",
            "Uuid",
            "uuid",
            "rand",
            "getrandom",
            "Timestamp::now",
            "Zoned::now",
        ],
        reason: "the protocol is pure: time, ids and chance come in as arguments",
    },
    Ban {
        folder: "scim/src/",
        words: &["std::fs", "std::net", "std::env", "std::process"],
        reason: "the protocol is pure: no I/O, no environment",
    },
    Ban {
        folder: "scim/src/",
        words: &["scimd", "okta_standin"],
        reason: "the protocol knows no package of ours",
    },
    Ban {
        folder: "src/",
        words: &["Principal", "Authenticated", "Identity", "set_aside"],
        reason: "a request has one `Caller`, and each operation its own `Leniency`",
    },
    Ban {
        folder: "src/service/tenancy.rs",
        words: &["Caller", "Call", "Leniency", "RequestId"],
        reason: "a tenancy outlives requests: what belongs to one stands in its `Call`",
    },
    Ban {
        folder: "okta-standin/src/",
        words: &["scimd"],
        reason: "the other side of the wire knows the protocol, never the server",
    },
    Ban {
        folder: "src/",
        words: &["crate::scim"],
        reason: "the protocol is a package of its own: `scim::…`",
    },
    Ban {
        folder: "src/store/",
        words: &[
            "crate::service",
            "crate::http",
            "crate::auth",
            "crate::cli",
            "crate::config",
            "crate::replay",
            "crate::outbox",
            "crate::console",
            "crate::faces",
            "actix*",
        ],
        reason: "the store knows the protocol and the database only",
    },
    Ban {
        folder: "src/service/",
        words: &[
            "crate::http",
            "crate::auth",
            "crate::cli",
            "crate::config",
            "crate::replay",
            "crate::console",
            "crate::faces",
            "actix*",
            "diesel*",
        ],
        reason: "a use case knows neither HTTP nor SQL, and nobody who asks for it",
    },
    Ban {
        folder: "src/auth/",
        words: &[
            "crate::http",
            "crate::cli",
            "crate::config",
            "actix*",
            "diesel*",
        ],
        reason: "who is calling is known without HTTP, commands and SQL",
    },
    Ban {
        folder: "src/http/",
        words: &["crate::store", "diesel*"],
        reason: "one door: ask the service",
    },
    Ban {
        folder: "src/cli/",
        words: &["crate::store", "diesel*"],
        reason: "one door: ask the service",
    },
    Ban {
        folder: "src/replay/",
        words: &[
            "crate::store",
            "crate::service",
            "crate::http",
            "crate::auth",
            "crate::cli",
            "crate::config",
            "diesel",
            "actix_web",
        ],
        reason: "recordings are played against any server and know nothing of this one",
    },
    Ban {
        folder: "src/replay/recording",
        words: IO,
        reason: "what a recording says is pure",
    },
    Ban {
        folder: "src/replay/substitute",
        words: IO,
        reason: "what names stand for is pure",
    },
    Ban {
        folder: "src/replay/expect",
        words: IO,
        reason: "how answers are compared is pure",
    },
];

fn names(line: &str, word: &str) -> bool {
    match word.strip_suffix('*') {
        None => mentions(line, word),
        Some(start) => line.match_indices(start).any(|(at, _)| {
            !line[..at].ends_with(|last: char| last.is_alphanumeric() || last == '_')
        }),
    }
}

/// `cli → http → service → store → scim`; nothing points back.
pub(crate) fn layers(source: &Source) -> Vec<String> {
    let bans: Vec<_> = LAYERS
        .iter()
        .filter(|ban| source.is_rust() && source.path.starts_with(ban.folder))
        .collect();
    if bans.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (number, line) in lines_and_imports(source.code()) {
        for ban in &bans {
            let words = ban.words.iter().filter(|word| names(&line, word));
            found.extend(words.map(|word| (number, format!("`{word}`: {}", ban.reason))));
        }
    }
    found.sort();
    found.dedup();
    found
        .into_iter()
        .map(|(number, reason)| source.finding(number, reason))
        .collect()
}

/// Packages that may not be needed, by the manifest that would name them.
const PACKAGES: &[Ban] = &[
    Ban {
        folder: "scim/Cargo.toml",
        words: &[
            "actix*",
            "axum*",
            "hyper*",
            "reqwest*",
            "diesel*",
            "sqlx*",
            "rusqlite",
            "r2d2",
            "rand*",
            "libsqlite3-sys",
            "pq-sys",
            "tokio",
            "ureq",
            "getrandom",
            "uuid",
            "scimd",
            "okta-standin",
        ],
        reason: "the protocol is pure: no HTTP, database, runtime, ids or chance",
    },
    Ban {
        folder: "okta-standin/Cargo.toml",
        words: &["scimd"],
        reason: "the other side of the wire knows the protocol, never the server",
    },
];

/// What a package needs says what it may know. What its tests need is free.
pub(crate) fn manifests(source: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    for ban in PACKAGES.iter().filter(|ban| source.path == ban.folder) {
        for (line, name) in dependencies(&source.text) {
            let is_banned = |word: &&&str| match word.strip_suffix('*') {
                Some(start) => name.starts_with(start),
                None => name == **word,
            };
            let banned = ban.words.iter().find(is_banned);
            findings
                .extend(banned.map(|_| source.finding(line, format!("`{name}`: {}", ban.reason))));
        }
    }
    findings
}

/// The names in the tables of dependencies that are not for tests or builds, also those behind `package =`.
fn dependencies(manifest: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut inside = false;
    for (index, line) in manifest.lines().enumerate() {
        let line = line.trim();
        if let Some(table) = line.strip_prefix('[') {
            let table = table.split(']').next().unwrap_or(table);
            let (before, behind) = table.rsplit_once("dependencies").unwrap_or(("-", ""));
            inside = before.is_empty() || before.ends_with('.');
            let named = behind.strip_prefix('.').filter(|_| inside);
            found.extend(named.map(|name| (index + 1, name.trim_matches('"'))));
        } else if inside && !line.starts_with('#') {
            let key = line
                .split(['=', '.', ' '])
                .next()
                .map(|key| key.trim_matches('"'));
            let renamed = line
                .split("package")
                .nth(1)
                .and_then(|rest| rest.split('"').nth(1));
            let names = key
                .into_iter()
                .chain(renamed)
                .filter(|name| !name.is_empty());
            found.extend(names.map(|name| (index + 1, name)));
        }
    }
    found
}

/// What only a use case does.
const USE_CASES: &[&str] = &[
    "Settings::store",
    "Token::generate",
    ".hold_tenant(",
    ".advance_tenant(",
];
/// Longest function of a command, in lines.
const LINES_MAX: usize = 60;

/// A command takes its arguments apart, asks for one use case, and prints.
pub(crate) fn commands(source: &Source) -> Vec<String> {
    if !source.is_rust() || !source.path.starts_with("src/cli/") {
        return Vec::new();
    }
    let code = source.code();
    let mut found = Vec::new();
    for (index, line) in code.lines().enumerate() {
        let calls = USE_CASES.iter().filter(|call| mentions(line, call));
        found.extend(calls.map(|call| {
            (
                index + 1,
                format!("`{call}`: a use case; ask the service for it"),
            )
        }));
    }
    for (name, first, last) in functions(&tokens(source.code())) {
        let lines = last + 1 - first;
        if lines > LINES_MAX {
            found.push((first, format!("`{name}` has {lines} lines; a command with more than {LINES_MAX} holds a use case")));
        }
    }
    found.sort();
    found
        .into_iter()
        .map(|(line, reason)| source.finding(line, reason))
        .collect()
}

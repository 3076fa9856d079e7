//! Database URLs: which of them this build can serve, and how to show them without their secrets.

/// Refuses URLs that this build cannot serve, with a sentence that says what to do.
pub fn check_url(url: &str) -> std::result::Result<(), String> {
    let is_postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
    if !is_postgres && !url.starts_with("sqlite:") {
        return Err(format!(
            "--database-url (SCIMD_DATABASE_URL) \"{}\" is not understood; write sqlite:PATH or postgres://USER:PASSWORD@HOST/DATABASE",
            redacted(url)
        ));
    }
    if url.strip_prefix("sqlite:").is_some_and(in_memory) {
        return Err(format!(
            "--database-url (SCIMD_DATABASE_URL) \"{url}\" names no file, and without one every connection would have a \
             database of its own; write sqlite:PATH"
        ));
    }
    let wants_tls = [
        "sslmode=require",
        "sslmode=verify-ca",
        "sslmode=verify-full",
    ]
    .iter()
    .any(|mode| url.contains(mode));
    if wants_tls && !cfg!(feature = "pg-tls") {
        return Err("this build cannot speak TLS to PostgreSQL, so sslmode=require would fail; build with `--features pg-tls` \
                    (the container image is), or drop sslmode where the network is trusted"
            .to_owned());
    }
    Ok(())
}

/// What libpq does not limit by itself: making a connection, and waiting for a host that has vanished. A host that goes on but
/// whose database stands still is not found out by these.
const LIMITS: [(&str, &str); 5] = [
    ("connect_timeout", "5"),
    ("tcp_user_timeout", "10000"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "2"),
];

/// The URL of a PostgreSQL with limits for its network, where it says nothing of them.
pub(super) fn with_limits(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    // As libpq reads it: before the `@` a password may have a `?`.
    let server = match rest.find(['@', '/']) {
        Some(at) if rest[at..].starts_with('@') => &rest[at + 1..],
        _ => rest,
    };
    let query = server.split_once('?').map(|(_, query)| query);
    let mut url = url.to_owned();
    let mut separator = if query.is_some() { '&' } else { '?' };
    for (name, value) in LIMITS {
        let is_said = |pair: &str| pair.split('=').next() == Some(name);
        if query.is_none_or(|query| !query.split('&').any(is_said)) {
            url.push_str(&format!("{separator}{name}={value}"));
            separator = '&';
        }
    }
    url
}

/// Whether SQLite would keep the database of this path in memory, or in a file that disappears with the connection.
fn in_memory(path: &str) -> bool {
    path.is_empty() || path.contains(":memory:") || path.contains("mode=memory")
}

/// A database URL that can be shown: the scheme, and for a server the hosts and the database.
///
/// The URL is not parsed, because a URL that does not parse must not be shown either. Users and passwords end at the
/// last `@`, and the query may also contain a password.
pub fn redacted(url: &str) -> String {
    if url.starts_with("sqlite:") {
        return url.to_owned();
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return "…".to_owned();
    };
    let shown = match (rest.rfind('@'), rest.find('?')) {
        // A `?` inside the password or an `@` inside the query: the end of the secret is not clear.
        (Some(at), Some(query)) if query < at => "…",
        (at, query) => &rest[at.map_or(0, |at| at + 1)..query.unwrap_or(rest.len())],
    };
    format!("{scheme}://{shown}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_checked_and_redacted() {
        assert!(check_url("mysql://x").is_err());
        assert!(check_url("sqlite:x.db").is_ok());
        let tls = check_url("postgres://u:secret@h/d?sslmode=require");
        assert_eq!(tls.is_ok(), cfg!(feature = "pg-tls"));
    }

    #[test]
    fn limits_come_behind_what_the_url_says() {
        let with = with_limits("postgres://u:s?cret@h/d");
        assert!(with.starts_with("postgres://u:s?cret@h/d?connect_timeout=5&tcp"));
        let with = with_limits("postgres://h/d?connect_timeout=9&options=x");
        assert!(with.starts_with("postgres://h/d?connect_timeout=9&options=x&tcp_user_timeout="));
        assert!(with.ends_with("&keepalives_count=2"));
    }

    #[test]
    fn no_secret_is_shown() {
        for (url, shown) in [
            ("postgres://u:s3cret@h/d", "postgres://h/d"),
            ("postgres://u:s3cret@h1:1,h2:2/d", "postgres://h1:1,h2:2/d"),
            ("postgres://h/d?password=s3cret", "postgres://h/d"),
            (
                "postgres://u:s3cret@h/d?sslpassword=s3cret",
                "postgres://h/d",
            ),
            ("postgresql://u:s3@cret@h/d", "postgresql://h/d"),
            (
                "postgres://u:s3/cret#s3cret@[::1]:5/d",
                "postgres://[::1]:5/d",
            ),
            ("postgres://u:s3?cret@h/d", "postgres://…"),
            ("postgres://h/d?password=s3@cret", "postgres://…"),
            ("mysql://u:s3cret@h/d", "mysql://h/d"),
            ("host=h password=s3cret", "…"),
            ("sqlite:a.db", "sqlite:a.db"),
            ("postgres://h/d", "postgres://h/d"),
        ] {
            assert_eq!(redacted(url), shown, "{url}");
        }
    }

    #[test]
    fn a_database_that_no_two_connections_share_is_refused() {
        for url in [
            "sqlite:",
            "sqlite::memory:",
            "sqlite:file::memory:?cache=shared",
            "sqlite:file:x?mode=memory",
        ] {
            assert!(
                check_url(url).is_err_and(|text| text.contains("sqlite:PATH")),
                "{url}"
            );
        }
    }
}

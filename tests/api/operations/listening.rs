//! Where the server listens: an address, or a name with all its addresses.

use crate::support::{Backend, TestServer, refused_start};

#[test]
fn a_name_stands_for_all_its_addresses() {
    let server = TestServer::start_with(Backend::Sqlite, &[("SCIMD_BIND", "localhost:0")]);
    let origin = server.origin();
    assert!(origin.starts_with("http://localhost:"), "{origin}");
    let base = format!("base URL: {origin}/scim/v2");
    assert_eq!(server.startup().last(), Some(&base));
    server.create_user("by-name");
    let log = server.log();
    let served = log.lines().find(|line| line.contains("serving"));
    let served = served.expect("a record of where it listens");
    let port = origin.rsplit(':').next().expect("a port");
    assert!(served.contains(&format!("127.0.0.1:{port}")), "{served}");
}

#[test]
fn an_address_that_is_none_is_explained() {
    for (bind, told) in [
        ("nowhere", "localhost:8080"),
        (":8080", "0.0.0.0:8080"),
        ("localhost", "localhost:8080"),
        ("no-such-host.invalid:0", "no-such-host.invalid"),
    ] {
        let reason = refused_start(Backend::Sqlite, &[("SCIMD_BIND", bind)]);
        assert!(reason.contains(told), "{bind}: {reason}");
    }
}

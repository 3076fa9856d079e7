//! Tokens that are bound to networks, and proxies that say where a client is.

use crate::support::{Backend, TestServer};

#[track_caller]
fn bound(server: &TestServer, networks: &str) -> String {
    let printed = server
        .cli(&["token", "create", "default", "--network", networks])
        .ok();
    printed.lines().last().expect("a token").to_owned()
}

api_test! {
    fn a_token_is_accepted_from_its_networks_only(server) {
        let (here, elsewhere) = (bound(&server, "127.0.0.0/8,::1"), bound(&server, "192.0.2.0/24"));
        server.get("/Users").token(&here).send().expect(200);
        for header in [None, Some("192.0.2.7")] {
            let request = server.get("/Users").token(&elsewhere);
            let request = match header {
                // Nobody is believed who is no proxy.
                Some(address) => request.header("x-forwarded-for", address).header("forwarded", &format!("for={address}")),
                None => request,
            };
            let reply = request.send();
            assert!(reply.header("www-authenticate").is_some_and(|text| text.contains("invalid_token")));
            assert!(reply.error(401, "").contains("from this network"));
        }
        // It is remembered now, and that lets nobody in.
        server.get("/Users").token(&here).send().expect(200);
        server.get("/Users").token(&elsewhere).send().error(401, "");
        let list = server.cli(&["token", "list", "default"]).ok();
        assert!(list.contains("from 127.0.0.0/8 ::1/128") && list.contains("from anywhere"), "{list}");
        for (wrong, word) in [("192.0.2.7/24", "192.0.2.0/24"), ("example.com", "no network"), ("192.0.2.0/33", "no network")] {
            let text = server.cli(&["token", "create", "default", "--network", wrong]).refused();
            assert!(text.contains(word), "{text}");
        }
    }
}

/// One header is read, and of it what trusted proxies have written.
fn proxies_tell_where_a_client_is(backend: Backend) {
    for (header, setting, named) in [
        ("x-forwarded-for", "x-forwarded-for", "{}"),
        ("forwarded", "forwarded", "proto=https;for=\"{}\""),
    ] {
        let settings = [
            ("SCIMD_TRUSTED_PROXIES", "127.0.0.0/8,10.0.0.0/8"),
            ("SCIMD_PROXY_HEADER", setting),
        ];
        let server = TestServer::start_with(backend, &settings);
        let token = bound(&server, "192.0.2.0/24,2001:db8::/32");
        let via = |value: &str| {
            server
                .get("/Users")
                .token(&token)
                .header(header, value)
                .send()
                .status
        };
        let name = |address: &str| named.replace("{}", address);
        assert_eq!(via(&name("192.0.2.7")), 200);
        assert_eq!(via(&name("[2001:db8::7]:4711")), 200);
        assert_eq!(
            via(&format!("{}, {}", name("192.0.2.7"), name("10.0.0.2"))),
            200
        );
        assert_eq!(
            via(&format!("{}, {}", name("192.0.2.7"), name("198.51.100.1"))),
            401,
            "made up"
        );
        assert_eq!(via(&name("unknown")), 401);
        assert_eq!(via(""), 401);
        let other = if header == "forwarded" {
            "x-forwarded-for"
        } else {
            "forwarded"
        };
        let reply = server
            .get("/Users")
            .token(&token)
            .header(other, "for=192.0.2.7")
            .header(other, "192.0.2.7")
            .send();
        assert_eq!(reply.status, 401, "the other header is not read");
    }
}

#[test]
fn proxies_tell_where_a_client_is_sqlite() {
    proxies_tell_where_a_client_is(Backend::Sqlite);
}

#[test]
fn proxies_tell_where_a_client_is_postgres() {
    proxies_tell_where_a_client_is(Backend::Postgres);
}

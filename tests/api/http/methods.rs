//! Methods and URIs (RFC 7644 §3.2, §3.13; RFC 9110).

use serde_json::{Value, json};

use crate::support::{Backend, Reply, Request, TestServer, USER, id};

#[track_caller]
fn allows(reply: Reply, expected: &[&str]) {
    let allow = reply.header("allow").unwrap_or_default().to_owned();
    let mut methods: Vec<&str> = allow.split(',').map(str::trim).collect();
    // HEAD goes with GET and OPTIONS with everything; whether they are listed is a matter of taste.
    methods.retain(|method| !["HEAD", "OPTIONS"].contains(method));
    methods.sort_unstable();
    assert_eq!(methods, expected, "Allow is `{allow}`");
    reply.error(405, "");
}

pub(super) fn user(name: &str) -> Value {
    json!({ "schemas": [USER], "userName": name })
}

api_test! {
    /// Rows: HTTP-01 HTTP-06
    fn http_01_every_endpoint_answers(server) {
        for path in ["/Users", "/Groups", "/ServiceProviderConfig", "/ResourceTypes", "/Schemas"] {
            server.get(path).send().expect(200);
        }
        let delete = json!({ "Operations": [{ "method": "DELETE", "path": "/Users/none" }] });
        server.post("/Bulk", delete).send().expect(200);
        server.get("/Me").send().error(501, "");
        // Not offered by this provider, and said so.
        server.post("/Me", json!({})).send().error(501, "");
    }

    /// Rows: HTTP-02 HTTP-03
    fn http_02_other_methods_are_refused_with_what_is_allowed(server) {
        let ada = server.create_user("ada");
        let team = server.create_group("Team", &[id(&ada)]);
        for endpoint in ["/Users", "/Groups"] {
            for method in ["PUT", "PATCH", "DELETE"] {
                allows(server.request(method, endpoint).json(&user("x")).send(), &["GET", "POST"]);
            }
        }
        for path in [format!("/Users/{}", id(&ada)), format!("/Groups/{}", id(&team)), "/Users/unknown".to_owned()] {
            allows(server.post(&path, user("x")).send(), &["DELETE", "GET", "PATCH", "PUT"]);
        }
        let same = server.get(&format!("/Users/{}", id(&ada))).send().expect(200);
        assert_eq!((&same["userName"], &same["meta"]), (&ada["userName"], &ada["meta"]));
        assert_eq!(server.names("userName pr"), ["ada"]);
    }

    /// Rows: HTTP-05 HTTP-09 HTTP-13 MEDIA-12
    fn http_05_paths_are_case_sensitive_and_forgive_one_trailing_slash(server) {
        let path = format!("/Users/{}", id(&server.create_user("ada")));
        for path in ["/Nope", "/users", "/USERS", "/Userss", "/Users/a/b", "/User", "/Groups.json", "/schemas"] {
            server.get(path).send().error(404, "");
        }
        for path in ["/scim/Users", "/Users", "/scim"] {
            server.get(path).absolute().send().error(404, "");
        }
        server.get(&format!("{path}.scim")).send().error(404, "");
        for path in [
            "/Users/",
            "/Groups/",
            "/Schemas/",
            "/ResourceTypes/",
            "/ServiceProviderConfig/",
            "/Users/?count=1",
            &format!("{path}/"),
        ] {
            server.get(path).send().expect(200);
        }
        server.post("/Users/", user("bob")).send().expect(201);
    }

    /// Rows: HTTP-07 LEN-21
    fn http_07_unknown_and_empty_parameters_are_ignored(server) {
        server.create_user("ada");
        for query in [
            "?foo=bar",
            "?foo",
            "?",
            "?&",
            "?count=1&",
            "?&&count=1",
            "?foo=bar&foo=baz",
            "?=",
            "?=x",
            "?filter=userName+pr&",
        ] {
            let list = server.get(&format!("/Users{query}")).send().expect(200);
            assert_eq!(list["totalResults"], 1, "{query}");
        }
    }

    /// Rows: HTTP-08
    fn http_08_the_version_stands_before_the_endpoint(server) {
        server.get("/scim/v2/Users").absolute().send().expect(200);
        server.get("/scim/v1/Users").absolute().send().error(400, "invalidVers");
        server.get("/scim/v9/Users").absolute().send().error(400, "invalidVers");
        let location = server.create_user("ada")["meta"]["location"].clone();
        assert!(location.as_str().unwrap().contains("/scim/v2/Users/"), "{location}");
    }

    /// Rows: HTTP-10 GEN-11
    fn http_10_links_do_not_repeat_what_a_stranger_says(server) {
        let forged = |request: Request| {
            request
                .header("X-Forwarded-Host", "evil.example")
                .header("X-Forwarded-Proto", "https")
                .header("Forwarded", "host=evil.example;proto=https")
                .header("X-Forwarded-Prefix", "/evil")
        };
        let reply = forged(server.post("/Users", user("ada"))).send();
        let expected = format!("{}/Users/{}", server.base(), id(&reply.body));
        assert_eq!(reply.header("location"), Some(expected.as_str()));
        assert_eq!(reply.body["meta"]["location"], expected.as_str());
        let list = forged(server.get("/Users")).send().expect(200);
        assert_eq!(list["Resources"][0]["meta"]["location"], expected.as_str());
    }

    /// Rows: HTTP-12 MEDIA-14
    fn http_12_head_is_get_without_the_body(server) {
        let path = format!("/Users/{}", id(&server.create_user("ada")));
        for path in
            [path.as_str(), "/Users", "/Groups?count=1", "/Schemas", "/ResourceTypes/User", "/ServiceProviderConfig"]
        {
            let (head, get) = (server.request("HEAD", path).send(), server.get(path).send());
            assert_eq!((head.status, head.text.as_str()), (200, ""), "{path}");
            for header in ["etag", "content-type", "content-location", "location"] {
                assert_eq!(head.header(header), get.header(header), "{header} of {path}");
            }
        }
        let head = server.request("HEAD", "/Users/unknown").send();
        assert_eq!((head.status, head.text.as_str()), (404, ""));
        assert_eq!(server.request("HEAD", "/Users").anonymous().send().status, 401);
    }

    /// Rows: HTTP-15
    fn http_15_a_known_parameter_is_given_once(server) {
        for query in [
            "count=1&count=2",
            "count=1&count=1",
            "startIndex=1&startIndex=2",
            "filter=id+pr&filter=title+pr",
            "sortBy=id&sortBy=title",
            "sortOrder=ascending&sortOrder=descending",
            "attributes=id&attributes=title",
            "excludedAttributes=title&excludedAttributes=emails",
        ] {
            let reply = server.get(&format!("/Users?{query}")).send();
            assert_eq!(reply.status, 400, "{query}: {}", reply.text);
            reply.error(400, "invalidValue");
        }
    }

    /// Rows: HTTP-16
    fn http_16_options_changes_nothing(server) {
        let ada = server.create_user("ada");
        let path = format!("/Users/{}", id(&ada));
        for path in ["/Users", path.as_str(), "/Schemas"] {
            let reply = server.request("OPTIONS", path).send();
            assert!([200, 204, 405].contains(&reply.status), "{path}: {}", reply.status);
            assert!(reply.header("allow").is_some_and(|allow| allow.contains("GET")), "{path}");
        }
        assert_eq!(server.get(&path).send().expect(200), ada);
    }
}

/// Rows: HTTP-10 GEN-11 TENANT-08
fn links_begin_with_the_public_base(backend: Backend) {
    let server = TestServer::start_with(
        backend,
        &[("SCIMD_BASE_URL", "https://id.example.com/directory")],
    );
    let base = "https://id.example.com/directory/scim/v2";
    let made = server.post("/Users", user("ada")).send();
    let location = format!("{base}/Users/{}", id(&made.body));
    assert_eq!(made.header("location"), Some(location.as_str()));
    assert_eq!(made.body["meta"]["location"], location.as_str());
    let team = server.create_group("Team", &[id(&made.body)]);
    assert_eq!(team["members"][0]["$ref"], location.as_str());
    assert_eq!(
        team["meta"]["location"],
        format!("{base}/Groups/{}", id(&team))
    );
    let config = server.get("/ServiceProviderConfig").send().expect(200);
    assert_eq!(
        config["meta"]["location"],
        format!("{base}/ServiceProviderConfig")
    );
    assert_eq!(
        server.names(&format!(r#"meta.location eq "{location}""#)),
        ["ada"]
    );
}

#[test]
fn http_10_public_base_sqlite() {
    links_begin_with_the_public_base(Backend::Sqlite);
}

#[test]
fn http_10_public_base_postgres() {
    links_begin_with_the_public_base(Backend::Postgres);
}

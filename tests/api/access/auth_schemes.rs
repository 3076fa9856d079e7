//! Tokens without the word Bearer: as a Basic password, or bare. Only some profiles accept them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::TestServer;

fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

fn status(server: &TestServer, authorization: &str) -> u16 {
    let reply = server
        .get("/Users")
        .header("Authorization", authorization)
        .send();
    if reply.status == 401 {
        assert!(
            reply
                .header("www-authenticate")
                .is_some_and(|challenge| challenge.starts_with("Bearer"))
        );
        reply.scim_error();
    }
    reply.status
}

api_test! {
    /// Rows: OKTA-43 PING-6 GEN-24 OKTA-32
    fn okta_43_the_schemes_of_header_apps_are_opted_into(server) {
        let token = server.token().to_owned();
        let sent = [basic("okta", &token), basic("", &token), format!("bASIC {}", STANDARD.encode(format!("a:{token}"))), token.clone()];
        for profile in ["default", "rfc", "entra", "interop"] {
            server.set_tenant(&format!("profile={profile}"));
            for authorization in &sent {
                assert_eq!(status(&server, authorization), 401, "{profile}");
            }
        }
        server.set_tenant("profile=okta");
        for authorization in &sent {
            assert_eq!(status(&server, authorization), 200);
        }
        let wrong = [
            basic("okta", "wrong"), basic(&token, ""), "Basic".into(), "Basic ???".into(), format!("Basic {}", STANDARD.encode(&token)),
            "non-token".into(), format!("Token {token}"), format!("{token} {token}"), basic("a", &format!("{token} ")),
        ];
        for authorization in &wrong {
            assert_eq!(status(&server, authorization), 401, "{authorization}");
        }
        // Nor does another tenant's path tell a right token from a wrong one.
        server.set_tenant("profile=default");
        let elsewhere = |authorization: &str| {
            let reply = server.get("/t/nobody/scim/v2/Users").absolute().header("Authorization", authorization).send();
            reply.error(401, "")
        };
        assert_eq!(elsewhere(&sent[0]), elsewhere(&basic("okta", "wrong")));
        assert_eq!(elsewhere(&sent[3]), elsewhere("wrong"));
        server.set_tenant("profile=okta");
        // A wrong token, and a right one where the scheme is not accepted, get the same answer.
        let detail = |authorization: &str| server.get("/Users").header("Authorization", authorization).send().error(401, "");
        let unknown = detail(&basic("okta", "wrong"));
        server.set_tenant("basic-credentials=off");
        assert_eq!(detail(&sent[0]), unknown);
        assert_eq!(status(&server, &token), 200, "each scheme has its own rule");
        server.get("/Users").send().expect(200);
    }

    /// Rows: DISC-05 OKTA-43
    fn disc_05_basic_is_announced_where_it_is_accepted(server) {
        let schemes = || {
            let config = server.get("/ServiceProviderConfig").send().expect(200);
            let schemes = config["authenticationSchemes"].as_array().unwrap().clone();
            schemes.into_iter().map(|scheme| scheme["type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(schemes(), ["oauthbearertoken"]);
        server.set_tenant("basic-credentials=on");
        assert_eq!(schemes(), ["oauthbearertoken", "httpbasic"]);
    }

    /// Rows: GEN-24 AUTH-04
    fn gen_24_a_tenant_in_the_path_is_kept_apart_in_every_scheme(server) {
        server.set_tenant("profile=okta");
        server.cli(&["tenant", "create", "acme"]).ok();
        server.cli(&["tenant", "set", "acme", "profile=okta"]).ok();
        for authorization in [basic("okta", server.token()), server.token().to_owned()] {
            let other = server.get("/t/acme/scim/v2/Users").absolute().header("Authorization", &authorization).send();
            other.error(401, "");
            let own = server.get("/t/default/scim/v2/Users").absolute().header("Authorization", &authorization).send();
            own.expect(200);
        }
    }
}

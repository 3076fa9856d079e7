//! "Did you mean": the usual mistakes in a base URL or an endpoint are answered with the right path.

use crate::support::Reply;

#[track_caller]
fn detail(reply: Reply) -> String {
    reply.error(404, "")
}

api_test! {
    fn a_path_outside_the_base_names_the_right_one(server) {
        for (path, meant) in [
            ("/Users", "/scim/v2/Users"),
            ("/v2/Users", "/scim/v2/Users"),
            ("/scim/Users", "/scim/v2/Users"),
            ("/SCIM/v2/Groups", "/scim/v2/Groups"),
            ("/users/4711", "/scim/v2/Users/{id}"),
            ("/ServiceProviderConfig", "/scim/v2/ServiceProviderConfig"),
            ("/t/default/Users", "/t/default/scim/v2/Users"),
            ("/scim", "/scim/v2"),
        ] {
            for method in ["GET", "POST", "PATCH"] {
                let told = detail(server.request(method, path).absolute().anonymous().send());
                assert!(told.ends_with(&format!("did you mean {meant}?")), "{method} {path}: {told}");
            }
        }
        let told = detail(server.get("/nope").absolute().anonymous().send());
        assert!(!told.contains("did you mean"), "{told}");
    }

    fn a_path_below_the_base_names_the_right_one_to_who_has_a_token(server) {
        server.cli(&["pack", "add", "device"]).ok();
        for (path, meant) in [
            ("/users", "/scim/v2/Users"),
            ("/User", "/scim/v2/Users"),
            ("/group/4711", "/scim/v2/Groups/{id}"),
            ("/users/.search", "/scim/v2/Users/.search"),
            ("/scim/v2/Users", "/scim/v2/Users"),
            ("/scim/v2", "/scim/v2"),
            ("/v2/Users/4711", "/scim/v2/Users/{id}"),
            ("/devices", "/scim/v2/Devices"),
            ("/resourcetypes", "/scim/v2/ResourceTypes"),
        ] {
            let told = detail(server.get(path).send());
            assert!(told.ends_with(&format!("did you mean {meant}?")), "{path}: {told}");
            // Who has no token learns nothing, not even which resource types there are.
            let refused = server.get(path).anonymous().send().error(401, "");
            assert!(!refused.contains("did you mean"), "{path}: {refused}");
        }
        let told = detail(server.get("/t/default/scim/v2/users").absolute().send());
        assert!(told.ends_with("did you mean /t/default/scim/v2/Users?"), "{told}");
        let told = detail(server.get("/devices").absolute().anonymous().send());
        assert!(!told.contains("did you mean"), "outside the bases nobody's own types are known: {told}");
    }

    fn nothing_of_a_wrong_path_comes_back(server) {
        for path in ["/<script>alert(1)/Users", "/t/<b>/Users", "/scim/v2/users/secret-4711", "/users/secret-4711"] {
            let told = detail(server.get(path).absolute().send());
            assert!(!told.contains("4711") && !told.contains('<'), "{path}: {told}");
        }
        let long = format!("/{}", "a/".repeat(3_000));
        assert!(detail(server.get(&long).absolute().send()).len() < 200);
    }
}

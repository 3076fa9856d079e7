//! The interoperability profile, a draft. In places it contradicts RFC 7644.

use serde_json::{Value, json};

use super::requests::patch_of;
use crate::support::patch_table::{Stage, add, operation, pathless, remove, replace, row};
use crate::support::{TestServer, USER, id};

fn interop(server: &TestServer) -> &TestServer {
    server.set_tenant("profile=interop");
    server
}

api_test! {
    /// Rows: PROFILE-01
    fn profile_01_only_there_it_is_announced(server) {
        let announced = || server.get("/ServiceProviderConfig").send().expect(200).get("interopProfileConformant").cloned();
        for profile in ["default", "rfc", "okta", "entra"] {
            server.set_tenant(&format!("profile={profile}"));
            assert_eq!(announced(), None, "{profile}");
        }
        interop(&server);
        assert_eq!(announced(), Some(Value::Bool(true)));
        // Stricter is still so, and more lenient is not.
        server.set_tenant("patch-op-case=off");
        assert_eq!(announced(), Some(Value::Bool(true)));
        server.set_tenant("pathless-patch=on");
        assert_eq!(announced(), None);
    }

    /// Rows: PROFILE-02
    fn profile_02_strangers_are_refused(server) {
        interop(&server);
        let user = server.create_user("kim");
        let path = format!("/Users/{}", id(&user));
        let strangers = [
            json!({ "shoeSize": 7 }), json!({ "name": { "nobility": "Sir" } }), json!({ "urn:example:shoes": { "size": 7 } }),
            json!({ "schemas": [USER, "urn:example:shoes"] }), json!({ "emails": [{ "value": "a", "kind": "x" }] }),
        ];
        for stranger in strangers {
            let mut body = json!({ "schemas": [USER], "userName": "lee" });
            for (name, value) in stranger.as_object().unwrap() {
                body[name] = value.clone();
            }
            server.post("/Users", body.clone()).send().error(400, "invalidSyntax");
            body["userName"] = "kim".into();
            server.put(&path, body).send().error(400, "invalidSyntax");
        }
        let message = patch_of(json!({ "op": "replace", "path": "title", "value": "x", "name": "addTitle" }));
        server.request("PATCH", &path).json(&message).send().error(400, "invalidSyntax");
        let inside = json!([{ "op": "replace", "path": "name", "value": { "nobility": "Sir" } }]);
        server.patch(&path, inside).send().error(400, "invalidSyntax");
        assert_eq!(server.get(&path).send().expect(200), user);
        assert!(server.names("userName eq \"lee\"").is_empty());
        // What the server derives is no stranger (RFC 7643 §7: readOnly values are ignored).
        server.put(&path, user.clone()).send().expect(200);
    }

    /// Rows: PROFILE-03
    fn profile_03_filters_name_what_there_is(server) {
        interop(&server);
        server.get("/Users").query("filter", "shoeSize eq 7").send().error(400, "invalidFilter");
        server.get("/Groups").query("filter", "userName eq \"a\"").send().error(400, "invalidFilter");
    }

    /// Rows: PROFILE-04 PROFILE-05 PROFILE-06 PROFILE-10
    fn profile_04_patch_is_narrower(server) {
        let stage = Stage::new(&server);
        interop(&server);
        let stage = stage.answering_with_groups();
        let name = json!({ "givenName": "Ada", "familyName": "Byron" });
        let two = json!([{ "value": "1@x.test", "type": "work" }, { "value": "2@x.test", "type": "work" }]);
        let one = json!([{ "value": "1@x.test", "type": "work" }]);
        stage.users([
            row("no path", [pathless("replace", json!({ "title": "Lady" }))]).refused("invalidSyntax"),
            row("no path, add", [pathless("add", json!({ "title": "Lady" }))]).refused("invalidSyntax"),
            row("replace drops", [replace("name", json!({ "givenName": "Augusta" }))]).from(json!({ "name": name }))
                .gives(json!({ "name": { "givenName": "Augusta" } })),
            row("add merges", [add("name", json!({ "givenName": "Augusta" }))]).from(json!({ "name": name }))
                .gives(json!({ "name": { "givenName": "Augusta", "familyName": "Byron" } })),
            row("a sub-attribute", [replace("name.givenName", "Augusta")]).from(json!({ "name": name }))
                .gives(json!({ "name": { "givenName": "Augusta", "familyName": "Byron" } })),
            row("a whole element", [replace("emails[type eq 'work']", json!({ "value": "x@x.test" }))]).refused("invalidPath"),
            row("a whole element, remove", [remove("emails[type eq 'work']")]).refused("invalidPath"),
            row("one of one", [replace("emails[type eq 'work'].value", "x@x.test")]).from(json!({ "emails": one }))
                .gives(json!({ "emails": [{ "value": "x@x.test", "type": "work" }] })),
            row("one of two", [replace("emails[type eq 'work'].display", "x")]).from(json!({ "emails": two })).refused("invalidFilter"),
            row("none", [replace("ims[type eq 'xmpp'].value", "x")]).refused("noTarget"),
        ]);
        // Members are edges: naming one by its id is the only way to remove it alone.
        stage.groups([
            row("a member", [remove("members[value eq '{a}']")]).gives(json!({ "members": ["{b}"] })),
            row("several members", [remove("members[type eq 'User']")]).refused("invalidFilter"),
            row("a list", [operation("remove", "members", json!([{ "value": "{a}" }]))]).refused("invalidValue"),
        ]);
    }

    /// Rows: PROFILE-07 PROFILE-08 PROFILE-09
    fn profile_07_what_holds_everywhere_holds_here(server) {
        interop(&server);
        server.create_user("Kim");
        server.post("/Users", json!({ "schemas": [USER], "userName": "kIM" })).send().error(409, "uniqueness");
        assert_eq!(server.names("userName eq \"KIM\""), ["Kim"]);
        let kinds = server.get("/ResourceTypes").send().expect(200);
        assert!(kinds["Resources"].as_array().unwrap().iter().all(|kind| kind["id"] == kind["name"]));
        let config = server.get("/ServiceProviderConfig").send().expect(200);
        assert!(config["pagination"]["defaultPageSize"].as_i64() >= Some(100) && config["pagination"]["maxPageSize"].as_i64() >= Some(100));
    }

    /// Rows: PROFILE-11
    fn profile_11_every_type_has_values_to_choose_from(server) {
        let without = || {
            let schema = server.get(&format!("/Schemas/{USER}")).send().expect(200);
            let attributes = schema["attributes"].as_array().unwrap().clone();
            let types = attributes.iter().flat_map(|attribute| attribute["subAttributes"].as_array().cloned().unwrap_or_default());
            types.filter(|sub| sub["name"] == "type" && sub["canonicalValues"].as_array().is_none_or(Vec::is_empty)).count()
        };
        assert_eq!(without(), 3, "roles, entitlements, certificates: the standard suggests none");
        interop(&server);
        assert_eq!(without(), 0);
        // Suggestions are no rule.
        server.user(json!({ "userName": "kim", "roles": [{ "value": "r", "type": "of our own" }] }));
    }
}

//! Every flag is an environment variable, of every command.

use serde_json::json;

use crate::support::{Backend, TestServer, refused_start, scimd};

api_test! {
    /// A variable that is not read changes the wrong tenant.
    fn a_variable_names_the_tenant_as_the_flag_does(server) {
        server.cli(&["tenant", "create", "acme"]).ok();
        server.write("badge.json", &json!({ "id": "urn:x:Badge", "name": "Badge", "attributes": [{ "name": "number" }] }));
        let of_acme = [("SCIMD_TENANT", "acme"), ("SCIMD_EXTENDS", "User")];
        let said = server.cli_with(&["schema", "add", "badge.json"], &of_acme).ok();
        assert!(said.contains("tenant acme serves") && said.contains("User"), "{said}");
        assert!(!server.cli(&["schema", "list"]).ok().contains("urn:x:Badge"), "the tenant `default` stays as it is");
        for command in [&["schema", "list"][..], &["resource-type", "show", "User"], &["schema", "show", "urn:x:Badge"]] {
            assert!(server.cli_with(command, &of_acme).ok().contains("urn:x:Badge"), "{command:?}");
        }
        // A flag wins over a variable, and an empty variable counts as unset.
        for (arguments, tenant) in [(&["--tenant", "default"][..], "acme"), (&[], "")] {
            let arguments = [&["schema", "list"], arguments].concat();
            let listed = server.cli_with(&arguments, &[("SCIMD_TENANT", tenant)]).ok();
            assert!(listed.contains("tenant default has no schemas"), "{arguments:?}: {listed}");
        }
        server.cli_with(&["pack", "add", "device"], &of_acme).ok();
        assert!(!server.cli(&["resource-type", "list"]).ok().contains("Device"));
        server.cli_with(&["schema", "remove", "urn:x:Badge"], &[("SCIMD_TENANT", "acme"), ("SCIMD_DETACH", "yes")]).ok();
    }

    fn variables_describe_a_token_and_name_a_tenant(server) {
        let wanted = [("SCIMD_LABEL", "from-the-environment"), ("SCIMD_SCOPE", "read"), ("SCIMD_EXPIRES_IN", "90d")];
        server.cli_with(&["token", "create", "default"], &wanted).ok();
        let list = server.cli(&["token", "list", "default"]).ok();
        let row = list.lines().find(|line| line.contains("from-the-environment")).expect("the label");
        assert!(!row.contains("write") && !row.contains("expires never"), "{row}");
        server.cli_with(&["tenant", "create", "acme"], &[("SCIMD_NAME", "Acme Corporation")]).ok();
        assert!(server.cli(&["tenant", "show", "acme"]).ok().contains("Acme Corporation"));
        let refused = server.cli_with(&["token", "create", "default"], &[("SCIMD_SCOPE", "everything")]).refused();
        assert!(refused.contains("admin"), "{refused}");
    }

    /// A confirmation in the environment would confirm everything that follows.
    fn no_variable_confirms_a_deletion(server) {
        server.cli(&["tenant", "create", "acme"]).ok();
        let told = server.cli_with(&["tenant", "delete", "acme"], &[("SCIMD_YES", "true")]).refused();
        assert!(told.contains("--yes"), "{told}");
        server.cli(&["tenant", "show", "acme"]).ok();
    }

    fn an_extension_is_required_of_a_type(server) {
        server.write("badge.json", &json!({ "id": "urn:x:Badge", "name": "Badge", "attributes": [{ "name": "number" }] }));
        let told = server.cli(&["schema", "add", "badge.json", "--required"]).refused();
        assert!(told.contains("--extends"), "{told}");
        server.cli_with(&["schema", "add", "badge.json"], &[("SCIMD_REQUIRED", "0")]).ok();
    }
}

#[test]
fn a_switch_is_on_by_every_usual_word() {
    for (value, status) in [
        ("1", 200),
        ("yes", 200),
        ("on", 200),
        ("TRUE", 200),
        ("0", 401),
        ("no", 401),
        ("off", 401),
        ("false", 401),
    ] {
        let server = TestServer::start_with(Backend::Sqlite, &[("SCIMD_PUBLIC_DISCOVERY", value)]);
        let reply = server.get("/Schemas").anonymous().send();
        assert_eq!(reply.status, status, "SCIMD_PUBLIC_DISCOVERY={value}");
    }
    let told = refused_start(Backend::Sqlite, &[("SCIMD_PUBLIC_DISCOVERY", "perhaps")]);
    assert!(told.contains("yes") && told.contains("perhaps"), "{told}");
}

#[test]
fn a_wrong_log_level_lists_the_levels() {
    let told = scimd(&["tenant", "list"], &[("SCIMD_LOG_LEVEL", "verbose")]).refused();
    for level in ["verbose", "error", "warn", "info", "debug", "trace", "off"] {
        assert!(told.contains(level), "no `{level}` in: {told}");
    }
}

#[test]
fn variables_are_in_the_help() {
    for (command, variable) in [
        (&["schema", "add"][..], "SCIMD_TENANT"),
        (&["token", "create"], "SCIMD_EXPIRES_IN"),
        (&["replay"], "SCIMD_TARGET"),
        (&["conformance"], "SCIMD_GROUP"),
    ] {
        let help = scimd(&[command, &["--help"]].concat(), &[]).ok();
        assert!(help.contains(variable), "no `{variable}` in: {help}");
    }
}

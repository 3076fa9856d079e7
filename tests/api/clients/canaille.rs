//! Canaille. Its real program runs in `suites/canaille.rs`; what is here says more exactly where it would stop.

use serde_json::Value;

use crate::support::{TestServer, id, read};

/// Keys that any answer may have: those of lists, of resources and of `meta`.
const COMMON: &[&str] = &[
    "schemas",
    "id",
    "meta",
    "resourceType",
    "location",
    "created",
    "lastModified",
    "version",
    "totalResults",
    "itemsPerPage",
    "startIndex",
    "Resources",
];
/// What Canaille reads before each change, with the keys that RFC 7643 defines there, §5 to §7.
const DISCOVERY: &[(&str, &[&str])] = &[
    (
        "/ResourceTypes",
        &[
            "name",
            "description",
            "endpoint",
            "schema",
            "schemaExtensions",
            "required",
        ],
    ),
    (
        "/Schemas",
        &[
            "name",
            "description",
            "attributes",
            "subAttributes",
            "type",
            "multiValued",
            "required",
            "canonicalValues",
            "caseExact",
            "mutability",
            "returned",
            "uniqueness",
            "referenceTypes",
        ],
    ),
    (
        "/ServiceProviderConfig",
        &[
            "documentationUri",
            "patch",
            "bulk",
            "filter",
            "changePassword",
            "sort",
            "etag",
            "supported",
            "maxOperations",
            "maxPayloadSize",
            "maxResults",
            "authenticationSchemes",
            "type",
            "name",
            "description",
            "specUri",
            "primary",
        ],
    ),
];

/// The keys in the answers to discovery that RFC 7643 does not define, each with the endpoint before it.
fn strangers(server: &TestServer) -> Vec<String> {
    let mut found = Vec::new();
    for (endpoint, known) in DISCOVERY {
        let answer = server.get(endpoint).send().expect(200);
        each_key(&answer, &mut |key| {
            if !known.contains(&key) && !COMMON.contains(&key) {
                found.push(format!("{endpoint}: {key}"));
            }
        });
    }
    found
}

/// `visit` sees the keys of all objects in a value; what is inside an object of a strange key is seen too.
fn each_key(value: &Value, visit: &mut dyn FnMut(&str)) {
    match value {
        Value::Object(object) => {
            for (key, inner) in object {
                visit(key);
                each_key(inner, visit);
            }
        }
        Value::Array(elements) => elements.iter().for_each(|element| each_key(element, visit)),
        _ => {}
    }
}

api_test! {
    /// Rows: CAN-1
    fn can_01_with_pagination_hidden_discovery_has_no_key_that_canaille_refuses(server) {
        let before = strangers(&server);
        assert!(before.contains(&"/ServiceProviderConfig: pagination".to_owned()), "{before:?}");
        assert!(before.iter().all(|key| key.starts_with("/ServiceProviderConfig: ")), "{before:?}");
        server.set_tenant("hide-pagination=on");
        assert_eq!(strangers(&server), [""; 0]);
    }

    /// Rows: CAN-5
    fn can_05_a_group_outlives_its_only_member(server) {
        let user = server.create_user("bob");
        let group = server.create_group("Last", &[id(&user)]);
        server.delete(&format!("/Users/{}", id(&user))).send().expect(204);
        let after = read(&server, &format!("/Groups/{}", id(&group)));
        assert_eq!((&after["displayName"], after["members"].as_array().map(Vec::len)), (&group["displayName"], Some(0)));
    }
}

//! A request's path as the log shows it. Clients put names and addresses into paths by mistake. So the log shows only
//! known words and ids that we make, and `-` for everything else.

use scim::registry::Registry;
use uuid::Uuid;

use crate::service::{Call, Settings, standard_registry};

/// Length of a UUID with its hyphens. Ids that we make have no other spelling.
const UUID_CHARACTERS: usize = 36;

/// The path under the route's pattern. `-` where no route matches.
pub(super) fn shown_path(pattern: Option<&str>, path: &str, call: Option<&Call>) -> String {
    let Some(pattern) = pattern else {
        return "-".to_owned();
    };
    let registry = call.map_or_else(
        || standard_registry(&Settings::default()),
        |call| call.tenancy.registry.clone(),
    );
    let own_slug = call.map(|call| call.tenancy.slug.as_str());
    let segments = pattern.split('/').zip(path.split('/'));
    let shown = segments.map(|(pattern, segment)| {
        let known = match pattern {
            "{endpoint}" => registry.at_endpoint(segment).is_ok(),
            "{id}" => is_uuid(segment) || names_a_type_or_schema(&registry, segment),
            "{slug}" => own_slug == Some(segment),
            word => word == segment,
        };
        if known { segment } else { "-" }
    });
    shown.collect::<Vec<_>>().join("/")
}

fn is_uuid(segment: &str) -> bool {
    segment.len() == UUID_CHARACTERS && Uuid::try_parse(segment).is_ok()
}

fn names_a_type_or_schema(registry: &Registry, segment: &str) -> bool {
    registry.named(segment).is_some() || registry.schemas().iter().any(|schema| schema.is(segment))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows: SEC-09
    #[test]
    fn only_known_words_and_ids_are_shown() {
        let member = "/scim/v2/{endpoint}/{id}";
        let id = "0198c1de-0000-7000-8000-000000000000";
        for (pattern, path, shown) in [
            (
                member,
                format!("/scim/v2/Users/{id}"),
                format!("/scim/v2/Users/{id}"),
            ),
            (
                member,
                "/scim/v2/Users/jane@x.org".into(),
                "/scim/v2/Users/-".into(),
            ),
            (
                member,
                "/scim/v2/jane/0198c1de000070008000000000000000".into(),
                "/scim/v2/-/-".into(),
            ),
            (
                "/scim/v2/Schemas/{id}",
                "/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User".into(),
                "/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User".into(),
            ),
            (
                "/scim/v2/ResourceTypes/{id}",
                "/scim/v2/ResourceTypes/User".into(),
                "/scim/v2/ResourceTypes/User".into(),
            ),
            (
                "/t/{slug}/scim/v2/{endpoint}",
                "/t/jane/scim/v2/Groups".into(),
                "/t/-/scim/v2/Groups".into(),
            ),
            ("/livez", "/livez".into(), "/livez".into()),
        ] {
            assert_eq!(shown_path(Some(pattern), &path, None), shown);
        }
        assert_eq!(shown_path(None, "/jane@x.org", None), "-");
    }
}

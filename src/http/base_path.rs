//! Where SCIM is served: the one place that spells it.

/// The path of the SCIM base below the public URL, for all tenants: the credential names the tenant.
pub const BASE_PATH: &str = "/scim/v2";

/// The pattern of the SCIM base of one tenant, which is named in the path.
pub(super) fn tenant_pattern() -> String {
    tenant_path("{slug}")
}

/// The SCIM base URL below a public URL: of one tenant when the path names it.
pub(super) fn base_url(public_url: &str, slug: Option<&str>) -> String {
    match slug {
        Some(slug) => format!("{public_url}{}", tenant_path(slug)),
        None => format!("{public_url}{BASE_PATH}"),
    }
}

fn tenant_path(slug: &str) -> String {
    format!("/t/{slug}{BASE_PATH}")
}

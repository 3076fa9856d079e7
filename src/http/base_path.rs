//! Defines where SCIM is served. Other code takes the path from here.

/// The path of the SCIM base below the public URL. All tenants share it, because the credential names the tenant.
pub const BASE_PATH: &str = "/scim/v2";

/// The pattern of the SCIM base of one tenant: the path names the tenant.
pub(super) fn tenant_pattern() -> String {
    tenant_path("{slug}")
}

/// The SCIM base URL below a public URL. With a slug, it is the base of that tenant.
pub(super) fn base_url(public_url: &str, slug: Option<&str>) -> String {
    match slug {
        Some(slug) => format!("{public_url}{}", tenant_path(slug)),
        None => format!("{public_url}{BASE_PATH}"),
    }
}

fn tenant_path(slug: &str) -> String {
    format!("/t/{slug}{BASE_PATH}")
}

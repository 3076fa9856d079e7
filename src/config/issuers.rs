//! `scimd issuer …`

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ipnet::IpNet;

use super::tokens::ScopeArg;
use crate::service::{ALGORITHMS, Networks};

const EXAMPLES: &str = "Examples:
  scimd issuer add acme entra --directory-tenant 72f988bf-86f1-41af-91ab-2d7cd011db47
        Microsoft Entra ID with an empty Secret Token: its own JWTs, for non-gallery applications
  scimd issuer add acme idp --issuer https://idp.example.com --audience https://scim.example.com \\
        --jwks-url https://idp.example.com/jwks.json --scope write --scope-claim scope
  scimd issuer add acme lab --issuer lab --audience scimd --jwks keys.json --require azp=provisioner";

/// Commands on issuers of JWTs.
#[derive(Debug, Subcommand)]
pub enum IssuerCommand {
    /// Trust an issuer: accept the JWTs that it signs for an audience
    ///
    /// A JWT is accepted as a bearer token if its signature, `iss`, `aud` and `exp` are right (and `nbf`, if it has one; clocks may
    /// differ by a minute). It needs no table of users: the tenant is that of this command.
    #[command(after_help = EXAMPLES)]
    Add(Box<IssuerArgs>),
    /// List the issuers that a tenant trusts
    List {
        /// The tenant
        tenant: String,
    },
    /// Fetch the keys of an issuer now, and say what is there
    Test {
        /// The tenant
        tenant: String,
        /// The issuer's name
        name: String,
    },
    /// Trust an issuer no more, at once
    Remove {
        /// The tenant
        tenant: String,
        /// The issuer's name
        name: String,
    },
}

/// The terms of an issuer.
#[derive(Debug, Args)]
pub struct IssuerArgs {
    /// The tenant
    pub tenant: String,
    /// A name by which you recognise the issuer
    pub name: String,
    /// What `iss` in its JWTs is
    #[arg(
        long,
        env = "SCIMD_ISSUER",
        value_name = "ISS",
        required_unless_present = "directory_tenant"
    )]
    pub issuer: Option<String>,
    /// Whom its JWTs are for: `aud` has to name one of these
    #[arg(
        long,
        env = "SCIMD_AUDIENCE",
        value_name = "AUD",
        value_delimiter = ',',
        required_unless_present = "directory_tenant"
    )]
    pub audience: Vec<String>,
    /// Where its keys are: an https URL, or http on this machine
    #[arg(long, env = "SCIMD_JWKS_URL", value_name = "URL", required_unless_present_any = ["jwks", "directory_tenant"])]
    pub jwks_url: Option<String>,
    /// A file with its keys (a JWK Set), instead of a URL
    #[arg(
        long,
        env = "SCIMD_JWKS",
        value_name = "FILE",
        conflicts_with = "jwks_url"
    )]
    pub jwks: Option<PathBuf>,
    /// The id of a Microsoft Entra ID directory: fills in issuer, audience and URL of its own JWTs
    #[arg(long, env = "SCIMD_DIRECTORY_TENANT", value_name = "ID", value_parser = directory)]
    pub directory_tenant: Option<String>,
    /// Algorithms that it signs with, with commas between
    #[arg(long, env = "SCIMD_ALGORITHMS", value_name = "ALG", value_delimiter = ',', value_parser = ALGORITHMS, default_values = ["RS256", "PS256", "ES256", "EdDSA"])]
    pub algorithms: Vec<String>,
    /// What its JWTs may do at most, as in `token create`
    #[arg(
        long,
        env = "SCIMD_SCOPE",
        value_enum,
        value_delimiter = ',',
        default_value = "write"
    )]
    pub scope: Vec<ScopeArg>,
    /// The claim with the scopes of a JWT, such as scope, scp or roles: it may do what stands in it and --scope allows. A word
    /// may have something before it, as in scim:read. Without this, every JWT may do what --scope says
    #[arg(long, env = "SCIMD_SCOPE_CLAIM", value_name = "CLAIM")]
    pub scope_claim: Option<String>,
    /// A claim that a JWT needs, with its value; several times for several claims
    #[arg(long, env = "SCIMD_REQUIRE", value_name = "CLAIM=VALUE", value_parser = pair)]
    pub require: Vec<(String, String)>,
    /// The claim that names the user that /Me shows, by id or unique name
    #[arg(long, env = "SCIMD_USER_CLAIM", value_name = "CLAIM")]
    pub user_claim: Option<String>,
    /// Networks that its JWTs may be used from, in CIDR notation, with commas between
    #[arg(long, env = "SCIMD_NETWORK", value_name = "CIDR", value_delimiter = ',', value_parser = Networks::parse_one)]
    pub network: Vec<IpNet>,
    /// Let the URL of the keys lead into a private network, or to this machine
    #[arg(long, env = "SCIMD_ALLOW_PRIVATE_ADDRESSES", value_parser = super::switch)]
    pub allow_private_addresses: bool,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(claim, _)| !claim.is_empty());
    let (claim, value) = pair.ok_or_else(|| format!("\"{text}\" is not CLAIM=VALUE"))?;
    Ok((claim.to_owned(), value.to_owned()))
}

/// The id stands in a URL.
fn directory(text: &str) -> Result<String, String> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    match text.len() == 36 && text.chars().all(is_plain) {
        true => Ok(text.to_ascii_lowercase()),
        false => Err(format!(
            "\"{text}\" is no id of a directory; it looks like 72f988bf-86f1-41af-91ab-2d7cd011db47"
        )),
    }
}

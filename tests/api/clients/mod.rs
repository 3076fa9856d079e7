//! Identity providers, governance tools and test scripts: a file or a folder for each, with everything that it sends.

mod authentik;
mod canaille;
mod cyberark;
mod cycle;
mod entra;
mod every_client;
mod g2g_scim_sync;
mod google;
mod jumpcloud;
mod keycloak;
mod okta;
mod one_identity;
mod onelogin;
mod ping;
mod rippling;
mod sailpoint;
mod scripts;
mod shared;
mod version_1;
mod wso2;

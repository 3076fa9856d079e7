//! Okta.

mod cycle;
mod entitlements;
mod groups;
mod reads;
mod rehire;
mod requests;
mod spec;
mod users;

pub(crate) use requests::okta;

//! Schemas and resource types that a tenant defines itself.

mod admin;
mod catalogues;
mod contradictions;
mod devices;
mod extensions;
mod live;
mod packs;

//! What the server says about itself: configuration, resource types, schemas, the description of its API.

mod characteristics;
mod endpoints;
mod openapi;
mod own_types;

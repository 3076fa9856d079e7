//! The description at `/openapi.json` and the page at `/docs`.

mod description;
mod page;
mod routes;

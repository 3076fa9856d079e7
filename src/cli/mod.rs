//! Commands: thin, one file each. They parse, call a use case and print.

mod conformance;
mod definition;
mod doctor;
mod logging;
mod migrate;
mod pack;
mod profile;
mod replay;
mod resource_type;
mod run;
mod schema;
mod serve;
mod tenant;
mod terminal;
mod token;

pub use run::run;
pub use terminal::Outcome;

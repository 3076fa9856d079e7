//! Commands: thin, one file each. A command parses, calls a use case and prints.

mod audit;
mod backup;
mod conformance;
mod definition;
mod doctor;
mod issuer;
mod logging;
mod migrate;
mod open_files;
mod pack;
mod profile;
mod reach;
mod replay;
mod resource_type;
mod restore;
mod run;
mod schema;
mod serve;
mod tenant;
mod terminal;
mod token;

pub use run::run;

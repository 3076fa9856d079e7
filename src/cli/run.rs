//! From the command line to the command.

use super::terminal::Outcome;
use super::{
    conformance, doctor, logging, migrate, pack, profile, replay, resource_type, schema, serve,
    tenant, token,
};
use crate::config::{Cli, Command};

/// Runs what the command line asks for.
pub fn run(cli: Cli) -> Outcome {
    logging::start(cli.global.log_level, cli.global.log_format);
    match cli.command {
        None => serve::run(&cli.global, &cli.serve),
        Some(Command::Serve(serve)) => serve::run(&cli.global, &serve),
        Some(Command::Migrate) => migrate::run(&cli.global),
        Some(Command::Tenant(command)) => tenant::run(&cli.global, command),
        Some(Command::Token(command)) => token::run(&cli.global, command),
        Some(Command::Schema(command)) => schema::run(&cli.global, command),
        Some(Command::ResourceType(command)) => resource_type::run(&cli.global, command),
        Some(Command::Pack(command)) => pack::run(&cli.global, command),
        Some(Command::Profile(command)) => profile::run(&command),
        Some(Command::Doctor(serve)) => doctor::run(&cli.global, &serve),
        Some(Command::Conformance(args)) => conformance::run(&args),
        Some(Command::Replay(args)) => replay::run(*args),
    }
}

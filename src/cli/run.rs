//! From the command line to the command.

use super::terminal::{Outcome, complain};
use super::{
    audit, backup, conformance, doctor, issuer, logging, migrate, pack, profile, replay,
    resource_type, restore, schema, serve, tenant, token,
};
use crate::config::{Cli, Command, LogFormat};

/// Runs what the command line asks for. Returns whether that was done; if not, it was said why.
pub fn run(cli: Cli) -> bool {
    logging::start(cli.global.log_level, cli.global.log_format);
    let serves = matches!(cli.command, None | Some(Command::Serve(_)));
    let to_log = serves || cli.global.log_format == LogFormat::Json;
    match dispatch(cli) {
        Ok(()) => true,
        // The log of a server should tell why it ended.
        Err(text) if to_log && log::log_enabled!(log::Level::Error) => {
            log::error!("{text}");
            false
        }
        Err(text) => {
            complain(&text);
            false
        }
    }
}

fn dispatch(cli: Cli) -> Outcome {
    match cli.command {
        None => serve::run(&cli.global, &cli.serve),
        Some(Command::Serve(serve)) => serve::run(&cli.global, &serve),
        Some(Command::Migrate) => migrate::run(&cli.global),
        Some(Command::Tenant(command)) => tenant::run(&cli.global, command),
        Some(Command::Token(command)) => token::run(&cli.global, command),
        Some(Command::Issuer(command)) => issuer::run(&cli.global, command),
        Some(Command::Audit(args)) => audit::run(&cli.global, &args),
        Some(Command::Schema(command)) => schema::run(&cli.global, command),
        Some(Command::ResourceType(command)) => resource_type::run(&cli.global, command),
        Some(Command::Pack(command)) => pack::run(&cli.global, command),
        Some(Command::Profile(command)) => profile::run(&command),
        Some(Command::Doctor(serve)) => doctor::run(&cli.global, &serve),
        Some(Command::Backup(args)) => backup::run(&cli.global, &args),
        Some(Command::Restore(args)) => restore::run(&cli.global, &args),
        Some(Command::Conformance(args)) => conformance::run(&args),
        Some(Command::Replay(args)) => replay::run(*args),
    }
}

//! From the process's arguments and environment to the command line.

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Parser};

/// Parses the arguments, and ignores empty `SCIMD_*` variables: container set-ups leave variables empty. `S` are the
/// settings that only the command without a name takes in front.
pub(super) fn parsed<C: Parser, S: Args>() -> C {
    let empty: Vec<String> = std::env::vars()
        .filter(|(name, value)| name.starts_with("SCIMD_") && value.is_empty())
        .map(|(name, _)| name)
        .collect();
    let mut command = strip(C::command(), &empty);
    let matches = command.get_matches_mut();
    if let Some(text) = misplaced::<S>(&matches) {
        command.error(ErrorKind::ArgumentConflict, text).exit();
    }
    match C::from_arg_matches(&matches) {
        Ok(parsed) => parsed,
        Err(error) => error.exit(),
    }
}

/// Why a setting of `serve` before the name of a command is refused: the command would not read it.
fn misplaced<S: Args>(matches: &ArgMatches) -> Option<String> {
    let command = matches.subcommand_name()?;
    let of_serve = S::augment_args(clap::Command::new("serve"));
    let given = of_serve.get_arguments().find(|argument| {
        let source = matches.value_source(argument.get_id().as_str());
        source == Some(ValueSource::CommandLine)
    })?;
    let flag = given.get_long()?;
    Some(match command {
        "serve" | "doctor" => {
            format!("--{flag} belongs behind the command: scimd {command} --{flag} …")
        }
        other => format!("--{flag} is a setting of `serve`; `{other}` does not use it"),
    })
}

/// Removes the environment variable from each argument whose variable is empty.
fn strip(command: clap::Command, empty: &[String]) -> clap::Command {
    let command = command.mut_args(|argument| {
        let named = argument
            .get_env()
            .map(|name| name.to_string_lossy().into_owned());
        match named {
            Some(name) if empty.contains(&name) => argument.env(None::<&'static str>),
            _ => argument,
        }
    });
    command.mut_subcommands(|sub| strip(sub, empty))
}

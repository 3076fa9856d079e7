//! The pages of `docs/` that tell of flags and commands are held to the command line.

use std::collections::BTreeSet;

use clap::{Arg, Command, CommandFactory as _};

use super::{BOOTSTRAP_TOKEN, Cli};

const CONFIGURATION: &str = include_str!("../../docs/configuration.md");
const COMMAND_LINE: &str = include_str!("../../docs/command-line.md");

/// Defaults that only the page knows, because they follow from something else.
const DERIVED: [&str; 8] = [
    "`http://` and the address bound",
    "none",
    "the rate limit",
    "one per core",
    "ten or fewer",
    "4096 or fewer",
    "half of that",
    "`false`",
];

/// Variable, flag and default of an argument, as the page writes them.
fn row(argument: &Arg) -> Option<[String; 3]> {
    let flag = argument.get_long()?;
    let variable = argument.get_env()?.to_string_lossy();
    let default = argument.get_default_values().first();
    let default = default.map_or(String::new(), |value| {
        format!("`{}`", value.to_string_lossy())
    });
    Some([format!("`{variable}`"), format!("`--{flag}`"), default])
}

/// The first three columns of every row.
fn rows(page: &str) -> Vec<[String; 3]> {
    let lines = page.lines().filter(|line| line.starts_with("| `SCIMD_"));
    let columns = |line: &str| {
        let mut columns = line
            .split('|')
            .skip(1)
            .map(|column| column.trim().to_owned());
        [(); 3].map(|()| columns.next().unwrap_or_default())
    };
    lines.map(columns).collect()
}

#[test]
fn the_page_of_settings_has_every_variable_of_serve() {
    let mut command = Cli::command();
    command.build();
    let serve = command.find_subcommand("serve").expect("a command");
    let told = rows(CONFIGURATION);
    let (secret, told): (Vec<_>, Vec<_>) = told
        .into_iter()
        .partition(|row| row[0] == format!("`{BOOTSTRAP_TOKEN}`"));
    assert_eq!(secret.len(), 1);
    let flags: Vec<_> = serve.get_arguments().filter_map(row).collect();
    assert!(flags.len() > 15, "{flags:?}");
    let names = |rows: &[[String; 3]]| -> BTreeSet<_> {
        rows.iter()
            .map(|[variable, flag, _]| (variable.clone(), flag.clone()))
            .collect()
    };
    let apart = &names(&told) ^ &names(&flags);
    assert!(apart.is_empty(), "on one side only: {apart:?}");
    for [variable, _, default] in flags {
        let shown = &told.iter().find(|row| row[0] == variable).expect("a row")[2];
        let is_right = match default.as_str() {
            "" => DERIVED.contains(&shown.as_str()),
            default => shown == default,
        };
        assert!(is_right, "{variable}: {shown} instead of {default}");
    }
}

/// Every command that does something, as it is typed.
fn commands(command: &Command, before: &str) -> Vec<String> {
    let typed = format!("{before}{}", command.get_name());
    let parts: Vec<_> = command
        .get_subcommands()
        .filter(|part| part.get_name() != "help")
        .collect();
    if parts.is_empty() {
        return vec![typed];
    }
    parts
        .into_iter()
        .flat_map(|part| commands(part, &format!("{typed} ")))
        .collect()
}

#[test]
fn the_page_of_commands_has_every_command() {
    let mut command = Cli::command();
    command.build();
    let commands = commands(&command, "");
    assert!(commands.len() > 25, "{commands:?}");
    for typed in commands {
        let is_told = COMMAND_LINE.lines().any(|line| {
            line.strip_prefix(&typed)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
        });
        assert!(is_told, "docs/command-line.md does not have `{typed}`");
    }
}

//! `scimd profile …`: how a tenant reads what clients send. No database is needed.

use super::terminal::{Outcome, say};
use crate::config::ProfileCommand;
use scim::profile::{ALWAYS, Profile, Rule};

pub(super) fn run(command: &ProfileCommand) -> Outcome {
    match command {
        ProfileCommand::List => list(),
        ProfileCommand::Show { name } => show(name.as_deref()),
    }
}

fn list() -> Outcome {
    for profile in Profile::ALL {
        say(&format!("{:8} {}", profile.name(), profile.about()))?;
    }
    say("\nnext: scimd profile show NAME; scimd tenant set SLUG profile=NAME")
}

fn show(name: Option<&str>) -> Outcome {
    let Some(name) = name else {
        return compare();
    };
    let profile = Profile::named(name).ok_or_else(|| {
        let names = Profile::ALL.map(Profile::name).join(", ");
        format!("there is no profile \"{name}\"; there are {names}")
    })?;
    say(&format!("{}: {}", profile.name(), profile.about()))?;
    say("\nLeniencies: forms that the server accepts although the standard does not define them.")?;
    say("An answer names those that it needed in the header SCIM-Leniency.\n")?;
    rules(profile, true)?;
    say("\nChoices: points that the standard leaves open.\n")?;
    rules(profile, false)?;
    say("\nIn every profile:\n")?;
    for (source, meaning) in ALWAYS {
        say(&format!("      {meaning} ({source})"))?;
    }
    say(&format!(
        "\nA tenant takes it by `scimd tenant set SLUG profile={name}`, one rule by `scimd tenant set SLUG RULE=on|off|profile`."
    ))
}

fn rules(profile: Profile, leniencies: bool) -> Outcome {
    let in_force = profile.rules();
    let chosen = Rule::ALL
        .iter()
        .filter(|rule| rule.is_leniency() == leniencies);
    for rule in chosen {
        let state = if in_force.has(*rule) { "on" } else { "off" };
        let (name, meaning, source) = (rule.name(), rule.meaning(), rule.source());
        say(&format!("{state:4} {name:28} {meaning} ({source})"))?;
    }
    Ok(())
}

/// All profiles side by side.
fn compare() -> Outcome {
    let names = Profile::ALL.map(|profile| format!("{:8}", profile.name()));
    say(&format!("{:28} {}", "", names.concat()))?;
    for rule in Rule::ALL {
        let states = Profile::ALL.map(|profile| {
            let state = if profile.rules().has(*rule) {
                "on"
            } else {
                "-"
            };
            format!("{state:8}")
        });
        let line = format!("{:28} {}", rule.name(), states.concat());
        say(line.trim_end())?;
    }
    Ok(())
}

//! `scimd pack …`

use super::definition::apply;
use super::resource_type::announce;
use super::terminal::{Outcome, say};
use crate::config::{GlobalArgs, PackCommand};
use crate::service::{Edit, Operator, PACKS, Pack};

pub(super) fn run(global: &GlobalArgs, command: PackCommand) -> Outcome {
    match command {
        PackCommand::List => PACKS
            .iter()
            .try_for_each(|pack| say(&format!("{:18}  {}", pack.name, pack.about))),
        PackCommand::Add { name, tenant } => add(global, &name, &tenant.slug),
    }
}

fn add(global: &GlobalArgs, name: &str, slug: &str) -> Outcome {
    let Some(pack) = Pack::named(name) else {
        let names: Vec<&str> = PACKS.iter().map(|pack| pack.name).collect();
        return Err(format!(
            "there is no pack \"{name}\"; there are {}",
            names.join(", ")
        ));
    };
    let operator = Operator::open(&global.database_url)?;
    let edits = pack
        .edits()
        .map_err(|error| format!("the pack cannot be read: {error}"))?;
    let registry = apply(&operator, slug, &edits)?;
    let defined = edits.iter().filter_map(Edit::resource_type);
    let added = defined.filter_map(|name| registry.named(name));
    added
        .into_iter()
        .try_for_each(|resource_type| announce(slug, resource_type))
}

//! `scimd pack …`

use scim::ScimError;

use super::definition::apply;
use super::resource_type::announce;
use super::terminal::{Outcome, say, told};
use crate::config::{GlobalArgs, PackCommand};
use crate::service::{Edit, Operator, PACKS, Pack, StoreError};

pub(super) fn run(global: &GlobalArgs, command: PackCommand) -> Outcome {
    match command {
        PackCommand::List => PACKS
            .iter()
            .try_for_each(|pack| say(&format!("{:18}  {}", pack.name, pack.about))),
        PackCommand::Add { name, tenant } => add(global, &name, &tenant.slug),
        PackCommand::Remove { name, tenant } => remove(global, &name, &tenant.slug),
    }
}

fn named(name: &str) -> Outcome<&'static Pack> {
    Pack::named(name).ok_or_else(|| {
        let names: Vec<&str> = PACKS.iter().map(|pack| pack.name).collect();
        format!(
            "there is no pack \"{name}\"; there are {}",
            names.join(", ")
        )
    })
}

fn add(global: &GlobalArgs, name: &str, slug: &str) -> Outcome {
    let pack = named(name)?;
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

fn remove(global: &GlobalArgs, name: &str, slug: &str) -> Outcome {
    let pack = named(name)?;
    let operator = Operator::open(&global.database_url)?;
    let removed = operator.remove_pack(slug, pack).map_err(|error| match error {
        StoreError::Scim(ScimError::NotFound { resource_type, .. }) if resource_type == "Pack" => {
            format!("tenant {slug} has nothing of the pack {name}; `scimd resource-type list --tenant {slug}` shows what it has")
        }
        StoreError::UniqueViolation => {
            "another change of the same definitions came first; try again".to_owned()
        }
        other => told(other),
    })?;
    removed
        .iter()
        .try_for_each(|name| say(&format!("tenant {slug} no longer serves {name}")))?;
    say(&format!(
        "tenant {slug} no longer has the schemas of the pack {name}"
    ))
}

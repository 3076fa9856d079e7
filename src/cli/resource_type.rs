//! `scimd resource-type …`

use super::definition::{apply, load, named, print, read_file};
use super::{Outcome, connect, say};
use crate::config::{GlobalArgs, ResourceTypeCommand};
use scim::resource_type::ResourceType;
use crate::service::{Edit, Mode};
use crate::store::Pool;

pub(super) fn run(global: &GlobalArgs, command: ResourceTypeCommand) -> Outcome {
    let pool = connect(global)?;
    match command {
        ResourceTypeCommand::Add { file, tenant } => add(&pool, &tenant.slug, &file),
        ResourceTypeCommand::List { tenant } => list(&pool, &tenant.slug),
        ResourceTypeCommand::Show { name, tenant } => show(&pool, &tenant.slug, &name),
        ResourceTypeCommand::Remove { name, tenant } => remove(&pool, &tenant.slug, &name),
    }
}

fn add(pool: &Pool, slug: &str, file: &str) -> Outcome {
    let definitions = read_file(file)?;
    let names: Vec<String> = definitions
        .iter()
        .map(|definition| named(definition, "name").to_owned())
        .collect();
    let edits: Vec<Edit> = definitions
        .into_iter()
        .map(|definition| Edit::ResourceType(definition, Mode::Put))
        .collect();
    let registry = apply(pool, slug, &edits)?;
    let added = names.iter().filter_map(|name| registry.named(name));
    added.into_iter().try_for_each(|kind| announce(slug, kind))
}

/// Says what is served where now.
pub(super) fn announce(slug: &str, kind: &ResourceType) -> Outcome {
    let mut sentence = format!(
        "tenant {slug} serves {} at /scim/v2/{} now",
        kind.name, kind.endpoint
    );
    if kind.read_only {
        sentence.push_str("; only tokens of the scope admin write there");
    }
    if let Some(catalogue) = &kind.catalogue {
        sentence.push_str(&format!(
            "; its resources are the allowed values of `{}`",
            catalogue.attribute
        ));
    }
    say(&sentence)
}

fn list(pool: &Pool, slug: &str) -> Outcome {
    let (definitions, registry) = load(pool, slug)?;
    registry.resource_types().iter().try_for_each(|kind| {
        let origin = match definitions.resource_types().contains_key(&kind.name) {
            true => "defined by the tenant",
            false => "built in",
        };
        let extensions = kind.extensions.iter();
        let extensions: String = extensions
            .map(|extension| format!(" + {}", extension.schema.id))
            .collect();
        say(&format!(
            "{}  /{}  {}{extensions}  {origin}",
            kind.name, kind.endpoint, kind.schema.id
        ))
    })
}

fn show(pool: &Pool, slug: &str, name: &str) -> Outcome {
    let (definitions, registry) = load(pool, slug)?;
    if let Some(definition) = definitions.resource_types().get(name) {
        return print(definition);
    }
    match registry.named(name) {
        Some(kind) => print(&scim::discovery::definition_of(kind)),
        None => Err(format!(
            "tenant {slug} has no resource type \"{name}\"; `scimd resource-type list --tenant {slug}` shows all"
        )),
    }
}

fn remove(pool: &Pool, slug: &str, name: &str) -> Outcome {
    apply(pool, slug, &[Edit::RemoveResourceType(name.to_owned())])?;
    say(&format!("tenant {slug} no longer serves {name}"))
}

//! `scimd resource-type …`

use scim::resource_type::ResourceType;

use super::definition::{apply, load, named, read_file};
use super::terminal::{Outcome, print, say};
use crate::config::{GlobalArgs, ResourceTypeCommand};
use crate::http::BASE_PATH;
use crate::service::{Edit, Mode, Operator};

pub(super) fn run(global: &GlobalArgs, command: ResourceTypeCommand) -> Outcome {
    let operator = Operator::open(&global.database_url)?;
    match command {
        ResourceTypeCommand::Add { file, tenant } => add(&operator, &tenant.slug, &file),
        ResourceTypeCommand::List { tenant } => list(&operator, &tenant.slug),
        ResourceTypeCommand::Show { name, tenant } => show(&operator, &tenant.slug, &name),
        ResourceTypeCommand::Remove { name, tenant } => remove(&operator, &tenant.slug, &name),
    }
}

fn add(operator: &Operator, slug: &str, file: &str) -> Outcome {
    let definitions = read_file(file)?;
    let names: Vec<String> = definitions
        .iter()
        .map(|definition| named(definition, "name").to_owned())
        .collect();
    let edits: Vec<Edit> = definitions
        .into_iter()
        .map(|definition| Edit::ResourceType(definition, Mode::Put))
        .collect();
    let registry = apply(operator, slug, &edits)?;
    let added = names.iter().filter_map(|name| registry.named(name));
    added
        .into_iter()
        .try_for_each(|resource_type| announce(slug, resource_type))
}

/// Prints where the resource type is served now.
pub(super) fn announce(slug: &str, resource_type: &ResourceType) -> Outcome {
    let mut sentence = format!(
        "tenant {slug} serves {} at {BASE_PATH}/{} now",
        resource_type.name, resource_type.endpoint
    );
    if resource_type.read_only {
        sentence.push_str("; only tokens of the scope admin write there");
    }
    if let Some(catalogue) = &resource_type.catalogue {
        sentence.push_str(&format!(
            "; its resources are the allowed values of `{}`",
            catalogue.attribute
        ));
    }
    say(&sentence)
}

fn list(operator: &Operator, slug: &str) -> Outcome {
    let (definitions, registry) = load(operator, slug)?;
    registry.resource_types().iter().try_for_each(|served| {
        let origin = match definitions.resource_types().contains_key(&served.name) {
            true => "defined by the tenant",
            false => "built in",
        };
        let extensions = served.extensions.iter();
        let extensions: String = extensions
            .map(|extension| format!(" + {}", extension.schema.id))
            .collect();
        say(&format!(
            "{}  /{}  {}{extensions}  {origin}",
            served.name, served.endpoint, served.schema.id
        ))
    })
}

fn show(operator: &Operator, slug: &str, name: &str) -> Outcome {
    let (definitions, registry) = load(operator, slug)?;
    if let Some(definition) = definitions.resource_types().get(name) {
        return print(definition);
    }
    match registry.named(name) {
        Some(served) => print(&scim::discovery::definition_of(served)),
        None => Err(format!(
            "tenant {slug} has no resource type \"{name}\"; `scimd resource-type list --tenant {slug}` shows all"
        )),
    }
}

fn remove(operator: &Operator, slug: &str, name: &str) -> Outcome {
    apply(operator, slug, &[Edit::RemoveResourceType(name.to_owned())])?;
    say(&format!("tenant {slug} no longer serves {name}"))
}

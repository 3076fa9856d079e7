//! `scimd schema …`

use super::definition::{apply, load, named, print, read_file};
use super::{Outcome, connect, say};
use crate::config::{GlobalArgs, SchemaCommand};
use scim::registry::Registry;
use crate::service::{Edit, Mode};
use crate::store::Pool;

pub(super) fn run(global: &GlobalArgs, command: SchemaCommand) -> Outcome {
    let pool = connect(global)?;
    match command {
        SchemaCommand::Add {
            file,
            tenant,
            extends,
            required,
        } => add(&pool, &tenant.slug, &file, extends.as_deref(), required),
        SchemaCommand::List { tenant } => list(&pool, &tenant.slug),
        SchemaCommand::Show { urn, tenant } => show(&pool, &tenant.slug, &urn),
        SchemaCommand::Remove {
            urn,
            tenant,
            detach,
        } => remove(&pool, &tenant.slug, &urn, detach),
    }
}

fn add(pool: &Pool, slug: &str, file: &str, extends: Option<&str>, required: bool) -> Outcome {
    let definitions = read_file(file)?;
    let mut edits = Vec::new();
    let mut urns = Vec::new();
    for definition in definitions {
        let urn = named(&definition, "id").to_owned();
        edits.push(Edit::Schema(definition, Mode::Put));
        edits.extend(extends.map(|resource_type| Edit::Extend {
            resource_type: resource_type.to_owned(),
            schema: urn.clone(),
            required,
        }));
        urns.push(urn);
    }
    let registry = apply(pool, slug, &edits)?;
    for urn in urns {
        match users(&registry, &urn) {
            users if users.is_empty() => {
                say(&format!(
                    "tenant {slug} has the schema {urn}; no resource type uses it yet"
                ))?;
                say("next: scimd resource-type add FILE, or the same command with --extends User")?;
            }
            users => say(&format!(
                "tenant {slug} serves the schema {urn} now, on {}",
                users.join(", ")
            ))?,
        }
    }
    Ok(())
}

/// The resource types that use a schema, each with its endpoint.
fn users(registry: &Registry, urn: &str) -> Vec<String> {
    let kinds = registry.resource_types().iter();
    let using = kinds.filter(|kind| kind.schemas().any(|schema| schema.is(urn)));
    using
        .map(|kind| format!("{} (/{})", kind.name, kind.endpoint))
        .collect()
}

fn list(pool: &Pool, slug: &str) -> Outcome {
    let (definitions, registry) = load(pool, slug)?;
    if definitions.schemas().is_empty() {
        return say(&format!(
            "tenant {slug} has no schemas of its own; `scimd pack list` shows ready-made ones"
        ));
    }
    definitions.schemas().values().try_for_each(|definition| {
        let urn = named(definition, "id");
        let users = users(&registry, urn);
        let used = if users.is_empty() {
            "not used".to_owned()
        } else {
            users.join(", ")
        };
        say(&format!("{urn}  {}  {used}", named(definition, "name")))
    })
}

fn show(pool: &Pool, slug: &str, urn: &str) -> Outcome {
    let (_, registry) = load(pool, slug)?;
    match registry.schemas().iter().find(|schema| schema.is(urn)) {
        Some(schema) => print(schema.as_ref()),
        None => Err(format!(
            "tenant {slug} has no schema \"{urn}\"; `scimd schema list --tenant {slug}` shows its own"
        )),
    }
}

fn remove(pool: &Pool, slug: &str, urn: &str, detach: bool) -> Outcome {
    let mut edits = Vec::new();
    if detach {
        edits.push(Edit::Detach(urn.to_owned()));
    }
    edits.push(Edit::RemoveSchema(urn.to_owned()));
    apply(pool, slug, &edits)?;
    say(&format!("tenant {slug} no longer has the schema {urn}"))
}

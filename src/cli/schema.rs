//! `scimd schema …`

use scim::registry::Registry;

use super::definition::{apply, load, named, read_file};
use super::terminal::{Outcome, print, say};
use crate::config::{GlobalArgs, SchemaCommand};
use crate::service::{Edit, Mode, Operator};

pub(super) fn run(global: &GlobalArgs, command: SchemaCommand) -> Outcome {
    let operator = Operator::open(&global.database_url)?;
    match command {
        SchemaCommand::Add {
            file,
            tenant,
            extends,
            required,
        } => add(&operator, &tenant.slug, &file, extends.as_deref(), required),
        SchemaCommand::List { tenant } => list(&operator, &tenant.slug),
        SchemaCommand::Show { urn, tenant } => show(&operator, &tenant.slug, &urn),
        SchemaCommand::Remove {
            urn,
            tenant,
            detach,
        } => remove(&operator, &tenant.slug, &urn, detach),
    }
}

fn add(
    operator: &Operator,
    slug: &str,
    file: &str,
    extends: Option<&str>,
    required: bool,
) -> Outcome {
    if required && extends.is_none() {
        return Err("--required (SCIMD_REQUIRED) goes with --extends RESOURCE_TYPE".to_owned());
    }
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
    let registry = apply(operator, slug, &edits)?;
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
    let served = registry.resource_types().iter();
    let using = served.filter(|one| one.schemas().any(|schema| schema.is(urn)));
    using
        .map(|one| format!("{} (/{})", one.name, one.endpoint))
        .collect()
}

fn list(operator: &Operator, slug: &str) -> Outcome {
    let (definitions, registry) = load(operator, slug)?;
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

fn show(operator: &Operator, slug: &str, urn: &str) -> Outcome {
    let (_, registry) = load(operator, slug)?;
    match registry.schemas().iter().find(|schema| schema.is(urn)) {
        Some(schema) => print(schema.as_ref()),
        None => Err(format!(
            "tenant {slug} has no schema \"{urn}\"; `scimd schema list --tenant {slug}` shows its own"
        )),
    }
}

fn remove(operator: &Operator, slug: &str, urn: &str, detach: bool) -> Outcome {
    let mut edits = Vec::new();
    if detach {
        edits.push(Edit::Detach(urn.to_owned()));
    }
    edits.push(Edit::RemoveSchema(urn.to_owned()));
    apply(operator, slug, &edits).map_err(|text| match way_out(operator, slug, urn) {
        Some(way_out) => format!("{text}: {way_out}"),
        None => text,
    })?;
    say(&format!("tenant {slug} no longer has the schema {urn}"))
}

/// How a schema that resource types use can be removed.
fn way_out(operator: &Operator, slug: &str, urn: &str) -> Option<String> {
    let (_, registry) = load(operator, slug).ok()?;
    let mut types = registry.resource_types().iter();
    let user = types.find(|one| one.schemas().any(|schema| schema.is(urn)))?;
    Some(if user.schema.is(urn) {
        format!("scimd resource-type remove {} --tenant {slug}", user.name)
    } else {
        format!("scimd schema remove {urn} --tenant {slug} --detach")
    })
}

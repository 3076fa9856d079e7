//! `scimd tenant …`

use scim::datetime::render_ms;

use super::terminal::{Outcome, say, told};
use crate::config::{GlobalArgs, TenantCommand};
use crate::service::{Operator, SettingChanges, Settings, Slug, StoreError};

pub(super) fn run(global: &GlobalArgs, command: TenantCommand) -> Outcome {
    let operator = Operator::open(&global.database_url)?;
    match command {
        TenantCommand::Create { slug, name } => create(&operator, &slug, name.as_deref()),
        TenantCommand::List => list(&operator),
        TenantCommand::Show { slug } => show(&operator, &slug),
        TenantCommand::Set { slug, settings } => set(&operator, &slug, &settings),
        TenantCommand::Delete { slug, yes } => delete(&operator, &slug, yes),
    }
}

fn create(operator: &Operator, slug: &str, name: Option<&str>) -> Outcome {
    let slug = Slug::parse(slug)?;
    let created = operator.create_tenant(&slug, name);
    let tenant = created.map_err(|error| match error {
        StoreError::UniqueViolation => format!("tenant \"{}\" exists already", slug.as_str()),
        error => told(error),
    })?;
    say(&format!("created tenant {}", tenant.slug))?;
    say(&format!("next: scimd token create {}", tenant.slug))
}

fn list(operator: &Operator) -> Outcome {
    let tenants = operator.tenants().map_err(told)?;
    if tenants.is_empty() {
        return say("no tenants yet; make one with `scimd tenant create SLUG`");
    }
    tenants.iter().try_for_each(|tenant| {
        say(&format!(
            "{:24} {:32} created {}",
            tenant.slug,
            tenant.name,
            render_ms(tenant.created_ms)
        ))
    })
}

fn show(operator: &Operator, slug: &str) -> Outcome {
    let tenant = operator.tenant(slug).map_err(told)?;
    say(&format!("slug: {}", tenant.slug))?;
    say(&format!("name: {}", tenant.name))?;
    say(&format!("created: {}", render_ms(tenant.created_ms)))?;
    let settings = Settings::read(&tenant.settings);
    let mut shown = settings.shown().into_iter();
    shown.try_for_each(|(name, value)| say(&format!("{name}: {value}")))
}

fn set(operator: &Operator, slug: &str, changes: &[String]) -> Outcome {
    let changes = SettingChanges::parse(changes)?;
    operator.set_tenant(slug, &changes).map_err(told)?;
    say(&format!("changed tenant {slug}"))
}

fn delete(operator: &Operator, slug: &str, yes: bool) -> Outcome {
    if !yes {
        return Err(format!(
            "this deletes tenant \"{slug}\" with all its users, groups and tokens; add --yes to confirm"
        ));
    }
    operator.delete_tenant(slug).map_err(told)?;
    say(&format!("deleted tenant {slug}"))
}

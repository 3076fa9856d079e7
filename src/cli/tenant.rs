//! `scimd tenant …`

use super::{Outcome, clock, connect, say, tenant_of, told};
use crate::config::{GlobalArgs, TenantCommand};
use scim::datetime::render_ms;
use crate::service::{Settings, Tenancy};
use crate::store::{DbConnection, Pool, Result, StoreError, Tenant};

pub(super) fn run(global: &GlobalArgs, command: TenantCommand) -> Outcome {
    let pool = connect(global)?;
    match command {
        TenantCommand::Create { slug, name } => create(&pool, &slug, name.as_deref()),
        TenantCommand::List => list(&pool),
        TenantCommand::Show { slug } => show(&pool, &slug),
        TenantCommand::Set { slug, settings } => set(&pool, &slug, &settings),
        TenantCommand::Delete { slug, yes } => delete(&pool, &slug, yes),
    }
}

fn create(pool: &Pool, slug: &str, name: Option<&str>) -> Outcome {
    let sound = !slug.is_empty()
        && slug.len() <= 63
        && slug
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if !sound {
        return Err(format!(
            "\"{slug}\" is no tenant slug: use 1 to 63 lower-case letters, digits and -"
        ));
    }
    let created = pool.with_transaction(true, |connection| {
        Tenant::create(connection, slug, name.unwrap_or(slug), clock().now_ms())
    });
    match created {
        Ok(tenant) => {
            say(&format!("created tenant {}", tenant.slug))?;
            say(&format!("next: scimd token create {}", tenant.slug))
        }
        Err(StoreError::UniqueViolation) => Err(format!("tenant \"{slug}\" exists already")),
        Err(error) => Err(told(error)),
    }
}

fn list(pool: &Pool) -> Outcome {
    let tenants = pool.with_connection(Tenant::all).map_err(told)?;
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

fn show(pool: &Pool, slug: &str) -> Outcome {
    let tenant = pool
        .with_connection(|connection| tenant_of(connection, slug))
        .map_err(told)?;
    say(&format!("slug: {}", tenant.slug))?;
    say(&format!("name: {}", tenant.name))?;
    say(&format!("created: {}", render_ms(tenant.created_ms)))?;
    let settings = Settings::read(&tenant.settings);
    let mut shown = settings.shown().into_iter();
    shown.try_for_each(|(name, value)| say(&format!("{name}: {value}")))
}

fn set(pool: &Pool, slug: &str, changes: &[String]) -> Outcome {
    let changes: Vec<(&str, &str)> = changes
        .iter()
        .map(|change| {
            change
                .split_once('=')
                .ok_or_else(|| format!("\"{change}\" is not KEY=VALUE"))
        })
        .collect::<Outcome<_>>()?;
    // What is wrong with a setting should be said without touching the database.
    changes
        .iter()
        .filter(|(name, _)| *name != "name")
        .try_for_each(|(name, value)| Settings::default().set(name, value))?;
    let mut names: Vec<&str> = changes.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(format!("{} is set twice", twice[0]));
    }
    if let Some((_, name)) = changes
        .iter()
        .find(|(key, value)| *key == "name" && value.contains(char::is_control))
    {
        return Err(format!("a name is one line of text, not {name:?}"));
    }
    pool.with_transaction(true, |connection| save(connection, slug, &changes))
        .map_err(told)?;
    say(&format!("changed tenant {slug}"))
}

fn save(connection: &mut DbConnection, slug: &str, changes: &[(&str, &str)]) -> Result<()> {
    let mut tenant = tenant_of(connection, slug)?;
    // Its name changes nothing that requests follow.
    if changes.iter().all(|(name, _)| *name == "name") {
        tenant.hold(connection)?;
    } else {
        tenant.advance(connection)?;
    }
    for (name, value) in changes {
        if *name == "name" {
            tenant.name = (*value).to_owned();
        } else if let Err(text) = Settings::store(&mut tenant.settings, name, value) {
            return Err(scim::ScimError::InvalidSyntax(text).into());
        }
    }
    tenant.save(connection)?;
    if changes
        .iter()
        .any(|(name, _)| *name == "unique-group-names")
    {
        rule_names(connection, &tenant)?;
    }
    Ok(())
}

/// Brings the groups that are there under the rule, or out of it.
fn rule_names(connection: &mut DbConnection, tenant: &Tenant) -> Result<()> {
    let settings = Settings::read(&tenant.settings);
    let registry = Tenancy::registry_of(&settings);
    let kinds = registry.resource_types().iter();
    for kind in kinds.filter(|kind| kind.members.is_some()) {
        if settings.unique_group_names {
            tenant.unite_names(connection, kind)?;
        } else {
            tenant.free_names(connection, kind)?;
        }
    }
    Ok(())
}

fn delete(pool: &Pool, slug: &str, yes: bool) -> Outcome {
    if !yes {
        return Err(format!(
            "this deletes tenant \"{slug}\" with all its users, groups and tokens; say --yes if you mean it"
        ));
    }
    pool.with_transaction(true, |connection| {
        tenant_of(connection, slug)?.delete(connection)
    })
    .map_err(told)?;
    say(&format!("deleted tenant {slug}"))
}

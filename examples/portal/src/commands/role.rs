//! `role grant`, `role revoke`, `role explain`: roles, from the machine's own command line.

use std::process::ExitCode;

use atrium_core::access::actions::NewAssignment;
use atrium_core::access::{self, HeldRole, Origin, Scope, Via};
use atrium_core::clock::Timestamp;
use atrium_core::directory::{self, Uai};
use atrium_core::{Atrium, Error, Result};

use super::words;
use crate::cli::{Common, RoleCommand};
use crate::platform::{self, Content};

pub(crate) async fn run(common: &Common, command: RoleCommand) -> Result<ExitCode> {
    let settings = platform::settings(common)?;
    let atrium = platform::builder(common, settings, Content::Kept).offline().build().await?;
    let done = match command {
        RoleCommand::Grant { login, role, scope, reason } => give(&atrium, &login, &role, &scope, &reason).await,
        RoleCommand::Revoke { login, role, scope, reason } => take(&atrium, &login, &role, &scope, &reason).await,
        RoleCommand::Explain { login, permission, scope } => explain(&atrium, &login, &permission, &scope).await,
    };
    let done = done.map_err(|error| words::explained(&atrium, &error));
    atrium.stop().await?;
    done
}

/// Parses a scope: `platform`, `sector:NAME`, or a school's UAI.
async fn scope(atrium: &Atrium, text: &str) -> Result<Scope> {
    if text == "platform" {
        return Ok(Scope::Platform);
    }
    if let Some(name) = text.strip_prefix("sector:") {
        let wanted = directory::fold(name.trim());
        let found = directory::sectors(atrium.db()).await?.into_iter().find(|sector| sector.name_folded == wanted);
        return found.map(|row| Scope::Sector(row.id)).ok_or_else(|| Error::not_found(format!("sector `{name}`")));
    }
    let uai: Uai = text.parse().map_err(|source| {
        Error::bug(format!("`--scope` is `{text}`: neither `platform`, `sector:NAME` nor a UAI ({source})"))
    })?;
    let school = directory::establishment_by_uai(atrium.db(), uai.as_str()).await?;
    let school = school.ok_or_else(|| Error::not_found(format!("establishment {uai}")))?;
    Ok(Scope::Establishment(school.id))
}

async fn give(atrium: &Atrium, login: &str, role: &str, at: &str, reason: &str) -> Result<ExitCode> {
    let person = super::person_of(atrium, login).await?;
    let at = scope(atrium, at).await?;
    let roles = atrium.access().roles().await?;
    let role = roles.by_key(role).ok_or_else(|| {
        let known: Vec<_> = roles.list().iter().map(|role| role.key.to_string()).collect();
        Error::bug(format!("no role `{role}`: there are {}", known.join(", ")))
    })?;
    let new = NewAssignment::permit(person, role.id, at).because(reason);
    atrium.access().grant(&atrium.operator(), new).await?;
    say!("{login} has the role {} at {}.", role.key, place(atrium, at).await?);
    Ok(ExitCode::SUCCESS)
}

async fn take(atrium: &Atrium, login: &str, role: &str, at: &str, reason: &str) -> Result<ExitCode> {
    let person = super::person_of(atrium, login).await?;
    let at = scope(atrium, at).await?;
    let roles = atrium.access().roles().await?;
    let role = roles.by_key(role).ok_or_else(|| Error::not_found(format!("role {role}")))?;
    let given = access::assignments(atrium.db(), person).await?;
    let given: Vec<_> = given.iter().filter(|row| row.role_id == role.id && row.scope() == Some(at)).collect();
    if given.is_empty() {
        return Err(Error::not_found(format!("role {} of {login} at {}", role.key, place(atrium, at).await?)));
    }
    for row in given {
        atrium.access().revoke(&atrium.operator(), row.id, reason).await?;
    }
    say!("{login} no longer has the role {} at {}.", role.key, place(atrium, at).await?);
    Ok(ExitCode::SUCCESS)
}

async fn explain(atrium: &Atrium, login: &str, permission: &str, at: &str) -> Result<ExitCode> {
    let person = super::person_of(atrium, login).await?;
    let at = scope(atrium, at).await?;
    let permissions = atrium.access().permissions();
    let def = permissions.get(permission).ok_or_else(|| Error::not_found(format!("permission {permission}")))?;
    let actor = atrium.access().actor_for(person, Via::Cli).await?;
    let explanation = actor.rights().explain(def.permission, at, actor.now());
    let may = if explanation.allowed { "may" } else { "may not" };
    say!("{login} {may} {permission} at {}", place(atrium, at).await?);
    let told = [("by the role", &explanation.grant)].into_iter().filter_map(|(how, held)| Some((how, held.as_ref()?)));
    let also = explanation.also.iter().map(|held| ("and the role", held));
    let forbids = explanation.forbids.iter().map(|held| ("forbidden by the role", held));
    let nearest = explanation.nearest.iter().map(|near| ("nearest: the role", &near.grant));
    for (how, held) in told.chain(also).chain(forbids).chain(nearest) {
        say!("  {how} {} at {}, {}", held.key, place(atrium, held.scope).await?, origin(atrium, held).await?);
    }
    Ok(if explanation.allowed { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

/// Returns a scope by its name.
async fn place(atrium: &Atrium, scope: Scope) -> Result<String> {
    Ok(match scope {
        Scope::Platform => "the platform".to_owned(),
        Scope::Sector(id) => directory::sector(atrium.db(), id).await?.name,
        Scope::Establishment(id) => directory::establishment(atrium.db(), id).await?.name,
        Scope::Group(school, id) => {
            let group = directory::group(atrium.db(), id).await?.name;
            format!("{group}, {}", directory::establishment(atrium.db(), school).await?.name)
        }
    })
}

/// Returns the origin of a held role, its giver, and its validity.
async fn origin(atrium: &Atrium, held: &HeldRole) -> Result<String> {
    let mut told = match &held.origin {
        Origin::Membership => "by their profile there".to_owned(),
        Origin::Child(child) => format!("through {}", directory::person(atrium.db(), *child).await?.display_name),
        Origin::Assignment { granted_by, granted_at, reason, .. } => {
            let by = match granted_by {
                Some(person) => directory::person(atrium.db(), *person).await?.display_name,
                None => "the platform".to_owned(),
            };
            format!("given by {by} on {}: {reason}", day(*granted_at))
        }
    };
    if let Some(until) = held.validity.until {
        told.push_str(&format!(", until {}", day(until)));
    }
    Ok(told)
}

fn day(at: Timestamp) -> String {
    at.to_rfc3339().chars().take(10).collect()
}

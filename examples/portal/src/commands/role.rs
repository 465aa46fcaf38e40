//! `role grant`, `role revoke`, `role explain`: roles, from the machine's own command line.

use std::process::ExitCode;

use atrium_core::access::actions::{NewAssignment, grant, revoke};
use atrium_core::access::{HeldRole, Scope, Via, store as assignments};
use atrium_core::directory::{Uai, store};
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
    atrium.stop().await?;
    done.map_err(|error| words::explained(&error))
}

/// `platform`, or a school's UAI.
async fn scope(atrium: &Atrium, text: &str) -> Result<Scope> {
    if text == "platform" {
        return Ok(Scope::Platform);
    }
    let uai: Uai = text.parse().map_err(|source| Error::internal("`--scope`: neither `platform` nor a UAI", source))?;
    let school = store::establishment_by_uai(atrium.db(), uai.as_str()).await?;
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
    grant(atrium.access(), &atrium.operator(), new).await?;
    println!("{login} has the role {} at {at}.", role.key);
    Ok(ExitCode::SUCCESS)
}

async fn take(atrium: &Atrium, login: &str, role: &str, at: &str, reason: &str) -> Result<ExitCode> {
    let person = super::person_of(atrium, login).await?;
    let at = scope(atrium, at).await?;
    let roles = atrium.access().roles().await?;
    let role = roles.by_key(role).ok_or_else(|| Error::not_found(format!("role {role}")))?;
    let given = assignments::assignments(atrium.db(), person).await?;
    let given: Vec<_> = given.iter().filter(|row| row.role_id == role.id && row.scope() == Some(at)).collect();
    if given.is_empty() {
        return Err(Error::not_found(format!("role {} of {login} at {at}", role.key)));
    }
    for row in given {
        revoke(atrium.access(), &atrium.operator(), row.id, reason).await?;
    }
    println!("{login} no longer has the role {} at {at}.", role.key);
    Ok(ExitCode::SUCCESS)
}

async fn explain(atrium: &Atrium, login: &str, permission: &str, at: &str) -> Result<ExitCode> {
    let person = super::person_of(atrium, login).await?;
    let at = scope(atrium, at).await?;
    let permissions = atrium.access().permissions();
    let def = permissions.get(permission).ok_or_else(|| Error::not_found(format!("permission {permission}")))?;
    let actor = atrium.access().actor_for(person, Via::Cli).await?;
    let explanation = actor.rights().explain(def.permission, at, actor.now());
    println!("{login} {} {permission} at {at}", if explanation.allowed { "may" } else { "may not" });
    let held = |what: &str, grant: &HeldRole| println!("  {what} {} at {}", grant.key, grant.scope);
    explanation.grant.iter().for_each(|grant| held("by the role", grant));
    explanation.also.iter().for_each(|grant| held("and the role", grant));
    explanation.forbids.iter().for_each(|grant| held("forbidden by the role", grant));
    if let Some(near) = &explanation.nearest {
        held("nearest:", &near.grant);
    }
    Ok(if explanation.allowed { ExitCode::SUCCESS } else { ExitCode::from(2) })
}

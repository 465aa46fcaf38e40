//! The way in to a new platform: somebody must be its first administrator.

use super::accounts::{create_login, make_link};
use super::entity::link::Purpose;
use super::token::LinkToken;
use super::{LoginName, store};
use crate::access::actions::{NewAssignment, grant};
use crate::access::{self, Access, Actor, PLATFORM_ADMIN, Scope, Via};
use crate::db::Lock;
use crate::directory::PersonId;
use crate::directory::actions::{NewPerson, Place, create_person};
use crate::error::{Error, Result};

/// What nodes agree on to look for an administrator one at a time.
const MAKING: Lock = Lock::named("core.first-administrator");
/// The account of the first administrator.
const LOGIN: &str = "admin";

/// A link by which the first administrator sets their password; nothing once a platform administrator has one.
///
/// Without any platform administrator, a person is made for it. A later call replaces the link of an earlier one, which
/// may have scrolled by.
///
/// # Errors
/// The database failed.
pub async fn first_administrator_link(access: &Access) -> Result<Option<LinkToken>> {
    // Nodes that start together make one administrator.
    let alone = access.db().alone(&MAKING).await?;
    let link = link(access).await?;
    alone.end().await?;
    Ok(link)
}

async fn link(access: &Access) -> Result<Option<LinkToken>> {
    let operator = Actor::system(Via::Cli, access.db().now());
    let admins = access::store::lasting_admins(access.db(), access.db().now()).await?;
    for admin in &admins {
        if store::account_of(access.db(), *admin).await?.is_some_and(|account| account.hash.is_some()) {
            return Ok(None);
        }
    }
    let person = match admins.first() {
        Some(admin) => *admin,
        None => make_administrator(access, &operator).await?,
    };
    if store::account_of(access.db(), person).await?.is_none() {
        create_login(access, &operator, person, &free_name(access, person).await?).await?;
    }
    let tx = access.db().begin().await?;
    let link = make_link(&tx, &operator, person, Purpose::FirstAdmin).await?;
    tx.commit().await?;
    Ok(Some(link))
}

async fn make_administrator(access: &Access, operator: &Actor) -> Result<PersonId> {
    let roles = access.roles().await?;
    let role = roles.by_key(PLATFORM_ADMIN).ok_or_else(|| Error::bug("the built-in roles are not written"))?.id;
    let person = create_person(access, operator, NewPerson::new(Place::Region, "Administration", "ATRIUM")).await?;
    let new = NewAssignment::permit(person, role, Scope::Platform).because("première mise en service");
    grant(access, operator, new).await?;
    Ok(person)
}

async fn free_name(access: &Access, person: PersonId) -> Result<LoginName> {
    let name = match store::account_named(access.db(), LOGIN).await? {
        None => LOGIN.to_owned(),
        Some(_) => format!("{LOGIN}-{person}"),
    };
    LoginName::parse(&name).map_err(|_| Error::bug("the first administrator's account name breaks a rule"))
}

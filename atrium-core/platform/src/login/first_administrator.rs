//! The first administrator of a new platform.

use super::accounts::{make_link, name_account};
use super::token::LinkToken;
use super::{LoginName, store};
use crate::access::actions::{NewAssignment, grant_in};
use crate::access::{self, Access, Actor, PLATFORM_ADMIN, Scope, Via};
use crate::credentials::entity::link::Purpose;
use crate::db::{Lock, Tx};
use crate::directory::PersonId;
use crate::directory::actions::{NewPerson, Place, add_person};
use crate::error::{Error, Result};
use crate::login::Login;

/// The lock under which nodes look for an administrator one at a time.
const MAKING: Lock = Lock::named("core.first-administrator");
/// The account of the first administrator.
const LOGIN: &str = "admin";

impl Login {
    /// Returns a link by which the first administrator sets their password; `None` once a platform administrator has
    /// one.
    ///
    /// Without a platform administrator, a person is created with that role, an account and the link, in one
    /// transaction. A later call replaces the link of an earlier one, which may have scrolled out of sight.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn first_administrator_link(&self) -> Result<Option<LinkToken>> {
        let tx = self.db().begin().await?;
        // Nodes that start together create one administrator.
        tx.lock(&MAKING).await?;
        let link = link(&tx, &self.access).await?;
        tx.commit().await?;
        Ok(link)
    }
}

async fn link(tx: &Tx, access: &Access) -> Result<Option<LinkToken>> {
    let operator = Actor::system(Via::Cli, tx.now());
    let admins = access::store::lasting_admins(tx, tx.now()).await?;
    for admin in &admins {
        if store::account_of(tx, *admin).await?.is_some_and(|account| account.hash.is_some()) {
            return Ok(None);
        }
    }
    let person = match admins.first() {
        Some(admin) => *admin,
        None => make_administrator(tx, access, &operator).await?,
    };
    if store::account_of(tx, person).await?.is_none() {
        name_account(tx, &operator, person, &free_name(tx, person).await?).await?;
    }
    Ok(Some(make_link(tx, &operator, person, Purpose::FirstAdmin).await?))
}

async fn make_administrator(tx: &Tx, access: &Access, operator: &Actor) -> Result<PersonId> {
    let roles = access.roles_in(tx).await?;
    let role = roles.by_key(PLATFORM_ADMIN).ok_or_else(|| Error::bug("the built-in roles are not written"))?.id;
    let person =
        add_person(tx, access, operator, NewPerson::new(Place::Region, "Administration", "Plateforme")).await?;
    let new = NewAssignment::permit(person, role, Scope::Platform).because("première mise en service");
    grant_in(tx, access, operator, new).await?;
    Ok(person)
}

async fn free_name(tx: &Tx, person: PersonId) -> Result<LoginName> {
    let name = match store::account_named(tx, LOGIN).await? {
        None => LOGIN.to_owned(),
        Some(_) => format!("{LOGIN}-{person}"),
    };
    LoginName::parse(&name).map_err(|_| Error::bug("the first administrator's account name breaks a rule"))
}

//! Those who can sign in: the cast's accounts and the demo's password.

use std::collections::HashMap;

use atrium_core::login::{LoginName, PreparedPassword};
use atrium_core::{Atrium, Error, Result};
use tokio::task::JoinHandle;

use super::directory::Cast;
use super::world::World;

/// Everybody's password in the demo.
pub(crate) const PASSWORD: &str = "atrium-demo-2026";

/// The credentials of the demo's people.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) name: String,
    pub(crate) who: String,
}

/// Passwords being hashed while the world is filled.
pub(super) type Hashed = JoinHandle<Result<HashMap<String, PreparedPassword>>>;

/// Begins to hash the password of everybody who signs in, each with a salt of its own.
pub(super) fn hash(world: &World) -> Hashed {
    let signing_in = world.people.iter().filter(|person| person.sign_in);
    let names: Vec<_> = signing_in.map(|person| person.login.clone()).collect();
    tokio::spawn(async move {
        let mut hashed = HashMap::new();
        for name in names {
            hashed.insert(name.clone(), PreparedPassword::new(PASSWORD, &name).await?);
        }
        Ok(hashed)
    })
}

pub(super) async fn create(atrium: &Atrium, world: &World, cast: &Cast, hashed: Hashed) -> Result<()> {
    let (access, operator) = (atrium.access(), atrium.operator());
    let hashed = hashed.await.map_err(|source| Error::internal("hashing passwords", source))??;
    for person in &world.people {
        let id = cast.person(&person.key)?;
        let login = LoginName::parse(&person.login)
            .map_err(|message| Error::bug(format!("demo login `{}`: {}", person.login, message.key)))?;
        access.login().create_login(&operator, id, &login).await?;
        if let Some(password) = hashed.get(&person.login) {
            access.login().give_prepared(&operator, id, password).await?;
        }
    }
    Ok(())
}

/// Returns the logins that have a password.
pub(super) fn of(world: &World) -> Vec<Login> {
    let signing_in = world.people.iter().filter(|person| person.sign_in);
    let login = |person: &super::world::Person| {
        let role = person.roles.first().map(|role| role.role.as_str());
        Login {
            name: person.login.clone(),
            who: format!(
                "{} {}, {}",
                person.given,
                person.family,
                role.or(person.profile.as_deref()).unwrap_or("visitor").replace('_', " ")
            ),
        }
    };
    signing_in.map(login).collect()
}

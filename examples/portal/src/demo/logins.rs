//! Those who can sign in: the cast's accounts and the demo's password.

use atrium_core::login::{LoginName, create_login, give_password};
use atrium_core::{Atrium, Error, Result};

use super::directory::Cast;
use super::world::World;

/// Everybody's password in the demo.
pub(crate) const PASSWORD: &str = "atrium-demo-2026";

/// What one signs in with, and as whom.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) name: String,
    pub(crate) who: String,
}

pub(super) async fn create(atrium: &Atrium, world: &World, cast: &Cast) -> Result<()> {
    let (access, operator) = (atrium.access(), atrium.operator());
    for person in &world.people {
        let id = cast.person(&person.key)?;
        let login = LoginName::parse(&person.login)
            .map_err(|message| Error::bug(format!("demo login `{}`: {}", person.login, message.key)))?;
        create_login(access, &operator, id, &login).await?;
        if person.sign_in {
            give_password(access, &operator, id, PASSWORD).await?;
        }
    }
    Ok(())
}

/// The logins that have a password.
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

//! The demo's world: from the files of `demo/` to a living platform, through the same actions as people use.

mod directory;
mod forum;
mod help;
mod logins;
mod world;

use atrium_core::{Atrium, Error, Result};

pub(crate) use logins::{Login, PASSWORD};

/// Fills an empty platform, and returns what people need to sign in. Does not change a platform that has the demo
/// already.
///
/// # Errors
/// Returns an error if the directory holds other people already or the database fails.
pub(crate) async fn fill(atrium: &Atrium, seed: u64) -> Result<Vec<Login>> {
    let world = world::World::load()?;
    if directory::exists(atrium, &world).await? {
        return Ok(logins::of(&world));
    }
    if directory::is_inhabited(atrium).await? {
        let message = "this database holds people who are not the demo's: give `demo` a data directory of its own";
        return Err(Error::bug(message));
    }
    let hashed = logins::hash(&world);
    let cast = directory::fill(atrium, &world, seed).await?;
    logins::create(atrium, &world, &cast, hashed).await?;
    help::fill(atrium, &world, &cast).await?;
    let now = atrium.db().now();
    forum::fill(atrium, &cast, now).await?;
    atrium.db().clock().follow_machine();
    Ok(logins::of(&world))
}

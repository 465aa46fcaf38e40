//! What each command does.

pub(crate) mod backup;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod key;
pub(crate) mod of_plugin;
mod postgres;
pub(crate) mod restore;
pub(crate) mod role;
pub(crate) mod search;
pub(crate) mod serve;
pub(crate) mod user;
mod words;

use atrium_core::directory::PersonId;
use atrium_core::{Atrium, Error, Result};

/// Returns the person who signs in as `name`, or whose number `person:N` gives: people of an embedding application
/// have no account here.
async fn person_of(atrium: &Atrium, name: &str) -> Result<PersonId> {
    if let Some(id) = name.strip_prefix("person:").and_then(|id| id.parse().ok()) {
        return Ok(atrium_core::directory::person(atrium.db(), id).await?.id);
    }
    let person = atrium.login().person_named(name).await?;
    person.ok_or_else(|| Error::not_found(format!("account {name}")))
}

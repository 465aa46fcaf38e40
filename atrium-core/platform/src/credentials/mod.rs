//! Sessions, API tokens and one-time links as rows, and their end with the rights of their person.
//!
//! This module owns these tables and one rule: an action that takes or widens a person's rights ends, in its own
//! transaction, the credentials made for that person before. `login` owns how people prove who they are.

pub(crate) mod entity;

use sea_orm::sea_query::SelectStatement;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use crate::db::Tx;
use crate::error::Result;
use crate::id::PersonId;
use entity::{api_token, link, session};

crate::id_type! {
    /// A session: one browser in which one person is signed in.
    pub struct SessionId;
}

crate::id_type! {
    /// An API token: one program that acts for one person.
    pub struct ApiTokenId;
}

/// Ends the one-time links of `people`. The caller has written or locked their rows in the directory, so that a
/// link made meanwhile waits or is found here.
pub(crate) async fn end_links(tx: &Tx, people: &[PersonId]) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    link::Entity::delete_many().filter(link::Column::PersonId.is_in(people.iter().copied())).exec(tx).await?;
    Ok(())
}

/// Ends the one-time links of the people that `people` selects.
pub(crate) async fn end_links_among(tx: &Tx, people: SelectStatement) -> Result<()> {
    link::Entity::delete_many().filter(link::Column::PersonId.in_subquery(people)).exec(tx).await?;
    Ok(())
}

/// Ends the API tokens of `person`. Returns how many there were.
pub(crate) async fn end_tokens(tx: &Tx, person: PersonId) -> Result<u64> {
    let done = api_token::Entity::delete_many().filter(api_token::Column::PersonId.eq(person)).exec(tx).await?;
    Ok(done.rows_affected)
}

/// Ends every session, every API token and every one-time link of `person`.
pub(crate) async fn end_all(tx: &Tx, person: PersonId) -> Result<()> {
    end_tokens(tx, person).await?;
    session::Entity::delete_many().filter(session::Column::PersonId.eq(person)).exec(tx).await?;
    end_links(tx, &[person]).await
}

//! Giving an opinion.

use atrium_core::access::Actor;
use atrium_core::db::Db;
use atrium_core::events::{self, NewEvent};
use atrium_core::{Error, Message, Result};
use sea_orm::{ActiveValue, EntityTrait};

use super::{FeedbackId, entity};
use crate::articles::{self, article};

/// Longest comment, in characters.
pub const LONGEST_COMMENT: usize = 1000;

/// An opinion about to be given.
#[derive(Clone, Debug)]
pub struct NewFeedback {
    /// Was it useful?
    pub useful: bool,
    /// What was missing.
    pub comment: String,
}

/// Keeps what `actor` thought of an article that they may see.
///
/// # Errors
/// The article is not visible to them, the comment is too long, or the database failed.
pub async fn give(
    db: &Db,
    actor: &Actor,
    address: (&str, &str),
    new: NewFeedback,
) -> Result<(article::Model, FeedbackId)> {
    let length = new.comment.chars().count();
    if length > LONGEST_COMMENT {
        let message = Message::new("field-too-long").with("max", LONGEST_COMMENT).with("actual", length);
        return Err(Error::invalid_field("comment", message));
    }
    let tx = db.begin().await?;
    let (collection, slug) = address;
    let article = articles::store::by_address(&tx, collection, slug, &articles::visibility(actor)).await?;
    let row = entity::ActiveModel {
        article_id: ActiveValue::Set(article.id),
        useful: ActiveValue::Set(new.useful),
        comment: ActiveValue::Set(new.comment),
        person_id: ActiveValue::Set(actor.person()),
        at: ActiveValue::Set(tx.now()),
        ..Default::default()
    };
    let id = entity::Entity::insert(row).exec(&tx).await?.last_insert_id;
    events::append(&tx, NewEvent::new("help.feedback.given", format!("help-feedback:{id}")).by(actor.person())).await?;
    tx.commit().await?;
    Ok((article, id))
}

//! Giving an opinion, and reading those that were given.

use std::collections::{BTreeSet, HashMap};

use atrium_core::access::Actor;
use atrium_core::clock::Timestamp;
use atrium_core::events::Act;
use atrium_core::{Error, Message, Result};
use sea_orm::ActiveValue;

use super::visibility::readable;
use super::{Feedback, FeedbackId, Filter, Opinion, Tally, Verdict, opinion, store};
use crate::articles::{self, Article, ArticleLine};
use crate::kinds::FEEDBACK_GIVEN;
use crate::permissions::READ_FEEDBACK;

/// Longest comment, in characters.
pub(crate) const LONGEST_COMMENT: usize = 1000;

/// An opinion about to be given.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewFeedback {
    /// Whether the article was useful.
    pub verdict: Verdict,
    /// What was missing; may be empty.
    pub comment: String,
}

impl NewFeedback {
    /// Creates an opinion with a comment, which may be empty.
    pub fn new(verdict: Verdict, comment: impl Into<String>) -> Self {
        Self { verdict, comment: comment.into() }
    }
}

impl Feedback {
    /// Stores the opinion of `actor` on an article that they may see, with their schools: people responsible for the
    /// help of a school read the opinions of its people.
    ///
    /// # Errors
    /// The article is not visible to them, the comment is too long, or the database failed.
    pub async fn give(&self, actor: &Actor, address: (&str, &str), new: NewFeedback) -> Result<(Article, FeedbackId)> {
        let length = new.comment.chars().count();
        if length > LONGEST_COMMENT {
            let message = Message::new("field-too-long").with("max", LONGEST_COMMENT).with("actual", length);
            return Err(Error::invalid_field("comment", message));
        }
        let tx = self.db.begin().await?;
        let article = articles::store::by_any_address(&tx, address, &articles::visibility(actor)).await?;
        let row = opinion::ActiveModel {
            article_id: ActiveValue::Set(article.id),
            useful: ActiveValue::Set(new.verdict == Verdict::Useful),
            comment: ActiveValue::Set(new.comment),
            person_id: ActiveValue::Set(actor.person()),
            at: ActiveValue::Set(tx.now()),
            ..Default::default()
        };
        let schools: BTreeSet<_> = actor.rights().memberships(actor.now()).map(|held| held.establishment).collect();
        let id = store::insert(&tx, row, &schools).await?;
        tx.record(Act::new(actor, FEEDBACK_GIVEN).on(format!("help-feedback:{id}"))).await?;
        tx.commit().await?;
        Ok((article.into(), id))
    }
}

/// An article with what readers thought of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ArticleOpinions {
    /// The article.
    pub article: ArticleLine,
    /// How many found it useful, and how many did not.
    pub tally: Tally,
    /// Its newest opinion: where the next page goes on from.
    pub newest: FeedbackId,
    /// When that was given.
    pub at: Timestamp,
}

impl Feedback {
    /// Returns the articles on which there are opinions that `actor` may read, those with the newest first, from before
    /// `before`.
    ///
    /// # Errors
    /// Returns `is_forbidden` if they may read no opinions, or an error of the database.
    pub async fn list_articles(
        &self,
        actor: &Actor,
        filter: Filter,
        before: Option<FeedbackId>,
        limit: u64,
    ) -> Result<Vec<ArticleOpinions>> {
        require_reader(actor)?;
        let newest = store::newest(&self.db, readable(actor), filter, before, limit).await?;
        let ids: Vec<_> = newest.iter().map(|(id, ..)| *id).collect();
        let mut tallies = store::tallies(&self.db, readable(actor), &ids).await?;
        let lines = articles::store::some(&self.db, &ids, &articles::visibility(actor)).await?;
        let newest: HashMap<_, _> = newest.into_iter().map(|(id, newest, at)| (id, (newest, at))).collect();
        let opinions = lines.into_iter().filter_map(|article| {
            let (newest, at) = newest.get(&article.id).copied()?;
            Some(ArticleOpinions { tally: tallies.remove(&article.id).unwrap_or_default(), article, newest, at })
        });
        Ok(opinions.collect())
    }

    /// Returns what readers thought of one article, as far as `actor` may read it: all counted, and the newest opinions
    /// first, from before `before`.
    ///
    /// # Errors
    /// Returns `is_forbidden` if they may read no opinions, `is_not_found` if they do not see the article, or an error of the
    /// database.
    pub async fn list(
        &self,
        actor: &Actor,
        address: (&str, &str),
        filter: Filter,
        before: Option<FeedbackId>,
        limit: u64,
    ) -> Result<(Article, Tally, Vec<Opinion>)> {
        require_reader(actor)?;
        let (collection, slug) = address;
        let article = articles::store::by_address(&self.db, collection, slug, &articles::visibility(actor)).await?;
        let tally =
            store::tallies(&self.db, readable(actor), &[article.id]).await?.remove(&article.id).unwrap_or_default();
        let opinions = store::list(&self.db, readable(actor), article.id, filter, before, limit).await?;
        Ok((article.into(), tally, opinions.into_iter().map(Opinion::from).collect()))
    }
}

/// Passes if the actor reads opinions somewhere; which ones is in the queries.
fn require_reader(actor: &Actor) -> Result<()> {
    if actor.rights().holds_somewhere(READ_FEEDBACK, actor.now()) {
        Ok(())
    } else if actor.person().is_none() {
        Err(Error::sign_in_required())
    } else {
        Err(Error::forbidden(READ_FEEDBACK))
    }
}

//! What a person chose to be told of, on the site and by mail.

use std::collections::{BTreeMap, BTreeSet};

use super::{ByMail, NoticeKind, Notices, mailing, store};
use crate::access::Actor;
use crate::error::{Error, Message, Result};
use crate::id::PersonId;

/// How a person is told of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoticeChoice {
    /// The kind.
    pub kind: NoticeKind,
    /// `true` if they are on the site.
    pub is_on: bool,
    /// How they are by mail, if they have an address.
    pub by_mail: ByMail,
}

impl Notices {
    /// Returns every kind, and how the actor is told of it.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, or an error if the database fails.
    pub async fn choices(&self, actor: &Actor) -> Result<Vec<NoticeChoice>> {
        let person = actor.require_person()?;
        let off = store::off(&self.db, person).await?;
        let by_mail = mailing::chosen(&self.db, person).await?;
        let choice = |kind: NoticeKind| NoticeChoice {
            kind,
            is_on: off.iter().all(|off| off != kind.key()),
            by_mail: by_mail.get(kind.key()).copied().unwrap_or(kind.by_mail),
        };
        Ok(self.kinds().into_iter().map(choice).collect())
    }

    /// Tells the actor of the kinds `on` on the site from now on, and of no others, and by mail as `by_mail` says; a kind that
    /// it does not name stays as it is. What they were told before stays.
    ///
    /// # Errors
    /// Returns `is_sign_in_required` for a visitor, `is_invalid` if there is no such kind, or an error if the database fails.
    pub async fn choose(&self, actor: &Actor, on: &BTreeSet<String>, by_mail: &BTreeMap<String, ByMail>) -> Result<()> {
        let person = actor.require_person()?;
        let kinds = self.kinds();
        if on.iter().chain(by_mail.keys()).any(|key| kinds.iter().all(|kind| kind.key() != key)) {
            return Err(Error::invalid_field("kinds", Message::new("field-unknown-choice")));
        }
        let tx = self.db.begin().await?;
        for kind in kinds {
            store::switch(&tx, person, kind.key(), on.contains(kind.key())).await?;
            if let Some(by_mail) = by_mail.get(kind.key()) {
                mailing::choose(&tx, person, kind.key(), *by_mail).await?;
            }
        }
        tx.commit().await
    }

    /// Ends a person's digests, as [`unsubscribe`](Self::unsubscribe) ends letters of a kind: every kind that they tell of.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn end_digests(&self, person: PersonId) -> Result<()> {
        let tx = self.db.begin().await?;
        for kind in self.kinds() {
            if matches!(mailing::of(&tx, person, kind).await?, ByMail::Daily | ByMail::Weekly) {
                mailing::choose(&tx, person, kind.key(), ByMail::Never).await?;
            }
        }
        tx.commit().await
    }

    /// Ends a person's letters of a kind, for the link of a letter: the caller has checked its token. The bell stays as it is.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn unsubscribe(&self, person: PersonId, kind: NoticeKind) -> Result<()> {
        let tx = self.db.begin().await?;
        mailing::choose(&tx, person, kind.key(), ByMail::Never).await?;
        tx.commit().await
    }
}

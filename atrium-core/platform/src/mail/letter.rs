//! Letters, and what composes them.

use std::marker::PhantomData;
use std::sync::Arc;

use async_trait::async_trait;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::db::Db;
use crate::error::{Error, Result};
use crate::id::PersonId;

/// A letter to one person.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Letter {
    /// The subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML; empty for a letter of text alone.
    pub html: String,
    /// The conversation that it belongs to.
    pub thread: Option<Thread>,
    /// The list that it comes from, by which people sort their mail: a stable name such as `forum.replies`.
    pub list: Option<String>,
    /// The address at which a `POST` ends letters like this one (RFC 8058).
    pub unsubscribe: Option<Url>,
    /// The address for replies.
    pub reply_to: Option<String>,
}

impl Letter {
    /// Creates a letter with its text and the same as HTML.
    pub fn new(subject: impl Into<String>, text: impl Into<String>, html: impl Into<String>) -> Self {
        Self { subject: subject.into(), text: text.into(), html: html.into(), ..Self::default() }
    }

    /// Makes it a part of a conversation.
    #[must_use]
    pub fn in_thread(mut self, thread: Thread) -> Self {
        self.thread = Some(thread);
        self
    }

    /// Names the list that it comes from.
    #[must_use]
    pub fn on_list(mut self, list: impl Into<String>) -> Self {
        self.list = Some(list.into());
        self
    }

    /// Sets the address at which a `POST` ends letters like this one, without a further question.
    #[must_use]
    pub fn unsubscribed_at(mut self, url: Url) -> Self {
        self.unsubscribe = Some(url);
        self
    }

    /// Sets the address for replies.
    #[must_use]
    pub fn replied_at(mut self, address: impl Into<String>) -> Self {
        self.reply_to = Some(address.into());
        self
    }
}

/// A conversation: letters with the same root stand together in the recipient's mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thread {
    /// What the conversation is about, stable: `forum:12`.
    pub root: String,
}

/// A kind of letters, whose payload is a `P`. Its key begins with its plugin's id: `loans.reminder`.
#[derive(Debug)]
pub struct LetterKind<P> {
    key: &'static str,
    payload: PhantomData<fn() -> P>,
}

impl<P> Clone for LetterKind<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for LetterKind<P> {}

impl<P> LetterKind<P> {
    /// Creates a kind.
    #[must_use]
    pub const fn new(key: &'static str) -> Self {
        Self { key, payload: PhantomData }
    }

    /// Returns the key.
    pub(crate) fn key(self) -> &'static str {
        self.key
    }
}

/// To whom a letter goes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recipient {
    /// The person.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// The language of their pages: `fr`, `en`.
    pub locale: String,
}

/// Composes the letters of one kind.
#[async_trait]
pub trait Composer<P>: Send + Sync + 'static {
    /// Composes a letter at the moment of its delivery; `None` if the person may no longer know of what it tells, or it is
    /// out of date.
    ///
    /// # Errors
    /// An error makes it tried again later.
    async fn compose(&self, db: &Db, to: &Recipient, payload: P) -> Result<Option<Letter>>;
}

/// The letters of one kind, with what composes them.
#[derive(Clone)]
pub struct Letters {
    kind: &'static str,
    composer: Arc<dyn Compose>,
}

impl Letters {
    /// Creates the letters of `kind`, which `composer` composes.
    pub fn new<P>(kind: LetterKind<P>, composer: impl Composer<P>) -> Self
    where
        P: DeserializeOwned + Send + 'static,
    {
        Self { kind: kind.key, composer: Arc::new(Typed { composer, payload: PhantomData }) }
    }

    /// Returns the key of their kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    pub(super) async fn compose(&self, db: &Db, to: &Recipient, payload: Value) -> Result<Option<Letter>> {
        self.composer.compose(db, to, payload).await
    }
}

/// A composer without the type of its payload.
#[async_trait]
trait Compose: Send + Sync {
    async fn compose(&self, db: &Db, to: &Recipient, payload: Value) -> Result<Option<Letter>>;
}

struct Typed<P, C> {
    composer: C,
    payload: PhantomData<fn() -> P>,
}

#[async_trait]
impl<P, C> Compose for Typed<P, C>
where
    P: DeserializeOwned + Send + 'static,
    C: Composer<P>,
{
    async fn compose(&self, db: &Db, to: &Recipient, payload: Value) -> Result<Option<Letter>> {
        // The error of serde may quote the payload.
        let payload = serde_json::from_value(payload);
        let payload = payload.map_err(|_| Error::bug("the payload of a letter is not that of its kind"))?;
        self.composer.compose(db, to, payload).await
    }
}

//! Notices: what people are told of on the site.
//!
//! A plugin's [`Notifier`] says whom an event addresses. Each of these people is told if they may see the subject at that
//! moment, and again whenever the notice is shown. A notice holds ids; its title is read when it is shown.

mod consumer;
mod handle;
mod live;
mod store;

use async_trait::async_trait;

use crate::access::Actor;
use crate::db::Db;
use crate::error::Result;
use crate::events::Event;
use crate::id::PersonId;

pub(crate) use consumer::FanOut;
pub use handle::{Notice, NoticeChoice, NoticeId, Notices};
pub use live::Unread;
pub use store::mark_seen;
pub(crate) use store::{UNREAD_OF_PERSON, unread};

/// A kind of notices, which each person can switch off.
///
/// The translations of its owner have `notice-{key}` with hyphens (what happened, for `count` events), `notice-{key}-kind`
/// (its name) and `notice-{key}-hint` (when one is told).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoticeKind(&'static str);

impl NoticeKind {
    /// Declares the kind `key`, which begins with its plugin's id: `forum.reply`.
    #[must_use]
    pub const fn new(key: &'static str) -> Self {
        Self(key)
    }

    /// Returns the key.
    #[must_use]
    pub const fn key(self) -> &'static str {
        self.0
    }

    /// Returns the key of the message that says what happened.
    #[must_use]
    pub fn message_key(self) -> String {
        format!("notice-{}", self.0.replace(['.', '_'], "-"))
    }
}

/// What a notice is about: `forum:12`, at the place 3.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Subject {
    /// The subject, as events name it.
    pub name: String,
    /// The place in it, such as the number of a post; 0 for the whole.
    pub place: i64,
}

impl Subject {
    /// Creates the subject `name` at a place.
    pub fn new(name: impl Into<String>, place: i64) -> Self {
        Self { name: name.into(), place }
    }
}

/// A person whom an event addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Addressed {
    /// The person.
    pub person: PersonId,
    /// The kind of the notice.
    pub kind: NoticeKind,
    /// What it is about.
    pub subject: Subject,
}

impl Addressed {
    /// Creates a notice of `kind` to a person.
    #[must_use]
    pub fn new(person: PersonId, kind: NoticeKind, subject: Subject) -> Self {
        Self { person, kind, subject }
    }
}

/// How a subject is shown to one reader.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Told {
    /// Its title.
    pub title: String,
    /// BCP 47 language of the title.
    pub language: String,
    /// The path of its place, below the mount point.
    pub path: String,
}

impl Told {
    /// Creates it from a title in a language, and a path below the mount point.
    pub fn new(title: impl Into<String>, language: impl Into<String>, path: impl Into<String>) -> Self {
        Self { title: title.into(), language: language.into(), path: path.into() }
    }
}

/// What a plugin tells people of.
#[async_trait]
pub trait Notifier: Send + Sync + 'static {
    /// Returns its kinds, in the order in which people choose among them.
    fn kinds(&self) -> Vec<NoticeKind>;

    /// Returns whom an event addresses, whatever they may see. The actor of the event is never told of it.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn addressed(&self, db: &Db, event: &Event) -> Result<Vec<Addressed>>;

    /// Returns `true` if the subject of an event may be hidden from some readers after it.
    fn may_hide(&self, _event: &Event) -> bool {
        false
    }

    /// Returns how each of `notices` is shown to a reader; `None` for what they may not see.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn tell(&self, db: &Db, reader: &Actor, notices: &[(NoticeKind, Subject)]) -> Result<Vec<Option<Told>>>;
}

//! Notices: what people are told of on the site.
//!
//! A plugin's [`Notifier`] says whom an event addresses. Each of these people is told if they may see the subject at that
//! moment, and again whenever the notice is shown. A notice holds ids; its title is read when it is shown.
//!
//! The same event leaves a letter to those who want to be told of its kind by mail, which is authorised again at delivery.

mod by_mail;
mod choices;
mod consumer;
mod digest;
mod digest_rows;
mod handle;
mod letter;
mod live;
mod mailing;
mod store;

use async_trait::async_trait;

use crate::access::Actor;
use crate::db::Db;
use crate::error::Result;
use crate::events::Event;
use crate::id::PersonId;

pub use by_mail::ByMail;
pub use choices::NoticeChoice;
pub(crate) use consumer::FanOut;
pub(crate) use digest::jobs;
pub use digest::{DIGEST, DigestLetter, DigestLine};
pub use handle::{Notice, NoticeId, Notices};
pub use letter::{LETTER, NoticeLetter};
pub use live::Unread;
pub use store::mark_seen;
pub(crate) use store::{UNREAD_OF_PERSON, unread};

/// A kind of notices, which each person can switch off.
///
/// The translations of its owner have `notice-{key}` with hyphens (what happened, for `count` events), `notice-{key}-kind`
/// (its name) and `notice-{key}-hint` (when one is told).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoticeKind {
    key: &'static str,
    by_mail: ByMail,
}

impl NoticeKind {
    /// Declares the kind `key`, which begins with its plugin's id: `forum.reply`. People are told of it on the site.
    #[must_use]
    pub const fn new(key: &'static str) -> Self {
        Self { key, by_mail: ByMail::Never }
    }

    /// Sets how people who chose nothing are told of it by mail; they are not otherwise.
    #[must_use]
    pub const fn by_mail(mut self, by_mail: ByMail) -> Self {
        self.by_mail = by_mail;
        self
    }

    /// Returns the key.
    #[must_use]
    pub const fn key(self) -> &'static str {
        self.key
    }

    /// Returns the key of the message that says what happened.
    #[must_use]
    pub fn message_key(self) -> String {
        format!("notice-{}", self.key.replace(['.', '_'], "-"))
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
    /// What somebody wrote there, in letters alone.
    pub excerpt: Option<Excerpt>,
    /// `true` if the reader may reply, in letters alone.
    pub takes_replies: bool,
}

/// The beginning of a text that a notice is about, as its reader may read it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Excerpt {
    /// The name of its author; empty if it is not known.
    pub author: String,
    /// The text, without marks.
    pub text: String,
}

impl Told {
    /// Creates it from a title in a language, and a path below the mount point.
    pub fn new(title: impl Into<String>, language: impl Into<String>, path: impl Into<String>) -> Self {
        Self { title: title.into(), language: language.into(), path: path.into(), excerpt: None, takes_replies: false }
    }

    /// Adds the beginning of what `author` wrote.
    #[must_use]
    pub fn quoting(mut self, author: impl Into<String>, text: impl Into<String>) -> Self {
        self.excerpt = Some(Excerpt { author: author.into(), text: text.into() });
        self
    }

    /// Says whether the reader may reply to it, by mail if the site takes replies ([`Plugin::replies`]).
    ///
    /// [`Plugin::replies`]: crate::plugin::Plugin::replies
    #[must_use]
    pub fn taking_replies(mut self, takes_replies: bool) -> Self {
        self.takes_replies = takes_replies;
        self
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

    /// Returns what a letter says of one notice to a reader, with the beginning of what was written if they may read it;
    /// `None` for what they may not see. As [`tell`](Self::tell) says it, unless the plugin quotes.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn tell_by_mail(&self, db: &Db, reader: &Actor, kind: NoticeKind, subject: &Subject) -> Result<Option<Told>> {
        let told = self.tell(db, reader, &[(kind, subject.clone())]).await?;
        Ok(told.into_iter().flatten().next())
    }
}

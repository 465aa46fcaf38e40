//! Kinds of events, each declared once beside the action that it follows; and the catalogue of them all.

use std::fmt::Debug;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::Event;
use crate::error::{Error, Result};

/// A kind of event: its key, the version of its payload, where it is written, and whether it changes visitors' pages.
///
/// Its label is the message `act-{key}`, with hyphens, in the translations of its owner.
///
/// ```
/// use atrium_platform::events::EventKind;
///
/// const TABLET_LENT: EventKind = EventKind::new("loans.tablet.lent").quiet();
/// assert_eq!(TABLET_LENT.declared().label_key(), "act-loans-tablet-lent");
/// ```
#[derive(Debug)]
pub struct EventKind<P = ()> {
    pub(super) key: &'static str,
    pub(super) event: &'static str,
    pub(super) written: Written,
    version: u16,
    is_quiet: bool,
    is_public: bool,
    payload: PhantomData<fn() -> P>,
}

/// Where an act of a kind is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    Both,
    Journal,
    Outbox,
}

/// What an event of a kind carries: ids, never content. Consumers load, render and authorise when they deliver.
pub trait Payload: Serialize + DeserializeOwned + PartialEq + Debug {
    /// Returns an example, by which the catalogue checks that it is read as it is written.
    fn sample() -> Self;
}

impl Payload for () {
    fn sample() -> Self {}
}

// Whatever the payload is, which a derive would ask of it as well.
impl<P> Clone for EventKind<P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P> Copy for EventKind<P> {}

impl<P> EventKind<P> {
    /// Declares the kind `key`, `{owner}.{subject}.{act}`, whose acts are written to the journal and the outbox.
    #[must_use]
    pub const fn new(key: &'static str) -> Self {
        Self {
            key,
            event: key,
            written: Written::Both,
            version: 1,
            is_quiet: false,
            is_public: false,
            payload: PhantomData,
        }
    }

    /// Returns the key.
    #[must_use]
    pub const fn key(&self) -> &'static str {
        self.key
    }

    /// Sets the version of the payload, from 1.
    #[must_use]
    pub const fn version(self, version: u16) -> Self {
        Self { version, ..self }
    }

    /// States that no page of a visitor changes with it.
    #[must_use]
    pub const fn quiet(self) -> Self {
        Self { is_quiet: true, ..self }
    }

    /// Offers its events to webhooks: its payload holds ids and public fields only. The owner of a webhook gets those that the
    /// plugin's [`EventGuard`](crate::webhooks::EventGuard) lets them read.
    #[must_use]
    pub const fn public(self) -> Self {
        Self { is_public: true, ..self }
    }

    /// Writes its acts to the journal alone.
    #[must_use]
    pub const fn journal_only(self) -> Self {
        Self { written: Written::Journal, ..self }
    }

    /// Writes its acts to the outbox alone.
    #[must_use]
    pub const fn outbox_only(self) -> Self {
        Self { written: Written::Outbox, ..self }
    }

    /// Sets the kind of its events, if consumers do not tell it from others.
    #[must_use]
    pub const fn published_as(self, event: &'static str) -> Self {
        Self { event, ..self }
    }
}

impl<P: Payload> EventKind<P> {
    /// Returns the declaration for the catalogue.
    #[must_use]
    pub fn declared(self) -> DeclaredEvent {
        DeclaredEvent {
            key: self.key,
            event: (self.written != Written::Journal).then_some(self.event),
            is_journaled: self.written != Written::Outbox,
            version: self.version,
            is_quiet: self.is_quiet,
            is_public: self.is_public,
            sample: || serde_json::to_value(P::sample()),
            reads: |text| Ok(serde_json::from_str::<P>(text)? == P::sample()),
        }
    }
}

impl Event {
    /// Returns what the event carries, as its kind declares it.
    ///
    /// ```
    /// use atrium_platform::access::Access;
    /// use atrium_platform::events::{Act, EventKind, Payload, Position, read_after};
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Debug, PartialEq, Serialize, Deserialize)]
    /// struct Lent {
    ///     pupil: i64,
    /// }
    ///
    /// impl Payload for Lent {
    ///     fn sample() -> Self {
    ///         Self { pupil: 3 }
    ///     }
    /// }
    ///
    /// const TABLET_LENT: EventKind<Lent> = EventKind::new("loans.tablet.lent");
    /// const TABLET_RETURNED: EventKind = EventKind::new("loans.tablet.returned");
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let dir = tempfile::tempdir()?;
    /// # let access = Access::open(&format!("sqlite://{}", dir.path().join("rights.sqlite").display())).await?;
    /// let tx = access.db().begin().await?;
    /// tx.record(Act::new(&access.operator(), TABLET_LENT).on("loans:12").with(Lent { pupil: 3 })).await?;
    /// tx.commit().await?;
    /// let events = read_after(access.db(), Position::default(), 100).await?;
    /// let lent = events.last().expect("an event");
    /// assert_eq!(lent.read(TABLET_LENT)?.pupil, 3);
    /// assert!(lent.read(TABLET_RETURNED).is_err());
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Returns an error if the event is of another kind, or if an earlier version wrote another payload.
    pub fn read<P: Payload>(&self, kind: EventKind<P>) -> Result<P> {
        if self.kind != kind.event {
            return Err(Error::bug(format!("an event of kind `{}` is read as `{}`", self.kind, kind.event)));
        }
        let failed = |source| Error::internal(format!("the payload of an event of kind `{}`", self.kind), source);
        P::deserialize(&self.payload).map_err(failed)
    }
}

/// A kind of event as the catalogue has it, whatever its payload.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct DeclaredEvent {
    /// The key: `core.person.created`.
    pub key: &'static str,
    /// The kind of its events in the outbox, if it has any.
    pub event: Option<&'static str>,
    /// `true` if its acts are in the journal.
    pub is_journaled: bool,
    /// The version of its payload.
    pub version: u16,
    /// `true` if no page of a visitor changes with it.
    pub is_quiet: bool,
    /// `true` if webhooks may be called with its events.
    pub is_public: bool,
    sample: fn() -> serde_json::Result<serde_json::Value>,
    reads: fn(&str) -> serde_json::Result<bool>,
}

impl DeclaredEvent {
    /// Returns the key of its label in the translations.
    #[must_use]
    pub fn label_key(&self) -> String {
        format!("act-{}", self.key.replace(['.', '_'], "-"))
    }

    /// Returns the example of its payload.
    ///
    /// # Errors
    /// Returns an error of serde's if it cannot be written, or is not read as it was written.
    pub fn sample(&self) -> serde_json::Result<serde_json::Value> {
        let sample = (self.sample)()?;
        if (self.reads)(&sample.to_string())? {
            Ok(sample)
        } else {
            Err(serde::de::Error::custom(format!("the payload of `{}` is not read as it is written", self.key)))
        }
    }
}

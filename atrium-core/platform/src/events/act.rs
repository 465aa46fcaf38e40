//! Acts: one call writes the journal's line and the event of what somebody did.

use serde::Serialize;
use serde_json::{Map, Value};

use super::EventKind;
use super::append::{NewEvent, append};
use super::kind::Written;
use crate::audit::{self, Record};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::id::PersonId;

/// Who acts, as the journal names them.
#[derive(Clone, Debug)]
pub struct Signature {
    pub(crate) person: Option<PersonId>,
    pub(crate) name: String,
    pub(crate) via: &'static str,
}

impl Signature {
    /// Returns the signature of the platform itself.
    pub(crate) fn system() -> Self {
        Self { person: None, name: String::new(), via: "system" }
    }
}

/// What somebody did, to be written with [`Tx::record`].
///
/// ```
/// use atrium_platform::access::{Access, Scope};
/// use atrium_platform::events::{Act, EventKind};
///
/// const TABLET_LENT: EventKind = EventKind::new("loans.tablet.lent");
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let dir = tempfile::tempdir()?;
/// # let access = Access::open(&format!("sqlite://{}", dir.path().join("rights.sqlite").display())).await?;
/// let tx = access.db().begin().await?;
/// // … the rows of the act, in the same transaction
/// let act = Act::new(&access.operator(), TABLET_LENT).on("loans:12").within(Scope::Platform).because("panne");
/// tx.record(act).await?;
/// tx.commit().await?;
/// assert_eq!(access.journal(&access.operator(), Some("loans:12"), None, 1).await?[0].action, "loans.tablet.lent");
/// # Ok(()) }
/// ```
///
/// A payload of another kind does not compile:
///
/// ```compile_fail,E0308
/// # use atrium_platform::access::Actor;
/// # use atrium_platform::events::{Act, EventKind};
/// # fn lend(actor: &Actor) {
/// const TABLET_LENT: EventKind<String> = EventKind::new("loans.tablet.lent");
/// let act = Act::new(actor, TABLET_LENT).with(12);
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Act<P = ()> {
    kind: EventKind<P>,
    by: Signature,
    subject: String,
    scope: Option<String>,
    reason: String,
    details: Value,
    payload: Option<P>,
    is_payload_kept: bool,
}

impl<P> Act<P> {
    /// Creates an act of `kind` by an actor.
    pub fn new(by: impl Into<Signature>, kind: EventKind<P>) -> Self {
        let (subject, reason) = (String::new(), String::new());
        Self {
            kind,
            by: by.into(),
            subject,
            scope: None,
            reason,
            details: Value::Null,
            payload: None,
            is_payload_kept: true,
        }
    }

    /// Sets the subject: `person:12`.
    pub fn on(mut self, subject: impl Into<String>) -> Self {
        self.subject = subject.into();
        self
    }

    /// Sets the scope.
    pub fn within(mut self, scope: impl ToString) -> Self {
        self.scope = Some(scope.to_string());
        self
    }

    /// Sets the reason, in the actor's words. The journal alone keeps it.
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }

    /// Sets the payload of the event. The journal keeps it, too.
    pub fn with(mut self, payload: P) -> Self {
        self.payload = Some(payload);
        self
    }

    /// Sets the payload of the event as [`with`](Self::with) does, for consumers alone.
    pub fn carrying(mut self, payload: P) -> Self {
        self.payload = Some(payload);
        self.is_payload_kept = false;
        self
    }

    /// Sets what the journal alone keeps: ids and short values, or the [`Changes`](crate::audit::Changes) of an edit.
    pub fn noting(mut self, details: impl Into<Value>) -> Self {
        self.details = details.into();
        self
    }
}

impl Tx {
    /// Writes the journal's line and the event of an act, as its kind declares. Consumers see the event once the
    /// transaction is committed.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn record<P: Serialize>(&self, act: Act<P>) -> Result<()> {
        let failed = |source| Error::internal("the payload of an event", source);
        let payload = act.payload.map(serde_json::to_value).transpose().map_err(failed)?.unwrap_or_default();
        if act.kind.written != Written::Outbox {
            let record = Record::new(act.kind.key, act.subject.clone()).by(act.by.person, act.by.name, act.by.via);
            let kept = if act.is_payload_kept { payload.clone() } else { Value::Null };
            let record = record.because(act.reason).with(merged(kept, act.details));
            audit::write(self, record.within(act.scope.clone())).await?;
        }
        if act.kind.written != Written::Journal {
            let event = NewEvent::new(act.kind.event, act.subject).by(act.by.person).with(payload);
            append(self, event.within(act.scope)).await?;
        }
        Ok(())
    }
}

/// Returns the fields of both, where a detail stands for a field of the payload of the same name.
fn merged(payload: Value, details: Value) -> Value {
    match (payload, details) {
        (Value::Object(payload), Value::Object(details)) => {
            let mut fields: Map<_, _> = payload;
            fields.extend(details);
            Value::Object(fields)
        }
        (payload, Value::Null) => payload,
        (_, details) => details,
    }
}

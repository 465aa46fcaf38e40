//! What is written down with every change: the audit record and the event, in the change's own transaction.

pub(crate) mod kinds;

use atrium_core::Result;
use atrium_core::access::Actor;
use atrium_core::audit::Changes;
use atrium_core::db::Tx;
use atrium_core::directory::{self, EstablishmentId};
use atrium_core::events::{Act as Recorded, EventKind, Payload};
use serde_json::Value;

use crate::posts::{self, Reason};
use crate::topics;
use kinds::OfPost;

/// A change to a topic or to one of its posts.
pub(crate) struct Act<'a, P> {
    kind: EventKind<P>,
    topic: &'a topics::Topic,
    payload: P,
    changes: Changes,
    reason: String,
}

impl<'a, P: Payload> Act<'a, P> {
    /// Creates an act of `kind` in `topic`.
    pub(crate) fn new(kind: EventKind<P>, topic: &'a topics::Topic, payload: P) -> Self {
        Self { kind, topic, payload, changes: Changes::new(), reason: String::new() }
    }

    /// Sets the reason.
    pub(crate) fn because(mut self, reason: &Reason) -> Self {
        reason.as_str().clone_into(&mut self.reason);
        self
    }

    /// Sets the changed fields.
    pub(crate) fn changing(mut self, changes: Changes) -> Self {
        self.changes = changes;
        self
    }
}

impl From<&posts::Post> for OfPost {
    fn from(post: &posts::Post) -> Self {
        Self { post: post.id, number: post.number }
    }
}

/// Returns `changes`, with the school by its name if it changes.
pub(crate) async fn school(
    tx: &Tx,
    changes: Changes,
    before: Option<EstablishmentId>,
    after: Option<EstablishmentId>,
) -> Result<Changes> {
    if before == after {
        return Ok(changes);
    }
    let schools = directory::establishments_by_id(tx, [before, after].into_iter().flatten()).await?;
    let name = |id| schools.iter().find(|school| Some(school.id) == id).map(|school| school.name.as_str());
    Ok(changes.field("establishment", &name(before), &name(after)))
}

/// Records the act in the transaction of the change.
pub(crate) async fn note<P: Payload>(tx: &Tx, actor: &Actor, act: Act<'_, P>) -> Result<()> {
    let changes = if act.changes.is_empty() { Value::Null } else { Value::from(act.changes) };
    let recorded = Recorded::new(actor, act.kind).on(act.topic.subject()).within(act.topic.scope());
    tx.record(recorded.because(act.reason).with(act.payload).noting(changes)).await
}

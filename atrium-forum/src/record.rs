//! What is written down with every change: the audit record and the event, in the change's own transaction.

use atrium_core::Result;
use atrium_core::access::Actor;
use atrium_core::audit::{self, Changes, Record};
use atrium_core::db::Tx;
use atrium_core::directory::{self, EstablishmentId};
use atrium_core::events::{self, NewEvent};
use serde_json::{Map, Value, json};

use crate::posts::{self, Reason};
use crate::topics;

/// A change to a topic or to one of its posts.
pub(crate) struct Act<'a> {
    action: &'static str,
    topic: &'a topics::Topic,
    details: Map<String, Value>,
    changes: Changes,
    reason: String,
}

impl<'a> Act<'a> {
    /// Creates the record of `action` in `topic`.
    pub(crate) fn new(action: &'static str, topic: &'a topics::Topic) -> Self {
        Self { action, topic, details: Map::new(), changes: Changes::new(), reason: String::new() }
    }

    /// Sets the post.
    pub(crate) fn on(self, post: &posts::Post) -> Self {
        self.with("post", json!(post.id)).with("number", json!(post.number))
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

    /// Adds an id or a short value, never content.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.details.insert(name.to_owned(), value);
        self
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

/// Writes the audit record and the event.
pub(crate) async fn note(tx: &Tx, actor: &Actor, act: Act<'_>) -> Result<()> {
    let (subject, scope, payload) = (act.topic.subject(), act.topic.scope(), Value::Object(act.details.clone()));
    let mut details = act.details;
    if !act.changes.is_empty()
        && let Value::Object(changes) = Value::from(act.changes)
    {
        details.extend(changes);
    }
    let record = Record::new(act.action, subject.clone())
        .by(actor.person(), actor.name(), actor.via().as_str())
        .within(scope)
        .because(act.reason)
        .with(details);
    audit::write(tx, record).await?;
    events::append(tx, NewEvent::new(act.action, subject).by(actor.person()).within(scope).with(payload)).await
}

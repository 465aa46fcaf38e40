//! What is written down with every change: the audit record and the event, in the change's own transaction.

use atrium_core::Result;
use atrium_core::access::Actor;
use atrium_core::audit::{self, Record};
use atrium_core::db::Tx;
use atrium_core::events::{self, NewEvent};
use serde_json::{Map, Value, json};

use crate::posts::{self, Reason};
use crate::topics;

/// A change to a topic or to one of its posts.
pub(crate) struct Act<'a> {
    action: &'static str,
    topic: &'a topics::Model,
    details: Map<String, Value>,
    reason: String,
}

impl<'a> Act<'a> {
    /// `action` was done in `topic`.
    pub(crate) fn new(action: &'static str, topic: &'a topics::Model) -> Self {
        Self { action, topic, details: Map::new(), reason: String::new() }
    }

    /// To this post of it.
    pub(crate) fn on(self, post: &posts::Model) -> Self {
        self.with("post", json!(post.id)).with("number", json!(post.number))
    }

    /// For this reason.
    pub(crate) fn because(mut self, reason: &Reason) -> Self {
        reason.as_str().clone_into(&mut self.reason);
        self
    }

    /// With an id or a short value; never content.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.details.insert(name.to_owned(), value);
        self
    }
}

/// Writes it down.
pub(crate) async fn note(tx: &Tx, actor: &Actor, act: Act<'_>) -> Result<()> {
    let (subject, scope, details) = (act.topic.subject(), act.topic.scope(), Value::Object(act.details));
    let record = Record::new(act.action, subject.clone())
        .by(actor.person(), actor.name(), actor.via().as_str())
        .within(scope)
        .because(act.reason)
        .with(details.clone());
    audit::write(tx, record).await?;
    events::append(tx, NewEvent::new(act.action, subject).by(actor.person()).within(scope).with(details)).await
}

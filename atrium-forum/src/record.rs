//! What is written down with every change: the audit record and the event, in the change's own transaction; and what the
//! subjects of these records are called.

use std::collections::{BTreeSet, HashMap};

use atrium_core::Result;
use atrium_core::access::{Actor, Scope};
use atrium_core::audit::{self, Changes, Record};
use atrium_core::db::Tx;
use atrium_core::directory::{self, EstablishmentId};
use atrium_core::events::{self, NewEvent};
use atrium_core::web::{Crumb, Cx};
use serde_json::{Map, Value, json};

use crate::categories::{self, CategoryId};
use crate::permissions::MANAGE_CATEGORIES;
use crate::posts::{self, Reason};
use crate::reader::Reader;
use crate::topics::{self, TopicId};

/// A change to a topic or to one of its posts.
pub(crate) struct Act<'a> {
    action: &'static str,
    topic: &'a topics::Model,
    details: Map<String, Value>,
    changes: Changes,
    reason: String,
}

impl<'a> Act<'a> {
    /// `action` was done in `topic`.
    pub(crate) fn new(action: &'static str, topic: &'a topics::Model) -> Self {
        Self { action, topic, details: Map::new(), changes: Changes::new(), reason: String::new() }
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

    /// By changing these fields.
    pub(crate) fn changing(mut self, changes: Changes) -> Self {
        self.changes = changes;
        self
    }

    /// With an id or a short value; never content.
    pub(crate) fn with(mut self, name: &str, value: Value) -> Self {
        self.details.insert(name.to_owned(), value);
        self
    }
}

/// `changes`, with the school by its name if that changes.
pub(crate) async fn school(
    tx: &Tx,
    changes: Changes,
    before: Option<EstablishmentId>,
    after: Option<EstablishmentId>,
) -> Result<Changes> {
    if before == after {
        return Ok(changes);
    }
    let schools = directory::store::establishments_by_id(tx, [before, after].into_iter().flatten()).await?;
    let name = |id| schools.iter().find(|school| Some(school.id) == id).map(|school| school.name.as_str());
    Ok(changes.field("establishment", &name(before), &name(after)))
}

/// Writes it down.
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

/// The topics and categories among `subjects`, by name: topics as far as this reader sees them, categories also for those
/// who manage them.
pub(crate) async fn names(cx: &Cx, subjects: &[String]) -> Result<HashMap<String, Crumb>> {
    let numbers =
        |kind: &'static str| subjects.iter().filter_map(move |subject| subject.strip_prefix(kind)?.parse().ok());
    let topics: Vec<TopicId> = numbers("forum:").map(TopicId).collect();
    let wanted: BTreeSet<CategoryId> = numbers("forum-category:").map(CategoryId).collect();
    let mut names = HashMap::new();
    if topics.is_empty() && wanted.is_empty() {
        return Ok(names);
    }
    let reader = Reader::of(cx.db(), cx.actor()).await?;
    for topic in topics::store::some(cx.db(), reader.visibility(), &topics).await? {
        names.insert(topic.subject(), Crumb::to(&*topic.title, topic.url()).in_language("fr"));
    }
    let manages = cx.actor().may(MANAGE_CATEGORIES, Scope::Platform);
    for category in categories::store::all(cx.db()).await?.into_iter().filter(|row| wanted.contains(&row.id())) {
        let url = match reader.category(category.id()) {
            Some(_) => category.url(),
            None if manages => format!("{}/{}", categories::MANAGE, category.row.slug),
            None => continue,
        };
        let subject = format!("forum-category:{}", category.id());
        names.insert(subject, Crumb::to(category.row.name, url).in_language("fr"));
    }
    Ok(names)
}

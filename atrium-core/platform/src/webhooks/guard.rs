//! Who may be told of an event: each part of the platform decides it for the kinds of events that it declares public.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use super::place;
use crate::access::permissions::PERSON_READ;
use crate::access::{Actor, visible_person};
use crate::db::Db;
use crate::directory::PersonId;
use crate::error::Result;
use crate::events::{DeclaredEvent, Event};

/// Decides who may be told of the public events of a plugin.
#[async_trait]
pub trait EventGuard: Send + Sync + 'static {
    /// Returns `true` if `reader` may be told of an event at this moment: they may read what it is about.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    async fn may_read(&self, db: &Db, reader: &Actor, event: &Event) -> Result<bool>;
}

/// The kinds of events that are declared public, by key.
pub(crate) struct PublicKinds(BTreeMap<&'static str, DeclaredEvent>);

impl PublicKinds {
    /// Returns those among `all`.
    pub(crate) fn among(all: &[DeclaredEvent]) -> Self {
        let public = all.iter().filter(|kind| kind.is_public && kind.event.is_some());
        Self(public.map(|kind| (kind.key, *kind)).collect())
    }

    /// Returns the keys, in order.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.0.keys().copied()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// Returns the key of an event's own kind if that is public. Several kinds may be published as one, and then name
    /// themselves in the payload's `action`.
    pub(super) fn of(&self, event: &Event) -> Option<&'static str> {
        let told = event.payload.get("action").and_then(|action| action.as_str());
        let kind = told.and_then(|key| self.0.get(key)).or_else(|| self.0.get(&*event.kind))?;
        (kind.event == Some(&*event.kind)).then_some(kind.key)
    }
}

/// The guards of core and of the plugins, by what keys of kinds begin with.
pub(crate) struct Guards(Vec<(&'static str, Arc<dyn EventGuard>)>);

impl Guards {
    /// Returns the guards of plugins, by the plugin's id, and core's own.
    pub(crate) fn new(of_plugins: impl Iterator<Item = (&'static str, Arc<dyn EventGuard>)>) -> Self {
        Self(of_plugins.chain([("core", Arc::new(CoreGuard) as _)]).collect())
    }

    /// Returns `true` if `reader` may be told of an event whose kind is `key`. Without a guard, no reader may.
    pub(super) async fn may_read(&self, db: &Db, reader: &Actor, key: &str, event: &Event) -> Result<bool> {
        let owner = key.split('.').next().unwrap_or_default();
        match self.0.iter().find(|(id, _)| *id == owner) {
            Some((_, guard)) => guard.may_read(db, reader, event).await,
            None => Ok(false),
        }
    }
}

/// Who may be told of core's public events.
struct CoreGuard;

#[async_trait]
impl EventGuard for CoreGuard {
    async fn may_read(&self, db: &Db, reader: &Actor, event: &Event) -> Result<bool> {
        let (kind, id) = event.subject.split_once(':').unwrap_or_default();
        match kind {
            // The state of services and announcements are on the home page, for everybody.
            "service" | "announcement" => Ok(true),
            "person" => match id.parse::<PersonId>() {
                Ok(person) => match visible_person(db, reader, person).await {
                    Ok(_) => Ok(true),
                    Err(error) if error.is_not_found() => Ok(false),
                    Err(error) => Err(error),
                },
                Err(_) => Ok(false),
            },
            "establishment" => {
                let scope = place::of(db, event.scope.as_deref()).await?;
                Ok(scope.is_some_and(|scope| reader.may(PERSON_READ, scope)))
            }
            _ => Ok(false),
        }
    }
}

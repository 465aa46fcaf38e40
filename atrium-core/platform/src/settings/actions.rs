//! Reading settings without a query, and changing them.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use super::store::{self, Chosen};
use super::{Setting, SettingDef, SettingValue};
use crate::access::permissions::SETTINGS_EDIT;
use crate::access::{Actor, Scope};
use crate::audit::Changes;
use crate::db::Db;
use crate::error::{Error, FieldProblem, Message, Result};
use crate::events::{self, Act, Consumer, Delivery, Event, EventKind, Load, Position, Snapshot};

/// The kind of events that follow a change of settings.
const CHANGED: &str = "core.settings.changed";

/// Settings of a plugin were changed.
pub(crate) const SETTINGS_EDITED: EventKind = EventKind::new("core.settings.edited").published_as(CHANGED);

/// The settings of all plugins. Cheap to clone; clones share one snapshot, which is at most a second behind the other
/// nodes.
#[derive(Clone, Debug)]
pub struct PluginSettings(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    declared: Vec<(&'static str, Vec<SettingDef>)>,
    snapshot: Snapshot<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    position: Position,
    chosen: BTreeMap<String, Chosen>,
}

/// The settings of one plugin with their present values.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SettingsOf {
    /// The plugin's id.
    pub owner: &'static str,
    /// The version, raised by every change; 0 before the first.
    pub version: i64,
    /// Each setting with its value, in the order in which the plugin declares them.
    pub values: Vec<(SettingDef, SettingValue)>,
}

impl Load for Rows {
    async fn load(db: &Db) -> Result<Self> {
        let position = events::head(db).await?;
        Ok(Self { position, chosen: store::all(db).await? })
    }
}

/// Returns the values of `defs` among `chosen`; defaults for what is not chosen or no longer admitted.
fn values(defs: &[SettingDef], chosen: &BTreeMap<String, SettingValue>) -> Vec<(SettingDef, SettingValue)> {
    defs.iter().map(|def| (*def, def.of(chosen.get(def.key())))).collect()
}

impl PluginSettings {
    /// Loads the settings that `declared` names, by plugin.
    pub(crate) async fn open(db: &Db, declared: Vec<(&'static str, Vec<SettingDef>)>) -> Result<Self> {
        Ok(Self::with(declared, Snapshot::open(db).await?))
    }

    /// Returns every setting at its default, for a database that may lack the table.
    pub(crate) fn defaults(db: &Db, declared: Vec<(&'static str, Vec<SettingDef>)>) -> Self {
        Self::with(declared, Snapshot::of(db, Rows::default()))
    }

    fn with(mut declared: Vec<(&'static str, Vec<SettingDef>)>, snapshot: Snapshot<Rows>) -> Self {
        declared.retain(|(_, defs)| !defs.is_empty());
        Self(Arc::new(Inner { declared, snapshot }))
    }

    fn snapshot(&self) -> Arc<Rows> {
        self.0.snapshot.get()
    }

    /// Returns the value of a setting.
    #[must_use]
    pub fn get<T>(&self, setting: &Setting<T>) -> T {
        let snapshot = self.snapshot();
        let def = setting.def();
        setting.of(snapshot.chosen.get(def.owner()).and_then(|of| of.chosen.get(def.key())))
    }

    /// Returns the settings of every plugin that has some, if the actor may change them.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not change settings.
    pub fn list(&self, actor: &Actor) -> Result<Vec<SettingsOf>> {
        actor.require(SETTINGS_EDIT, Scope::Platform)?;
        let snapshot = self.snapshot();
        let none = Chosen::default();
        let of = |(owner, defs): &(&'static str, Vec<SettingDef>)| {
            let chosen = snapshot.chosen.get(*owner).unwrap_or(&none);
            SettingsOf { owner, version: chosen.version, values: values(defs, &chosen.chosen) }
        };
        Ok(self.0.declared.iter().map(of).collect())
    }

    /// Returns the settings of the plugin `owner`, if the actor may change them.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not change settings, or `is_not_found` if the plugin has none.
    pub fn find(&self, actor: &Actor, owner: &str) -> Result<SettingsOf> {
        let found = self.list(actor)?.into_iter().find(|of| of.owner == owner);
        found.ok_or_else(|| Error::not_found(format!("settings of `{owner}`")))
    }

    /// Changes settings of the plugin `owner`, if they are still at `version`. Each of `new` is a setting's name (its key
    /// without the owner) with its value, `None` for the default; the others stay.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not change settings, `is_not_found` if the plugin has none, `is_invalid`
    /// with the names of what is not admitted, [`is_stale`](Error::is_stale) if another change came first, or an error if
    /// the database fails.
    pub async fn edit(
        &self,
        actor: &Actor,
        owner: &str,
        version: i64,
        new: &BTreeMap<String, Option<SettingValue>>,
    ) -> Result<()> {
        actor.require(SETTINGS_EDIT, Scope::Platform)?;
        let declared = self.0.declared.iter().find(|(known, _)| *known == owner);
        let (owner, defs) = declared.ok_or_else(|| Error::not_found(format!("settings of `{owner}`")))?;
        check(defs, new)?;
        let tx = self.0.snapshot.db().begin().await?;
        let kept = store::find(&tx, owner).await?.unwrap_or_default();
        let subject = format!("settings:{owner}");
        if kept.version != version {
            return Err(Error::stale(subject));
        }
        let mut chosen = kept.chosen;
        let before = values(defs, &chosen);
        for (name, value) in new {
            let def = defs.iter().find(|def| def.field() == name);
            let Some(def) = def else { continue };
            match value.clone().filter(|value| *value != def.default()) {
                Some(value) => drop(chosen.insert(def.key().to_owned(), value)),
                None => drop(chosen.remove(def.key())),
            }
        }
        let after = values(defs, &chosen);
        let changed = before
            .iter()
            .zip(&after)
            .fold(Changes::new(), |changes, ((def, before), (_, after))| changes.field(def.key(), before, after));
        if changed.is_empty() {
            return Ok(());
        }
        if !store::put(&tx, owner, version, &chosen).await? {
            return Err(Error::stale(subject));
        }
        tx.record(Act::new(actor, SETTINGS_EDITED).on(subject).noting(changed)).await?;
        tx.commit().await?;
        self.reload().await
    }

    /// Loads the settings again, for callers that want to see a change of another node at once.
    ///
    /// # Errors
    /// Returns an error if the database fails; the previous values stay in place.
    pub async fn reload(&self) -> Result<()> {
        self.0.snapshot.reload().await
    }
}

/// Passes if every name is one of `defs` and every value is admitted.
fn check(defs: &[SettingDef], new: &BTreeMap<String, Option<SettingValue>>) -> Result<()> {
    let problem = |(name, value): (&String, &Option<SettingValue>)| {
        let message = match (defs.iter().find(|def| def.field() == name), value) {
            (None, _) => Some(Message::new("setting-unknown")),
            (Some(def), Some(value)) => def.check(value).err(),
            (Some(_), None) => None,
        };
        message.map(|message| FieldProblem { field: name.clone().into(), message })
    };
    let problems: Vec<_> = new.iter().filter_map(problem).collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::invalid(problems)) }
}

#[async_trait]
impl Consumer for PluginSettings {
    fn name(&self) -> &'static str {
        "core.settings"
    }

    fn delivery(&self) -> Delivery {
        Delivery::PerNode
    }

    async fn position(&self, _db: &Db) -> Result<Option<Position>> {
        Ok(Some(self.snapshot().position))
    }

    async fn lost(&self, _db: &Db) -> Result<()> {
        self.reload().await
    }

    async fn consume(&self, _db: &Db, events: &[Event]) -> Result<()> {
        if events.iter().any(|event| event.kind == CHANGED) { self.reload().await } else { Ok(()) }
    }
}

//! Typed settings that plugins declare and administrators change while the site runs.
//!
//! A plugin declares each setting once, as a constant with its kind, bounds and default, and reads it through that
//! constant. What a node needs before it has a database stands in [`config`](crate::config) instead.

pub mod actions;
mod definition;
mod store;

pub use definition::{Setting, SettingDef, SettingKind, SettingUnit, SettingValue};

use crate::db::Connection;
use crate::error::Result;

impl<T> Setting<T> {
    /// Returns the value as it stands in the database, for decisions inside a transaction. Pages and other frequent
    /// readers ask `PluginContext::setting`, which makes no query.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn read(&self, conn: &impl Connection) -> Result<T> {
        let row = store::find(conn, self.def().owner()).await?;
        Ok(self.of(row.as_ref().and_then(|row| row.chosen.get(self.def().key()))))
    }
}

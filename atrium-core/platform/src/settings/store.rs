//! The rows of settings: one for each plugin whose administrators chose something.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait, QueryResult, Statement};

use super::SettingValue;
use crate::db::{Connection, Tx};
use crate::error::{Error, Result};

/// What was chosen of one plugin's settings.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Chosen {
    pub(super) chosen: BTreeMap<String, SettingValue>,
    pub(super) version: i64,
}

impl Chosen {
    fn of(row: &QueryResult) -> Result<Self> {
        let json: String = row.try_get("", "chosen")?;
        let chosen = serde_json::from_str(&json).map_err(|source| Error::internal("settings of a plugin", source))?;
        Ok(Self { chosen, version: row.try_get("", "version")? })
    }
}

pub(super) async fn find(conn: &impl Connection, owner: &str) -> Result<Option<Chosen>> {
    let sql = "SELECT chosen, version FROM atrium_plugin_settings WHERE owner = $1";
    let found = Statement::from_sql_and_values(conn.get_database_backend(), sql, [owner.into()]);
    conn.query_one_raw(found).await?.as_ref().map(Chosen::of).transpose()
}

pub(super) async fn all(conn: &impl Connection) -> Result<BTreeMap<String, Chosen>> {
    let sql = "SELECT owner, chosen, version FROM atrium_plugin_settings ORDER BY owner";
    let rows = conn.query_all_raw(Statement::from_string(conn.get_database_backend(), sql)).await?;
    rows.iter().map(|row| Ok((row.try_get("", "owner")?, Chosen::of(row)?))).collect()
}

/// Writes the row of `owner` if it is still at `version`, 0 for no row; returns `false` otherwise.
pub(super) async fn put(tx: &Tx, owner: &str, version: i64, chosen: &BTreeMap<String, SettingValue>) -> Result<bool> {
    let json = serde_json::to_string(chosen).map_err(|source| Error::internal("settings of a plugin", source))?;
    let sql = "INSERT INTO atrium_plugin_settings (owner, chosen, version) VALUES ($1, $2, $3 + 1) \
        ON CONFLICT (owner) DO UPDATE SET chosen = excluded.chosen, version = excluded.version \
        WHERE atrium_plugin_settings.version = $3";
    let values = [owner.into(), json.into(), version.into()];
    let done = tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(done.rows_affected() == 1)
}

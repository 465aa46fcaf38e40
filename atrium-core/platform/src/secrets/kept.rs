//! Which key this node has, and which one the database belongs to: its fingerprint stands there.

use sea_orm::{ConnectionTrait, Statement};

use super::Secrets;
use super::key::{FILE, SecretKey};
use crate::config::Settings;
use crate::db::{Connection, Db, Tx};
use crate::error::{Error, Result};

/// The name of the fingerprint among the platform's values.
const FINGERPRINT: &str = "core.secret_key";

/// What `doctor` finds of the key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum KeyState {
    /// The node has the key of the database.
    Fine,
    /// Others than its owner may read the file.
    Open,
    /// The node has none yet, and the database names none.
    Unmade,
    /// The node has none, or another one than the database names.
    Wrong(String),
}

/// Returns the key of the settings, else that of the data directory; `None` if there is none.
fn present(settings: &Settings) -> Result<Option<Secrets>> {
    let key = match &settings.secret_key {
        // `Settings::check` refused any other text.
        Some(text) => SecretKey::parse(text),
        None => SecretKey::read(&settings.data_dir)?,
    };
    Ok(key.map(Secrets::of))
}

/// Returns the node's key for a platform that writes nothing: one that is kept nowhere if the node has none.
pub(crate) fn find(settings: &Settings) -> Secrets {
    present(settings).ok().flatten().unwrap_or_else(Secrets::random)
}

/// Returns the node's key. A new site makes it, and notes its fingerprint in the database.
///
/// # Errors
/// Returns an error if the database belongs to another key, or the file or the database fails.
pub(crate) async fn require(settings: &Settings, db: &Db) -> Result<Secrets> {
    let expected = fingerprint(db).await?;
    let secrets = match (present(settings)?, &expected) {
        (Some(secrets), _) => secrets,
        (None, Some(expected)) => return Err(absent(settings, expected)),
        (None, None) => {
            SecretKey::random().write(&settings.data_dir)?;
            // Another process may have been first.
            let made = present(settings)?;
            made.ok_or_else(|| Error::bug("the secret key that was just written is gone"))?
        }
    };
    let expected = match expected {
        Some(expected) => expected,
        None => {
            let tx = db.begin().await?;
            let kept = note(&tx, &secrets, "NOTHING").await?;
            tx.commit().await?;
            kept
        }
    };
    if expected != secrets.fingerprint() {
        return Err(other(settings, &secrets, &expected));
    }
    Ok(secrets)
}

/// Makes the database belong to the node's key, after the one before was lost: what was sealed with that stays closed,
/// what was signed counts for nothing. Returns the key's fingerprint.
///
/// # Errors
/// Returns an error if the node has no key, or the file or the database fails.
pub(crate) async fn accept(settings: &Settings, db: &Db) -> Result<String> {
    if present(settings)?.is_none() {
        SecretKey::random().write(&settings.data_dir)?;
    }
    let secrets = present(settings)?.ok_or_else(|| Error::bug("this node has no secret key"))?;
    let tx = db.begin().await?;
    let kept = note(&tx, &secrets, "UPDATE SET value = excluded.value").await?;
    tx.commit().await?;
    Ok(kept)
}

impl KeyState {
    /// Looks at the node's key and the database, without writing.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub(crate) async fn of(settings: &Settings, db: &Db) -> Result<Self> {
        let expected = fingerprint(db).await?;
        Ok(match (present(settings), expected) {
            (Err(error), _) => Self::Wrong(error.told()),
            (Ok(None), None) => Self::Unmade,
            (Ok(None), Some(expected)) => Self::Wrong(absent(settings, &expected).told()),
            (Ok(Some(secrets)), Some(expected)) if secrets.fingerprint() != expected => {
                Self::Wrong(other(settings, &secrets, &expected).told())
            }
            _ if settings.secret_key.is_none() && SecretKey::is_open_to_others(&settings.data_dir) => Self::Open,
            _ => Self::Fine,
        })
    }
}

/// Returns the fingerprint of the key that the database belongs to, if it has one.
async fn fingerprint(conn: &impl Connection) -> Result<Option<String>> {
    let sql = "SELECT value FROM atrium_setting WHERE name = $1";
    let found = Statement::from_sql_and_values(conn.get_database_backend(), sql, [FINGERPRINT.into()]);
    let row = conn.query_one_raw(found).await?;
    Ok(row.map(|row| row.try_get("", "value")).transpose()?)
}

/// Notes the key's fingerprint, and returns the one that stands there then.
async fn note(tx: &Tx, secrets: &Secrets, otherwise: &str) -> Result<String> {
    let sql = format!("INSERT INTO atrium_setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO {otherwise}");
    let values = [FINGERPRINT.into(), secrets.fingerprint().into()];
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    fingerprint(tx).await?.ok_or_else(|| Error::bug("the fingerprint that was just noted is gone"))
}

/// Returns where this node's key comes from.
fn source(settings: &Settings) -> String {
    match &settings.secret_key {
        Some(_) => "the setting `secret_key`".to_owned(),
        None => format!("`{}`", settings.data_dir.join(FILE).display()),
    }
}

fn absent(settings: &Settings, expected: &str) -> Error {
    Error::bug(format!(
        "this site has a secret key (fingerprint {expected}), and {} is not there: copy it from another node or from a \
         backup, or give it as `secret_key`. If it is lost for good, `key replace` makes another one",
        source(settings)
    ))
}

fn other(settings: &Settings, secrets: &Secrets, expected: &str) -> Error {
    let (source, ours) = (source(settings), secrets.fingerprint());
    Error::bug(format!(
        "the secret key in {source} (fingerprint {ours}) is not the one of this site (fingerprint {expected}): every \
         node has the same. Copy it from another node or from a backup. If it is lost for good, `key replace` keeps \
         this one"
    ))
}

//! Limits how often one reader does what fills tables and mailboxes, counted in SQL: the limit holds over every
//! node, by the database's clock.
//!
//! A row holds the instant at which its owner's quota is full again. Each action moves it by the same step, and is
//! refused if that would be more than an hour ahead: an hour's worth at once, then one per step.

use sea_orm::{ConnectionTrait, Statement};
use sha2::{Digest, Sha256};

use super::allowance::Allowance;
use atrium_platform::clock::Timestamp;
use atrium_platform::db::Db;
use atrium_platform::settings::Setting;
use atrium_platform::settings::actions::PluginSettings;
use atrium_platform::{Error, Result};

/// An hour in milliseconds.
const HOUR: i64 = 3_600_000;

/// How often one person, or a visitor's address, does something in an hour, over every node.
#[derive(Clone, Copy, Debug)]
pub struct RateLimit {
    what: &'static str,
    most: Most,
}

/// Where the number of times is said.
#[derive(Clone, Copy, Debug)]
enum Most {
    Here(u32),
    BySetting(&'static Setting<i64>),
}

impl RateLimit {
    /// Creates the limit of `most` times an hour, all at once if need be. `what` names it in the database and in
    /// `RateLimit`.
    #[must_use]
    pub const fn per_hour(what: &'static str, most: u32) -> Self {
        Self { what, most: Most::Here(most) }
    }

    /// Creates the limit of as many times an hour as a setting says; its default is what documents say.
    #[must_use]
    pub const fn by_setting(what: &'static str, most: &'static Setting<i64>) -> Self {
        Self { what, most: Most::BySetting(most) }
    }

    /// Returns the limit as its setting says at this moment.
    pub(super) fn at(self, settings: &PluginSettings) -> Self {
        match self.most {
            Most::Here(_) => self,
            Most::BySetting(setting) => Self::per_hour(self.what, times(settings.get(setting))),
        }
    }

    /// Returns its name.
    #[must_use]
    pub const fn what(self) -> &'static str {
        self.what
    }

    /// Returns how often within an hour.
    #[must_use]
    pub fn most(self) -> u32 {
        match self.most {
            Most::Here(most) => most,
            Most::BySetting(setting) => times(setting.default()),
        }
    }

    fn step(self) -> i64 {
        HOUR / i64::from(self.most().max(1))
    }

    /// Returns what is left when the quota is full again `ahead` milliseconds from now.
    pub(super) fn left(self, ahead: i64) -> Allowance {
        let remaining = u32::try_from((HOUR - ahead).max(0) / self.step()).unwrap_or(0);
        let reset = u64::try_from(ahead).unwrap_or_default().div_ceil(1000);
        let quota = self.most();
        Allowance { name: self.what, quota, window: 3600, remaining: remaining.min(quota), reset }
    }
}

/// Returns the value of a setting as a number of times.
fn times(value: i64) -> u32 {
    u32::try_from(value.max(0)).unwrap_or(u32::MAX)
}

const TAKE: &str = "INSERT INTO atrium_pace (what, who, due) VALUES ($1, $2, $3) ON CONFLICT (what, who) DO UPDATE \
    SET due = CASE WHEN atrium_pace.due < $4 THEN $3 ELSE atrium_pace.due + $5 END RETURNING due";

/// Passes while `who` keeps to the limit, counts this time, and returns what is left.
///
/// # Errors
/// Returns an error with [`retry_after`](Error::retry_after) if there were too many, or an error if the database
/// fails.
pub(super) async fn take(db: &Db, rate_limit: RateLimit, who: &str) -> Result<Allowance> {
    let step = rate_limit.step();
    let (what, who) = (rate_limit.what, owner(who));
    let tx = db.begin().await?;
    let now = tx.database_now().await?;
    let values = [what.into(), who.into(), (now.0 + step).into(), now.0.into(), step.into()];
    let row = tx.query_one_raw(Statement::from_sql_and_values(tx.get_database_backend(), TAKE, values)).await?;
    let due: i64 = row.ok_or_else(|| Error::bug("a statement that gives back nothing"))?.try_get("", "due")?;
    let left = due - now.0 - HOUR;
    if left > 0 {
        tx.rollback().await?;
        return Err(Error::too_many(u64::try_from(left).unwrap_or_default().div_ceil(1000)));
    }
    tx.commit().await?;
    if due == now.0 + step {
        forget(db, now).await;
    }
    Ok(rate_limit.left(due - now.0))
}

/// Gives back one time that was counted for an act that was refused.
pub(super) async fn give_back(db: &Db, rate_limit: RateLimit, who: &str) {
    let giving = async {
        let tx = db.begin().await?;
        let sql = "UPDATE atrium_pace SET due = due - $1 WHERE what = $2 AND who = $3";
        let values = [rate_limit.step().into(), rate_limit.what.into(), owner(who).into()];
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
        tx.commit().await
    };
    if let Err(error) = giving.await {
        tracing::warn!(error = error.told(), "a refused act stays counted");
    }
}

/// The owner of a row need not be readable: an address is stored as a hash, for an hour.
fn owner(who: &str) -> String {
    hex::encode(Sha256::digest(who))
}

/// Removes expired rows, in a transaction of its own: it waits for the rows of others.
async fn forget(db: &Db, now: Timestamp) {
    let forgetting = async {
        let tx = db.begin().await?;
        let sql = "DELETE FROM atrium_pace WHERE due < $1";
        tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, [now.0.into()])).await?;
        tx.commit().await
    };
    if let Err(error) = forgetting.await {
        tracing::warn!(error = error.told(), "old paces were not removed");
    }
}

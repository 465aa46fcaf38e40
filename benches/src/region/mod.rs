//! A region's data of any size: schools, people, a forum and a journal, the same for the same seed on both databases.
//!
//! Rows are written as they stand, in big transactions, past the actions that would check each of a million: what is kept
//! beside them (counters, the order of topics, words of names) is made with them. No event follows; a node that starts on
//! the data reads it whole.

mod forum;
mod journal;
mod people;
mod rows;
mod words;

use std::time::Instant;

use atrium_core::db::Db;
use atrium_core::{Atrium, Error, Result};
use rand::SeedableRng;
use rand::rngs::StdRng;
use sea_orm::{ConnectionTrait, Statement};

/// The password of every account that is made.
pub const PASSWORD: &str = "atrium-region-2026";
/// The school of the people who sign in.
pub const FIRST_SCHOOL: i64 = 1;

/// How much of everything.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Region {
    /// Establishments.
    pub schools: i64,
    /// People, the Region's own included.
    pub people: i64,
    /// Topics.
    pub topics: i64,
    /// Posts, of which each topic has one at least.
    pub posts: i64,
    /// Lines of the journal.
    pub journal: i64,
    /// What the data are drawn from.
    pub seed: u64,
}

impl Default for Region {
    fn default() -> Self {
        Self { schools: 310, people: 20_000, topics: 100_000, posts: 1_000_000, journal: 1_000_000, seed: 7 }
    }
}

/// What signs in: `name`, with [`PASSWORD`], and who that is.
#[derive(Clone, Debug)]
pub struct Account {
    /// The login.
    pub name: String,
    /// In a word or two.
    pub who: &'static str,
}

/// What is shared while the data are written.
struct Making<'a> {
    db: &'a Db,
    region: &'a Region,
    /// Midnight of the day on which the data end, in milliseconds.
    now: i64,
    random: StdRng,
}

/// Fills the platform's empty database, and tells `told` what is done and how long it took.
///
/// # Errors
/// Returns an error if the directory holds people already or the database fails.
pub async fn fill(atrium: &Atrium, region: &Region, mut told: impl FnMut(String)) -> Result<Vec<Account>> {
    let db = atrium.db();
    if count(db, "atrium_person").await? > 0 {
        return Err(Error::bug("the database holds people already"));
    }
    if !db.is_postgres() {
        // Four megabytes, enough for a site, would have each row of an index read from the disk again.
        db.writer().execute_unprepared("PRAGMA cache_size = -262144").await?;
    }
    let now = db.now().0 - db.now().0.rem_euclid(86_400_000);
    let mut making = Making { db, region, now, random: StdRng::seed_from_u64(region.seed) };
    let mut start = Instant::now();
    let mut step = |what: &str| {
        told(format!("{what}: {:.1} s", start.elapsed().as_secs_f64()));
        start = Instant::now();
    };
    let people = people::write(&mut making).await?;
    step("schools and people");
    let accounts = people::accounts(atrium, &people).await?;
    step("accounts");
    let categories = forum::categories(atrium).await?;
    forum::write(&mut making, &people, &categories).await?;
    step("topics and posts");
    journal::write(&mut making, &people).await?;
    step("journal");
    number_on(db).await?;
    db.refresh_statistics().await?;
    step("statistics");
    Ok(accounts)
}

/// Returns the number of rows in `table`.
async fn count(db: &Db, table: &str) -> Result<i64> {
    let sql = format!("SELECT COUNT(*) AS counted FROM {table}");
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    let row = row.ok_or_else(|| Error::bug("a count without a row"))?;
    Ok(row.try_get("", "counted")?)
}

/// Makes PostgreSQL number the next rows after those that were written with their numbers.
async fn number_on(db: &Db) -> Result<()> {
    if !db.is_postgres() {
        return Ok(());
    }
    let tables = ["establishment", "group", "person", "membership", "assignment", "audit"];
    let forum = ["forum_topic", "forum_post", "forum_review"];
    for table in tables.into_iter().chain(forum) {
        let next = format!("(SELECT COALESCE(MAX(id), 0) + 1 FROM atrium_{table})");
        let sql = format!("SELECT setval(pg_get_serial_sequence('atrium_{table}', 'id'), {next}, false)");
        db.writer().execute_unprepared(&sql).await?;
    }
    Ok(())
}

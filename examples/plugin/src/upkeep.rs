//! What the desk lets the Region set, does by itself, tells the command line, and keeps about people.

use std::process::ExitCode;

use async_trait::async_trait;
use atrium_core::Result;
use atrium_core::clap::{ArgMatches, Command};
use atrium_core::db::{Db, Tx};
use atrium_core::directory::PersonId;
use atrium_core::jobs::{Pruning, ScheduledJob};
use atrium_core::plugin::{CommandDef, PluginContext, RunCommand, Terminal};
use atrium_core::privacy::{PersonalData, change_about, rows_about};
use atrium_core::sea_orm::{EntityTrait, PaginatorTrait};
use atrium_core::settings::Setting;
use serde_json::Value;

use crate::desk::tablet;

/// Tablets that one request may ask for.
pub(crate) static MOST_REQUESTED: Setting<i64> = Setting::integer("loans.most_requested", 200, 1, 500);
/// Days after which a loan that has ended is forgotten.
pub(crate) static KEEP_LOANS: Setting<i64> = Setting::integer("loans.keep_loans", 1_095, 30, 3_650).or_zero();

/// Returns the job that forgets loans that ended long ago. A loan that goes on has no end, and stays.
pub(crate) fn forgetting() -> ScheduledJob {
    Pruning::by_setting("atrium_loans_loan", "id", "returned_at", &KEEP_LOANS).nightly("loans.ended")
}

/// `loans count`: how many tablets the schools have.
struct Count;

/// Returns the command.
pub(crate) fn command() -> CommandDef {
    let count = Command::new("count").about("Count the tablets of all schools");
    let command = Command::new("loans").about("The tablet-loan desk").subcommand_required(true);
    CommandDef::new(command.subcommand(count), Count)
}

#[async_trait]
impl RunCommand for Count {
    async fn run(&self, cx: &PluginContext, _: &ArgMatches, terminal: &mut Terminal<'_>) -> Result<ExitCode> {
        let tablets = tablet::Entity::find().count(&cx.db).await?;
        terminal.say(format_args!("{tablets} tablets"));
        Ok(ExitCode::SUCCESS)
    }
}

/// The loans of a person, which are forgotten with them.
pub(crate) struct OfPerson;

#[async_trait]
impl PersonalData for OfPerson {
    async fn export(&self, db: &Db, person: PersonId) -> Result<Value> {
        let sql = "SELECT t.label, l.level, l.lent_at, l.returned_at FROM atrium_loans_loan l \
            JOIN atrium_loans_tablet t ON t.id = l.tablet_id WHERE l.pupil_id = $1 ORDER BY l.id";
        rows_about(db, sql, (&["label", "level"], &["lent_at", "returned_at"]), person).await
    }

    async fn erase(&self, tx: &Tx, person: PersonId) -> Result<u64> {
        // A tablet that is still out has to come back: the desk ends the loan first.
        let ended = "DELETE FROM atrium_loans_loan WHERE pupil_id = $1 AND returned_at IS NOT NULL";
        change_about(tx, ended, person).await
    }
}

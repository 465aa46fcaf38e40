//! Checks a set-up beside a running node. It neither creates nor migrates anything, and only reads the index; its
//! trial writes to the data directory and the database have no effect.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

#[cfg(feature = "search")]
use atrium_search::SearchEngine;
use url::Url;

use sea_orm::DbBackend;

use super::PlatformBuilder;
use super::builder::migrators;
use crate::clock::Timestamp;
#[cfg(feature = "files")]
use crate::config::FilesPlace;
use crate::config::Settings;
#[cfg(feature = "sqlite")]
use crate::db::sqlite_path;
#[cfg(feature = "sqlite")]
use crate::db::sqlite_url_of;
use crate::db::{Db, Limits, OpenTransaction, Pools, newer_schema};
use crate::directory;
use crate::error::Result;
#[cfg(feature = "search")]
use crate::events::{self, Position};
#[cfg(feature = "search")]
use crate::finder::checkpoint;
use crate::jobs;
use crate::mail::refused_addresses;
use crate::plugin::Finding;
use crate::secrets::KeyState;

/// The most events counted for the index's delay; a longer delay is reported as more than that.
#[cfg(feature = "search")]
const COUNTED: u64 = 1_000;
/// The size of the trial write into the data directory, in bytes.
const TRIED: usize = 16 * 1024;
/// The seconds after which an open transaction is reported.
const LONG: i64 = 5;
/// The minutes after which a job that is due and not run is reported.
const LATE_MINUTES: i64 = 60;
/// The minutes after which a queued task that is due and not done is reported.
const BEHIND_MINUTES: i64 = 10;

impl PlatformBuilder {
    /// Checks the settings, the data directory, the database, the index and what each plugin checks, in this order,
    /// skipping checks that an earlier failure makes impossible.
    pub async fn examine(self) -> Vec<Finding> {
        self.of_database().examined().await
    }

    /// Names the host's database in the settings, if it gave a pool of SQLite.
    fn of_database(self) -> Self {
        #[cfg(feature = "sqlite")]
        if let Some(url) = self.pool.as_ref().and_then(sqlite_url_of) {
            let settings = self.settings.clone().database(url);
            return self.settings(settings);
        }
        self
    }

    async fn examined(self) -> Vec<Finding> {
        let mut findings = Vec::new();
        match self.settings.check() {
            Ok(()) => findings.push(Finding::fine("settings", "can be used")),
            Err(error) => {
                findings.push(Finding::failure("settings", error.told()));
                return findings;
            }
        }
        findings.push(data_directory(&self.settings.data_dir));
        let Some(db) = self.open_database(&mut findings).await else { return findings };
        findings.push(match KeyState::of(&self.settings, &db).await {
            Ok(state) => secret_key(state),
            Err(error) => Finding::warning("secret key", format!("cannot be read: {}", error.told())),
        });
        #[cfg(feature = "search")]
        match index(&self.settings, &db).await {
            Ok(finding) => findings.push(finding),
            Err(error) => findings.push(Finding::warning("search index", format!("cannot be read: {}", error.told()))),
        }
        if db.is_postgres() {
            findings.push(match transactions(&db).await {
                Ok(finding) => finding,
                Err(error) => Finding::warning("transactions", format!("cannot be read: {}", error.told())),
            });
        }
        #[cfg(feature = "sqlite")]
        findings.extend(write_ahead_log(&self.settings, &db));
        match jobs(&db).await {
            Ok(found) => findings.extend(found),
            Err(error) => findings.push(Finding::warning("jobs", format!("cannot be read: {}", error.told()))),
        }
        match queues(&db).await {
            Ok(found) => findings.extend(found),
            Err(error) => findings.push(Finding::warning("queues", format!("cannot be read: {}", error.told()))),
        }
        match unknown_schools(&db).await {
            Ok(finding) => findings.extend(finding),
            Err(error) => findings.push(Finding::warning("schools", format!("cannot be read: {}", error.told()))),
        }
        findings.push(mail(&self.settings, &db).await);
        #[cfg(feature = "files")]
        findings.push(files(&self.settings, &db));
        match self.looking().build().await {
            Ok(platform) => {
                for plugin in platform.plugins() {
                    findings.extend(plugin.doctor(platform.context()).await);
                }
                // No data was written, so a connection that does not close properly is not a finding.
                let _ = platform.stop().await;
            }
            Err(error) => findings.push(Finding::failure("plugins", error.told())),
        }
        findings
    }

    /// Returns a finding if the PostgreSQL role may not create tables, which each upgrade may need.
    #[cfg(feature = "postgres")]
    async fn creating(&self, db: &Db) -> Option<Finding> {
        let (role, schema) = db.refused_schema().await.ok().flatten()?;
        let message = format!(
            "the role `{role}` may not make tables in the schema `{schema}`, which upgrades need: \
             GRANT CREATE ON SCHEMA {schema} TO {role}"
        );
        Some(Finding::failure("database", message))
    }

    /// Returns the database if it exists, answers and has every migration; adds the findings.
    async fn open_database(&self, findings: &mut Vec<Finding>) -> Option<Db> {
        let url = self.settings.database_url();
        let is_elsewhere = self.pool.as_ref().is_some_and(|pool| pool.get_database_backend() == DbBackend::Postgres);
        if !is_elsewhere && let Err(error) = super::existing::require_database(&self.settings) {
            findings.push(Finding::failure("database", error.told()));
            return None;
        }
        #[cfg(feature = "sqlite")]
        if !is_elsewhere
            && let Some(file) = sqlite_path(&url)
            && let Some(damage) = damage(Path::new(file)).await
        {
            findings.push(damage);
            return None;
        }
        let pools = Pools { readers: 1, durable: self.settings.durable };
        let opened = match &self.pool {
            Some(pool) => Db::over_within(pool.clone(), pools, Limits::default(), self.clock.clone()).await,
            None => Db::connect(&url, pools, self.clock.clone()).await,
        };
        let db = match opened {
            Ok(db) => db,
            Err(error) => {
                findings.push(Finding::failure("database", format!("cannot be reached: {}", error.told())));
                return None;
            }
        };
        findings
            .push(Finding::fine("database", if db.is_postgres() { "PostgreSQL answers" } else { "SQLite answers" }));
        let (mut pending, mut newer) = (Vec::new(), Vec::new());
        for migrator in migrators(&self.plugins) {
            match migrator.unknown(db.writer()).await {
                Ok(names) if names.is_empty() => {}
                Ok(names) => {
                    newer.extend(names);
                    continue;
                }
                Err(error) => {
                    findings.push(Finding::failure("migrations", error.told()));
                    return None;
                }
            }
            match migrator.pending(&db).await {
                Ok(names) => pending.extend(names),
                Err(error) => {
                    findings.push(Finding::failure("migrations", error.told()));
                    return None;
                }
            }
        }
        if !newer.is_empty() {
            findings.push(Finding::failure("migrations", newer_schema(&newer).told()));
            return None;
        }
        #[cfg(feature = "postgres")]
        if let Some(finding) = self.creating(&db).await {
            findings.push(finding);
        }
        if !pending.is_empty() {
            let message = format!("{} are to be applied ({}): `serve` applies them", pending.len(), pending.join(", "));
            findings.push(Finding::warning("migrations", message));
            return None;
        }
        findings.push(Finding::fine("migrations", "all applied"));
        findings.push(writing(&db).await);
        Some(db)
    }
}

/// Reads all pages of the SQLite file and returns a finding if they are damaged.
#[cfg(feature = "sqlite")]
async fn damage(file: &Path) -> Option<Finding> {
    let subject = "database";
    match crate::db::examine_pages(file).await {
        Ok(damages) if damages.is_empty() => None,
        Ok(damages) => {
            let damages = damages.join("; ");
            let message = format!("`{}` is damaged: {damages}. Stop the site and restore a backup", file.display());
            Some(Finding::failure(subject, message))
        }
        // The connection of the next step reports it better.
        Err(_) => None,
    }
}

fn data_directory(dir: &Path) -> Finding {
    let subject = "data directory";
    let name = dir.display();
    if !dir.exists() {
        let above = dir.ancestors().skip(1).find(|above| above.exists());
        let above = above.filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
        return match try_writing(above) {
            Ok(()) => Finding::warning(subject, format!("`{name}` does not exist yet: `serve` creates it")),
            Err(error) => {
                let above = above.display();
                Finding::failure(subject, format!("`{name}` cannot be made: `{above}` cannot be written: {error}"))
            }
        };
    }
    match try_writing(dir) {
        Ok(()) => Finding::fine(subject, format!("`{name}` can be written")),
        Err(error) => Finding::failure(subject, format!("`{name}` cannot be written: {error}")),
    }
}

/// Writes a file into `dir` and removes it.
fn try_writing(dir: &Path) -> std::io::Result<()> {
    let probe = dir.join(format!(".doctor-{}", std::process::id()));
    // An empty file takes no room on a full disk.
    std::fs::File::create_new(&probe).and_then(|mut file| {
        let written = file.write_all(&[b'.'; TRIED]).and_then(|()| file.sync_all());
        let removed = std::fs::remove_file(&probe);
        written.and(removed)
    })
}

/// Returns the finding on writes, tried as `/readyz` does. Another process that writes meanwhile is not a fault.
async fn writing(db: &Db) -> Finding {
    let subject = "writing";
    match db.examine_writing().await {
        Ok(Some(true)) => Finding::fine(subject, "the database can be written"),
        Ok(Some(false)) => Finding::failure(subject, "the database is read-only"),
        Ok(None) => Finding::fine(subject, "not tried: another process is writing"),
        Err(error) => {
            let fault = db.fault().unwrap_or_else(|| error.told());
            Finding::failure(subject, format!("the database cannot be written: {fault}"))
        }
    }
}

/// Returns the finding on the size of SQLite's write-ahead log.
#[cfg(feature = "sqlite")]
fn write_ahead_log(settings: &Settings, db: &Db) -> Option<Finding> {
    let (subject, bound) = ("write-ahead log", u64::from(settings.wal_megabytes));
    let size = db.wal_bytes()? >> 20;
    Some(if size <= 2 * bound {
        Finding::fine(subject, format!("{size} MB; from {bound} MB on a node folds it in"))
    } else {
        Finding::warning(
            subject,
            format!(
                "{size} MB, more than twice the {bound} MB from which it is folded in: a long query or another program \
                 reads the database, or no node runs"
            ),
        )
    })
}

/// Returns the finding on mail: where it goes, and how many addresses were refused. No server is asked.
async fn mail(settings: &Settings, db: &Db) -> Finding {
    let (subject, url) = ("mail", settings.mail_url.as_deref().and_then(|url| Url::parse(url).ok()));
    let refused = refused_addresses(db).await.unwrap_or_default();
    match url {
        None => Finding::fine(subject, "none is sent: `mail_url` names what takes it"),
        Some(_) if settings.public_url.is_none() => {
            Finding::warning(subject, "letters lead nowhere: `public_url` is the address that links begin with")
        }
        Some(url) => {
            let place = url.host_str().map_or_else(|| url.path().to_owned(), str::to_owned);
            Finding::fine(subject, format!("goes to `{place}`; {refused} addresses were refused"))
        }
    }
}

/// Returns the finding on the place of files. No store is asked.
#[cfg(feature = "files")]
fn files(settings: &Settings, db: &Db) -> Finding {
    let subject = "files";
    match settings.files_url.as_deref().and_then(FilesPlace::read) {
        None if db.is_postgres() => {
            let what = "are kept by this node alone: `files_url` names a directory or a bucket that all nodes share";
            Finding::warning(subject, what)
        }
        None => Finding::fine(subject, "are kept in the data directory"),
        Some(FilesPlace::Bucket(url)) => {
            let bucket = url.host_str().unwrap_or_default();
            Finding::fine(subject, format!("are kept in the bucket `{bucket}`"))
        }
        Some(FilesPlace::Directory(path)) if path.is_dir() => {
            Finding::fine(subject, format!("are kept in `{}`", path.display()))
        }
        Some(FilesPlace::Directory(path)) => {
            Finding::warning(subject, format!("`{}` is no directory yet: `files_url`", path.display()))
        }
    }
}

/// Returns the finding on the secret key.
fn secret_key(state: KeyState) -> Finding {
    let subject = "secret key";
    match state {
        KeyState::Fine => Finding::fine(subject, "that of the site"),
        KeyState::Open => Finding::warning(subject, "others may read its file: `chmod 600 secret.key`"),
        KeyState::Unmade => Finding::warning(subject, "not made yet: `serve` makes it"),
        KeyState::Wrong(why) => Finding::failure(subject, why),
    }
}

/// Returns a finding for each source that names schools which are not in the directory.
async fn unknown_schools(db: &Db) -> Result<Vec<Finding>> {
    let mut by_source: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (source, uai) in directory::store::unknown_schools(db).await? {
        by_source.entry(source).or_default().push(uai);
    }
    let told = |(source, schools): (String, Vec<String>)| {
        let named = schools.join(", ");
        let message =
            format!("`{source}` names schools that are not in the directory: {named}. Add them, or correct it");
        Finding::warning("schools", message)
    };
    Ok(by_source.into_iter().map(told).collect())
}

/// Returns the findings on scheduled jobs: which fail, and which no node runs.
async fn jobs(db: &Db) -> Result<Vec<Finding>> {
    let subject = "jobs";
    let now = db.now();
    let all = jobs::statuses(db, now).await?;
    let minutes = |at: Timestamp| (now.0 - at.0).max(0) / 60_000;
    let mut findings = Vec::new();
    for job in &all {
        let id = &job.id;
        if job.failures > 0 {
            let error = job.error.as_deref().unwrap_or_default();
            let message = format!("`{id}` failed {} times in a row, and is tried again: {error}", job.failures);
            findings.push(Finding::warning(subject, message));
        } else if !job.is_running && minutes(job.due_at) > LATE_MINUTES {
            let message =
                format!("`{id}` is due for {} min: a node runs it within a minute or two", minutes(job.due_at));
            findings.push(Finding::warning(subject, message));
        }
    }
    if findings.is_empty() {
        let message = if all.is_empty() {
            "none is scheduled yet: a node does it when it starts".to_owned()
        } else {
            format!("{} in time", all.len())
        };
        findings.push(Finding::fine(subject, message));
    }
    Ok(findings)
}

/// Returns the findings on queued tasks: which were given up, and which no node does.
async fn queues(db: &Db) -> Result<Vec<Finding>> {
    let (subject, now) = ("queues", db.now());
    let all = jobs::queue_statuses(db).await?;
    let mut findings = Vec::new();
    for queue in &all {
        let kind = &queue.kind;
        if queue.dead > 0 {
            let message = format!(
                "{} tasks `{kind}` were given up: have them tried again or dropped, under *Tâches planifiées*",
                queue.dead
            );
            findings.push(Finding::warning(subject, message));
        }
        let behind = queue.due_at.map_or(0, |due| (now.0 - due.0).max(0) / 60_000);
        if behind > BEHIND_MINUTES {
            let message = format!("the tasks `{kind}` are {behind} min behind: {} wait", queue.waiting);
            findings.push(Finding::warning(subject, message));
        }
    }
    if findings.is_empty() {
        let waiting: i64 = all.iter().map(|queue| queue.waiting).sum();
        findings.push(Finding::fine(subject, format!("in time, {waiting} tasks wait")));
    }
    Ok(findings)
}

#[cfg(feature = "search")]
async fn index(settings: &Settings, db: &Db) -> Result<Finding> {
    let subject = "search index";
    let Some(kept) = SearchEngine::kept_checkpoint(&settings.search_dir())? else {
        return Ok(Finding::warning(subject, "not built yet: a node builds it when it starts"));
    };
    let Some((position, at)) =
        events::known_instance(db).await?.and_then(|instance| checkpoint::read(&kept, &instance))
    else {
        return Ok(Finding::warning(subject, "of another database: a node builds it anew when it starts"));
    };
    if position != Position::default() && events::at(db, position).await?.is_none_or(|event| event.at != at) {
        let message =
            "older than what the database remembers, or of before a restore: a node builds it anew when it starts";
        return Ok(Finding::warning(subject, message));
    }
    if checkpoint::is_unfinished(&kept) {
        return Ok(Finding::warning(
            subject,
            "being filled: a node goes on when it runs, and answers with what there is",
        ));
    }
    let Some(since) = events::waiting_since(db, position).await? else {
        return Ok(Finding::fine(subject, format!("up to date (position {position})")));
    };
    let behind = match events::count_after(db, position, COUNTED).await? {
        COUNTED => format!("{COUNTED} changes behind or more"),
        behind => format!("{behind} changes behind"),
    };
    let seconds = (db.now().0 - since.0).max(0) / 1000;
    Ok(Finding::warning(subject, format!("{behind}, the oldest of {seconds} s ago: a node catches up when it runs")))
}

/// Returns the finding on the oldest open transaction of the server, and whether events wait for it.
async fn transactions(db: &Db) -> Result<Finding> {
    let subject = "transactions";
    let Some(oldest) = db.oldest_transaction().await?.filter(|oldest| oldest.seconds >= LONG) else {
        return Ok(Finding::fine(subject, format!("none that the server shows is open for {LONG} s or longer")));
    };
    let OpenTransaction { pid, application, database, seconds, holds_events, .. } = oldest;
    let who = format!("process {pid}, application `{application}`, database `{database}`");
    Ok(Finding::warning(
        subject,
        if holds_events {
            format!("one is open for {seconds} s and holds back events: {who}")
        } else {
            format!("one is open for {seconds} s; no event waits for it: {who}")
        },
    ))
}

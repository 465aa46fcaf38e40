//! Synchronising, and checking without writing.

use std::collections::BTreeMap;
use std::sync::Arc;

use atrium_core::access::{Actor, Scope};
use atrium_core::db::{Db, Lock};
use atrium_core::markup::RENDERER_VERSION;
use atrium_core::{Error, Result};

use super::links::Atlas;
use super::plan::Plan;
use super::surroundings::SyncContext;
use super::whole::{All, faults, render_all, settle};
use super::writing::Work;
use super::{Content, generation, store};
use crate::content::{Fault, Folder, Severity};
use crate::permissions::SYNC;
use crate::pictures;

/// What nodes agree on to synchronise one at a time.
const SYNCHRONISING: Lock = Lock::named("help.sync");
/// Articles written in one transaction: long ones hold up other writers.
const BATCH: usize = 200;
/// Articles that may go without a word.
const FEW: usize = 10;

/// Which articles a synchronisation may take away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Removals {
    /// A few, or fewer than stay. More than that, or everything, looks like a folder that is not mounted or not the
    /// right one.
    #[default]
    Few,
    /// Whatever is gone from the folder.
    All,
}

/// What a synchronisation did, or would do.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Report {
    /// What differed.
    pub plan: Plan,
    /// Files that are kept out, passages that need a look, and what was left out on purpose.
    pub faults: Vec<Fault>,
}

impl Report {
    /// Returns the faults of one severity.
    pub fn of(&self, severity: Severity) -> impl Iterator<Item = &Fault> {
        self.faults.iter().filter(move |fault| fault.severity == severity)
    }
}

/// Whether a synchronisation goes back to what was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Age {
    Any,
    NotOlder,
}

impl Content {
    /// Brings the database to what `folder` says. Asks for [`SYNC`].
    ///
    /// Articles are written in batches, each with its events and its audit record: what failed half-way is recorded as far
    /// as it went, and the next synchronisation goes on from there.
    ///
    /// # Errors
    /// Returns `is_forbidden` if the actor may not, `is_conflict` before writing if it would take away more than `removals`
    /// allows, or an error of the database, and batches already written stay.
    pub async fn sync(&self, actor: &Actor, folder: Folder, removals: Removals) -> Result<Report> {
        bring(&self.db, actor, folder, removals, Age::Any).await
    }

    /// As [`sync`], unless the folder's content is older than what is kept: a node that starts with last month's content does
    /// not decide for the others.
    ///
    /// Content is older if it was kept before and has been replaced, or if its articles state earlier days of change.
    ///
    /// # Errors
    /// As [`sync`]; `is_conflict` as well, before writing, if the content is older.
    pub(crate) async fn sync_unless_older(&self, actor: &Actor, folder: Folder, removals: Removals) -> Result<Report> {
        bring(&self.db, actor, folder, removals, Age::NotOlder).await
    }
}

async fn bring(db: &Db, actor: &Actor, folder: Folder, removals: Removals, age: Age) -> Result<Report> {
    actor.require(SYNC, Scope::Platform)?;
    let alone = db.advisory_lock(&SYNCHRONISING).await?;
    let db = db.patient();
    let around = Arc::new(SyncContext::load(db, &folder.root).await?);
    let (folder, mut plan) = compare(folder, &around);
    if removals == Removals::Few {
        refuse_removals(&folder, &plan)?;
    }
    if age == Age::NotOlder
        && let Some(reason) = generation::older(db, &folder, &plan, &around.kept).await?
    {
        return Err(older(&folder.root, &reason));
    }
    let atlas = Arc::new(Atlas::of(&folder, &around, &plan));
    // What was wrong may be right by now, and what was right wrong, though the file did not change.
    let again = around.again(&folder, &plan, &atlas);
    let moved = plan.moved.iter().map(|(_, new)| new);
    let wanted: Vec<_> = plan.added.iter().chain(&plan.changed).chain(moved).chain(&again).cloned().collect();
    let (folder, rendered) = render_all(folder, atlas.clone(), wanted).await?;
    let faults = faults(&folder, &around, &atlas, &rendered);
    keep_pictures(db, &folder, &rendered).await?;
    let articles = settle(&mut plan, &around, &again, rendered.articles)?;

    let batches = articles.chunks(BATCH).collect::<Vec<_>>();
    let (first, others) = batches.split_first().map_or((&[][..], &[][..]), |(first, others)| (*first, others));
    let work = Work { actor, folder: &folder, plan: &plan, around: &around };
    let tx = db.begin().await?;
    work.remove(&tx).await?;
    work.free_addresses(&tx).await?;
    work.move_articles(&tx).await?;
    work.put_collections(&tx, &rendered.introductions).await?;
    store::put_problems(&tx, &folder.root, &faults).await?;
    generation::keep(&tx, &folder).await?;
    work.put_all(&tx, first, &plan.removed).await?;
    tx.commit().await?;
    for batch in others {
        let tx = db.begin().await?;
        work.put_all(&tx, batch, &[]).await?;
        tx.commit().await?;
    }
    let tx = db.begin().await?;
    pictures::store::sweep(&tx).await?;
    tx.commit().await?;
    alone.end().await?;
    Ok(Report { plan, faults })
}

impl Content {
    /// Reads and renders everything without writing. Says as well why the folder would not be synchronised, or was not
    /// when a node started last.
    ///
    /// # Errors
    /// Returns an error if the database fails.
    pub async fn check(&self, folder: Folder) -> Result<Report> {
        let around = Arc::new(SyncContext::load(&self.db, &folder.root).await?);
        let (folder, mut plan) = compare(folder, &around);
        let refused = refuse_removals(&folder, &plan).err().map(|refused| Fault::whole(&folder.root, refused.told()));
        let refused = match refused {
            None => store::refusal(&self.db, &folder.root).await?,
            refused => refused,
        };
        let is_older = generation::older(&self.db, &folder, &plan, &around.kept).await?;
        let all = folder.articles.keys().cloned().collect();
        let atlas = Arc::new(Atlas::of(&folder, &around, &plan));
        let again = around.again(&folder, &plan, &atlas);
        let (folder, rendered) = render_all(folder, atlas.clone(), all).await?;
        let mut faults = faults(&folder, &around, &atlas, &rendered);
        faults.splice(0..0, refused.filter(|refused| !faults.contains(refused)));
        if let Some(reason) = is_older {
            let message =
                format!("older than what is kept: {reason}; a node that starts with it leaves the help as it is");
            faults.insert(0, Fault::warning("", 1, message));
        }
        settle(&mut plan, &around, &again, rendered.articles)?;
        Ok(Report { plan, faults })
    }
}

/// Returns why a node that starts with `folder` leaves the help as it is, if it does.
pub(crate) async fn refused_at_start(db: &Db, folder: Folder) -> Result<Option<Fault>> {
    let around = SyncContext::load(db, &folder.root).await?;
    let (folder, plan) = compare(folder, &around);
    let refused = match refuse_removals(&folder, &plan) {
        Err(refused) => Some(refused),
        Ok(()) => generation::older(db, &folder, &plan, &around.kept).await?.map(|reason| older(&folder.root, &reason)),
    };
    Ok(refused.map(|refused| Fault::whole(&folder.root, refused.told())))
}

/// Keeps the reason why a node did not synchronise the folder `root` when it started, until somebody does.
pub(crate) async fn keep_refusal(db: &Db, root: &str, refused: &Error) -> Result<()> {
    let tx = db.begin().await?;
    store::put_refusal(&tx, root, &Fault::whole(root, refused.told())).await?;
    tx.commit().await
}

/// Returns what of the folder can be brought, and what differs.
fn compare(mut folder: Folder, around: &SyncContext) -> (Folder, Plan) {
    around.refuse(&mut folder);
    refuse_shared_keys(&mut folder);
    let plan = Plan::of(&folder, &around.kept, i64::from(RENDERER_VERSION));
    (folder, plan)
}

/// A key that several files have is ignored: each stays the article at its source.
fn refuse_shared_keys(folder: &mut Folder) {
    let mut by_key: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (source, file) in &folder.articles {
        if let Some(key) = &file.key {
            by_key.entry(key.clone()).or_default().push(source.clone());
        }
    }
    for (key, sources) in by_key.into_iter().filter(|(_, sources)| sources.len() > 1) {
        for source in sources {
            let Some(file) = folder.articles.get_mut(&source) else { continue };
            file.key = None;
            let message = format!("`id: {key}` stands in several files: it names none of them");
            let fault = Fault::warning(&file.file, file.line_of("id", &key), message);
            folder.faults.push(fault);
        }
    }
}

/// Passes if few enough articles go.
fn refuse_removals(folder: &Folder, plan: &Plan) -> Result<()> {
    let (gone, kept) = (plan.removed.len(), plan.kept);
    if gone > 0 && (folder.articles.is_empty() || gone > FEW && gone * 2 > kept) {
        Err(Error::conflict(format!(
            "this would remove {gone} of the {kept} articles kept from a folder named `{root}`; if that is meant, \
             `help sync FOLDER --as {root} --allow-removals`",
            root = folder.root
        )))
    } else {
        Ok(())
    }
}

fn older(root: &str, reason: &str) -> Error {
    Error::conflict(format!(
        "older than what is kept: {reason}; if that is meant, `help sync FOLDER --as {root}` brings it"
    ))
}

/// Keeps the pictures that rendered texts show and that are not kept yet: before the texts, and a few at a time.
async fn keep_pictures(db: &Db, folder: &Folder, all: &All) -> Result<()> {
    let articles = all.articles.iter().map(|(_, rendering)| rendering);
    let names = articles.chain(all.introductions.values()).flat_map(|rendering| rendering.pictures.values().cloned());
    let missing = pictures::store::missing(db, names.collect()).await?;
    let mut by_name: BTreeMap<_, _> =
        folder.pictures.values().map(|picture| (picture.name(), picture.clone())).collect();
    by_name.retain(|name, _| missing.contains(name));
    for (name, picture) in by_name {
        let bytes = tokio::task::spawn_blocking(move || picture.bytes()).await;
        let bytes = bytes.map_err(|source| Error::internal("reading a picture", source))??;
        let tx = db.begin().await?;
        pictures::store::put(&tx, name, bytes).await?;
        tx.commit().await?;
    }
    Ok(())
}

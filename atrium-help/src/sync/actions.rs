//! Synchronising, and checking without writing.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use atrium_core::access::{Actor, Scope};
use atrium_core::audit;
use atrium_core::db::{Db, Lock, Tx};
use atrium_core::events;
use atrium_core::markup::RENDERER_VERSION;
use atrium_core::{Error, Result};
use sea_orm::ActiveValue;
use serde_json::json;

use super::plan::Plan;
use super::rendering::{self, Rendering};
use super::surroundings::Surroundings;
use super::{store, updated};
use crate::articles::{ArticleId, article};
use crate::content::{ArticleFile, Broken, CollectionFile, Folder};
use crate::permissions::SYNC;
use crate::search::{article_subject, collection_subject};

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
    /// Files that could not be used, and passages that need a look. The former keep their old version.
    pub broken: Vec<Broken>,
}

/// Brings the database to what `folder` says. Asks for [`SYNC`].
///
/// Articles are written in batches, each with its events and its audit record: what failed half-way is recorded as far
/// as it went, and the next synchronisation goes on from there.
///
/// # Errors
/// The actor may not; it would take away more than `removals` allows (a conflict: nothing is written); or the database
/// failed, and batches already written stay.
pub async fn sync(db: &Db, actor: &Actor, folder: Folder, removals: Removals) -> Result<Report> {
    actor.require(SYNC, Scope::Platform)?;
    let alone = db.alone(&SYNCHRONISING).await?;
    let around = Arc::new(Surroundings::load(db, &folder.root).await?);
    let (folder, mut plan) = compare(folder, &around);
    if removals == Removals::Few {
        refuse_removals(&folder, &plan)?;
    }
    // What was wrong may be right by now, though the file did not change.
    let again = around.troubled.keys().filter(|source| folder.articles.contains_key(*source) && plan.leaves(source));
    let wanted: Vec<_> = plan.added.iter().chain(&plan.changed).chain(again).cloned().collect();
    let (folder, rendered) = render_all(folder, around.clone(), wanted).await?;
    let broken = problems(&folder, &around, &rendered);
    let rendered = settle(&mut plan, &around, rendered)?;

    let batches = rendered.chunks(BATCH).collect::<Vec<_>>();
    let (first, others) = batches.split_first().map_or((&[][..], &[][..]), |(first, others)| (*first, others));
    let work = Work { actor, folder: &folder, plan: &plan };
    let tx = db.begin().await?;
    work.remove(&tx).await?;
    put_collections(&tx, actor, &folder).await?;
    store::put_problems(&tx, &folder.root, &broken).await?;
    work.put_all(&tx, first, &plan.removed).await?;
    tx.commit().await?;
    for batch in others {
        let tx = db.begin().await?;
        work.put_all(&tx, batch, &[]).await?;
        tx.commit().await?;
    }
    alone.end().await?;
    Ok(Report { plan, broken })
}

/// Reads and renders everything and writes nothing. Says as well why the folder would not be synchronised, or was not
/// when a node started last.
///
/// # Errors
/// The database failed.
pub async fn check(db: &Db, folder: Folder) -> Result<Report> {
    let around = Arc::new(Surroundings::load(db, &folder.root).await?);
    let (folder, mut plan) = compare(folder, &around);
    let refused = refuse_removals(&folder, &plan).err().map(|refused| Broken::whole(&folder.root, refused.told()));
    let refused = match refused {
        None => store::refusal(db, &folder.root).await?,
        refused => refused,
    };
    let all = folder.articles.keys().cloned().collect();
    let (folder, rendered) = render_all(folder, around.clone(), all).await?;
    let mut broken = problems(&folder, &around, &rendered);
    broken.splice(0..0, refused.filter(|refused| !broken.contains(refused)));
    settle(&mut plan, &around, rendered)?;
    Ok(Report { plan, broken })
}

/// Keeps the reason why a node did not synchronise the folder `root` when it started, until somebody does.
pub(crate) async fn keep_refusal(db: &Db, root: &str, refused: &Error) -> Result<()> {
    let tx = db.begin().await?;
    store::put_refusal(&tx, root, &Broken::whole(root, refused.told())).await?;
    tx.commit().await
}

/// What of the folder can be brought, and what differs.
fn compare(mut folder: Folder, around: &Surroundings) -> (Folder, Plan) {
    around.refuse(&mut folder);
    let plan = Plan::of(&folder, &around.kept, i64::from(RENDERER_VERSION));
    (folder, plan)
}

/// Passes if few enough articles go.
fn refuse_removals(folder: &Folder, plan: &Plan) -> Result<()> {
    let (gone, kept) = (plan.removed.len(), plan.kept);
    match gone > 0 && (folder.articles.is_empty() || gone > FEW && gone * 2 > kept) {
        true => Err(Error::conflict(format!(
            "this would remove {gone} of the {kept} articles kept from a folder named `{root}`; if that is meant, \
             `help sync FOLDER --as {root} --allow-removals`",
            root = folder.root
        ))),
        false => Ok(()),
    }
}

/// Leaves out the files that are as they were and give what is kept. Those that give something else have changed.
fn settle(
    plan: &mut Plan,
    around: &Surroundings,
    rendered: Vec<(String, Rendering)>,
) -> Result<Vec<(String, Rendering)>> {
    let mut written = Vec::new();
    for (source, rendering) in rendered {
        if plan.leaves(&source) {
            match around.troubled.get(&source) {
                Some(kept) if *kept != rendering.text()? => plan.change(&source),
                _ => continue,
            }
        }
        written.push((source, rendering));
    }
    Ok(written)
}

fn problems(folder: &Folder, around: &Surroundings, rendered: &[(String, Rendering)]) -> Vec<Broken> {
    let of_passages = rendered.iter().flat_map(|(source, rendering)| {
        let undefined = around.undefined(&folder.articles[source], &rendering.rules);
        rendering.problems.iter().cloned().chain(undefined)
    });
    folder.broken.iter().cloned().chain(of_passages).collect()
}

/// One synchronisation, as its transactions see it.
struct Work<'a> {
    actor: &'a Actor,
    folder: &'a Folder,
    plan: &'a Plan,
}

impl Work<'_> {
    async fn remove(&self, tx: &Tx) -> Result<()> {
        for source in &self.plan.removed {
            if let Some(id) = store::remove_article(tx, source).await? {
                announce(tx, self.actor, "help.article.removed", id).await?;
            }
        }
        Ok(())
    }

    /// Writes a batch, and tells of it and of what was `removed` with it.
    async fn put_all(&self, tx: &Tx, batch: &[(String, Rendering)], removed: &[String]) -> Result<()> {
        let sources: Vec<_> = batch.iter().map(|(source, _)| source.as_str()).collect();
        let before = store::before(tx, &sources).await?;
        for (source, rendering) in batch {
            self.put(tx, &self.folder.articles[source], rendering, &before).await?;
        }
        // Who may see a collection follows from who may see its articles: those that changed may have changed it.
        let touched = sources.iter().copied().chain(removed.iter().map(String::as_str));
        let keys: BTreeSet<_> = touched.filter_map(|source| Some(source.split_once('/')?.0)).collect();
        for key in &keys {
            tell(tx, self.actor, "help.collection.changed", collection_subject(key)).await?;
        }
        if keys.is_empty() {
            return Ok(());
        }
        // Invariant: a plan lists its sources in order.
        let is_added = |source: &&&str| self.plan.added.binary_search_by(|added| added.as_str().cmp(source)).is_ok();
        let added = sources.iter().filter(is_added).count();
        let details = json!({
            "root": self.folder.root, "added": added, "changed": batch.len() - added, "removed": removed.len(),
        });
        let record = self.actor.record("help.content.synced", format!("content:{}", self.folder.root));
        audit::write(tx, record.with(details)).await
    }

    async fn put(
        &self,
        tx: &Tx,
        file: &ArticleFile,
        rendering: &Rendering,
        before: &HashMap<String, article::Model>,
    ) -> Result<()> {
        let stored = rendering.text()?;
        let now = updated::instant(tx.now(), store::last_update(tx).await?);
        let row = article::ActiveModel {
            root: ActiveValue::Set(self.folder.root.clone()),
            source: ActiveValue::Set(file.source.clone()),
            collection: ActiveValue::Set(file.collection.clone()),
            slug: ActiveValue::Set(file.slug.clone()),
            title: ActiveValue::Set(file.title.clone()),
            summary: ActiveValue::Set(file.summary.clone()),
            keywords: ActiveValue::Set(file.keywords.join("\n")),
            audience: ActiveValue::Set(file.audience.join("\n")),
            position: ActiveValue::Set(file.order),
            review_on: ActiveValue::Set(file.review.clone()),
            owner: ActiveValue::Set(file.owner.clone()),
            state: ActiveValue::Set(article::State::Published),
            content_hash: ActiveValue::Set(file.hash.clone()),
            markdown: ActiveValue::Set(file.markdown.clone()),
            rendered: ActiveValue::Set(stored),
            renderer: ActiveValue::Set(i64::from(RENDERER_VERSION)),
            created_at: ActiveValue::Set(now),
            updated_at: ActiveValue::Set(updated::updated_at(file, before.get(&file.source), now)),
            updated_on: ActiveValue::Set(file.updated.clone()),
            ..Default::default()
        };
        let id = store::put_article(tx, row, &file.visibility).await?;
        announce(tx, self.actor, "help.article.published", id).await
    }
}

/// Writes the collections that differ. One whose own file cannot be used, or that another folder brought first, stays as
/// it was; one that holds an article stays, whatever became of its file.
async fn put_collections(tx: &Tx, actor: &Actor, folder: &Folder) -> Result<()> {
    let kept = store::kept_collections(tx).await?;
    let broken = |key: &str| folder.is_broken(&format!("{key}/_index"));
    let stays = |key: &str| kept.get(key).is_some_and(|kept| broken(key) || kept.root != folder.root);
    let unnamed = folder.undescribed.iter().filter(|key| !stays(key));
    let unnamed: Vec<_> = unnamed.map(|key| CollectionFile::unnamed(key)).collect();
    for file in folder.collections.values().chain(&unnamed) {
        let before = kept.get(&file.key);
        if before.is_some_and(|before| before.is(&folder.root, file)) {
            continue;
        }
        store::put_collection(tx, &folder.root, file).await?;
        tell(tx, actor, "help.collection.changed", collection_subject(&file.key)).await?;
        if before.is_some_and(|before| before.title != file.title) {
            // Its name stands in the path of each of its passages.
            for id in store::published_in(tx, &file.key).await? {
                announce(tx, actor, "help.article.moved", id).await?;
            }
        }
    }
    let keys: Vec<_> = folder.collections.keys().chain(&folder.undescribed).cloned().collect();
    for key in store::drop_collections(tx, &folder.root, &keys).await? {
        tell(tx, actor, "help.collection.removed", collection_subject(&key)).await?;
    }
    for (key, heir) in store::left_behind(tx, &folder.root, &keys).await? {
        store::put_collection(tx, &heir, &CollectionFile::unnamed(&key)).await?;
        tell(tx, actor, "help.collection.changed", collection_subject(&key)).await?;
        for id in store::published_in(tx, &key).await? {
            announce(tx, actor, "help.article.moved", id).await?;
        }
    }
    Ok(())
}

/// Renders off the async threads.
async fn render_all(
    folder: Folder,
    around: Arc<Surroundings>,
    sources: Vec<String>,
) -> Result<(Folder, Vec<(String, Rendering)>)> {
    let work = tokio::task::spawn_blocking(move || {
        let rendered = sources.into_iter().map(|source| {
            let rendering = rendering::render(&folder, &around.elsewhere, &folder.articles[&source]);
            (source, rendering)
        });
        let rendered = rendered.collect();
        (folder, rendered)
    });
    work.await.map_err(|source| Error::internal("rendering articles", source))
}

async fn announce(tx: &Tx, actor: &Actor, kind: &'static str, id: ArticleId) -> Result<()> {
    tell(tx, actor, kind, article_subject(id)).await
}

async fn tell(tx: &Tx, actor: &Actor, kind: &'static str, subject: String) -> Result<()> {
    events::append(tx, actor.event(kind, subject).within(Scope::Platform)).await
}

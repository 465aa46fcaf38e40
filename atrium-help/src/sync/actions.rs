//! Synchronising, and checking without writing.

use std::collections::BTreeSet;

use atrium_core::access::{Actor, Scope};
use atrium_core::audit::{self, Record};
use atrium_core::db::{Db, Tx};
use atrium_core::events::{self, NewEvent};
use atrium_core::markup::RENDERER_VERSION;
use atrium_core::{Error, Result};
use sea_orm::ActiveValue;
use serde_json::json;

use super::plan::Plan;
use super::rendering::{self, Rendering};
use super::store;
use crate::articles::{ArticleId, article};
use crate::content::{ArticleFile, Broken, CollectionFile, Folder};
use crate::permissions::SYNC;
use crate::search::{article_subject, collection_subject};

/// What nodes agree on to synchronise one at a time.
const SYNCHRONISING: i64 = 4_701_953_002;
/// Articles written in one transaction: long ones hold up other writers.
const BATCH: usize = 200;

/// What a synchronisation did, or would do.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// What differed.
    pub plan: Plan,
    /// Files that could not be used, and passages that need a look. The former keep their old version.
    pub broken: Vec<Broken>,
}

/// Brings the database to what `folder` says. Asks for [`SYNC`].
///
/// # Errors
/// The actor may not, or the database failed; batches already written stay.
pub async fn sync(db: &Db, actor: &Actor, folder: Folder) -> Result<Report> {
    actor.require(SYNC, Scope::Platform)?;
    let alone = db.alone(SYNCHRONISING).await?;
    let kept = store::kept(db, &folder.root).await?;
    let plan = Plan::of(&folder, &kept, i64::from(RENDERER_VERSION));
    let wanted: Vec<_> = plan.added.iter().chain(&plan.changed).cloned().collect();
    let (folder, rendered) = render_all(folder, wanted).await?;

    let tx = db.begin().await?;
    for source in &plan.removed {
        if let Some(id) = store::remove_article(&tx, source, tx.now()).await? {
            announce(&tx, actor, "help.article.removed", id).await?;
        }
    }
    put_collections(&tx, actor, &folder).await?;
    let mut broken = folder.broken.clone();
    broken.extend(rendered.iter().flat_map(|(_, rendering)| rendering.problems.clone()));
    store::put_problems(&tx, &folder.root, &broken).await?;
    if !plan.is_empty() {
        let (added, changed, removed) = (plan.added.len(), plan.changed.len(), plan.removed.len());
        let details = json!({"root": folder.root, "added": added, "changed": changed, "removed": removed});
        let record = Record::new("help.content.synced", format!("content:{}", folder.root));
        let record = record.by(actor.person(), actor.name(), actor.via().as_str()).with(details);
        audit::write(&tx, record).await?;
    }
    tx.commit().await?;

    for batch in rendered.chunks(BATCH) {
        let tx = db.begin().await?;
        for (source, rendering) in batch {
            put(&tx, actor, &folder, &folder.articles[source], rendering).await?;
        }
        tx.commit().await?;
    }
    tell_collections(db, actor, &plan).await?;
    alone.end().await?;
    Ok(Report { plan, broken })
}

/// Writes the collections that differ. One whose own file cannot be used stays as it was; one that holds an article
/// stays, whatever became of its file.
async fn put_collections(tx: &Tx, actor: &Actor, folder: &Folder) -> Result<()> {
    let kept = store::kept_collections(tx).await?;
    let broken = |key: &str| folder.is_broken(&format!("{key}/_index"));
    let unnamed = folder.undescribed.iter().filter(|key| !(broken(key) && kept.contains_key(*key)));
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
    Ok(())
}

/// Who may see a collection follows from who may see its articles: those that changed may have changed it.
async fn tell_collections(db: &Db, actor: &Actor, plan: &Plan) -> Result<()> {
    let sources = plan.added.iter().chain(&plan.changed).chain(&plan.removed);
    let keys: BTreeSet<_> = sources.filter_map(|source| source.split_once('/')).map(|(key, _)| key).collect();
    if keys.is_empty() {
        return Ok(());
    }
    let tx = db.begin().await?;
    for key in keys {
        tell(&tx, actor, "help.collection.changed", collection_subject(key)).await?;
    }
    tx.commit().await
}

/// Reads and renders everything and writes nothing.
///
/// # Errors
/// The database failed.
pub async fn check(db: &Db, folder: Folder) -> Result<Report> {
    let kept = store::kept(db, &folder.root).await?;
    let plan = Plan::of(&folder, &kept, i64::from(RENDERER_VERSION));
    let all = folder.articles.keys().cloned().collect();
    let (folder, rendered) = render_all(folder, all).await?;
    let mut broken = folder.broken;
    broken.extend(rendered.into_iter().flat_map(|(_, rendering)| rendering.problems));
    Ok(Report { plan, broken })
}

/// Renders off the async threads.
async fn render_all(folder: Folder, sources: Vec<String>) -> Result<(Folder, Vec<(String, Rendering)>)> {
    let work = tokio::task::spawn_blocking(move || {
        let rendered = sources.into_iter().map(|source| {
            let rendering = rendering::render(&folder, &folder.articles[&source]);
            (source, rendering)
        });
        let rendered = rendered.collect();
        (folder, rendered)
    });
    work.await.map_err(|source| Error::internal("rendering articles", source))
}

async fn put(tx: &Tx, actor: &Actor, folder: &Folder, file: &ArticleFile, rendering: &Rendering) -> Result<()> {
    let stored = serde_json::to_string(&rendering.stored).map_err(|source| Error::internal("an article", source))?;
    let now = tx.now();
    let row = article::ActiveModel {
        root: ActiveValue::Set(folder.root.clone()),
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
        updated_at: ActiveValue::Set(now),
        ..Default::default()
    };
    let id = store::put_article(tx, row, &file.visibility).await?;
    announce(tx, actor, "help.article.published", id).await
}

async fn announce(tx: &Tx, actor: &Actor, kind: &'static str, id: ArticleId) -> Result<()> {
    tell(tx, actor, kind, article_subject(id)).await
}

async fn tell(tx: &Tx, actor: &Actor, kind: &'static str, subject: String) -> Result<()> {
    events::append(tx, NewEvent::new(kind, subject).by(actor.person()).within(Scope::Platform)).await
}

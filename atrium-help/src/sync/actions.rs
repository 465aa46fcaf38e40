//! Synchronising, and checking without writing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use atrium_core::access::{Actor, Scope};
use atrium_core::audit;
use atrium_core::db::{Db, Lock, Tx};
use atrium_core::events;
use atrium_core::markup::RENDERER_VERSION;
use atrium_core::{Error, Result};
use sea_orm::ActiveValue;
use serde_json::json;

use super::links::{Atlas, address_of, unanchored};
use super::plan::Plan;
use super::rendering::{self, Rendering, Text};
use super::store::To;
use super::surroundings::Surroundings;
use super::{generation, store, updated};
use crate::articles::{ArticleId, article, collection};
use crate::content::{self, ArticleFile, CollectionFile, Fault, Folder, Severity};
use crate::permissions::SYNC;
use crate::pictures;
use crate::reading::{HOME, article_path, collection_path};
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
    /// Files that are kept out, passages that need a look, and what was left out on purpose.
    pub faults: Vec<Fault>,
}

impl Report {
    /// The faults of one severity.
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

/// Brings the database to what `folder` says. Asks for [`SYNC`].
///
/// Articles are written in batches, each with its events and its audit record: what failed half-way is recorded as far
/// as it went, and the next synchronisation goes on from there.
///
/// # Errors
/// The actor may not; it would take away more than `removals` allows (a conflict: nothing is written); or the database
/// failed, and batches already written stay.
pub async fn sync(db: &Db, actor: &Actor, folder: Folder, removals: Removals) -> Result<Report> {
    bring(db, actor, folder, removals, Age::Any).await
}

/// As [`sync`], unless the folder's content is older than what is kept: a node that starts with last month's content does
/// not decide for the others.
///
/// Content is older if it was kept before and has been replaced, or if its articles state earlier days of change.
///
/// # Errors
/// As [`sync`]; a conflict as well where the content is older, and nothing is written.
pub async fn sync_unless_older(db: &Db, actor: &Actor, folder: Folder, removals: Removals) -> Result<Report> {
    bring(db, actor, folder, removals, Age::NotOlder).await
}

async fn bring(db: &Db, actor: &Actor, folder: Folder, removals: Removals, age: Age) -> Result<Report> {
    actor.require(SYNC, Scope::Platform)?;
    let alone = db.alone(&SYNCHRONISING).await?;
    let db = db.patient();
    let around = Arc::new(Surroundings::load(db, &folder.root).await?);
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

/// Reads and renders everything and writes nothing. Says as well why the folder would not be synchronised, or was not
/// when a node started last.
///
/// # Errors
/// The database failed.
pub async fn check(db: &Db, folder: Folder) -> Result<Report> {
    let around = Arc::new(Surroundings::load(db, &folder.root).await?);
    let (folder, mut plan) = compare(folder, &around);
    let refused = refuse_removals(&folder, &plan).err().map(|refused| Fault::whole(&folder.root, refused.told()));
    let refused = match refused {
        None => store::refusal(db, &folder.root).await?,
        refused => refused,
    };
    let is_older = generation::older(db, &folder, &plan, &around.kept).await?;
    let all = folder.articles.keys().cloned().collect();
    let atlas = Arc::new(Atlas::of(&folder, &around, &plan));
    let again = around.again(&folder, &plan, &atlas);
    let (folder, rendered) = render_all(folder, atlas.clone(), all).await?;
    let mut faults = faults(&folder, &around, &atlas, &rendered);
    faults.splice(0..0, refused.filter(|refused| !faults.contains(refused)));
    if let Some(reason) = is_older {
        let message = format!("older than what is kept: {reason}; a node that starts with it leaves the help as it is");
        faults.insert(0, Fault::warning("", 1, message));
    }
    settle(&mut plan, &around, &again, rendered.articles)?;
    Ok(Report { plan, faults })
}

/// Why a node that starts with `folder` leaves the help as it is, if it does.
pub(crate) async fn refused_at_start(db: &Db, folder: Folder) -> Result<Option<Fault>> {
    let around = Surroundings::load(db, &folder.root).await?;
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

fn older(root: &str, reason: &str) -> Error {
    Error::conflict(format!(
        "older than what is kept: {reason}; if that is meant, `help sync FOLDER --as {root}` brings it"
    ))
}

/// Leaves out the files that are as they were and give what is kept. Those that were read `again` and give something else
/// have changed.
fn settle(
    plan: &mut Plan,
    around: &Surroundings,
    again: &BTreeSet<String>,
    rendered: Vec<(String, Rendering)>,
) -> Result<Vec<(String, Rendering)>> {
    let mut written = Vec::new();
    for (source, rendering) in rendered {
        if plan.leaves(&source) {
            let text = rendering.text()?;
            if !again.contains(&source) || around.troubled.get(&source).is_some_and(|kept| *kept == text) {
                continue;
            }
            plan.change(&source);
        }
        written.push((source, rendering));
    }
    Ok(written)
}

/// Everything rendered of a folder.
struct All {
    articles: Vec<(String, Rendering)>,
    /// Introductions by the key of their collection.
    introductions: BTreeMap<String, Rendering>,
    /// What else is wrong with files that are kept out.
    kept_out: Vec<Fault>,
}

fn faults(folder: &Folder, around: &Surroundings, atlas: &Atlas, all: &All) -> Vec<Fault> {
    let articles = all.articles.iter().map(|(source, rendering)| (Text::from(&folder.articles[source]), rendering));
    let introductions =
        all.introductions.iter().map(|(key, rendering)| (Text::from(&folder.collections[key]), rendering));
    let of_passages = articles
        .chain(introductions)
        .flat_map(|(text, rendering)| rendering.faults.iter().cloned().chain(around.undefined(text, &rendering.rules)));
    let mut faults: Vec<_> = folder.faults.iter().chain(&all.kept_out).cloned().chain(of_passages).collect();
    faults.extend(unanchored_links(folder, around, all));
    for file in folder.articles.values() {
        let taken = file.redirect_from.iter().filter(|typed| atlas.is_live(&format!("{HOME}/{}", address_of(typed))));
        faults.extend(taken.map(|typed| {
            let message = format!("`redirect_from` names `{typed}`, where a page stands");
            Fault::warning(&file.file, file.line_of("redirect_from", typed), message)
        }));
    }
    faults
}

/// Links to places that are not there, of the texts that were rendered and of those that were not.
fn unanchored_links(folder: &Folder, around: &Surroundings, all: &All) -> Vec<Fault> {
    let mut anchors = around.anchors.clone();
    let lines = |text: &str| text.lines().map(str::to_owned).collect();
    for (source, rendering) in &all.articles {
        let file = &folder.articles[source];
        anchors.insert(article_path(&file.collection, &file.slug), lines(&rendering.anchors));
    }
    for (key, rendering) in &all.introductions {
        anchors.insert(collection_path(key), lines(&rendering.anchors));
    }
    let rendered: BTreeSet<_> = all.articles.iter().map(|(source, _)| source.as_str()).collect();
    let stays = |source: &str| folder.articles.contains_key(source) && !rendered.contains(source);
    let kept = around.links.iter().filter(|(source, _)| stays(source)).map(|(_, link)| link);
    let articles = all.articles.iter().flat_map(|(_, rendering)| &rendering.links);
    let introductions = all.introductions.values().flat_map(|rendering| &rendering.links);
    unanchored(kept.chain(articles).chain(introductions), &anchors)
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

/// One synchronisation, as its transactions see it.
struct Work<'a> {
    actor: &'a Actor,
    folder: &'a Folder,
    plan: &'a Plan,
    around: &'a Surroundings,
}

impl Work<'_> {
    async fn remove(&self, tx: &Tx) -> Result<()> {
        for source in &self.plan.removed {
            let root = &self.folder.root;
            store::put_links(tx, root, source, &[]).await?;
            pictures::store::put_uses(tx, root, source, None, &BTreeMap::new()).await?;
            if let Some(id) = store::remove_article(tx, source).await? {
                announce(tx, self.actor, "help.article.removed", id).await?;
            }
        }
        Ok(())
    }

    /// Articles whose files moved go on at the new source, and their old addresses lead there.
    async fn move_articles(&self, tx: &Tx) -> Result<()> {
        for (old, new) in &self.plan.moved {
            let root = &self.folder.root;
            store::put_links(tx, root, old, &[]).await?;
            pictures::store::put_uses(tx, root, old, None, &BTreeMap::new()).await?;
            store::move_article(tx, old, &self.folder.articles[new]).await?;
        }
        Ok(())
    }

    /// Takes the addresses that the folder's articles are to have from those that stand there no more.
    async fn free_addresses(&self, tx: &Tx) -> Result<()> {
        let articles = self.folder.articles.values();
        let wanted = articles.map(|file| ((file.collection.as_str(), file.slug.as_str()), file.source.as_str()));
        store::free_addresses(tx, &wanted.collect()).await
    }

    /// Writes a batch, and tells of it and of what was `removed` with it.
    async fn put_all(&self, tx: &Tx, batch: &[(String, Rendering)], removed: &[String]) -> Result<()> {
        let sources: Vec<_> = batch.iter().map(|(source, _)| source.as_str()).collect();
        let before = store::before(tx, &sources).await?;
        for (source, rendering) in batch {
            self.put(tx, &self.folder.articles[source], rendering, &before).await?;
        }
        // Who may see a collection follows from who may see its articles: those that changed may have changed it.
        let written = sources.iter().map(|source| self.folder.articles[*source].collection.as_str());
        let left = sources.iter().copied().chain(removed.iter().map(String::as_str));
        let left = left.filter_map(|source| Some(self.around.kept.get(source)?.collection.as_str()));
        let keys: BTreeSet<_> = written.chain(left).flat_map(content::around).collect();
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
            anchors: ActiveValue::Set(Some(rendering.anchors.clone())),
            ..Default::default()
        };
        let id = store::put_article(tx, row, &file.visibility).await?;
        let root = &self.folder.root;
        store::put_links(tx, root, &file.source, &rendering.links).await?;
        pictures::store::put_uses(tx, root, &file.source, None, &rendering.pictures).await?;
        self.redirect(tx, file, id).await?;
        announce(tx, self.actor, "help.article.published", id).await
    }

    /// The addresses at which the article stood before lead to it.
    async fn redirect(&self, tx: &Tx, file: &ArticleFile, id: ArticleId) -> Result<()> {
        let moved = self.plan.moved.iter().find(|(_, new)| *new == file.source).map(|(old, _)| old);
        let before = self.around.kept.get(moved.unwrap_or(&file.source));
        let address = format!("{}/{}", file.collection, file.slug);
        store::drop_redirect(tx, &address).await?;
        if let Some(before) =
            before.map(|kept| format!("{}/{}", kept.collection, kept.slug)).filter(|at| *at != address)
        {
            store::put_redirect(tx, &before, moved.map_or("", String::as_str), To::Article(id), false).await?;
        }
        store::drop_declared(tx, To::Article(id)).await?;
        for typed in &file.redirect_from {
            let from = address_of(typed);
            if from != address && !from.is_empty() {
                store::put_redirect(tx, &from, &from, To::Article(id), true).await?;
            }
        }
        Ok(())
    }

    /// Writes the collections that differ. One whose own file cannot be used, or that another folder brought first, stays
    /// as it was; one that holds an article stays, whatever became of its file.
    async fn put_collections(&self, tx: &Tx, introductions: &BTreeMap<String, Rendering>) -> Result<()> {
        let (folder, actor) = (self.folder, self.actor);
        let kept = store::kept_collections(tx).await?;
        let stays =
            |key: &str| kept.get(key).is_some_and(|kept| kept.root != folder.root || folder.holds(&kept.source()));
        let unnamed = folder.undescribed.values().filter(|file| !stays(&file.key));
        for file in folder.collections.values().chain(unnamed) {
            let rendering = introductions.get(&file.key);
            let rendered = rendering.map_or_else(|| Ok(String::new()), Rendering::text)?;
            let before = kept.get(&file.key);
            if before.is_some_and(|before| before.is(&folder.root, file) && before.rendered == rendered) {
                continue;
            }
            let anchors = rendering.map_or("", |rendering| &rendering.anchors);
            store::put_collection(tx, &folder.root, file, &rendered, anchors).await?;
            self.follow(tx, file, rendering, before).await?;
            tell(tx, actor, "help.collection.changed", collection_subject(&file.key)).await?;
            if before.is_some_and(|before| before.title != file.title) {
                // Its name stands in the path of each of its passages.
                self.announce_all(tx, &file.key).await?;
            }
        }
        let keys = folder.collections.keys().chain(folder.undescribed.keys()).cloned().collect();
        for key in store::drop_collections(tx, &folder.root, &keys).await? {
            if let Some(heir) = self.heir(&kept[&key]) {
                store::put_redirect(tx, &key, "", To::Collection(heir), false).await?;
            }
            tell(tx, actor, "help.collection.removed", collection_subject(&key)).await?;
        }
        for (key, heir) in store::left_behind(tx, &folder.root, &keys).await? {
            let name = key.rsplit('/').next().unwrap_or(&key);
            store::put_collection(tx, &heir, &CollectionFile::unnamed(&key, name), "", "").await?;
            tell(tx, actor, "help.collection.changed", collection_subject(&key)).await?;
            self.announce_all(tx, &key).await?;
        }
        Ok(())
    }

    /// What follows from a collection's introduction: its links and pictures, and the addresses that lead to it.
    async fn follow(
        &self,
        tx: &Tx,
        file: &CollectionFile,
        rendering: Option<&Rendering>,
        before: Option<&collection::Model>,
    ) -> Result<()> {
        let (root, source) = (&self.folder.root, file.source());
        if let Some(before) = before.map(collection::Model::source).filter(|before| *before != source) {
            store::put_links(tx, root, &before, &[]).await?;
            pictures::store::put_uses(tx, root, &before, None, &BTreeMap::new()).await?;
        }
        let (links, shown) = rendering
            .map_or((&[][..], BTreeMap::new()), |rendering| (&rendering.links[..], rendering.pictures.clone()));
        store::put_links(tx, root, &source, links).await?;
        pictures::store::put_uses(tx, root, &source, Some(&file.key), &shown).await?;
        store::drop_redirect(tx, &file.key).await?;
        store::drop_declared(tx, To::Collection(&file.key)).await?;
        for from in file.redirect_from.iter().map(|typed| address_of(typed)).filter(|from| *from != file.key) {
            store::put_redirect(tx, &from, &from, To::Collection(&file.key), true).await?;
        }
        // An article that is an introduction now.
        let removed = self.plan.removed.iter().filter_map(|source| Some((source, self.around.kept.get(source)?)));
        for (source, kept) in removed.filter(|(_, kept)| kept.hash == file.hash) {
            let address = format!("{}/{}", kept.collection, kept.slug);
            store::put_redirect(tx, &address, source, To::Collection(&file.key), false).await?;
        }
        Ok(())
    }

    /// The collection that took up what `gone` was: with the same introduction, or with all of its articles that moved.
    fn heir(&self, gone: &collection::Model) -> Option<&str> {
        let same = |file: &&CollectionFile| !gone.content_hash.is_empty() && file.hash == gone.content_hash;
        if let Some(file) = self.folder.collections.values().find(same) {
            return Some(&file.key);
        }
        let moved = self
            .plan
            .moved
            .iter()
            .filter(|(old, _)| self.around.kept.get(old).is_some_and(|kept| kept.collection == gone.key));
        let heirs: BTreeSet<_> = moved.map(|(_, new)| self.folder.articles[new].collection.as_str()).collect();
        match Vec::from_iter(heirs)[..] {
            [heir] => Some(heir),
            _ => None,
        }
    }

    /// Tells of the articles of a collection, whose paths read differently now.
    async fn announce_all(&self, tx: &Tx, key: &str) -> Result<()> {
        for id in store::published_in(tx, key).await? {
            announce(tx, self.actor, "help.article.moved", id).await?;
        }
        Ok(())
    }
}

/// Renders off the async threads: the articles `sources`, every introduction, and what is kept out.
async fn render_all(folder: Folder, atlas: Arc<Atlas>, sources: Vec<String>) -> Result<(Folder, All)> {
    let work = tokio::task::spawn_blocking(move || {
        let rendered = sources.into_iter().map(|source| {
            let rendering = rendering::render(&atlas, Text::from(&folder.articles[&source]));
            (source, rendering)
        });
        let articles = rendered.collect();
        let introductions = folder.collections.iter();
        let introductions =
            introductions.map(|(key, file)| (key.clone(), rendering::render(&atlas, Text::from(file)))).collect();
        let kept_out = folder.kept_out.iter().flat_map(|file| rendering::render(&atlas, Text::from(file)).faults);
        let kept_out = kept_out.collect();
        (folder, All { articles, introductions, kept_out })
    });
    work.await.map_err(|source| Error::internal("rendering articles", source))
}

async fn announce(tx: &Tx, actor: &Actor, kind: &'static str, id: ArticleId) -> Result<()> {
    tell(tx, actor, kind, article_subject(id)).await
}

async fn tell(tx: &Tx, actor: &Actor, kind: &'static str, subject: String) -> Result<()> {
    events::append(tx, actor.event(kind, subject).within(Scope::Platform)).await
}

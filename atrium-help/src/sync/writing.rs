//! What a synchronisation writes, transaction by transaction: articles, introductions, and the addresses that lead to them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use atrium_core::Result;
use atrium_core::access::{Actor, Scope};
use atrium_core::db::Tx;
use atrium_core::events::{Act, EventKind};
use atrium_core::markup::RENDERER_VERSION;
use sea_orm::ActiveValue;
use serde_json::json;

use super::links::address_of;
use super::plan::Plan;
use super::rendering::Rendering;
use super::store::{self, To};
use super::surroundings::SyncContext;
use super::updated;
use crate::articles::subject::{article_subject, collection_subject};
use crate::articles::{ArticleId, article, collection};
use crate::content::{self, ArticleFile, CollectionFile, Folder};
use crate::kinds::{
    ARTICLE_MOVED, ARTICLE_PUBLISHED, ARTICLE_REMOVED, COLLECTION_CHANGED, COLLECTION_REMOVED, CONTENT_SYNCED,
};
use crate::pictures;

/// One synchronisation, as its transactions see it.
pub(super) struct Work<'a> {
    pub(super) actor: &'a Actor,
    pub(super) folder: &'a Folder,
    pub(super) plan: &'a Plan,
    pub(super) around: &'a SyncContext,
}

impl Work<'_> {
    pub(super) async fn remove(&self, tx: &Tx) -> Result<()> {
        for source in &self.plan.removed {
            let root = &self.folder.root;
            store::put_links(tx, root, source, &[]).await?;
            pictures::store::put_uses(tx, root, source, None, &BTreeMap::new()).await?;
            if let Some(id) = store::remove_article(tx, source).await? {
                announce(tx, self.actor, ARTICLE_REMOVED, id).await?;
            }
        }
        Ok(())
    }

    /// Articles whose files moved go on at the new source, and their old addresses lead there.
    pub(super) async fn move_articles(&self, tx: &Tx) -> Result<()> {
        // All leave before any arrives: they may change places.
        let mut leaving = Vec::new();
        for (old, new) in &self.plan.moved {
            let root = &self.folder.root;
            store::put_links(tx, root, old, &[]).await?;
            pictures::store::put_uses(tx, root, old, None, &BTreeMap::new()).await?;
            leaving.extend(store::vacate(tx, old).await?.map(|id| (id, new)));
        }
        for source in &self.plan.displaced {
            store::vacate(tx, source).await?;
        }
        for (id, new) in leaving {
            store::move_article(tx, id, &self.folder.articles[new]).await?;
        }
        Ok(())
    }

    /// Takes the addresses that the folder's articles are to have from those that stand there no more.
    pub(super) async fn free_addresses(&self, tx: &Tx) -> Result<()> {
        let articles = self.folder.articles.values();
        let wanted = articles.map(|file| ((file.collection.as_str(), file.slug.as_str()), file.source.as_str()));
        store::free_addresses(tx, &wanted.collect()).await
    }

    /// Writes a batch, and tells of it and of what was `removed` with it.
    pub(super) async fn put_all(&self, tx: &Tx, batch: &[(String, Rendering)], removed: &[String]) -> Result<()> {
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
            tell(tx, self.actor, COLLECTION_CHANGED, collection_subject(key)).await?;
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
        let act = Act::new(self.actor, CONTENT_SYNCED).on(format!("content:{}", self.folder.root));
        tx.record(act.noting(details)).await
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
            own_key: ActiveValue::Set(file.key.clone()),
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
        announce(tx, self.actor, ARTICLE_PUBLISHED, id).await
    }

    /// Returns `true` if an article of the folder stands at this address now.
    fn stands_at(&self, address: &str) -> bool {
        let (collection, slug) = address.rsplit_once('/').unwrap_or(("", address));
        let at = |file: &ArticleFile| file.collection == collection && file.slug == slug;
        self.folder.articles.values().any(at)
    }

    /// Makes the addresses at which the article stood before lead to it.
    async fn redirect(&self, tx: &Tx, file: &ArticleFile, id: ArticleId) -> Result<()> {
        let moved = self.plan.moved.iter().find(|(_, new)| *new == file.source).map(|(old, _)| old);
        let before = self.around.kept.get(moved.unwrap_or(&file.source));
        let address = format!("{}/{}", file.collection, file.slug);
        store::drop_redirect(tx, &address).await?;
        if let Some(before) = before
            .map(|kept| format!("{}/{}", kept.collection, kept.slug))
            .filter(|at| !self.stands_at(at) && !at.contains("/~"))
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
    pub(super) async fn put_collections(&self, tx: &Tx, introductions: &BTreeMap<String, Rendering>) -> Result<()> {
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
            tell(tx, actor, COLLECTION_CHANGED, collection_subject(&file.key)).await?;
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
            tell(tx, actor, COLLECTION_REMOVED, collection_subject(&key)).await?;
        }
        for (key, heir) in store::left_behind(tx, &folder.root, &keys).await? {
            let name = key.rsplit('/').next().unwrap_or(&key);
            store::put_collection(tx, &heir, &CollectionFile::unnamed(&key, name), "", "").await?;
            tell(tx, actor, COLLECTION_CHANGED, collection_subject(&key)).await?;
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

    /// Returns the collection that took up what `gone` was: with the same introduction, or with all of its articles
    /// that moved.
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
            announce(tx, self.actor, ARTICLE_MOVED, id).await?;
        }
        Ok(())
    }
}

async fn announce(tx: &Tx, actor: &Actor, kind: EventKind, id: ArticleId) -> Result<()> {
    tell(tx, actor, kind, article_subject(id)).await
}

async fn tell(tx: &Tx, actor: &Actor, kind: EventKind, subject: String) -> Result<()> {
    tx.record(Act::new(actor, kind).on(subject).within(Scope::Platform)).await
}

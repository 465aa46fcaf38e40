//! Queries of the synchronisation.

mod links;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use atrium_core::clock::Timestamp;
use atrium_core::db::{Connection, Tx, count_rows};
use atrium_core::markup::RENDERER_VERSION;
use atrium_core::{Result, catalogue, directory};
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::{generation, problem};
use super::plan::Kept;
use super::surroundings::{Described, Elsewhere};
use crate::articles::store::within;
use crate::articles::{ArticleId, article, article_visibility, collection};
use crate::content::{CollectionFile, Fault, Severity, around};

pub(super) use links::{
    To, anchors, collections_elsewhere, dead_links, drop_declared, drop_redirect, links, move_article, moved,
    put_links, put_redirect, vacate,
};

/// Rows written by one statement.
const ROWS: usize = 500;

/// Returns what is kept of each article of `root`.
pub(super) async fn kept(conn: &impl Connection, root: &str) -> Result<BTreeMap<String, Kept>> {
    let query = article::Entity::find().select_only().columns([
        article::Column::Source,
        article::Column::Collection,
        article::Column::Slug,
        article::Column::ContentHash,
        article::Column::Renderer,
        article::Column::State,
        article::Column::UpdatedOn,
        article::Column::Anchors,
        article::Column::OwnKey,
    ]);
    type Row = (String, String, String, String, i64, article::State, Option<String>, Option<String>, Option<String>);
    let rows: Vec<Row> = query.filter(article::Column::Root.eq(root)).into_tuple().all(conn).await?;
    let kept = rows.into_iter().map(|(source, collection, slug, hash, renderer, state, updated_on, anchors, key)| {
        let (published, anchored) = (state == article::State::Published, anchors.is_some());
        (source, Kept { collection, slug, hash, renderer, published, anchored, updated_on, key })
    });
    Ok(kept.collect())
}

/// Returns what was made of the articles of `root` with which something is wrong, by source.
pub(super) async fn troubled(conn: &impl Connection, root: &str) -> Result<BTreeMap<String, String>> {
    let wrong = Query::select()
        .column(problem::Column::Source)
        .from(problem::Entity)
        .and_where(problem::Column::Root.eq(root))
        .to_owned();
    let query = article::Entity::find()
        .select_only()
        .columns([article::Column::Source, article::Column::Rendered])
        .filter(article::Column::Root.eq(root))
        .filter(article::Column::Source.in_subquery(wrong));
    let rows: Vec<(String, String)> = query.into_tuple().all(conn).await?;
    Ok(rows.into_iter().collect())
}

/// Returns the published articles of other folders than `root`, by source.
pub(super) async fn elsewhere(conn: &impl Connection, root: &str) -> Result<BTreeMap<String, Elsewhere>> {
    let columns = [article::Column::Source, article::Column::Root, article::Column::Collection, article::Column::Slug];
    let query = article::Entity::find().select_only().columns(columns);
    let others = query.filter(article::Column::Root.ne(root));
    let published = others.filter(article::Column::State.eq(article::State::Published));
    let rows: Vec<(String, String, String, String)> = published.into_tuple().all(conn).await?;
    let other = |(source, root, collection, slug)| (source, Elsewhere { root, collection, slug });
    Ok(rows.into_iter().map(other).collect())
}

/// Returns when an article's text was last changed.
pub(super) async fn last_update(conn: &impl Connection) -> Result<Option<Timestamp>> {
    let query = article::Entity::find().select_only().column_as(article::Column::UpdatedAt.max(), "last");
    let last: Option<Option<i64>> = query.into_tuple().one(conn).await?;
    Ok(last.flatten().map(Timestamp))
}

/// Returns the collections that other folders than `root` describe, by key.
pub(super) async fn described_elsewhere(conn: &impl Connection, root: &str) -> Result<BTreeMap<String, Described>> {
    let query = collection::Entity::find()
        .filter(collection::Column::Root.ne(root))
        .filter(collection::Column::ContentHash.ne(""));
    let described = query.all(conn).await?.into_iter().map(|row| {
        let source = row.source();
        (row.key, Described { root: row.root, source })
    });
    Ok(described.collect())
}

/// Keys of the traits that schools have.
pub(super) async fn trait_keys(conn: &impl Connection) -> Result<BTreeSet<String>> {
    Ok(directory::all_traits(conn).await?.into_iter().map(|(_, key)| key).collect())
}

/// Keys of the catalogue's services.
pub(super) async fn service_keys(conn: &impl Connection) -> Result<BTreeSet<String>> {
    Ok(catalogue::services(conn).await?.into_iter().map(|service| service.key).collect())
}

/// Returns what is kept of the articles with these sources, by source.
pub(super) async fn before(tx: &Tx, sources: &[&str]) -> Result<HashMap<String, article::Model>> {
    let query = article::Entity::find().filter(article::Column::Source.is_in(sources.iter().copied()));
    Ok(query.all(tx).await?.into_iter().map(|row| (row.source.clone(), row)).collect())
}

/// Writes the collection over what was there; `rendered` is its introduction, made by this renderer.
pub(super) async fn put_collection(
    tx: &Tx,
    root: &str,
    file: &CollectionFile,
    rendered: &str,
    anchors: &str,
) -> Result<()> {
    let row = collection::ActiveModel {
        key: ActiveValue::Set(file.key.clone()),
        root: ActiveValue::Set(root.to_owned()),
        title: ActiveValue::Set(file.title.clone()),
        summary: ActiveValue::Set(file.summary.clone()),
        markdown: ActiveValue::Set(file.markdown.clone()),
        icon: ActiveValue::Set(file.icon.clone()),
        position: ActiveValue::Set(file.order),
        content_hash: ActiveValue::Set(file.hash.clone()),
        file: ActiveValue::Set(file.file.clone()),
        rendered: ActiveValue::Set(rendered.to_owned()),
        renderer: ActiveValue::Set(i64::from(RENDERER_VERSION)),
        anchors: ActiveValue::Set(Some(anchors.to_owned())),
    };
    let replace = OnConflict::column(collection::Column::Key)
        .update_columns([
            collection::Column::Root,
            collection::Column::Title,
            collection::Column::Summary,
            collection::Column::Markdown,
            collection::Column::Icon,
            collection::Column::Position,
            collection::Column::ContentHash,
            collection::Column::File,
            collection::Column::Rendered,
            collection::Column::Renderer,
            collection::Column::Anchors,
        ])
        .to_owned();
    collection::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Returns every collection, by key.
pub(super) async fn kept_collections(tx: &Tx) -> Result<BTreeMap<String, collection::Model>> {
    let rows = collection::Entity::find().all(tx).await?;
    Ok(rows.into_iter().map(|row| (row.key.clone(), row)).collect())
}

impl collection::Model {
    /// Returns `true` if it equals `file` of `root`.
    pub(super) fn is(&self, root: &str, file: &CollectionFile) -> bool {
        self.root == root
            && self.content_hash == file.hash
            && self.title == file.title
            && self.position == file.order
            && self.file == file.file
    }
}

/// Returns the collections with published articles, each with the folders that these come from.
async fn holders(tx: &Tx) -> Result<Vec<(String, String)>> {
    let query = article::Entity::find()
        .select_only()
        .columns([article::Column::Collection, article::Column::Root])
        .distinct()
        .filter(article::Column::State.eq(article::State::Published))
        .order_by_desc(article::Column::Root);
    Ok(query.into_tuple().all(tx).await?)
}

/// Returns the keys of the collections of `root` that are not among `keys`.
async fn gone_from(tx: &Tx, root: &str, keys: &BTreeSet<String>) -> Result<Vec<String>> {
    let query = collection::Entity::find().select_only().column(collection::Column::Key);
    let of: Vec<String> = query.filter(collection::Column::Root.eq(root)).into_tuple().all(tx).await?;
    Ok(of.into_iter().filter(|key| !keys.contains(key)).collect())
}

/// Removes the collections of `root` that are not among `keys` and in which no article is published; their keys.
pub(super) async fn drop_collections(tx: &Tx, root: &str, keys: &BTreeSet<String>) -> Result<Vec<String>> {
    let holders = holders(tx).await?;
    let used: BTreeSet<_> = holders.iter().flat_map(|(key, _)| around(key)).collect();
    let gone: Vec<_> =
        gone_from(tx, root, keys).await?.into_iter().filter(|key| !used.contains(key.as_str())).collect();
    for keys in gone.chunks(ROWS) {
        let these = collection::Column::Key.is_in(keys.iter().map(String::as_str));
        collection::Entity::delete_many().filter(these).exec(tx).await?;
    }
    Ok(gone)
}

/// Returns the collections of `root` that are not among `keys` and hold articles of another folder only, with that
/// folder.
pub(super) async fn left_behind(tx: &Tx, root: &str, keys: &BTreeSet<String>) -> Result<BTreeMap<String, String>> {
    let gone: BTreeSet<_> = gone_from(tx, root, keys).await?.into_iter().collect();
    let holders = holders(tx).await?;
    let all = holders.iter().flat_map(|(key, of)| around(key).map(move |key| (key, of)));
    let own: BTreeSet<_> = all.clone().filter(|(_, of)| *of == root).map(|(key, _)| key).collect();
    let left = all.filter(|(key, _)| gone.contains(*key) && !own.contains(key));
    Ok(left.map(|(key, of)| (key.to_owned(), of.clone())).collect())
}

/// Returns the published articles of a collection, and of those inside it.
pub(super) async fn published_in(tx: &Tx, collection: &str) -> Result<Vec<ArticleId>> {
    let of = article::Entity::find()
        .select_only()
        .column(article::Column::Id)
        .filter(within(collection))
        .filter(article::Column::State.eq(article::State::Published));
    Ok(of.order_by_asc(article::Column::Id).into_tuple().all(tx).await?)
}

/// Writes the article, keeping its number and its first date if it was there.
pub(super) async fn put_article(tx: &Tx, row: article::ActiveModel, audiences: &[String]) -> Result<ArticleId> {
    let replace = OnConflict::column(article::Column::Source)
        .update_columns([
            article::Column::Root,
            article::Column::Collection,
            article::Column::Slug,
            article::Column::Title,
            article::Column::Summary,
            article::Column::Keywords,
            article::Column::Audience,
            article::Column::Position,
            article::Column::ReviewOn,
            article::Column::Owner,
            article::Column::State,
            article::Column::ContentHash,
            article::Column::Markdown,
            article::Column::Rendered,
            article::Column::Renderer,
            article::Column::UpdatedAt,
            article::Column::UpdatedOn,
            article::Column::Anchors,
            article::Column::OwnKey,
        ])
        .to_owned();
    let written = article::Entity::insert(row).on_conflict(replace).exec_with_returning(tx).await?;
    let id = written.id;
    article_visibility::Entity::delete_many().filter(article_visibility::Column::ArticleId.eq(id)).exec(tx).await?;
    let rows = audiences.iter().map(|token| article_visibility::ActiveModel {
        article_id: ActiveValue::Set(id),
        token: ActiveValue::Set(token.clone()),
    });
    article_visibility::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(id)
}

/// Marks the article as removed; its number. When its text last changed stays, should it come back.
pub(super) async fn remove_article(tx: &Tx, source: &str) -> Result<Option<ArticleId>> {
    let found = article::Entity::find().filter(article::Column::Source.eq(source)).one(tx).await?;
    let Some(found) = found else { return Ok(None) };
    let row = article::ActiveModel {
        id: ActiveValue::Unchanged(found.id),
        state: ActiveValue::Set(article::State::Removed),
        ..Default::default()
    };
    article::Entity::update(row).exec(tx).await?;
    Ok(Some(found.id))
}

/// Takes the addresses that files of a folder are to have from articles that do not stand there any more: `wanted` is the
/// source of each file by its address.
pub(super) async fn free_addresses(tx: &Tx, wanted: &HashMap<(&str, &str), &str>) -> Result<()> {
    let columns = [article::Column::Id, article::Column::Source, article::Column::Collection, article::Column::Slug];
    let rows: Vec<(ArticleId, String, String, String)> =
        article::Entity::find().select_only().columns(columns).into_tuple().all(tx).await?;
    for (id, source, collection, slug) in rows {
        if wanted.get(&(collection.as_str(), slug.as_str())).is_some_and(|other| *other != source) {
            let row = article::ActiveModel {
                id: ActiveValue::Unchanged(id),
                // No file is called so.
                slug: ActiveValue::Set(format!("~{id}")),
                ..Default::default()
            };
            article::Entity::update(row).exec(tx).await?;
        }
    }
    Ok(())
}

/// Returns when the content of `root` with this hash was brought, if other content has replaced it.
pub(super) async fn replaced_at(conn: &impl Connection, root: &str, hash: &str) -> Result<Option<Timestamp>> {
    let of = || generation::Entity::find().filter(generation::Column::Root.eq(root));
    let Some(known) = of().filter(generation::Column::Hash.eq(hash)).one(conn).await? else { return Ok(None) };
    let later = of().filter(generation::Column::Id.gt(known.id)).one(conn).await?;
    Ok(later.map(|_| known.at))
}

/// Keeps the hash of what `root` says as the last one.
pub(super) async fn put_generation(tx: &Tx, root: &str, hash: &str) -> Result<()> {
    let of = || generation::Entity::find().filter(generation::Column::Root.eq(root));
    let last = of().order_by_desc(generation::Column::Id).one(tx).await?;
    if last.is_some_and(|last| last.hash == hash) {
        return Ok(());
    }
    let same = generation::Entity::delete_many().filter(generation::Column::Root.eq(root));
    same.filter(generation::Column::Hash.eq(hash)).exec(tx).await?;
    let row = generation::ActiveModel {
        root: ActiveValue::Set(root.to_owned()),
        hash: ActiveValue::Set(hash.to_owned()),
        at: ActiveValue::Set(tx.now()),
        ..Default::default()
    };
    generation::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Returns how many articles of `root` are published.
pub(crate) async fn published_of(conn: &impl Connection, root: &str) -> Result<u64> {
    let of = article::Entity::find().filter(article::Column::Root.eq(root));
    count_rows(conn, of.filter(article::Column::State.eq(article::State::Published))).await
}

/// Replaces what is known to be wrong with `root`. What was left out on purpose is not.
/// Forgets which content of `root` was replaced, so that it may come back.
pub(crate) async fn forget_generations(tx: &Tx, root: &str) -> Result<()> {
    generation::Entity::delete_many().filter(generation::Column::Root.eq(root)).exec(tx).await?;
    Ok(())
}

/// Returns the content roots that begin with `prefix` and have published articles.
pub(crate) async fn published_roots(conn: &impl Connection, prefix: &str) -> Result<Vec<String>> {
    let query = article::Entity::find().select_only().column(article::Column::Root).distinct();
    let query = query.filter(article::Column::State.eq(article::State::Published));
    let roots: Vec<String> = query
        .filter(article::Column::Root.starts_with(prefix))
        .order_by_asc(article::Column::Root)
        .into_tuple()
        .all(conn)
        .await?;
    Ok(roots)
}

pub(super) async fn put_problems(tx: &Tx, root: &str, faults: &[Fault]) -> Result<()> {
    problem::Entity::delete_many().filter(problem::Column::Root.eq(root)).exec(tx).await?;
    let at = tx.now();
    let wrong = faults.iter().filter(|fault| fault.severity > Severity::Note);
    let rows: Vec<_> = wrong.map(|fault| row(root, fault, at)).collect();
    // A statement takes so many values; a folder whose addresses are all taken has as many problems as articles.
    for rows in rows.chunks(ROWS) {
        problem::Entity::insert_many(rows.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Keeps, beside what is known to be wrong with `root`, why it was not synchronised; in place of why it was not before.
pub(super) async fn put_refusal(tx: &Tx, root: &str, refused: &Fault) -> Result<()> {
    let before = problem::Entity::delete_many().filter(problem::Column::Root.eq(root));
    before.filter(problem::Column::Source.eq(refused.source())).exec(tx).await?;
    problem::Entity::insert(row(root, refused, tx.now())).exec_without_returning(tx).await?;
    Ok(())
}

fn row(root: &str, fault: &Fault, at: Timestamp) -> problem::ActiveModel {
    problem::ActiveModel {
        root: ActiveValue::Set(root.to_owned()),
        source: ActiveValue::Set(fault.source().to_owned()),
        line: ActiveValue::Set(i64::try_from(fault.line).unwrap_or(i64::MAX)),
        message: ActiveValue::Set(fault.message.clone()),
        file: ActiveValue::Set(fault.file.clone()),
        severity: ActiveValue::Set(fault.severity.as_str().to_owned()),
        at: ActiveValue::Set(at),
        ..Default::default()
    }
}

/// Returns why `root` was not synchronised, unless it was since.
pub(super) async fn refusal(conn: &impl Connection, root: &str) -> Result<Option<Fault>> {
    let of = problem::Entity::find().filter(problem::Column::Root.eq(root)).filter(problem::Column::Source.eq(""));
    Ok(of.one(conn).await?.map(Fault::from))
}

/// Returns what is wrong with the content, by root and source.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn problems(conn: &impl Connection) -> Result<Vec<problem::Model>> {
    let query = problem::Entity::find().order_by_asc(problem::Column::Root);
    Ok(query.order_by_asc(problem::Column::Source).order_by_asc(problem::Column::Line).all(conn).await?)
}

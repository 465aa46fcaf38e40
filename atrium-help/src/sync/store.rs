//! Queries of the synchronisation.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use atrium_core::Result;
use atrium_core::access::{BUILT_IN, role_entity};
use atrium_core::catalogue::service;
use atrium_core::clock::Timestamp;
use atrium_core::db::Tx;
use atrium_core::directory::establishment_trait;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::entity::problem;
use super::plan::Kept;
use crate::articles::{ArticleId, article, article_visibility, collection};
use crate::content::{Broken, CollectionFile};

/// Rows written by one statement.
const ROWS: usize = 500;

/// What is kept of each article of `root`.
pub(super) async fn kept(conn: &impl ConnectionTrait, root: &str) -> Result<BTreeMap<String, Kept>> {
    let query = article::Entity::find().select_only().columns([
        article::Column::Source,
        article::Column::ContentHash,
        article::Column::Renderer,
        article::Column::State,
        article::Column::UpdatedOn,
    ]);
    let rows: Vec<(String, String, i64, article::State, Option<String>)> =
        query.filter(article::Column::Root.eq(root)).into_tuple().all(conn).await?;
    let kept = rows.into_iter().map(|(source, hash, renderer, state, updated_on)| {
        (source, Kept { hash, renderer, published: state == article::State::Published, updated_on })
    });
    Ok(kept.collect())
}

/// What was made of the articles of `root` with which something is wrong, by source.
pub(super) async fn troubled(conn: &impl ConnectionTrait, root: &str) -> Result<BTreeMap<String, String>> {
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

/// The folder that each published article of other folders than `root` comes from, by source.
pub(super) async fn elsewhere(conn: &impl ConnectionTrait, root: &str) -> Result<BTreeMap<String, String>> {
    let query = article::Entity::find()
        .select_only()
        .columns([article::Column::Source, article::Column::Root])
        .filter(article::Column::Root.ne(root))
        .filter(article::Column::State.eq(article::State::Published));
    let rows: Vec<(String, String)> = query.into_tuple().all(conn).await?;
    Ok(rows.into_iter().collect())
}

/// When an article's text was last changed.
pub(super) async fn last_update(conn: &impl ConnectionTrait) -> Result<Option<Timestamp>> {
    let query = article::Entity::find().select_only().column_as(article::Column::UpdatedAt.max(), "last");
    let last: Option<Option<i64>> = query.into_tuple().one(conn).await?;
    Ok(last.flatten().map(Timestamp))
}

/// The folder that describes each collection, where it is another than `root`, by key.
pub(super) async fn described_elsewhere(conn: &impl ConnectionTrait, root: &str) -> Result<BTreeMap<String, String>> {
    let query = collection::Entity::find()
        .select_only()
        .columns([collection::Column::Key, collection::Column::Root])
        .filter(collection::Column::Root.ne(root))
        .filter(collection::Column::ContentHash.ne(""));
    let rows: Vec<(String, String)> = query.into_tuple().all(conn).await?;
    Ok(rows.into_iter().collect())
}

/// Keys of the roles: those that ship with the code, and those that were made here.
pub(super) async fn role_keys(conn: &impl ConnectionTrait) -> Result<BTreeSet<String>> {
    let query = role_entity::Entity::find().select_only().column(role_entity::Column::Key);
    let made: Vec<String> = query.into_tuple().all(conn).await?;
    Ok(made.into_iter().chain(BUILT_IN.iter().map(|role| role.key.to_owned())).collect())
}

/// Keys of the traits that schools have.
pub(super) async fn trait_keys(conn: &impl ConnectionTrait) -> Result<BTreeSet<String>> {
    let query = establishment_trait::Entity::find().select_only().column(establishment_trait::Column::Key).distinct();
    let held: Vec<String> = query.into_tuple().all(conn).await?;
    Ok(held.into_iter().collect())
}

/// Keys of the catalogue's services.
pub(super) async fn service_keys(conn: &impl ConnectionTrait) -> Result<BTreeSet<String>> {
    let query = service::Entity::find().select_only().column(service::Column::Key);
    let keys: Vec<String> = query.into_tuple().all(conn).await?;
    Ok(keys.into_iter().collect())
}

/// What is kept of the articles with these sources, by source.
pub(super) async fn before(tx: &Tx, sources: &[&str]) -> Result<HashMap<String, article::Model>> {
    let query = article::Entity::find().filter(article::Column::Source.is_in(sources.iter().copied()));
    Ok(query.all(tx).await?.into_iter().map(|row| (row.source.clone(), row)).collect())
}

/// Writes the collection over what was there.
pub(super) async fn put_collection(tx: &Tx, root: &str, file: &CollectionFile) -> Result<()> {
    let row = collection::ActiveModel {
        key: ActiveValue::Set(file.key.clone()),
        root: ActiveValue::Set(root.to_owned()),
        title: ActiveValue::Set(file.title.clone()),
        summary: ActiveValue::Set(file.summary.clone()),
        markdown: ActiveValue::Set(file.markdown.clone()),
        icon: ActiveValue::Set(file.icon.clone()),
        position: ActiveValue::Set(file.order),
        content_hash: ActiveValue::Set(file.hash.clone()),
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
        ])
        .to_owned();
    collection::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Every collection, by key.
pub(super) async fn kept_collections(tx: &Tx) -> Result<BTreeMap<String, collection::Model>> {
    let rows = collection::Entity::find().all(tx).await?;
    Ok(rows.into_iter().map(|row| (row.key.clone(), row)).collect())
}

impl collection::Model {
    /// Is it what `file` of `root` says?
    pub(super) fn is(&self, root: &str, file: &CollectionFile) -> bool {
        self.root == root && self.content_hash == file.hash && self.title == file.title
    }
}

/// Removes the collections of `root` that are not among `keys` and hold no published article; their keys.
pub(super) async fn drop_collections(tx: &Tx, root: &str, keys: &[String]) -> Result<Vec<String>> {
    let used = Query::select()
        .column(article::Column::Collection)
        .from(article::Entity)
        .and_where(article::Column::State.eq(article::State::Published))
        .to_owned();
    let gone = collection::Entity::find()
        .select_only()
        .column(collection::Column::Key)
        .filter(collection::Column::Root.eq(root))
        .filter(collection::Column::Key.is_not_in(keys.iter().map(String::as_str)))
        .filter(collection::Column::Key.not_in_subquery(used));
    let gone: Vec<String> = gone.into_tuple().all(tx).await?;
    let these = collection::Column::Key.is_in(gone.iter().map(String::as_str));
    collection::Entity::delete_many().filter(these).exec(tx).await?;
    Ok(gone)
}

/// The collections of `root` that are not among `keys` and hold articles of another folder only, with that folder.
pub(super) async fn left_behind(tx: &Tx, root: &str, keys: &[String]) -> Result<BTreeMap<String, String>> {
    let gone = Query::select()
        .column(collection::Column::Key)
        .from(collection::Entity)
        .and_where(collection::Column::Root.eq(root))
        .and_where(collection::Column::Key.is_not_in(keys.iter().map(String::as_str)))
        .to_owned();
    let query = article::Entity::find()
        .select_only()
        .columns([article::Column::Collection, article::Column::Root])
        .distinct()
        .filter(article::Column::State.eq(article::State::Published))
        .filter(article::Column::Collection.in_subquery(gone))
        .order_by_desc(article::Column::Root);
    let holders: Vec<(String, String)> = query.into_tuple().all(tx).await?;
    let own: BTreeSet<_> = holders.iter().filter(|(_, of)| of == root).map(|(key, _)| key.clone()).collect();
    Ok(holders.into_iter().filter(|(key, _)| !own.contains(key)).collect())
}

/// The published articles of a collection.
pub(super) async fn published_in(tx: &Tx, collection: &str) -> Result<Vec<ArticleId>> {
    let of = article::Entity::find()
        .select_only()
        .column(article::Column::Id)
        .filter(article::Column::Collection.eq(collection))
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

/// Replaces what is known to be wrong with `root`.
pub(super) async fn put_problems(tx: &Tx, root: &str, broken: &[Broken]) -> Result<()> {
    problem::Entity::delete_many().filter(problem::Column::Root.eq(root)).exec(tx).await?;
    let at = tx.now();
    let rows: Vec<_> = broken.iter().map(|broken| row(root, broken, at)).collect();
    // A statement takes so many values; a folder whose addresses are all taken has as many problems as articles.
    for rows in rows.chunks(ROWS) {
        problem::Entity::insert_many(rows.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Keeps, beside what is known to be wrong with `root`, why it was not synchronised; in place of why it was not before.
pub(super) async fn put_refusal(tx: &Tx, root: &str, refused: &Broken) -> Result<()> {
    let before = problem::Entity::delete_many().filter(problem::Column::Root.eq(root));
    before.filter(problem::Column::Source.eq(refused.source.as_str())).exec(tx).await?;
    problem::Entity::insert(row(root, refused, tx.now())).exec_without_returning(tx).await?;
    Ok(())
}

fn row(root: &str, broken: &Broken, at: Timestamp) -> problem::ActiveModel {
    problem::ActiveModel {
        root: ActiveValue::Set(root.to_owned()),
        source: ActiveValue::Set(broken.source.clone()),
        line: ActiveValue::Set(i64::try_from(broken.line).unwrap_or(i64::MAX)),
        message: ActiveValue::Set(broken.message.clone()),
        at: ActiveValue::Set(at),
        ..Default::default()
    }
}

/// Why `root` was not synchronised, as far as nobody did since.
pub(super) async fn refusal(conn: &impl ConnectionTrait, root: &str) -> Result<Option<Broken>> {
    let of = problem::Entity::find().filter(problem::Column::Root.eq(root)).filter(problem::Column::Source.eq(""));
    Ok(of.one(conn).await?.map(Broken::from))
}

/// What is wrong with the content, by root and source.
///
/// # Errors
/// The database failed.
pub async fn problems(conn: &impl ConnectionTrait) -> Result<Vec<problem::Model>> {
    let query = problem::Entity::find().order_by_asc(problem::Column::Root);
    Ok(query.order_by_asc(problem::Column::Source).order_by_asc(problem::Column::Line).all(conn).await?)
}

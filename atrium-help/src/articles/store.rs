//! Queries on collections and articles.

use std::collections::HashMap;

use atrium_core::access::Visibility;
use atrium_core::db::Connection;
use atrium_core::{Error, Result};
use sea_orm::sea_query::{LikeExpr, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    Select,
};

use super::{ArticleColumns, ArticleId, article, article_visibility, collection, redirect};
use crate::content::around;
use atrium_core::clock::Timestamp;

/// What lists show of an article.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ArticleLine {
    /// Its number.
    pub id: ArticleId,
    /// Its collection.
    pub collection: String,
    /// Its name in its address.
    pub slug: String,
    /// Title.
    pub title: String,
    /// One sentence.
    pub summary: String,
    /// Relevant profiles and roles, one a line.
    pub audience: String,
    /// When its text last changed.
    pub updated_at: Timestamp,
}

/// What lists show of a collection.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct CollectionLine {
    /// Its path.
    pub(crate) key: String,
    /// Title.
    pub(crate) title: String,
    /// One sentence.
    pub(crate) summary: String,
}

/// Returns the collections, in order, without their introductions.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn collection_lines(conn: &impl Connection) -> Result<Vec<CollectionLine>> {
    let columns = [collection::Column::Key, collection::Column::Title, collection::Column::Summary];
    let query = collection::Entity::find().select_only().columns(columns);
    let ordered = query.order_by_asc(collection::Column::Position).order_by_asc(collection::Column::Key);
    Ok(ordered.into_model().all(conn).await?)
}

/// Returns the collections, in order.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn collections(conn: &impl Connection) -> Result<Vec<collection::Model>> {
    let query = collection::Entity::find().order_by_asc(collection::Column::Position);
    Ok(query.order_by_asc(collection::Column::Key).all(conn).await?)
}

/// Returns the articles of a collection, and of those inside it.
pub(crate) fn within(collection: &str) -> Condition {
    let inside = LikeExpr::new(format!("{}/%", collection.replace('_', "\\_"))).escape('\\');
    Condition::any().add(article::Column::Collection.eq(collection)).add(article::Column::Collection.like(inside))
}

/// Returns the collections with these keys, in order.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn collections_among(conn: &impl Connection, keys: &[&str]) -> Result<Vec<collection::Model>> {
    let these = collection::Column::Key.is_in(keys.iter().copied());
    let query = collection::Entity::find().filter(these).order_by_asc(collection::Column::Position);
    Ok(query.order_by_asc(collection::Column::Key).all(conn).await?)
}

/// Returns the collection with this key.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub(crate) async fn collection(conn: &impl Connection, key: &str) -> Result<collection::Model> {
    let found = collection::Entity::find_by_id(key).one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("collection {key}")))
}

/// Returns the articles that `visibility` admits, without the texts.
fn lines(visibility: &Visibility) -> Select<article::Entity> {
    let columns = [
        article::Column::Id,
        article::Column::Collection,
        article::Column::Slug,
        article::Column::Title,
        article::Column::Summary,
        article::Column::Audience,
        article::Column::UpdatedAt,
    ];
    article::Entity::find().select_only().columns(columns).filter(visibility.condition(&ArticleColumns))
}

/// Returns the first visible articles of one collection, in order.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn list(
    conn: &impl Connection,
    collection: &str,
    visibility: &Visibility,
    limit: u64,
) -> Result<Vec<ArticleLine>> {
    let of = lines(visibility).filter(article::Column::Collection.eq(collection));
    let ordered = of.order_by_asc(article::Column::Position).order_by_asc(article::Column::Id);
    Ok(ordered.limit(limit).into_model().all(conn).await?)
}

/// Returns the visible articles of one collection, in order, that come after the article `after`.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn list_after(
    conn: &impl Connection,
    collection: &str,
    visibility: &Visibility,
    after: Option<ArticleId>,
    limit: u64,
) -> Result<Vec<ArticleLine>> {
    use article::Column::{Collection, Id, Position};

    let mut of = lines(visibility).filter(Collection.eq(collection));
    if let Some(after) = after {
        // An article that is gone has no place to go on from.
        let place = article::Entity::find_by_id(after).select_only().column(Position);
        let place: Option<i64> = place.into_tuple().one(conn).await?;
        let Some(place) = place else { return Ok(Vec::new()) };
        of = of.filter(Position.gt(place).or(Position.eq(place).and(Id.gt(after))));
    }
    let ordered = of.order_by_asc(Position).order_by_asc(Id);
    Ok(ordered.limit(limit).into_model().all(conn).await?)
}

/// Returns the number of visible articles of each collection; collections without any are absent.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn counts(conn: &impl Connection, visibility: &Visibility) -> Result<HashMap<String, u64>> {
    let query = article::Entity::find()
        .select_only()
        .column(article::Column::Collection)
        .column_as(article::Column::Id.count(), "articles")
        .filter(visibility.condition(&ArticleColumns))
        .group_by(article::Column::Collection);
    let counted: Vec<(String, i64)> = query.into_tuple().all(conn).await?;
    Ok(counted.into_iter().map(|(key, count)| (key, count.unsigned_abs())).collect())
}

/// Returns the visible articles whose text changed last.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn recent(conn: &impl Connection, visibility: &Visibility, limit: u64) -> Result<Vec<ArticleLine>> {
    let newest = lines(visibility).order_by_desc(article::Column::UpdatedAt).order_by_asc(article::Column::Id);
    Ok(newest.limit(limit).into_model().all(conn).await?)
}

/// Returns the highest number of an article.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn last_id(conn: &impl Connection) -> Result<i64> {
    let last = article::Entity::find().select_only().column_as(article::Column::Id.max(), "last");
    let last: Option<Option<i64>> = last.into_tuple().one(conn).await?;
    Ok(last.flatten().unwrap_or_default())
}

/// Returns the visible articles with numbers above `from` up to `to`, by number.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn between(
    conn: &impl Connection,
    visibility: &Visibility,
    (from, to): (i64, i64),
) -> Result<Vec<ArticleLine>> {
    let of = lines(visibility).filter(article::Column::Id.gt(from).and(article::Column::Id.lte(to)));
    Ok(of.order_by_asc(article::Column::Id).into_model().all(conn).await?)
}

/// Returns the visible ones of these articles, in their order.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn some(
    conn: &impl Connection,
    ids: &[ArticleId],
    visibility: &Visibility,
) -> Result<Vec<ArticleLine>> {
    let found = lines(visibility).filter(article::Column::Id.is_in(ids.iter().copied()));
    let mut found: Vec<ArticleLine> = found.into_model().all(conn).await?;
    found.sort_by_key(|line| ids.iter().position(|id| *id == line.id));
    Ok(found)
}

/// Returns the visible articles before and after `article` in its collection.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn neighbours(
    conn: &impl Connection,
    article: &article::Model,
    visibility: &Visibility,
) -> Result<(Option<ArticleLine>, Option<ArticleLine>)> {
    use article::Column::{Collection, Id, Position};

    let of = || lines(visibility).filter(Collection.eq(article.collection.as_str()));
    let level = || Position.eq(article.position);
    let before = Position.lt(article.position).or(level().and(Id.lt(article.id)));
    let after = Position.gt(article.position).or(level().and(Id.gt(article.id)));
    let before = of().filter(before).order_by_desc(Position).order_by_desc(Id);
    let after = of().filter(after).order_by_asc(Position).order_by_asc(Id);
    Ok((before.into_model().one(conn).await?, after.into_model().one(conn).await?))
}

/// Returns the visible article at this address.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub(crate) async fn by_address(
    conn: &impl Connection,
    collection: &str,
    slug: &str,
    visibility: &Visibility,
) -> Result<article::Model> {
    let query = article::Entity::find()
        .filter(article::Column::Collection.eq(collection))
        .filter(article::Column::Slug.eq(slug))
        .filter(visibility.condition(&ArticleColumns));
    query.one(conn).await?.ok_or_else(|| Error::not_found(format!("article {collection}/{slug}")))
}

/// Returns the visible article that stands at the address, or that stood there before.
///
/// # Errors
/// Returns `is_not_found` if there is no such article, or an error if the database fails.
pub(crate) async fn by_any_address(
    conn: &impl Connection,
    (collection, slug): (&str, &str),
    visibility: &Visibility,
) -> Result<article::Model> {
    match by_address(conn, collection, slug, visibility).await {
        Err(error) if error.is_not_found() => {
            match moved_to(conn, &format!("{collection}/{slug}"), visibility).await? {
                Some((collection, Some(slug))) => by_address(conn, &collection, &slug, visibility).await,
                _ => Err(error),
            }
        }
        found => found,
    }
}

/// Returns where what stood at `address` stands now, for those who may see it: the collection, and the article's
/// name in it.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn moved_to(
    conn: &impl Connection,
    address: &str,
    visibility: &Visibility,
) -> Result<Option<(String, Option<String>)>> {
    let Some(found) = redirect::Entity::find_by_id(address).one(conn).await? else { return Ok(None) };
    if let Some(id) = found.article_id {
        let lines = some(conn, &[id], visibility).await?;
        return Ok(lines.into_iter().next().map(|line| (line.collection, Some(line.slug))));
    }
    let counts = counts(conn, visibility).await?;
    let shown = found.collection.filter(|key| counts.keys().flat_map(|held| around(held)).any(|shown| shown == key));
    Ok(shown.map(|key| (key, None)))
}

/// Returns the published ones of these articles, for any reader.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn published_among(
    conn: &impl Connection,
    ids: &[ArticleId],
) -> Result<HashMap<ArticleId, article::Model>> {
    let query = article::Entity::find().filter(article::Column::Id.is_in(ids.iter().copied()));
    let rows = query.filter(article::Column::State.eq(article::State::Published)).all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Returns the visible ones of `ids`.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn visible_among(
    conn: &impl Connection,
    ids: &[ArticleId],
    visibility: &Visibility,
) -> Result<Vec<ArticleId>> {
    let query = article::Entity::find()
        .select_only()
        .column(article::Column::Id)
        .filter(article::Column::Id.is_in(ids.iter().copied()))
        .filter(visibility.condition(&ArticleColumns));
    Ok(query.into_tuple().all(conn).await?)
}

/// Returns the numbers of all visible articles, as a part of other queries.
pub(crate) fn visible_ids(visibility: &Visibility) -> SelectStatement {
    let query = article::Entity::find().select_only().column(article::Column::Id);
    query.filter(visibility.condition(&ArticleColumns)).into_query()
}

/// Numbers of published articles after `after`, in order.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn ids_after(conn: &impl Connection, after: ArticleId, limit: u64) -> Result<Vec<ArticleId>> {
    let query = article::Entity::find()
        .select_only()
        .column(article::Column::Id)
        .filter(article::Column::Id.gt(after))
        .filter(article::Column::State.eq(article::State::Published));
    Ok(query.order_by_asc(article::Column::Id).limit(limit).into_tuple().all(conn).await?)
}

/// Keys of the collections after `after`, in order.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn collections_after(conn: &impl Connection, after: &str, limit: u64) -> Result<Vec<String>> {
    let query = collection::Entity::find().select_only().column(collection::Column::Key);
    let query = query.filter(collection::Column::Key.gt(after)).order_by_asc(collection::Column::Key);
    Ok(query.limit(limit).into_tuple().all(conn).await?)
}

/// Returns the audiences to which a part of the collection, or of one inside it, is visible.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn audiences_within(conn: &impl Connection, collection: &str) -> Result<Vec<String>> {
    let published = Query::select()
        .column(article::Column::Id)
        .from(article::Entity)
        .cond_where(within(collection))
        .and_where(article::Column::State.eq(article::State::Published))
        .to_owned();
    let query = article_visibility::Entity::find()
        .select_only()
        .column(article_visibility::Column::Token)
        .distinct()
        .filter(article_visibility::Column::ArticleId.in_subquery(published));
    Ok(query.into_tuple().all(conn).await?)
}

/// Returns the audiences to which each of these articles is visible.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn audiences_of(conn: &impl Connection, ids: &[ArticleId]) -> Result<HashMap<ArticleId, Vec<String>>> {
    let of = article_visibility::Column::ArticleId.is_in(ids.iter().copied());
    let mut audiences: HashMap<ArticleId, Vec<String>> = HashMap::new();
    for row in article_visibility::Entity::find().filter(of).all(conn).await? {
        audiences.entry(row.article_id).or_default().push(row.token);
    }
    Ok(audiences)
}

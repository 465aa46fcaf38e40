//! Queries on collections and articles.

use atrium_core::access::Visibility;
use atrium_core::{Error, Result};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};

use super::{ArticleColumns, ArticleId, article, article_visibility, collection};
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

/// The collections, in order.
///
/// # Errors
/// The database failed.
pub async fn collections(conn: &impl ConnectionTrait) -> Result<Vec<collection::Model>> {
    let query = collection::Entity::find().order_by_asc(collection::Column::Position);
    Ok(query.order_by_asc(collection::Column::Key).all(conn).await?)
}

/// The collection with this key.
///
/// # Errors
/// Not found, or the database failed.
pub async fn collection(conn: &impl ConnectionTrait, key: &str) -> Result<collection::Model> {
    let found = collection::Entity::find_by_id(key).one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("collection {key}")))
}

/// The visible articles of one collection, or of all, in order.
///
/// # Errors
/// The database failed.
pub async fn list(
    conn: &impl ConnectionTrait,
    collection: Option<&str>,
    visibility: &Visibility,
) -> Result<Vec<ArticleLine>> {
    let mut query = article::Entity::find().select_only().columns([
        article::Column::Id,
        article::Column::Collection,
        article::Column::Slug,
        article::Column::Title,
        article::Column::Summary,
        article::Column::Audience,
        article::Column::UpdatedAt,
    ]);
    if let Some(collection) = collection {
        query = query.filter(article::Column::Collection.eq(collection));
    }
    let visible = query.filter(visibility.condition(&ArticleColumns));
    let ordered = visible
        .order_by_asc(article::Column::Collection)
        .order_by_asc(article::Column::Position)
        .order_by_asc(article::Column::Id);
    Ok(ordered.into_model::<ArticleLine>().all(conn).await?)
}

/// The visible article at this address.
///
/// # Errors
/// Not found, or the database failed.
pub async fn by_address(
    conn: &impl ConnectionTrait,
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

/// The article with this number, whoever may see it.
///
/// # Errors
/// The database failed.
pub async fn by_id(conn: &impl ConnectionTrait, id: ArticleId) -> Result<Option<article::Model>> {
    Ok(article::Entity::find_by_id(id).one(conn).await?)
}

/// Which of `ids` are visible.
///
/// # Errors
/// The database failed.
pub async fn visible_among(
    conn: &impl ConnectionTrait,
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

/// Numbers of published articles after `after`, in order.
///
/// # Errors
/// The database failed.
pub async fn ids_after(conn: &impl ConnectionTrait, after: ArticleId, limit: u64) -> Result<Vec<ArticleId>> {
    let query = article::Entity::find()
        .select_only()
        .column(article::Column::Id)
        .filter(article::Column::Id.gt(after))
        .filter(article::Column::State.eq(article::State::Published));
    Ok(query.order_by_asc(article::Column::Id).limit(limit).into_tuple().all(conn).await?)
}

/// To which audiences the article is visible.
///
/// # Errors
/// The database failed.
pub async fn audiences(conn: &impl ConnectionTrait, id: ArticleId) -> Result<Vec<String>> {
    let query = article_visibility::Entity::find().filter(article_visibility::Column::ArticleId.eq(id));
    Ok(query.all(conn).await?.into_iter().map(|row| row.token).collect())
}

//! Queries on pictures.

use std::collections::{BTreeMap, BTreeSet};

use atrium_core::access::Visibility;
use atrium_core::db::{Connection, Tx, count_rows};
use atrium_core::{Error, Result};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::entity::{picture, shown};
use crate::articles::store::{counts, visible_among};
use crate::articles::{ArticleId, article, article_visibility};
use crate::content::around;

/// How long a picture without a text is kept, in days: pages that show it may still be open.
const UNUSED_DAYS: i64 = 30;

/// Returns where a picture of a root is shown: the text's source, the picture's path and its name.
pub(crate) async fn uses(conn: &impl Connection, root: &str) -> Result<Vec<(String, String, String)>> {
    let query = shown::Entity::find()
        .select_only()
        .columns([shown::Column::Source, shown::Column::Path, shown::Column::Name])
        .filter(shown::Column::Root.eq(root));
    Ok(query.into_tuple().all(conn).await?)
}

/// Replaces what the text `source` of `root` shows: names by path. `collection` is the one that it introduces.
pub(crate) async fn put_uses(
    tx: &Tx,
    root: &str,
    source: &str,
    collection: Option<&str>,
    pictures: &BTreeMap<String, String>,
) -> Result<()> {
    let of = shown::Entity::delete_many().filter(shown::Column::Root.eq(root));
    of.filter(shown::Column::Source.eq(source)).exec(tx).await?;
    let rows = pictures.iter().map(|(path, name)| shown::ActiveModel {
        root: ActiveValue::Set(root.to_owned()),
        source: ActiveValue::Set(source.to_owned()),
        path: ActiveValue::Set(path.clone()),
        name: ActiveValue::Set(name.clone()),
        collection: ActiveValue::Set(collection.map(str::to_owned)),
    });
    let rows: Vec<_> = rows.collect();
    for rows in rows.chunks(200) {
        shown::Entity::insert_many(rows.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Returns the names among `names` that are not stored.
pub(crate) async fn missing(conn: &impl Connection, names: BTreeSet<String>) -> Result<BTreeSet<String>> {
    let kept: Vec<String> =
        picture::Entity::find().select_only().column(picture::Column::Name).into_tuple().all(conn).await?;
    let kept: BTreeSet<_> = kept.into_iter().collect();
    Ok(names.difference(&kept).cloned().collect())
}

/// Keeps a picture.
pub(crate) async fn put(tx: &Tx, name: String, bytes: Vec<u8>) -> Result<()> {
    let row = picture::ActiveModel {
        name: ActiveValue::Set(name),
        bytes: ActiveValue::Set(bytes),
        unused_since: ActiveValue::Set(None),
    };
    picture::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Deletes the pictures that have stood in no text for [`UNUSED_DAYS`].
pub(crate) async fn sweep(tx: &Tx) -> Result<()> {
    let shown = || Query::select().column(shown::Column::Name).from(shown::Entity).to_owned();
    let mark = |since| picture::Entity::update_many().col_expr(picture::Column::UnusedSince, since);
    mark(Expr::value(Option::<i64>::None))
        .filter(picture::Column::UnusedSince.is_not_null())
        .filter(picture::Column::Name.in_subquery(shown()))
        .exec(tx)
        .await?;
    mark(Expr::value(tx.now().0))
        .filter(picture::Column::UnusedSince.is_null())
        .filter(picture::Column::Name.not_in_subquery(shown()))
        .exec(tx)
        .await?;
    let long_ago = tx.now().plus_seconds(-UNUSED_DAYS * 24 * 3600);
    picture::Entity::delete_many().filter(picture::Column::UnusedSince.lt(long_ago)).exec(tx).await?;
    Ok(())
}

/// Returns a picture's bytes.
pub(super) async fn bytes(conn: &impl Connection, name: &str) -> Result<Vec<u8>> {
    let found = picture::Entity::find_by_id(name).one(conn).await?;
    Ok(found.ok_or_else(|| Error::not_found(format!("picture {name}")))?.bytes)
}

/// Returns the articles that show a picture, and the collections whose introduction does.
async fn shown_by(conn: &impl Connection, name: &str) -> Result<(Vec<ArticleId>, BTreeSet<String>)> {
    let uses = shown::Entity::find().filter(shown::Column::Name.eq(name)).all(conn).await?;
    let (introductions, articles): (Vec<_>, Vec<_>) = uses.into_iter().partition(|used| used.collection.is_some());
    let sources = article::Column::Source.is_in(articles.iter().map(|used| used.source.as_str()));
    let query = article::Entity::find().select_only().column(article::Column::Id).filter(sources);
    let ids = query.into_tuple().all(conn).await?;
    Ok((ids, introductions.into_iter().filter_map(|used| used.collection).collect()))
}

/// Returns `true` if everyone may see the picture.
pub(super) async fn is_public(conn: &impl Connection, name: &str) -> Result<bool> {
    let (ids, _) = shown_by(conn, name).await?;
    let public = article_visibility::Entity::find()
        .filter(article_visibility::Column::ArticleId.is_in(ids.iter().copied()))
        .filter(article_visibility::Column::Token.eq("public"))
        .filter(
            article_visibility::Column::ArticleId.in_subquery(
                Query::select()
                    .column(article::Column::Id)
                    .from(article::Entity)
                    .and_where(article::Column::State.eq(article::State::Published))
                    .to_owned(),
            ),
        );
    Ok(count_rows(conn, public).await? > 0)
}

/// Returns `true` if `visibility` admits an article or an introduction that shows the picture.
pub(super) async fn is_visible(conn: &impl Connection, name: &str, visibility: &Visibility) -> Result<bool> {
    let (ids, introduced) = shown_by(conn, name).await?;
    if !visible_among(conn, &ids, visibility).await?.is_empty() {
        return Ok(true);
    }
    if introduced.is_empty() {
        return Ok(false);
    }
    let counts = counts(conn, visibility).await?;
    Ok(counts.keys().flat_map(|key| around(key)).any(|key| introduced.contains(key)))
}

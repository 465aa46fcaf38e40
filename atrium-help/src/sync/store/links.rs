//! Queries on links, the places they lead to, and where things stood before.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use atrium_core::Result;
use atrium_core::db::{Connection, Tx};
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{ActiveValue, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{ROWS, service_keys};
use crate::articles::{ArticleId, article, collection, redirect};
use crate::content::ArticleFile;
use crate::paths::{HOME, article_path, collection_path};
use crate::sync::entity::link;
use crate::sync::links::PageLink;

/// Takes the article at `source` away from its source and its address, and returns its number.
pub(in crate::sync) async fn vacate(tx: &Tx, source: &str) -> Result<Option<ArticleId>> {
    let query = article::Entity::find().select_only().column(article::Column::Id);
    let found: Option<ArticleId> = query.filter(article::Column::Source.eq(source)).into_tuple().one(tx).await?;
    let Some(id) = found else { return Ok(None) };
    // No file is called so.
    let nowhere = format!("~{id}");
    let away = article::Entity::update_many()
        .col_expr(article::Column::Source, Expr::value(nowhere.as_str()))
        .col_expr(article::Column::Slug, Expr::value(nowhere.as_str()));
    away.filter(article::Column::Id.eq(id)).exec(tx).await?;
    Ok(Some(id))
}

/// Gives an article the source and the address that its file has now.
pub(in crate::sync) async fn move_article(tx: &Tx, id: ArticleId, file: &ArticleFile) -> Result<()> {
    let to = article::Entity::update_many()
        .col_expr(article::Column::Source, Expr::value(file.source.as_str()))
        .col_expr(article::Column::Collection, Expr::value(file.collection.as_str()))
        .col_expr(article::Column::Slug, Expr::value(file.slug.as_str()));
    to.filter(article::Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

/// What an address of before leads to.
#[derive(Clone, Copy, Debug)]
pub(in crate::sync) enum To<'a> {
    Article(ArticleId),
    Collection(&'a str),
}

/// Makes `address` lead to what stood there; `source` is what its file was called.
pub(in crate::sync) async fn put_redirect(
    tx: &Tx,
    address: &str,
    source: &str,
    to: To<'_>,
    declared: bool,
) -> Result<()> {
    let (article_id, collection) = match to {
        To::Article(id) => (Some(id), None),
        To::Collection(key) => (None, Some(key.to_owned())),
    };
    let row = redirect::ActiveModel {
        address: ActiveValue::Set(address.to_owned()),
        source: ActiveValue::Set(source.to_owned()),
        article_id: ActiveValue::Set(article_id),
        collection: ActiveValue::Set(collection),
        declared: ActiveValue::Set(declared),
    };
    let columns = [
        redirect::Column::Source,
        redirect::Column::ArticleId,
        redirect::Column::Collection,
        redirect::Column::Declared,
    ];
    let replace = OnConflict::column(redirect::Column::Address).update_columns(columns).to_owned();
    redirect::Entity::insert(row).on_conflict(replace).exec_without_returning(tx).await?;
    Ok(())
}

/// Something stands at `address` again.
pub(in crate::sync) async fn drop_redirect(tx: &Tx, address: &str) -> Result<()> {
    redirect::Entity::delete_by_id(address).exec(tx).await?;
    Ok(())
}

/// Forgets which addresses the file of something says that it had.
pub(in crate::sync) async fn drop_declared(tx: &Tx, to: To<'_>) -> Result<()> {
    let of = match to {
        To::Article(id) => redirect::Column::ArticleId.eq(id),
        To::Collection(key) => redirect::Column::Collection.eq(key),
    };
    redirect::Entity::delete_many().filter(redirect::Column::Declared.eq(true)).filter(of).exec(tx).await?;
    Ok(())
}

/// Returns where articles and collections stand now, by the sources that they had before.
pub(in crate::sync) async fn moved(conn: &impl Connection) -> Result<BTreeMap<String, String>> {
    let rows = redirect::Entity::find().filter(redirect::Column::Source.ne("")).all(conn).await?;
    let columns = [article::Column::Id, article::Column::Collection, article::Column::Slug];
    let ids = Query::select().column(redirect::Column::ArticleId).from(redirect::Entity).to_owned();
    let articles = article::Entity::find().select_only().columns(columns);
    let articles = articles.filter(article::Column::Id.in_subquery(ids));
    let published = articles.filter(article::Column::State.eq(article::State::Published));
    let articles: Vec<(ArticleId, String, String)> = published.into_tuple().all(conn).await?;
    let pages: HashMap<_, _> =
        articles.into_iter().map(|(id, collection, slug)| (id, article_path(&collection, &slug))).collect();
    let moved = rows.into_iter().filter_map(|row| {
        let page = match row.article_id {
            Some(id) => pages.get(&id)?.clone(),
            None => collection_path(row.collection.as_deref()?),
        };
        Some((row.source, page))
    });
    Ok(moved.collect())
}

/// Keys of the collections of other folders than `root`.
pub(in crate::sync) async fn collections_elsewhere(conn: &impl Connection, root: &str) -> Result<BTreeSet<String>> {
    let query = collection::Entity::find().select_only().column(collection::Column::Key);
    let keys: Vec<String> = query.filter(collection::Column::Root.ne(root)).into_tuple().all(conn).await?;
    Ok(keys.into_iter().collect())
}

/// Links of the texts of `root` to pages of the help, with the sources of these texts.
pub(in crate::sync) async fn links(conn: &impl Connection, root: &str) -> Result<Vec<(String, PageLink)>> {
    let rows = link::Entity::find().filter(link::Column::Root.eq(root)).order_by_asc(link::Column::Id);
    Ok(rows.all(conn).await?.into_iter().map(|row| (row.source.clone(), PageLink::from(row))).collect())
}

/// Replaces the links of the text `source` of `root`.
pub(in crate::sync) async fn put_links(tx: &Tx, root: &str, source: &str, links: &[PageLink]) -> Result<()> {
    let of = link::Entity::delete_many().filter(link::Column::Root.eq(root));
    of.filter(link::Column::Source.eq(source)).exec(tx).await?;
    let rows: Vec<_> = links
        .iter()
        .map(|link| link::ActiveModel {
            root: ActiveValue::Set(root.to_owned()),
            source: ActiveValue::Set(source.to_owned()),
            file: ActiveValue::Set(link.file.clone()),
            line: ActiveValue::Set(i64::try_from(link.line).unwrap_or(i64::MAX)),
            typed: ActiveValue::Set(link.typed.clone()),
            page: ActiveValue::Set(link.page.clone()),
            fragment: ActiveValue::Set(link.fragment.clone()),
            ..Default::default()
        })
        .collect();
    for rows in rows.chunks(ROWS) {
        link::Entity::insert_many(rows.to_vec()).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Returns the places in the pages of the help, by URL path, as far as they are known.
pub(in crate::sync) async fn anchors(conn: &impl Connection) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let columns = [article::Column::Collection, article::Column::Slug, article::Column::Anchors];
    let query = article::Entity::find().select_only().columns(columns);
    let known = query.filter(article::Column::State.eq(article::State::Published));
    let known = known.filter(article::Column::Anchors.is_not_null());
    let articles: Vec<(String, String, String)> = known.into_tuple().all(conn).await?;
    let columns = [collection::Column::Key, collection::Column::Anchors];
    let query = collection::Entity::find().select_only().columns(columns);
    let known = query.filter(collection::Column::Anchors.is_not_null());
    let collections: Vec<(String, String)> = known.into_tuple().all(conn).await?;
    let articles = articles.into_iter().map(|(key, slug, anchors)| (article_path(&key, &slug), anchors));
    let pages = articles.chain(collections.into_iter().map(|(key, anchors)| (collection_path(&key), anchors)));
    Ok(pages.map(|(page, anchors)| (page, anchors.lines().map(str::to_owned).collect())).collect())
}

/// Links to pages of the help that are not there, of every folder's texts: since these were read, what they lead to may
/// have gone with another folder.
pub(in crate::sync) async fn dead_links(conn: &impl Connection) -> Result<Vec<PageLink>> {
    let query = article::Entity::find().select_only().columns([article::Column::Collection, article::Column::Slug]);
    let published = query.filter(article::Column::State.eq(article::State::Published));
    let articles: Vec<(String, String)> = published.into_tuple().all(conn).await?;
    let collections = collection::Entity::find().select_only().column(collection::Column::Key);
    let collections: Vec<String> = collections.into_tuple().all(conn).await?;
    let moved = redirect::Entity::find().select_only().column(redirect::Column::Address);
    let moved: Vec<String> = moved.into_tuple().all(conn).await?;
    let mut live: BTreeSet<_> = articles.iter().map(|(key, slug)| article_path(key, slug)).collect();
    let keys = collections.into_iter().chain(service_keys(conn).await?).chain(moved);
    live.extend(keys.map(|key| collection_path(&key)));
    live.insert(HOME.to_owned());
    let rows = link::Entity::find().order_by_asc(link::Column::Id).all(conn).await?;
    Ok(rows.into_iter().filter(|row| !live.contains(&row.page)).map(PageLink::from).collect())
}

//! Queries on opinions.

use std::collections::{BTreeSet, HashMap};

use atrium_core::Result;
use atrium_core::access::Visibility;
use atrium_core::clock::Timestamp;
use atrium_core::db::{Connection, Tx};
use atrium_core::directory::EstablishmentId;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue, ColumnTrait, Condition, EntityTrait, ExprTrait, Order, QueryFilter, QueryOrder, QuerySelect,
};

use super::opinion::{ActiveModel, Column, Entity, Model};
use super::{FeedbackId, Filter, Tally, school};
use crate::articles::{self, ArticleId};

/// Writes an opinion of somebody of these schools.
pub(super) async fn insert(tx: &Tx, row: ActiveModel, schools: &BTreeSet<EstablishmentId>) -> Result<FeedbackId> {
    let id = Entity::insert(row).exec(tx).await?.last_insert_id;
    let rows = schools.iter().map(|school| school::ActiveModel {
        feedback_id: ActiveValue::Set(id),
        establishment_id: ActiveValue::Set(*school),
    });
    if !schools.is_empty() {
        school::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(id)
}

impl Filter {
    fn condition(self) -> Condition {
        match self {
            Self::All => Condition::all(),
            Self::WithComment => Condition::all().add(Column::Comment.ne("")),
            Self::NotUseful => Condition::all().add(Column::Useful.eq(false)),
        }
    }
}

/// Returns the opinions on one article within `rule`, the newest first, from before `before`.
pub(super) async fn list(
    conn: &impl Connection,
    rule: Condition,
    article: ArticleId,
    filter: Filter,
    before: Option<FeedbackId>,
    limit: u64,
) -> Result<Vec<Model>> {
    let asked = filter.condition().add_option(before.map(|before| Column::Id.lt(before)));
    let query = Entity::find().filter(Column::ArticleId.eq(article)).filter(rule).filter(asked);
    Ok(query.order_by_desc(Column::Id).limit(limit).all(conn).await?)
}

/// Returns the articles with opinions within `rule`, each with its newest one and when that was given; those with
/// the newest first, from before `before`.
pub(super) async fn newest(
    conn: &impl Connection,
    rule: Condition,
    filter: Filter,
    before: Option<FeedbackId>,
    limit: u64,
) -> Result<Vec<(ArticleId, FeedbackId, Timestamp)>> {
    let newest = || Expr::col(Column::Id).max();
    let mut query = Entity::find()
        .select_only()
        .column(Column::ArticleId)
        .column_as(newest(), "newest")
        .column_as(Column::At.max(), "at")
        .filter(rule)
        .filter(filter.condition())
        .group_by(Column::ArticleId)
        .order_by(newest(), Order::Desc);
    if let Some(before) = before {
        query = query.having(newest().lt(before.0));
    }
    Ok(query.limit(limit).into_tuple().all(conn).await?)
}

/// Returns how the opinions within `rule` on each of these articles are shared; articles without any are absent.
pub(super) async fn tallies(
    conn: &impl Connection,
    rule: Condition,
    articles: &[ArticleId],
) -> Result<HashMap<ArticleId, Tally>> {
    let query = Entity::find()
        .select_only()
        .columns([Column::ArticleId, Column::Useful])
        .column_as(Column::Id.count(), "opinions")
        .filter(rule)
        .filter(Column::ArticleId.is_in(articles.iter().copied()))
        .group_by(Column::ArticleId)
        .group_by(Column::Useful);
    let rows: Vec<(ArticleId, bool, i64)> = query.into_tuple().all(conn).await?;
    let mut tallies: HashMap<ArticleId, Tally> = HashMap::new();
    for (article, useful, opinions) in rows {
        let tally = tallies.entry(article).or_default();
        let side = if useful { &mut tally.useful } else { &mut tally.not_useful };
        *side = opinions.unsigned_abs();
    }
    Ok(tallies)
}

/// Returns the visible articles that most readers found useful, the best first.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn most_useful(conn: &impl Connection, visibility: &Visibility, limit: u64) -> Result<Vec<ArticleId>> {
    let query = Entity::find()
        .select_only()
        .column(Column::ArticleId)
        .filter(Column::Useful.eq(true))
        // Before the limit: an article that the reader may not see takes no place.
        .filter(Column::ArticleId.in_subquery(articles::store::visible_ids(visibility)))
        .group_by(Column::ArticleId)
        .order_by_desc(Column::Id.count())
        .order_by_asc(Column::ArticleId);
    Ok(query.limit(limit).into_tuple().all(conn).await?)
}

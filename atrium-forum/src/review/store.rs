//! Queries of the queue.

use atrium_core::access::Visibility;
use atrium_core::clock::Timestamp;
use atrium_core::db::{Connection, Tx, count_rows};
use atrium_core::directory::PersonId;
use atrium_core::{Error, Result};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, JoinType, SimpleExpr};
use sea_orm::{
    ActiveEnum, ColumnTrait, Condition, DbBackend, EntityTrait, ExprTrait, IntoSimpleExpr, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select,
};

use super::{ActiveModel, Column, Decision, Entity, Item, ItemState, Outcome, ReviewId, Why};
use crate::posts::{self, PostId, Reason, RevisionId};
use crate::settings::REVIEW_CLAIM;
use crate::topics::{self, TopicId};

/// Returns the item with this number.
///
/// # Errors
/// Returns `is_not_found` if there is no such item, or an error of the database.
pub(crate) async fn find(conn: &impl Connection, id: ReviewId) -> Result<Item> {
    let found = Entity::find_by_id(id).into_model().one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("review item {id}")))
}

/// Adds an item.
pub(crate) async fn insert(tx: &Tx, post: &posts::Post, why: Why, revision: Option<RevisionId>) -> Result<()> {
    let row = ActiveModel {
        topic_id: Set(post.topic_id),
        post_id: Set(post.id),
        revision_id: Set(revision),
        reason: Set(why),
        state: Set(ItemState::Open),
        score: Set(1),
        version: Set(1),
        decision_reason: Set(String::new()),
        created_at: Set(tx.now()),
        ..Default::default()
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Raises the weight of the open item about this post for this reason; returns `false` if there is no such item.
pub(crate) async fn weigh(tx: &Tx, post: PostId, why: Why, revision: Option<RevisionId>) -> Result<bool> {
    let changed = Entity::update_many()
        .col_expr(Column::Score, Expr::col(Column::Score).add(1))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::RevisionId, Expr::value(revision))
        .filter(Column::PostId.eq(post))
        .filter(Column::Reason.eq(why))
        .filter(is_open())
        .exec(tx)
        .await?;
    Ok(changed.rows_affected > 0)
}

/// Raises the version of the open items about this post, whose text has changed since they were looked at.
pub(crate) async fn outdate(tx: &Tx, post: PostId) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::PostId.eq(post))
        .filter(is_open())
        .exec(tx)
        .await?;
    Ok(())
}

/// Gives an open item to `person` for a while, unless another moderator has it; returns `true` if they have it now.
pub(crate) async fn claim(tx: &Tx, id: ReviewId, person: PersonId) -> Result<bool> {
    let span = i64::try_from(REVIEW_CLAIM.read(tx).await?.as_millis()).unwrap_or(i64::MAX);
    let until = tx.now().plus_millis(span);
    let changed = Entity::update_many()
        .col_expr(Column::ClaimedBy, Expr::value(person))
        .col_expr(Column::ClaimedUntil, Expr::value(until))
        .filter(Column::Id.eq(id))
        .filter(is_open())
        .filter(free_for(person, tx.now()))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Ends this person's claim to an item.
pub(crate) async fn release(tx: &Tx, id: ReviewId, person: PersonId) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::ClaimedBy, Expr::value(None::<PersonId>))
        .col_expr(Column::ClaimedUntil, Expr::value(None::<Timestamp>))
        .filter(Column::Id.eq(id))
        .filter(Column::ClaimedBy.eq(person))
        .exec(tx)
        .await?;
    Ok(())
}

/// Decides an open item at `version`, unless another moderator has it; returns `true` if this call decided it.
pub(crate) async fn decide(
    tx: &Tx,
    id: ReviewId,
    version: i64,
    person: PersonId,
    decision: Decision,
    reason: &Reason,
) -> Result<bool> {
    let changed = closed(Outcome::Decided(decision, Some(person)), reason, tx.now())
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(version))
        .filter(is_open())
        .filter(free_for(person, tx.now()))
        .exec(tx)
        .await?;
    Ok(changed.rows_affected == 1)
}

/// Closes every open item about this post, those about changes to its text only `with_edits`.
pub(crate) async fn settle(tx: &Tx, post: PostId, with_edits: bool, outcome: Outcome, reason: &Reason) -> Result<()> {
    let mut update = closed(outcome, reason, tx.now()).filter(Column::PostId.eq(post)).filter(is_open());
    if !with_edits {
        update = update.filter(Column::Reason.ne(Why::Edit));
    }
    update.exec(tx).await?;
    Ok(())
}

/// Closes every open item of this topic about a changed official answer, or the one about `post` alone.
pub(crate) async fn close_official(tx: &Tx, topic: TopicId, post: Option<PostId>, outcome: Outcome) -> Result<()> {
    let mut update = closed(outcome, &Reason::none(), tx.now())
        .filter(Column::TopicId.eq(topic))
        .filter(Column::Reason.eq(Why::Official))
        .filter(is_open());
    if let Some(post) = post {
        update = update.filter(Column::PostId.eq(post));
    }
    update.exec(tx).await?;
    Ok(())
}

/// The number after those under which items have left the queue. Two that leave at once may share one: their own numbers
/// tell them apart.
const NEXT_CLOSED: &str =
    "(SELECT COALESCE(MAX(gone.closed_number), 0) + 1 FROM atrium_forum_review gone WHERE gone.state <> 'open')";

fn closed(outcome: Outcome, reason: &Reason, now: Timestamp) -> sea_orm::UpdateMany<Entity> {
    let (state, decision, person) = match outcome {
        Outcome::Decided(decision, person) => (ItemState::Decided, Some(decision), person),
        Outcome::Withdrawn => (ItemState::Withdrawn, None, None),
    };
    Entity::update_many()
        .col_expr(Column::State, Expr::value(state))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::Decision, Expr::value(decision))
        .col_expr(Column::DecidedBy, Expr::value(person))
        .col_expr(Column::DecidedAt, Expr::value(now))
        .col_expr(Column::ClosedNumber, Expr::cust(NEXT_CLOSED))
        .col_expr(Column::DecisionReason, Expr::value(reason.as_str()))
}

fn free_for(person: PersonId, now: Timestamp) -> Condition {
    Condition::any()
        .add(Column::ClaimedBy.is_null())
        .add(Column::ClaimedBy.eq(person))
        .add(Column::ClaimedUntil.lte(now))
}

/// Returns the open items where `rule` allows moderating, starting after the item `(score, id)`: heaviest first,
/// then oldest.
pub(crate) async fn queue(
    conn: &impl Connection,
    rule: &Visibility,
    after: Option<(i64, ReviewId)>,
    limit: u64,
) -> Result<Vec<Item>> {
    let mut query = waiting(conn.get_database_backend(), rule);
    if let Some((score, id)) = after {
        let later = Condition::any()
            .add(Column::Score.lt(score))
            .add(Condition::all().add(Column::Score.eq(score)).add(Column::Id.gt(id)));
        query = query.filter(later);
    }
    let ordered = query.order_by_desc(Column::Score).order_by_asc(Column::Id);
    Ok(ordered.limit(limit).into_model().all(conn).await?)
}

/// Returns the number of items waiting there.
pub(crate) async fn count(conn: &impl Connection, rule: &Visibility) -> Result<u64> {
    count_rows(conn, waiting(conn.get_database_backend(), rule)).await
}

/// Returns the closed items where `rule` allows moderating, starting before the item closed under that number:
/// latest first.
pub(crate) async fn history(
    conn: &impl Connection,
    rule: &Visibility,
    before: Option<(i64, ReviewId)>,
    limit: u64,
) -> Result<Vec<Item>> {
    let mut query = items(conn.get_database_backend(), rule).filter(is_closed());
    if let Some((number, id)) = before {
        let earlier = Condition::any()
            .add(Column::ClosedNumber.lt(number))
            .add(Condition::all().add(Column::ClosedNumber.eq(number)).add(Column::Id.lt(id)));
        query = query.filter(earlier);
    }
    let ordered = query.order_by_desc(Column::ClosedNumber).order_by_desc(Column::Id);
    Ok(ordered.limit(limit).into_model().all(conn).await?)
}

fn waiting(backend: DbBackend, rule: &Visibility) -> Select<Entity> {
    items(backend, rule).filter(is_open())
}

/// Written as the indexes of open and of closed items have it: SQLite would plan anew for each value that is bound.
fn is_open() -> SimpleExpr {
    Column::State.into_simple_expr().eq(Expr::Constant(ItemState::Open.to_value().into()))
}

fn is_closed() -> SimpleExpr {
    Column::State.into_simple_expr().ne(Expr::Constant(ItemState::Open.to_value().into()))
}

fn items(backend: DbBackend, rule: &Visibility) -> Select<Entity> {
    let topic: RelationDef = Entity::belongs_to(topics::Entity).from(Column::TopicId).to(topics::Column::Id).into();
    Entity::find().join(JoinType::InnerJoin, topic).filter(topics::rule::on_walked_topics(rule, backend))
}

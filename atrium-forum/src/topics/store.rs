//! Queries of topics.

mod lists;

use atrium_core::access::Visibility;
use atrium_core::audit::Changes;
use atrium_core::clock::Timestamp;
use atrium_core::db::{Connection, Tx};
use atrium_core::directory::PersonId;
use atrium_core::{Error, Result};
use sea_orm::sea_query::{Alias, Expr, IntoCondition, JoinType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, ExprTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select,
};

use super::{ActiveModel, Column, Entity, Readers, Topic, TopicId, entity, rule};
use crate::follow;
use crate::ids::CategoryId;
use crate::names::person;
use crate::state::State;

pub(crate) use lists::{Cursor, Filter};
pub(crate) use lists::{Wanted, floor, list, reading, unread_by_category};

/// A topic with the names shown beside it and how far the reader has read it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Row {
    #[sea_orm(nested)]
    pub(crate) topic: Topic,
    pub(crate) author_name: String,
    pub(crate) last_author_name: String,
    pub(crate) read_number: Option<i64>,
}

/// Returns the topic with this number.
///
/// # Errors
/// Returns `is_not_found` if there is no such row, or an error if the database fails.
pub(crate) async fn find(conn: &impl Connection, id: TopicId) -> Result<Topic> {
    let found = Entity::find_by_id(id).into_model().one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("topic {id}")))
}

/// Returns the topic with this number, locked until the transaction ends.
pub(crate) async fn lock(tx: &Tx, id: TopicId) -> Result<Topic> {
    let found = Entity::find_by_id(id).lock_exclusive().into_model().one(tx).await?;
    found.ok_or_else(|| Error::not_found(format!("topic {id}")))
}

/// Returns the topic with this number, as a page shows it.
pub(crate) async fn row(conn: &impl Connection, id: TopicId, reader: Option<PersonId>) -> Result<Row> {
    let found = rows(reader).filter(Column::Id.eq(id)).into_model().one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("topic {id}")))
}

/// Returns the highest number of a topic.
pub(crate) async fn last_id(conn: &impl Connection) -> Result<i64> {
    let last: Option<Option<i64>> =
        Entity::find().select_only().column_as(Column::Id.max(), "last").into_tuple().one(conn).await?;
    Ok(last.flatten().unwrap_or_default())
}

/// Returns the topics with numbers above `from` up to `to` that `rule` lets be seen, by number: what an address is made
/// of, and when their newest visible post was written.
pub(crate) async fn addresses(
    conn: &impl Connection,
    rule: &Visibility,
    (from, to): (i64, i64),
) -> Result<Vec<(TopicId, String, Timestamp)>> {
    let query = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Title, Column::LastVisibleAt])
        .filter(Column::Id.gt(from).and(Column::Id.lte(to)))
        .filter(rule::on_walked_topics(rule, conn.get_database_backend()));
    Ok(query.order_by_asc(Column::Id).into_tuple().all(conn).await?)
}

/// When the newest visible post of the topics that `rule` lets be seen was written, for each range of `numbers` numbers that
/// has some: the first is that of the numbers 1 to `numbers`.
pub(crate) async fn newest_by_range(
    conn: &impl Connection,
    rule: &Visibility,
    numbers: i64,
) -> Result<Vec<(i64, Timestamp)>> {
    let range =
        || Expr::col((Entity, Column::Id)).sub(Expr::Constant(1_i64.into())).div(Expr::Constant(numbers.into()));
    let query = Entity::find()
        .select_only()
        .column_as(range(), "part")
        .column_as(Column::LastVisibleAt.max(), "newest")
        .filter(rule::on_walked_topics(rule, conn.get_database_backend()))
        .group_by(range());
    Ok(query.into_tuple().all(conn).await?)
}

/// Adds a topic.
pub(crate) async fn insert(tx: &Tx, row: ActiveModel) -> Result<TopicId> {
    Ok(Entity::insert(row).exec(tx).await?.last_insert_id)
}

/// Writes every column of a topic that the transaction has locked.
pub(crate) async fn save(tx: &Tx, topic: &Topic) -> Result<()> {
    Entity::update(entity::Model::from(topic.clone()).into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

fn to_read(person: PersonId) -> RelationDef {
    let read: RelationDef = Entity::belongs_to(follow::Entity).from(Column::Id).to(follow::Column::TopicId).into();
    read.on_condition(move |_, read| Expr::col((read, follow::Column::PersonId)).eq(person).into_condition())
}

fn rows(reader: Option<PersonId>) -> Select<Entity> {
    let author: RelationDef = Entity::belongs_to(person::Entity).from(Column::AuthorId).to(person::Column::Id).into();
    let last: RelationDef =
        Entity::belongs_to(person::Entity).from(Column::LastVisibleAuthorId).to(person::Column::Id).into();
    // The number 0 belongs to no person: a visitor has no read marks.
    let read = to_read(reader.unwrap_or_default());
    let last_author = Alias::new("last_author");
    Entity::find()
        .join(JoinType::InnerJoin, author)
        .join_as(JoinType::InnerJoin, last, last_author.clone())
        .join(JoinType::LeftJoin, read)
        .column_as(person::Column::DisplayName, "author_name")
        .column_as(Expr::col((last_author, person::Column::DisplayName)), "last_author_name")
        .column_as(follow::Column::Number, "read_number")
}

/// Topics of other people's posts whose numbers are `ids`, as far as `rule` lets them be seen.
pub(crate) async fn some(conn: &impl Connection, rule: &Visibility, ids: &[TopicId]) -> Result<Vec<Topic>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => {
            let of = Entity::find().filter(Column::Id.is_in(ids.iter().copied()));
            Ok(of.filter(rule::on_topics(rule)).into_model().all(conn).await?)
        }
    }
}

/// Returns those of these topics that are visible.
pub(crate) async fn visible_among(conn: &impl Connection, ids: &[TopicId]) -> Result<Vec<Topic>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => {
            let of = Entity::find().filter(Column::Id.is_in(ids.iter().copied()));
            Ok(of.filter(Column::State.eq(State::Visible)).into_model().all(conn).await?)
        }
    }
}

/// Returns every topic of these categories with the number of its newest post: none without a query when there are no
/// categories.
pub(crate) async fn lengths_in(conn: &impl Connection, categories: &[CategoryId]) -> Result<Vec<(TopicId, i64)>> {
    match categories {
        [] => Ok(Vec::new()),
        categories => {
            let of = lengths_query().filter(Column::CategoryId.is_in(categories.iter().copied()));
            Ok(of.into_tuple().all(conn).await?)
        }
    }
}

/// Returns these topics, each with the number of its newest post.
pub(crate) async fn lengths(conn: &impl Connection, ids: &[TopicId]) -> Result<Vec<(TopicId, i64)>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => Ok(lengths_query().filter(Column::Id.is_in(ids.iter().copied())).into_tuple().all(conn).await?),
    }
}

/// Returns every topic from `from` down, or from the newest, with the number of its newest post: what filling the index
/// walks along.
pub(crate) async fn lengths_down_from(
    conn: &impl Connection,
    from: Option<TopicId>,
    limit: u64,
) -> Result<Vec<(TopicId, i64)>> {
    let query = lengths_query().order_by_desc(Column::Id);
    let query = match from {
        Some(from) => query.filter(Column::Id.lte(from)),
        None => query,
    };
    // One more: `from` may have nothing left.
    Ok(query.limit(limit + 1).into_tuple().all(conn).await?)
}

/// Returns how many topics there are, in any state.
pub(crate) async fn count(conn: &impl Connection) -> Result<u64> {
    let count: Option<i64> =
        Entity::find().select_only().column_as(Column::Id.count(), "count").into_tuple().one(conn).await?;
    Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
}

fn lengths_query() -> Select<Entity> {
    Entity::find().select_only().columns([Column::Id, Column::LastNumber])
}

/// Topics that this person opened since the instant `since`, the newest first.
pub(crate) async fn opened_by(
    conn: &impl Connection,
    person: PersonId,
    since: Timestamp,
    limit: u64,
) -> Result<Vec<TopicId>> {
    let own = Entity::find().select_only().column(Column::Id).filter(Column::AuthorId.eq(person));
    let own = own.filter(Column::CreatedAt.gt(since)).order_by_desc(Column::Id);
    Ok(own.limit(limit).into_tuple().all(conn).await?)
}

/// Topics that this person made confidential, the latest first.
pub(crate) async fn restricted_by(conn: &impl Connection, person: PersonId, limit: u64) -> Result<Vec<Topic>> {
    let own = Entity::find().filter(Column::RestrictedBy.eq(person)).order_by_desc(Column::Id);
    Ok(own.limit(limit).into_model().all(conn).await?)
}

impl Topic {
    /// Gives the topic these readers by its own choice.
    pub(crate) fn restrict(&mut self, readers: Readers, by: Option<PersonId>) {
        (self.own_readers, self.readers, self.restricted_by) = (readers, readers, by);
    }

    /// Returns what differs in `after`, of its kind and its marks.
    pub(crate) fn changes_to(&self, after: &Self) -> Changes {
        // In a confidential category a topic's own readers may change while those it has stay.
        let readers = if self.readers == after.readers {
            (self.own_readers, after.own_readers)
        } else {
            (self.readers, after.readers)
        };
        // Of another answer, another revision is accepted in any case.
        let revision = self.accepted_revision.filter(|_| self.accepted_post_id == after.accepted_post_id);
        let revision = (revision, after.accepted_revision.filter(|_| revision.is_some()));
        Changes::new()
            .field("kind", &self.kind, &after.kind)
            .field("readers", &readers.0, &readers.1)
            .field("pinned", &self.pinned, &after.pinned)
            .field("locked", &self.locked, &after.locked)
            .field("accepted_post", &self.accepted_post_id, &after.accepted_post_id)
            .field("accepted_revision", &revision.0, &revision.1)
            .field("official_post", &self.official_post_id, &after.official_post_id)
    }
}

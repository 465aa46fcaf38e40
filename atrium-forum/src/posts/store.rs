//! Queries of posts and revisions.

use std::collections::{BTreeSet, HashSet};

use atrium_core::access::Visibility;
use atrium_core::clock::Timestamp;
use atrium_core::db::{Connection, Tx};
use atrium_core::directory::PersonId;
use atrium_core::{Error, Result};
use sea_orm::sea_query::{Expr, JoinType, Query, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, ExprTrait, FromQueryResult,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, QueryTrait, RelationDef, Select, SqlErr, Statement,
};

use super::entity::post as row;
use super::{
    ActiveModel, Column, Entity, Html, Post, PostId, Revision, RevisionId, RevisionState, Source, Write, Written,
    revision, rule,
};
use crate::names::{establishment, person};
use crate::state::State;
use crate::topics::{self, TopicId};

/// A post with the names shown beside it.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Row {
    #[sea_orm(nested)]
    pub(crate) post: Post,
    pub(crate) author_name: String,
    pub(crate) establishment_name: Option<String>,
}

/// What the index keeps of a post: a rebuild reads many, and not the HTML of any.
#[derive(Clone, Debug, FromQueryResult)]
pub(crate) struct Searched {
    pub(crate) id: PostId,
    pub(crate) topic_id: TopicId,
    pub(crate) number: i64,
    pub(crate) author_id: PersonId,
    pub(crate) markdown: Written,
    pub(crate) state: State,
    pub(crate) created_at: Timestamp,
    pub(crate) edited_at: Option<Timestamp>,
}

/// Returns the post with this number.
///
/// # Errors
/// Returns `is_not_found` if there is no such post, or an error of the database.
pub(crate) async fn find(conn: &impl Connection, id: PostId) -> Result<Post> {
    let found = Entity::find_by_id(id).into_model().one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("post {id}")))
}

/// Returns the post with this number in its topic.
pub(crate) async fn by_number(conn: &impl Connection, topic: TopicId, number: i64) -> Result<Post> {
    let found = Entity::find()
        .filter(Column::TopicId.eq(topic))
        .filter(Column::Number.eq(number))
        .into_model()
        .one(conn)
        .await?;
    found.ok_or_else(|| Error::not_found(format!("post {number} of topic {topic}")))
}

/// Returns the post that this person's write made.
pub(crate) async fn by_write(conn: &impl Connection, author: PersonId, write: &Write) -> Result<Option<Post>> {
    let query = Entity::find().filter(Column::AuthorId.eq(author)).filter(Column::WriteKey.eq(write.as_str()));
    Ok(query.into_model().one(conn).await?)
}

/// Returns this person's posts among the `among` newest of a topic, since the instant `since`, newest first,
/// without deleted ones.
pub(crate) async fn latest_by(
    conn: &impl Connection,
    author: PersonId,
    topic: &topics::Topic,
    among: i64,
    since: Timestamp,
) -> Result<Vec<Post>> {
    let query = Entity::find()
        .filter(Column::TopicId.eq(topic.id))
        .filter(Column::Number.gt(topic.last_number - among))
        .filter(Column::AuthorId.eq(author))
        .filter(Column::State.ne(State::Deleted))
        .filter(Column::CreatedAt.gt(since));
    Ok(query.order_by_desc(Column::Number).into_model().all(conn).await?)
}

/// Returns the questions of these topics that are not deleted, the newest first.
pub(crate) async fn questions(conn: &impl Connection, topics: &[TopicId]) -> Result<Vec<Post>> {
    let of = Entity::find().filter(Column::TopicId.is_in(topics.iter().copied())).filter(Column::Number.eq(1));
    Ok(of.filter(Column::State.ne(State::Deleted)).order_by_desc(Column::Id).into_model().all(conn).await?)
}

/// Returns the number of the next post of a topic, which stays locked until the transaction ends.
pub(crate) async fn take_number(tx: &Tx, topic: TopicId) -> Result<i64> {
    let sql = "UPDATE atrium_forum_topic SET last_number = last_number + 1 WHERE id = $1 RETURNING last_number";
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), sql, [topic.0.into()]);
    let row = tx.query_one_raw(statement).await?;
    let row = row.ok_or_else(|| Error::not_found(format!("topic {topic}")))?;
    Ok(row.try_get("", "last_number")?)
}

/// Adds a post; returns `None` if the same write made one before.
pub(crate) async fn insert(conn: &impl Connection, row: ActiveModel) -> Result<Option<PostId>> {
    match Entity::insert(row).exec(conn).await {
        Ok(inserted) => Ok(Some(inserted.last_insert_id)),
        Err(error) if is_repeated(&error) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn is_repeated(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(what)) if what.contains("write_key"))
}

/// Writes every column of a post whose topic is locked.
pub(crate) async fn save(tx: &Tx, post: &Post) -> Result<()> {
    Entity::update(row::Model::from(post.clone()).into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(())
}

/// Returns the number of visible posts of this person, up to `limit`.
pub(crate) async fn count_shown(conn: &impl Connection, author: PersonId, limit: u64) -> Result<u64> {
    let own = Entity::find().filter(Column::AuthorId.eq(author)).filter(Column::State.eq(State::Visible));
    let shown: Vec<PostId> = own.select_only().column(Column::Id).limit(limit).into_tuple().all(conn).await?;
    Ok(shown.len() as u64)
}

/// Returns those of `people` who wrote a visible post of `topic`.
pub(crate) async fn writers_among(
    conn: &impl Connection,
    topic: TopicId,
    people: &[PersonId],
) -> Result<BTreeSet<PersonId>> {
    let query = Entity::find()
        .select_only()
        .distinct()
        .column(Column::AuthorId)
        .filter(Column::TopicId.eq(topic))
        .filter(Column::AuthorId.is_in(people.iter().copied()))
        .filter(Column::State.eq(State::Visible));
    let writers: Vec<PersonId> = query.into_tuple().all(conn).await?;
    Ok(writers.into_iter().collect())
}

/// Returns the newest visible post of a topic, or else its question.
pub(crate) async fn last_shown(conn: &impl Connection, topic: TopicId) -> Result<Post> {
    let visible = Entity::find().filter(Column::TopicId.eq(topic)).filter(Column::State.eq(State::Visible));
    match visible.order_by_desc(Column::Number).into_model().one(conn).await? {
        Some(post) => Ok(post),
        None => by_number(conn, topic, 1).await,
    }
}

/// Returns the posts of a topic from the number `from` on, in order, as far as `rule` admits them.
pub(crate) async fn page(
    conn: &impl Connection,
    rule: &Visibility,
    topic: TopicId,
    from: i64,
    limit: u64,
) -> Result<Vec<Row>> {
    let query = rows(rule).filter(Column::TopicId.eq(topic)).filter(Column::Number.gte(from));
    Ok(query.order_by_asc(Column::Number).limit(limit).into_model().all(conn).await?)
}

/// Returns the posts of a topic with numbers from `first` to `last`, in order, as far as `rule` admits them.
pub(crate) async fn between(
    conn: &impl Connection,
    rule: &Visibility,
    topic: TopicId,
    first: i64,
    last: i64,
) -> Result<Vec<Row>> {
    let query = rows(rule).filter(Column::TopicId.eq(topic)).filter(Column::Number.between(first, last));
    Ok(query.order_by_asc(Column::Number).into_model().all(conn).await?)
}

/// Where to look for a post of a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Below this number: the last one.
    Before(i64),
    /// At this number or above it: the first one.
    From(i64),
}

/// Returns the number of the post nearest to each place, as far as `rule` lets it be seen; in one query.
pub(crate) async fn nearest<const N: usize>(
    conn: &impl Connection,
    rule: &Visibility,
    topic: TopicId,
    places: [Place; N],
) -> Result<[Option<i64>; N]> {
    let seen = || {
        let numbers = Entity::find().select_only().column(Column::Number).join(JoinType::InnerJoin, to_topic());
        numbers.filter(Column::TopicId.eq(topic)).filter(rule::on_posts(rule))
    };
    let near = |place| match place {
        Place::Before(number) => seen().filter(Column::Number.lt(number)).order_by_desc(Column::Number),
        Place::From(number) => seen().filter(Column::Number.gte(number)).order_by_asc(Column::Number),
    };
    let mut query = Query::select();
    for (at, place) in places.into_iter().enumerate() {
        let nearest = near(place).limit(1).into_query();
        query.expr_as(SimpleExpr::SubQuery(None, Box::new(nearest.into())), format!("n{at}"));
    }
    let row = conn.query_one(&query).await?.ok_or_else(|| Error::bug("a query without a table and without a row"))?;
    let mut found = [None; N];
    for (at, number) in found.iter_mut().enumerate() {
        *number = row.try_get("", &format!("n{at}"))?;
    }
    Ok(found)
}

/// Returns these posts, in no order, as far as `rule` admits them.
pub(crate) async fn some(conn: &impl Connection, rule: &Visibility, ids: &[PostId]) -> Result<Vec<Row>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => Ok(rows(rule).filter(Column::Id.is_in(ids.iter().copied())).into_model().all(conn).await?),
    }
}

/// Returns the first posts of these topics, in no order, as far as `rule` lets them be seen.
pub(crate) async fn seen_questions(conn: &impl Connection, rule: &Visibility, of: &[TopicId]) -> Result<Vec<Row>> {
    match of {
        [] => Ok(Vec::new()),
        of => {
            let first = Column::TopicId.is_in(of.iter().copied()).and(Column::Number.eq(1));
            Ok(rows(rule).filter(first).into_model().all(conn).await?)
        }
    }
}

/// Returns the posts among these that `rule` admits, in topics that it admits.
pub(crate) async fn readable_among(
    conn: &impl Connection,
    rule: &Visibility,
    asked: &[Source],
) -> Result<HashSet<Source>> {
    let mut named = Condition::any();
    for source in asked {
        named = named.add(match source {
            Source::Post(id) => Column::Id.eq(*id),
            Source::Place(topic, number) => Column::TopicId.eq(*topic).and(Column::Number.eq(*number)),
        });
    }
    let readable = Entity::find()
        .select_only()
        .columns([Column::Id, Column::TopicId, Column::Number])
        .join(JoinType::InnerJoin, to_topic())
        .filter(named)
        .filter(rule::on_posts(rule))
        .filter(topics::rule::on_topics(rule));
    let found: Vec<(PostId, TopicId, i64)> = readable.into_tuple().all(conn).await?;
    Ok(found.into_iter().flat_map(|(id, topic, number)| [Source::Post(id), Source::Place(topic, number)]).collect())
}

/// Returns the visible posts of these topics with numbers from the first to the last of each, in order.
pub(crate) async fn visible_of(conn: &impl Connection, parts: &[(TopicId, (i64, i64))]) -> Result<Vec<Searched>> {
    match parts {
        [] => Ok(Vec::new()),
        parts => {
            let of = Entity::find().select_only().columns([
                Column::Id,
                Column::TopicId,
                Column::Number,
                Column::AuthorId,
                Column::Markdown,
                Column::State,
                Column::CreatedAt,
                Column::EditedAt,
            ]);
            let one = |(topic, (first, last)): &(TopicId, (i64, i64))| {
                Column::TopicId.eq(*topic).and(Column::Number.between(*first, *last))
            };
            let of = of.filter(parts.iter().map(one).fold(Condition::any(), Condition::add));
            let shown = of.filter(Column::State.eq(State::Visible));
            let shown = shown.order_by_asc(Column::TopicId).order_by_asc(Column::Number);
            Ok(shown.into_model().all(conn).await?)
        }
    }
}

/// Returns the posts among these, each a topic and a number in it, that are visible in a visible topic that `rule`
/// admits.
pub(crate) async fn shown_among(
    conn: &impl Connection,
    rule: &Visibility,
    places: &[(TopicId, i64)],
) -> Result<Vec<(TopicId, i64)>> {
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let one = |(topic, number): &(TopicId, i64)| Column::TopicId.eq(*topic).and(Column::Number.eq(*number));
    let any = places.iter().map(one).fold(Condition::any(), Condition::add);
    let shown = Entity::find()
        .select_only()
        .columns([Column::TopicId, Column::Number])
        .join(JoinType::InnerJoin, to_topic())
        .filter(rule::on_posts(rule))
        .filter(Column::State.eq(State::Visible))
        .filter(topics::Column::State.eq(State::Visible))
        .filter(any);
    Ok(shown.into_tuple().all(conn).await?)
}

fn rows(rule: &Visibility) -> Select<Entity> {
    Entity::find()
        .join(JoinType::InnerJoin, to_topic())
        .join(JoinType::InnerJoin, to_author())
        .join(JoinType::LeftJoin, to_establishment())
        .column_as(person::Column::DisplayName, "author_name")
        .column_as(establishment::Column::Name, "establishment_name")
        .filter(rule::on_posts(rule))
}

pub(crate) fn to_topic() -> RelationDef {
    Entity::belongs_to(topics::Entity).from(Column::TopicId).to(topics::Column::Id).into()
}

fn to_author() -> RelationDef {
    Entity::belongs_to(person::Entity).from(Column::AuthorId).to(person::Column::Id).into()
}

fn to_establishment() -> RelationDef {
    Entity::belongs_to(establishment::Entity).from(Column::EstablishmentId).to(establishment::Column::Id).into()
}

/// Returns the texts of a post with their authors' names, the newest first, from before the number `before`.
pub(crate) async fn revisions(
    conn: &impl Connection,
    post: PostId,
    before: Option<i64>,
    limit: u64,
) -> Result<Vec<(Revision, String)>> {
    let author: RelationDef =
        revision::Entity::belongs_to(person::Entity).from(revision::Column::AuthorId).to(person::Column::Id).into();
    #[derive(FromQueryResult)]
    struct Named {
        #[sea_orm(nested)]
        revision: Revision,
        author_name: String,
    }
    let mut query = revision::Entity::find()
        .join(JoinType::InnerJoin, author)
        .column_as(person::Column::DisplayName, "author_name")
        .filter(revision::Column::PostId.eq(post));
    if let Some(before) = before {
        query = query.filter(revision::Column::Number.lt(before));
    }
    let rows: Vec<Named> = query.order_by_desc(revision::Column::Number).limit(limit).into_model().all(conn).await?;
    Ok(rows.into_iter().map(|row| (row.revision, row.author_name)).collect())
}

/// Returns the text of a post that was shown before the one numbered `number`.
pub(crate) async fn published_before(conn: &impl Connection, post: PostId, number: i64) -> Result<Option<Revision>> {
    let query = revision::Entity::find()
        .filter(revision::Column::PostId.eq(post))
        .filter(revision::Column::State.eq(RevisionState::Published))
        .filter(revision::Column::Number.lt(number))
        .order_by_desc(revision::Column::Number);
    Ok(query.one(conn).await?)
}

/// Returns this person's pending proposal for a post.
pub(crate) async fn proposal(conn: &impl Connection, post: PostId, author: PersonId) -> Result<Option<Revision>> {
    let query = revision::Entity::find()
        .filter(revision::Column::PostId.eq(post))
        .filter(revision::Column::AuthorId.eq(author))
        .filter(revision::Column::State.eq(RevisionState::Proposed))
        .order_by_desc(revision::Column::Number);
    Ok(query.one(conn).await?)
}

/// Returns the revision with this number.
pub(crate) async fn revision(conn: &impl Connection, id: RevisionId) -> Result<Revision> {
    let found = revision::Entity::find_by_id(id).one(conn).await?;
    found.ok_or_else(|| Error::not_found(format!("revision {id}")))
}

/// Returns these revisions, in no order.
pub(crate) async fn some_revisions(conn: &impl Connection, ids: &[RevisionId]) -> Result<Vec<Revision>> {
    match ids {
        [] => Ok(Vec::new()),
        ids => {
            let of = revision::Entity::find().filter(revision::Column::Id.is_in(ids.iter().copied()));
            Ok(of.all(conn).await?)
        }
    }
}

/// Returns the number of the newest revision of a post; 0 for a post that was never edited.
pub(crate) async fn last_revision(conn: &impl Connection, post: PostId) -> Result<i64> {
    let newest = revision::Entity::find()
        .filter(revision::Column::PostId.eq(post))
        .order_by_desc(revision::Column::Number)
        .one(conn)
        .await?;
    Ok(newest.map_or(0, |revision| revision.number))
}

/// Adds a revision.
pub(crate) async fn insert_revision(conn: &impl Connection, row: revision::ActiveModel) -> Result<RevisionId> {
    Ok(revision::Entity::insert(row).exec(conn).await?.last_insert_id)
}

/// Refuses the proposed revisions of a post, or the one alone.
pub(crate) async fn refuse_proposals(conn: &impl Connection, post: PostId, only: Option<RevisionId>) -> Result<()> {
    let mut which = Condition::all()
        .add(revision::Column::PostId.eq(post))
        .add(revision::Column::State.eq(RevisionState::Proposed));
    if let Some(only) = only {
        which = which.add(revision::Column::Id.eq(only));
    }
    set_revision_state(conn, which, RevisionState::Refused).await
}

/// Marks a proposed revision as published.
pub(crate) async fn publish_revision(conn: &impl Connection, id: RevisionId) -> Result<()> {
    set_revision_state(conn, Condition::all().add(revision::Column::Id.eq(id)), RevisionState::Published).await
}

async fn set_revision_state(conn: &impl Connection, which: Condition, state: RevisionState) -> Result<()> {
    revision::Entity::update_many()
        .col_expr(revision::Column::State, Expr::value(state))
        .filter(which)
        .exec(conn)
        .await?;
    Ok(())
}

/// Keeps the HTML that a newer renderer made of a text that has not changed since.
pub(crate) async fn keep_html(conn: &impl Connection, id: PostId, version: i64, html: Html) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Html, Expr::value(html.html))
        .col_expr(Column::Renderer, Expr::value(html.renderer))
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(version))
        .exec(conn)
        .await?;
    Ok(())
}

/// Returns some posts that another version of the renderer made.
pub(crate) async fn stale(conn: &impl Connection, renderer: i64, limit: u64) -> Result<Vec<Post>> {
    // By the index: looking at each post would read every text.
    let other = Column::Renderer.lt(renderer).or(Column::Renderer.gt(renderer));
    let query = Entity::find().filter(other).order_by_asc(Column::Id);
    Ok(query.limit(limit).into_model().all(conn).await?)
}

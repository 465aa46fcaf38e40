//! Queries of lists of topics, whose cost does not grow with the forum.
//!
//! A list walks along the index of its order, which also holds what the visibility rule asks about: what the reader does
//! not see is passed over without reading a topic. The rows of the page are read at its end.

use std::collections::{BTreeMap, HashMap};

use atrium_core::access::Visibility;
use atrium_core::clock::Timestamp;
use atrium_core::db::Connection;
use atrium_core::directory::PersonId;
use atrium_core::{Error, Result};
use sea_orm::sea_query::{Expr, Func, IntoCondition, Order, Query, SimpleExpr, UnionType};
use sea_orm::{
    ColumnTrait, Condition, DbBackend, EntityTrait, ExprTrait, IntoSimpleExpr, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};

use super::super::{Column, Entity, Kind, Topic, TopicId, rule};
use super::{Row, rows};
use crate::follow;
use crate::ids::{CategoryId, PostId};
use crate::state::State;

/// Among how many of the most recently answered topics, at least, unread ones are looked for. Those of the last
/// [`follow::NEW_FOR_DAYS`] days are looked through in any case.
const REACH: u64 = 5_000;

/// Which topics of a category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Filter {
    /// All of them.
    #[default]
    All,
    /// Those that can be solved and have neither reply nor answer.
    Unanswered,
    /// Those the reader asked.
    Mine,
    /// Those the reader has not read to their end, or never opened while they are new, among the recently answered ones.
    Unread,
}

impl Filter {
    /// Its word in addresses.
    #[must_use]
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::All => "tous",
            Self::Unanswered => "sans-reponse",
            Self::Mine => "mes-sujets",
            Self::Unread => "non-lus",
        }
    }

    /// Returns the filter with this word; all topics for any other.
    #[must_use]
    pub(crate) fn from_key(key: &str) -> Self {
        [Self::Unanswered, Self::Mine, Self::Unread].into_iter().find(|filter| filter.key() == key).unwrap_or_default()
    }
}

/// A place in a list of topics: those after it are the less recent ones. Posts number the order, so that no two topics share
/// a place and no clock moves one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cursor {
    pinned: bool,
    post: PostId,
}

impl Cursor {
    /// Returns the place of `topic`.
    #[must_use]
    pub(crate) fn of(topic: &Topic) -> Self {
        Self { pinned: topic.pinned, post: topic.last_visible_post_id }
    }

    /// Returns the place as an address has it: `0-1234`.
    ///
    /// # Errors
    /// The text is no such place.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let unreadable = || Error::invalid_field("", atrium_core::Message::new("forum-cursor-invalid"));
        match text.split_once('-').map(|(pinned, post)| (pinned, post.parse())) {
            Some((pinned @ ("0" | "1"), Ok(post))) if post > 0 => {
                Ok(Self { pinned: pinned == "1", post: PostId(post) })
            }
            _ => Err(unreadable()),
        }
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", u8::from(self.pinned), self.post)
    }
}

/// What a list shows.
#[derive(Clone, Debug)]
pub(crate) struct Wanted<'a> {
    /// What may be seen.
    pub(crate) rule: &'a Visibility,
    /// Whose reading and whose topics.
    pub(crate) reader: Option<PersonId>,
    /// In which category; in all of them, pinned ones like the others.
    pub(crate) category: Option<CategoryId>,
    pub(crate) filter: Filter,
    pub(crate) after: Option<Cursor>,
    pub(crate) limit: u64,
    /// As of when topics are new.
    pub(crate) now: Timestamp,
}

/// Topics that are not deleted, the pinned ones of a category first, then the most recently answered.
pub(crate) async fn list(conn: &impl Connection, wanted: Wanted<'_>) -> Result<Vec<Row>> {
    let backend = conn.get_database_backend();
    let page = match (wanted.filter, wanted.reader) {
        (Filter::All, _) => wanted.walk(backend),
        (Filter::Unanswered, _) => wanted.walk(backend).filter(unanswered()),
        (Filter::Mine, Some(person)) => wanted.of_author(backend, person),
        (Filter::Unread, Some(person)) => wanted.unread(backend, person, floor(conn, wanted.now).await?),
        (Filter::Mine | Filter::Unread, None) => return Ok(Vec::new()),
    };
    wanted.rows(conn, page).await
}

impl Wanted<'_> {
    /// Returns the rows of a page of numbers.
    async fn rows(&self, conn: &impl Connection, page: Select<Entity>) -> Result<Vec<Row>> {
        let rows = self.sorted(rows(self.reader).filter(Column::Id.in_subquery(page.into_query())));
        Ok(rows.limit(self.limit).into_model().all(conn).await?)
    }

    /// Returns the numbers of the page, along the index of the list's order.
    fn walk(&self, backend: DbBackend) -> Select<Entity> {
        self.in_order(ids().filter(on_walk(self.rule, backend)), |category| Column::CategoryId.eq(category))
    }

    /// Returns the numbers of the page, by the index of authors.
    fn of_author(&self, backend: DbBackend, person: PersonId) -> Select<Entity> {
        let topics = ids().filter(on_walk(self.rule, backend)).filter(Column::AuthorId.eq(person));
        self.in_order(topics, |category| plain(Column::CategoryId, backend).eq(category))
    }

    /// Returns the page of `topics` in the list's order; `within` holds of those in a category.
    fn in_order(&self, mut topics: Select<Entity>, within: impl FnOnce(CategoryId) -> SimpleExpr) -> Select<Entity> {
        if let Some(category) = self.category {
            topics = topics.filter(within(category)).order_by_desc(Column::Pinned);
        }
        self.later(topics).order_by_desc(Column::LastVisiblePostId).limit(self.limit)
    }

    /// Returns the numbers of the page, of what `person` has not read, as far as is looked for it.
    fn unread(&self, backend: DbBackend, person: PersonId, floor: PostId) -> Select<Entity> {
        let topics = unread(ids(), self.rule, backend, (person, self.now), floor);
        let Some(category) = self.category else {
            return self.in_order(topics, |category| Column::CategoryId.eq(category));
        };
        // Few are left to be sorted: the pinned ones stand anywhere in the order of activity.
        let topics = topics.filter(plain(Column::CategoryId, backend).eq(category));
        self.sorted(self.later(topics)).limit(self.limit)
    }

    /// Sorted by what no index is looked for: the topics of a page are found in other ways.
    fn sorted(&self, mut topics: Select<Entity>) -> Select<Entity> {
        if self.category.is_some() {
            topics = topics.order_by_desc(Column::Pinned);
        }
        topics.order_by_desc(Expr::col((Entity, Column::LastVisiblePostId)).add(Expr::Constant(0_i64.into())))
    }

    fn later(&self, topics: Select<Entity>) -> Select<Entity> {
        match self.after {
            Some(cursor) => topics.filter(after(cursor, self.category.is_some())),
            None => topics,
        }
    }
}

/// Returns how many topics are unread for `person`, by category, as far as is looked for them.
pub(crate) async fn unread_by_category(
    conn: &impl Connection,
    rule: &Visibility,
    person: PersonId,
    now: Timestamp,
) -> Result<BTreeMap<CategoryId, i64>> {
    let floor = floor(conn, now).await?;
    Ok(reading(conn, rule, (person, now), floor, &[]).await?.0)
}

/// The number of topics that are unread for a reader, by category, and how far they have read some topics.
type Reading = (BTreeMap<CategoryId, i64>, HashMap<TopicId, i64>);

/// Returns how many topics are unread for `person`, by category, down to [`floor`], and how far they have read those of
/// `topics` that they have opened, in one query.
pub(crate) async fn reading(
    conn: &impl Connection,
    rule: &Visibility,
    (person, now): (PersonId, Timestamp),
    floor: PostId,
    topics: &[TopicId],
) -> Result<Reading> {
    let backend = conn.get_database_backend();
    // Grouped by what no index is looked for: SQLite would walk along the one of categories.
    let category = Expr::col((Entity, Column::CategoryId)).add(Expr::Constant(0_i64.into()));
    let counts = Entity::find().select_only().expr_as(Expr::cust("CAST(0 AS BIGINT)"), "kind");
    let counts = counts.column_as(category.clone(), "id").column_as(Column::Id.count(), "number").group_by(category);
    let mut both = unread(counts, rule, backend, (person, now), floor).into_query();
    if !topics.is_empty() {
        let marks = follow::Entity::find().select_only().expr_as(Expr::cust("CAST(1 AS BIGINT)"), "kind");
        let marks = marks.columns([follow::Column::TopicId, follow::Column::Number]);
        let marks = marks.filter(follow::Column::PersonId.eq(person));
        let marks = marks.filter(follow::Column::TopicId.is_in(topics.iter().copied()));
        both.union(UnionType::All, marks.into_query());
    }
    let (mut unread, mut read) = Reading::default();
    for row in conn.query_all(&both).await? {
        let (id, number) = (row.try_get("", "id")?, row.try_get("", "number")?);
        match row.try_get::<i64>("", "kind")? {
            0 => drop(unread.insert(CategoryId(id), number)),
            _ => drop(read.insert(TopicId(id), number)),
        }
    }
    Ok((unread, read))
}

/// `topics`, those that are unread for the reader: not read to their end, or never opened while they are new. Asked of each
/// topic from the newest activity down to `floor`: what a reader has read in years costs them no more than what they read
/// this month. Their mark is looked for topic by topic: joined, PostgreSQL would read all of them.
fn unread(
    topics: Select<Entity>,
    rule: &Visibility,
    backend: DbBackend,
    (person, now): (PersonId, Timestamp),
    floor: PostId,
) -> Select<Entity> {
    let mark = Query::select()
        .column(follow::Column::Number)
        .from(follow::Entity)
        .and_where(Expr::col((follow::Entity, follow::Column::TopicId)).equals((Entity, Column::Id)))
        .and_where(Expr::col((follow::Entity, follow::Column::PersonId)).eq(person))
        .to_owned();
    let mark = SimpleExpr::SubQuery(None, Box::new(mark.into()));
    let last = || Expr::col((Entity, Column::LastVisibleNumber));
    // Never opened: nothing of it was read while it is new, and all of it once it is old.
    let is_new = Expr::col((Entity, Column::LastVisibleAt)).gt(new_since(now));
    let unopened = Expr::case(is_new, Expr::Constant(0_i64.into())).finally(last());
    let read = Expr::expr(Func::coalesce([mark, unopened.into()]));
    topics.filter(Column::LastVisiblePostId.gte(floor)).filter(on_walk(rule, backend)).filter(read.lt(last()))
}

/// Down to which activity unread topics are looked for: the [`REACH`] most recently answered ones, and back to the oldest that
/// is new. Posts are numbered as they are written: where a clock went back, minutes of thirty days make no difference.
/// Asked first, so that PostgreSQL knows how few they are. The same for everybody.
pub(crate) async fn floor(conn: &impl Connection, now: Timestamp) -> Result<PostId> {
    let activity = "activity";
    let newest = Query::select()
        .expr_as(Expr::col(Column::LastVisiblePostId), activity)
        .from(Entity)
        .order_by(Column::LastVisiblePostId, Order::Desc)
        .limit(REACH)
        .to_owned();
    let oldest = Query::select()
        .expr_as(Expr::col(Column::LastVisiblePostId), activity)
        .from(Entity)
        .and_where(Column::LastVisibleAt.gt(new_since(now)))
        .order_by(Column::LastVisibleAt, Order::Asc)
        .limit(1)
        .to_owned();
    let of = |query, name| Query::select().column(activity).from_subquery(query, name).to_owned();
    let both = of(newest, "newest").union(UnionType::All, of(oldest, "oldest")).to_owned();
    let lowest = Query::select().expr_as(Expr::col(activity).min(), activity).from_subquery(both, "both").to_owned();
    let row = conn.query_one(&lowest).await?;
    let floor: Option<i64> = row.map(|row| row.try_get("", activity)).transpose()?.flatten();
    Ok(PostId(floor.unwrap_or_default()))
}

fn ids() -> Select<Entity> {
    Entity::find().select_only().column(Column::Id)
}

/// Returns the condition of what may be seen and is not deleted, asked of each topic that a walk passes.
fn on_walk(rule: &Visibility, backend: DbBackend) -> Condition {
    rule::on_walked_topics(rule, backend).add(Column::State.ne(State::Deleted))
}

/// `column`, by which SQLite looks for no index. PostgreSQL knows how many rows each value has, and chooses well.
fn plain(column: Column, backend: DbBackend) -> SimpleExpr {
    rule::walked(column, backend)
}

/// Can be solved, and has neither reply nor answer. Written as the index of these topics has it.
fn unanswered() -> Condition {
    Condition::all()
        .add(Column::RepliesPublic.into_simple_expr().eq(Expr::Constant(0_i64.into())))
        .add(Column::AcceptedPostId.is_null())
        .add(Column::Kind.is_in([Kind::Question, Kind::Problem, Kind::Wish]))
}

/// Since when topics that were never opened are new, as [`follow::standing`] tells it of one topic.
fn new_since(now: Timestamp) -> Timestamp {
    now.plus_days(-follow::NEW_FOR_DAYS)
}

fn after(cursor: Cursor, pinned_first: bool) -> Condition {
    let later = Column::LastVisiblePostId.lt(cursor.post);
    if pinned_first {
        let same = Condition::all().add(Column::Pinned.eq(cursor.pinned)).add(later);
        let unpinned = Column::Pinned.eq(false).and(Expr::val(cursor.pinned)).into_condition();
        Condition::any().add(same).add(unpinned)
    } else {
        later.into_condition()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cursors_survive_an_address_and_nothing_else_passes_for_one() {
        let cursor = Cursor { pinned: true, post: PostId(3) };
        assert_eq!(Cursor::parse(&cursor.to_string()).unwrap(), cursor);
        for text in ["", "1", "2-3", "1-x", "1-0", "1-2-3", "0--5"] {
            assert!(Cursor::parse(text).is_err(), "{text}");
        }
    }
}

//! Queries of lists of topics, whose cost does not grow with the forum.
//!
//! A list walks along the index of its order, which also holds what the visibility rule asks about: what the reader does
//! not see is passed over without reading a topic. The rows of the page are read at its end.

use std::collections::BTreeMap;

use atrium_core::access::Visibility;
use atrium_core::clock::Timestamp;
use atrium_core::directory::PersonId;
use atrium_core::{Error, Result};
use sea_orm::sea_query::{
    Expr, IntoCondition, JoinType, Query, SelectStatement, SimpleExpr, SubQueryStatement, UnionType,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, IntoSimpleExpr, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::super::{Column, Entity, Kind, Model};
use super::{Row, rows, to_read};
use crate::categories::CategoryId;
use crate::follow;
use crate::posts::PostId;
use crate::state::State;
use crate::visibility;

/// Which topics of a category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    /// All of them.
    #[default]
    All,
    /// Those that can be solved and have neither reply nor answer.
    Unanswered,
    /// Those the reader asked.
    Mine,
    /// Those the reader has not read to their end, or never opened while they are new.
    Unread,
}

impl Filter {
    /// Its word in addresses.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::All => "tous",
            Self::Unanswered => "sans-reponse",
            Self::Mine => "mes-sujets",
            Self::Unread => "non-lus",
        }
    }

    /// The filter with this word; all topics for any other.
    #[must_use]
    pub fn from_key(key: &str) -> Self {
        [Self::Unanswered, Self::Mine, Self::Unread].into_iter().find(|filter| filter.key() == key).unwrap_or_default()
    }
}

/// A place in a list of topics: those after it are the less recent ones. Posts number the order, so that no two topics share
/// a place and no clock moves one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pinned: bool,
    post: PostId,
}

impl Cursor {
    /// The place of `topic`.
    #[must_use]
    pub fn of(topic: &Model) -> Self {
        Self { pinned: topic.pinned, post: topic.last_visible_post_id }
    }

    /// The place as an address has it: `0-1234`.
    ///
    /// # Errors
    /// The text is no such place.
    pub fn parse(text: &str) -> Result<Self> {
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
pub(crate) async fn list(conn: &impl ConnectionTrait, wanted: Wanted<'_>) -> Result<Vec<Row>> {
    let backend = conn.get_database_backend();
    let page = match (wanted.filter, wanted.reader) {
        (Filter::All, _) => wanted.walk(backend),
        (Filter::Unanswered, _) => wanted.walk(backend).filter(unanswered()),
        (Filter::Mine, Some(person)) => wanted.of_author(backend, person),
        (Filter::Unread, Some(person)) => return wanted.rows(conn, wanted.unread(backend, person)).await,
        (Filter::Mine | Filter::Unread, None) => return Ok(Vec::new()),
    };
    wanted.rows(conn, page.into_query()).await
}

impl Wanted<'_> {
    /// The rows of a page of numbers.
    async fn rows(&self, conn: &impl ConnectionTrait, page: SelectStatement) -> Result<Vec<Row>> {
        let rows = self.sorted(rows(self.reader).filter(Column::Id.in_subquery(page)));
        Ok(rows.limit(self.limit).into_model().all(conn).await?)
    }

    /// The numbers of the page, along the index of the list's order.
    fn walk(&self, backend: DbBackend) -> Select<Entity> {
        self.in_order(ids().filter(on_walk(self.rule, backend)), |category| Column::CategoryId.eq(category))
    }

    /// The numbers of the page, by the index of authors.
    fn of_author(&self, backend: DbBackend, person: PersonId) -> Select<Entity> {
        let topics = ids().filter(on_walk(self.rule, backend)).filter(Column::AuthorId.eq(person));
        self.in_order(topics, |category| plain(Column::CategoryId, backend).eq(category))
    }

    /// The page of `topics` in the list's order; `within` holds of those in a category.
    fn in_order(&self, mut topics: Select<Entity>, within: impl FnOnce(CategoryId) -> SimpleExpr) -> Select<Entity> {
        if let Some(category) = self.category {
            topics = topics.filter(within(category)).order_by_desc(Column::Pinned);
        }
        self.later(topics).order_by_desc(Column::LastVisiblePostId).limit(self.limit)
    }

    /// The numbers of the page, of what `person` has begun to read and of what is new: somebody who has read everything
    /// walks along what they have read, and along the topics of a month.
    fn unread(&self, backend: DbBackend, person: PersonId) -> SelectStatement {
        let begun = ids().join(JoinType::InnerJoin, to_read(person)).filter(read_less());
        let mut begun = self.later(begun).filter(on_walk(self.rule, backend)).limit(self.limit);
        if let Some(category) = self.category {
            begun = begun.filter(plain(Column::CategoryId, backend).eq(category));
        }
        let begun = self.sorted(begun);
        let new = self.walk(backend).join(JoinType::LeftJoin, to_read(person)).filter(never_opened());
        let new = new.filter(plain(Column::LastVisibleAt, backend).gt(new_since(self.now)));
        // Invariant: no topic below has a post since then. Without the sum, it would be looked for from the oldest topic on.
        let oldest = Query::select()
            .expr(Expr::col((Entity, Column::LastVisiblePostId)).add(Expr::Constant(0_i64.into())).min())
            .from(Entity)
            .and_where(Column::LastVisibleAt.gt(new_since(self.now)))
            .to_owned();
        let new = new.filter(Expr::col((Entity, Column::LastVisiblePostId)).gte(scalar(oldest)));
        let either = |page: Select<Entity>, name| {
            Query::select().column(Column::Id).from_subquery(page.into_query(), name).to_owned()
        };
        either(begun, "begun").union(UnionType::All, either(new, "new")).to_owned()
    }

    /// Sorted by what no index is looked for: a page, and what a reader has begun, are found in other ways.
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

/// How many topics are unread for `person`, by category: those not read to their end, found by what the person has read,
/// and the new ones, found by their date.
pub(crate) async fn unread_by_category(
    conn: &impl ConnectionTrait,
    rule: &Visibility,
    person: PersonId,
    now: Timestamp,
) -> Result<BTreeMap<CategoryId, i64>> {
    let backend = conn.get_database_backend();
    let counted = |join| {
        // Grouped by what no index is looked for: SQLite would walk along the one of categories.
        let category = Expr::col((Entity, Column::CategoryId)).add(Expr::Constant(0_i64.into()));
        let topics = Entity::find().select_only().column_as(category.clone(), "category");
        let topics = topics.column_as(Column::Id.count(), "topics").group_by(category);
        topics.join(join, to_read(person)).filter(on_walk(rule, backend))
    };
    let begun = counted(JoinType::InnerJoin).filter(read_less());
    let new = counted(JoinType::LeftJoin).filter(Column::LastVisibleAt.gt(new_since(now))).filter(never_opened());
    let mut unread = BTreeMap::new();
    for query in [begun, new] {
        let counts: Vec<(CategoryId, i64)> = query.into_tuple().all(conn).await?;
        for (category, count) in counts {
            *unread.entry(category).or_default() += count;
        }
    }
    Ok(unread)
}

fn ids() -> Select<Entity> {
    Entity::find().select_only().column(Column::Id)
}

/// What may be seen and is not deleted, asked of each topic that a walk passes.
fn on_walk(rule: &Visibility, backend: DbBackend) -> Condition {
    visibility::on_walked_topics(rule, backend).add(Column::State.ne(State::Deleted))
}

/// `column`, by which SQLite looks for no index. PostgreSQL knows how many rows each value has, and chooses well.
fn plain(column: Column, backend: DbBackend) -> SimpleExpr {
    visibility::walked(column, backend)
}

fn scalar(query: SelectStatement) -> SimpleExpr {
    SimpleExpr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(query)))
}

/// Can be solved, and has neither reply nor answer. Written as the index of these topics has it.
fn unanswered() -> Condition {
    Condition::all()
        .add(Column::RepliesPublic.into_simple_expr().eq(Expr::Constant(0_i64.into())))
        .add(Column::AcceptedPostId.is_null())
        .add(Column::Kind.is_in([Kind::Question, Kind::Problem, Kind::Wish]))
}

fn read_less() -> SimpleExpr {
    Expr::col((follow::Entity, follow::Column::Number)).lt(Expr::col((Entity, Column::LastVisibleNumber)))
}

fn never_opened() -> SimpleExpr {
    Expr::col((follow::Entity, follow::Column::Number)).is_null()
}

/// Since when topics that were never opened are new, as [`follow::standing`] tells it of one topic.
fn new_since(now: Timestamp) -> Timestamp {
    now.plus_days(-follow::NEW_FOR_DAYS)
}

fn after(cursor: Cursor, pinned_first: bool) -> Condition {
    let later = Column::LastVisiblePostId.lt(cursor.post);
    match pinned_first {
        false => later.into_condition(),
        true => {
            let same = Condition::all().add(Column::Pinned.eq(cursor.pinned)).add(later);
            let unpinned = Column::Pinned.eq(false).and(Expr::val(cursor.pinned)).into_condition();
            Condition::any().add(same).add(unpinned)
        }
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

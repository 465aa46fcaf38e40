//! The numbers kept beside topics and categories: what a topic adds to its category, and the proof that nothing drifts.
//!
//! What readers see and what moderators see are counted apart, so that a number never tells of what is hidden.

use atrium_core::db::{Db, Tx};
use atrium_core::{Error, Result};
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use crate::categories::{self, CategoryId};
use crate::state::State;
use crate::topics::{self, Readers, TopicId};

/// What a topic adds to the numbers of its category.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) topics_public: i64,
    pub(crate) topics_staff: i64,
    pub(crate) posts_public: i64,
    pub(crate) posts_staff: i64,
}

impl Share {
    /// The share of `topic` as it stands.
    pub(crate) fn of(topic: &topics::Model) -> Self {
        let public = i64::from(topic.state == State::Visible && topic.readers == Readers::Open);
        let staff = i64::from(topic.state != State::Deleted);
        Self {
            topics_public: public,
            topics_staff: staff,
            posts_public: public * (1 + topic.replies_public),
            posts_staff: staff * (1 + topic.replies_staff),
        }
    }

    fn minus(self, other: Self) -> Self {
        Self {
            topics_public: self.topics_public - other.topics_public,
            topics_staff: self.topics_staff - other.topics_staff,
            posts_public: self.posts_public - other.posts_public,
            posts_staff: self.posts_staff - other.posts_staff,
        }
    }
}

/// Brings the categories' numbers from what they were with `before` to what they are with `after`.
pub(crate) async fn follow(tx: &Tx, before: Option<&topics::Model>, after: &topics::Model) -> Result<()> {
    match before {
        Some(before) if before.category_id != after.category_id => {
            let away = (before.category_id, Share::default().minus(Share::of(before)));
            let mut moves = [away, (after.category_id, Share::of(after))];
            // Always in the same order, so that two moves in opposite directions do not wait for each other.
            moves.sort_by_key(|(category, _)| *category);
            for (category, share) in moves {
                categories::store::add(tx, category, share).await?;
            }
            Ok(())
        }
        Some(before) => categories::store::add(tx, after.category_id, Share::of(after).minus(Share::of(before))).await,
        None => categories::store::add(tx, after.category_id, Share::of(after)).await,
    }
}

/// A kept number that is not what counting gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// `forum:12` for a topic, `forum-category:3` for a category.
    pub subject: String,
    /// What is kept.
    pub kept: Vec<i64>,
    /// What counting gives.
    pub counted: Vec<i64>,
}

#[derive(FromQueryResult)]
struct TopicCount {
    id: TopicId,
    category_id: CategoryId,
    state: State,
    readers: Readers,
    replies_public: i64,
    replies_staff: i64,
    last_number: i64,
    last_visible_number: i64,
    counted_public: i64,
    counted_staff: i64,
    counted_last: i64,
    counted_visible: i64,
}

const TOPICS: &str = "SELECT t.id, t.category_id, t.state, t.readers, t.replies_public, t.replies_staff, \
    t.last_number, t.last_visible_number, \
    CAST(COALESCE(SUM(CASE WHEN p.number > 1 AND p.state = 'visible' THEN 1 ELSE 0 END), 0) AS BIGINT) \
        AS counted_public, \
    CAST(COALESCE(SUM(CASE WHEN p.number > 1 AND p.state <> 'deleted' THEN 1 ELSE 0 END), 0) AS BIGINT) \
        AS counted_staff, \
    CAST(COALESCE(MAX(p.number), 0) AS BIGINT) AS counted_last, \
    CAST(COALESCE(MAX(CASE WHEN p.state = 'visible' THEN p.number END), 1) AS BIGINT) AS counted_visible \
    FROM atrium_forum_topic t LEFT JOIN atrium_forum_post p ON p.topic_id = t.id \
    GROUP BY t.id ORDER BY t.id";

/// Compares every kept number with a count of the rows. Empty: nothing drifted.
///
/// # Errors
/// The database failed.
pub async fn drift(conn: &impl ConnectionTrait) -> Result<Vec<Drift>> {
    let topics =
        TopicCount::find_by_statement(Statement::from_string(conn.get_database_backend(), TOPICS)).all(conn).await?;
    let mut drifts = Vec::new();
    for topic in &topics {
        let kept = vec![topic.replies_public, topic.replies_staff, topic.last_number, topic.last_visible_number];
        let counted = vec![topic.counted_public, topic.counted_staff, topic.counted_last, topic.counted_visible];
        if kept != counted {
            drifts.push(Drift { subject: topics::subject(topic.id), kept, counted });
        }
    }
    for category in categories::store::all(conn).await? {
        let row = &category.row;
        let kept = vec![row.topics_public, row.topics_staff, row.posts_public, row.posts_staff];
        let counted = counted(&topics, row.id);
        if kept != counted {
            drifts.push(Drift { subject: categories::subject(row.id), kept, counted });
        }
    }
    Ok(drifts)
}

fn counted(topics: &[TopicCount], category: CategoryId) -> Vec<i64> {
    let mut counted = vec![0; 4];
    for topic in topics.iter().filter(|topic| topic.category_id == category) {
        let public = i64::from(topic.state == State::Visible && topic.readers == Readers::Open);
        let staff = i64::from(topic.state != State::Deleted);
        let share = [public, staff, public * (1 + topic.counted_public), staff * (1 + topic.counted_staff)];
        counted.iter_mut().zip(share).for_each(|(sum, more)| *sum += more);
    }
    counted
}

/// Sets every kept number to what counting gives, and says what had drifted.
///
/// # Errors
/// The database failed; nothing was set.
pub async fn reconcile(db: &Db) -> Result<Vec<Drift>> {
    let tx = db.begin().await?;
    let drifts = drift(&tx).await?;
    for drift in &drifts {
        repair(&tx, drift).await?;
    }
    tx.commit().await?;
    Ok(drifts)
}

async fn repair(tx: &Tx, drift: &Drift) -> Result<()> {
    let (table, columns) = match categories::id_of(&drift.subject).is_some() {
        true => ("atrium_forum_category", ["topics_public", "topics_staff", "posts_public", "posts_staff"]),
        false => ("atrium_forum_topic", ["replies_public", "replies_staff", "last_number", "last_visible_number"]),
    };
    let id = drift.subject.rsplit(':').next().and_then(|id| id.parse::<i64>().ok());
    let id = id.ok_or_else(|| Error::bug(format!("subject `{}` without a number", drift.subject)))?;
    let sets: Vec<_> = columns.iter().zip(1..).map(|(column, place)| format!("{column} = ${place}")).collect();
    let sql = format!("UPDATE {table} SET {} WHERE id = $5", sets.join(", "));
    let values = drift.counted.iter().copied().chain([id]).map(sea_orm::Value::from);
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    Ok(())
}

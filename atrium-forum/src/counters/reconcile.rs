//! The proof that kept numbers are what counting gives, and their repair while people write.

use atrium_core::Result;
use atrium_core::db::{Connection, Db, Tx};

use super::store::{self, CategoryCount, TopicCount};
use crate::categories::{self, CategoryId, Share};
use crate::posts;
use crate::topics::{self, TopicId};

/// Kept numbers that are not what counting gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drift {
    /// `forum:12` for a topic, `forum-category:3` for a category.
    pub subject: String,
    /// What is kept. Of a topic: replies its readers see, replies its moderators see, the last number given, the newest
    /// visible post's. Of a category: topics its readers see, topics its moderators see, their posts, and theirs.
    pub kept: Vec<i64>,
    /// What counting gives, in the same order.
    pub counted: Vec<i64>,
}

impl Drift {
    fn of_topic(count: &TopicCount) -> Self {
        Self {
            subject: topics::subject(count.id),
            kept: vec![count.replies_public, count.replies_staff, count.last_number, count.last_visible_number],
            counted: vec![count.counted_public, count.counted_staff, count.number_to_keep(), count.counted_visible],
        }
    }

    fn of_category(count: &CategoryCount) -> Self {
        let numbers =
            |share: Share| vec![share.topics_public, share.topics_staff, share.posts_public, share.posts_staff];
        Self { subject: categories::subject(count.id), kept: numbers(count.kept()), counted: numbers(count.counted()) }
    }
}

impl TopicCount {
    /// Returns the last post number to keep: a number is never reused, since it may be in an address.
    fn number_to_keep(&self) -> i64 {
        self.last_number.max(self.counted_last)
    }
}

/// Compares what topics keep with a count of their posts, and what categories keep with what their topics do. Returns
/// the differences.
///
/// # Errors
/// Returns an error if the database fails.
pub(crate) async fn drift(conn: &impl Connection) -> Result<Vec<Drift>> {
    let topics = store::drifted_topics(conn, None).await?;
    let categories = store::drifted_categories(conn, None).await?;
    Ok(topics.iter().map(Drift::of_topic).chain(categories.iter().map(Drift::of_category)).collect())
}

/// Sets every stored count to the counted value, and returns the differences: topics first, then the categories
/// that sum them up. Each is counted under the lock that writers take, so that it may run while people write, and a
/// concurrent reply keeps its number.
///
/// # Errors
/// Returns an error if the database fails; earlier repairs stay.
pub(crate) async fn reconcile(db: &Db) -> Result<Vec<Drift>> {
    // Counting everything may take minutes.
    let (db, mut repaired) = (db.patient(), Vec::new());
    for count in store::drifted_topics(db, None).await? {
        repaired.extend(repair_topic(db, count.id).await?);
    }
    for count in store::drifted_categories(db, None).await? {
        repaired.extend(repair_category(db, count.id).await?);
    }
    Ok(repaired)
}

/// Repairs one topic; returns `None` if its numbers are right once the lock is held.
async fn repair_topic(db: &Db, id: TopicId) -> Result<Option<Drift>> {
    let tx = db.begin().await?;
    let mut topic = topics::store::lock(&tx, id).await?;
    let Some(count) = store::drifted_topics(&tx, Some(id)).await?.pop() else { return Ok(None) };
    topic.replies_public = count.counted_public;
    topic.replies_staff = count.counted_staff;
    topic.last_number = count.number_to_keep();
    topic.show_last_of(&posts::store::last_shown(&tx, id).await?);
    topics::store::save(&tx, &topic).await?;
    tx.commit().await?;
    Ok(Some(Drift::of_topic(&count)))
}

/// Repairs one category. Each writer adds to a category in the transaction that changes its topics: under the
/// category's lock, the count is complete, and pending changes are added after.
async fn repair_category(db: &Db, id: CategoryId) -> Result<Option<Drift>> {
    let tx = db.begin().await?;
    categories::store::lock(&tx, id).await?;
    let repaired = recount(&tx, id).await?;
    tx.commit().await?;
    Ok(repaired)
}

/// Recounts the stored counts of a locked category, and returns the difference.
pub(crate) async fn recount(tx: &Tx, id: CategoryId) -> Result<Option<Drift>> {
    let Some(count) = store::drifted_categories(tx, Some(id)).await?.pop() else { return Ok(None) };
    categories::store::add(tx, id, count.counted().minus(count.kept())).await?;
    Ok(Some(Drift::of_category(&count)))
}

//! Counting: the queries that compare what is kept with what there is.

use atrium_core::Result;
use atrium_core::db::Connection;
use sea_orm::{FromQueryResult, Statement};

use crate::categories::Share;
use crate::ids::{CategoryId, TopicId};

/// What a topic keeps, and what its posts come to.
#[derive(FromQueryResult)]
pub(super) struct TopicCount {
    pub(super) id: TopicId,
    pub(super) replies_public: i64,
    pub(super) replies_staff: i64,
    pub(super) last_number: i64,
    pub(super) last_visible_number: i64,
    pub(super) counted_public: i64,
    pub(super) counted_staff: i64,
    pub(super) counted_last: i64,
    pub(super) counted_visible: i64,
}

const TOPICS: &str = "SELECT t.id, t.replies_public, t.replies_staff, t.last_number, t.last_visible_number, \
    CAST(COALESCE(SUM(CASE WHEN p.number > 1 AND p.state = 'visible' THEN 1 ELSE 0 END), 0) AS BIGINT) \
        AS counted_public, \
    CAST(COALESCE(SUM(CASE WHEN p.number > 1 AND p.state <> 'deleted' THEN 1 ELSE 0 END), 0) AS BIGINT) \
        AS counted_staff, \
    CAST(COALESCE(MAX(p.number), 0) AS BIGINT) AS counted_last, \
    CAST(COALESCE(MAX(CASE WHEN p.state = 'visible' THEN p.number END), 1) AS BIGINT) AS counted_visible \
    FROM atrium_forum_topic t LEFT JOIN atrium_forum_post p ON p.topic_id = t.id";

/// Returns the topics whose numbers have drifted, or the one alone.
pub(super) async fn drifted_topics(conn: &impl Connection, only: Option<TopicId>) -> Result<Vec<TopicCount>> {
    let counts = format!(
        "SELECT * FROM ({TOPICS} {} GROUP BY t.id) AS counts WHERE replies_public <> counted_public \
         OR replies_staff <> counted_staff OR last_number < counted_last OR last_visible_number <> counted_visible \
         ORDER BY id",
        if only.is_some() { "WHERE t.id = $1" } else { "" }
    );
    let values = only.map(|id| id.0.into());
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), counts, values);
    Ok(TopicCount::find_by_statement(statement).all(conn).await?)
}

/// What a category keeps, and what its topics come to.
#[derive(FromQueryResult)]
pub(super) struct CategoryCount {
    pub(super) id: CategoryId,
    topics_public: i64,
    topics_staff: i64,
    posts_public: i64,
    posts_staff: i64,
    counted_topics_public: i64,
    counted_topics_staff: i64,
    counted_posts_public: i64,
    counted_posts_staff: i64,
}

impl CategoryCount {
    pub(super) fn kept(&self) -> Share {
        Share {
            topics_public: self.topics_public,
            topics_staff: self.topics_staff,
            posts_public: self.posts_public,
            posts_staff: self.posts_staff,
        }
    }

    pub(super) fn counted(&self) -> Share {
        Share {
            topics_public: self.counted_topics_public,
            topics_staff: self.counted_topics_staff,
            posts_public: self.counted_posts_public,
            posts_staff: self.counted_posts_staff,
        }
    }
}

/// As [`share_of`](super::share_of) counts each topic.
const CATEGORIES: &str = "SELECT c.id, c.topics_public, c.topics_staff, c.posts_public, c.posts_staff, \
    CAST(SUM(CASE WHEN t.state = 'visible' AND t.readers = 'open' THEN 1 ELSE 0 END) AS BIGINT) \
        AS counted_topics_public, \
    CAST(SUM(CASE WHEN t.state <> 'deleted' THEN 1 ELSE 0 END) AS BIGINT) AS counted_topics_staff, \
    CAST(SUM(CASE WHEN t.state = 'visible' AND t.readers = 'open' THEN 1 + t.replies_public ELSE 0 END) AS BIGINT) \
        AS counted_posts_public, \
    CAST(SUM(CASE WHEN t.state <> 'deleted' THEN 1 + t.replies_staff ELSE 0 END) AS BIGINT) AS counted_posts_staff \
    FROM atrium_forum_category c LEFT JOIN atrium_forum_topic t ON t.category_id = c.id";

/// Returns the categories whose numbers have drifted, or the one alone.
pub(super) async fn drifted_categories(conn: &impl Connection, only: Option<CategoryId>) -> Result<Vec<CategoryCount>> {
    let counts = format!(
        "SELECT * FROM ({CATEGORIES} {} GROUP BY c.id) AS counts WHERE topics_public <> counted_topics_public \
         OR topics_staff <> counted_topics_staff OR posts_public <> counted_posts_public \
         OR posts_staff <> counted_posts_staff ORDER BY id",
        if only.is_some() { "WHERE c.id = $1" } else { "" }
    );
    let values = only.map(|id| id.0.into());
    let statement = Statement::from_sql_and_values(conn.get_database_backend(), counts, values);
    Ok(CategoryCount::find_by_statement(statement).all(conn).await?)
}

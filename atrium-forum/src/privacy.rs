//! What the forum keeps about a person. Texts stay when their author is erased: others answered them.

use async_trait::async_trait;
use atrium_core::Result;
use atrium_core::db::{Db, Tx};
use atrium_core::directory::PersonId;
use atrium_core::privacy::{PersonalData, change_about, rows_about};
use serde_json::{Value, json};

pub(crate) struct ForumData;

/// Each part of the export: its name, its query, its columns of text and of numbers.
type Part = (&'static str, &'static str, &'static [&'static str], &'static [&'static str]);

const PARTS: &[Part] = &[
    (
        "topics",
        "SELECT id, title, state, created_at FROM atrium_forum_topic WHERE author_id = $1 ORDER BY id",
        &["title", "state"],
        &["id", "created_at"],
    ),
    (
        "posts",
        "SELECT id, topic_id, number, markdown AS text, state, created_at, edited_at FROM atrium_forum_post \
         WHERE author_id = $1 ORDER BY id",
        &["text", "state"],
        &["id", "topic_id", "number", "created_at", "edited_at"],
    ),
    (
        "versions",
        "SELECT post_id, number, title, markdown AS text, state, reason, created_at FROM atrium_forum_revision \
         WHERE author_id = $1 ORDER BY id",
        &["title", "text", "state", "reason"],
        &["post_id", "number", "created_at"],
    ),
    (
        "flags",
        "SELECT post_id, reason, comment, state, created_at FROM atrium_forum_flag WHERE person_id = $1 ORDER BY id",
        &["reason", "comment", "state"],
        &["post_id", "created_at"],
    ),
    (
        "decisions",
        "SELECT post_id, decision, decision_reason, decided_at FROM atrium_forum_review WHERE decided_by = $1 ORDER BY id",
        &["decision", "decision_reason"],
        &["post_id", "decided_at"],
    ),
    (
        "read",
        "SELECT topic_id, number, read_at FROM atrium_forum_read WHERE person_id = $1 ORDER BY topic_id",
        &[],
        &["topic_id", "number", "read_at"],
    ),
];

const ERASED: &[&str] = &[
    "DELETE FROM atrium_forum_read WHERE person_id = $1",
    "UPDATE atrium_forum_flag SET comment = '' WHERE person_id = $1 AND comment <> ''",
    "UPDATE atrium_forum_review SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by = $1",
];

#[async_trait]
impl PersonalData for ForumData {
    async fn export(&self, db: &Db, person: PersonId) -> Result<Value> {
        let mut document = json!({});
        for (name, sql, texts, numbers) in PARTS {
            document[name] = rows_about(db, sql, (texts, numbers), person).await?;
        }
        Ok(document)
    }

    async fn erase(&self, tx: &Tx, person: PersonId) -> Result<u64> {
        let mut changed = 0;
        for sql in ERASED {
            changed += change_about(tx, sql, person).await?;
        }
        Ok(changed)
    }
}

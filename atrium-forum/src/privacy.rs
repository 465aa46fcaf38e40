//! What the forum keeps about a person. Texts stay when their author is erased: others answered them.

use atrium_core::privacy::{KeptPart, KeptRows};

pub(crate) const KEPT: KeptRows = KeptRows::new(PARTS, ERASING);

const PARTS: &[KeptPart] = &[
    KeptPart::new(
        "topics",
        "SELECT id, title, state, created_at FROM atrium_forum_topic WHERE author_id = $1 ORDER BY id",
        &["title", "state"],
        &["id", "created_at"],
    ),
    KeptPart::new(
        "posts",
        "SELECT id, topic_id, number, markdown AS text, state, created_at, edited_at FROM atrium_forum_post \
         WHERE author_id = $1 ORDER BY id",
        &["text", "state"],
        &["id", "topic_id", "number", "created_at", "edited_at"],
    ),
    KeptPart::new(
        "versions",
        "SELECT post_id, number, title, markdown AS text, state, reason, created_at FROM atrium_forum_revision \
         WHERE author_id = $1 ORDER BY id",
        &["title", "text", "state", "reason"],
        &["post_id", "number", "created_at"],
    ),
    KeptPart::new(
        "flags",
        "SELECT post_id, reason, comment, state, created_at FROM atrium_forum_flag WHERE person_id = $1 ORDER BY id",
        &["reason", "comment", "state"],
        &["post_id", "created_at"],
    ),
    KeptPart::new(
        "decisions",
        "SELECT post_id, decision, decision_reason, decided_at FROM atrium_forum_review WHERE decided_by = $1 ORDER BY id",
        &["decision", "decision_reason"],
        &["post_id", "decided_at"],
    ),
    KeptPart::new(
        "read",
        "SELECT topic_id, number, read_at FROM atrium_forum_read WHERE person_id = $1 ORDER BY topic_id",
        &[],
        &["topic_id", "number", "read_at"],
    ),
];

const ERASING: &[&str] = &[
    "DELETE FROM atrium_forum_read WHERE person_id = $1",
    "UPDATE atrium_forum_flag SET comment = '' WHERE person_id = $1 AND comment <> ''",
    "UPDATE atrium_forum_review SET claimed_by = NULL, claimed_until = NULL WHERE claimed_by = $1",
];

//! What migrations make of rows that are there.

use atrium_core::db::{Db, Migrator};
use atrium_core::directory::PersonId;
use atrium_core::plugin::Plugin;
use atrium_core::testing::TestDatabase;
use atrium_forum::Forum;
use sea_orm::{ConnectionTrait, Statement};

async fn author(db: &Db) -> PersonId {
    let sql = format!(
        "INSERT INTO atrium_person \
         (display_name, given_name, family_name, sort_name, locale, status, source, epoch, created_at) \
         VALUES ('Samir Diop', 'Samir', 'Diop', 'samir diop', 'fr', 'active', 'manual', 1, {}) RETURNING id",
        db.now().0
    );
    let statement = Statement::from_string(db.get_database_backend(), sql);
    PersonId(db.writer().query_one_raw(statement).await.unwrap().unwrap().try_get("", "id").unwrap())
}

/// Returns a category with a topic, as the first migration has them.
fn a_topic(author: PersonId) -> Vec<String> {
    vec![
        "INSERT INTO atrium_forum_category VALUES (1, 'a', 'A', '', NULL, NULL, '', '', '', 'open', FALSE, '', 1, 0, 0, 0, 0, 1, 1)"
            .to_owned(),
        format!(
            "INSERT INTO atrium_forum_topic VALUES \
             (1, 1, NULL, {author}, 'T', 'question', 'visible', 'open', FALSE, FALSE, NULL, NULL, 3, 1, {author}, 1, 0, 3, 1, 1)"
        ),
    ]
}

#[tokio::test]
async fn posts_that_flags_have_hidden_keep_that_cause_and_no_word_of_ours_for_a_reason() {
    let first = Migrator::new("forum", || Forum::default().migrations().into_iter().take(1).collect());
    let db = TestDatabase::with_migrations([first]).await;
    let author = author(&db).await;
    let mut rows = a_topic(author);
    rows.extend([("hidden", "flags"), ("hidden", "Hors sujet."), ("visible", "flags")].iter().zip(1..).map(
        |((state, reason), number)| {
            format!(
                "INSERT INTO atrium_forum_post VALUES \
                 ({number}, 1, {number}, {author}, NULL, 'member', 'x', 'x', 1, '{state}', '{reason}', 1, 1, 'k{number}', 1, NULL)"
            )
        },
    ));
    for row in rows {
        db.writer().execute_unprepared(&row).await.unwrap();
    }

    Migrator::new("forum", || Forum::default().migrations()).apply(&db).await.unwrap();
    let sql = "SELECT state_cause, state_reason FROM atrium_forum_post ORDER BY id";
    let read = Statement::from_string(db.get_database_backend(), sql);
    let kept = db.query_all_raw(read).await.unwrap();
    let kept: Vec<(String, String)> =
        kept.iter().map(|row| row.try_get_many("", &["state_cause".into(), "state_reason".into()]).unwrap()).collect();
    let expected = [("flags", ""), ("said", "Hors sujet."), ("said", "flags")];
    assert_eq!(kept, expected.map(|(cause, reason)| (cause.to_owned(), reason.to_owned())));
}

#[tokio::test]
async fn flags_are_filed_under_the_revision_that_was_shown_then() {
    let first = Migrator::new("forum", || Forum::default().migrations().into_iter().take(3).collect());
    let db = TestDatabase::with_migrations([first]).await;
    let author = author(&db).await;
    let mut rows = a_topic(author);
    rows.push(format!(
        "INSERT INTO atrium_forum_post VALUES \
         (1, 1, 1, {author}, NULL, 'member', 'x', 'x', 1, 'visible', '', 3, 3, 'k', 1, 30, 'said')"
    ));
    rows.extend([(1, "published", 1), (2, "published", 20), (3, "published", 30), (4, "proposed", 35)].map(
        |(number, state, at)| {
            format!(
                "INSERT INTO atrium_forum_revision VALUES ({number}, 1, {number}, {author}, NULL, 'x', '{state}', '', {at})"
            )
        },
    ));
    rows.push(format!("INSERT INTO atrium_forum_flag VALUES (7, 1, {author}, 'rude', 'Oh', 'open', 25)"));
    for row in rows {
        db.writer().execute_unprepared(&row).await.unwrap();
    }
    Migrator::new("forum", || Forum::default().migrations()).apply(&db).await.unwrap();
    let sql = "SELECT revision, comment FROM atrium_forum_flag";
    let kept = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap();
    let kept: Vec<(i64, String)> =
        kept.iter().map(|row| row.try_get_many("", &["revision".into(), "comment".into()]).unwrap()).collect();
    assert_eq!(kept, [(2, "Oh".to_owned())]);
    let again = format!(
        "INSERT INTO atrium_forum_flag (post_id, person_id, revision, reason, comment, state, created_at) \
         VALUES (1, {author}, 2, 'rude', '', 'open', 26)"
    );
    assert!(db.writer().execute_unprepared(&again).await.is_err(), "one per person and revision");
}

#[tokio::test]
async fn topics_of_confidential_categories_become_confidential_and_keep_what_they_asked_themselves() {
    let first = Migrator::new("forum", || Forum::default().migrations().into_iter().take(4).collect());
    let db = TestDatabase::with_migrations([first]).await;
    let author = author(&db).await;
    let mut rows = a_topic(author);
    rows.push("UPDATE atrium_forum_category SET confidential = TRUE, topics_public = 1, posts_public = 1".to_owned());
    for row in rows {
        db.writer().execute_unprepared(&row).await.unwrap();
    }
    Migrator::new("forum", || Forum::default().migrations()).apply(&db).await.unwrap();
    let sql = "SELECT readers, own_readers FROM atrium_forum_topic";
    let kept = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
    let kept: (String, String) = kept.try_get_many("", &["readers".into(), "own_readers".into()]).unwrap();
    assert_eq!(kept, ("confidential".to_owned(), "open".to_owned()));
    let sql = "SELECT topics_public, posts_public FROM atrium_forum_category";
    let kept = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
    let kept: (i64, i64) = kept.try_get_many("", &["topics_public".into(), "posts_public".into()]).unwrap();
    assert_eq!(kept, (0, 0));
}

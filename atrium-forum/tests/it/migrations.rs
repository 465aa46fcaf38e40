//! What migrations make of rows that are there.

use atrium_core::db::Migrator;
use atrium_core::directory::{fold, person};
use atrium_core::plugin::Plugin;
use atrium_core::testing::TestDatabase;
use atrium_forum::Forum;
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, ConnectionTrait, Statement};

#[tokio::test]
async fn posts_that_flags_have_hidden_keep_that_cause_and_no_word_of_ours_for_a_reason() {
    let first = Migrator::new("forum", || Forum::default().migrations().into_iter().take(1).collect());
    let db = TestDatabase::with_migrations([first]).await;
    let person = person::ActiveModel {
        display_name: Set("Samir Diop".to_owned()),
        given_name: Set("Samir".to_owned()),
        family_name: Set("Diop".to_owned()),
        sort_name: Set(fold("Samir Diop")),
        locale: Set("fr".to_owned()),
        status: Set(person::Status::Active),
        source: Set("manual".to_owned()),
        epoch: Set(1),
        created_at: Set(db.now()),
        ..Default::default()
    };
    let author = person.insert(db.writer()).await.unwrap().id;
    let mut rows = vec![
        "INSERT INTO atrium_forum_category VALUES (1, 'a', 'A', '', NULL, NULL, '', '', '', 'open', FALSE, '', 1, 0, 0, 0, 0, 1, 1)"
            .to_owned(),
        format!(
            "INSERT INTO atrium_forum_topic VALUES \
             (1, 1, NULL, {author}, 'T', 'question', 'visible', 'open', FALSE, FALSE, NULL, NULL, 3, 1, {author}, 1, 0, 3, 1, 1)"
        ),
    ];
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

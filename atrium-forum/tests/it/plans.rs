//! How the databases answer the hot lists: which index each walks along, for each kind of reader, in a forum of a size at
//! which another way would be felt.

use atrium_core::access::{Effect, Scope};
use atrium_core::db::hear_statements;
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement};

use crate::world::World;

/// Topics beside those that a test asks.
const TOPICS: i64 = 20_000;

/// Topics of every category in turn, one answered of two, the newest of today and the oldest 200 days old.
const FILL: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {topics}) \
    INSERT INTO atrium_forum_topic (id, category_id, establishment_id, author_id, title, kind, state, readers, own_readers, \
    pinned, locked, last_number, last_visible_number, last_visible_author_id, last_visible_at, last_visible_post_id, \
    replies_public, replies_staff, version, created_at) \
    SELECT 1000 + i, {open} + i % 4, NULL, {author}, 'Sujet', 'question', 'visible', 'open', 'open', \
    i % 500 = 0, false, 1 + i % 2, 1 + i % 2, {author}, {now} - ({topics} - i) * 200 / {topics} * CAST(86400000 AS BIGINT), 100000 + i, i % 2, i % 2, 1, {now} FROM n";

/// A person has read all of it.
const READ: &str = "INSERT INTO atrium_forum_read (person_id, topic_id, number, read_at) \
    SELECT {person}, id, last_visible_number, {now} FROM atrium_forum_topic WHERE id > 1000";

async fn filled() -> World {
    let world = World::new().await;
    for number in 0..3 {
        let asked = world.ask(world.referent, world.open, &format!("Sujet numéro {number}")).await.unwrap();
        world.reply(world.pupil, asked.topic, "Une réponse.").await.unwrap();
    }
    let now = world.db().now().0;
    let fill = FILL
        .replace("{topics}", &TOPICS.to_string())
        .replace("{open}", &world.open.0.to_string())
        .replace("{author}", &world.referent.0.to_string())
        .replace("{now}", &now.to_string());
    let read = READ.replace("{person}", &world.colleague.0.to_string()).replace("{now}", &now.to_string());
    // Those that were asked first are the newest.
    let asked = "UPDATE atrium_forum_topic SET last_visible_post_id = 200000 + id WHERE id <= 1000";
    for sql in [fill, read, asked.to_owned()] {
        world.db().writer().execute_unprepared(&sql).await.unwrap();
    }
    world
}

/// Returns the plan of `statement`, a line for each step.
async fn plan(world: &World, statement: &Statement) -> String {
    let (explain, column) = match statement.db_backend {
        DbBackend::Postgres => ("EXPLAIN", "QUERY PLAN"),
        _ => ("EXPLAIN QUERY PLAN", "detail"),
    };
    let asked = Statement { sql: format!("{explain} {}", statement.sql), ..statement.clone() };
    let steps = world.db().query_all_raw(asked).await.unwrap();
    // SQLite names the step that each belongs to; PostgreSQL draws it.
    let indent = |step: &QueryResult| if step.try_get("", "parent").unwrap_or(0_i64) == 0 { "" } else { "  " };
    let line = |step: &QueryResult| format!("{}{}", indent(step), step.try_get::<String>("", column).unwrap());
    steps.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// By which indexes a plan finds topics, in order; those it finds by their numbers left out. SQLite's sorts below the last
/// one, which is a page's, are told as well.
fn steps(plan: &str) -> String {
    let step = |line: &str| {
        if line.starts_with("  USE TEMP B-TREE FOR ORDER BY") {
            return Some("sorted".to_owned());
        }
        let found = [" using ", " INDEX ", "Bitmap Index Scan on "].into_iter().find_map(|mark| line.split_once(mark));
        let index = found.and_then(|(_, rest)| rest.split(' ').next()?.strip_prefix("atrium_forum_topic_"));
        let whole = line.contains("Seq Scan on atrium_forum_topic") || line.trim() == "SCAN atrium_forum_topic";
        match index {
            Some("pkey") => None,
            Some(index) => Some(index.to_owned()),
            None => whole.then(|| "every topic".to_owned()),
        }
    };
    let steps: Vec<_> = plan.lines().filter_map(step).collect();
    if steps.is_empty() { "by number".to_owned() } else { steps.join(" + ") }
}

/// Returns the statements of a page that concern topics.
async fn told(world: &World, path: &str, cookie: &str) -> String {
    // What was read before is not read again until something happens.
    world.happen().await;
    let (answer, heard) = hear_statements(world.get(path, cookie)).await;
    answer.assert_status(200);
    let mut told = Vec::new();
    for bound in ["LIMIT ?", "LIMIT $", "OFFSET ?", "OFFSET $"] {
        assert!(heard.iter().all(|statement| !statement.sql.contains(bound)), "prepared at each run: {heard:?}");
    }
    for statement in heard.iter().filter(|statement| statement.sql.contains("atrium_forum_topic")) {
        told.push(steps(&plan(world, statement).await));
    }
    told.join("; ")
}

const LISTS: [&str; 11] = [
    "/",
    "/forum",
    "/forum?avant=0-105000",
    "/forum?filtre=sans-reponse",
    "/forum?filtre=mes-sujets",
    "/forum?filtre=non-lus",
    "/forum/messagerie",
    "/forum/messagerie?filtre=sans-reponse",
    "/forum/messagerie?filtre=mes-sujets",
    "/forum/messagerie?filtre=non-lus",
    "/forum/moderation",
];

/// Returns the indexes of topics that PostgreSQL may use for a list.
fn fitting(path: &str) -> &'static [&'static str] {
    match path {
        "/" => &["activity"],
        "/forum" | "/forum?avant=0-105000" => &["activity", "recent"],
        "/forum?filtre=sans-reponse" => &["unanswered", "activity", "recent"],
        "/forum?filtre=mes-sujets" => &["author", "activity", "recent"],
        "/forum?filtre=non-lus" => &["activity", "recent"],
        "/forum/messagerie" => &["list"],
        "/forum/messagerie?filtre=sans-reponse" => &["unanswered_in"],
        "/forum/messagerie?filtre=mes-sujets" => &["author", "list"],
        "/forum/messagerie?filtre=non-lus" => &["recent", "list", "activity"],
        _ => &["restricted"],
    }
}

#[tokio::test]
async fn each_list_walks_along_its_index_for_each_kind_of_reader() {
    let world = filled().await;
    let admin = world.person("Ida Jaubert", None).await;
    world.assign(admin, "platform_admin", Scope::Platform, Effect::Permit).await;
    let barred = world.person("Karim Lopez", None).await;
    world.assign(barred, "moderator", Scope::Platform, Effect::Permit).await;
    world.assign(barred, "moderator", Scope::Establishment(world.school), Effect::Forbid).await;
    let people = [
        ("pupil", world.pupil),
        ("referent", world.referent),
        ("referent who has read everything", world.colleague),
        ("leadership", world.head),
        ("support", world.support),
        ("developer", world.developer),
        ("moderator", world.moderator),
        ("moderator of a school", world.local_moderator),
        ("moderator barred from a school", barred),
        ("administrator", admin),
    ];
    let mut readers = vec![("visitor", String::new())];
    for (name, person) in people {
        readers.push((name, world.session(person).await));
    }
    let mut before = String::new();
    for counted in [false, true] {
        if counted {
            world.db().refresh_statistics().await.unwrap();
        }
        let mut all = String::new();
        for path in LISTS {
            all.push_str(&format!("{path}\n"));
            let mut same: Vec<(String, Vec<&str>)> = Vec::new();
            let moderate = path == "/forum/moderation";
            // Another address: visitors' pages are kept.
            let asked = format!("{path}{}compte={counted}", if path.contains('?') { '&' } else { '?' });
            for (name, cookie) in readers.iter().filter(|(name, _)| !moderate || name.contains("moderator")) {
                let told = told(&world, &asked, cookie).await;
                if counted && world.db().is_postgres() {
                    let read_all = name.ends_with("everything");
                    let fits = |step: &str| fitting(path).contains(&step) || (read_all && step == "every topic");
                    let steps =
                        told.split([';', '+']).map(str::trim).filter(|step| !step.is_empty() && *step != "by number");
                    steps.for_each(|step| assert!(fits(step), "{name}, {path}: {told}"));
                }
                match same.iter_mut().find(|(steps, _)| *steps == told) {
                    Some((_, names)) => names.push(name),
                    None => same.push((told, vec![name])),
                }
            }
            for (steps, names) in same {
                all.push_str(&format!("    {steps}\n        {}\n", names.join(", ")));
            }
        }
        // Without statistics, PostgreSQL takes a full table for an empty one. Between indexes that cost the same it chooses
        // now one, now the other.
        if counted && !world.db().is_postgres() {
            assert_eq!(before, all, "statistics change no plan");
            insta::assert_snapshot!("plans_sqlite", all);
        }
        before = all;
    }
}

#[tokio::test]
async fn unread_topics_are_looked_for_among_the_recently_answered_ones() {
    let world = filled().await;
    // Three asked today, never opened; one that was answered this month, one that is beyond the five thousand.
    let behind = "UPDATE atrium_forum_read SET number = number - 1 WHERE topic_id IN (1004, 20996)";
    world.db().writer().execute_unprepared(behind).await.unwrap();
    let cookie = world.session(world.colleague).await;
    for path in ["/forum?filtre=non-lus", "/forum/messagerie?filtre=non-lus"] {
        let list = world.get(path, &cookie).await;
        list.assert_status(200);
        assert_eq!(list.text.matches("topic-row is-unread").count(), 4, "{path}");
        assert!(list.text.contains("/20996-") && !list.text.contains("/1004-"), "{path}");
    }
    assert!(world.get("/forum", &cookie).await.text.contains("4 non lus"));
    // Where fewer were answered since, it is still looked for.
    let fewer = "UPDATE atrium_forum_topic SET last_visible_post_id = last_visible_post_id - 90000 WHERE id BETWEEN 1010 AND 17000";
    world.db().writer().execute_unprepared(fewer).await.unwrap();
    // The floor is cached until an event.
    world.happen().await;
    assert!(world.get("/forum", &cookie).await.text.contains("5 non lus"));
}

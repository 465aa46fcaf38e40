//! Every edit of the forum, field by field: the record lists exactly the changed field, the version grows, an edit
//! of an older version is refused, and an edit without changes writes no row.

use std::collections::BTreeSet;
use std::path::Path;

use atrium_core::Result;
use atrium_core::audit;
use atrium_forum::Audiences;
use atrium_forum::categories::{CategoryInput, Moderation, Name, Slug};
use atrium_forum::posts::actions::Edit;
use atrium_forum::posts::{Body, Reason};
use atrium_forum::topics::marks::Mark;
use atrium_forum::topics::{Kind, Title};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;

use crate::world::World;

/// Actions that edit a row: each has its test here.
const EDITS: [&str; 13] = [
    "forum.category.updated",
    "forum.post.edited",
    "forum.topic.accepted",
    "forum.topic.answered_officially",
    "forum.topic.locked",
    "forum.topic.official_withdrawn",
    "forum.topic.opened",
    "forum.topic.pinned",
    "forum.topic.refiled",
    "forum.topic.reopened",
    "forum.topic.restricted",
    "forum.topic.unlocked",
    "forum.topic.unpinned",
];
/// Actions that make something or bring it to another state.
const OTHERS: [&str; 19] = [
    "forum.category.created",
    "forum.post.approved",
    "forum.post.created",
    "forum.post.deleted",
    "forum.post.edit_proposed",
    "forum.post.flagged",
    "forum.post.hidden",
    "forum.post.restored",
    "forum.post.submitted",
    "forum.review.claimed",
    "forum.review.decided",
    "forum.review.released",
    "forum.topic.approved",
    "forum.topic.created",
    "forum.topic.deleted",
    "forum.topic.hidden",
    "forum.topic.restored",
    "forum.topic.submitted",
    "forum.index.asked",
];

async fn records(world: &World) -> usize {
    audit::list(world.db(), None, None, 10_000).await.unwrap().len()
}

async fn events(world: &World) -> i64 {
    let count = Statement::from_string(world.db().get_database_backend(), "SELECT COUNT(*) AS n FROM atrium_outbox");
    world.db().query_one_raw(count).await.unwrap().unwrap().try_get("", "n").unwrap()
}

/// Returns the fields of the newest record, which is of `action`.
async fn changed(world: &World, action: &str) -> Vec<String> {
    let newest = audit::list(world.db(), None, None, 1).await.unwrap().remove(0);
    assert_eq!(newest.action, action);
    let details: Value = serde_json::from_str(&newest.details).unwrap();
    let changes = details["changes"].as_object().unwrap_or_else(|| panic!("{action}: {details}"));
    for (field, change) in changes {
        let values = change.as_array().unwrap();
        assert!(values.is_empty() || values.len() == 2 && values[0] != values[1], "{action}, {field}: {values:?}");
    }
    changes.keys().cloned().collect()
}

/// `edit` changes `fields`, and those alone, of something that stands at `version`.
async fn changes(world: &World, action: &str, fields: &[&str], version: i64, edit: impl AsyncFn(i64) -> Result<()>) {
    let before = (records(world).await, events(world).await);
    assert!(edit(version - 1).await.unwrap_err().is_conflict(), "{action}, {fields:?}");
    assert_eq!((records(world).await, events(world).await), before, "{action}, {fields:?}: refused");
    edit(version).await.unwrap();
    assert_eq!((records(world).await, events(world).await), (before.0 + 1, before.1 + 1), "{action}, {fields:?}");
    assert_eq!(changed(world, action).await, fields, "{action}");
    let written = (records(world).await, events(world).await);
    assert!(edit(version).await.unwrap_err().is_conflict(), "{action}, {fields:?}: the version has grown");
    edit(version + 1).await.unwrap();
    edit(version + 1).await.unwrap();
    assert_eq!((records(world).await, events(world).await), written, "{action}, {fields:?}: nothing changed");
}

/// A field, and how the test changes it alone.
type Change<'a> = (&'static str, &'a dyn Fn(&mut CategoryInput));

#[tokio::test]
async fn the_record_of_a_category_s_edit_lists_what_changed() {
    let world = World::new().await;
    let support = world.actor(world.support).await;
    let mut now = CategoryInput::new(Slug::parse("essais").unwrap(), Name::parse("Essais").unwrap());
    now.position = Some(90);
    let id = world.forum().categories().create(&support, now.clone()).await.unwrap();
    let (school, audience) = (world.school, || Audiences::parse("role:teacher").unwrap());
    let change: [Change<'_>; 12] = [
        ("slug", &|edit| edit.slug = Slug::parse("autres-essais").unwrap()),
        ("name", &|edit| edit.name = Name::parse("Autres essais").unwrap()),
        ("description", &|edit| edit.description = "On essaie.".to_owned()),
        ("service_key", &|edit| edit.service_key = Some("casier".to_owned())),
        ("establishment", &|edit| edit.establishment = Some(school)),
        ("see", &|edit| edit.see = audience()),
        ("ask", &|edit| edit.ask = audience()),
        ("answer", &|edit| edit.answer = audience()),
        ("moderation", &|edit| edit.moderation = Moderation::AllPosts),
        ("confidential", &|edit| edit.confidential = true),
        ("template", &|edit| edit.template = "Classe :".to_owned()),
        ("position", &|edit| edit.position = Some(91)),
    ];
    for ((field, change), version) in change.into_iter().zip(1..) {
        change(&mut now);
        let edit = async |version| world.forum().categories().update(&support, id, version, now.clone()).await;
        changes(&world, "forum.category.updated", &[field], version, edit).await;
    }
}

#[tokio::test]
async fn the_second_editor_of_a_category_sees_what_the_first_has_saved() {
    let world = World::new().await;
    let cookie = world.session(world.support).await;
    let send = async |version: &str, name: &str| {
        let fields = [
            ("slug", "messagerie"),
            ("name", name),
            ("sees", "public"),
            // As the boxes stand, which is not as they are kept.
            ("asks", "role:leadership"),
            ("asks", "role:digital_referent"),
            ("answers", "signed_in"),
            ("moderation", "open"),
            ("position", "10"),
            ("version", version),
        ];
        world.post_form("/administration/forum/messagerie", &cookie, &fields).await
    };
    send("1", "Premier nom").await.assert_status(303);
    let late = send("1", "Second nom").await;
    late.assert_status(409);
    assert!(late.text.contains("value=\"Second nom\"") && late.text.contains("name=\"version\" value=\"2\""));
    assert_eq!(late.text.matches("class=\"field-error\"").count(), 1, "the name alone differs: {}", late.text);
    assert!(late.text.contains("À présent enregistré\u{a0}: Premier nom"));
    send("2", "Second nom").await.assert_status(303);
}

#[tokio::test]
async fn the_record_of_a_topic_s_edit_lists_what_changed() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let (topic, support) = (asked.topic, world.actor(world.support).await);
    let to = async |version, category, kind| {
        world.forum().topics().refile(&support, topic, version, category, kind).await.map(drop)
    };
    changes(&world, "forum.topic.refiled", &["kind"], 1, async |v| to(v, world.open, Kind::Problem).await).await;
    changes(&world, "forum.topic.refiled", &["category"], 2, async |v| to(v, world.private, Kind::Problem).await).await;

    let edit = async |title: &str, text: &str, expected| {
        let (title, body) = (Some(Title::parse(title).unwrap()), Body::parse(text).unwrap());
        let edit = Edit { title, body, expected, reason: Reason::none(), files: Vec::new() };
        world.forum().posts().edit(&support, asked.post, edit).await.map(drop)
    };
    let text = "Rien ne se passe quand on clique.";
    let titled = async |version| edit("Encore des doubles", text, version).await;
    changes(&world, "forum.post.edited", &["title"], 1, titled).await;
    let rewritten = async |version| edit("Encore des doubles", "Tout se passe deux fois.", version).await;
    changes(&world, "forum.post.edited", &["text"], 2, rewritten).await;
    let kept = audit::list(world.db(), None, None, 100).await.unwrap();
    assert!(kept.iter().all(|record| !record.details.contains("doubles") && !record.details.contains("deux fois")));
}

#[tokio::test]
async fn the_record_of_a_mark_says_from_what_to_what() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let reply = world.reply(world.pupil, topic, "Chez moi aussi.").await.unwrap().post;
    let support = world.actor(world.support).await;
    for (what, action, field) in [
        (Mark::Accept(reply), "forum.topic.accepted", "accepted_post"),
        (Mark::Unaccept, "forum.topic.reopened", "accepted_post"),
        (Mark::Official(reply), "forum.topic.answered_officially", "official_post"),
        (Mark::Unofficial, "forum.topic.official_withdrawn", "official_post"),
        (Mark::Lock, "forum.topic.locked", "locked"),
        (Mark::Unlock, "forum.topic.unlocked", "locked"),
        (Mark::Pin, "forum.topic.pinned", "pinned"),
        (Mark::Unpin, "forum.topic.unpinned", "pinned"),
        (Mark::Restrict, "forum.topic.restricted", "readers"),
        (Mark::Open, "forum.topic.opened", "readers"),
    ] {
        let version = world.topic(topic).await.version;
        world.forum().topics().mark(&support, topic, what).await.unwrap();
        assert_eq!(changed(&world, action).await, [field]);
        assert_eq!(world.topic(topic).await.version, version + 1, "{action}");
        let written = (records(&world).await, events(&world).await);
        world.forum().topics().mark(&support, topic, what).await.unwrap();
        assert_eq!((records(&world).await, events(&world).await), written, "{action}: put there twice");
    }
}

#[test]
fn every_action_is_known_as_an_edit_or_as_none() {
    let mut named = BTreeSet::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut named);
    let known: BTreeSet<String> = EDITS.iter().chain(&OTHERS).map(|action| (*action).to_owned()).collect();
    let unknown: Vec<_> = named.difference(&known).collect();
    assert!(unknown.is_empty(), "say whether these edit something, and test those that do: {unknown:?}");
}

/// The names of actions and events in the sources below `folder`; permissions stand in one file.
fn collect(folder: &Path, named: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, named);
        } else if !path.ends_with("permissions.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            // What is `named` is a lock.
            let parts: Vec<_> = text.split("\"forum.").collect();
            let literals = parts.windows(2).filter(|pair| !pair[0].ends_with("named("));
            let literals = literals.filter_map(|pair| pair[1].split('"').next());
            let action = |name: &&str| name.matches('.').count() == 1 && !name.ends_with('.');
            named.extend(literals.filter(action).map(|name| format!("forum.{name}")));
        }
    }
}

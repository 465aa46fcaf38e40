//! With the English interface, what people wrote in French says so: every page of the site is walked, in which each text that
//! begins with a mark stands inside an element of its own language.

use std::collections::BTreeSet;

use atrium_core::access::{Effect, Scope};
use atrium_core::catalogue::{AnnouncementKind, AnnouncementText};
use atrium_core::directory::Profile;
use atrium_core::testing::texts_outside_language;
use atrium_forum::categories::{CategoryInput, Name, Slug};
use atrium_forum::flags::{Comment, FlagReason};
use atrium_forum::posts::Reason;
use atrium_forum::{Audiences, Forum, State, posts};

use crate::world::World;

/// What every text of this world begins with that is French.
const MARK: &str = "Œuvre";
fn links(page: &str) -> impl Iterator<Item = String> {
    let all = page.split(" href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    all.map(|link| link.replace("&amp;", "&").replace("&#x3D;", "=").split('#').next().unwrap_or_default().to_owned())
}

/// Returns a site in which everything that people can write is written.
async fn written() -> (World, String) {
    let world = World::new().await;
    let db = world.db();
    let admin = world.person("Aline Admin", Some((world.school, Profile::Staff))).await;
    for role in ["platform_admin", "region_support"] {
        world.assign(admin, role, Scope::Platform, Effect::Permit).await;
    }
    let operator = world.atrium.operator();
    world.rename_schools(&format!("{MARK} de lycée")).await;
    let mut input =
        CategoryInput::new(Slug::parse("oeuvres").unwrap(), Name::parse(&format!("{MARK}s vives")).unwrap());
    input.description = format!("{MARK} décrite");
    input.see = Audiences::parse("public").unwrap();
    input.ask = Audiences::parse("signed_in").unwrap();
    let category = Forum::of(db).categories().create(&operator, input).await.unwrap();
    let asked = world.ask(world.referent, category, &format!("{MARK} cherchée en vain")).await.unwrap();
    let reply = world.reply(world.colleague, asked.topic, &format!("{MARK} répondue.")).await.unwrap();
    let edit = posts::actions::Edit {
        title: None,
        body: posts::Body::parse(&format!("{MARK} corrigée.")).unwrap(),
        expected: 1,
        reason: Reason::parse(&format!("{MARK} de motif")).unwrap(),
        files: Vec::new(),
    };
    Forum::of(db).posts().edit(&world.actor(world.colleague).await, reply.post, edit).await.unwrap();
    let support = world.actor(world.support).await;
    let note = Comment::parse(&format!("{MARK} signalée")).unwrap();
    Forum::of(db).flags().create(&support, reply.post, 2, FlagReason::Rude, &note).await.unwrap();
    let hidden = world.reply(world.referent, asked.topic, &format!("{MARK} masquée.")).await.unwrap();
    let reason = Reason::parse(&format!("{MARK} de décision")).unwrap();
    let version = world.post(hidden.post).await.version;
    Forum::of(db).posts().change_state(&support, hidden.post, State::Hidden, version, &reason).await.unwrap();
    let text = AnnouncementText {
        kind: AnnouncementKind::Info,
        service_key: None,
        title_fr: format!("{MARK} annoncée"),
        body_fr: format!("{MARK} expliquée"),
        starts_at: db.now(),
        ends_at: db.now().plus_seconds(3600),
        title_en: String::new(),
        body_en: String::new(),
    };
    world.atrium.catalogue().announce(&operator, text).await.unwrap();
    let cookie = format!("{}; atrium-lang=en", world.session(admin).await);
    (world, cookie)
}

#[tokio::test]
async fn french_texts_say_so_on_every_english_page() {
    let (world, cookie) = written().await;
    let mut next = vec!["/".to_owned(), "/administration".to_owned(), "/forum".to_owned(), "/compte".to_owned()];
    next.extend(["/forum/moderation", "/forum/moderation/decisions", "/forum/oeuvres/nouveau"].map(str::to_owned));
    let (mut seen, mut wrong, mut marked) = (BTreeSet::new(), BTreeSet::new(), 0);
    while let Some(path) = next.pop() {
        let inside = path.starts_with('/') && !path.starts_with("/statique/") && !path.contains("lang=");
        if !inside || !seen.insert(path.clone()) || seen.len() > 400 {
            continue;
        }
        let page = world.get(&path, &cookie).await;
        if page.status != 200 || !page.text.starts_with("<!doctype html>") {
            continue;
        }
        assert!(page.text.contains("<html lang=\"en\""), "{path}");
        marked += page.text.matches(MARK).count();
        wrong.extend(texts_outside_language(&page.text, MARK, "fr").into_iter().map(|text| format!("{path}: {text}")));
        next.extend(links(&page.text));
    }
    assert!(seen.len() > 40 && marked > 150, "{} pages, {marked} texts", seen.len());
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}

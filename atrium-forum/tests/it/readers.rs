//! Topics follow the readers of their category, and the effects of a change are shown before it is made.

use atrium_forum::Audiences;
use atrium_forum::categories::{CategoryInput, Name, Slug, Turn};
use atrium_forum::topics::actions::NewTopic;
use atrium_forum::topics::marks::Mark;
use atrium_forum::topics::{Kind, Readers, TopicId};

use crate::world::{Answer, World};

/// Returns the open category as its form sends it.
fn settings() -> CategoryInput {
    let mut input = CategoryInput::new(Slug::parse("messagerie").unwrap(), Name::parse("messagerie").unwrap());
    input.ask = Audiences::parse("role:digital_referent role:leadership role:region_support").unwrap();
    input
}

async fn save(world: &World, input: CategoryInput) {
    let support = world.actor(world.support).await;
    let version = world.forum().categories().find(&support, "messagerie").await.unwrap().row.version;
    world.forum().categories().update(&support, world.open, version, input).await.unwrap();
}

async fn readers(world: &World, topic: TopicId) -> Readers {
    world.topic(topic).await.readers
}

/// Returns the form of the open category, with these readers.
async fn form(world: &World, cookie: &str, sees: &str, confidential: bool, confirm: &str) -> Answer {
    let support = world.actor(world.support).await;
    let version = world.forum().categories().find(&support, "messagerie").await.unwrap().row.version.to_string();
    let mut fields = vec![
        ("slug", "messagerie"),
        ("name", "messagerie"),
        ("asks", "role:digital_referent"),
        ("answers", "signed_in"),
        ("moderation", "open"),
        ("version", &version),
        ("confirm", confirm),
    ];
    fields.extend(sees.split_whitespace().map(|word| ("sees", word)));
    fields.extend(confidential.then_some(("confidential", "1")));
    world.post_form("/administration/forum/messagerie", cookie, &fields).await
}

fn confirmation(page: &Answer) -> String {
    let value = page.text.split(r#"name="confirm" value=""#).nth(1).expect("a page that asks to confirm");
    value.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_category_made_confidential_takes_its_topics_along_and_gives_back_those_it_took() {
    let world = World::new().await;
    let open = world.ask(world.referent, world.open, "Un parapluie perdu").await.unwrap();
    let own = world.ask_confidentially(world.referent, "Une affaire délicate").await.unwrap();
    world.reply(world.colleague, open.topic, "Chez nous aussi.").await.unwrap();
    world.atrium.index_now().await.unwrap();
    let (pupil, colleague) = (world.session(world.pupil).await, world.session(world.colleague).await);
    let (url, search) = (world.topic(open.topic).await.url(), "/api/v1/search?q=parapluie&kind=forum");
    assert_eq!(world.get(search, &pupil).await.json()["total"], 1);

    let support = world.session(world.support).await;
    let told = form(&world, &support, "public", true, "").await;
    told.assert_status(200);
    assert!(told.text.contains("Un sujet devient confidentiel"), "{}", told.text);
    assert_eq!(readers(&world, open.topic).await, Readers::Open, "nothing is saved before it is confirmed");
    form(&world, &support, "public", true, &confirmation(&told)).await.assert_status(303);

    assert_eq!(readers(&world, open.topic).await, Readers::Confidential);
    world.assert_no_drift().await;
    let category = world.reader(world.pupil).await.category(world.open).unwrap().row.clone();
    assert_eq!((category.topics_public, category.posts_public, category.topics_staff), (0, 0, 2));
    world.get(&url, &pupil).await.assert_status(404);
    world.get(&url, &colleague).await.assert_status(404);
    world.atrium.index_now().await.unwrap();
    assert_eq!(world.get(search, &pupil).await.json()["total"], 0);
    let listed = world.get("/forum/messagerie?filtre=non-lus", &pupil).await.text;
    assert!(!listed.contains("parapluie"), "{listed}");
    let asked = world.ask(world.referent, world.open, "Posé sous le sceau").await.unwrap();

    let told = form(&world, &support, "public", false, "").await;
    for line in ["Un sujet redevient lisible", "2 sujets restent confidentiels"] {
        assert!(told.text.contains(line), "{line}: {}", told.text);
    }
    form(&world, &support, "public", false, &confirmation(&told)).await.assert_status(303);
    let after = [open.topic, own.topic, asked.topic];
    let mut found = Vec::new();
    for topic in after {
        found.push(readers(&world, topic).await);
    }
    assert_eq!(found, [Readers::Open, Readers::Confidential, Readers::Confidential]);
    world.get(&url, &pupil).await.assert_status(200);
    world.assert_no_drift().await;
}

#[tokio::test]
async fn the_form_says_in_which_direction_the_circle_of_readers_goes() {
    let world = World::new().await;
    let support = world.session(world.support).await;
    form(&world, &support, "signed_in", false, "").await.assert_status(303);
    form(&world, &support, "public", false, "").await.assert_status(303);
    for title in ["Un premier sujet", "Un second sujet"] {
        world.ask(world.referent, world.open, title).await.unwrap();
    }
    let narrower = form(&world, &support, "role:digital_referent role:region_support", false, "").await;
    narrower.assert_status(200);
    for line in ["Moins de lecteurs", "ces 2 sujets", "tout le monde"] {
        assert!(narrower.text.contains(line), "{line}: {}", narrower.text);
    }
    assert!(!narrower.text.contains("Plus de lecteurs"));
    let key = confirmation(&narrower);
    // Told of one change, and sending another: that one is told, too.
    let other = form(&world, &support, "role:region_support", false, &key).await;
    other.assert_status(200);
    form(&world, &support, "role:digital_referent role:region_support", false, &key).await.assert_status(303);
    let pupil = world.session(world.pupil).await;
    world.get("/forum/messagerie", &pupil).await.assert_status(404);
    let listed = world.get("/api/v1/forum/topics", &pupil).await.json();
    assert_eq!(listed["topics"].as_array().unwrap().len(), 0);

    let wider = form(&world, &support, "public", false, "").await;
    assert!(wider.text.contains("Plus de lecteurs") && !wider.text.contains("Moins de lecteurs"), "{}", wider.text);
    let english = world.get("/administration/forum/messagerie", &format!("{support}; atrium-lang=en")).await;
    assert!(!english.text.contains("name=\"confirm\""), "{}", english.text);
    form(&world, &support, "public", false, &confirmation(&wider)).await.assert_status(303);
    world.get("/forum/messagerie", &pupil).await.assert_status(200);
}

#[tokio::test]
async fn a_category_given_to_a_school_has_its_topics_live_there_and_back_where_they_were_asked() {
    let world = World::new().await;
    let here = world.ask(world.referent, world.open, "Du lycée des Tilleuls").await.unwrap().topic;
    let there = world.ask(world.colleague, world.open, "Du lycée du Port").await.unwrap().topic;
    let region = world.ask(world.support, world.open, "De la Région").await.unwrap().topic;
    let support = world.actor(world.support).await;
    let schools = async || {
        let mut schools = Vec::new();
        for topic in [here, there, region] {
            schools.push(world.topic(topic).await.establishment_id);
        }
        schools
    };
    let mut input = settings();
    input.establishment = Some(world.school);
    let told = world.forum().categories().consequences(&support, world.open, &input).await.unwrap();
    assert_eq!((told.topics, told.moved, told.seen), (3, 2, Turn::default()));
    save(&world, input).await;
    assert_eq!(schools().await, [Some(world.school); 3]);
    let told = world.forum().categories().consequences(&support, world.open, &settings()).await.unwrap();
    assert_eq!(told.moved, 2);
    save(&world, settings()).await;
    assert_eq!(schools().await, [Some(world.school), Some(world.elsewhere), None]);
    world.assert_no_drift().await;
    for who in [world.pupil, world.moderator] {
        let refused = world.forum().categories().consequences(&world.actor(who).await, world.open, &settings()).await;
        assert!(refused.unwrap_err().is_forbidden());
    }
}

#[tokio::test]
async fn no_topic_asked_or_moved_meanwhile_stays_open_in_a_category_made_confidential() {
    let world = World::new().await;
    let referent = world.actor(world.referent).await;
    let mut movable = Vec::new();
    for number in 0..6 {
        let new = world.topic_in(world.private, &format!("Sujet à déplacer {number}"));
        movable.push(world.forum().topics().create(&referent, new).await.unwrap().topic);
    }
    let asked = (0..6).map(|number| world.topic_in(world.open, &format!("Sujet posé {number}")));
    let topics = world.forum().topics();
    let asking = futures::future::join_all(asked.map(|new| topics.create(&referent, new)));
    let moving = movable.iter().map(|topic| topics.refile(&referent, *topic, 1, world.open, Kind::Question));
    let moving = futures::future::join_all(moving);
    let mut input = settings();
    input.confidential = true;
    let (asked, moved, ()) = tokio::join!(asking, moving, save(&world, input));
    let topics = asked.into_iter().map(|posted| posted.unwrap().topic);
    for topic in topics.chain(moved.into_iter().map(|topic| topic.unwrap().id)).collect::<Vec<_>>() {
        assert_eq!(readers(&world, topic).await, Readers::Confidential, "{topic}");
    }
    world.assert_no_drift().await;
}

#[tokio::test]
async fn a_topic_of_a_confidential_category_is_not_opened_there() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Un sujet ouvert").await.unwrap().topic;
    let mut input = settings();
    input.confidential = true;
    save(&world, input).await;
    let support = world.actor(world.support).await;
    let refused = world.forum().topics().mark(&support, topic, Mark::Open).await.unwrap_err();
    assert_eq!(refused.message().unwrap().key, "forum-category-is-confidential");
    assert_eq!(readers(&world, topic).await, Readers::Confidential);
}

#[tokio::test]
async fn the_form_that_moves_a_topic_says_who_will_and_who_will_no_longer_read_it() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Un sujet à déplacer").await.unwrap().topic;
    let cookie = world.session(world.support).await;
    let go = async |to: &'static str, confirm: String| {
        let topic = world.topic(topic).await;
        let version = topic.version.to_string();
        let fields = [("category", to), ("kind", "question"), ("version", &*version), ("confirm", &*confirm)];
        world.post_form(&format!("{}/deplacer", topic.url()), &cookie, &fields).await
    };
    let told = go("entre-referents", String::new()).await;
    told.assert_status(200);
    for line in ["Moins de lecteurs", "tout le monde", "Confirmer le déplacement"] {
        assert!(told.text.contains(line), "{line}: {}", told.text);
    }
    assert_eq!(world.topic(topic).await.category_id, world.open);
    go("entre-referents", confirmation(&told)).await.assert_status(303);
    assert_eq!(world.topic(topic).await.category_id, world.private);
    let told = go("messagerie", String::new()).await;
    assert!(told.text.contains("Plus de lecteurs") && !told.text.contains("Moins de lecteurs"), "{}", told.text);
    go("messagerie", confirmation(&told)).await.assert_status(303);
    go("annonces", String::new()).await.assert_status(303);
    world.assert_no_drift().await;
}

#[tokio::test]
async fn a_topic_takes_the_readers_of_the_category_it_is_moved_to() {
    let world = World::new().await;
    let mut input = settings();
    input.confidential = true;
    save(&world, input).await;
    let support = world.actor(world.support).await;
    let own = NewTopic { confidential: true, ..world.topic_in(world.private, "Une affaire délicate") };
    let own = world.forum().topics().create(&support, own).await.unwrap().topic;
    let open = world.ask(world.support, world.private, "Un sujet ouvert").await.unwrap().topic;
    for (topic, back) in [(own, Readers::Confidential), (open, Readers::Open)] {
        let there = world.forum().topics().refile(&support, topic, 1, world.open, Kind::Question).await.unwrap();
        assert_eq!(there.readers, Readers::Confidential);
        let here = world.forum().topics().refile(&support, topic, 2, world.private, Kind::Question).await.unwrap();
        assert_eq!(here.readers, back);
    }
    world.assert_no_drift().await;
}

#[tokio::test]
async fn a_moderator_is_told_before_and_undoes_what_they_made_confidential_without_reading_it() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Le nom d’un élève").await.unwrap().topic;
    let (cookie, url) = (world.session(world.moderator).await, world.topic(topic).await.url());
    let restrict = format!("{url}/restreindre");
    let told = world.post_form(&restrict, &cookie, &[]).await;
    told.assert_status(200);
    assert!(told.text.contains("Vous-même ne le lirez plus"), "{}", told.text);
    let api = format!("/api/v1/forum/topics/{topic}/confidential");
    let told = world.get(&api, &cookie).await.json();
    assert_eq!((&told["confidential"], &told["leaves"]), (&false.into(), &true.into()));
    assert!(told["told"][1].as_str().is_some_and(|told| told.contains("Vous-même ne le lirez plus")), "{told}");
    let stays = world.get(&api, &world.session(world.support).await).await.json();
    assert_eq!((&stays["leaves"], stays["told"].as_array().map(Vec::len)), (&false.into(), Some(1)));
    for other in [world.local_moderator, world.referent] {
        let refused = world.get(&api, &world.session(other).await).await.status;
        assert!(refused == 403 || refused == 404, "{refused}");
    }
    assert_eq!(readers(&world, topic).await, Readers::Open);
    let done = world.post_form(&restrict, &cookie, &[("confirm", "1")]).await;
    done.assert_status(303);
    assert_eq!(readers(&world, topic).await, Readers::Confidential);
    world.get(&url, &cookie).await.assert_status(404);
    let after = world.get(done.location(), &cookie).await;
    after.assert_status(200);
    assert!(after.text.contains("/diffuser") && !after.text.contains("élève"), "{}", after.text);
    let queue = world.get("/forum/moderation", &cookie).await.text;
    assert!(queue.contains("Rendus confidentiels par vous") && queue.contains(done.location()), "{queue}");

    for other in [world.colleague, world.local_moderator] {
        let cookie = world.session(other).await;
        assert!(!world.get(done.location(), &cookie).await.status.is_success());
        let opened = world.forum().topics().mark(&world.actor(other).await, topic, Mark::Open).await;
        assert!(opened.unwrap_err().is_not_found());
    }
    let locked = world.forum().topics().mark(&world.actor(world.moderator).await, topic, Mark::Lock).await;
    assert!(locked.unwrap_err().is_not_found(), "undoing is all that is left to them");
    world.post_form(&format!("/forum/sujets/{topic}/diffuser"), &cookie, &[]).await.assert_status(303);
    assert_eq!(readers(&world, topic).await, Readers::Open);
    world.get(&url, &cookie).await.assert_status(200);
    world.assert_no_drift().await;

    world.forum().topics().mark(&world.actor(world.support).await, topic, Mark::Restrict).await.unwrap();
    let opened = world.forum().topics().mark(&world.actor(world.moderator).await, topic, Mark::Open).await;
    assert!(opened.unwrap_err().is_not_found(), "what another made confidential stays so");
}

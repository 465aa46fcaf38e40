//! Replying and editing.

use atrium_core::access::{Actor, Effect, Scope};
use atrium_core::plugin::Plugin;
use atrium_forum::posts::actions::{Edited, NewReply};
use atrium_forum::posts::{Body, PostId, Reason};
use atrium_forum::{Forum, State, posts};
use sea_orm::{ConnectionTrait, Statement};

use crate::world::{World, key};

#[tokio::test]
async fn replies_are_numbered_and_counted() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let first = world.reply(world.pupil, topic, "Chez moi aussi.").await.unwrap();
    let second = world.reply(world.support, topic, "C’est corrigé.").await.unwrap();
    assert_eq!((first.number, second.number), (2, 3));
    let topic = world.topic(topic).await;
    assert_eq!((topic.replies_public, topic.replies_staff, topic.last_visible_number), (2, 2, 3));
    assert_eq!(topic.last_visible_author_id, world.support);
    world.assert_no_drift().await;
}

#[tokio::test]
async fn simultaneous_replies_get_distinct_numbers() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let actor = world.actor(world.pupil).await;
    let posts = world.forum().posts();
    let send = |text: String| {
        let new = NewReply { body: Body::parse(&text).unwrap(), files: Vec::new(), key: key() };
        posts.reply(&actor, topic, new)
    };
    let sent = (0..12).map(|number| send(format!("Réponse {number}")));
    let posted: Vec<_> = futures::future::join_all(sent).await.into_iter().map(Result::unwrap).collect();
    let mut numbers: Vec<_> = posted.iter().map(|posted| posted.number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (2..14).collect::<Vec<_>>());
    world.assert_no_drift().await;
}

#[tokio::test]
async fn a_double_submit_is_one_post() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let actor = world.actor(world.pupil).await;
    let new = NewReply { body: Body::parse("Une seule fois.").unwrap(), files: Vec::new(), key: key() };
    let posts = world.forum().posts();
    let send = || posts.reply(&actor, topic, new.clone());
    let (a, b, c) = tokio::join!(send(), send(), send());
    let again = send().await.unwrap();
    assert_eq!((a.unwrap(), b.unwrap(), c.unwrap()), (again.clone(), again.clone(), again));
    assert_eq!(world.topic(topic).await.replies_public, 1);
    world.assert_no_drift().await;
}

#[tokio::test]
async fn whoever_may_not_answer_is_refused_and_what_they_may_not_see_is_not_there() {
    let world = World::new().await;
    let open = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let private = world.ask(world.referent, world.private, "Une organisation à revoir").await.unwrap().topic;
    let visitor = Actor::anonymous(world.db().now());
    let new = || NewReply { body: Body::parse("Bonjour").unwrap(), files: Vec::new(), key: key() };
    let refused = world.forum().posts().reply(&visitor, open, new()).await.unwrap_err();
    assert!(refused.is_sign_in_required());
    assert!(world.reply(world.pupil, private, "Bonjour").await.unwrap_err().is_not_found());
    world.assign(world.pupil, "student", Scope::Platform, Effect::Forbid).await;
    assert!(world.reply(world.pupil, open, "Bonjour").await.unwrap_err().is_forbidden(), "a forbid silences");
}

#[tokio::test]
async fn a_stale_edit_is_a_conflict_and_writes_nothing() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.pupil, topic, "Version une").await.unwrap().post;
    assert_eq!(world.edit(world.pupil, post, 1, "Version deux").await.unwrap(), Edited::Published);
    let stale = world.edit(world.pupil, post, 1, "Version trois").await.unwrap_err();
    assert!(stale.is_conflict());
    let post = world.post(post).await;
    assert_eq!((post.version, post.revision), (2, 2));
    assert_eq!(world.markdown(post.id).await, "Version deux");
    assert!(world.html(post.id).await.contains("Version deux"));
}

#[tokio::test]
async fn only_the_author_and_moderators_edit() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let post = world.reply(world.pupil, topic, "Version une").await.unwrap().post;
    assert!(world.edit(world.colleague, post, 1, "Autre chose").await.unwrap_err().is_forbidden());
    assert!(world.edit(world.local_moderator, post, 1, "Autre chose").await.unwrap_err().is_forbidden());
    assert!(world.edit(world.pupil, PostId(9999), 1, "Autre chose").await.unwrap_err().is_not_found());
    assert_eq!(world.edit(world.moderator, post, 1, "Corrigé").await.unwrap(), Edited::Published);
}

#[tokio::test]
async fn an_edit_of_an_approved_post_waits_where_everything_is_reviewed() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.reviewed, "Une annonce à relire").await.unwrap();
    assert_eq!(asked.state, State::Pending);
    // What waits may still be improved, without being shown.
    assert_eq!(world.edit(world.referent, asked.post, 1, "Mieux dit.").await.unwrap(), Edited::Published);
    assert_eq!(world.post(asked.post).await.state, State::Pending);
    world.change(world.moderator, asked.post, State::Visible).await.unwrap();

    let version = world.post(asked.post).await.version;
    let edited = world.edit(world.referent, asked.post, version, "Texte jamais relu.").await.unwrap();
    assert_eq!(edited, Edited::Proposed);
    let post = world.post(asked.post).await;
    assert_eq!(world.markdown(post.id).await, "Mieux dit.");
    assert!(!world.html(post.id).await.contains("jamais relu"));
}

#[tokio::test]
async fn newcomers_are_reviewed_until_three_of_their_posts_were_shown() {
    let world = World::new().await;
    let topic = world.ask(world.support, world.newcomers, "Présentez-vous ici").await.unwrap();
    assert_eq!(topic.state, State::Visible, "the Region is trusted");
    for number in 0..3 {
        let posted = world.reply(world.pupil, topic.topic, &format!("Bonjour {number}")).await.unwrap();
        assert_eq!(posted.state, State::Pending);
        world.change(world.moderator, posted.post, State::Visible).await.unwrap();
    }
    assert_eq!(world.reply(world.pupil, topic.topic, "Me revoilà").await.unwrap().state, State::Visible);
    world.assert_no_drift().await;
}

#[tokio::test]
async fn authors_delete_their_replies_and_nothing_else_of_others() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let reply = world.reply(world.pupil, asked.topic, "Je me suis trompé.").await.unwrap();
    assert!(world.change(world.colleague, reply.post, State::Deleted).await.unwrap_err().is_forbidden());
    assert!(world.change(world.pupil, reply.post, State::Hidden).await.unwrap_err().is_forbidden());
    assert!(world.change(world.referent, asked.post, State::Deleted).await.unwrap_err().is_forbidden(), "answered");
    world.change(world.pupil, reply.post, State::Deleted).await.unwrap();
    assert!(!world.reader(world.pupil).await.sees_post(&world.topic(asked.topic).await, &world.post(reply.post).await));
    world.change(world.referent, asked.post, State::Deleted).await.unwrap();
    world.assert_no_drift().await;
}

#[tokio::test]
async fn texts_that_would_be_refused_today_are_rendered_all_the_same() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let mut old = Vec::new();
    for text in ["&nbsp;".to_owned(), format!("# Titre\n\n{}", "é".repeat(32_001)), "Toujours **bon**.".to_owned()] {
        let post = world.reply(world.pupil, topic, "Un texte.").await.unwrap().post;
        let sql = "UPDATE atrium_forum_post SET markdown = $1, html = 'vieux', renderer = 0 WHERE id = $2";
        let (writer, values) = (world.db().writer(), [text.into(), post.0.into()]);
        let backend = writer.get_database_backend();
        writer.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.unwrap();
        old.push(post);
    }
    let forum = Forum::default();
    forum.start(world.atrium.context()).await.unwrap();
    assert_eq!(world.forum().posts().refresh_html(10).await.unwrap(), 0, "none is left");
    for post in &old {
        assert_ne!(world.html(*post).await, "vieux");
    }
    assert!(world.html(old[2]).await.contains("<strong>bon</strong>"));
}

#[tokio::test]
async fn whoever_takes_anothers_post_away_says_why() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let post = world.reply(world.pupil, asked.topic, "Je me suis trompé.").await.unwrap().post;
    let silently = async |by, to| {
        let version = world.post(post).await.version;
        world.forum().posts().change_state(&world.actor(by).await, post, to, version, &Reason::none()).await
    };
    for to in [State::Hidden, State::Deleted] {
        let refused = silently(world.moderator, to).await.unwrap_err();
        assert_eq!(refused.problems()[0].field, "reason", "{to:?}");
        assert!(silently(world.colleague, to).await.unwrap_err().is_forbidden(), "{to:?}");
    }
    let (author, moderator) = (world.session(world.pupil).await, world.session(world.moderator).await);
    let page = format!("/forum/messages/{post}/moderer");
    let asks_why =
        |text: &str| text.split("name=\"reason\"").nth(1).unwrap().split('>').next().unwrap().contains("required");
    assert!(asks_why(&world.get(&page, &moderator).await.text));
    assert!(!asks_why(&world.get(&page, &author).await.text));
    silently(world.pupil, State::Deleted).await.unwrap();
    silently(world.moderator, State::Visible).await.unwrap();
}

#[tokio::test]
async fn a_change_of_state_expects_the_version_that_was_read() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Des messages en double").await.unwrap();
    let reply = world.reply(world.pupil, asked.topic, "Bonjour").await.unwrap();
    let reason = posts::Reason::parse("Hors sujet.").unwrap();
    let hide = || async {
        let actor = world.actor(world.moderator).await;
        world.forum().posts().change_state(&actor, reply.post, State::Hidden, 1, &reason).await
    };
    hide().await.unwrap();
    assert!(hide().await.unwrap_err().is_conflict());
    assert_eq!(world.post(reply.post).await.state_reason, "Hors sujet.");
}

#[tokio::test]
async fn a_key_that_made_something_else_does_not_swallow_a_text() {
    let world = World::new().await;
    let first = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let second = world.ask(world.referent, world.open, "Un tout autre sujet").await.unwrap().topic;
    let key = key();
    let send = async |topic, text: &str| {
        let new = NewReply { body: Body::parse(text).unwrap(), files: Vec::new(), key: key.clone() };
        world.forum().posts().reply(&world.actor(world.pupil).await, topic, new).await.unwrap()
    };
    let one = send(first, "Chez moi aussi.").await;
    assert_eq!(send(first, "Chez moi aussi.").await, one, "the same write again");
    assert_ne!(send(first, "Et depuis hier.").await.post, one.post, "another text");
    assert_eq!(send(second, "Chez moi aussi.").await.topic, second, "another topic");
}

#[tokio::test]
async fn a_forbid_at_a_school_silences_there_who_writes_from_elsewhere() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    world.reply(world.colleague, topic, "Chez nous aussi.").await.unwrap();
    let there = Scope::Establishment(world.school);
    world.assign(world.colleague, "digital_referent", there, Effect::Forbid).await;
    assert!(world.reply(world.colleague, topic, "Encore.").await.unwrap_err().is_forbidden());
    let own = world.ask(world.colleague, world.open, "Dans mon établissement").await.unwrap().topic;
    world.reply(world.colleague, own, "Je complète.").await.unwrap();
}

#[tokio::test]
async fn a_quotation_is_read_by_those_who_may_read_what_is_quoted() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let said = world.reply(world.pupil, topic, "Mon parapluie est rouge.").await.unwrap();
    let cookie = world.session(world.referent).await;
    let url = world.topic(topic).await.url();
    let form = world.get(&format!("{url}?citer=2"), &cookie).await;
    let link = format!("](/forum/messages/{})", said.post);
    assert!(form.text.contains(&link) && form.text.contains("&gt; Mon parapluie est rouge."), "{}", form.text);
    let quoting = format!("> **[Élève{link}**\n>\n> Mon parapluie est rouge.\n\nLe mien aussi.");
    let answer = world.reply(world.referent, topic, &quoting).await.unwrap().post;
    assert!(world.get(&url, "").await.text.matches("Mon parapluie est rouge.").count() == 2);

    world.change(world.support, said.post, State::Hidden).await.unwrap();
    let other = world.session(world.colleague).await;
    let api = format!("/api/v1/forum/topics/{topic}");
    for page in [&url, &api] {
        let text = world.get(page, &other).await.text;
        assert!(!text.contains("parapluie") && text.contains("Le mien aussi"), "{page}: {text}");
    }
    assert!(world.get(&url, &other).await.text.contains("n’est plus visible"));
    for page in ["signaler", "moderer"] {
        let local = world.session(if page == "signaler" { world.head } else { world.moderator }).await;
        let shown = world.get(&format!("/forum/messages/{answer}/{page}"), &local).await;
        shown.assert_status(200);
        assert!(!shown.text.contains("parapluie") && shown.text.contains("Le mien aussi"), "{page}: {}", shown.text);
    }
    world.atrium.index_now().await.unwrap();
    let found = world.get("/api/v1/search?q=parapluie&kind=forum", "").await.json();
    assert_eq!(found["total"], 0, "{found}");
    let moderator = world.session(world.support).await;
    assert!(world.get(&url, &moderator).await.text.contains("Mon parapluie est rouge."), "who may read it reads it");
}

#[tokio::test]
async fn a_quotation_goes_with_the_topic_that_it_is_from() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let url = world.topic(topic).await.url();
    let cookie = world.session(world.colleague).await;
    for state in [State::Hidden, State::Deleted] {
        let other = world.ask(world.referent, world.open, "Un autre sujet").await.unwrap();
        let said = world.reply(world.pupil, other.topic, "Mon parapluie est rouge.").await.unwrap().post;
        let quoting = format!("> **[Élève](/forum/messages/{said})**\n>\n> Mon parapluie est rouge.\n\nLe mien aussi.");
        world.reply(world.referent, topic, &quoting).await.unwrap();
        assert!(world.get(&url, &cookie).await.text.contains("parapluie"));
        world.change(world.support, other.post, state).await.unwrap();
        assert_eq!(world.post(said).await.state, State::Visible);
        let page = world.get(&url, &cookie).await;
        assert!(!page.text.contains("parapluie") && page.text.contains("Le mien aussi"), "{state:?}: {}", page.text);
    }
}

#[tokio::test]
async fn programs_read_no_quotation_that_pages_withhold_however_it_is_spelt() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let said = world.reply(world.pupil, topic, "Mon parapluie est rouge.").await.unwrap().post;
    let link = format!("[Élève](/forum/messages/{said})");
    for text in [
        format!("> {link}\n> Mon parapluie est rouge."),
        format!("> > **{link}**\n> > Mon parapluie est rouge."),
        format!("- > **{link}**\n  >\n  > Mon parapluie est rouge."),
        format!("> **{link}**\nMon parapluie est rouge."),
        format!("> [Élève][e]\n> Mon parapluie est rouge.\n\n[e]: /forum/messages/{said}"),
    ] {
        world.reply(world.referent, topic, &format!("{text}\n\nLe mien aussi.")).await.unwrap();
    }
    world.change(world.support, said, State::Hidden).await.unwrap();
    let page = world.get(&format!("/api/v1/forum/topics/{topic}"), "").await;
    page.assert_status(200);
    assert!(!page.text.contains("parapluie"), "{}", page.text);
    assert_eq!(page.text.matches("Le mien aussi.").count(), 10, "in Markdown and in HTML: {}", page.text);
}

#[tokio::test]
async fn a_page_looks_up_so_many_sources_and_withholds_the_rest() {
    let world = World::new().await;
    let topic = world.ask(world.referent, world.open, "Des messages en double").await.unwrap().topic;
    let said = world.reply(world.pupil, topic, "Bonjour").await.unwrap().post;
    let quotation = |id: i64, words: &str| format!("> **[Élève](/forum/messages/{id})**\n>\n> {words}\n\n");
    let unknown: String = (0..200).map(|number| quotation(1_000_000 + number, "x")).collect();
    let first = quotation(said.0, "Premier parapluie");
    world.reply(world.referent, topic, &format!("{first}{unknown}")).await.unwrap();
    let second = world.reply(world.pupil, topic, "Bonsoir").await.unwrap().post;
    world.reply(world.referent, topic, &quotation(second.0, "Second parapluie")).await.unwrap();
    let page = world.get(&world.topic(topic).await.url(), "").await;
    assert!(page.text.contains("Premier parapluie") && !page.text.contains("Second parapluie"), "{}", page.text);
}

//! The forum in the platform's search.

use atrium_core::access::Actor;
use atrium_core::db::count_queries;
use atrium_core::events;
use atrium_core::plugin::Plugin;
use atrium_core::search::SearchRequest;
use atrium_forum::categories::{CategoryInput, Name, Slug};
use atrium_forum::topics::marks::Mark;
use atrium_forum::{Audiences, Forum, State};
use sea_orm::ConnectionTrait;

use crate::world::World;

async fn found(world: &World, cookie: &str, words: &str) -> serde_json::Value {
    world.atrium.index_now().await.unwrap();
    let answer = world.get(&format!("/api/v1/search?q={words}&kind=forum"), cookie).await;
    answer.assert_status(200);
    answer.json()["hits"].clone()
}

#[tokio::test]
async fn questions_and_replies_are_found_with_their_marks() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "La synchronisation des tablettes").await.unwrap();
    let reply = world.reply(world.support, asked.topic, "Relancez le parapluie.").await.unwrap();
    let support = world.actor(world.support).await;
    world.forum().topics().mark(&support, asked.topic, Mark::Official(reply.post)).await.unwrap();
    let hits = found(&world, "", "parapluie").await;
    assert_eq!(hits[0]["title"], "La synchronisation des tablettes");
    assert_eq!(hits[0]["badges"][0], "official");
    assert!(hits[0]["url"].as_str().unwrap().ends_with("#message-2"), "{hits}");
}

#[tokio::test]
async fn what_is_not_visible_is_not_found_by_anybody() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "La synchronisation des tablettes").await.unwrap();
    let reply = world.reply(world.pupil, asked.topic, "Un parapluie.").await.unwrap();
    let waiting = world.ask(world.referent, world.reviewed, "Un parapluie en attente").await.unwrap();
    let cookie = world.session(world.support).await;
    assert_eq!(found(&world, "", "parapluie").await.as_array().unwrap().len(), 1);
    world.change(world.support, reply.post, State::Hidden).await.unwrap();
    assert_eq!(found(&world, "", "parapluie").await.as_array().unwrap().len(), 0);
    assert_eq!(found(&world, &cookie, "parapluie").await.as_array().unwrap().len(), 0);
    world.change(world.support, waiting.post, State::Visible).await.unwrap();
    assert_eq!(found(&world, "", "parapluie").await.as_array().unwrap().len(), 1);
    world.change(world.support, asked.post, State::Deleted).await.unwrap();
    assert_eq!(found(&world, "", "tablettes").await.as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn a_category_that_is_renamed_is_renamed_where_its_topics_are_found() {
    let world = World::new().await;
    world.ask(world.referent, world.open, "La synchronisation des tablettes").await.unwrap();
    assert_ne!(found(&world, "", "tablettes").await[0]["breadcrumb"][0], "Matériel prêté");
    assert_eq!(found(&world, "", "preter").await.as_array().unwrap().len(), 0);
    let support = world.actor(world.support).await;
    let input = CategoryInput::new(Slug::parse("materiel").unwrap(), Name::parse("Matériel prêté").unwrap());
    world.forum().categories().update(&support, world.open, 1, input).await.unwrap();
    let cookie = world.session(world.support).await;
    assert_eq!(found(&world, &cookie, "tablettes").await[0]["breadcrumb"][0], "Matériel prêté");
    let by_name = found(&world, &cookie, "materiels%20pretes").await;
    assert_eq!(by_name[0]["title"], "La synchronisation des tablettes", "the name finds it as well");
    for typed in ["materiels%20pretes", "materi"] {
        let suggested = world.get(&format!("/recherche/suggestions?q={typed}"), &cookie).await;
        assert!(suggested.text.contains("La synchronisation des tablettes"), "{typed}: {}", suggested.text);
    }
}

#[tokio::test]
async fn a_search_makes_two_queries_and_reads_categories_again_when_one_changed() {
    let world = World::new().await;
    world.ask(world.referent, world.open, "La synchronisation des tablettes").await.unwrap();
    world.atrium.index_now().await.unwrap();
    let visitor = Actor::anonymous(world.db().now());
    let finder = world.atrium.finder();
    let search = async || finder.search(&visitor, SearchRequest::new("tablettes")).await.unwrap();
    let first = search().await;
    let (found, queries) = count_queries(search()).await;
    assert_eq!((found.hits.len(), queries), (1, 2), "the newest event, and what SQL lets through");
    assert_eq!(found.hits[0].breadcrumb, first.hits[0].breadcrumb);
    let (suggested, queries) = count_queries(finder.suggest(&visitor, "tablet", 5)).await;
    assert_eq!((suggested.unwrap().len(), queries), (1, 2));

    // Neither the index nor the node has read the events of these changes.
    let support = world.actor(world.support).await;
    let mut input = CategoryInput::new(Slug::parse("materiel").unwrap(), Name::parse("Matériel prêté").unwrap());
    input.see = Audiences::parse("public").unwrap();
    world.forum().categories().update(&support, world.open, 1, input.clone()).await.unwrap();
    assert_eq!(search().await.hits[0].breadcrumb[0], "Matériel prêté");
    input.see = Audiences::parse("role:digital_referent").unwrap();
    world.forum().categories().update(&support, world.open, 2, input).await.unwrap();
    let narrowed = search().await;
    assert_eq!((narrowed.hits.len(), narrowed.total, narrowed.kinds.len()), (0, 0, 0));
    assert!(finder.suggest(&visitor, "tablet", 5).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_name_is_not_repeated_in_the_index_and_a_service_is() {
    let world = World::new().await;
    world.ask(world.referent, world.open, "La synchronisation des tablettes").await.unwrap();
    let source = Forum::default().search_source(world.atrium.context()).unwrap();
    let support = world.actor(world.support).await;
    let mut following = Vec::new();
    for (version, service) in [(1, None), (2, Some("casier".to_owned()))] {
        let mut input = CategoryInput::new(Slug::parse("materiel").unwrap(), Name::parse("Matériel prêté").unwrap());
        input.service_key = service;
        let from = events::newest(world.db()).await.unwrap();
        world.forum().categories().update(&support, world.open, version, input).await.unwrap();
        let news = events::read_after(world.db(), from, 10).await.unwrap();
        following.push(source.following(world.db(), &news.iter().collect::<Vec<_>>()).await.unwrap().len());
    }
    assert_eq!(following, [0, 1]);
}

#[tokio::test]
async fn confidential_topics_are_found_by_those_who_read_them() {
    let world = World::new().await;
    world.ask_confidentially(world.referent, "Un parapluie confidentiel").await.unwrap();
    for (who, count) in [(world.head, 1), (world.support, 1), (world.colleague, 0), (world.pupil, 0)] {
        let cookie = world.session(who).await;
        assert_eq!(found(&world, &cookie, "parapluie").await.as_array().unwrap().len(), count, "{who}");
    }
    assert_eq!(found(&world, "", "parapluie").await.as_array().unwrap().len(), 0);
}

#[tokio::test]
async fn similar_topics_are_offered_without_the_help() {
    let world = World::new().await;
    world.ask(world.referent, world.open, "Des messages reçus en double").await.unwrap();
    world.atrium.index_now().await.unwrap();
    let list = world.get("/forum/similaires?titre=messages%20en%20double", "").await;
    list.assert_status(200);
    assert!(list.text.contains("Des messages reçus en double"), "{}", list.text);
    assert!(!list.text.contains("<html"));
}

#[tokio::test]
async fn a_preview_shows_similar_topics_to_those_without_javascript() {
    let world = World::new().await;
    world.ask(world.referent, world.open, "Des messages reçus en double").await.unwrap();
    let hidden = world.ask(world.referent, world.open, "Des messages en double, masqué").await.unwrap();
    world.change(world.support, hidden.post, State::Hidden).await.unwrap();
    world.atrium.index_now().await.unwrap();
    let cookie = world.session(world.colleague).await;
    let fields = [("title", "Messages en double"), ("body", "Depuis **hier**."), ("key", "cle-unique-1")];
    let form = "/forum/messagerie/nouveau";
    let preview = world.post_form(form, &cookie, &[&fields[..], &[("preview", "1")]].concat()).await;
    preview.assert_status(200);
    let text = &preview.text;
    assert!(text.contains("<strong>hier</strong>") && text.contains("Des messages reçus en double"), "{text}");
    assert!(text.contains("Peut-être déjà répondu") && !text.contains("masqué"), "{text}");
    assert!(!world.get(form, &cookie).await.text.contains("Peut-être déjà répondu"));
}

#[tokio::test]
async fn what_is_hidden_is_in_no_count_no_suggestion_and_no_likeness() {
    let world = World::new().await;
    let shown = world.ask(world.referent, world.open, "Le parapluie du mardi").await.unwrap();
    let hidden = world.ask(world.referent, world.open, "Le parapluie du jeudi").await.unwrap();
    world.ask_confidentially(world.referent, "Le parapluie du samedi").await.unwrap();
    world.ask(world.referent, world.private, "Le parapluie du lundi").await.unwrap();
    world.ask(world.referent, world.reviewed, "Le parapluie du dimanche").await.unwrap();
    world.change(world.support, hidden.post, State::Hidden).await.unwrap();
    world.atrium.index_now().await.unwrap();
    for cookie in [String::new(), world.session(world.pupil).await] {
        let answer = world.get("/api/v1/search?q=parapluie", &cookie).await.json();
        assert_eq!((answer["total"].as_u64(), answer["hits"].as_array().map(Vec::len)), (Some(1), Some(1)));
        for path in [
            "/recherche?q=parapluie",
            "/recherche/suggestions?q=parapl",
            "/forum/similaires?titre=le%20parapluie",
            "/",
            "/forum",
        ] {
            let page = world.get(path, &cookie).await;
            assert!(page.text.contains("mardi"), "{path}");
            for day in ["jeudi", "samedi", "lundi", "dimanche"] {
                assert!(!page.text.contains(day), "{path}: {day}");
            }
        }
    }
    // There is no correction to a word that only a hidden text contains.
    let corrected = world.get("/api/v1/search?q=samedii", "").await.json();
    assert!(corrected["corrected"].is_null(), "{corrected}");

    // The index lags: what SQL no longer shows is not shown, before any event was consumed.
    world.change(world.support, shown.post, State::Hidden).await.unwrap();
    for path in
        ["/api/v1/search?q=parapluie", "/recherche/suggestions?q=parapl", "/forum/similaires?titre=le%20parapluie"]
    {
        assert!(!world.get(path, "").await.text.contains("mardi"), "{path}");
    }
}

#[tokio::test]
async fn sql_search_and_the_rule_list_the_same_topics_for_everybody() {
    let world = World::new().await;
    let mut topics = Vec::new();
    for place in [world.open, world.reviewed, world.newcomers, world.private] {
        for by in [world.referent, world.colleague] {
            topics.push(world.ask(by, place, "Un parapluie parmi d’autres").await.unwrap());
        }
    }
    topics.push(world.ask_confidentially(world.referent, "Un parapluie délicat").await.unwrap());
    topics.push(world.ask_confidentially(world.colleague, "Un autre parapluie").await.unwrap());
    world.change(world.support, topics[0].post, State::Hidden).await.unwrap();
    world.change(world.support, topics[2].post, State::Visible).await.unwrap();
    world.change(world.support, topics[6].post, State::Deleted).await.unwrap();
    world.atrium.index_now().await.unwrap();
    for who in [world.referent, world.colleague, world.head, world.pupil, world.support, world.local_moderator] {
        let actor = world.actor(who).await;
        let reader = world.reader(who).await;
        let request = SearchRequest::new("parapluie").page(SearchRequest::LIMIT, 0);
        let answer = world.atrium.finder().search(&actor, request).await.unwrap();
        let mut found: Vec<_> = answer.hits.iter().map(|hit| hit.subject.clone()).collect();
        found.sort_unstable();
        let list = world.get("/api/v1/forum/topics", &world.session(who).await).await.json();
        let ids: Vec<_> =
            list["topics"].as_array().unwrap().iter().map(|topic| topic["id"].as_i64().unwrap()).collect();
        let (mut listed, mut filtered) = (Vec::new(), Vec::new());
        for posted in &topics {
            // Pending and hidden posts are listed for the people concerned, and never found by searches.
            let topic = world.topic(posted.topic).await;
            if topic.state == State::Visible {
                listed.extend(ids.contains(&topic.id.0).then(|| format!("forum:{}", topic.id)));
                filtered.extend(reader.sees(&topic).then(|| format!("forum:{}", topic.id)));
            }
        }
        listed.sort_unstable();
        filtered.sort_unstable();
        assert_eq!((&found, &listed), (&filtered, &filtered), "{who}");
        assert_eq!(answer.total, filtered.len(), "{who}");
    }
}

#[tokio::test]
async fn a_page_of_subjects_costs_the_same_queries_however_many_topics_and_posts_it_holds() {
    let world = World::new().await;
    let source = Forum::default().search_source(world.atrium.context()).unwrap();
    let mut costs = Vec::new();
    let mut subjects = vec!["forum:999999".to_owned(), "aide:1".to_owned()];
    for topics in [1, 12] {
        for number in 0..topics {
            let asked = world.ask(world.referent, world.open, &format!("Le parapluie numéro {number}")).await.unwrap();
            world.reply(world.support, asked.topic, "Relancez-le.").await.unwrap();
            let hidden = world.reply(world.pupil, asked.topic, "Masqué.").await.unwrap().post;
            world.change(world.support, hidden, State::Hidden).await.unwrap();
            subjects.push(format!("forum:{}", asked.topic));
        }
        let (read, queries) = count_queries(source.documents_of(world.db(), subjects.clone())).await;
        let read = read.unwrap();
        assert_eq!(read.iter().map(|(subject, _)| subject.clone()).collect::<Vec<_>>(), subjects, "each has its own");
        for (subject, documents) in &read {
            let ids: Vec<_> = documents.iter().map(|document| document.id.clone()).collect();
            match subject.as_str() {
                "forum:999999" | "aide:1" => assert!(ids.is_empty(), "{subject}"),
                subject => assert_eq!(ids, [format!("{subject}/1"), format!("{subject}/2")]),
            }
            assert_eq!(source.documents(world.db(), subject).await.unwrap().len(), documents.len());
        }
        costs.push(queries);
    }
    assert_eq!(costs, [3, 3], "topics, posts, categories");
}

#[tokio::test]
async fn every_post_of_a_long_topic_is_found_and_a_reply_has_few_of_them_read_again() {
    let world = World::new().await;
    let asked = world.ask(world.referent, world.open, "Un sujet interminable").await.unwrap();
    let (topic, question) = (asked.topic, asked.post);
    let (first, last) = (2, 1_230_i64);
    let db = world.db();
    let fill = format!(
        "INSERT INTO atrium_forum_post (topic_id, number, author_id, quality, markdown, html, renderer, state, \
         state_cause, state_reason, revision, version, write_key, created_at) \
         WITH RECURSIVE n (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM n WHERE n < {last}) \
         SELECT {topic}, n, {}, 'member', 'mot' || CAST(n AS TEXT) || 'x', '', 0, 'visible', 'said', '', 1, 1, \
         'k-' || CAST(n AS TEXT), 1 FROM n",
        world.pupil
    );
    db.writer().execute_unprepared(&fill).await.unwrap();
    let count = format!(
        "UPDATE atrium_forum_topic SET last_number = {last}, last_visible_number = {last}, replies_public = {last} - 1, \
         replies_staff = {last} - 1 WHERE id = {topic}"
    );
    db.writer().execute_unprepared(&count).await.unwrap();
    let cookie = world.session(world.pupil).await;
    let found = async |word: &str| {
        let found = world.get(&format!("/api/v1/search?q={word}&kind=forum"), &cookie).await.json();
        let urls = found["hits"].as_array().unwrap().iter().map(|hit| hit["url"].as_str().unwrap().to_owned());
        (found["total"].as_i64().unwrap(), urls.collect::<Vec<_>>())
    };

    // One event about the whole topic has every part read.
    Forum::of(db).topics().mark(&world.actor(world.support).await, topic, Mark::Lock).await.unwrap();
    world.atrium.index_now().await.unwrap();
    for number in [2, 100, 101, 500, 501, 1_000, 1_230] {
        let (total, urls) = found(&format!("mot{number}x")).await;
        assert_eq!(total, 1, "{number}");
        assert!(urls[0].ends_with(&format!("#message-{number}")), "{urls:?}");
    }
    let (total, urls) = found("interminable").await;
    assert_eq!((total, urls.len()), (1, 1), "a topic is one result, in however many parts: {urls:?}");
    let suggested = world.get("/recherche/suggestions?q=intermin", &cookie).await;
    assert!(suggested.text.matches("#message-").count() <= 1, "{}", suggested.text);

    Forum::of(db).topics().mark(&world.actor(world.support).await, topic, Mark::Unlock).await.unwrap();
    world.atrium.index_now().await.unwrap();
    let reply = world.reply(world.referent, topic, "Voici un parapluie.").await.unwrap();
    let ((), queries) = count_queries(async { world.atrium.index_now().await.unwrap() }).await;
    assert!(queries < 20, "{queries} queries");
    let (total, urls) = found("parapluie").await;
    assert_eq!(total, 1);
    assert!(urls[0].ends_with(&format!("#message-{}", reply.number)), "{urls:?}");

    world.change(world.support, reply.post, State::Hidden).await.unwrap();
    world.atrium.index_now().await.unwrap();
    assert_eq!(found("parapluie").await.0, 0);
    world.change(world.support, question, State::Hidden).await.unwrap();
    world.atrium.index_now().await.unwrap();
    for word in ["mot2x", "mot700x", "mot1230x", "interminable"] {
        assert_eq!(found(word).await.0, 0, "{word}");
    }
    world.change(world.moderator, question, State::Visible).await.unwrap();
    world.atrium.reindex().await.unwrap();
    for word in ["mot2x", "mot700x", "mot1230x", "interminable"] {
        assert_eq!(found(word).await.0, 1, "{word}");
    }
}

#[tokio::test]
async fn those_who_may_ask_are_offered_the_forum_when_nothing_answers() {
    let world = World::new().await;
    world.atrium.index_now().await.unwrap();
    let offered = "href=\"/forum/nouveau?titre&#x3D;girafe%20%22bleue%22%20%26%20verte\"";
    let question = "/recherche?q=girafe+%22bleue%22+%26+verte";
    for person in [Some(world.referent), Some(world.head), Some(world.pupil), None] {
        let cookie = match person {
            Some(person) => world.session(person).await,
            None => String::new(),
        };
        let page = world.get(question, &cookie).await;
        page.assert_status(200);
        let may = person.is_some_and(|person| person == world.referent || person == world.head);
        assert_eq!(page.text.contains(offered), may, "{person:?}: {}", page.text);
    }
    let cookie = world.session(world.referent).await;
    let form = world.get("/forum/nouveau?titre=girafe%20%22bleue%22%20%26%20verte", &cookie).await;
    form.assert_status(200);
    assert!(form.text.contains("value=\"girafe &quot;bleue&quot; &amp; verte\""), "{}", form.text);
    let long = world.get(&format!("/forum/nouveau?titre={}", "a".repeat(2_000)), &cookie).await;
    assert!(long.text.contains(&format!("value=\"{}\"", "a".repeat(150))), "{}", long.text);
}

#[tokio::test]
async fn topics_of_the_readers_own_school_come_first() {
    let world = World::new().await;
    for (by, body) in [(world.referent, "lycée"), (world.colleague, "lycée")] {
        let asked = world.ask(by, world.open, "Le parapluie de la synchronisation").await.unwrap();
        world.reply(world.support, asked.topic, body).await.unwrap();
    }
    for (reader, school) in [(world.referent, world.school), (world.colleague, world.elsewhere)] {
        let cookie = world.session(reader).await;
        let hits = found(&world, &cookie, "parapluie+synchronisation").await;
        let subject = hits[0]["id"].as_str().unwrap().split('/').next().unwrap().to_owned();
        let topic = subject.strip_prefix("forum:").unwrap().parse().unwrap();
        assert_eq!(world.topic(topic).await.establishment_id, Some(school), "{hits}");
    }
}

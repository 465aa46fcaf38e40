//! Categories, topics, posts, what waits for review, and who has read what.

use atrium_core::directory::EstablishmentId;
use atrium_core::markup::RENDERER_VERSION;
use atrium_core::{Atrium, Error, Result};
use atrium_forum::categories::{CategoryInput, Moderation, Name, Slug};
use atrium_forum::{Audiences, Forum};
use rand::RngExt;

use super::people::People;
use super::rows::{Rows, Sql};
use super::{FIRST_SCHOOL, Making, words};

const DAY: i64 = 86_400_000;
/// The forum is so old.
const DAYS: i64 = 3 * 365;
/// Replies come within so many days, most of them at once.
const LIVELY: i64 = 20 * DAY;
/// Categories of the Region, by how much is asked in them; the last is for referents and the Region.
const CATEGORIES: [&str; 13] = [
    "messagerie",
    "casier",
    "cahier-de-textes",
    "emploi-du-temps",
    "comptes",
    "absences",
    "notes",
    "agenda",
    "fichiers",
    "visioconference",
    "annonces-de-la-region",
    "mobile",
    "entre-referents",
];
/// Schools with a category of their own.
const OWN: i64 = 10;
/// People with marks of reading, and the topics that each has read.
const READERS: (usize, i64) = (2_000, 100);

/// A category and the school it belongs to.
pub(super) struct Category {
    id: i64,
    school: Option<i64>,
}

struct Topic {
    category: i64,
    school: i64,
    author: i64,
    state: &'static str,
    readers: &'static str,
    created: i64,
    posts: i64,
    /// Of the newest visible post: number, author, instant, number in all.
    last: (i64, i64, i64, i64),
    replies: (i64, i64),
}

struct Post {
    at: i64,
    topic: usize,
    number: i64,
}

pub(super) async fn categories(atrium: &Atrium) -> Result<Vec<Category>> {
    let unfit = |what: &str| Error::bug(format!("category `{what}`"));
    let mut made = Vec::new();
    let own = (1..=OWN).map(|school| (format!("etablissement-{school}"), Some(school)));
    let shared = CATEGORIES.iter().map(|slug| ((*slug).to_owned(), None));
    for (slug, school) in shared.chain(own) {
        let parsed = (Slug::parse(&slug), Name::parse(&slug.replace('-', " ")));
        let (Ok(word), Ok(name)) = parsed else { return Err(unfit(&slug)) };
        let mut input = CategoryInput::new(word, name);
        input.establishment = school.map(EstablishmentId);
        if slug == "entre-referents" {
            let insiders = Audiences::parse("digital_referent region_support region_developer");
            input.see = insiders.map_err(|_| unfit(&slug))?;
        }
        if slug == "annonces-de-la-region" {
            input.moderation = Moderation::AllPosts;
        }
        let id = Forum::of(atrium.db()).categories().create(&atrium.operator(), input).await?;
        made.push(Category { id: id.0, school });
    }
    Ok(made)
}

pub(super) async fn write(making: &mut Making<'_>, people: &People, categories: &[Category]) -> Result<()> {
    let mut topics = draw(making, people, categories);
    let mut posts = spread(making, &topics);
    // As they would have been written: numbered by their instants, whatever their topics.
    posts.sort_by_key(|post| (post.at, post.topic, post.number));
    topics_of(making, &topics).await?;
    let waiting = posts_of(making, people, &mut topics, &posts).await?;
    last_posts(making, &topics).await?;
    review(making, &waiting).await?;
    read(making, people, &topics).await?;
    // The topics' own numbers are right already: what is left are the categories'.
    Forum::of(making.db).reconcile().await?;
    Ok(())
}

fn draw(making: &mut Making<'_>, people: &People, categories: &[Category]) -> Vec<Topic> {
    let (now, region) = (making.now, making.region);
    let shared = i64::try_from(CATEGORIES.len()).unwrap_or_default();
    let mean = region.posts / region.topics.max(1);
    let topic = |number: i64| {
        let random = &mut making.random;
        let (mut author, mut school) = people.writers[random.random_range(0..people.writers.len())];
        let at = match number % 200 {
            0 => shared + number / 200 % OWN,
            _ => words::skewed(random, shared),
        };
        let category = &categories[usize::try_from(at).unwrap_or_default()];
        if let Some(own) = category.school {
            let there = people.writers.iter().find(|(_, school)| *school == own);
            (author, school) = there.copied().unwrap_or((author, own));
        }
        let state = match random.random_range(0..1000) {
            0..3 => "pending",
            3..10 => "hidden",
            10..20 => "deleted",
            _ => "visible",
        };
        let readers = if random.random_range(0..20) == 0 { "confidential" } else { "open" };
        let posts = 1 + words::skewed(random, (4 * (mean - 1)).max(1));
        let created = now - DAYS * DAY + DAYS * DAY / region.topics.max(1) * (number - 1);
        let last = (1, author, created, 0);
        Topic { category: category.id, school, author, state, readers, created, posts, last, replies: (0, 0) }
    };
    let mut topics: Vec<Topic> = (1..=region.topics).map(topic).collect();
    // One that has grown for years, then as many posts as there are to be.
    let middle = topics.len() / 2;
    topics[middle].posts = (region.posts / 50).max(1);
    (topics[middle].state, topics[middle].readers) = ("visible", "open");
    let mut missing = region.posts - topics.iter().map(|topic| topic.posts).sum::<i64>();
    let mut at = 0;
    let has_more = |topics: &[Topic]| topics.iter().enumerate().any(|(at, topic)| at != middle && topic.posts > 1);
    while missing != 0 && (missing > 0 || has_more(&topics)) {
        let topic = &mut topics[at];
        if at != middle && (missing > 0 || topic.posts > 1) {
            topic.posts += missing.signum();
            missing -= missing.signum();
        }
        at = (at + 1) % region.topics.unsigned_abs() as usize;
    }
    topics
}

fn spread(making: &mut Making<'_>, topics: &[Topic]) -> Vec<Post> {
    let now = making.now;
    let mut posts = Vec::new();
    for (at, topic) in topics.iter().enumerate() {
        let span = if topic.posts > 1_000 { now - topic.created } else { LIVELY.min(now - topic.created) };
        let reply = |_| topic.created + 1 + words::skewed(&mut making.random, span.max(2));
        let mut instants: Vec<i64> = (1..topic.posts).map(reply).collect();
        instants.push(topic.created);
        instants.sort_unstable();
        posts.extend((1..).zip(instants).map(|(number, instant)| Post { at: instant, topic: at, number }));
    }
    posts
}

async fn topics_of(making: &mut Making<'_>, topics: &[Topic]) -> Result<()> {
    let columns = "id, category_id, establishment_id, author_id, title, kind, state, readers, own_readers, pinned, locked, \
                   last_number, last_visible_number, last_visible_author_id, last_visible_at, last_visible_post_id, \
                   replies_public, replies_staff, version, created_at";
    let mut rows = Rows::of(making.db, "forum_topic", columns);
    for (id, topic) in (1_i64..).zip(topics) {
        let title = words::title(&mut making.random, id);
        let kind = ["question", "problem", "wish", "discussion"][usize::try_from(id % 4).unwrap_or_default()];
        let [title, kind, state, readers, own] =
            [title.as_str(), kind, topic.state, topic.readers, topic.readers].map(Sql::Text);
        let [id_, category, school, author] = [id, topic.category, topic.school, topic.author].map(Sql::Number);
        let (pinned, locked) = (Sql::Flag(id % 5_000 == 0), Sql::Flag(id % 97 == 0));
        let [last, shown, by, at, post] = [topic.posts, 1, topic.author, topic.created, 0].map(Sql::Number);
        let [public, staff, version, created] = [0, 0, 1, topic.created].map(Sql::Number);
        let row = [
            id_, category, school, author, title, kind, state, readers, own, pinned, locked, last, shown, by, at, post,
            public, staff, version, created,
        ];
        rows.add(&row).await?;
    }
    rows.end().await
}

/// Writes the posts, and gives back those that wait for a moderator: topic, post.
async fn posts_of(
    making: &mut Making<'_>,
    people: &People,
    topics: &mut [Topic],
    posts: &[Post],
) -> Result<Vec<(i64, i64)>> {
    let columns = "id, topic_id, number, author_id, establishment_id, quality, markdown, html, renderer, state, state_reason, \
                   revision, version, write_key, created_at";
    let mut rows = Rows::of(making.db, "forum_post", columns);
    let mut waiting = Vec::new();
    for (id, post) in (1_i64..).zip(posts) {
        let random = &mut making.random;
        let topic = &mut topics[post.topic];
        let number = i64::try_from(post.topic).unwrap_or_default() + 1;
        let (mut author, mut school) = people.writers[random.random_range(0..people.writers.len())];
        let mut state = match random.random_range(0..1000) {
            0..2 => "pending",
            2..8 => "hidden",
            8..14 => "deleted",
            _ => "visible",
        };
        if post.number == 1 {
            (author, school, state) = (topic.author, topic.school, topic.state);
        } else {
            topic.replies.0 += i64::from(state == "visible");
            topic.replies.1 += i64::from(state != "deleted");
        }
        if state == "visible" || post.number == 1 {
            topic.last = (post.number, author, post.at, id);
        }
        if state == "pending" {
            waiting.push((number, id));
        }
        let text = words::text(random);
        let html = format!("<p>{text}</p>\n");
        let key = format!("region-{id}");
        let [quality, text, html, state, reason, key] = ["member", &text, &html, state, "", &key].map(Sql::Text);
        let [id, topic, place, author, school] = [id, number, post.number, author, school].map(Sql::Number);
        let [renderer, revision, version, at] = [i64::from(RENDERER_VERSION), 1, 1, post.at].map(Sql::Number);
        let row = [
            id, topic, place, author, school, quality, text, html, renderer, state, reason, revision, version, key, at,
        ];
        rows.add(&row).await?;
    }
    rows.end().await?;
    Ok(waiting)
}

/// Tells each topic its newest visible post.
async fn last_posts(making: &Making<'_>, topics: &[Topic]) -> Result<()> {
    use sea_orm::ConnectionTrait;

    let db = making.db.patient();
    let columns = "id, number, author, at, post, public, staff";
    let create = columns.split(", ").map(|column| format!("{column} BIGINT NOT NULL")).collect::<Vec<_>>().join(", ");
    db.writer().execute_unprepared(&format!("CREATE TABLE atrium_region_last ({create}, PRIMARY KEY (id))")).await?;
    let mut rows = Rows::of(making.db, "region_last", columns);
    for (id, topic) in (1_i64..).zip(topics) {
        let (number, author, at, post) = topic.last;
        rows.add(&[id, number, author, at, post, topic.replies.0, topic.replies.1].map(Sql::Number)).await?;
    }
    rows.end().await?;
    let update = "UPDATE atrium_forum_topic SET last_visible_number = l.number, last_visible_author_id = l.author, \
                  last_visible_at = l.at, last_visible_post_id = l.post, replies_public = l.public, \
                  replies_staff = l.staff FROM atrium_region_last l WHERE l.id = atrium_forum_topic.id";
    db.writer().execute_unprepared(update).await?;
    db.writer().execute_unprepared("DROP TABLE atrium_region_last").await?;
    Ok(())
}

async fn review(making: &Making<'_>, waiting: &[(i64, i64)]) -> Result<()> {
    let columns = "topic_id, post_id, reason, state, score, version, decision_reason, created_at";
    let mut rows = Rows::of(making.db, "forum_review", columns);
    for (topic, post) in waiting {
        let [reason, state, said] = ["all_posts", "open", ""].map(Sql::Text);
        let [topic, post, score, version, at] = [*topic, *post, 1 + post % 5, 1, making.now].map(Sql::Number);
        rows.add(&[topic, post, reason, state, score, version, said, at]).await?;
    }
    rows.end().await
}

/// Marks of people who read some of the newest topics, and of the first school's referent, who has read everything.
async fn read(making: &mut Making<'_>, people: &People, topics: &[Topic]) -> Result<()> {
    let mut rows = Rows::of(making.db, "forum_read", "person_id, topic_id, number, read_at");
    let everything = people.writers.iter().find(|(_, school)| *school == FIRST_SCHOOL).map(|(person, _)| *person);
    for (id, topic) in (1_i64..).zip(topics) {
        if let Some(person) = everything {
            rows.add(&[person, id, topic.last.0, making.now].map(Sql::Number)).await?;
        }
    }
    let newest = making.region.topics.min(5_000);
    for (person, _) in people.writers.iter().skip(1).take(READERS.0).filter(|(person, _)| Some(*person) != everything) {
        let first = making.random.random_range(0..newest);
        for step in 0..READERS.1.min(newest) {
            let id = making.region.topics - (first + step) % newest;
            let topic = &topics[usize::try_from(id - 1).unwrap_or_default()];
            rows.add(&[*person, id, 1.max(topic.last.0 - step % 3), making.now].map(Sql::Number)).await?;
        }
    }
    rows.end().await
}

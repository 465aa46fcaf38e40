//! What the forum lets people search: each visible question and reply of a visible topic, as they would read it.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use atrium_core::Result;
use atrium_core::access::{Actor, Facet, Token, Visibility};
use atrium_core::db::Db;
use atrium_core::events::Event;
use atrium_core::markup::plain_text;
use atrium_core::search::{Badge, SearchDocument, SearchSource, SourceRows};

use crate::reader::Reader;
use crate::record::kinds::CATEGORY_UPDATED;
use crate::topics::{self, TopicId};
use crate::{categories, posts, visibility};

/// Kind of the forum's documents, and prefix of its subjects.
pub(crate) const KIND: &str = "forum";

/// Posts of a topic that are read and indexed together: a reply to a long topic has these read again, not all.
const PART: i64 = 100;
/// Posts read at once in a rebuild, about.
const AT_ONCE: i64 = 2_000;

/// The forum as a source of the index.
pub(crate) struct ForumSource;

/// A part of a topic: the posts numbered from `part` × [`PART`] + 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct PartOf {
    topic: TopicId,
    part: i64,
}

impl PartOf {
    /// Returns the part that contains the post with this number.
    fn holding(topic: TopicId, number: i64) -> Self {
        Self { topic, part: (number.max(1) - 1) / PART }
    }

    /// Returns every part of a topic whose newest post has this number.
    fn all(topic: TopicId, last: i64) -> impl Iterator<Item = Self> {
        (0..=Self::holding(topic, last).part).map(move |part| Self { topic, part })
    }

    /// Parses a subject: `forum:12` names the first part of a topic, `forum:12.1` its second.
    fn read(subject: &str) -> Option<Self> {
        let (topic, part) = match subject.split_once('.') {
            Some((topic, part)) => (topic, part.parse().ok()?),
            None => (subject, 0),
        };
        Some(Self { topic: topics::topic_of(topic)?, part })
    }

    fn subject(self) -> String {
        match self.part {
            0 => topics::subject(self.topic),
            part => format!("{}.{part}", topics::subject(self.topic)),
        }
    }

    /// Returns the numbers of its first and last post.
    fn numbers(self) -> (i64, i64) {
        (self.part * PART + 1, (self.part + 1) * PART)
    }
}

/// Returns the post that alone is concerned by `event`, by its number in its topic; `None` when all of the topic's
/// are.
fn post_of(event: &Event) -> Option<i64> {
    let number = event.payload.get("number")?.as_i64()?;
    // A question carries what is known of its topic, and a title stands with each of its posts.
    (event.kind.starts_with("forum.post.") && number > 1).then_some(number)
}

/// Returns `true` if `event` is about data that the index does not contain.
fn is_elsewhere(event: &Event) -> bool {
    event.kind.starts_with("forum.review.") || event.kind == "forum.post.flagged"
}

/// Returns the document of the post with this number in its topic.
fn document_id(topic: TopicId, number: i64) -> String {
    format!("{}/{number}", topics::subject(topic))
}

/// Returns the topic and the number in it of a document's post.
fn place(document: &str) -> Option<(TopicId, i64)> {
    let (subject, number) = document.split_once('/')?;
    Some((topics::topic_of(subject)?, number.parse().ok()?))
}

#[async_trait]
impl SearchSource for ForumSource {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn documents(&self, db: &Db, subject: &str) -> Result<Vec<SearchDocument>> {
        let mut all = self.documents_of(db, vec![subject.to_owned()]).await?;
        Ok(all.pop().map(|(_, documents)| documents).unwrap_or_default())
    }

    async fn documents_of(&self, db: &Db, subjects: Vec<String>) -> Result<Vec<(String, Vec<SearchDocument>)>> {
        let parts: Vec<_> = subjects.iter().filter_map(|subject| PartOf::read(subject)).collect();
        let ids: BTreeSet<_> = parts.iter().map(|part| part.topic).collect();
        let topics = topics::store::visible_among(db, &ids.into_iter().collect::<Vec<_>>()).await?;
        let shown: BTreeSet<_> = topics.iter().map(|topic| topic.id).collect();
        let shown = parts.iter().filter(|part| shown.contains(&part.topic));
        let shown: Vec<_> = shown.map(|part| (part.topic, part.numbers())).collect();
        let posts = posts::store::visible_of(db, &shown).await?;
        let categories = categories::store::all(db).await?;
        let topics: HashMap<_, _> = topics.iter().map(|topic| (topic.id, topic)).collect();
        let categories: HashMap<_, _> = categories.iter().map(|category| (category.id(), category)).collect();
        let mut documents: HashMap<_, Vec<_>> = HashMap::new();
        for post in &posts {
            let topic = topics.get(&post.topic_id).map(|topic| (*topic, categories.get(&topic.category_id)));
            if let Some((topic, Some(category))) = topic {
                let part = PartOf::holding(topic.id, post.number);
                documents.entry(part).or_default().push(document(topic, category, post, part));
            }
        }
        let with_its_own = |subject: String| {
            let own = PartOf::read(&subject).and_then(|part| documents.remove(&part)).unwrap_or_default();
            (subject, own)
        };
        Ok(subjects.into_iter().map(with_its_own).collect())
    }

    async fn concerned(&self, db: &Db, events: &[Event]) -> Result<Vec<String>> {
        let (mut parts, mut whole) = (BTreeSet::new(), BTreeSet::new());
        for event in events.iter().filter(|event| !is_elsewhere(event)) {
            let Some(topic) = topics::topic_of(&event.subject) else { continue };
            // The first part counts a topic's replies, and is there even alone.
            parts.insert(PartOf { topic, part: 0 });
            match post_of(event) {
                Some(number) => drop(parts.insert(PartOf::holding(topic, number))),
                None => drop(whole.insert(topic)),
            }
        }
        let whole: Vec<_> = whole.into_iter().collect();
        let lengths = topics::store::lengths(db, &whole).await?;
        parts.extend(lengths.into_iter().flat_map(|(topic, last)| PartOf::all(topic, last)));
        Ok(parts.into_iter().map(PartOf::subject).collect())
    }

    async fn following(&self, db: &Db, events: &[&Event]) -> Result<Vec<String>> {
        let concerns_topics = |event: &&&Event| event.read(CATEGORY_UPDATED).is_ok_and(|of| of.topics);
        let categories = events.iter().filter(concerns_topics).filter_map(|event| categories::id_of(&event.subject));
        let categories: Vec<_> = categories.collect();
        let lengths = topics::store::lengths_in(db, &categories).await?;
        Ok(lengths.into_iter().flat_map(|(topic, last)| PartOf::all(topic, last)).map(PartOf::subject).collect())
    }

    async fn rows(&self, db: &Db) -> Result<SourceRows> {
        let categories = Arc::new(categories::store::all(db).await?);
        let shelf = |rows: SourceRows, category: &categories::Category| {
            let (id, name) = (category.id(), category.row.name.clone());
            rows.with_shelf(id.to_string(), Token::new(Facet::Category, id), vec![name])
        };
        Ok(categories.clone().iter().fold(SourceRows::new(categories), shelf))
    }

    async fn count(&self, db: &Db) -> Result<u64> {
        topics::store::count(db).await
    }

    /// Returns the subjects, newest topics first.
    async fn subjects(&self, db: &Db, after: Option<&str>, limit: u64) -> Result<Vec<String>> {
        let after = after.and_then(PartOf::read);
        let lengths = topics::store::lengths_down_from(db, after.map(|after| after.topic), limit).await?;
        let all = lengths.into_iter().flat_map(|(topic, last)| PartOf::all(topic, last).map(move |part| (part, last)));
        let is_next = |part: &PartOf| {
            after.is_none_or(|after| part.topic < after.topic || (part.topic == after.topic && part.part > after.part))
        };
        let mut subjects = Vec::new();
        let mut posts = 0;
        for (part, last) in all.filter(|(part, _)| is_next(part)) {
            let (first, end) = part.numbers();
            posts += end.min(last) - first + 1;
            if !subjects.is_empty() && (posts > AT_ONCE || subjects.len() as u64 >= limit) {
                break;
            }
            subjects.push(part.subject());
        }
        Ok(subjects)
    }

    fn visibility(&self, rows: &SourceRows, actor: &Actor) -> Result<Visibility> {
        Ok(reader(rows, actor)?.visibility().clone())
    }

    async fn visible(&self, db: &Db, rows: &SourceRows, actor: &Actor, ids: &[String]) -> Result<BTreeSet<String>> {
        let reader = reader(rows, actor)?;
        let places: Vec<_> = ids.iter().filter_map(|id| place(id)).collect();
        let shown = posts::store::shown_among(db, reader.visibility(), &places).await?;
        Ok(shown.into_iter().map(|(topic, number)| document_id(topic, number)).collect())
    }
}

/// Returns the reader among the categories that these rows are.
fn reader(rows: &SourceRows, actor: &Actor) -> Result<Reader> {
    Ok(Reader::among(rows.get::<Arc<Vec<categories::Category>>>()?.clone(), actor))
}

fn document(
    topic: &topics::Topic,
    category: &categories::Category,
    post: &posts::store::Searched,
    part: PartOf,
) -> SearchDocument {
    let mut badges = Vec::new();
    // A question carries what its topic has; a reply what it is itself.
    let has = |mark: Option<posts::PostId>| mark.is_some_and(|marked| post.number == 1 || marked == post.id);
    if has(topic.accepted_post_id) {
        badges.push(Badge::Solved);
    }
    if has(topic.official_post_id) {
        badges.push(Badge::Official);
    }
    SearchDocument {
        id: document_id(topic.id, post.number),
        kind: KIND.to_owned(),
        subject: part.subject(),
        url: if post.number == 1 { topic.url() } else { topic.url_at(post.number) },
        title: topic.title.clone(),
        shelf: Some(category.id().to_string()),
        // What is quoted is found where it was said, by those who may read it there.
        body: plain_text(&post.markdown.own_words()),
        service: category.row.service_key.clone(),
        audience: topic.establishment_id.map(|school| format!("establishment:{school}")).into_iter().collect(),
        tokens: visibility::tokens(topic, post.state, post.author_id).iter().map(Token::term).collect(),
        locale: "fr".to_owned(),
        updated: post.edited_at.unwrap_or(post.created_at).0,
        popularity: popularity(topic, &badges),
        badges,
        ..SearchDocument::default()
    }
}

/// Returns the weight of a topic: an answered one is more useful than an open one, and less than an article of the
/// help.
fn popularity(topic: &topics::Topic, badges: &[Badge]) -> f32 {
    let replies = u8::try_from(topic.replies_public.clamp(0, 20)).unwrap_or(20);
    let marks = u8::try_from(badges.len()).unwrap_or(2);
    (f32::from(replies) / 100.0 + f32::from(marks) * 0.1).min(0.4)
}

//! What the forum lets people search: each question and each reply as they would read it, and nothing that is not
//! visible in a topic that is.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use atrium_core::Result;
use atrium_core::access::{Actor, Visibility};
use atrium_core::db::Db;
use atrium_core::markup::plain_text;
use atrium_core::search::{Badge, SearchDocument, SearchSource};

use crate::reader::Reader;
use crate::topics::{self, TopicId};
use crate::{categories, posts, visibility};

/// Kind of the forum's documents, and prefix of its subjects.
pub(crate) const KIND: &str = "forum";

/// Posts of one topic that are searched; longer topics are found by their first ones.
const MOST_POSTS: i64 = 500;

/// The forum as a source of the index.
pub(crate) struct ForumSource;

/// The topic that `subject` names.
fn topic_id(subject: &str) -> Option<TopicId> {
    subject.strip_prefix("forum:")?.parse().ok()
}

/// The document of the post with this number in its topic.
fn document_id(topic: TopicId, number: i64) -> String {
    format!("{}/{number}", topics::subject(topic))
}

/// The topic and the number in it of a document's post.
fn place(document: &str) -> Option<(TopicId, i64)> {
    let (subject, number) = document.split_once('/')?;
    Some((topic_id(subject)?, number.parse().ok()?))
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
        let ids: Vec<_> = subjects.iter().filter_map(|subject| topic_id(subject)).collect();
        let topics = topics::store::visible_among(db, &ids).await?;
        let shown: Vec<_> = topics.iter().map(|topic| topic.id).collect();
        let posts = posts::store::visible_of(db, &shown, MOST_POSTS).await?;
        let categories = categories::store::all(db).await?;
        let topics: HashMap<_, _> = topics.iter().map(|topic| (topic.id, topic)).collect();
        let categories: HashMap<_, _> = categories.iter().map(|category| (category.id(), category)).collect();
        let mut documents: HashMap<_, Vec<_>> = HashMap::new();
        for post in &posts {
            let topic = topics.get(&post.topic_id).map(|topic| (*topic, categories.get(&topic.category_id)));
            if let Some((topic, Some(category))) = topic {
                documents.entry(topic.id).or_default().push(document(topic, category, post));
            }
        }
        let with_its_own = |subject: String| {
            let own = topic_id(&subject).and_then(|id| documents.remove(&id)).unwrap_or_default();
            (subject, own)
        };
        Ok(subjects.into_iter().map(with_its_own).collect())
    }

    async fn following(&self, db: &Db, changed: &[&str]) -> Result<Vec<String>> {
        let categories: Vec<_> = changed.iter().filter_map(|subject| categories::id_of(subject)).collect();
        let ids = topics::store::ids_in(db, &categories).await?;
        Ok(ids.into_iter().map(topics::subject).collect())
    }

    async fn subjects(&self, db: &Db, after: Option<&str>, limit: u64) -> Result<Vec<String>> {
        let after = after.and_then(topic_id).unwrap_or_default();
        let ids = topics::store::ids_after(db, after, limit).await?;
        Ok(ids.into_iter().map(topics::subject).collect())
    }

    async fn visibility(&self, db: &Db, actor: &Actor) -> Result<Visibility> {
        Ok(Reader::of(db, actor).await?.visibility().clone())
    }

    async fn visible(&self, db: &Db, actor: &Actor, ids: &[String]) -> Result<BTreeSet<String>> {
        let reader = Reader::of(db, actor).await?;
        let places: Vec<_> = ids.iter().filter_map(|id| place(id)).collect();
        let shown = posts::store::shown_among(db, reader.visibility(), &places).await?;
        Ok(shown.into_iter().map(|(topic, number)| document_id(topic, number)).collect())
    }
}

fn document(topic: &topics::Model, category: &categories::Category, post: &posts::store::Searched) -> SearchDocument {
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
        subject: topic.subject(),
        url: if post.number == 1 { topic.url() } else { topic.url_at(post.number) },
        title: topic.title.clone(),
        breadcrumb: vec![category.row.name.clone()],
        // What is quoted is found where it was said, by those who may read it there.
        body: plain_text(&post.markdown.own_words()),
        service: category.row.service_key.clone(),
        tokens: visibility::tokens(topic, post.state, post.author_id),
        locale: "fr".to_owned(),
        updated: post.edited_at.unwrap_or(post.created_at),
        popularity: popularity(topic, &badges),
        badges,
        ..SearchDocument::default()
    }
}

/// What was answered is more use than what was only asked.
fn popularity(topic: &topics::Model, badges: &[Badge]) -> f32 {
    let replies = u8::try_from(topic.replies_public.clamp(0, 20)).unwrap_or(20);
    let marks = u8::try_from(badges.len()).unwrap_or(2);
    (f32::from(replies) / 40.0 + f32::from(marks) * 0.25).min(1.0)
}

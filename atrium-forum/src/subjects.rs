//! What the subjects of records are called, for the pages that list records.

use std::collections::{BTreeSet, HashMap};

use atrium_core::Result;
use atrium_core::access::Scope;
use atrium_core::web::{Crumb, RequestContext};

use crate::ids::{CategoryId, TopicId};
use crate::permissions::MANAGE_CATEGORIES;
use crate::reader::Reader;
use crate::{categories, topics};

/// Returns the topics and categories among `subjects`, by name: topics as far as this reader sees them, categories
/// also for those who manage them.
pub(crate) async fn names(cx: &RequestContext, subjects: &[String]) -> Result<HashMap<String, Crumb>> {
    let numbers =
        |kind: &'static str| subjects.iter().filter_map(move |subject| subject.strip_prefix(kind)?.parse().ok());
    let topics: Vec<TopicId> = numbers("forum:").map(TopicId).collect();
    let wanted: BTreeSet<CategoryId> = numbers("forum-category:").map(CategoryId).collect();
    let mut names = HashMap::new();
    if topics.is_empty() && wanted.is_empty() {
        return Ok(names);
    }
    let reader = Reader::of(cx.db(), cx.actor()).await?;
    for topic in topics::store::some(cx.db(), reader.visibility(), &topics).await? {
        names.insert(topic.subject(), Crumb::to(&*topic.title, topic.url()).in_language("fr"));
    }
    let manages = cx.actor().may(MANAGE_CATEGORIES, Scope::Platform);
    for category in categories::store::all(cx.db()).await?.into_iter().filter(|row| wanted.contains(&row.id())) {
        let url = match reader.category(category.id()) {
            Some(_) => category.url(),
            None if manages => format!("{}/{}", categories::MANAGE, category.row.slug),
            None => continue,
        };
        let subject = format!("forum-category:{}", category.id());
        names.insert(subject, Crumb::to(category.row.name, url).in_language("fr"));
    }
    Ok(names)
}

//! What searches find of the help: one document per section of each article, and one per collection.

use std::collections::{BTreeSet, HashMap};

use async_trait::async_trait;
use atrium_core::Result;
use atrium_core::access::{Actor, Facet, Scope, Token, Visibility};
use atrium_core::db::Db;
use atrium_core::search::{SearchDocument, SearchSource, SourceRows};

use crate::articles::subject::{KIND, article_of, article_subject, collection_of, collection_subject};
use crate::articles::{ArticleId, Passage, Stored, article, collection, store, visibility};
use crate::content::around;
use crate::paths::{article_path, collection_path, service_of};

/// The help as a source of search documents.
pub(crate) struct HelpSource;

#[async_trait]
impl SearchSource for HelpSource {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn explains(&self) -> bool {
        true
    }

    async fn documents(&self, db: &Db, subject: &str) -> Result<Vec<SearchDocument>> {
        let mut all = self.documents_of(db, vec![subject.to_owned()]).await?;
        Ok(all.pop().map(|(_, documents)| documents).unwrap_or_default())
    }

    async fn documents_of(&self, db: &Db, subjects: Vec<String>) -> Result<Vec<(String, Vec<SearchDocument>)>> {
        let ids: Vec<_> = subjects.iter().filter_map(|subject| article_of(subject)).collect();
        let collections = store::collections(db).await?;
        let mut articles = store::published_among(db, &ids).await?;
        let audiences = store::audiences_of(db, &ids).await?;
        let mut all = Vec::with_capacity(subjects.len());
        for subject in subjects {
            let documents = match (article_of(&subject), collection_of(&subject)) {
                (Some(id), _) => match articles.remove(&id) {
                    Some(article) => of_article(&article, &collections, audiences.get(&id))?,
                    None => Vec::new(),
                },
                (None, Some(key)) => of_collection(db, &collections, key).await?,
                (None, None) => Vec::new(),
            };
            all.push((subject, documents));
        }
        Ok(all)
    }

    async fn subjects(&self, db: &Db, after: Option<&str>, limit: u64) -> Result<Vec<String>> {
        // Collections first, then articles.
        let mut subjects = Vec::new();
        let article = after.and_then(article_of);
        if article.is_none() {
            let key = after.and_then(collection_of).unwrap_or_default();
            let keys = store::collections_after(db, key, limit).await?;
            subjects.extend(keys.iter().map(|key| collection_subject(key)));
        }
        let rest = limit.saturating_sub(subjects.len() as u64);
        if rest > 0 {
            let ids = store::ids_after(db, article.unwrap_or(ArticleId(0)), rest).await?;
            subjects.extend(ids.into_iter().map(article_subject));
        }
        Ok(subjects)
    }

    fn visibility(&self, _rows: &SourceRows, actor: &Actor) -> Result<Visibility> {
        Ok(visibility(actor))
    }

    async fn visible(&self, db: &Db, _rows: &SourceRows, actor: &Actor, ids: &[String]) -> Result<BTreeSet<String>> {
        let articles: BTreeSet<_> = ids.iter().filter_map(|id| article_of(id)).collect();
        let articles: Vec<_> = articles.into_iter().collect();
        let visible = store::visible_among(db, &articles, &visibility(actor)).await?;
        let counts = if ids.iter().any(|id| collection_of(id).is_some()) {
            store::counts(db, &visibility(actor)).await?
        } else {
            HashMap::new()
        };
        let shown: BTreeSet<_> = counts.keys().flat_map(|key| around(key)).collect();
        let is_shown = |id: &&String| match (article_of(id), collection_of(id)) {
            (Some(article), _) => visible.contains(&article),
            (None, Some(key)) => shown.contains(key),
            (None, None) => false,
        };
        Ok(ids.iter().filter(is_shown).cloned().collect())
    }
}

/// Returns the passages of an article. One whose collection is gone has no page, and is not found.
fn of_article(
    article: &article::Model,
    collections: &[collection::Model],
    audiences: Option<&Vec<String>>,
) -> Result<Vec<SearchDocument>> {
    if !collections.iter().any(|collection| collection.key == article.collection) {
        return Ok(Vec::new());
    }
    let shelves: Vec<_> = titles(collections, &article.collection).collect();
    let tokens = tokens(audiences.map_or(&[], Vec::as_slice), &article.collection);
    let stored = Stored::load(article)?;
    let audience = audience(article, audiences.map_or(&[], Vec::as_slice));
    let document = |(index, passage)| document(article, &shelves, &tokens, &audience, index, passage);
    Ok(stored.passages().iter().enumerate().map(document).collect())
}

/// Returns the page of a collection, for those who may see one of its articles.
async fn of_collection(db: &Db, collections: &[collection::Model], key: &str) -> Result<Vec<SearchDocument>> {
    let audiences = store::audiences_within(db, key).await?;
    let Some(collection) = collections.iter().find(|collection| collection.key == key && !audiences.is_empty()) else {
        return Ok(Vec::new());
    };
    let tokens = tokens(&audiences, key);
    let stored = Stored::introduction(collection)?;
    // A collection without an introduction is found by its name.
    let opening = Passage::default();
    let passages = match stored.passages() {
        [] => std::slice::from_ref(&opening),
        passages => passages,
    };
    let document = |(index, passage): (usize, &Passage)| SearchDocument {
        id: format!("{}#{index}", collection_subject(key)),
        kind: KIND.to_owned(),
        subject: collection_subject(key),
        source: collection.source(),
        url: passage_url(collection_path(key), passage),
        title: collection.title.clone(),
        section: passage.heading.clone(),
        breadcrumb: titles(collections, key).chain(passage.parents.iter().cloned()).collect(),
        body: match index {
            0 => format!("{}\n{}", collection.summary, passage.text),
            _ => passage.text.clone(),
        },
        keywords: vec![key.to_owned()],
        service: Some(service_of(key).to_owned()),
        audience: passage.audience.clone(),
        tokens: tokens.clone(),
        locale: "fr".to_owned(),
        popularity: 0.9,
        ..SearchDocument::default()
    };
    Ok(passages.iter().enumerate().map(document).collect())
}

/// Returns the names of the collections around `key`, from the outermost, and its own.
fn titles(collections: &[collection::Model], key: &str) -> impl Iterator<Item = String> {
    around(key).filter_map(|key| Some(collections.iter().find(|collection| collection.key == key)?.title.clone()))
}

/// Returns where a passage stands on the page at `path`.
fn passage_url(path: String, passage: &Passage) -> String {
    match passage.id.as_str() {
        "" => path,
        id => format!("{path}#{id}"),
    }
}

fn tokens(audiences: &[String], collection: &str) -> BTreeSet<String> {
    let audiences = audiences.iter().map(|value| Token::new(Facet::Audience, value));
    let place =
        [Scope::Platform.token(), Token::new(Facet::State, "published"), Token::new(Facet::Category, collection)];
    audiences.chain(place).map(|token| token.term()).collect()
}

/// Returns the audience that an article states, or else the roles that alone may see it.
fn audience(article: &article::Model, visible: &[String]) -> Vec<String> {
    let said: Vec<_> = article.audience.lines().map(str::to_owned).collect();
    if !said.is_empty() {
        return said;
    }
    let roles: Option<Vec<_>> = visible.iter().map(|token| token.starts_with("role:").then(|| token.clone())).collect();
    roles.unwrap_or_default()
}

fn document(
    article: &article::Model,
    shelves: &[String],
    tokens: &BTreeSet<String>,
    audience: &[String],
    index: usize,
    passage: &Passage,
) -> SearchDocument {
    let url = passage_url(article_path(&article.collection, &article.slug), passage);
    let mut breadcrumb = shelves.to_vec();
    breadcrumb.push(article.title.clone());
    breadcrumb.extend(passage.parents.iter().cloned());
    // The opening carries the summary: it is what most people recognise.
    let body = match index {
        0 if !article.summary.is_empty() => format!("{}\n{}", article.summary, passage.text),
        _ => passage.text.clone(),
    };
    SearchDocument {
        id: format!("{}#{index}", article_subject(article.id)),
        kind: KIND.to_owned(),
        subject: article_subject(article.id),
        source: article.source.clone(),
        url,
        title: article.title.clone(),
        section: passage.heading.clone(),
        breadcrumb,
        shelf: None,
        body,
        keywords: article.keywords.lines().map(str::to_owned).collect(),
        service: Some(service_of(&article.collection).to_owned()),
        audience: audience.iter().chain(&passage.audience).cloned().collect(),
        tokens: tokens.clone(),
        locale: "fr".to_owned(),
        updated: article.updated_at.0,
        // What the Region has written down comes before what is said about it.
        popularity: 0.9,
        badges: Vec::new(),
    }
}

//! What searches find of the help: one document per section of each article.

use std::collections::BTreeSet;

use async_trait::async_trait;
use atrium_core::Result;
use atrium_core::access::{Actor, Facet, Scope, Token, Visibility};
use atrium_core::db::Db;
use atrium_core::search::{SearchDocument, SearchSource};

use crate::articles::{ArticleId, article, collection, store, visibility};
use crate::reading::article_path;
use crate::sync::{Passage, Stored};

/// The kind of the help's documents, and the prefix of its subjects.
const KIND: &str = "help";

/// The help as a source of search documents.
pub(crate) struct HelpSource;

#[async_trait]
impl SearchSource for HelpSource {
    fn kind(&self) -> &'static str {
        KIND
    }

    async fn documents(&self, db: &Db, subject: &str) -> Result<Vec<SearchDocument>> {
        let id = subject.strip_prefix("help:").and_then(|id| id.parse().ok());
        let Some(article) = (match id {
            Some(id) => store::by_id(db, id).await?,
            None => None,
        }) else {
            return Ok(Vec::new());
        };
        if article.state != article::State::Published {
            return Ok(Vec::new());
        }
        let collection = store::collection(db, &article.collection).await?;
        let tokens = tokens(&store::audiences(db, article.id).await?, &article.collection);
        let stored = Stored::load(&article)?;
        let document = |(index, passage)| document(&article, &collection, &tokens, index, passage);
        Ok(stored.passages().iter().enumerate().map(document).collect())
    }

    async fn subjects(&self, db: &Db, after: Option<&str>, limit: u64) -> Result<Vec<String>> {
        let after = after.and_then(|subject| subject.strip_prefix("help:")).and_then(|id| id.parse().ok());
        let ids = store::ids_after(db, after.unwrap_or(ArticleId(0)), limit).await?;
        Ok(ids.iter().map(|id| format!("help:{id}")).collect())
    }

    async fn visibility(&self, _db: &Db, actor: &Actor) -> Result<Visibility> {
        Ok(visibility(actor))
    }

    async fn visible(&self, db: &Db, actor: &Actor, subjects: &[String]) -> Result<BTreeSet<String>> {
        let ids = subjects.iter().filter_map(|subject| subject.strip_prefix("help:")?.parse().ok());
        let ids: Vec<ArticleId> = ids.collect();
        let visible = store::visible_among(db, &ids, &visibility(actor)).await?;
        Ok(visible.iter().map(|id| format!("help:{id}")).collect())
    }
}

fn tokens(audiences: &[String], collection: &str) -> BTreeSet<Token> {
    let mut tokens: BTreeSet<_> = audiences.iter().map(|value| Token::new(Facet::Audience, value)).collect();
    tokens.insert(Scope::Platform.token());
    tokens.insert(Token::new(Facet::State, "published"));
    tokens.insert(Token::new(Facet::Category, collection));
    tokens
}

fn document(
    article: &article::Model,
    collection: &collection::Model,
    tokens: &BTreeSet<Token>,
    index: usize,
    passage: &Passage,
) -> SearchDocument {
    let path = article_path(&article.collection, &article.slug);
    let url = match passage.id.as_str() {
        "" => path,
        id => format!("{path}#{id}"),
    };
    let mut breadcrumb = vec![collection.title.clone(), article.title.clone()];
    breadcrumb.extend(passage.parents.iter().cloned());
    // The opening carries the summary: it is what most people recognise.
    let body = match index {
        0 if !article.summary.is_empty() => format!("{}\n{}", article.summary, passage.text),
        _ => passage.text.clone(),
    };
    let audience = match passage.audience.is_empty() {
        true => article.audience.lines().map(str::to_owned).collect(),
        false => passage.audience.clone(),
    };
    SearchDocument {
        id: format!("help:{}#{index}", article.id),
        kind: KIND.to_owned(),
        subject: format!("help:{}", article.id),
        source: article.source.clone(),
        url,
        title: article.title.clone(),
        section: passage.heading.clone(),
        breadcrumb,
        body,
        keywords: article.keywords.lines().map(str::to_owned).collect(),
        service: Some(article.collection.clone()),
        audience,
        tokens: tokens.clone(),
        locale: "fr".to_owned(),
        updated: article.updated_at,
        popularity: 0.0,
        badges: Vec::new(),
    }
}

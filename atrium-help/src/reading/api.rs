//! The help for programs: its collections and articles, as this reader sees them, and opinions on them.

use std::collections::HashMap;

use atrium_core::markup::Fit;
use atrium_core::web::{Json, Operation, Query, RequestContext, Routes, Who};
use atrium_core::{Error, Message, Result};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::article::passages;
use super::audience::{Said, reader};
use super::names::Names;
use super::routes::FEEDBACK;
use super::view::within;
use crate::articles::store::{ArticleLine, CollectionLine};
use crate::articles::{ArticleId, Stored, store, visibility};
use crate::feedback::{self, Feedback, NewFeedback, Verdict};
use crate::paths::{article_path, collection_path};
use crate::settings;

/// Articles on one page.
const PAGE: u64 = 100;

pub(crate) fn declare(routes: &mut Routes) {
    routes.operation(Who::Anyone, routes!(collections));
    routes.operation(Who::Anyone, routes!(list));
    routes.operation(Who::Anyone, routes!(recent));
    routes.operation(Who::Anyone, routes!(useful));
    routes.operation(Who::Anyone, routes!(show));
    routes.operation(Who::Anyone, Operation::of(routes!(give)).once().limited(FEEDBACK));
}

/// A part of the help: a service of the catalogue, or a folder of articles.
#[derive(Serialize, utoipa::ToSchema)]
struct CollectionData {
    /// Its path: `casier`, `casier/eleves`.
    key: String,
    title: String,
    summary: String,
    url: String,
    /// Visible articles in it, and in what is inside it.
    articles: u64,
}

/// An article in a list.
#[derive(Serialize, utoipa::ToSchema)]
struct ArticleSummary {
    /// `casier/rendre-un-devoir`: the collection and the article's name in it, as in its address.
    address: String,
    title: String,
    summary: String,
    url: String,
    /// Its audience, in words; everyone if empty.
    audience: Vec<String>,
    updated: String,
}

impl ArticleSummary {
    fn new(cx: &RequestContext, names: &Names, line: &ArticleLine) -> Self {
        Self {
            address: format!("{}/{}", line.collection, line.slug),
            title: line.title.clone(),
            summary: line.summary.clone(),
            url: cx.href(&article_path(&line.collection, &line.slug)),
            audience: names.audience(&line.audience),
            updated: line.updated_at.to_rfc3339(),
        }
    }

    async fn all(cx: &RequestContext, lines: &[ArticleLine]) -> Result<Vec<Self>> {
        let names = Names::load(cx, lines.iter().flat_map(|line| line.audience.lines())).await?;
        Ok(lines.iter().map(|line| Self::new(cx, &names, line)).collect())
    }
}

/// A page of articles; `next` is the `after` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct Articles {
    articles: Vec<ArticleSummary>,
    #[schema(value_type = Option<i64>)]
    next: Option<ArticleId>,
}

/// Which articles.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
struct AskedArticles {
    /// Key of a collection; what is inside it is listed by its own key.
    collection: String,
    /// `next` of the page before.
    #[param(value_type = Option<i64>)]
    after: Option<ArticleId>,
}

/// Which article.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
struct AskedArticle {
    /// `casier/rendre-un-devoir`, as in its address or in the `source` of a search's hit.
    address: String,
    /// What a visitor says of themselves: a profile that the article asks about.
    profil: Option<String>,
    /// What holds of their school.
    etablissement: Option<String>,
}

/// A heading.
#[derive(Serialize, utoipa::ToSchema)]
struct HeadingData {
    /// 2 for the first level below the title.
    level: u8,
    /// The fragment of its address.
    id: String,
    text: String,
}

/// A stretch of an article that the reader is shown.
#[derive(Serialize, utoipa::ToSchema)]
struct PassageData {
    html: String,
    /// Its audience, where that is not known of the reader; empty otherwise.
    audience: String,
}

/// An article, as this reader sees it.
#[derive(Serialize, utoipa::ToSchema)]
struct ArticleData {
    address: String,
    title: String,
    summary: String,
    url: String,
    /// Its audience, in words; everyone if empty.
    audience: Vec<String>,
    updated: String,
    /// The collections in which it stands, from the outermost.
    collections: Vec<String>,
    headings: Vec<HeadingData>,
    passages: Vec<PassageData>,
    /// The whole text as written; `null` if some of its passages are for other readers.
    markdown: Option<String>,
    /// The address of the article before it in its collection.
    previous: Option<String>,
    /// The address of the article after it.
    next: Option<String>,
}

/// What a reader thinks of an article.
#[derive(Deserialize, utoipa::ToSchema)]
struct Opinion {
    /// `casier/rendre-un-devoir`.
    address: String,
    useful: bool,
    /// What was missing.
    #[serde(default)]
    comment: String,
}

/// Splits an address into the collection and the article's name in it.
pub(crate) fn parts(address: &str) -> Result<(&str, &str)> {
    address.rsplit_once('/').ok_or_else(|| Error::not_found(format!("article {address}")))
}

/// The collections with something that the reader may see, in order.
#[utoipa::path(get, path = "/api/v1/help/collections", responses((status = 200, body = [CollectionData])))]
async fn collections(cx: RequestContext) -> Result<Json<Vec<CollectionData>>> {
    let counts = store::counts(cx.db(), &visibility(cx.actor())).await?;
    let data = |line: CollectionLine| CollectionData {
        articles: within(&counts, &line.key),
        url: cx.href(&collection_path(&line.key)),
        key: line.key,
        title: line.title,
        summary: line.summary,
    };
    let all = store::collection_lines(cx.db()).await?.into_iter().map(data);
    Ok(Json(all.filter(|collection| collection.articles > 0).collect()))
}

/// The visible articles of a collection, in order, a hundred at a time.
#[utoipa::path(get, path = "/api/v1/help/articles", params(AskedArticles), responses((status = 200, body = Articles)))]
async fn list(cx: RequestContext, Query(asked): Query<AskedArticles>) -> Result<Json<Articles>> {
    let visible = visibility(cx.actor());
    let mut lines = store::list_after(cx.db(), &asked.collection, &visible, asked.after, PAGE + 1).await?;
    if lines.is_empty() && asked.after.is_none() {
        let counts: HashMap<_, _> = store::counts(cx.db(), &visible).await?;
        if within(&counts, &asked.collection) == 0 {
            return Err(Error::not_found(format!("collection {}", asked.collection)));
        }
    }
    let more = lines.len() as u64 > PAGE;
    lines.truncate(usize::try_from(PAGE).expect("a page is short"));
    let next = lines.last().filter(|_| more).map(|line| line.id);
    Ok(Json(Articles { articles: ArticleSummary::all(&cx, &lines).await?, next }))
}

/// The visible articles whose text changed last.
#[utoipa::path(get, path = "/api/v1/help/articles/recent", responses((status = 200, body = [ArticleSummary])))]
async fn recent(cx: RequestContext) -> Result<Json<Vec<ArticleSummary>>> {
    let lines = store::recent(cx.db(), &visibility(cx.actor()), settings::recent(&cx)).await?;
    Ok(Json(ArticleSummary::all(&cx, &lines).await?))
}

/// The visible articles that most readers found useful.
#[utoipa::path(get, path = "/api/v1/help/articles/useful", responses((status = 200, body = [ArticleSummary])))]
async fn useful(cx: RequestContext) -> Result<Json<Vec<ArticleSummary>>> {
    let visible = visibility(cx.actor());
    let ids = feedback::store::most_useful(cx.db(), &visible, settings::useful(&cx)).await?;
    let lines = store::some(cx.db(), &ids, &visible).await?;
    Ok(Json(ArticleSummary::all(&cx, &lines).await?))
}

/// An article, with the passages that are for this reader. What has moved is found under its earlier address.
#[utoipa::path(get, path = "/api/v1/help/article", params(AskedArticle), responses((status = 200, body = ArticleData)))]
async fn show(cx: RequestContext, Query(asked): Query<AskedArticle>) -> Result<Json<ArticleData>> {
    let said = Said::of(asked.profil, asked.etablissement);
    let (collection, slug) = parts(&asked.address)?;
    match article(&cx, collection, slug, &said).await {
        Err(error) if error.is_not_found() => {
            match store::moved_to(cx.db(), &asked.address, &visibility(cx.actor())).await? {
                Some((collection, Some(slug))) => article(&cx, &collection, &slug, &said).await.map(Json),
                _ => Err(error),
            }
        }
        found => found.map(Json),
    }
}

async fn article(cx: &RequestContext, collection: &str, slug: &str, said: &Said) -> Result<ArticleData> {
    let visible = visibility(cx.actor());
    let row = store::by_address(cx.db(), collection, slug, &visible).await?;
    let (previous, next) = store::neighbours(cx.db(), &row, &visible).await?;
    let blocks = Stored::blocks_of(&row)?;
    let rules: Vec<_> = blocks.iter().filter_map(|block| block.audience.clone()).collect();
    let keys = row.audience.lines().chain(rules.iter().flat_map(|rule| &rule.roles).map(String::as_str));
    let names = Names::load(cx, keys).await?;
    let reader = said.among(&rules).complete(reader(cx.actor(), cx.atrium().catalogue()));
    let withheld = rules.iter().any(|rule| rule.fit(&reader) == Fit::No);
    let (shown, headings) = passages(&names, &blocks, &reader);
    let neighbour = |line: Option<ArticleLine>| line.map(|line| format!("{}/{}", line.collection, line.slug));
    Ok(ArticleData {
        address: format!("{collection}/{slug}"),
        url: cx.href(&article_path(collection, slug)),
        audience: names.audience(&row.audience),
        updated: row.updated_at.to_rfc3339(),
        collections: crate::content::around(collection).map(str::to_owned).collect(),
        headings: headings
            .into_iter()
            .map(|heading| HeadingData { level: heading.level, id: heading.id, text: heading.text })
            .collect(),
        passages: shown
            .into_iter()
            .map(|block| PassageData { html: cx.mounted_html(&block.html), audience: block.label })
            .collect(),
        previous: neighbour(previous),
        next: neighbour(next),
        markdown: (!withheld).then(|| row.markdown.clone()),
        title: row.title,
        summary: row.summary,
    })
}

/// Says whether an article was useful.
#[utoipa::path(post, path = "/api/v1/help/opinions", request_body = Opinion,
    responses((status = 204, description = "Noted, without a name")))]
async fn give(cx: RequestContext, Json(opinion): Json<Opinion>) -> Result<StatusCode> {
    let address =
        parts(&opinion.address).map_err(|_| Error::invalid_field("address", Message::new("field-unknown-choice")))?;
    let verdict = if opinion.useful { Verdict::Useful } else { Verdict::NotUseful };
    Feedback::of(cx.db()).give(cx.actor(), address, NewFeedback::new(verdict, opinion.comment.trim())).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! What readers thought of articles, for programs. No reader is named, and no school.

use atrium_core::web::{Json, Query, RequestContext, Routes, Who};
use atrium_core::{Error, Message, Result};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::{Feedback, FeedbackId, Filter, Tally, Verdict, actions};
use crate::permissions::READ_FEEDBACK;

/// Articles, or opinions, on one page.
const PAGE: u64 = 30;

pub(crate) fn declare(routes: &mut Routes) {
    let reader = Who::Holder(READ_FEEDBACK);
    routes.operation(reader, routes!(list_articles));
    routes.operation(reader, routes!(list));
}

/// Which opinions.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
struct AskedArticles {
    /// `commentaire` for those with a comment, `non` for those of readers who were not helped; all otherwise.
    filtre: Option<String>,
    /// `next` of the page before.
    #[param(value_type = Option<i64>)]
    avant: Option<FeedbackId>,
}

/// Which opinions on one article.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
struct AskedOpinions {
    /// `casier/rendre-un-devoir`.
    address: String,
    /// `commentaire` for those with a comment, `non` for those of readers who were not helped; all otherwise.
    filtre: Option<String>,
    /// `next` of the page before.
    #[param(value_type = Option<i64>)]
    avant: Option<FeedbackId>,
}

/// An article with what readers thought of it.
#[derive(Serialize, utoipa::ToSchema)]
struct ArticleOpinions {
    address: String,
    title: String,
    /// How many found it useful.
    useful: u64,
    /// How many did not.
    not_useful: u64,
    /// When the newest opinion was given.
    newest: String,
}

/// A page of articles; `next` is the `avant` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct ArticlesWithOpinions {
    articles: Vec<ArticleOpinions>,
    #[schema(value_type = Option<i64>)]
    next: Option<FeedbackId>,
}

/// What one reader thought.
#[derive(Serialize, utoipa::ToSchema)]
struct OpinionData {
    #[schema(value_type = i64)]
    id: FeedbackId,
    useful: bool,
    comment: String,
    at: String,
}

/// A page of opinions; `next` is the `avant` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct Opinions {
    title: String,
    /// How many found it useful.
    useful: u64,
    /// How many did not.
    not_useful: u64,
    opinions: Vec<OpinionData>,
    #[schema(value_type = Option<i64>)]
    next: Option<FeedbackId>,
}

fn filter(text: Option<&str>) -> Filter {
    Filter::from_query(text.unwrap_or_default())
}

/// Articles on which there are opinions that the caller may read, those with the newest first, thirty at a time.
#[utoipa::path(get, path = "/api/v1/help/opinions/articles", params(AskedArticles),
    responses((status = 200, body = ArticlesWithOpinions)))]
async fn list_articles(cx: RequestContext, Query(asked): Query<AskedArticles>) -> Result<Json<ArticlesWithOpinions>> {
    let filter = filter(asked.filtre.as_deref());
    let mut rows = Feedback::of(cx.db()).list_articles(cx.actor(), filter, asked.avant, PAGE + 1).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).expect("a page is short"));
    let next = rows.last().filter(|_| more).map(|row| row.newest);
    let data = |row: actions::ArticleOpinions| ArticleOpinions {
        address: format!("{}/{}", row.article.collection, row.article.slug),
        title: row.article.title,
        useful: row.tally.useful,
        not_useful: row.tally.not_useful,
        newest: row.at.to_rfc3339(),
    };
    Ok(Json(ArticlesWithOpinions { articles: rows.into_iter().map(data).collect(), next }))
}

/// What readers thought of an article, as far as the caller may read it, the newest first, thirty at a time.
#[utoipa::path(get, path = "/api/v1/help/opinions", params(AskedOpinions), responses((status = 200, body = Opinions)))]
async fn list(cx: RequestContext, Query(asked): Query<AskedOpinions>) -> Result<Json<Opinions>> {
    let unknown = || Error::invalid_field("address", Message::new("field-unknown-choice"));
    let address = asked.address.rsplit_once('/').ok_or_else(unknown)?;
    let filter = filter(asked.filtre.as_deref());
    let (article, tally, mut rows) =
        Feedback::of(cx.db()).list(cx.actor(), address, filter, asked.avant, PAGE + 1).await?;
    let Tally { useful, not_useful } = tally;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).expect("a page is short"));
    let next = rows.last().filter(|_| more).map(|row| row.id);
    let opinions = rows.into_iter().map(|row| OpinionData {
        id: row.id,
        useful: row.verdict == Verdict::Useful,
        comment: row.comment,
        at: row.at.to_rfc3339(),
    });
    Ok(Json(Opinions { title: article.title, useful, not_useful, opinions: opinions.collect(), next }))
}

//! URLs and handlers of reading opinions. Giving one is on the article's page, which is `reading`'s.

use atrium_core::web::{Path, Query, RequestContext, Routes, Who};
use atrium_core::{Error, Result};
use axum::response::Response;
use serde::Deserialize;

use super::view::{ArticleOpinionsView, OpinionsView};
use super::{Feedback, FeedbackId, Filter, PATH};
use crate::permissions::READ_FEEDBACK;

/// Articles, or opinions, on one page.
const PAGE: u64 = 30;

pub(crate) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::Holder(READ_FEEDBACK), list_articles);
    routes.get("/administration/aide/avis/{*article}", Who::Holder(READ_FEEDBACK), list);
}

/// What the address asks for.
#[derive(Default, Deserialize)]
struct Params {
    #[serde(default)]
    filtre: String,
    avant: Option<FeedbackId>,
}

impl Params {
    fn filter(&self) -> Filter {
        Filter::from_query(&self.filtre)
    }
}

/// `GET /administration/aide/avis?filtre=&avant=`
async fn list_articles(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let filter = asked.filter();
    let opinions = Feedback::of(cx.db()).list_articles(cx.actor(), filter, asked.avant, PAGE + 1).await?;
    cx.page(&OpinionsView::new(&cx, filter, opinions, PAGE))
}

/// `GET /administration/aide/avis/{article}?filtre=&avant=`
async fn list(cx: RequestContext, Path(path): Path<String>, Query(asked): Query<Params>) -> Result<Response> {
    let filter = asked.filter();
    let address = path.rsplit_once('/').ok_or_else(|| Error::not_found(format!("article {path}")))?;
    let (article, tally, opinions) =
        Feedback::of(cx.db()).list(cx.actor(), address, filter, asked.avant, PAGE + 1).await?;
    cx.page(&ArticleOpinionsView::new(&cx, filter, article, tally, opinions, PAGE))
}

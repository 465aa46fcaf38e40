//! What was written about the same thing: help articles and topics, while a title is typed. It asks the platform's one
//! search, so that it works with whatever is there: with no help, it finds topics alone.

use atrium_core::search::{Badge, Fragment, Hit, SearchRequest};
use atrium_core::web::{Query, RequestContext};
use atrium_core::{Message, Result};
use axum::response::Response;
use serde::Deserialize;

use super::view::{SimilarHit, SimilarView};
use crate::topics::Title;

/// Where the list is asked for.
pub(super) const PATH: &str = "/forum/similaires";

/// Results shown at most.
const MOST: usize = 5;
/// Shortest title for which similar topics are looked for, in characters.
const SHORTEST: usize = 4;

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Params {
    #[serde(default)]
    titre: String,
}

/// `GET /forum/similaires?titre=`
pub(super) async fn list(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    cx.fragment(&SimilarView { hits: to(&cx, &asked.titre).await? })
}

/// Returns articles and topics similar to `title`, as far as they may read them.
pub(super) async fn to(cx: &RequestContext, title: &str) -> Result<Vec<SimilarHit>> {
    let title: String = title.chars().take(Title::MAX).collect();
    let hits = match title.trim().chars().count() {
        ..SHORTEST => Vec::new(),
        _ => {
            let request = SearchRequest::like(title).in_locale(cx.locale().tag()).page(MOST, 0);
            cx.atrium().finder().search(cx.actor(), request).await?.hits
        }
    };
    let view = |hit: &Hit| SimilarHit {
        kind: hit.kind.clone(),
        kind_label: cx.message(&Message::new(format!("search-kind-{}", hit.kind))),
        title: plain(&hit.title),
        section: plain(&hit.section),
        url: hit.url.clone(),
        solved: hit.badges.contains(&Badge::Solved),
        official: hit.badges.contains(&Badge::Official),
    };
    Ok(hits.iter().map(view).collect())
}

fn plain(fragments: &[Fragment]) -> String {
    fragments.iter().map(|fragment| fragment.text.as_str()).collect()
}

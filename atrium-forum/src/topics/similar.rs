//! What was written about the same thing: help articles and topics, while a title is typed. It asks the platform's one
//! search, so that it works with whatever is there: with no help, it finds topics alone.

use std::collections::{BTreeSet, HashMap};

use atrium_core::search::{Badge, Fragment, Hit, SearchRequest};
use atrium_core::web::{Cx, Query};
use atrium_core::{Message, Result};
use axum::response::Response;
use serde::Deserialize;

use super::view::{SimilarHit, SimilarView};

/// Where the list is asked for.
pub(super) const PATH: &str = "/forum/similaires";

/// Results shown at most.
const MOST: usize = 5;
/// A title this short says nothing yet.
const SHORTEST: usize = 4;

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    titre: String,
}

/// `GET /forum/similaires?titre=`
pub(super) async fn list(cx: Cx, Query(asked): Query<Asked>) -> Result<Response> {
    let title: String = asked.titre.chars().take(super::Title::MAX).collect();
    let hits = if title.trim().chars().count() < SHORTEST { Vec::new() } else { find(&cx, &title).await? };
    let view = |hit: &Hit| SimilarHit {
        kind: hit.kind.clone(),
        kind_label: cx.message(&Message::new(format!("core-search-kind-{}", hit.kind))),
        title: plain(&hit.title),
        section: plain(&hit.section),
        url: hit.url.clone(),
        solved: hit.badges.contains(&Badge::Solved),
        official: hit.badges.contains(&Badge::Official),
    };
    cx.fragment(&SimilarView { hits: hits.iter().map(view).collect() })
}

async fn find(cx: &Cx, title: &str) -> Result<Vec<Hit>> {
    let sources = cx.atrium().search_sources();
    let mut visibility = HashMap::new();
    for source in sources {
        visibility.insert(source.kind().to_owned(), source.visibility(cx.db(), cx.actor()).await?);
    }
    let mut request = SearchRequest::new(title);
    request.visibility = visibility;
    let profiles = cx.actor().rights().memberships(cx.actor().now()).map(|held| held.profile.key().to_owned());
    let request = request.for_audience(profiles).in_locale(cx.locale().tag()).at(cx.actor().now()).page(MOST, 0);
    let mut hits = cx.atrium().search().search(request).await?.hits;
    // The index may lag: what SQL no longer shows is not shown.
    let mut visible = BTreeSet::new();
    for source in sources {
        let of_kind = hits.iter().filter(|hit| hit.kind == source.kind());
        let subjects: Vec<_> = of_kind.map(|hit| hit.subject.clone()).collect();
        if !subjects.is_empty() {
            visible.extend(source.visible(cx.db(), cx.actor(), &subjects).await?);
        }
    }
    hits.retain(|hit| visible.contains(&hit.subject));
    Ok(hits)
}

fn plain(fragments: &[Fragment]) -> String {
    fragments.iter().map(|fragment| fragment.text.as_str()).collect()
}

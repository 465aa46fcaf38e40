//! URLs and handlers.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use atrium_core::web::{Form, HomeLink, Path, Query, RateLimit, RequestContext, Routes, Who};
use atrium_core::{Error, Message, Result};
use axum::response::Response;

use super::article::{ArticleView, Placed, Reading};
use super::audience::Said;
use super::feed;
use super::view::{CollectionView, Content, HomeView, Shelf, undescribed, within};
use crate::articles::{collection, store, visibility};
use crate::content;
use crate::feedback::{self, Feedback, NewFeedback, Verdict};
use crate::paths::{HOME, article_path, collection_path};
use crate::settings::{self, OPINIONS_PER_HOUR};

/// Opinions from one reader, or one school's address.
pub(super) const FEEDBACK: RateLimit = RateLimit::by_setting("help.feedback", &OPINIONS_PER_HOUR);
/// Articles of one collection that are listed; larger ones come from elsewhere and are for searching.
const LISTED: u64 = 300;

pub(crate) fn declare(routes: &mut Routes) {
    routes.list(HOME, Who::Anyone, home);
    routes.get_shared(feed::PATH, feed::show);
    routes.get("/aide/{*path}", Who::Anyone, show);
    routes.post("/aide/{*path}", Who::Anyone, give_feedback);
}

/// `GET /aide`
async fn home(cx: RequestContext) -> Result<Response> {
    let visible = visibility(cx.actor());
    let useful = feedback::store::most_useful(cx.db(), &visible, settings::useful(&cx)).await?;
    let content = Content {
        collections: store::collections(cx.db()).await?,
        counts: store::counts(cx.db(), &visible).await?,
        recent: store::recent(cx.db(), &visible, settings::recent(&cx)).await?,
        useful: store::some(cx.db(), &useful, &visible).await?,
    };
    cx.page(&HomeView::new(&cx, content))
}

/// `GET /aide/{path}`: an article, or a collection. In an article a visitor may say who they are: `?profil=` or
/// `?etablissement=`
async fn show(cx: RequestContext, Path(path): Path<String>, Query(said): Query<Said>) -> Result<Response> {
    if path.ends_with('/') {
        let query = cx.path().split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
        return Ok(cx.moved(&format!("{HOME}/{}{query}", path.trim_end_matches('/'))));
    }
    if let Some((collection, slug)) = path.rsplit_once('/') {
        match article(&cx, collection, slug, said).await {
            Err(error) if error.is_not_found() => {}
            page => return page,
        }
    }
    match collection(&cx, &path).await {
        Err(error) if error.is_not_found() => moved(&cx, &path, error).await,
        page => page,
    }
}

/// Returns what stood at `address` stands elsewhere, or it is not found.
async fn moved(cx: &RequestContext, address: &str, not_found: Error) -> Result<Response> {
    match store::moved_to(cx.db(), address, &visibility(cx.actor())).await? {
        Some((collection, Some(slug))) => Ok(cx.moved(&article_path(&collection, &slug))),
        Some((collection, None)) => Ok(cx.moved(&collection_path(&collection))),
        None => Err(not_found),
    }
}

async fn article(cx: &RequestContext, collection: &str, slug: &str, said: Said) -> Result<Response> {
    let placed = placed(cx, collection, slug).await?;
    let reading = Reading::new(cx, &placed, &said);
    let view = async {
        let mut view = ArticleView::load(cx, &placed, &reading).await?;
        if cx.has_flash("help-feedback-thanks") {
            view.thank();
        }
        Ok(view)
    };
    cx.steady_page(&reading, [], view).await
}

/// Shows a collection; every service of the catalogue has its page, even before its first article.
async fn collection(cx: &RequestContext, key: &str) -> Result<Response> {
    let visible = visibility(cx.actor());
    let service = undescribed(cx, key);
    let collection = match store::collection(cx.db(), key).await {
        Err(error) if error.is_not_found() => service.clone().ok_or(error)?,
        collection => collection?,
    };
    let counts = store::counts(cx.db(), &visible).await?;
    if within(&counts, key) == 0 && service.is_none() {
        return Err(Error::not_found(format!("collection {key}")));
    }
    let articles = store::list(cx.db(), key, &visible, LISTED).await?;
    let total = counts.get(key).copied().unwrap_or_default();
    let links = elsewhere(cx, key).await?;
    let around = around(cx, key, &counts).await?;
    cx.page(&CollectionView::load(cx, Shelf { collection, articles, total, links, around, counts }).await?)
}

/// Returns the collections above `key`, and those directly inside it in which the reader may see something. No
/// query for one that stands alone.
async fn around(cx: &RequestContext, key: &str, counts: &HashMap<String, u64>) -> Result<Vec<collection::Model>> {
    let above = content::around(key).filter(|above| *above != key);
    let inside = counts.keys().filter_map(|held| {
        let rest = held.strip_prefix(key)?.strip_prefix('/')?;
        Some(&held[..held.len() - rest.len() + rest.find('/').unwrap_or(rest.len())])
    });
    let keys: BTreeSet<_> = above.chain(inside).collect();
    if keys.is_empty() { Ok(Vec::new()) } else { store::collections_among(cx.db(), &Vec::from_iter(keys)).await }
}

/// Returns what other plugins have for this reader about the service that the collection is about.
async fn elsewhere(cx: &RequestContext, key: &str) -> Result<Vec<HomeLink>> {
    let mut links = Vec::new();
    if cx.atrium().catalogue().service(key).is_some() {
        for plugin in cx.atrium().plugins() {
            links.extend(plugin.service_links(cx, key).await?);
        }
    }
    Ok(links)
}

/// Returns the article with what stands around it, as it is kept for those who may see the same.
async fn placed(cx: &RequestContext, collection: &str, slug: &str) -> Result<Arc<Placed>> {
    let visible = visibility(cx.actor());
    let of = (collection, slug, &visible);
    cx.kept("help/article", &of, Placed::bytes, async {
        let article = store::by_address(cx.db(), collection, slug, &visible).await?;
        let shelves: Vec<_> = content::around(collection).collect();
        let mut shelves = store::collections_among(cx.db(), &shelves).await?;
        shelves.sort_by_key(|shelf| shelf.key.len());
        let (previous, next) = store::neighbours(cx.db(), &article, &visible).await?;
        Placed::of(article, shelves, previous, next, visible.clone())
    })
    .await
}

/// `POST /aide/{article}/avis`
async fn give_feedback(cx: RequestContext, Path(path): Path<String>, form: Form) -> Result<Response> {
    let address = path.strip_suffix("/avis").and_then(|article| article.rsplit_once('/'));
    let (collection, slug) = address.ok_or_else(|| Error::not_found(format!("form {path}")))?;
    let done = || {
        let path = format!("{}#avis", article_path(collection, slug));
        cx.redirect_with(&path, "success", "help-feedback-thanks")
    };
    let given = match Verdict::from_form(form.raw("useful")) {
        Some(_) if cx.was_sent(&form) => return Ok(done()),
        Some(verdict) => {
            cx.allow(FEEDBACK).await?;
            let new = NewFeedback::new(verdict, form.text("comment"));
            Feedback::of(cx.db()).give(cx.actor(), (collection, slug), new).await
        }
        None => Err(Error::invalid_field("useful", Message::new("help-feedback-choose"))),
    };
    match given {
        Ok(_) => Ok(cx.note_sent(&form, done())),
        Err(error) if error.is_invalid() => {
            let placed = placed(&cx, collection, slug).await?;
            let reading = Reading::new(&cx, &placed, &Said::default());
            let mut view = ArticleView::load(&cx, &placed, &reading).await?;
            view.refuse_feedback(&cx, &form, &error);
            cx.invalid(&view)
        }
        Err(error) => Err(error),
    }
}

//! URLs and handlers.

use atrium_core::web::{Cx, Form, Path, Query, Routes, Who};
use atrium_core::{Error, Message, Result};
use axum::response::Response;

use super::audience::Said;
use super::view::{Around, ArticleView, CollectionView, HomeView};
use super::{HOME, article_path};
use crate::articles::{store, visibility};
use crate::feedback::{self, NewFeedback};

pub(crate) fn declare(routes: &mut Routes) {
    routes.get(HOME, Who::Anyone, home);
    routes.get("/aide/{collection}", Who::Anyone, collection);
    routes.get("/aide/{collection}/{slug}", Who::Anyone, article);
    routes.post("/aide/{collection}/{slug}/avis", Who::Anyone, give_feedback);
}

/// `GET /aide`
async fn home(cx: Cx) -> Result<Response> {
    let collections = store::collections(cx.db()).await?;
    let articles = store::list(cx.db(), None, &visibility(cx.actor())).await?;
    cx.page(&HomeView::new(&cx, collections, &articles))
}

/// `GET /aide/{collection}`
async fn collection(cx: Cx, Path(key): Path<String>) -> Result<Response> {
    let collection = store::collection(cx.db(), &key).await?;
    let articles = store::list(cx.db(), Some(&key), &visibility(cx.actor())).await?;
    cx.page(&CollectionView::new(&cx, collection, &articles))
}

/// `GET /aide/{collection}/{slug}`, where a visitor may say who they are: `?profil=` or `?etablissement=`
async fn article(
    cx: Cx,
    Path((collection, slug)): Path<(String, String)>,
    Query(said): Query<Said>,
) -> Result<Response> {
    let mut view = article_view(&cx, &collection, &slug, said).await?;
    if cx.has_flash("help-feedback-thanks") {
        view.thank();
    }
    cx.page(&view)
}

async fn article_view(cx: &Cx, collection: &str, slug: &str, said: Said) -> Result<ArticleView> {
    let visible = visibility(cx.actor());
    let article = store::by_address(cx.db(), collection, slug, &visible).await?;
    let owner = store::collection(cx.db(), collection).await?;
    let siblings = store::list(cx.db(), Some(collection), &visible).await?;
    ArticleView::new(cx, article, Around { collection: owner, siblings: &siblings, said })
}

/// `POST /aide/{collection}/{slug}/avis`
async fn give_feedback(cx: Cx, Path((collection, slug)): Path<(String, String)>, form: Form) -> Result<Response> {
    let useful = match form.raw("useful") {
        "yes" => true,
        "no" => false,
        _ => return Err(Error::invalid_field("", Message::new("help-feedback-choose"))),
    };
    let new = NewFeedback { useful, comment: form.text("comment") };
    match feedback::give(cx.db(), cx.actor(), (&collection, &slug), new).await {
        Ok(_) => {
            let path = format!("{}#avis", article_path(&collection, &slug));
            Ok(cx.redirect_with(&path, "success", "help-feedback-thanks"))
        }
        Err(error) if error.is_invalid() => {
            let mut view = article_view(&cx, &collection, &slug, Said::default()).await?;
            view.refuse_feedback(&cx, &form, &error);
            cx.invalid(&view)
        }
        Err(error) => Err(error),
    }
}

//! Addresses of lists and topics.

use atrium_core::web::{Choice, Form, Overtaken, Path, Query, RequestContext, Routes, Who};
use atrium_core::{Error, Message, Result};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::page::{ReplyForm, find, topic_page};
use super::view::{RefileFields, RefileView, crumbs, kind_choices};
use super::{ask, feed, list, restrict, similar};
use crate::categories::Category;
use crate::categories::pages::told::{self, Confirm};
use crate::permissions::{ASK, MODERATE};
use crate::posts;
use crate::posts::text::quote::quote;
use crate::reader::Reader;
use crate::topics::marks::Mark;
use crate::topics::{HOME, Kind, Readers, Topic, TopicId, Topics, actions};

pub(crate) fn declare(routes: &mut Routes) {
    routes.list("/forum", Who::Anyone, list::home);
    routes.list(similar::PATH, Who::Anyone, similar::list);
    routes.get("/forum/nouveau", Who::Holder(ASK), ask::new);
    routes.post_files("/forum/nouveau", Who::Holder(ASK), ask::create);
    routes.list("/forum/{category}", Who::Anyone, list::show);
    routes.get_shared("/forum/{category}/flux.atom", feed::show);
    routes.get("/forum/{category}/nouveau", Who::Holder(ASK), ask::new_in);
    routes.post_files("/forum/{category}/nouveau", Who::Holder(ASK), ask::create_in);
    routes.get("/forum/sujets/{id_slug}", Who::Anyone, show);
    routes.get("/forum/sujets/{id_slug}/deplacer", Who::SignedIn, refile);
    routes.post("/forum/sujets/{id_slug}/deplacer", Who::SignedIn, save_refile);
    routes.post("/forum/sujets/{id_slug}/fermer", Who::Holder(MODERATE), lock);
    routes.post("/forum/sujets/{id_slug}/ouvrir", Who::Holder(MODERATE), unlock);
    routes.post("/forum/sujets/{id_slug}/epingler", Who::Holder(MODERATE), pin);
    routes.post("/forum/sujets/{id_slug}/desepingler", Who::Holder(MODERATE), unpin);
    routes.get("/forum/sujets/{id_slug}/restreindre", Who::Holder(MODERATE), restrict::restricted);
    routes.post("/forum/sujets/{id_slug}/restreindre", Who::Holder(MODERATE), restrict::restrict);
    routes.post("/forum/sujets/{id_slug}/diffuser", Who::Holder(MODERATE), open);
}

/// Returns the topic that an address of the form `12` or `12-its-title` names.
///
/// # Errors
/// Returns `is_not_found` if it begins with no number.
pub(crate) fn id_of(id_slug: &str) -> Result<TopicId> {
    let digits = id_slug.split('-').next().unwrap_or_default();
    digits.parse().map_err(|_| Error::not_found(format!("topic `{id_slug}`")))
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Part {
    #[serde(rename = "a-partir")]
    from: Option<i64>,
    citer: Option<i64>,
}

/// `GET /forum/sujets/{id_slug}?a-partir=&citer=`
async fn show(cx: RequestContext, Path(id_slug): Path<String>, Query(part): Query<Part>) -> Result<Response> {
    let (reader, row) = find(&cx, id_of(&id_slug)?).await?;
    if id_slug != row.topic.id_slug() {
        let query = cx.path().split_once('?').map_or_else(String::new, |(_, query)| format!("?{query}"));
        return Ok(cx.moved(&format!("{}{query}", row.topic.url())));
    }
    let body = match part.citer {
        Some(number) => quote(&cx, &reader, row.topic(), number).await?,
        None => String::new(),
    };
    let form = ReplyForm { body, ..ReplyForm::default() };
    topic_page(&cx, &reader, &row, part.from.unwrap_or(1).max(1), form).await
}

async fn lock(cx: RequestContext, Path(id_slug): Path<String>) -> Result<Response> {
    put(&cx, &id_slug, Mark::Lock).await
}

async fn unlock(cx: RequestContext, Path(id_slug): Path<String>) -> Result<Response> {
    put(&cx, &id_slug, Mark::Unlock).await
}

async fn pin(cx: RequestContext, Path(id_slug): Path<String>) -> Result<Response> {
    put(&cx, &id_slug, Mark::Pin).await
}

async fn unpin(cx: RequestContext, Path(id_slug): Path<String>) -> Result<Response> {
    put(&cx, &id_slug, Mark::Unpin).await
}

async fn open(cx: RequestContext, Path(id_slug): Path<String>) -> Result<Response> {
    put(&cx, &id_slug, Mark::Open).await
}

async fn put(cx: &RequestContext, id_slug: &str, what: Mark) -> Result<Response> {
    let topic = Topics::of(cx.db()).mark(cx.actor(), id_of(id_slug)?, what).await?;
    Ok(cx.redirect_with(&topic.url(), "success", what.told()))
}

/// `GET /forum/sujets/{id_slug}/deplacer`
async fn refile(cx: RequestContext, Path(id_slug): Path<String>) -> Result<Response> {
    let (reader, row) = find(&cx, id_of(&id_slug)?).await?;
    let question = posts::store::by_number(cx.db(), row.topic.id, 1).await?;
    reader.check_edit(&row.topic, &question)?;
    cx.page(&refile_view(&cx, &reader, row.topic(), None, None)?)
}

/// `POST /forum/sujets/{id_slug}/deplacer`
async fn save_refile(cx: RequestContext, Path(id_slug): Path<String>, form: Form) -> Result<Response> {
    let (reader, row) = find(&cx, id_of(&id_slug)?).await?;
    let topic = row.topic();
    let choice = || Message::new("field-choice");
    let sent = async {
        let slug = form.text("category");
        let target = reader.category_by_slug(&slug).map_err(|_| Error::invalid_field("category", choice()))?;
        let kind = Kind::from_key(&form.text("kind")).ok_or_else(|| Error::invalid_field("kind", choice()))?;
        let version = form.text("version").parse().map_err(|_| Error::invalid_field("version", choice()))?;
        if let Some(confirm) = consequences(&cx, &reader, topic, target, kind).await?
            && confirm.key != form.text("confirm")
        {
            return Ok(Err(confirm));
        }
        Topics::of(cx.db()).refile(cx.actor(), topic.id, version, target.id(), kind).await.map(Ok)
    };
    let returned = |confirm, error: Option<&Error>| {
        let mut view = refile_view(&cx, &reader, topic, confirm, error)?;
        view.form.category = form.text("category");
        view.form.kind = form.text("kind");
        Ok::<_, Error>(view)
    };
    match sent.await {
        Ok(Ok(topic)) => {
            let back = if reader.sees(&topic) { topic.url() } else { HOME.to_owned() };
            Ok(cx.redirect_with(&back, "success", "forum-flash-refiled"))
        }
        Ok(Err(confirm)) => cx.page(&returned(Some(confirm), None)?),
        Err(error) if error.is_invalid() => {
            let mut view = returned(None, Some(&error))?;
            view.form.version = form.text("version").parse().unwrap_or_default();
            cx.invalid(&view)
        }
        Err(error) if error.is_stale() => overtaken(&cx, topic.id, &form).await,
        Err(error) => Err(error),
    }
}

/// Returns the form again, over the topic as somebody else has filed it meanwhile.
async fn overtaken(cx: &RequestContext, topic: TopicId, form: &Form) -> Result<Response> {
    let (reader, row) = find(cx, topic).await?;
    let mut view = refile_view(cx, &reader, row.topic(), None, None)?;
    let label = |choices: &[Choice], value: &str| {
        choices.iter().find(|choice| choice.value == value).map_or_else(String::new, |choice| choice.label.clone())
    };
    let (category, kind) = (form.text("category"), form.text("kind"));
    view.errors = Overtaken::new(cx)
        .choice("category", &category, &view.form.category, &label(&view.categories, &view.form.category))
        .choice("kind", &kind, &view.form.kind, &label(&view.kinds, &view.form.kind))
        .errors();
    view.form.category = category;
    view.form.kind = kind;
    cx.page_with(StatusCode::CONFLICT, &view)
}

/// Returns the effect on its readers of filing `topic` under `target`, if they may do that at all.
pub(super) async fn consequences(
    cx: &RequestContext,
    reader: &Reader,
    topic: &Topic,
    target: &Category,
    kind: Kind,
) -> Result<Option<Confirm>> {
    if target.id() == topic.category_id || !reader.may_file(topic, target) {
        return Ok(None);
    }
    let after = actions::refiled(topic, target, kind);
    told::of_move(cx, (reader.category_of(topic)?, topic), (target, &after), reader.sees(&after)).await
}

fn refile_view(
    cx: &RequestContext,
    reader: &Reader,
    topic: &Topic,
    confirm: Option<Confirm>,
    error: Option<&Error>,
) -> Result<RefileView> {
    let category = reader.category_of(topic)?;
    let theirs = reader.categories().filter(|to| to.id() == category.id() || reader.may_file(topic, to));
    Ok(RefileView {
        title: cx.t("forum-refile-title"),
        breadcrumb: crumbs(cx, Some(category), Some(topic), &cx.t("forum-refile-title")),
        noindex: true,
        url: format!("{}/deplacer", topic.url()),
        cancel_url: topic.url(),
        categories: theirs.map(ask::choice).collect(),
        kinds: kind_choices(cx, reader, category.scope()),
        readers_note: match (topic.readers, topic.own_readers) {
            (Readers::Open, _) => String::new(),
            (Readers::Confidential, Readers::Confidential) => cx.t("forum-refile-confidential"),
            (Readers::Confidential, Readers::Open) => cx.t("forum-refile-confidential-category"),
        },
        form: RefileFields {
            category: category.row.slug.clone(),
            kind: topic.kind.key().to_owned(),
            version: topic.version,
        },
        confirm,
        errors: error.map(|error| cx.field_errors(error)).unwrap_or_default(),
    })
}

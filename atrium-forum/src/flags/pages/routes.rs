//! Addresses of flags.

use atrium_core::directory;
use atrium_core::markup::{excerpt, plain_text};
use atrium_core::web::{Choice, Form, Path, Problems, RequestContext, Routes, Who};
use atrium_core::{Error, Message, Result};
use axum::http::StatusCode;
use axum::response::Response;

use super::view::{FlagFields, FlagView};
use crate::flags::{Comment, FlagReason, Flags, store};
use crate::permissions::FLAG;
use crate::posts::pages::find;
use crate::posts::view::url_of;
use crate::posts::{self, PostId};
use crate::rate_limit;
use crate::reader::Reader;
use crate::topics;
use crate::topics::pages::crumbs;

pub(crate) fn declare(routes: &mut Routes) {
    routes.get("/forum/messages/{id}/signaler", Who::Holder(FLAG), new);
    routes.post("/forum/messages/{id}/signaler", Who::Holder(FLAG), create);
}

/// `GET /forum/messages/{id}/signaler`
async fn new(cx: RequestContext, Path(id): Path<PostId>) -> Result<Response> {
    let (reader, topic, post) = find(&cx, id).await?;
    cx.page(&view(&cx, &reader, &topic, &post, &Form::default(), None).await?)
}

/// `POST /forum/messages/{id}/signaler`
async fn create(cx: RequestContext, Path(id): Path<PostId>, form: Form) -> Result<Response> {
    let (reader, topic, post) = find(&cx, id).await?;
    match send(&cx, &post, &form).await {
        Ok(topic) => Ok(cx.redirect_with(&topic.url_at(post.number), "success", "forum-flash-flagged")),
        Err(error) if error.is_invalid() => cx.invalid(&view(&cx, &reader, &topic, &post, &form, Some(&error)).await?),
        Err(error) if error.is_conflict() => {
            // The post as it is now, with what was typed about it.
            let (reader, topic, post) = find(&cx, id).await?;
            let mut view = view(&cx, &reader, &topic, &post, &form, None).await?;
            view.edited = !view.again;
            cx.page_with(StatusCode::CONFLICT, &view)
        }
        Err(error) => Err(error),
    }
}

async fn send(cx: &RequestContext, post: &posts::Post, form: &Form) -> Result<topics::Topic> {
    let mut problems = Problems::default();
    let reason = FlagReason::from_key(&form.text("reason")).ok_or_else(|| Message::new("field-choice"));
    let reason = problems.take("reason", reason);
    let comment = problems.take("note", Comment::parse(form.raw("note")));
    let revision = match form.text("revision").as_str() {
        "" => Some(post.revision),
        text => problems.take("revision", text.parse().map_err(|_| Message::new("field-number"))),
    };
    problems.finish()?;
    let (Some(reason), Some(comment), Some(revision)) = (reason, comment, revision) else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    cx.allow(rate_limit::FLAGS).await.map_err(rate_limit::beside("reason"))?;
    Flags::of(cx.db()).create(cx.actor(), post.id, revision, reason, &comment).await
}

async fn view(
    cx: &RequestContext,
    reader: &Reader,
    topic: &topics::Topic,
    post: &posts::Post,
    form: &Form,
    error: Option<&Error>,
) -> Result<FlagView> {
    if !reader.may_flag(topic, post) {
        return Err(reader.refusal(FLAG));
    }
    let author = cx.person_name(&directory::person(cx.db(), post.author_id).await?.display_name);
    let again = match reader.person() {
        Some(person) => store::has_flagged(cx.db(), post.id, person, post.revision).await?,
        None => false,
    };
    let choice = |reason: FlagReason| {
        let label = Message::new(format!("forum-flag-why-{}", reason.key().replace('_', "-")));
        Choice::new(reason.key(), cx.message(&label))
    };
    Ok(FlagView {
        title: cx.t("forum-flag-title"),
        breadcrumb: crumbs(cx, Some(reader.category_of(topic)?), Some(topic), &cx.t("forum-flag-title")),
        noindex: true,
        url: url_of(post.id, "signaler"),
        cancel_url: topic.url_at(post.number),
        author,
        excerpt: excerpt(&plain_text(&post.markdown.own_words()), 300),
        reasons: FlagReason::ALL.into_iter().map(choice).collect(),
        again,
        edited: false,
        form: FlagFields { reason: form.text("reason"), note: form.raw("note").to_owned(), revision: post.revision },
        errors: error.map(|error| cx.field_errors(error)).unwrap_or_default(),
    })
}

//! Addresses of flags.

use atrium_core::directory::store as directory;
use atrium_core::markup::{excerpt, plain_text};
use atrium_core::web::{Choice, Cx, Form, Path, Problems, Routes, Who};
use atrium_core::{Error, Message, Result};
use axum::response::Response;

use super::view::{FlagFields, FlagView};
use super::{Comment, FlagReason, actions};
use crate::pace;
use crate::permissions::FLAG;
use crate::posts::view::url_of;
use crate::posts::{self, PostId};
use crate::reader::Reader;
use crate::topics::{self, crumbs};

pub(crate) fn declare(routes: &mut Routes) {
    routes.get("/forum/messages/{id}/signaler", Who::Holder(FLAG), new);
    routes.post("/forum/messages/{id}/signaler", Who::Holder(FLAG), create);
}

/// `GET /forum/messages/{id}/signaler`
async fn new(cx: Cx, Path(id): Path<PostId>) -> Result<Response> {
    let (reader, topic, post) = posts::find(&cx, id).await?;
    cx.page(&view(&cx, &reader, &topic, &post, &Form::default(), None).await?)
}

/// `POST /forum/messages/{id}/signaler`
async fn create(cx: Cx, Path(id): Path<PostId>, form: Form) -> Result<Response> {
    let (reader, topic, post) = posts::find(&cx, id).await?;
    match send(&cx, id, &form).await {
        Ok(topic) => Ok(cx.redirect_with(&topic.url_at(post.number), "success", "forum-flash-flagged")),
        Err(error) if error.is_invalid() => cx.invalid(&view(&cx, &reader, &topic, &post, &form, Some(&error)).await?),
        Err(error) => Err(error),
    }
}

async fn send(cx: &Cx, id: PostId, form: &Form) -> Result<topics::Model> {
    let mut problems = Problems::default();
    let reason = FlagReason::from_key(&form.text("reason")).ok_or_else(|| Message::new("field-choice"));
    let reason = problems.take("reason", reason);
    let comment = problems.take("note", Comment::parse(form.raw("note")));
    problems.finish()?;
    let (Some(reason), Some(comment)) = (reason, comment) else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    pace::flags(cx)?;
    actions::flag(cx.db(), cx.actor(), id, reason, &comment).await
}

async fn view(
    cx: &Cx,
    reader: &Reader,
    topic: &topics::Model,
    post: &posts::Model,
    form: &Form,
    error: Option<&Error>,
) -> Result<FlagView> {
    if !reader.may_flag(topic, post) {
        return Err(reader.refusal(FLAG));
    }
    let author = directory::person(cx.db(), post.author_id).await?.display_name;
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
        excerpt: excerpt(&plain_text(&posts::own_words(&post.markdown)), 300),
        reasons: FlagReason::ALL.into_iter().map(choice).collect(),
        form: FlagFields { reason: form.text("reason"), note: form.raw("note").to_owned() },
        errors: error.map(|error| cx.field_errors(error)).unwrap_or_default(),
    })
}

//! Addresses of replies and of single posts.

use atrium_core::files::{Attachment, FileId};
use atrium_core::markup::{excerpt, plain_text};
use atrium_core::web::{FieldErrors, FileField, FileForm, Form, Path, Problems, RequestContext, Routes, Who};
use atrium_core::{Error, Message, Result};
use axum::http::StatusCode;
use axum::response::Response;

use super::versions;
use crate::attachments;
use crate::permissions::OFFICIAL;
use crate::posts::actions::{self, Edit, Edited, NewReply, Posted};
use crate::posts::text::sight::Sight;
use crate::posts::view::{Conflict, EditFields, EditView, EditedFile, ModerateFields, ModerateView, url_of};
use crate::posts::{Body, Post, PostId, Posts, Reason, WriteKey, store};
use crate::rate_limit;
use crate::reader::Reader;
use crate::state::State;
use crate::topics::marks::Mark;
use crate::topics::pages::{ReplyForm, crumbs, id_of, topic_page};
use crate::topics::{self, Title, Topics};

pub(crate) fn declare(routes: &mut Routes) {
    routes.post_files("/forum/sujets/{id_slug}/reponses", Who::SignedIn, reply);
    routes.get("/forum/messages/{id}", Who::Anyone, show);
    routes.get("/forum/messages/{id}/modifier", Who::SignedIn, edit_form);
    routes.post_files("/forum/messages/{id}/modifier", Who::SignedIn, save_edit);
    routes.post("/forum/messages/{id}/fichiers/{file}/retirer", Who::SignedIn, remove_file);
    routes.get("/forum/messages/{id}/versions", Who::SignedIn, versions::list);
    routes.get("/forum/messages/{id}/moderer", Who::SignedIn, moderate_form);
    routes.post("/forum/messages/{id}/moderer", Who::SignedIn, moderate);
    routes.post("/forum/messages/{id}/restaurer", Who::SignedIn, restore);
    routes.post("/forum/messages/{id}/accepter", Who::SignedIn, accept);
    routes.post("/forum/messages/{id}/ne-plus-accepter", Who::SignedIn, unaccept);
    routes.post("/forum/messages/{id}/officielle", Who::Holder(OFFICIAL), official);
    routes.post("/forum/messages/{id}/plus-officielle", Who::Holder(OFFICIAL), unofficial);
}

/// Returns a post and its topic, for somebody who sees both.
pub(crate) async fn find(cx: &RequestContext, id: PostId) -> Result<(Reader, topics::Topic, Post)> {
    let reader = Reader::asking(cx).await?;
    let post = store::find(cx.db(), id).await?;
    let topic = topics::store::find(cx.db(), post.topic_id).await?;
    if reader.sees_post(&topic, &post) {
        Ok((reader, topic, post))
    } else {
        Err(Error::not_found(format!("post {id}")))
    }
}

/// `GET /forum/messages/{id}`: the short address of a post.
async fn show(cx: RequestContext, Path(id): Path<PostId>) -> Result<Response> {
    let (_, topic, post) = find(&cx, id).await?;
    Ok(cx.redirect(&topic.url_at(post.number)))
}

/// `POST /forum/sujets/{id_slug}/reponses`
async fn reply(cx: RequestContext, Path(id_slug): Path<String>, sent: FileForm) -> Result<Response> {
    let (id, form) = (id_of(&id_slug)?, sent.fields());
    if form.has("preview") {
        let reader = Reader::asking(&cx).await?;
        let shown = Sight::preview(&cx, &reader, id, form.raw("body")).await?;
        return returned(&cx, id, &sent, FieldErrors::new(), shown, StatusCode::OK).await;
    }
    match send_reply(&cx, id, &sent).await {
        Ok((posted, first)) => {
            let topic = topics::store::find(cx.db(), id).await?;
            Ok(match posted.state {
                _ if !first => cx.redirect_with(&topic.url_at(posted.number), "info", "forum-flash-sent-before"),
                State::Visible => cx.redirect_with(&topic.url_at(posted.number), "success", "forum-flash-replied"),
                _ => cx.redirect_with(&topic.url_at(posted.number), "info", "forum-flash-pending"),
            })
        }
        Err(error) if error.is_invalid() => {
            let errors = cx.field_errors(&error);
            returned(&cx, id, &sent, errors, None, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        Err(error) if error.is_conflict() => {
            let words = error.message().map(|message| cx.message(message)).unwrap_or_default();
            let errors = FieldErrors::from([("body".to_owned(), words)]);
            returned(&cx, id, &sent, errors, None, StatusCode::CONFLICT).await
        }
        Err(error) => Err(error),
    }
}

/// Returns the written reply, and `true` if it is new.
async fn send_reply(cx: &RequestContext, topic: topics::TopicId, sent: &FileForm) -> Result<(Posted, bool)> {
    let (form, mut problems) = (sent.fields(), Problems::default());
    let body = problems.take("body", Body::parse(form.raw("body")));
    let files = problems.take("files", sent.files());
    problems.finish()?;
    let (Some(body), Some(files)) = (body, files) else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    let new = NewReply { body, files, key: WriteKey::or_fresh(&form.text("key")) };
    if let Some(before) = Posts::of(cx.db()).replied(cx.actor(), topic, &new).await? {
        return Ok((before, false));
    }
    cx.allow(rate_limit::REPLIES).await.map_err(rate_limit::beside("body"))?;
    Ok((Posts::of(cx.db()).reply(cx.actor(), topic, new).await?, true))
}

/// Returns the topic's page with what was typed.
async fn returned(
    cx: &RequestContext,
    id: topics::TopicId,
    sent: &FileForm,
    errors: FieldErrors,
    preview: Option<atrium_core::markup::SafeHtml>,
    status: StatusCode,
) -> Result<Response> {
    let reader = Reader::asking(cx).await?;
    let row = topics::store::row(cx.db(), id, reader.person()).await?;
    reader.require_sees(row.topic())?;
    let (form, files) = (sent.fields(), Some(sent.field(cx)));
    let body = form.raw("body").replace("\r\n", "\n");
    let key = Some(WriteKey::or_fresh(&form.text("key")));
    topic_page(cx, &reader, &row, 1, ReplyForm { body, key, errors, preview, files, status }).await
}

/// `GET /forum/messages/{id}/modifier`
async fn edit_form(cx: RequestContext, Path(id): Path<PostId>) -> Result<Response> {
    let (reader, topic, post) = find(&cx, id).await?;
    reader.check_edit(&topic, &post)?;
    cx.page(&edit_view(&cx, &reader, &topic, &post, None).await?.0)
}

/// `POST /forum/messages/{id}/modifier`
async fn save_edit(cx: RequestContext, Path(id): Path<PostId>, sent: FileForm) -> Result<Response> {
    let form = sent.fields();
    let done = if form.has("preview") { None } else { Some(send_edit(&cx, id, &sent).await) };
    let error = match done {
        Some(Ok((Edited::Published, topic, post))) => {
            return Ok(cx.redirect_with(&topic.url_at(post.number), "success", "forum-flash-edited"));
        }
        Some(Ok((Edited::Proposed, topic, post))) => {
            return Ok(cx.redirect_with(&topic.url_at(post.number), "info", "forum-flash-edit-proposed"));
        }
        Some(Err(error)) if error.is_invalid() || error.is_conflict() => Some(error),
        Some(Err(error)) => return Err(error),
        None => None,
    };
    let (reader, topic, post) = find(&cx, id).await?;
    reader.check_edit(&topic, &post)?;
    let stale = error.as_ref().is_some_and(Error::is_conflict);
    let version = if stale { post.version } else { form.text("version").parse().unwrap_or(post.version) };
    let body = form.raw("body").replace("\r\n", "\n");
    let shown = if form.has("preview") { Sight::preview(&cx, &reader, topic.id, &body).await? } else { None };
    let fields = EditFields { title: form.raw("title").to_owned(), body, reason: form.text("reason"), version };
    let (mut view, current) = edit_view(&cx, &reader, &topic, &post, Some(fields)).await?;
    view.preview = shown;
    view.errors = error.as_ref().map(|error| cx.field_errors(error)).unwrap_or_default();
    // What has come is never dropped without a word.
    if view.adding.is_some() || view.errors.contains_key("files") {
        view.adding = Some(sent.field(&cx));
    }
    view.conflict = stale.then(|| Conflict { title: topic.title.clone(), body: current, edited: post.edited_at });
    let status = match (&error, stale) {
        (Some(_), true) => StatusCode::CONFLICT,
        (Some(_), false) => StatusCode::UNPROCESSABLE_ENTITY,
        (None, _) => StatusCode::OK,
    };
    cx.page_with(status, &view)
}

async fn send_edit(cx: &RequestContext, id: PostId, sent: &FileForm) -> Result<(Edited, topics::Topic, Post)> {
    let (form, mut problems) = (sent.fields(), Problems::default());
    let body = problems.take("body", Body::parse(form.raw("body")));
    let title = match form.raw("title") {
        "" => Some(None),
        text => problems.take("title", Title::parse(text).map(Some)),
    };
    let reason = problems.take("reason", Reason::parse_optional(form.raw("reason")));
    let version = form.text("version").parse().map_err(|_| Message::new("field-number"));
    let expected = problems.take("version", version);
    let files = problems.take("files", sent.files());
    problems.finish()?;
    let (Some(body), Some(title), Some(reason), Some(expected), Some(files)) = (body, title, reason, expected, files)
    else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    let change = Edit { title, body, expected, reason, files };
    match Posts::of(cx.db()).edit(cx.actor(), id, change.clone()).await {
        // Sent again from a page that the browser went back to.
        Err(error) if error.is_conflict() => Posts::of(cx.db()).edited(cx.actor(), id, &change).await?.ok_or(error),
        done => done,
    }
}

/// Returns the files of a post, for those who may edit it.
async fn attached(cx: &RequestContext, post: PostId) -> Result<Vec<EditedFile>> {
    let files = attachments::of(cx.db(), &[post]).await?;
    let file = |(_, file): (PostId, Attachment)| EditedFile {
        remove_url: url_of(post, &format!("fichiers/{}/retirer", file.id)),
        name: file.name,
    };
    Ok(files.into_iter().map(file).collect())
}

/// Returns the form, with what was `typed` or what there is to change; and the post's text as it is now.
async fn edit_view(
    cx: &RequestContext,
    reader: &Reader,
    topic: &topics::Topic,
    post: &Post,
    typed: Option<EditFields>,
) -> Result<(EditView, String)> {
    let category = reader.category_of(topic)?;
    // What they proposed before, to go on with: a second proposal takes its place.
    let waiting = match reader.person() {
        Some(person) => store::proposal(cx.db(), post.id, person).await?,
        None => None,
    };
    let base = waiting.as_ref().map_or(&post.markdown, |own| &own.markdown);
    let sight = Sight::of(cx, reader, [(topic.id, base), (topic.id, &post.markdown)]).await?;
    let editable = sight.editable(topic.id, base);
    let current = sight.editable(topic.id, &post.markdown).text;
    let withholds = editable.withholds;
    let form = typed.unwrap_or_else(|| EditFields {
        title: waiting.as_ref().and_then(|own| own.title.clone()).unwrap_or_else(|| topic.title.clone()),
        body: editable.text,
        reason: waiting.as_ref().map(|own| own.reason.clone()).unwrap_or_default(),
        version: post.version,
    });
    let reviewed = actions::is_reviewed(cx.db(), reader, topic, post).await?;
    let view = EditView {
        title: cx.t("forum-edit-title"),
        breadcrumb: crumbs(cx, Some(category), Some(topic), &cx.t("forum-edit-title")),
        noindex: true,
        url: url_of(post.id, "modifier"),
        cancel_url: topic.url_at(post.number),
        with_title: post.number == 1,
        proposed: waiting.is_some(),
        withholds,
        unmarks: topic.official_post_id == Some(post.id) && !reader.may_mark_official(topic),
        reviewed,
        conflict: None,
        form,
        files: attached(cx, post.id).await?,
        adding: (!reviewed).then(|| FileField::new(cx, &[])),
        errors: FieldErrors::new(),
        preview: None,
    };
    Ok((view, current))
}

/// `POST /forum/messages/{id}/fichiers/{file}/retirer`
async fn remove_file(cx: RequestContext, Path((id, file)): Path<(PostId, FileId)>) -> Result<Response> {
    Posts::of(cx.db()).remove_file(cx.actor(), id, file).await?;
    Ok(cx.redirect_with(&url_of(id, "modifier"), "success", "forum-flash-file-removed"))
}

/// `GET /forum/messages/{id}/moderer`
async fn moderate_form(cx: RequestContext, Path(id): Path<PostId>) -> Result<Response> {
    let (reader, topic, post) = find(&cx, id).await?;
    cx.page(&moderate_view(&cx, &reader, &topic, &post)?)
}

fn moderate_view(cx: &RequestContext, reader: &Reader, topic: &topics::Topic, post: &Post) -> Result<ModerateView> {
    let may = |state| post.state != state && reader.may_change(topic, post, state);
    let (may_hide, may_delete) = (may(State::Hidden), may(State::Deleted));
    if !may_hide && !may_delete {
        return Err(reader.refusal(crate::permissions::MODERATE));
    }
    let title = cx.t(if reader.is_author(post) { "forum-delete-own-title" } else { "forum-moderate-title" });
    Ok(ModerateView {
        breadcrumb: crumbs(cx, Some(reader.category_of(topic)?), Some(topic), &title),
        title,
        noindex: true,
        url: url_of(post.id, "moderer"),
        cancel_url: topic.url_at(post.number),
        excerpt: excerpt(&plain_text(&post.markdown.own_words()), 300),
        may_hide,
        may_delete,
        says_why: !reader.is_author(post),
        form: ModerateFields {
            // Neither of two decisions is ticked in advance.
            action: match (may_hide, may_delete) {
                (true, true) => String::new(),
                (true, false) => "hide".to_owned(),
                (false, _) => "delete".to_owned(),
            },
            reason: String::new(),
            version: post.version,
        },
        errors: FieldErrors::new(),
    })
}

/// `POST /forum/messages/{id}/moderer`
async fn moderate(cx: RequestContext, Path(id): Path<PostId>, form: Form) -> Result<Response> {
    let (reader, topic, post) = find(&cx, id).await?;
    let sent = async {
        let mut problems = Problems::default();
        let to = match form.text("action").as_str() {
            "hide" => Ok(State::Hidden),
            "delete" => Ok(State::Deleted),
            _ => Err(Message::new("field-choice")),
        };
        let to = problems.take("action", to);
        let reason = problems.take("reason", Reason::parse_optional(form.raw("reason")));
        let version = form.text("version").parse().map_err(|_| Message::new("field-number"));
        let version = problems.take("version", version);
        problems.finish()?;
        let (Some(to), Some(reason), Some(version)) = (to, reason, version) else {
            return Err(Error::bug("a field with neither value nor problem"));
        };
        Posts::of(cx.db()).change_state(cx.actor(), id, to, version, &reason).await
    };
    match sent.await {
        Ok(topic) => {
            // A moderator who took a whole topic away may no longer see it.
            let back = if reader.sees(&topic) { topic.url_at(post.number) } else { topics::HOME.to_owned() };
            let now = if form.text("action") == "hide" { State::Hidden } else { State::Deleted };
            Ok(cx.redirect_with(&back, "success", told(post.number, now)))
        }
        Err(error) if error.is_invalid() => {
            let mut view = moderate_view(&cx, &reader, &topic, &post)?;
            view.form.action = form.text("action");
            view.form.reason = form.text("reason");
            view.errors = cx.field_errors(&error);
            cx.invalid(&view)
        }
        Err(error) => Err(error),
    }
}

/// Returns the message of what became of a post, or with its first post of the topic.
fn told(number: i64, now: State) -> &'static str {
    match (number, now) {
        (1, State::Hidden) => "forum-flash-topic-hidden",
        (1, State::Deleted) => "forum-flash-topic-deleted",
        (1, _) => "forum-flash-topic-restored",
        (_, State::Hidden) => "forum-flash-post-hidden",
        (_, State::Deleted) => "forum-flash-post-deleted",
        (..) => "forum-flash-post-restored",
    }
}

/// `POST /forum/messages/{id}/restaurer`
async fn restore(cx: RequestContext, Path(id): Path<PostId>, form: Form) -> Result<Response> {
    let (_, _, post) = find(&cx, id).await?;
    let version = form.text("version").parse().unwrap_or(post.version);
    let topic = Posts::of(cx.db()).change_state(cx.actor(), id, State::Visible, version, &Reason::none()).await?;
    Ok(cx.redirect_with(&topic.url_at(post.number), "success", told(post.number, State::Visible)))
}

async fn accept(cx: RequestContext, Path(id): Path<PostId>) -> Result<Response> {
    put(&cx, id, Mark::Accept(id)).await
}

async fn unaccept(cx: RequestContext, Path(id): Path<PostId>) -> Result<Response> {
    put(&cx, id, Mark::Unaccept).await
}

async fn official(cx: RequestContext, Path(id): Path<PostId>) -> Result<Response> {
    put(&cx, id, Mark::Official(id)).await
}

async fn unofficial(cx: RequestContext, Path(id): Path<PostId>) -> Result<Response> {
    put(&cx, id, Mark::Unofficial).await
}

async fn put(cx: &RequestContext, id: PostId, what: Mark) -> Result<Response> {
    let (_, topic, _) = find(cx, id).await?;
    let topic = Topics::of(cx.db()).mark(cx.actor(), topic.id, what).await?;
    Ok(cx.redirect_with(&topic.url(), "success", what.told()))
}

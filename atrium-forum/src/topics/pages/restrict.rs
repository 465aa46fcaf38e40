//! Making a topic confidential, for moderators who may then no longer read it: told before, undone after.

use atrium_core::web::{Crumb, Form, Path, RequestContext, View};
use atrium_core::{Error, Message, Result};
use axum::response::Response;
use serde::Serialize;

use super::routes::id_of;
use super::view::crumbs;
use crate::reader::Reader;
use crate::topics::marks::Mark;
use crate::topics::{Readers, Topic, TopicId, Topics, store};

/// `/forum/sujets/{id_slug}/restreindre`
#[derive(Serialize)]
struct RestrictView {
    title: String,
    breadcrumb: Vec<Crumb>,
    noindex: bool,
    lines: Vec<String>,
    confirm_url: Option<String>,
    cancel_url: Option<String>,
    undo_url: Option<String>,
}

impl View for RestrictView {
    const TEMPLATE: &'static str = "forum/restrict";
}

/// A topic that they made confidential and no longer read: `forum/review`.
#[derive(Serialize)]
pub(crate) struct RestrictedView {
    label: String,
    url: String,
}

/// Returns the path that makes a topic confidential, or the one that undoes it for a moderator who no longer reads
/// it.
fn url(topic: &Topic) -> String {
    format!("/forum/sujets/{}/restreindre", topic.id)
}

/// Returns the topics that this reader made confidential and no longer reads, the latest first, up to `limit`.
pub(crate) async fn undoable(cx: &RequestContext, reader: &Reader, limit: u64) -> Result<Vec<RestrictedView>> {
    let view = |id: TopicId| RestrictedView {
        label: cx.message(&Message::new("forum-restricted-topic").with("number", id.0)),
        url: format!("/forum/sujets/{id}/restreindre"),
    };
    Ok(undoable_topics(cx, reader, limit).await?.into_iter().map(view).collect())
}

/// Returns the numbers of these topics.
pub(super) async fn undoable_topics(cx: &RequestContext, reader: &Reader, limit: u64) -> Result<Vec<TopicId>> {
    let Some(person) = reader.person() else { return Ok(Vec::new()) };
    let restricted = store::restricted_by(cx.db(), person, limit).await?;
    let unseen = restricted.iter().filter(|topic| !reader.sees(topic) && reader.may_undo_restriction(topic));
    Ok(unseen.map(|topic| topic.id).collect())
}

/// Returns `true` if making `topic` confidential takes it out of the sight of `reader`.
pub(super) fn leaves(reader: &Reader, topic: &Topic) -> bool {
    let mut after = topic.clone();
    after.restrict(Readers::Confidential, reader.person());
    !reader.sees(&after)
}

/// Returns who will read a topic that is made confidential, and that the reader will not if they `leave` it.
pub(super) fn warning(cx: &RequestContext, leave: bool) -> Vec<String> {
    let leaves = leave.then(|| cx.t("forum-restrict-leaves"));
    [cx.t("forum-restrict-readers")].into_iter().chain(leaves).collect()
}

/// `POST /forum/sujets/{id_slug}/restreindre`
pub(super) async fn restrict(cx: RequestContext, Path(id_slug): Path<String>, form: Form) -> Result<Response> {
    let id = id_of(&id_slug)?;
    let reader = Reader::asking(&cx).await?;
    let before = store::find(cx.db(), id).await?;
    if reader.moderates(&before) && leaves(&reader, &before) && !form.has("confirm") {
        let title = cx.t("forum-make-confidential");
        return cx.page(&RestrictView {
            breadcrumb: crumbs(&cx, Some(reader.category_of(&before)?), Some(&before), &title),
            title,
            noindex: true,
            lines: warning(&cx, true),
            confirm_url: Some(url(&before)),
            cancel_url: Some(before.url()),
            undo_url: None,
        });
    }
    let topic = Topics::of(cx.db()).mark(cx.actor(), id, Mark::Restrict).await?;
    let to = if reader.sees(&topic) { topic.url() } else { url(&topic) };
    Ok(cx.redirect_with(&to, "success", Mark::Restrict.told()))
}

/// `GET /forum/sujets/{id_slug}/restreindre`: what they made confidential and may open again, without reading it.
pub(super) async fn restricted(cx: RequestContext, Path(id_slug): Path<String>) -> Result<Response> {
    let reader = Reader::asking(&cx).await?;
    let topic = store::find(cx.db(), id_of(&id_slug)?).await?;
    if reader.sees(&topic) {
        return Ok(cx.redirect(&topic.url()));
    }
    if !reader.may_undo_restriction(&topic) {
        return Err(Error::not_found(format!("topic {}", topic.id)));
    }
    let title = cx.message(&Message::new("forum-restricted-topic").with("number", topic.id.0));
    cx.page(&RestrictView {
        breadcrumb: crumbs(&cx, None, None, &title),
        title,
        noindex: true,
        lines: vec![cx.t("forum-restricted-readers"), cx.t("forum-restricted-undo")],
        confirm_url: None,
        cancel_url: None,
        undo_url: Some(format!("/forum/sujets/{}/diffuser", topic.id)),
    })
}

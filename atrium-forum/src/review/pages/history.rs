//! The page of what left the queue: who decided what, when, why, about which post.

use std::collections::HashMap;

use atrium_core::directory;
use atrium_core::web::{Crumb, Pages, Query, RequestContext};
use atrium_core::{Message, Result};
use axum::response::Response;
use serde::Deserialize;

use super::routes::cursor;
use super::view::{DecidedView, HistoryView};
use crate::names::AuthorName;
use crate::posts::view::author;
use crate::reader::Reader;
use crate::review::{Decision, Item, ItemState, PAGE, QUEUE, Review, ReviewId, Why};
use crate::{posts, topics};

/// Where decisions are listed.
pub(super) const PATH: &str = "/forum/moderation/decisions";

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Params {
    apres: Option<String>,
}

/// `GET /forum/moderation/decisions?apres=`
pub(super) async fn list(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let after = asked.apres.as_deref().map(cursor).transpose()?;
    let reader = Reader::asking(&cx).await?;
    let (items, next) = page(&cx, &reader, after).await?;
    cx.page(&HistoryView {
        title: cx.t("forum-history-title"),
        breadcrumb: breadcrumb(&cx),
        noindex: true,
        decisions: views(&cx, &reader, &items).await?,
        pagination: Pages::new(after.map(|_| PATH.to_owned()), next.map(|next| format!("{PATH}?apres={next}"))),
    })
}

/// Returns a page of what left the queue, and the place from which the next page goes on.
pub(super) async fn page(
    cx: &RequestContext,
    reader: &Reader,
    after: Option<(i64, ReviewId)>,
) -> Result<(Vec<Item>, Option<String>)> {
    let mut items = Review::of(cx.db()).history_of(reader, after).await?;
    let length = usize::try_from(PAGE).expect("a page is short");
    let more = items.len() > length;
    items.truncate(length);
    let last = items.last().filter(|_| more).and_then(|item| Some((item.closed_number?, item.id)));
    Ok((items, last.map(|(number, id)| format!("{number}-{id}"))))
}

fn breadcrumb(cx: &RequestContext) -> Vec<Crumb> {
    vec![
        Crumb::to(cx.t("forum-title"), topics::HOME),
        Crumb::to(cx.t("forum-review-title"), QUEUE),
        Crumb::here(cx.t("forum-history-title")),
    ]
}

pub(super) async fn views(cx: &RequestContext, reader: &Reader, items: &[Item]) -> Result<Vec<DecidedView>> {
    let (db, rule) = (cx.db(), reader.moderation());
    let ids: Vec<_> = items.iter().map(|item| item.post_id).collect();
    let posts = posts::store::some(db, rule, &ids).await?;
    let posts: HashMap<_, _> = posts.into_iter().map(|row| (row.post.id, row)).collect();
    let ids: Vec<_> = items.iter().map(|item| item.topic_id).collect();
    let topics = topics::store::some(db, rule, &ids).await?;
    let topics: HashMap<_, _> = topics.into_iter().map(|topic| (topic.id, topic)).collect();
    let people: Vec<_> = items.iter().filter_map(|item| item.decided_by).collect();
    let people = directory::people(db, &people).await?;
    let names: HashMap<_, _> =
        people.into_iter().map(|person| (person.id, AuthorName::new(cx, &person.display_name))).collect();
    let view = |item: &Item| {
        let (topic, row) = (topics.get(&item.topic_id)?, posts.get(&item.post_id)?);
        let (author, author_note) = author(cx, row);
        let why = item.reason.key().replace('_', "-");
        Some(DecidedView {
            id: item.id,
            outcome: cx.t(outcome(item)),
            why: cx.message(&Message::new(format!("forum-review-why-{why}"))),
            by: item.decided_by.and_then(|person| names.get(&person).cloned()).unwrap_or_default(),
            at: item.decided_at?,
            reason: item.decision_reason.clone(),
            topic: topic.title.clone(),
            post_url: format!("/forum/messages/{}", item.post_id),
            number: row.post.number,
            category: reader.category(topic.category_id).map_or_else(String::new, |c| c.row.name.clone()),
            author,
            author_note,
        })
    };
    Ok(items.iter().filter_map(view).collect())
}

/// Returns the message of what came of it, for the moderator who has just decided.
pub(super) fn told(item: &Item) -> &'static str {
    match (item.decision, item.reason) {
        (Some(Decision::Keep), Why::Flag) => "forum-flash-kept",
        (Some(Decision::Keep), Why::Edit) => "forum-flash-edit-taken",
        (Some(Decision::Keep), Why::Official) => "forum-flash-official",
        (Some(Decision::Keep), Why::FirstPost | Why::AllPosts) => "forum-flash-published",
        (_, Why::Flag) => "forum-flash-post-hidden",
        (_, Why::Edit) => "forum-flash-edit-refused",
        (_, Why::Official) => "forum-flash-official-not",
        (_, Why::FirstPost | Why::AllPosts) => "forum-flash-not-published",
    }
}

/// Returns the outcome, in words for the kind of item.
fn outcome(item: &Item) -> &'static str {
    match (item.state, item.decision, item.reason) {
        (ItemState::Withdrawn | ItemState::Open, ..) | (_, None, _) => "forum-history-withdrawn",
        (_, Some(Decision::Keep), Why::Flag) => "forum-history-kept",
        (_, Some(Decision::Remove), Why::Flag) => "forum-history-removed",
        (_, Some(Decision::Keep), Why::Edit) => "forum-history-edit-taken",
        (_, Some(Decision::Remove), Why::Edit) => "forum-history-edit-refused",
        (_, Some(Decision::Keep), Why::Official) => "forum-history-official-again",
        (_, Some(Decision::Remove), Why::Official) => "forum-history-official-not",
        (_, Some(Decision::Keep), Why::FirstPost | Why::AllPosts) => "forum-history-published",
        (_, Some(Decision::Remove), Why::FirstPost | Why::AllPosts) => "forum-history-not-published",
    }
}

//! A topic's page: twenty posts, the answers on top, the reply box; in a number of queries that does not grow.

use std::time::Duration;

use atrium_core::markup::{SafeHtml, excerpt, plain_text};
use atrium_core::web::{Cx, FieldErrors, Pages, sign_in_path};
use atrium_core::{Error, Result};
use axum::http::StatusCode;
use axum::response::Response;

use super::store::Row;
use super::view::{Answer, ReplyBox, ReplyFields, TopicActions, TopicHead, TopicView, crumbs, kind_label};
use super::{Model, Readers, TopicId, store};
use crate::categories::Category;
use crate::follow::{self, Standing, standing};
use crate::posts::view::{PostView, state_note, url_of};
use crate::posts::{self, PAGE, Sight, WriteKey};
use crate::reader::Reader;
use crate::state::State;

/// How long a reader waits for what they read to be noted.
const NOTING: Duration = Duration::from_millis(250);

/// The reply box as it comes back: what was typed, and what is wrong with it.
#[derive(Default)]
pub(crate) struct ReplyForm {
    pub(crate) body: String,
    pub(crate) key: Option<WriteKey>,
    pub(crate) errors: FieldErrors,
    pub(crate) preview: Option<SafeHtml>,
    pub(crate) status: StatusCode,
}

/// The topic for this reader, as a page shows it.
pub(super) async fn find(cx: &Cx, id: TopicId) -> Result<(Reader, Row)> {
    let reader = Reader::of(cx.db(), cx.actor()).await?;
    let row = store::row(cx.db(), id, reader.person()).await?;
    reader.require_sees(&row.topic)?;
    Ok((reader, row))
}

/// The page of `row`, from the post `from` on.
pub(crate) async fn topic_page(cx: &Cx, reader: &Reader, row: &Row, from: i64, form: ReplyForm) -> Result<Response> {
    let topic = &row.topic;
    let category = reader.category_of(topic)?;
    let mut rows = posts::store::page(cx.db(), reader.visibility(), topic.id, from, PAGE + 1).await?;
    let next = rows.get(usize::try_from(PAGE).expect("a page is short")).map(|row| row.post.number);
    rows.truncate(usize::try_from(PAGE).expect("a page is short"));
    let on_top = answers(cx, reader, topic, &rows).await?;
    if let Some(last) = rows.last() {
        mark_read(cx, reader, row, last.post.number).await;
    }

    let all = rows.iter().chain(on_top.iter().map(|(_, row)| row)).map(|row| &row.post);
    let all: Vec<_> = all.collect();
    let sight = Sight::of(cx, reader, all.iter().map(|post| (topic.id, &post.markdown))).await?;
    let mut htmls = sight.html(all).await?;
    let top_htmls = htmls.split_off(rows.len());
    let view = |(row, html): (&posts::store::Row, SafeHtml)| PostView::new(cx, reader, topic, row, html);
    let mut posts: Vec<_> = rows.iter().zip(htmls).map(view).collect();
    let question = rows.first().is_some_and(|row| row.post.number == 1).then(|| posts.remove(0));
    let answers = on_top.iter().zip(top_htmls).map(|((mark, row), html)| Answer { mark, post: view((row, html)) });
    let answers = answers.collect();

    let first = rows.first().filter(|row| row.post.number == 1);
    let closed = closed_note(cx, reader, topic);
    let returned = !form.body.is_empty();
    let page = TopicView {
        title: topic.title.clone(),
        description: first.map(|row| excerpt(&plain_text(&row.post.markdown.own_words()), 160)).unwrap_or_default(),
        breadcrumb: crumbs(cx, Some(category), None, &topic.title),
        noindex: topic.readers == Readers::Confidential || from > 1,
        disturbance: category.row.service_key.as_deref().and_then(|service| cx.disturbance(service)),
        topic: head(cx, reader, (topic, category), first),
        question,
        answers,
        posts,
        first_unread_url: first_unread(cx, row, from),
        pagination: pagination(topic, from, next),
        reply: match reader.may_answer(topic) || returned {
            true => Some(ReplyBox {
                url: format!("{}/reponses", topic.url()),
                reviewed: posts::actions::waits(cx.db(), reader, category, topic.scope()).await?,
            }),
            false => None,
        },
        closed_note: closed,
        form: ReplyFields { body: form.body, key: form.key.unwrap_or_else(WriteKey::fresh).as_str().to_owned() },
        errors: form.errors,
        preview: form.preview,
        sign_in_url: sign_in(cx, reader, topic),
    };
    cx.page_with(form.status, &page)
}

/// The official and the accepted answer, on the first page; those that are on it already cost no query.
async fn answers(
    cx: &Cx,
    reader: &Reader,
    topic: &Model,
    rows: &[posts::store::Row],
) -> Result<Vec<(&'static str, posts::store::Row)>> {
    if rows.first().is_none_or(|row| row.post.number != 1) {
        return Ok(Vec::new());
    }
    let official = topic.official_post_id;
    let accepted = topic.accepted_post_id.filter(|post| Some(*post) != official);
    let marked = [("official", official), ("accepted", accepted)];
    let marked: Vec<_> = marked.into_iter().filter_map(|(mark, post)| Some((mark, post?))).collect();
    let here = |post| rows.iter().find(|row| row.post.id == post).cloned();
    let elsewhere: Vec<_> = marked.iter().map(|(_, post)| *post).filter(|post| here(*post).is_none()).collect();
    let elsewhere = posts::store::some(cx.db(), reader.visibility(), &elsewhere).await?;
    let find = |post| here(post).or_else(|| elsewhere.iter().find(|row| row.post.id == post).cloned());
    Ok(marked.into_iter().filter_map(|(mark, post)| Some((mark, find(post)?))).collect())
}

/// A page that cannot be noted as read is still a page.
async fn mark_read(cx: &Cx, reader: &Reader, row: &Row, number: i64) {
    let further = row.read_number.is_none_or(|read| read < number);
    if cx.actor().person().is_some() && further {
        let noting = follow::actions::mark_read(cx.db(), reader, &row.topic, number);
        match tokio::time::timeout(NOTING, noting).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "what was read could not be noted"),
            Err(_) => tracing::debug!("what was read was not noted: the database is busy"),
        }
    }
}

fn head(
    cx: &Cx,
    reader: &Reader,
    (topic, category): (&Model, &Category),
    question: Option<&posts::store::Row>,
) -> TopicHead {
    let moderates = reader.moderates(topic);
    let to = |may: bool, what: &str| (moderates && may).then(|| format!("{}/{what}", topic.url()));
    let own = question.is_some_and(|row| reader.may_edit(topic, &row.post));
    TopicHead {
        title: topic.title.clone(),
        kind_label: kind_label(cx, topic.kind),
        locked: topic.locked,
        pinned: topic.pinned,
        confidential: topic.readers == Readers::Confidential,
        solved: topic.accepted_post_id.is_some(),
        official: topic.official_post_id.is_some(),
        state: topic.state.as_str(),
        state_note: question.map(|row| state_note(cx, &row.post)).unwrap_or_default(),
        replies: topic.replies_public,
        created: topic.created_at,
        actions: TopicActions {
            lock_url: to(!topic.locked, "fermer"),
            unlock_url: to(topic.locked, "ouvrir"),
            pin_url: to(!topic.pinned, "epingler"),
            unpin_url: to(topic.pinned, "desepingler"),
            restrict_url: to(topic.readers == Readers::Open, "restreindre"),
            // A category whose topics are confidential has no other ones.
            open_url: to(topic.readers == Readers::Confidential && !category.row.confidential, "diffuser"),
            refile_url: (moderates || own).then(|| format!("{}/deplacer", topic.url())),
            moderate_url: question
                .filter(|_| moderates && topic.state != State::Deleted)
                .map(|row| url_of(row.post.id, "moderer")),
        },
    }
}

fn first_unread(cx: &Cx, row: &Row, from: i64) -> Option<String> {
    cx.actor().person()?;
    match standing(&row.topic, row.read_number, cx.actor().now()) {
        Standing::Unread { from: unread } if unread != from => Some(row.topic.url_at(unread)),
        _ => None,
    }
}

fn pagination(topic: &Model, from: i64, next: Option<i64>) -> Pages {
    let page = |number: i64| match number {
        ..=1 => topic.url(),
        number => format!("{}?a-partir={number}", topic.url()),
    };
    let length = i64::try_from(PAGE).expect("a page is short");
    Pages::new((from > 1).then(|| page(from - length)), next.map(page))
}

fn closed_note(cx: &Cx, reader: &Reader, topic: &Model) -> String {
    let error: Error = match reader.check_answer(topic) {
        Ok(()) => return String::new(),
        Err(error) => error,
    };
    match error.message() {
        Some(message) => cx.message(message),
        None if reader.person().is_some() => cx.t("forum-reply-not-yours"),
        None => String::new(),
    }
}

fn sign_in(cx: &Cx, reader: &Reader, topic: &Model) -> Option<String> {
    let takes_replies = !topic.locked && topic.state == State::Visible;
    (cx.actor().person().is_none() && takes_replies && reader.sees(topic)).then(|| sign_in_path(&topic.url()))
}

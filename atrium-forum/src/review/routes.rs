//! Addresses of the queue.

use std::collections::HashMap;

use atrium_core::directory::{PersonId, store as directory};
use atrium_core::web::{Cx, Form, Path, Query, Routes, Who};
use atrium_core::{Error, Message, Result};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::view::{DecisionFields, FlagView, ItemView, ProposalView, QueueView};
use super::{Decision, Model, PAGE, ReviewId, actions};
use crate::flags::{self, FlagState};
use crate::permissions::MODERATE;
use crate::posts::view::{AuthorView, url_of};
use crate::posts::{self, Reason, Revision};
use crate::reader::Reader;
use crate::topics::{self, Pagination, crumbs};

const URL: &str = "/forum/moderation";

pub(crate) fn declare(routes: &mut Routes) {
    routes.get(URL, Who::Holder(MODERATE), list);
    routes.post("/forum/moderation/{id}/prendre", Who::Holder(MODERATE), claim);
    routes.post("/forum/moderation/{id}/decision", Who::Holder(MODERATE), decide);
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Asked {
    apres: Option<String>,
}

/// `GET /forum/moderation?apres=`
async fn list(cx: Cx, Query(asked): Query<Asked>) -> Result<Response> {
    let after = asked.apres.as_deref().map(cursor).transpose()?;
    let view = queue_view(&cx, after).await?;
    cx.page(&view)
}

fn cursor(text: &str) -> Result<(i64, ReviewId)> {
    let parts = text.split_once('-').and_then(|(score, id)| Some((score.parse().ok()?, id.parse().ok()?)));
    parts.ok_or_else(|| Error::invalid_field("", Message::new("forum-cursor-invalid")))
}

/// `POST /forum/moderation/{id}/prendre`
async fn claim(cx: Cx, Path(id): Path<ReviewId>) -> Result<Response> {
    actions::claim(cx.db(), cx.actor(), id).await?;
    Ok(cx.redirect(&format!("{URL}#element-{id}")))
}

/// `POST /forum/moderation/{id}/decision`
async fn decide(cx: Cx, Path(id): Path<ReviewId>, form: Form) -> Result<Response> {
    match send(&cx, id, &form).await {
        Ok(_) => Ok(cx.redirect_with(URL, "success", "forum-flash-decided")),
        Err(error) if error.is_invalid() => {
            let mut view = queue_view(&cx, None).await?;
            if let Some(item) = view.items.iter_mut().find(|item| item.id == id.0) {
                item.form.reason = form.text("reason");
                item.errors = cx.field_errors(&error);
            }
            cx.page_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Err(error),
    }
}

async fn send(cx: &Cx, id: ReviewId, form: &Form) -> Result<topics::Model> {
    let invalid = |field, key| Error::invalid_field(field, Message::new(key));
    let decision = Decision::from_key(&form.text("decision")).ok_or_else(|| invalid("decision", "field-choice"))?;
    let version = form.text("version").parse().map_err(|_| invalid("version", "field-number"))?;
    let reason = Reason::parse_optional(form.raw("reason"));
    let reason = reason.map_err(|message| Error::invalid_field("reason", message))?;
    actions::decide(cx.db(), cx.actor(), id, version, decision, &reason).await
}

async fn queue_view(cx: &Cx, after: Option<(i64, ReviewId)>) -> Result<QueueView> {
    let reader = Reader::of(cx.db(), cx.actor()).await?;
    let mut items = actions::queue(cx.db(), &reader, after).await?;
    let length = usize::try_from(PAGE).expect("a page is short");
    let more = items.len() > length;
    items.truncate(length);
    let next = items.last().filter(|_| more).map(|item| format!("{URL}?apres={}-{}", item.score, item.id));
    Ok(QueueView {
        title: cx.t("forum-review-title"),
        breadcrumb: crumbs(cx, None, None, &cx.t("forum-review-title")),
        noindex: true,
        items: views(cx, &reader, &items).await?,
        pagination: Pagination { previous_url: after.map(|_| URL.to_owned()), next_url: next },
    })
}

/// What the items are about, read together.
struct About {
    posts: HashMap<posts::PostId, posts::store::Row>,
    topics: HashMap<topics::TopicId, topics::Model>,
    revisions: HashMap<posts::RevisionId, Revision>,
    flags: Vec<flags::Model>,
    names: HashMap<PersonId, String>,
}

impl About {
    async fn of(cx: &Cx, reader: &Reader, items: &[Model]) -> Result<Self> {
        let (db, rule) = (cx.db(), reader.moderation());
        let posts: Vec<_> = items.iter().map(|item| item.post_id).collect();
        let topics: Vec<_> = items.iter().map(|item| item.topic_id).collect();
        let revisions: Vec<_> = items.iter().filter_map(|item| item.revision_id).collect();
        let flags = flags::store::of_posts(db, &posts).await?;
        let people: Vec<_> = items.iter().filter_map(|item| item.claimed_by).collect();
        let people: Vec<_> = people.into_iter().chain(flags.iter().map(|flag| flag.person_id)).collect();
        let posts = posts::store::some(db, rule, &posts).await?;
        let topics = topics::store::some(db, rule, &topics).await?;
        let revisions = posts::store::some_revisions(db, &revisions).await?;
        let names = directory::people(db, &people).await?;
        Ok(Self {
            posts: posts.into_iter().map(|row| (row.post.id, row)).collect(),
            topics: topics.into_iter().map(|topic| (topic.id, topic)).collect(),
            revisions: revisions.into_iter().map(|revision| (revision.id, revision)).collect(),
            names: names.into_iter().map(|person| (person.id, person.display_name)).collect(),
            flags,
        })
    }

    fn name(&self, person: PersonId) -> String {
        self.names.get(&person).cloned().unwrap_or_default()
    }
}

async fn views(cx: &Cx, reader: &Reader, items: &[Model]) -> Result<Vec<ItemView>> {
    let about = About::of(cx, reader, items).await?;
    let found: Vec<_> = items
        .iter()
        .filter_map(|item| Some((item, about.topics.get(&item.topic_id)?, about.posts.get(&item.post_id)?)))
        .collect();
    let htmls = posts::shown(found.iter().map(|(_, _, row)| &row.post).collect()).await?;
    let view = |((item, topic, row), body)| ItemView { body, ..item_view(cx, reader, &about, item, topic, row) };
    Ok(found.into_iter().zip(htmls).map(view).collect())
}

fn item_view(
    cx: &Cx,
    reader: &Reader,
    about: &About,
    item: &Model,
    topic: &topics::Model,
    row: &posts::store::Row,
) -> ItemView {
    let claimed = item.claimed_until.is_some_and(|until| until > cx.actor().now());
    let mine = claimed && item.claimed_by == reader.person();
    let open = about.flags.iter().filter(|flag| flag.post_id == item.post_id && flag.state == FlagState::Open);
    let label = |key: String| cx.message(&Message::new(key));
    ItemView {
        id: item.id.0,
        reason: item.reason.key(),
        reason_label: label(format!("forum-review-{}", item.reason.key().replace('_', "-"))),
        created: item.created_at,
        score: item.score,
        version: item.version,
        topic_title: topic.title.clone(),
        topic_url: url_of(row.post.id, "").trim_end_matches('/').to_owned(),
        category: reader.category(topic.category_id).map_or_else(String::new, |c| c.row.name.clone()),
        author: AuthorView::new(cx, row),
        state: row.post.state.as_str(),
        body: atrium_core::markup::SafeHtml::empty(),
        proposed: item.revision_id.and_then(|id| about.revisions.get(&id)).map(|revision| ProposalView {
            title: revision.title.clone().filter(|title| *title != topic.title),
            markdown: revision.markdown.clone(),
            current: row.post.markdown.clone(),
            reason: revision.reason.clone(),
        }),
        flags: open
            .map(|flag| FlagView {
                reason_label: label(format!("forum-flag-{}", flag.reason.key().replace('_', "-"))),
                comment: flag.comment.clone(),
                by: about.name(flag.person_id),
                created: flag.created_at,
            })
            .collect(),
        claimed_by: item.claimed_by.filter(|_| claimed && !mine).map(|by| about.name(by)).unwrap_or_default(),
        claimed,
        mine,
        claim_url: (!claimed).then(|| format!("{URL}/{}/prendre", item.id)),
        decide_url: format!("{URL}/{}/decision", item.id),
        form: DecisionFields::default(),
        errors: Default::default(),
    }
}

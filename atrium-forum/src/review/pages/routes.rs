//! Addresses of the queue.

use std::collections::HashMap;

use atrium_core::directory::{self, PersonId};
use atrium_core::markup::SafeHtml;
use atrium_core::web::{FieldErrors, Form, Pages, Path, Problems, Query, RequestContext, Routes, Who};
use atrium_core::{Error, Message, Result};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;

use super::history;
use super::view::{DecisionFields, FlagView, ItemView, QueueView};
use crate::flags::{self, FlagState};
use crate::names::AuthorName;
use crate::permissions::MODERATE;
use crate::posts::text::sight::Sight;
use crate::posts::view::author;
use crate::posts::{self, Reason, Revision};
use crate::reader::Reader;
use crate::review::{Decision, Item, PAGE, QUEUE, Review, ReviewId, Why, store};
use crate::topics;
use crate::topics::pages::{crumbs, undoable};

pub(crate) fn declare(routes: &mut Routes) {
    routes.list(QUEUE, Who::Holder(MODERATE), list);
    routes.list(history::PATH, Who::Holder(MODERATE), history::list);
    routes.post("/forum/moderation/{id}/prendre", Who::Holder(MODERATE), claim);
    routes.post("/forum/moderation/{id}/rendre", Who::Holder(MODERATE), release);
    routes.post("/forum/moderation/{id}/garder", Who::Holder(MODERATE), keep);
    routes.post("/forum/moderation/{id}/masquer", Who::Holder(MODERATE), remove);
}

#[derive(Clone, Debug, Default, Deserialize)]
struct Params {
    apres: Option<String>,
}

/// `GET /forum/moderation?apres=`
async fn list(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let after = asked.apres.as_deref().map(cursor).transpose()?;
    let view = queue_view(&cx, after).await?;
    cx.page(&view)
}

pub(super) fn cursor(text: &str) -> Result<(i64, ReviewId)> {
    let parts = text.split_once('-').and_then(|(score, id)| Some((score.parse().ok()?, id.parse().ok()?)));
    parts.ok_or_else(|| Error::invalid_field("", Message::new("forum-cursor-invalid")))
}

/// `POST /forum/moderation/{id}/prendre`
async fn claim(cx: RequestContext, Path(id): Path<ReviewId>) -> Result<Response> {
    Review::of(cx.db()).claim(cx.actor(), id).await?;
    Ok(cx.redirect_with(&format!("{QUEUE}#dossier-{id}"), "success", "forum-flash-claimed"))
}

/// `POST /forum/moderation/{id}/rendre`
async fn release(cx: RequestContext, Path(id): Path<ReviewId>) -> Result<Response> {
    Review::of(cx.db()).release(cx.actor(), id).await?;
    Ok(cx.redirect_with(QUEUE, "success", "forum-flash-released"))
}

/// `POST /forum/moderation/{id}/garder`
async fn keep(cx: RequestContext, Path(id): Path<ReviewId>, form: Form) -> Result<Response> {
    decide(&cx, id, &form, Decision::Keep).await
}

/// `POST /forum/moderation/{id}/masquer`
async fn remove(cx: RequestContext, Path(id): Path<ReviewId>, form: Form) -> Result<Response> {
    decide(&cx, id, &form, Decision::Remove).await
}

async fn decide(cx: &RequestContext, id: ReviewId, form: &Form, decision: Decision) -> Result<Response> {
    match send(cx, id, form, decision).await {
        Ok(_) => {
            let decided = store::find(cx.db(), id).await?;
            Ok(cx.redirect_with(QUEUE, "success", history::told(&decided)))
        }
        Err(error) if error.is_invalid() => {
            let mut view = queue_view(cx, None).await?;
            view.form = Some(DecisionFields { item: id.0, reason: form.text("reason") });
            view.errors = cx.field_errors(&error);
            cx.page_with(StatusCode::UNPROCESSABLE_ENTITY, &view)
        }
        Err(error) => Err(error),
    }
}

async fn send(cx: &RequestContext, id: ReviewId, form: &Form, decision: Decision) -> Result<topics::Topic> {
    let mut problems = Problems::default();
    let version = form.text("version").parse().map_err(|_| Message::new("field-number"));
    let version = problems.take("version", version);
    let reason = problems.take("reason", Reason::parse_optional(form.raw("reason")));
    problems.finish()?;
    let (Some(version), Some(reason)) = (version, reason) else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    Review::of(cx.db()).decide(cx.actor(), id, version, decision, &reason).await
}

async fn queue_view(cx: &RequestContext, after: Option<(i64, ReviewId)>) -> Result<QueueView> {
    let reader = Reader::asking(cx).await?;
    let mut items = Review::of(cx.db()).queue_of(&reader, after).await?;
    let length = usize::try_from(PAGE).expect("a page is short");
    let more = items.len() > length;
    items.truncate(length);
    let next = items.last().filter(|_| more).map(|item| format!("{QUEUE}?apres={}-{}", item.score, item.id));
    Ok(QueueView {
        title: cx.t("forum-review-title"),
        breadcrumb: crumbs(cx, None, None, &cx.t("forum-review-title")),
        noindex: true,
        items: views(cx, &reader, &items).await?,
        errors: FieldErrors::new(),
        form: None,
        pagination: Pages::new(after.map(|_| QUEUE.to_owned()), next),
        history_url: history::PATH,
        restricted: undoable(cx, &reader, PAGE).await?,
    })
}

/// What the items are about, read together.
struct About {
    posts: HashMap<posts::PostId, posts::store::Row>,
    topics: HashMap<topics::TopicId, topics::Topic>,
    revisions: HashMap<posts::RevisionId, Revision>,
    flags: Vec<flags::Model>,
    names: HashMap<PersonId, AuthorName>,
}

impl About {
    async fn of(cx: &RequestContext, reader: &Reader, items: &[Item]) -> Result<Self> {
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
            names: names.into_iter().map(|person| (person.id, AuthorName::new(cx, &person.display_name))).collect(),
            flags,
        })
    }

    fn name(&self, person: PersonId) -> AuthorName {
        self.names.get(&person).cloned().unwrap_or_default()
    }
}

pub(super) async fn views(cx: &RequestContext, reader: &Reader, items: &[Item]) -> Result<Vec<ItemView>> {
    let about = About::of(cx, reader, items).await?;
    let found: Vec<_> = items
        .iter()
        .filter_map(|item| Some((item, about.topics.get(&item.topic_id)?, about.posts.get(&item.post_id)?)))
        .collect();
    // A change is shown as it would be published.
    let texts: Vec<_> = found
        .iter()
        .map(|(item, _, row)| match item.revision_id.and_then(|id| about.revisions.get(&id)) {
            Some(revision) => posts::Post { markdown: revision.markdown.clone(), renderer: 0, ..row.post.clone() },
            None => row.post.clone(),
        })
        .collect();
    let written = texts.iter().chain(found.iter().map(|(_, _, row)| &row.post));
    let sight = Sight::of(cx, reader, written.map(|post| (post.topic_id, &post.markdown))).await?;
    let htmls = sight.html(texts.iter().collect()).await?;
    let mut views: Vec<_> = found
        .iter()
        .zip(htmls)
        .map(|((item, topic, row), html)| item_view(cx, (reader, &sight), &about, item, (topic, row), html))
        .collect();
    let topics: Vec<_> = found.iter().map(|(_, topic, _)| *topic).collect();
    tell_changes(&topics, &mut views).await?;
    Ok(views)
}

/// Says what proposed texts and titles change, of items that are about `topics` in the same order.
async fn tell_changes(topics: &[&topics::Topic], views: &mut [ItemView]) -> Result<()> {
    let pair = |(view, topic): (&ItemView, &&topics::Topic)| {
        let (current, proposed) = (view.current.clone()?, view.proposed.clone()?);
        Some([(current, proposed), (topic.title.clone(), view.topic.clone())])
    };
    let pairs: Vec<_> = views.iter().zip(topics).map(pair).collect();
    let mut told = posts::changes(pairs.iter().flatten().flatten().cloned().collect()).await?.into_iter();
    for (view, pair) in views.iter_mut().zip(&pairs) {
        let Some([_, (title, proposed)]) = pair else { continue };
        view.changes = told.next();
        view.title_changes = told.next().filter(|_| title != proposed);
    }
    Ok(())
}

fn item_view(
    cx: &RequestContext,
    (reader, sight): (&Reader, &Sight),
    about: &About,
    item: &Item,
    (topic, row): (&topics::Topic, &posts::store::Row),
    body: SafeHtml,
) -> ItemView {
    let claimed = item.claimed_until.is_some_and(|until| until > cx.actor().now());
    let mine = claimed && item.claimed_by == reader.person();
    // What the Region's answer is, the Region says.
    let free = (!claimed || mine) && (item.reason != Why::Official || reader.may_mark_official(topic));
    let open = about.flags.iter().filter(|flag| flag.post_id == item.post_id && flag.state == FlagState::Open);
    let label = |key: String| cx.message(&Message::new(key));
    let to = |may: bool, what: &str| may.then(|| format!("{QUEUE}/{}/{what}", item.id));
    let proposed = item.revision_id.and_then(|id| about.revisions.get(&id));
    let kind = item.reason.key().replace('_', "-");
    let (author, author_note) = author(cx, row);
    ItemView {
        id: item.id.0,
        reason_label: label(format!("forum-review-why-{kind}")),
        kind,
        topic: proposed.and_then(|revision| revision.title.clone()).unwrap_or_else(|| topic.title.clone()),
        topic_url: format!("/forum/messages/{}", row.post.id),
        category: reader.category(topic.category_id).map_or_else(String::new, |c| c.row.name.clone()),
        author,
        author_note,
        created: item.created_at,
        body,
        current: proposed.map(|_| sight.markdown(topic.id, &row.post.markdown)),
        proposed: proposed.map(|revision| sight.markdown(topic.id, &revision.markdown)),
        changes: None,
        title_changes: None,
        flags: open
            .map(|flag| FlagView {
                reason_label: label(format!("forum-flag-why-{}", flag.reason.key().replace('_', "-"))),
                note: flag.comment.clone(),
                by: about.name(flag.person_id),
                at: flag.created_at,
                earlier: flag.revision != row.post.revision,
            })
            .collect(),
        claimed_by: item.claimed_by.filter(|_| claimed).map(|by| about.name(by)),
        mine,
        version: item.version,
        approve_url: to(free, "garder"),
        hide_url: to(free, "masquer"),
        claim_url: to(!claimed, "prendre"),
        release_url: to(mine, "rendre"),
    }
}

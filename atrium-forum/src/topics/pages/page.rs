//! A topic's page: twenty posts, the answers on top, the reply box; in a number of queries that does not grow.

use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use atrium_core::markup::{SafeHtml, excerpt, plain_text};
use atrium_core::web::{FieldErrors, FileField, Hole, RequestContext, sign_in_path};
use atrium_core::{Error, Result};
use axum::http::StatusCode;
use axum::response::Response;

use super::paging::{Around, Kept, Part};
use super::view::{Answer, ReplyBox, ReplyFields, TopicActions, TopicHead, TopicView, crumbs, kind_label};
use crate::categories::Category;
use crate::follow::{self, Standing};
use crate::posts::text::sight::Sight;
use crate::posts::view::{Allowed, author, post_piece, state_note, state_note_language, url_of};
use crate::posts::{self, WriteKey};
use crate::reader::Reader;
use crate::state::State;
use crate::topics::store::{self, Row};
use crate::topics::{Readers, Topic, TopicId};

/// How long a reader waits for what they read to be noted.
const NOTING: Duration = Duration::from_millis(250);

/// Longest beginning of an answer on top of its topic, in characters.
const BEGINNING: usize = 320;

/// The reply box: empty, with a quotation, or as it comes back with what is wrong with it.
#[derive(Default)]
pub(crate) struct ReplyForm {
    pub(crate) body: String,
    /// The key that was sent with it, when it comes back.
    pub(crate) key: Option<WriteKey>,
    pub(crate) errors: FieldErrors,
    pub(crate) preview: Option<SafeHtml>,
    /// The files that have come with it.
    pub(crate) files: Option<FileField>,
    pub(crate) status: StatusCode,
}

impl ReplyForm {
    /// Returns `true` if nothing was typed or quoted.
    fn is_blank(&self) -> bool {
        let typed = !self.body.is_empty() || self.key.is_some() || self.preview.is_some() || !self.errors.is_empty();
        !typed && self.status == StatusCode::OK
    }
}

/// Returns the topic for this reader, as a page shows it.
pub(super) async fn find(cx: &RequestContext, id: TopicId) -> Result<(Reader, Row)> {
    let reader = Reader::asking(cx).await?;
    let row = cx.kept("forum/topic", &id, |_| size_of::<Row>() * 2, store::row(cx.db(), id, None)).await?;
    reader.require_sees(&row.topic)?;
    let read_number = match reader.person() {
        Some(person) => follow::store::number(cx.db(), person, id).await?,
        None => None,
    };
    Ok((reader, Row { read_number, ..Row::clone(&row) }))
}

/// What a topic's page shows to one reader.
struct Shown<'a> {
    cx: &'a RequestContext,
    reader: &'a Reader,
    topic: &'a Topic,
    category: &'a Category,
    first: i64,
    rows: Vec<Arc<posts::store::Row>>,
    kept: Arc<Kept>,
    /// The texts that are worked out for this reader, of the posts that may quote.
    read: Vec<Option<SafeHtml>>,
    /// What this reader may do with each post.
    allowed: Vec<Allowed>,
    /// The official and the accepted answer, on the first page.
    answers: Vec<Arc<posts::store::Row>>,
    around: Around,
    moderates: bool,
    /// Whether a reply waits for a moderator, if this reader may reply.
    reviewed: Option<bool>,
    closed_note: String,
    key: Hole,
}

/// Returns the page of `row` on which the post `number` stands.
pub(crate) async fn topic_page(
    cx: &RequestContext,
    reader: &Reader,
    row: &Row,
    number: i64,
    form: ReplyForm,
) -> Result<Response> {
    let (shown, status) = (Shown::load(cx, reader, row, number, &form).await?, form.status);
    if let Some(last) = shown.rows.last() {
        mark_read(cx, reader, row, last.post.number).await;
    }
    if !form.is_blank() {
        return cx.page_with(status, &shown.view(form)?);
    }
    cx.steady_page(&shown.differences(), [shown.key.clone()], async { shown.view(form) }).await
}

impl<'a> Shown<'a> {
    async fn load(
        cx: &'a RequestContext,
        reader: &'a Reader,
        row: &'a Row,
        number: i64,
        form: &ReplyForm,
    ) -> Result<Self> {
        let topic = &row.topic;
        let category = reader.category_of(topic)?;
        let part = Part::of(cx, reader, topic, number).await?;
        let around = part.around(cx.db(), reader.visibility(), topic, unread(cx, reader, row)).await?;
        let Part { first, rows, kept } = part;
        let sight = Sight::of(cx, reader, rows.iter().map(|row| (topic.id, &row.post.markdown))).await?;
        // What somebody has sent comes back, were the topic locked meanwhile.
        let reviewed = if reader.may_answer(topic) || form.key.is_some() {
            Some(posts::actions::waits(cx.db(), reader, category, topic.scope()).await?)
        } else {
            None
        };
        let read = sight.worked_out(rows.iter().map(|row| &row.post).collect()).await?;
        let answers = answers(cx, reader, topic, &rows).await?;
        let on = reader.on(topic);
        let allowed = rows.iter().map(|row| Allowed::of(&on, topic, row)).collect();
        let (moderates, closed_note) = (on.moderates(), closed_note(cx, reader, topic));
        let key = Hole::new("key", form.key.clone().unwrap_or_else(WriteKey::fresh).as_str());
        Ok(Self {
            cx,
            reader,
            topic,
            category,
            first,
            rows,
            kept,
            read,
            allowed,
            answers,
            around,
            moderates,
            reviewed,
            closed_note,
            key,
        })
    }

    /// Returns everything on it that is not the same for all who read this address until something happens.
    fn differences(&self) -> impl Hash {
        let versions = |rows: &[Arc<posts::store::Row>]| -> Vec<_> {
            rows.iter().map(|row| (row.post.id, row.post.version, self.cx.age(row.post.created_at))).collect()
        };
        let read: Vec<_> = self.read.iter().map(|read| read.as_ref().map(SafeHtml::as_str)).collect();
        (
            (self.topic.id, self.first, self.around),
            (versions(&self.rows), read, &self.allowed, versions(&self.answers)),
            (self.moderates, self.reviewed, self.closed_note.as_str()),
        )
    }

    fn view(&self, form: ReplyForm) -> Result<TopicView> {
        let Self { cx, reader, topic, category, first, rows, around, .. } = self;
        let asked = rows.first().filter(|row| row.post.number == 1);
        let may_edit = asked.is_some() && self.allowed.first().is_some_and(|allowed| allowed.edit);
        let posts = rows.iter().zip(&self.allowed).zip(&self.read);
        let posts = posts.map(|((row, allowed), read)| {
            post_piece(cx, *allowed, topic, row, (read.clone(), &self.kept.files_of(row.post.id)))
        });
        let mut posts = posts.collect::<Result<Vec<_>>>()?;
        let service = category.row.service_key.as_deref();
        Ok(TopicView {
            service: service.map(str::to_owned),
            title: topic.title.clone(),
            description: asked.map(|row| beginning(cx, row, 160)).unwrap_or_default(),
            breadcrumb: crumbs(cx, Some(category), None, &topic.title),
            noindex: topic.readers == Readers::Confidential || *first > 1,
            disturbance: service.and_then(|service| cx.disturbance(service)),
            topic: head(cx, (topic, category), asked.map(Arc::as_ref), (self.moderates, may_edit)),
            question: asked.map(|_| posts.remove(0)),
            answers: self.answers.iter().map(|row| answer(cx, topic, row)).collect(),
            posts,
            first_unread_url: around.unread.map(|number| topic.url_at(number)),
            last_url: around.last.map(|number| topic.url_at(number)),
            pagination: around.pages(topic),
            reply: self.reviewed.map(|reviewed| ReplyBox { url: format!("{}/reponses", topic.url()), reviewed }),
            closed_note: self.closed_note.clone(),
            form: ReplyFields { body: form.body, key: self.key.clone() },
            files: form.files.unwrap_or_else(|| FileField::new(cx, &[])),
            errors: form.errors,
            preview: form.preview,
            sign_in_url: sign_in(cx, reader, topic),
        })
    }
}

/// Returns the first `longest` characters of what the author of a post says in their own words.
fn beginning(cx: &RequestContext, row: &posts::store::Row, longest: usize) -> String {
    let post = &row.post;
    let of = (post.id, post.version, post.write_key.as_str(), longest);
    cx.kept_text("forum/beginning", &of, || excerpt(&plain_text(&post.markdown.own_words()), longest)).to_string()
}

/// Returns the official and the accepted answer, on the first page; an answer that stands on it costs no query.
async fn answers(
    cx: &RequestContext,
    reader: &Reader,
    topic: &Topic,
    rows: &[Arc<posts::store::Row>],
) -> Result<Vec<Arc<posts::store::Row>>> {
    if rows.first().is_none_or(|row| row.post.number != 1) {
        return Ok(Vec::new());
    }
    let official = topic.official_post_id;
    let accepted = topic.accepted_post_id.filter(|post| Some(*post) != official);
    let marked: Vec<_> = [official, accepted].into_iter().flatten().collect();
    let here = |post: &posts::PostId| rows.iter().find(|row| row.post.id == *post).cloned();
    let elsewhere: Vec<_> = marked.iter().copied().filter(|post| here(post).is_none()).collect();
    let elsewhere = posts::store::some(cx.db(), reader.visibility(), &elsewhere).await?;
    let elsewhere: Vec<_> = elsewhere.into_iter().map(Arc::new).collect();
    let find = |post| here(post).or_else(|| elsewhere.iter().find(|row| row.post.id == *post).cloned());
    Ok(marked.iter().filter_map(find).collect())
}

fn answer(cx: &RequestContext, topic: &Topic, row: &posts::store::Row) -> Answer {
    let post = &row.post;
    let (author, author_note) = author(cx, row);
    Answer {
        official: topic.official_post_id == Some(post.id),
        accepted: topic.accepted_post_id == Some(post.id),
        author,
        author_note,
        // Without what it quotes, which this reader may not be allowed to read.
        excerpt: beginning(cx, row, BEGINNING),
        number: post.number,
        url: topic.url_at(post.number),
    }
}

/// A page that cannot be noted as read is still a page.
async fn mark_read(cx: &RequestContext, reader: &Reader, row: &Row, number: i64) {
    let further = row.read_number.is_none_or(|read| read < number);
    let noting = async {
        if further {
            follow::actions::mark_read(cx.db(), reader, &row.topic, number, cx.unread() > 0).await
        } else {
            // A decision or a mark may have been told after the post was read.
            cx.atrium().notices().mark_seen(cx.actor(), &row.topic.subject(), number).await
        }
    };
    if cx.actor().person().is_some() && (further || cx.unread() > 0) {
        match tokio::time::timeout(NOTING, noting).await {
            Ok(Ok(seen)) => cx.note_seen(seen),
            Ok(Err(error)) => tracing::warn!(%error, "what was read could not be noted"),
            Err(_) => tracing::debug!("what was read was not noted: the database is busy"),
        }
    }
}

/// Returns the head of the page of `topic`, for somebody who moderates it or not, and may edit its question or not.
fn head(
    cx: &RequestContext,
    (topic, category): (&Topic, &Category),
    question: Option<&posts::store::Row>,
    (moderates, own): (bool, bool),
) -> TopicHead {
    let to = |may: bool, what: &str| (moderates && may).then(|| format!("{}/{what}", topic.url()));
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
        state_note_lang: question.map(|row| state_note_language(&row.post)).unwrap_or_default(),
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

/// Returns the place from which they have not read on.
fn unread(cx: &RequestContext, reader: &Reader, row: &Row) -> Option<i64> {
    match row.topic.standing(row.read_number, cx.actor().now()) {
        Standing::Unread { from } if reader.person().is_some() => Some(from),
        _ => None,
    }
}

fn closed_note(cx: &RequestContext, reader: &Reader, topic: &Topic) -> String {
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

fn sign_in(cx: &RequestContext, reader: &Reader, topic: &Topic) -> Option<String> {
    let takes_replies = !topic.locked && topic.state == State::Visible;
    (cx.actor().person().is_none() && takes_replies && reader.sees(topic)).then(|| sign_in_path(&topic.url()))
}

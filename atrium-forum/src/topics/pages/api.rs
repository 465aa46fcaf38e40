//! Topics and replies for programs.

use atrium_core::directory::EstablishmentId;
use atrium_core::files::FileId;
use atrium_core::web::{FileData, Json, Operation, Path, Problems, Query, RequestContext, Routes, Who};
use atrium_core::{Error, Message, Result};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::list;
use super::page::find;
use crate::attachments;
use crate::follow::Standing;
use crate::names;
use crate::posts::actions::{NewReply, Posted};
use crate::posts::text::sight::Sight;
use crate::posts::view::state_note;
use crate::posts::{self, Body, PAGE, Posts, WriteKey};
use crate::rate_limit;
use crate::reader::Reader;
use crate::topics::actions::NewTopic;
use crate::topics::store::{self, Row};
use crate::topics::{Cursor, Filter, Kind, Readers, Title, Topic, TopicId};

pub(crate) fn declare(routes: &mut Routes) {
    routes.operation(Who::Anyone, routes!(list));
    routes.operation(Who::Anyone, routes!(show));
    routes.operation(Who::SignedIn, Operation::of(routes!(create)).keyed().long().limited(rate_limit::TOPICS));
    routes.operation(Who::SignedIn, Operation::of(routes!(reply)).keyed().long().limited(rate_limit::REPLIES));
}

/// One topic.
#[derive(Serialize, utoipa::ToSchema)]
struct TopicData {
    #[schema(value_type = i64)]
    id: TopicId,
    title: String,
    kind: &'static str,
    state: &'static str,
    category: String,
    /// The author's name; `null` once they are erased.
    author: Option<String>,
    url: String,
    replies: i64,
    solved: bool,
    official: bool,
    locked: bool,
    pinned: bool,
    confidential: bool,
    /// `true` if the caller has not read it to its end, or never opened it while it is new.
    unread: bool,
    created: String,
    last_post: String,
}

impl TopicData {
    fn new(cx: &RequestContext, reader: &Reader, row: &Row) -> Self {
        let topic = &row.topic;
        Self {
            id: topic.id,
            title: topic.title.clone(),
            kind: topic.kind.key(),
            state: topic.state.as_str(),
            category: reader.category(topic.category_id).map_or_else(String::new, |c| c.row.slug.clone()),
            author: names::known(&row.author_name),
            url: cx.href(&topic.url()),
            replies: topic.replies_public,
            solved: topic.accepted_post_id.is_some(),
            official: topic.official_post_id.is_some(),
            locked: topic.locked,
            pinned: topic.pinned,
            confidential: topic.readers == Readers::Confidential,
            unread: reader.person().is_some() && topic.standing(row.read_number, cx.actor().now()) != Standing::Read,
            created: topic.created_at.to_rfc3339(),
            last_post: topic.last_visible_at.to_rfc3339(),
        }
    }
}

/// A page of topics; `next` is the `avant` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct Topics {
    topics: Vec<TopicData>,
    next: Option<String>,
}

/// Which topics.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
struct Params {
    /// Slug of a category; every category otherwise.
    category: Option<String>,
    /// `sans-reponse`, `mes-sujets`, `non-lus`; all topics otherwise.
    filtre: Option<String>,
    /// `next` of the page before.
    avant: Option<String>,
}

/// Topics that may be seen, the most recently answered first.
#[utoipa::path(get, path = "/api/v1/forum/topics", params(Params),
    responses((status = 200, description = "A page of topics", body = Topics)))]
async fn list(cx: RequestContext, Query(asked): Query<Params>) -> Result<Json<Topics>> {
    let reader = Reader::asking(&cx).await?;
    let category = asked.category.as_deref().map(|slug| reader.category_by_slug(slug)).transpose()?;
    let category = category.map(crate::categories::Category::id);
    let after = asked.avant.as_deref().map(Cursor::parse).transpose()?;
    let filter = Filter::from_key(asked.filtre.as_deref().unwrap_or_default());
    let page = list::page(&cx, &reader, category, filter, after).await?;
    Ok(Json(Topics {
        topics: page.rows.iter().map(|row| TopicData::new(&cx, &reader, row)).collect(),
        next: page.next.map(|cursor| cursor.to_string()),
    }))
}

/// One post.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct PostData {
    #[schema(value_type = i64)]
    id: posts::PostId,
    #[schema(value_type = i64)]
    topic: TopicId,
    /// Raised with each change of its text or state: what `If-Match` takes.
    version: i64,
    /// Raised when its text changes.
    revision: i64,
    number: i64,
    /// The author's name; `null` once they are erased.
    author: Option<String>,
    /// `member`, `region`, or the key of the role whose badge stands beside the name.
    quality: String,
    /// `visible`, `pending`, `hidden` or `deleted`.
    state: &'static str,
    /// Why it is not visible, where that was said.
    state_reason: String,
    accepted: bool,
    /// `true` if it was rewritten since it was accepted.
    rewritten: bool,
    official: bool,
    /// As typed, with a word in place of each quotation that is not the reader's to read.
    markdown: String,
    html: String,
    files: Vec<FileData>,
    created: String,
    edited: Option<String>,
}

impl PostData {
    /// Returns the posts of one topic, as this reader reads them.
    pub(crate) async fn of(
        cx: &RequestContext,
        reader: &Reader,
        topic: &Topic,
        rows: Vec<posts::store::Row>,
    ) -> Result<Vec<Self>> {
        let sight = Sight::of(cx, reader, rows.iter().map(|row| (topic.id, &row.post.markdown))).await?;
        let posts: Vec<_> = rows.iter().map(|row| row.post.id).collect();
        let files = attachments::of(cx.db(), &posts).await?;
        let files_of = |post| files.iter().filter(move |(of, _)| *of == post).map(|(_, file)| FileData::new(cx, file));
        let htmls = sight.html(rows.iter().map(|row| &row.post).collect()).await?;
        let data = |(row, html): (posts::store::Row, atrium_core::markup::SafeHtml)| Self {
            id: row.post.id,
            topic: topic.id,
            version: row.post.version,
            revision: row.post.revision,
            number: row.post.number,
            quality: row.post.quality.key().to_owned(),
            state: row.post.state.as_str(),
            state_reason: state_note(cx, &row.post),
            accepted: topic.accepted_post_id == Some(row.post.id),
            rewritten: topic.is_rewritten(&row.post),
            official: topic.official_post_id == Some(row.post.id),
            markdown: sight.markdown(topic.id, &row.post.markdown),
            html: cx.mounted_html(&html),
            files: files_of(row.post.id).collect(),
            created: row.post.created_at.to_rfc3339(),
            edited: row.post.edited_at.map(|at| at.to_rfc3339()),
            author: names::known(&row.author_name),
        };
        Ok(rows.into_iter().zip(htmls).map(data).collect())
    }

    pub(crate) fn version(&self) -> i64 {
        self.version
    }
}

/// A topic and a page of its posts; `next` is the `a-partir` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct TopicPage {
    topic: TopicData,
    posts: Vec<PostData>,
    next: Option<i64>,
}

/// From which post on.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
struct Part {
    /// `next` of the page before.
    #[serde(rename = "a-partir")]
    from: Option<i64>,
}

/// Returns a topic with its posts, twenty at a time.
#[utoipa::path(get, path = "/api/v1/forum/topics/{id}", params(("id" = i64, Path), Part),
    responses((status = 200, body = TopicPage)))]
async fn show(cx: RequestContext, Path(id): Path<TopicId>, Query(part): Query<Part>) -> Result<Json<TopicPage>> {
    let (reader, row) = find(&cx, id).await?;
    let from = part.from.unwrap_or(1).max(1);
    let mut posts = posts::store::page(cx.db(), reader.visibility(), id, from, PAGE + 1).await?;
    let length = usize::try_from(PAGE).expect("a page is short");
    let next = posts.get(length).map(|row| row.post.number);
    posts.truncate(length);
    let posts = PostData::of(&cx, &reader, row.topic(), posts).await?;
    Ok(Json(TopicPage { topic: TopicData::new(&cx, &reader, &row), posts, next }))
}

/// A topic to open.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct TopicToOpen {
    /// Slug of the category.
    category: String,
    title: String,
    /// `question` unless told.
    kind: Option<String>,
    body: String,
    #[schema(value_type = Option<i64>)]
    establishment: Option<EstablishmentId>,
    #[serde(default)]
    confidential: bool,
    /// Numbers of files that were sent before.
    #[serde(default)]
    #[schema(value_type = Vec<i64>)]
    files: Vec<FileId>,
}

/// A reply to write.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
struct ReplyToWrite {
    body: String,
    /// Numbers of files that were sent before.
    #[serde(default)]
    #[schema(value_type = Vec<i64>)]
    files: Vec<FileId>,
}

/// What became of it: `pending` waits for a moderator.
#[derive(Serialize, utoipa::ToSchema)]
struct Written {
    #[schema(value_type = i64)]
    topic: TopicId,
    #[schema(value_type = i64)]
    post: posts::PostId,
    number: i64,
    state: &'static str,
    url: String,
}

/// Opens a topic. Sent again with the same `Idempotency-Key`, it answers with the first one; with another content under
/// that key, it opens another.
#[utoipa::path(post, path = "/api/v1/forum/topics", request_body = TopicToOpen,
    responses((status = 201, body = Written)))]
async fn create(cx: RequestContext, headers: HeaderMap, Json(new): Json<TopicToOpen>) -> Result<Response> {
    let reader = Reader::asking(&cx).await?;
    let category = reader.category_by_slug(&new.category)?.id();
    let mut problems = Problems::default();
    let title = problems.take("title", Title::parse(&new.title));
    let body = problems.take("body", Body::parse(&new.body));
    let kind = Kind::from_key(new.kind.as_deref().unwrap_or("question")).ok_or_else(|| Message::new("field-choice"));
    let kind = problems.take("kind", kind);
    let key = problems.take("Idempotency-Key", key(&headers));
    problems.finish()?;
    let (Some(title), Some(body), Some(kind), Some(key)) = (title, body, kind, key) else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    let (establishment, confidential) = (new.establishment, new.confidential);
    let files = new.files;
    let new = NewTopic { category, title, kind, body, establishment, confidential, files, key };
    written(&cx, crate::topics::Topics::of(cx.db()).create(cx.actor(), new).await?).await
}

/// Replies in a topic. Sent again with the same `Idempotency-Key`, it answers with the first reply; with another text or
/// in another topic under that key, it writes another.
#[utoipa::path(post, path = "/api/v1/forum/topics/{id}/posts", request_body = ReplyToWrite,
    params(("id" = i64, Path)),
    responses((status = 201, body = Written), (status = 409, description = "The topic takes no replies")))]
async fn reply(
    cx: RequestContext,
    headers: HeaderMap,
    Path(id): Path<TopicId>,
    Json(new): Json<ReplyToWrite>,
) -> Result<Response> {
    let mut problems = Problems::default();
    let body = problems.take("body", Body::parse(&new.body));
    let key = problems.take("Idempotency-Key", key(&headers));
    problems.finish()?;
    let (Some(body), Some(key)) = (body, key) else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    written(&cx, Posts::of(cx.db()).reply(cx.actor(), id, NewReply { body, files: new.files, key }).await?).await
}

fn key(headers: &HeaderMap) -> Result<WriteKey, Message> {
    match headers.get("idempotency-key") {
        None => Ok(WriteKey::fresh()),
        Some(value) => WriteKey::parse(value.to_str().unwrap_or_default()),
    }
}

async fn written(cx: &RequestContext, posted: Posted) -> Result<Response> {
    let topic = store::find(cx.db(), posted.topic).await?;
    let url = cx.href(&topic.url_at(posted.number));
    let (post, number) = (posted.post, posted.number);
    let data = Written { topic: topic.id, post, number, state: posted.state.as_str(), url };
    Ok((StatusCode::CREATED, Json(data)).into_response())
}

//! The page on which one asks: the category's template to fill in, similar topics while the title is typed.

use atrium_core::access::Scope;
use atrium_core::directory::{self, EstablishmentId};
use atrium_core::web::{Choice, FileField, FileForm, Form, Path, Problems, Query, RequestContext};
use atrium_core::{Error, Message, Result};
use axum::http::StatusCode;
use axum::response::Response;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use super::similar;
use super::view::{AskFields, AskView, crumbs, kind_choices};
use crate::categories::Category;
use crate::permissions::ASK;
use crate::posts::actions::Posted;
use crate::posts::text::sight::Sight;
use crate::posts::{self, Body, WriteKey};
use crate::rate_limit;
use crate::reader::Reader;
use crate::state::State;
use crate::topics::actions::NewTopic;
use crate::topics::{FRENCH, Kind, Title, TopicId, Topics, store};

/// What the address says of the topic that is about to be written.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Begun {
    /// The title to begin with: a search without results.
    #[serde(default)]
    titre: String,
}

impl Begun {
    fn form(&self) -> Form {
        let title: String = self.titre.chars().take(Title::MAX).collect();
        Form::of([("title", title)])
    }
}

/// Returns the page on which `question` is asked.
pub(crate) fn ask_url(question: &str) -> String {
    let title: String = question.chars().take(Title::MAX).collect();
    format!("/forum/nouveau?titre={}", utf8_percent_encode(&title, NON_ALPHANUMERIC))
}

/// `GET /forum/nouveau?titre=`
pub(super) async fn new(cx: RequestContext, Query(begun): Query<Begun>) -> Result<Response> {
    page(&cx, None, (&begun.form(), FileField::new(&cx, &[])), None).await
}

/// `GET /forum/{category}/nouveau`
pub(super) async fn new_in(cx: RequestContext, Path(slug): Path<String>) -> Result<Response> {
    page(&cx, Some(&slug), (&Form::default(), FileField::new(&cx, &[])), None).await
}

/// `POST /forum/nouveau`
pub(super) async fn create(cx: RequestContext, sent: FileForm) -> Result<Response> {
    let slug = sent.fields().text("category");
    send(&cx, None, &slug, &sent).await
}

/// `POST /forum/{category}/nouveau`
pub(super) async fn create_in(cx: RequestContext, Path(slug): Path<String>, sent: FileForm) -> Result<Response> {
    send(&cx, Some(&slug), &slug, &sent).await
}

async fn send(cx: &RequestContext, here: Option<&str>, slug: &str, sent: &FileForm) -> Result<Response> {
    let form = sent.fields();
    if form.has("preview") {
        return page(cx, here, (form, sent.field(cx)), None).await;
    }
    match ask(cx, slug, sent).await {
        Ok((posted, first)) => {
            let topic = store::find(cx.db(), posted.topic).await?;
            match posted.state {
                _ if !first => Ok(cx.redirect_with(&topic.url(), "info", "forum-flash-asked-before")),
                State::Visible => Ok(cx.redirect_with(&topic.url(), "success", "forum-flash-asked")),
                _ => Ok(cx.redirect_with(&topic.url(), "info", "forum-flash-pending")),
            }
        }
        Err(error) if error.is_invalid() => page(cx, here, (form, sent.field(cx)), Some(error)).await,
        Err(error) => Err(error),
    }
}

/// Returns the opened topic, and `true` if it is new.
async fn ask(cx: &RequestContext, slug: &str, sent: &FileForm) -> Result<(Posted, bool)> {
    let form = sent.fields();
    let reader = Reader::asking(cx).await?;
    let mut problems = Problems::default();
    let category = match slug {
        "" => problems.take("category", Err(Message::new("field-required"))),
        slug => match reader.category_by_slug(slug) {
            Ok(category) => Some(category.id()),
            // Chosen in the form, not named by the address.
            Err(_) if form.text("category") == slug => problems.take("category", Err(Message::new("field-choice"))),
            Err(error) => return Err(error),
        },
    };
    let title = problems.take("title", Title::parse(form.raw("title")));
    let body = problems.take("body", Body::parse(form.raw("body")));
    let kind = match form.text("kind").as_str() {
        "" => Some(Kind::Question),
        key => problems.take("kind", Kind::from_key(key).ok_or_else(|| Message::new("field-choice"))),
    };
    let establishment = match form.text("establishment").as_str() {
        "" => Some(None),
        id => problems.take("establishment", id.parse().map(Some).map_err(|_| Message::new("field-choice"))),
    };
    let files = problems.take("files", sent.files());
    problems.finish()?;
    let (Some(category), Some(title), Some(body), Some(kind), Some(establishment), Some(files)) =
        (category, title, body, kind, establishment, files)
    else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    let key = WriteKey::or_fresh(&form.text("key"));
    let confidential = form.has("confidential");
    let new = NewTopic { category, title, kind, body, establishment, confidential, files, key };
    if let Some(before) = Topics::of(cx.db()).asked(cx.actor(), &new).await? {
        return Ok((before, false));
    }
    cx.allow(rate_limit::TOPICS).await.map_err(rate_limit::beside("body"))?;
    Ok((Topics::of(cx.db()).create(cx.actor(), new).await?, true))
}

async fn page(
    cx: &RequestContext,
    slug: Option<&str>,
    (form, files): (&Form, FileField),
    error: Option<Error>,
) -> Result<Response> {
    let reader = Reader::asking(cx).await?;
    let category = slug.map(|slug| reader.category_by_slug(slug)).transpose()?;
    let theirs: Vec<_> = reader.categories().filter(|category| reader.may_ask(category)).collect();
    let may = category.map_or(!theirs.is_empty(), |category| reader.may_ask(category));
    if !may {
        return Err(reader.refusal(ASK));
    }
    let body = form.raw("body").replace("\r\n", "\n");
    let (typed, previewed) = (form.has("key") || !body.is_empty(), form.has("preview"));
    let template = || category.map_or_else(String::new, |category| category.row.template.trim().to_owned());
    let view = AskView {
        service: category.and_then(|category| category.row.service_key.clone()),
        title: cx.t("forum-ask-title"),
        breadcrumb: crumbs(cx, category, None, &cx.t("forum-ask-title")),
        noindex: true,
        url: category.map_or_else(|| "/forum/nouveau".to_owned(), |category| format!("{}/nouveau", category.url())),
        similar_url: similar::PATH,
        similar: if previewed { similar::to(cx, form.raw("title")).await? } else { Vec::new() },
        category: category.map_or_else(String::new, |category| category.row.name.clone()),
        categories: match category {
            Some(_) => Vec::new(),
            None => theirs.into_iter().map(choice).collect(),
        },
        reviewed: match category {
            Some(category) => posts::actions::waits(cx.db(), &reader, category, category.scope()).await?,
            None => false,
        },
        confidential: reader.home().is_some() && category.is_none_or(|category| !category.row.confidential),
        kinds: kind_choices(cx, &reader, category.map_or(Scope::Platform, Category::scope)),
        establishments: schools(cx, &reader).await?,
        preview: if previewed { Sight::preview(cx, &reader, TopicId::default(), &body).await? } else { None },
        form: AskFields {
            category: form.text("category"),
            title: form.raw("title").to_owned(),
            kind: if typed { form.text("kind") } else { Kind::Question.key().to_owned() },
            body: if typed { body } else { template() },
            establishment: form.text("establishment"),
            confidential: form.has("confidential"),
            key: WriteKey::or_fresh(&form.text("key")).as_str().to_owned(),
        },
        files,
        errors: error.as_ref().map(|error| cx.field_errors(error)).unwrap_or_default(),
    };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    cx.page_with(status, &view)
}

/// Returns the category as an answer to where a topic goes.
pub(super) fn choice(category: &Category) -> Choice {
    Choice::new(&category.row.slug, &category.row.name).in_language(FRENCH)
}

/// Returns the schools to choose from; empty where there is no choice.
async fn schools(cx: &RequestContext, reader: &Reader) -> Result<Vec<Choice>> {
    let own: Vec<EstablishmentId> = reader.establishments();
    if own.len() < 2 {
        return Ok(Vec::new());
    }
    let all = directory::establishments(cx.db()).await?;
    let theirs = all.into_iter().filter(|school| own.contains(&school.id));
    Ok(theirs.map(|school| Choice::new(school.id, school.name).in_language(FRENCH)).collect())
}

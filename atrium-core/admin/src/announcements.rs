//! Pages of announcements: the list, and publishing, editing and ending one.

use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::services::name;
use super::{breadcrumb, label_of, refusal, refused_edit, version};
use atrium_platform::access::permissions::ANNOUNCEMENT_EDIT;
use atrium_platform::catalogue::{Announcement, AnnouncementId, AnnouncementKind, AnnouncementText};
use atrium_platform::clock::Timestamp;
use atrium_platform::{Error, Message, Result};
use atrium_web::{
    Choice, Crumb, FieldErrors, Form, Overtaken, Pages, Path, Problems, Query, RequestContext, Routes, View, Who, dates,
};

/// The path of the list.
pub(super) const PATH: &str = "/administration/annonces";
const NEW_PATH: &str = "/administration/annonces/nouvelle";
/// The announcements per page.
const PAGE: u64 = 30;

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(ANNOUNCEMENT_EDIT);
    routes.get(PATH, who, list);
    routes.get(NEW_PATH, who, new);
    routes.post(NEW_PATH, who, create);
    routes.get("/administration/annonces/{id}", who, edit);
    routes.post("/administration/annonces/{id}", who, update);
    routes.post("/administration/annonces/{id}/terminer", who, end);
}

pub(super) fn path(id: AnnouncementId) -> String {
    format!("{PATH}/{id}")
}

#[derive(Default, Deserialize)]
struct Params {
    avant: Option<AnnouncementId>,
}

#[derive(Serialize)]
struct ListView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    new_url: &'static str,
    announcements: Vec<Row>,
    pagination: Pages,
}

#[derive(Serialize)]
struct Row {
    title: String,
    kind: &'static str,
    kind_label: String,
    state: &'static str,
    state_label: String,
    starts: Timestamp,
    ends: Timestamp,
    edit_url: String,
    end_url: Option<String>,
    version: i64,
}

impl View for ListView {
    const TEMPLATE: &'static str = "admin/announcements";
}

impl Row {
    fn new(cx: &RequestContext, row: Announcement) -> Self {
        let now = cx.actor().now();
        let state = match () {
            () if row.ends_at <= now => "over",
            () if row.starts_at > now => "coming",
            () => "on",
        };
        Self {
            kind: row.kind.as_str(),
            kind_label: kind_label(cx, row.kind),
            state,
            state_label: cx.message(&Message::new(format!("admin-announcement-{state}"))),
            starts: row.starts_at,
            ends: row.ends_at,
            edit_url: path(row.id),
            end_url: (row.ends_at > now).then(|| format!("{}/terminer", path(row.id))),
            version: row.version,
            title: row.title_fr,
        }
    }
}

fn kind_label(cx: &RequestContext, kind: AnnouncementKind) -> String {
    cx.message(&Message::new(format!("core-announcement-{}", kind.as_str())))
}

/// `GET /administration/annonces?avant=`
async fn list(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let mut rows = cx.atrium().catalogue().announcements(asked.avant, PAGE + 1).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    let last = rows.last().map(|row| row.id).filter(|_| more);
    let title = cx.t("admin-announcements-title");
    cx.page(&ListView {
        breadcrumb: breadcrumb(&cx, &[], &title),
        title,
        noindex: true,
        new_url: NEW_PATH,
        pagination: Pages::next(last.map(|last| format!("{PATH}?avant={last}"))),
        announcements: rows.into_iter().map(|row| Row::new(&cx, row)).collect(),
    })
}

/// The fields of the form, as typed.
#[derive(Clone, Debug, Default, Serialize)]
struct Input {
    kind: String,
    service_key: String,
    title_fr: String,
    title_en: String,
    body_fr: String,
    body_en: String,
    starts_at: String,
    ends_at: String,
}

impl Input {
    fn read(form: &Form) -> Self {
        Self {
            kind: form.text("kind"),
            service_key: form.text("service_key"),
            title_fr: form.text("title_fr"),
            title_en: form.text("title_en"),
            body_fr: form.text("body_fr"),
            body_en: form.text("body_en"),
            starts_at: form.text("starts_at"),
            ends_at: form.text("ends_at"),
        }
    }

    fn of(row: &Announcement) -> Self {
        Self {
            kind: row.kind.as_str().to_owned(),
            service_key: row.service_key.clone().unwrap_or_default(),
            title_fr: row.title_fr.clone(),
            title_en: row.title_en.clone(),
            body_fr: row.body_fr.clone(),
            body_en: row.body_en.clone(),
            starts_at: dates::input(row.starts_at),
            ends_at: dates::input(row.ends_at),
        }
    }

    /// Returns the saved values that differ from the typed ones.
    fn beside(&self, cx: &RequestContext, kept: &Self) -> FieldErrors {
        Overtaken::new(cx)
            .choice("kind", &self.kind, &kept.kind, label_of(&kinds(cx), &kept.kind))
            .choice("service_key", &self.service_key, &kept.service_key, label_of(&services(cx), &kept.service_key))
            .field("title_fr", &self.title_fr, &kept.title_fr)
            .field("body_fr", &self.body_fr, &kept.body_fr)
            .field("title_en", &self.title_en, &kept.title_en)
            .field("body_en", &self.body_en, &kept.body_en)
            .field("starts_at", &self.starts_at, &kept.starts_at)
            .field("ends_at", &self.ends_at, &kept.ends_at)
            .errors()
    }

    /// Returns `text` with the instants of `row` where the form is unchanged, since its fields have no seconds.
    fn keeping(&self, text: AnnouncementText, row: &Announcement) -> AnnouncementText {
        let kept = |typed: &str, kept: Timestamp, read| if *typed == dates::input(kept) { kept } else { read };
        AnnouncementText {
            starts_at: kept(&self.starts_at, row.starts_at, text.starts_at),
            ends_at: kept(&self.ends_at, row.ends_at, text.ends_at),
            ..text
        }
    }

    fn parse(&self) -> Result<AnnouncementText> {
        let mut problems = Problems::default();
        let kind = AnnouncementKind::from_key(&self.kind).ok_or_else(|| Message::new("field-unknown-choice"));
        let kind = problems.take("kind", kind);
        let instant = |text: &str| dates::parse_input(text).ok_or_else(|| Message::new("field-datetime"));
        let starts_at = problems.take("starts_at", instant(&self.starts_at));
        let ends_at = problems.take("ends_at", instant(&self.ends_at));
        let (Some(kind), Some(starts_at), Some(ends_at)) = (kind, starts_at, ends_at) else {
            problems.finish()?;
            return Err(Error::bug("a missing field without a problem"));
        };
        Ok(AnnouncementText {
            kind,
            service_key: Some(self.service_key.clone()).filter(|key| !key.is_empty()),
            title_fr: self.title_fr.clone(),
            title_en: self.title_en.clone(),
            body_fr: self.body_fr.clone(),
            body_en: self.body_en.clone(),
            starts_at,
            ends_at,
        })
    }
}

#[derive(Serialize)]
struct EditView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    action: String,
    version: i64,
    form: Input,
    kinds: Vec<Choice>,
    services: Vec<Choice>,
    cancel_url: &'static str,
    errors: FieldErrors,
}

impl View for EditView {
    const TEMPLATE: &'static str = "admin/announcement-edit";
}

fn kinds(cx: &RequestContext) -> Vec<Choice> {
    AnnouncementKind::ALL.map(|kind| Choice::new(kind.as_str(), kind_label(cx, kind))).into()
}

fn services(cx: &RequestContext) -> Vec<Choice> {
    let services = cx.atrium().catalogue().services();
    services
        .iter()
        .map(|service| Choice::new(&service.key, name(cx, service)).in_language(cx.language_of(&service.name_en)))
        .collect()
}

fn edit_view(
    cx: &RequestContext,
    existing: Option<(AnnouncementId, i64)>,
    form: Input,
    errors: FieldErrors,
) -> EditView {
    let title = cx.t(if existing.is_some() { "admin-announcement-edit" } else { "admin-announcement-new" });
    let parent = [(cx.t("admin-announcements-title"), PATH.to_owned())];
    EditView {
        breadcrumb: breadcrumb(cx, &parent, &title),
        title,
        noindex: true,
        action: existing.map_or_else(|| NEW_PATH.to_owned(), |(id, _)| path(id)),
        version: existing.map_or(0, |(_, version)| version),
        form,
        kinds: kinds(cx),
        services: services(cx),
        cancel_url: PATH,
        errors,
    }
}

/// `GET /administration/annonces/nouvelle`
async fn new(cx: RequestContext) -> Result<Response> {
    let now = cx.actor().now();
    let form = Input {
        kind: AnnouncementKind::Info.as_str().to_owned(),
        starts_at: dates::input(now),
        ends_at: dates::input(now.plus_days(1)),
        ..Input::default()
    };
    cx.page(&edit_view(&cx, None, form, FieldErrors::new()))
}

/// `POST /administration/annonces/nouvelle`
async fn create(cx: RequestContext, form: Form) -> Result<Response> {
    let done = || cx.redirect_with(PATH, "success", "admin-announcement-published");
    if cx.was_sent(&form) {
        return Ok(done());
    }
    let typed = Input::read(&form);
    let saved = match typed.parse() {
        Ok(text) => cx.atrium().catalogue().announce(cx.actor(), text).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(cx.note_sent(&form, done())),
        Err(error) => {
            let (status, errors) = refusal(&cx, error)?;
            cx.page_with(status, &edit_view(&cx, None, typed, errors))
        }
    }
}

/// `GET /administration/annonces/{id}`
async fn edit(cx: RequestContext, Path(id): Path<AnnouncementId>) -> Result<Response> {
    let row = cx.atrium().catalogue().announcement(id).await?;
    cx.page(&edit_view(&cx, Some((id, row.version)), Input::of(&row), FieldErrors::new()))
}

/// `POST /administration/annonces/{id}`
async fn update(cx: RequestContext, Path(id): Path<AnnouncementId>, form: Form) -> Result<Response> {
    let typed = Input::read(&form);
    let row = cx.atrium().catalogue().announcement(id).await?;
    let saved = match typed.parse() {
        Ok(text) => {
            let text = typed.keeping(text, &row);
            cx.atrium().catalogue().edit_announcement(cx.actor(), id, version(&form), text).await
        }
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(cx.redirect_with(PATH, "success", "admin-announcement-saved")),
        Err(error) => {
            let row = cx.atrium().catalogue().announcement(id).await?;
            let beside = || typed.beside(&cx, &Input::of(&row));
            let (status, errors, version) = refused_edit(&cx, error, &form, row.version, beside)?;
            cx.page_with(status, &edit_view(&cx, Some((id, version)), typed, errors))
        }
    }
}

/// `POST /administration/annonces/{id}/terminer`
async fn end(cx: RequestContext, Path(id): Path<AnnouncementId>, form: Form) -> Result<Response> {
    cx.atrium().catalogue().end_announcement(cx.actor(), id, version(&form)).await?;
    Ok(cx.redirect_with(PATH, "success", "admin-announcement-ended"))
}

//! The state of services, and announcements.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use atrium_platform::access::permissions::{ANNOUNCEMENT_EDIT, CATALOGUE_EDIT};
use atrium_platform::catalogue::{
    self, AnnouncementId, AnnouncementKind, AnnouncementText, Service, ServiceState, StateChange,
};
use atrium_platform::clock::Timestamp;
use atrium_platform::{Error, Message, Result};
use atrium_web::{IfMatch, Json, Operation, Path, Problems, Query, RequestContext, Routes, Who, dates, versioned};

/// Announcements on one page.
const PAGE: u64 = 50;

pub(super) fn declare(routes: &mut Routes) {
    let (editor, announcer) = (Who::Holder(CATALOGUE_EDIT), Who::Holder(ANNOUNCEMENT_EDIT));
    routes.operation(editor, routes!(services));
    routes.operation(editor, routes!(show_service));
    routes.operation(editor, Operation::of(routes!(update_state)).edits());
    routes.operation(announcer, routes!(list));
    routes.operation(announcer, Operation::of(routes!(create)).once());
    routes.operation(announcer, routes!(show));
    routes.operation(announcer, Operation::of(routes!(update)).edits());
    routes.operation(announcer, Operation::of(routes!(end)).edits());
}

/// A service of the catalogue.
#[derive(Serialize, utoipa::ToSchema)]
struct ServiceData {
    key: String,
    name: String,
    /// `normal`, `degraded`, `stopped` or `maintenance`.
    state: &'static str,
    note_fr: String,
    note_en: String,
    since: String,
}

impl ServiceData {
    fn new(cx: &RequestContext, service: &Service) -> Self {
        Self {
            key: service.key.clone(),
            name: cx.service_name(service).to_owned(),
            state: service.state.as_str(),
            note_fr: service.state_note_fr.clone(),
            note_en: service.state_note_en.clone(),
            since: service.state_since.to_rfc3339(),
        }
    }
}

/// How a service is.
#[derive(Deserialize, utoipa::ToSchema)]
struct NewState {
    /// `normal`, `degraded`, `stopped` or `maintenance`.
    state: String,
    #[serde(default)]
    note_fr: String,
    #[serde(default)]
    note_en: String,
}

/// The services, in their order.
#[utoipa::path(get, path = "/api/v1/administration/services", responses((status = 200, body = [ServiceData])))]
async fn services(cx: RequestContext) -> Result<Json<Vec<ServiceData>>> {
    let services = cx.atrium().catalogue().services();
    Ok(Json(services.iter().map(|service| ServiceData::new(&cx, service)).collect()))
}

fn service(cx: &RequestContext, key: &str) -> Result<Response> {
    let service = cx.atrium().catalogue().service(key);
    let service = service.ok_or_else(|| Error::not_found(format!("service `{key}`")))?;
    Ok(versioned(service.version, ServiceData::new(cx, &service)))
}

/// A service.
#[utoipa::path(get, path = "/api/v1/administration/services/{key}", params(("key" = String, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = ServiceData)))]
async fn show_service(cx: RequestContext, Path(key): Path<String>) -> Result<Response> {
    service(&cx, &key)
}

/// Says how a service is.
#[utoipa::path(put, path = "/api/v1/administration/services/{key}/state", request_body = NewState,
    params(("key" = String, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = ServiceData)))]
async fn update_state(
    cx: RequestContext,
    Path(key): Path<String>,
    IfMatch(version): IfMatch,
    Json(new): Json<NewState>,
) -> Result<Response> {
    let state = ServiceState::from_key(&new.state);
    let state = state.ok_or_else(|| Error::invalid_field("state", Message::new("field-unknown-choice")))?;
    let change = StateChange { state, note_fr: new.note_fr, note_en: new.note_en };
    let saved = cx.atrium().catalogue().set_state(cx.actor(), &key, version, change).await;
    // Read again: another node may have saved what came first.
    cx.atrium().catalogue().reload().await?;
    saved?;
    service(&cx, &key)
}

/// An announcement.
#[derive(Serialize, utoipa::ToSchema)]
struct AnnouncementData {
    #[schema(value_type = i64)]
    id: AnnouncementId,
    kind: &'static str,
    service: Option<String>,
    title_fr: String,
    title_en: String,
    body_fr: String,
    body_en: String,
    starts: String,
    /// That instant excluded.
    ends: String,
}

impl From<catalogue::Announcement> for AnnouncementData {
    fn from(row: catalogue::Announcement) -> Self {
        Self {
            id: row.id,
            kind: row.kind.as_str(),
            service: row.service_key,
            title_fr: row.title_fr,
            title_en: row.title_en,
            body_fr: row.body_fr,
            body_en: row.body_en,
            starts: row.starts_at.to_rfc3339(),
            ends: row.ends_at.to_rfc3339(),
        }
    }
}

/// A page of announcements; `next` is the `before` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
struct Announcements {
    announcements: Vec<AnnouncementData>,
    #[schema(value_type = Option<i64>)]
    next: Option<AnnouncementId>,
}

/// What an announcement says, and when.
#[derive(Deserialize, utoipa::ToSchema)]
struct Announcement {
    /// `info`, `maintenance` or `incident`.
    kind: String,
    /// The key of the service it is about.
    service: Option<String>,
    title_fr: String,
    #[serde(default)]
    title_en: String,
    #[serde(default)]
    body_fr: String,
    #[serde(default)]
    body_en: String,
    /// As the answers write it: `2026-09-01T08:00:00Z`.
    starts: String,
    ends: String,
}

impl Announcement {
    fn parse(self) -> Result<AnnouncementText> {
        let mut problems = Problems::default();
        let instant = |text: &str| dates::parse_instant(text).ok_or_else(|| Message::new("field-date"));
        let kind = AnnouncementKind::from_key(&self.kind).ok_or_else(|| Message::new("field-unknown-choice"));
        let kind = problems.take("kind", kind);
        let starts: Option<Timestamp> = problems.take("starts", instant(&self.starts));
        let ends = problems.take("ends", instant(&self.ends));
        problems.finish()?;
        let (Some(kind), Some(starts_at), Some(ends_at)) = (kind, starts, ends) else {
            return Err(Error::bug("a field with neither value nor problem"));
        };
        let (title_fr, title_en) = (self.title_fr, self.title_en);
        let (body_fr, body_en, service_key) = (self.body_fr, self.body_en, self.service);
        Ok(AnnouncementText { kind, service_key, title_fr, title_en, body_fr, body_en, starts_at, ends_at })
    }
}

/// From which on.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
struct Part {
    /// `next` of the page before.
    #[param(value_type = Option<i64>)]
    before: Option<AnnouncementId>,
}

/// Announcements, those to come and those over too: the newest first, fifty at a time.
#[utoipa::path(get, path = "/api/v1/administration/announcements", params(Part),
    responses((status = 200, body = Announcements)))]
async fn list(cx: RequestContext, Query(part): Query<Part>) -> Result<Json<Announcements>> {
    let mut rows = cx.atrium().catalogue().announcements(part.before, PAGE + 1).await?;
    let more = rows.len() as u64 > PAGE;
    rows.truncate(usize::try_from(PAGE).expect("a page is short"));
    let next = rows.last().filter(|_| more).map(|last| last.id);
    Ok(Json(Announcements { announcements: rows.into_iter().map(AnnouncementData::from).collect(), next }))
}

async fn shown(cx: &RequestContext, id: AnnouncementId) -> Result<Response> {
    let row = cx.atrium().catalogue().announcement(id).await?;
    Ok(versioned(row.version, AnnouncementData::from(row)))
}

/// An announcement.
#[utoipa::path(get, path = "/api/v1/administration/announcements/{id}", params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = AnnouncementData)))]
async fn show(cx: RequestContext, Path(id): Path<AnnouncementId>) -> Result<Response> {
    shown(&cx, id).await
}

/// Publishes an announcement.
#[utoipa::path(post, path = "/api/v1/administration/announcements", request_body = Announcement,
    responses((status = 201, description = "With its version in `ETag`", body = AnnouncementData)))]
async fn create(cx: RequestContext, Json(new): Json<Announcement>) -> Result<Response> {
    let id = cx.atrium().catalogue().announce(cx.actor(), new.parse()?).await?;
    let mut response = shown(&cx, id).await?;
    *response.status_mut() = StatusCode::CREATED;
    Ok(response)
}

/// Replaces what an announcement says, and when.
#[utoipa::path(put, path = "/api/v1/administration/announcements/{id}", request_body = Announcement,
    params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = AnnouncementData)))]
async fn update(
    cx: RequestContext,
    Path(id): Path<AnnouncementId>,
    IfMatch(version): IfMatch,
    Json(new): Json<Announcement>,
) -> Result<Response> {
    cx.atrium().catalogue().edit_announcement(cx.actor(), id, version, new.parse()?).await?;
    shown(&cx, id).await
}

/// Ends an announcement now.
#[utoipa::path(post, path = "/api/v1/administration/announcements/{id}/end", params(("id" = i64, Path)),
    responses((status = 204, description = "Ended")))]
async fn end(cx: RequestContext, Path(id): Path<AnnouncementId>, IfMatch(version): IfMatch) -> Result<Response> {
    cx.atrium().catalogue().end_announcement(cx.actor(), id, version).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

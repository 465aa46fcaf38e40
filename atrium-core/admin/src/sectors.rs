//! Pages of sectors, named sets of schools at which roles are given: found by name, added, renamed, deleted, and which
//! schools they have.

use std::collections::{BTreeSet, HashMap};

use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::confirm::ConfirmView;
use super::{breadcrumb, chosen, establishments, refusal_at, refused_rename, version};
use atrium_platform::access::Scope;
use atrium_platform::access::permissions::SECTOR_EDIT;
use atrium_platform::directory::{self, Establishment, EstablishmentId, Sector, SectorId, fold};
use atrium_platform::{Message, Result};
use atrium_web::schools::{OFFERED, meant};
use atrium_web::{Crumb, FieldErrors, Form, Path, Query, RequestContext, Routes, View, Who, searched};

/// Where sectors are listed.
pub(super) const PATH: &str = "/administration/secteurs";

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(SECTOR_EDIT);
    routes.get(PATH, who, list);
    routes.post(PATH, who, create);
    routes.get("/administration/secteurs/{id}", who, show);
    routes.post("/administration/secteurs/{id}/modifier", who, rename);
    routes.post("/administration/secteurs/{id}/etablissements", who, add);
    routes.post("/administration/secteurs/{id}/etablissements/retirer", who, remove);
    routes.get("/administration/secteurs/{id}/supprimer", who, ask_delete);
    routes.post("/administration/secteurs/{id}/supprimer", who, do_delete);
}

/// Returns the path of a sector.
pub(super) fn path(id: SectorId) -> String {
    format!("{PATH}/{id}")
}

#[derive(Default, Deserialize)]
struct Params {
    #[serde(default, deserialize_with = "searched")]
    q: String,
}

#[derive(Serialize)]
struct ListView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    action: &'static str,
    query: String,
    sectors: Vec<Row>,
    name: String,
    errors: FieldErrors,
}

#[derive(Serialize)]
struct Row {
    name: String,
    url: String,
    schools: usize,
}

impl View for ListView {
    const TEMPLATE: &'static str = "admin/sectors";
}

/// Returns the sectors whose name has each word of `text`, with the number of their schools.
pub(super) async fn found(cx: &RequestContext, text: &str) -> Result<Vec<(Sector, usize)>> {
    cx.actor().require(SECTOR_EDIT, Scope::Platform)?;
    let wanted = fold(text);
    let mut sectors = directory::sectors(cx.db()).await?;
    sectors.retain(|sector| wanted.split(' ').all(|word| sector.name_folded.contains(word)));
    let mut schools: HashMap<SectorId, usize> = HashMap::new();
    let ids: Vec<SectorId> = sectors.iter().map(|sector| sector.id).collect();
    for (sector, _) in directory::sector_schools(cx.db(), ids).await? {
        *schools.entry(sector).or_default() += 1;
    }
    let counted = |sector: Sector| {
        let schools = schools.get(&sector.id).copied().unwrap_or_default();
        (sector, schools)
    };
    Ok(sectors.into_iter().map(counted).collect())
}

async fn list_view(cx: &RequestContext, query: String, name: String, errors: FieldErrors) -> Result<ListView> {
    let sectors = found(cx, &query).await?;
    let title = cx.t("admin-sectors-title");
    let row = |(sector, schools): (Sector, usize)| Row { url: path(sector.id), name: sector.name, schools };
    Ok(ListView {
        breadcrumb: breadcrumb(cx, &[], &title),
        title,
        noindex: true,
        action: PATH,
        query,
        sectors: sectors.into_iter().map(row).collect(),
        name,
        errors,
    })
}

/// `GET /administration/secteurs?q=`
async fn list(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let view = list_view(&cx, asked.q, String::new(), FieldErrors::new()).await?;
    cx.page(&view)
}

/// `POST /administration/secteurs`
async fn create(cx: RequestContext, form: Form) -> Result<Response> {
    let name = form.text("name");
    match cx.atrium().directory().create_sector(cx.actor(), &name).await {
        Ok(id) => Ok(cx.redirect_with(&path(id), "success", "admin-sector-added")),
        Err(error) => {
            let (status, errors) = refusal_at(&cx, error, "name")?;
            let view = list_view(&cx, String::new(), name, errors).await?;
            cx.page_with(status, &view)
        }
    }
}

#[derive(Serialize)]
struct SectorView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    schools: Vec<SchoolRow>,
    action: String,
    query: String,
    found: Vec<SchoolRow>,
    found_more: bool,
    add_action: String,
    remove_action: String,
    rename_action: String,
    delete_url: String,
    name: String,
    version: i64,
    errors: FieldErrors,
}

#[derive(Serialize)]
struct SchoolRow {
    id: EstablishmentId,
    name: String,
    uai: String,
    city: String,
    url: String,
    is_member: bool,
}

impl View for SectorView {
    const TEMPLATE: &'static str = "admin/sector";
}

/// The refused input of the page.
#[derive(Default)]
struct Refused {
    /// The name, and the version it was edited from.
    name: Option<(String, i64)>,
    errors: FieldErrors,
}

/// Returns the schools of a sector, by name, for those who manage sectors.
pub(super) async fn schools_of(cx: &RequestContext, id: SectorId) -> Result<Vec<Establishment>> {
    cx.actor().require(SECTOR_EDIT, Scope::Platform)?;
    let ids = directory::sector_schools(cx.db(), [id]).await?;
    let mut schools = directory::establishments_by_id(cx.db(), ids.into_iter().map(|(_, school)| school)).await?;
    schools.sort_by(|a, b| (&a.name_folded, a.id).cmp(&(&b.name_folded, b.id)));
    Ok(schools)
}

async fn view(cx: &RequestContext, id: SectorId, query: String, refused: Refused) -> Result<SectorView> {
    let sector = directory::sector(cx.db(), id).await?;
    let schools = schools_of(cx, id).await?;
    let own: BTreeSet<EstablishmentId> = schools.iter().map(|school| school.id).collect();
    let row = |school: &Establishment| SchoolRow {
        id: school.id,
        name: school.name.clone(),
        uai: school.uai.clone(),
        city: school.city.clone(),
        url: establishments::path(school.id),
        is_member: own.contains(&school.id),
    };
    let all = if query.trim().is_empty() { Vec::new() } else { directory::establishments(cx.db()).await? };
    let found = meant(query.trim(), &all);
    let (name, version) = refused.name.unwrap_or_else(|| (sector.name.clone(), sector.version));
    let below = |page: &str| format!("{}/{page}", path(id));
    Ok(SectorView {
        breadcrumb: breadcrumb(cx, &[(cx.t("admin-sectors-title"), PATH.to_owned())], &sector.name),
        title: sector.name,
        noindex: true,
        schools: schools.iter().map(row).collect(),
        action: path(id),
        query,
        found_more: found.len() > OFFERED,
        found: found.into_iter().take(OFFERED).map(row).collect(),
        add_action: below("etablissements"),
        remove_action: below("etablissements/retirer"),
        rename_action: below("modifier"),
        delete_url: below("supprimer"),
        name,
        version,
        errors: refused.errors,
    })
}

/// `GET /administration/secteurs/{id}?q=`
async fn show(cx: RequestContext, Path(id): Path<SectorId>, Query(asked): Query<Params>) -> Result<Response> {
    let view = view(&cx, id, asked.q, Refused::default()).await?;
    cx.page(&view)
}

/// `POST /administration/secteurs/{id}/modifier`
async fn rename(cx: RequestContext, Path(id): Path<SectorId>, form: Form) -> Result<Response> {
    let name = form.text("name");
    let Err(error) = cx.atrium().directory().rename_sector(cx.actor(), id, version(&form), &name).await else {
        return Ok(cx.redirect_with(&path(id), "success", "admin-group-saved"));
    };
    let kept = async { directory::sector(cx.db(), id).await.map(|row| (row.name, row.version)) };
    let (status, errors, version) = refused_rename(&cx, error, &form, kept).await?;
    let view = view(&cx, id, String::new(), Refused { name: Some((name, version)), errors }).await?;
    cx.page_with(status, &view)
}

/// Redirects to the sector's page with a flash message, or shows the page with the problems.
async fn answer(cx: &RequestContext, id: SectorId, done: Result<()>, word: &'static str) -> Result<Response> {
    match done {
        Ok(()) => Ok(cx.redirect_with(&path(id), "success", word)),
        Err(error) => {
            let (status, errors) = refusal_at(cx, error, "school")?;
            let view = view(cx, id, String::new(), Refused { name: None, errors }).await?;
            cx.page_with(status, &view)
        }
    }
}

/// `POST /administration/secteurs/{id}/etablissements`
async fn add(cx: RequestContext, Path(id): Path<SectorId>, form: Form) -> Result<Response> {
    let added = match chosen(&form, "school") {
        Ok(school) => cx.atrium().directory().add_to_sector(cx.actor(), id, school).await,
        Err(error) => Err(error),
    };
    answer(&cx, id, added, "admin-sector-joined").await
}

/// `POST /administration/secteurs/{id}/etablissements/retirer`
async fn remove(cx: RequestContext, Path(id): Path<SectorId>, form: Form) -> Result<Response> {
    let removed = match chosen(&form, "school") {
        Ok(school) => cx.atrium().directory().remove_from_sector(cx.actor(), id, school).await,
        Err(error) => Err(error),
    };
    answer(&cx, id, removed, "admin-sector-left").await
}

async fn deletion(cx: &RequestContext, id: SectorId) -> Result<ConfirmView> {
    cx.actor().require(SECTOR_EDIT, Scope::Platform)?;
    let row = directory::sector(cx.db(), id).await?;
    let title = cx.t("admin-sector-delete-title");
    let way = [(cx.t("admin-sectors-title"), PATH.to_owned()), (row.name.clone(), path(id))];
    Ok(ConfirmView {
        breadcrumb: breadcrumb(cx, &way, &title),
        title,
        text: cx.message(&Message::new("admin-sector-delete-text").with("name", &row.name)),
        action: format!("{}/supprimer", path(id)),
        button: cx.t("admin-sector-delete"),
        danger: true,
        cancel_url: path(id),
        ..ConfirmView::default()
    })
}

/// `GET /administration/secteurs/{id}/supprimer`
async fn ask_delete(cx: RequestContext, Path(id): Path<SectorId>) -> Result<Response> {
    deletion(&cx, id).await?.ask_plainly(&cx)
}

/// `POST /administration/secteurs/{id}/supprimer`
async fn do_delete(cx: RequestContext, Path(id): Path<SectorId>) -> Result<Response> {
    match cx.atrium().directory().delete_sector(cx.actor(), id).await {
        Ok(()) => Ok(cx.redirect_with(PATH, "success", "admin-sector-deleted")),
        Err(error) => {
            let (status, errors) = refusal_at(&cx, error, "school")?;
            let view = view(&cx, id, String::new(), Refused { name: None, errors }).await?;
            cx.page_with(status, &view)
        }
    }
}

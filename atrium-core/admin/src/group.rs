//! The page of a class or group: its name, its members, and the search that adds people of the school. A group that
//! the reader does not manage is not found; invisible members are neither listed nor counted.

use axum::response::Response;
use serde::{Deserialize, Serialize};

use super::{breadcrumb, chosen, establishments, groups, people, refusal_at, refused_rename, version};
use atrium_platform::access::permissions::GROUP_EDIT;
use atrium_platform::directory::actions::PeopleFilter;
use atrium_platform::directory::{self, Group, GroupId, PersonId};
use atrium_platform::{Error, Result};
use atrium_web::{Crumb, FieldErrors, Form, Pages, Path, Query, RequestContext, Routes, View, Who, searched};

/// The most people offered by a search.
const OFFERED: usize = 10;

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(GROUP_EDIT);
    routes.get("/administration/groupes/{id}", who, show);
    routes.post("/administration/groupes/{id}/modifier", who, rename);
    routes.post("/administration/groupes/{id}/membres", who, add);
    routes.post("/administration/groupes/{id}/membres/retirer", who, remove);
}

/// Returns the path of a group.
pub(super) fn path(id: GroupId) -> String {
    format!("/administration/groupes/{id}")
}

#[derive(Default, Deserialize)]
struct Params {
    #[serde(default, deserialize_with = "searched")]
    q: String,
    apres: Option<PersonId>,
}

#[derive(Serialize)]
struct GroupView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    kind: String,
    school: String,
    total: u64,
    members: Vec<people::Row>,
    remove_action: String,
    pagination: Pages,
    action: String,
    query: String,
    found: Vec<Found>,
    /// `true` if there are more than those offered.
    found_more: bool,
    add_action: String,
    rename_action: String,
    name: String,
    version: i64,
    errors: FieldErrors,
}

/// A person of the school found by the search.
#[derive(Serialize)]
struct Found {
    person: people::Row,
    is_member: bool,
    /// `true` for the reader, who cannot add themselves to a group.
    is_oneself: bool,
}

impl View for GroupView {
    const TEMPLATE: &'static str = "admin/group";
}

/// The refused input of the page.
#[derive(Default)]
struct Refused {
    /// The name, and the version it was edited from.
    name: Option<(String, i64)>,
    errors: FieldErrors,
}

pub(super) async fn kept(cx: &RequestContext, id: GroupId) -> Result<Group> {
    let row = directory::group(cx.db(), id).await?;
    if groups::keeps(cx, &row) { Ok(row) } else { Err(Error::not_found(format!("group {id}"))) }
}

async fn view(cx: &RequestContext, id: GroupId, asked: Params, refused: Refused) -> Result<GroupView> {
    let row = kept(cx, id).await?;
    let school = directory::establishment(cx.db(), row.establishment_id).await?;
    let inside = PeopleFilter { group: Some(id), ..PeopleFilter::default() };
    let (members, next) = people::page(cx, inside, asked.apres, people::PAGE).await?;
    let (found, found_more) = search(cx, &row, &asked.q).await?;
    let mut way = establishments::way_to(cx, &school);
    way.push((cx.t("admin-groups-title"), groups::path_within(school.id)));
    let (name, version) = refused.name.unwrap_or_else(|| (row.name.clone(), row.version));
    Ok(GroupView {
        breadcrumb: breadcrumb(cx, &way, &row.name),
        title: row.name.clone(),
        noindex: true,
        kind: groups::kind_label(cx, row.kind),
        school: school.name,
        total: cx.atrium().directory().count_people(cx.actor(), inside).await?.people,
        members: people::views(cx, members).await?,
        remove_action: format!("{}/membres/retirer", path(id)),
        pagination: Pages::next(next.map(|last| format!("{}?apres={last}", path(id)))),
        action: path(id),
        query: asked.q,
        found,
        found_more,
        add_action: format!("{}/membres", path(id)),
        rename_action: format!("{}/modifier", path(id)),
        name,
        version,
        errors: refused.errors,
    })
}

/// Returns the first people of the school found by `text`, and whether there are more; empty for a blank text.
async fn search(cx: &RequestContext, row: &Group, text: &str) -> Result<(Vec<Found>, bool)> {
    if text.trim().is_empty() {
        return Ok((Vec::new(), false));
    }
    let filter = PeopleFilter { search: text, within: Some(row.establishment_id), ..PeopleFilter::default() };
    let (rows, more) = people::page(cx, filter, None, OFFERED).await?;
    let ids: Vec<PersonId> = rows.iter().map(|person| person.id).collect();
    let members = directory::members_among(cx.db(), row.id, &ids).await?;
    let found = |(id, person): (PersonId, people::Row)| Found {
        person,
        is_member: members.contains(&id),
        is_oneself: cx.actor().person() == Some(id),
    };
    let rows = people::views(cx, rows).await?;
    Ok((ids.into_iter().zip(rows).map(found).collect(), more.is_some()))
}

/// `GET /administration/groupes/{id}?q=&apres=`
async fn show(cx: RequestContext, Path(id): Path<GroupId>, Query(asked): Query<Params>) -> Result<Response> {
    let view = view(&cx, id, asked, Refused::default()).await?;
    cx.page(&view)
}

/// Redirects to the group's page with a flash message, or shows the page with the problems.
async fn answer(cx: &RequestContext, id: GroupId, done: Result<()>, word: &'static str) -> Result<Response> {
    match done {
        Ok(()) => Ok(cx.redirect_with(&path(id), "success", word)),
        Err(error) => {
            let (status, errors) = refusal_at(cx, error, "name")?;
            let view = view(cx, id, Params::default(), Refused { name: None, errors }).await?;
            cx.page_with(status, &view)
        }
    }
}

/// `POST /administration/groupes/{id}/modifier`
async fn rename(cx: RequestContext, Path(id): Path<GroupId>, form: Form) -> Result<Response> {
    let name = form.text("name");
    let Err(error) = cx.atrium().directory().rename_group(cx.actor(), id, version(&form), &name).await else {
        return Ok(cx.redirect_with(&path(id), "success", "admin-group-saved"));
    };
    let kept = async { kept(&cx, id).await.map(|row| (row.name, row.version)) };
    let (status, errors, version) = refused_rename(&cx, error, &form, kept).await?;
    let view = view(&cx, id, Params::default(), Refused { name: Some((name, version)), errors }).await?;
    cx.page_with(status, &view)
}

/// `POST /administration/groupes/{id}/membres`
async fn add(cx: RequestContext, Path(id): Path<GroupId>, form: Form) -> Result<Response> {
    let added = match chosen(&form, "person") {
        Ok(person) => cx.atrium().directory().add_to_group(cx.actor(), person, id).await,
        Err(error) => Err(error),
    };
    answer(&cx, id, added, "admin-group-joined").await
}

/// `POST /administration/groupes/{id}/membres/retirer`
async fn remove(cx: RequestContext, Path(id): Path<GroupId>, form: Form) -> Result<Response> {
    let removed = match chosen(&form, "person") {
        Ok(person) => cx.atrium().directory().remove_from_group(cx.actor(), person, id).await,
        Err(error) => Err(error),
    };
    answer(&cx, id, removed, "admin-group-left").await
}

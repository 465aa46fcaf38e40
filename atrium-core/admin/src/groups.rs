//! The page of a school's classes and groups: the list, and the form that adds one. Only groups that the reader
//! manages are shown; without any, the page is not found.

use axum::response::Response;
use serde::Serialize;

use super::{breadcrumb, establishments, group, refusal_at};
use atrium_platform::access::Scope;
use atrium_platform::access::permissions::GROUP_EDIT;
use atrium_platform::directory::actions::NewGroup;
use atrium_platform::directory::{self, EstablishmentId, Group, GroupKind, PersonId};
use atrium_platform::{Error, Message, Result};
use atrium_web::{Choice, Crumb, FieldErrors, Form, Path, Places, RequestContext, Routes, View, Who};

/// The kinds in the order in which they are listed.
const KINDS: [GroupKind; 3] = [GroupKind::Class, GroupKind::Pupils, GroupKind::Administrative];

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(GROUP_EDIT);
    routes.get("/administration/etablissements/{id}/groupes", who, list);
    routes.post("/administration/etablissements/{id}/groupes", who, create);
}

/// Returns the path of the groups of a school.
pub(super) fn path_within(school: EstablishmentId) -> String {
    format!("{}/groupes", establishments::path(school))
}

/// Returns `true` if the reader manages this group.
pub(super) fn keeps(cx: &RequestContext, row: &Group) -> bool {
    cx.actor().may(GROUP_EDIT, Scope::Group(row.establishment_id, row.id))
}

/// Returns the groups of a person that the reader manages.
pub(super) async fn kept_of(cx: &RequestContext, person: PersonId) -> Result<Vec<Group>> {
    let groups = directory::groups_of(cx.db(), &[person]).await?;
    Ok(groups.into_iter().map(|(_, row)| row).filter(|row| keeps(cx, row)).collect())
}

/// A group on a person's page.
#[derive(Serialize)]
pub(super) struct GroupLink {
    name: String,
    establishment: String,
    url: String,
}

impl GroupLink {
    pub(super) fn new(places: &Places, row: Group) -> Self {
        Self { establishment: places.school(row.establishment_id), url: group::path(row.id), name: row.name }
    }
}

fn kind_key(kind: GroupKind) -> &'static str {
    match kind {
        GroupKind::Class => "class",
        GroupKind::Pupils => "pupils",
        GroupKind::Administrative => "administrative",
    }
}

/// Returns the label of a kind of group.
pub(super) fn kind_label(cx: &RequestContext, kind: GroupKind) -> String {
    cx.message(&Message::new(format!("admin-group-{}", kind_key(kind))))
}

/// The fields of the form, as typed.
#[derive(Clone, Debug, Default, Serialize)]
struct Input {
    kind: String,
    name: String,
}

impl Input {
    fn parse(&self, school: EstablishmentId) -> Result<NewGroup> {
        let kind = KINDS.into_iter().find(|kind| kind_key(*kind) == self.kind);
        let kind = kind.ok_or_else(|| Error::invalid_field("kind", Message::new("field-choice")))?;
        Ok(NewGroup::new(school, kind, self.name.as_str()))
    }
}

#[derive(Serialize)]
struct ListView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    school: String,
    groups: Vec<Row>,
    /// The path that adds a group, if the reader manages the groups of the whole school.
    action: Option<String>,
    form: Input,
    kinds: Vec<Choice>,
    errors: FieldErrors,
}

#[derive(Serialize)]
struct Row {
    name: String,
    kind: String,
    count: i64,
    url: String,
}

impl View for ListView {
    const TEMPLATE: &'static str = "admin/groups";
}

/// Returns `true` if the reader manages the groups of the whole school, and may add to them.
fn adds(cx: &RequestContext, school: EstablishmentId) -> bool {
    cx.actor().may(GROUP_EDIT, Scope::Establishment(school))
}

/// Returns the groups of the school that the reader manages.
pub(super) async fn kept(cx: &RequestContext, school: EstablishmentId) -> Result<Vec<Group>> {
    let mut groups = directory::groups(cx.db(), school).await?;
    groups.retain(|row| keeps(cx, row));
    if groups.is_empty() && !adds(cx, school) {
        Err(Error::not_found(format!("groups of establishment {school}")))
    } else {
        Ok(groups)
    }
}

async fn view(cx: &RequestContext, id: EstablishmentId, form: Input, errors: FieldErrors) -> Result<ListView> {
    let mut groups = kept(cx, id).await?;
    groups.sort_by_key(|row| KINDS.iter().position(|kind| *kind == row.kind));
    let school = directory::establishment(cx.db(), id).await?;
    let counts = cx.atrium().directory().count_members(cx.actor(), id).await?;
    let row = |row: Group| Row {
        kind: kind_label(cx, row.kind),
        count: counts.get(&row.id).copied().unwrap_or_default(),
        url: group::path(row.id),
        name: row.name,
    };
    let title = cx.t("admin-groups-title");
    Ok(ListView {
        breadcrumb: breadcrumb(cx, &establishments::way_to(cx, &school), &title),
        title,
        noindex: true,
        school: school.name,
        groups: groups.into_iter().map(row).collect(),
        action: adds(cx, id).then(|| path_within(id)),
        form,
        kinds: KINDS.map(|kind| Choice::new(kind_key(kind), kind_label(cx, kind))).into(),
        errors,
    })
}

/// `GET /administration/etablissements/{id}/groupes`
async fn list(cx: RequestContext, Path(id): Path<EstablishmentId>) -> Result<Response> {
    let empty = Input { kind: kind_key(GroupKind::Class).to_owned(), ..Input::default() };
    let view = view(&cx, id, empty, FieldErrors::new()).await?;
    cx.page(&view)
}

/// `POST /administration/etablissements/{id}/groupes`
async fn create(cx: RequestContext, Path(id): Path<EstablishmentId>, form: Form) -> Result<Response> {
    let typed = Input { kind: form.text("kind"), name: form.text("name") };
    kept(&cx, id).await?;
    let made = match typed.parse(id) {
        Ok(new) => cx.atrium().directory().create_group(cx.actor(), new).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(made) => Ok(cx.redirect_with(&group::path(made), "success", "admin-group-added")),
        Err(error) => {
            let (status, errors) = refusal_at(&cx, error, "name")?;
            let view = view(&cx, id, typed, errors).await?;
            cx.page_with(status, &view)
        }
    }
}

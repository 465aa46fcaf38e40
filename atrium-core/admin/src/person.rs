//! The page of a person: identity, memberships, roles, and links to change each.

use axum::response::Response;
use serde::Serialize;

use super::{
    audit, breadcrumb, explain, grants, groups, guardians, identities, memberships, people, person_form, privacy,
    tokens,
};
use atrium_platform::Result;
use atrium_platform::access::actions::AssignmentFilter;
use atrium_platform::access::permissions::{ACCESS_EXPLAIN, AUDIT_READ, PERSON_EDIT, ROLE_ASSIGN};
use atrium_platform::access::{Scope, Standing, visible_person};
use atrium_platform::directory::{Person, PersonId, PersonStatus};
use atrium_platform::login;
use atrium_web::{Crumb, Path, Places, RequestContext, Routes, View, Who};

/// The most assignments shown of one person.
const ASSIGNMENTS: u64 = 100;

pub(super) fn declare(routes: &mut Routes) {
    routes.get("/administration/personnes/{id}", Who::SignedIn, show);
}

/// Returns the path of a person.
pub(super) fn path(id: PersonId) -> String {
    format!("{}/{id}", people::PATH)
}

/// Returns the breadcrumb to a page about `person`.
pub(super) fn crumbs(cx: &RequestContext, row: &Person, here: &str) -> Vec<Crumb> {
    let people = (cx.t("admin-people-title"), people::PATH.to_owned());
    breadcrumb(cx, &[people, (cx.person_name(&row.display_name), path(row.id))], here)
}

#[derive(Serialize)]
struct PersonView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    name: String,
    initials: String,
    email: Option<String>,
    login: Option<String>,
    status: PersonStatus,
    status_label: String,
    memberships: Vec<memberships::PlaceView>,
    add_membership_url: Option<String>,
    groups: Vec<groups::GroupLink>,
    guardians: Option<guardians::GuardiansView>,
    identities: Vec<identities::IdentityView>,
    add_identity_url: Option<String>,
    assignments: Vec<grants::AssignmentView>,
    grant_url: Option<String>,
    edit_url: Option<String>,
    suspend_url: Option<String>,
    restore_url: Option<String>,
    login_url: Option<String>,
    link_url: Option<String>,
    tokens_url: Option<String>,
    explain_url: Option<String>,
    audit_url: Option<String>,
    data_url: Option<String>,
}

impl View for PersonView {
    const TEMPLATE: &'static str = "admin/person";
}

/// `GET /administration/personnes/{id}`
async fn show(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    people::require_reader(&cx)?;
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let view = view(&cx, row).await?;
    cx.page(&view)
}

async fn view(cx: &RequestContext, row: Person) -> Result<PersonView> {
    let (id, actor, now) = (row.id, cx.actor(), cx.actor().now());
    let holds = |permission| actor.rights().holds_somewhere(permission, now);
    let held = memberships::known(cx, id).await?;
    let groups = groups::kept_of(cx, id).await?;
    let filter = AssignmentFilter::of_person(id);
    let assignments = cx.atrium().access().list_assignments(actor, filter, None, ASSIGNMENTS).await?;
    let schools = held.iter().map(|row| row.establishment_id).chain(groups.iter().map(|row| row.establishment_id));
    let scopes = schools.map(Scope::Establishment).chain(assignments.iter().filter_map(|row| row.scope()));
    let places = Places::load(cx, scopes).await?;
    // Only people who manage a person's record see it, not every editor who sees the person.
    let keeps = holds(PERSON_EDIT) && keeps(cx, id).await?;
    let standing = if keeps {
        Standing::of(cx.atrium().access(), actor, id).await?
    } else {
        Standing { is_above: true, is_held: false }
    };
    let guardians = if memberships::is_pupil(&held, now) {
        Some(guardians::view(cx, id, keeps && guardians::may_link(cx, &places, &held)).await?)
    } else {
        None
    };
    let may_identify = standing.is_held && identities::may_link(actor);
    let identities = if keeps { identities::views(cx, id, may_identify).await? } else { Vec::new() };
    let login = if keeps { cx.atrium().login().login_of(id).await? } else { None };
    let below = |page: &str| format!("{}/{page}", path(id));
    Ok(PersonView {
        title: cx.person_name(&row.display_name),
        noindex: true,
        breadcrumb: breadcrumb(
            cx,
            &[(cx.t("admin-people-title"), people::PATH.to_owned())],
            &cx.person_name(&row.display_name),
        ),
        initials: login::initials(&row.given_name, &row.family_name),
        status_label: cx.t(status_key(row.status)),
        memberships: memberships::views(cx, &places, held),
        add_membership_url: (memberships::may_add(actor, places.roles()) && actor.person() != Some(id))
            .then(|| memberships::new_path(id)),
        groups: groups.into_iter().map(|group| groups::GroupLink::new(&places, group)).collect(),
        guardians,
        identities,
        add_identity_url: may_identify.then(|| identities::new_path(id)),
        assignments: grants::views(cx, &places, assignments).await?,
        grant_url: (holds(ROLE_ASSIGN) && actor.person() != Some(id)).then(|| grants::new_path(id)),
        edit_url: (!standing.is_above).then(|| person_form::edit_path(id)),
        suspend_url: (!standing.is_above && actor.person() != Some(id) && row.status == PersonStatus::Active)
            .then(|| below("suspendre")),
        restore_url: (standing.is_held && row.status == PersonStatus::Suspended).then(|| below("retablir")),
        login_url: standing.is_held.then(|| below("identifiant")),
        tokens_url: standing.is_held.then(|| tokens::path(id)),
        link_url: (standing.is_held && login.is_some()).then(|| below("lien")),
        explain_url: holds(ACCESS_EXPLAIN).then(|| explain::path(id)),
        data_url: privacy::path(actor, id),
        audit_url: actor.may(AUDIT_READ, Scope::Platform).then(|| audit::path(&format!("person:{id}"))),
        login,
        name: cx.person_name(&row.display_name),
        email: row.email.filter(|_| keeps),
        status: row.status,
    })
}

/// Returns `true` if the reader manages this person's record.
pub(super) async fn keeps(cx: &RequestContext, id: PersonId) -> Result<bool> {
    match cx.atrium().directory().managed_person(cx.actor(), id).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_forbidden() => Ok(false),
        Err(error) => Err(error),
    }
}

fn status_key(status: PersonStatus) -> &'static str {
    match status {
        PersonStatus::Active => "admin-person-active",
        PersonStatus::Suspended => "admin-person-suspended",
        PersonStatus::Erased => "admin-person-erased",
    }
}

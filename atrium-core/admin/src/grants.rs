//! Pages to give roles to a person and to revoke them.

use std::collections::BTreeSet;

use axum::response::Response;
use serde::Serialize;

use super::confirm::ConfirmView;
use super::explain::{parse_scope, places_among};
use super::span::Span;
use super::{person, refusal};
use atrium_platform::access::actions::NewAssignment;
use atrium_platform::access::permissions::ROLE_ASSIGN;
use atrium_platform::access::{
    self, Assignment, AssignmentId, Effect, Scope, is_profile, require_giving, visible_person,
};
use atrium_platform::clock::Timestamp;
use atrium_platform::directory::{self, Person, PersonId};
use atrium_platform::{Error, Message, Result};
use atrium_web::{
    Choice, Crumb, FieldErrors, Form, Path, Places, Problems, RequestContext, Routes, SchoolChoice, SchoolField, View,
    Who,
};

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(ROLE_ASSIGN);
    routes.get("/administration/personnes/{id}/attributions/nouvelle", who, new);
    routes.post("/administration/personnes/{id}/attributions/nouvelle", who, create);
    routes.get("/administration/attributions/{id}/retirer", who, ask_revoke);
    routes.post("/administration/attributions/{id}/retirer", who, do_revoke);
}

/// Returns the path of the form that gives `person` a role.
pub(super) fn new_path(person: PersonId) -> String {
    format!("{}/attributions/nouvelle", person::path(person))
}

fn revoke_path(id: AssignmentId) -> String {
    format!("/administration/attributions/{id}/retirer")
}

/// An assignment of a person.
#[derive(Serialize)]
pub(super) struct AssignmentView {
    role: String,
    role_lang: &'static str,
    /// `true` if the role gives no rights, since what brings it is absent.
    is_absent: bool,
    scope: String,
    scope_lang: &'static str,
    effect: Effect,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    is_over: bool,
    /// `true` if it was not given for the Region, so that it carries neither badge nor reserved reading.
    is_local: bool,
    reason: String,
    granted_by: String,
    granted_at: Timestamp,
    revoke_url: String,
}

/// Returns the assignments as a page shows them, with the names of their givers.
pub(super) async fn views(cx: &RequestContext, places: &Places, rows: Vec<Assignment>) -> Result<Vec<AssignmentView>> {
    let givers: Vec<PersonId> = rows.iter().filter_map(|row| row.granted_by).collect();
    let givers = directory::people(cx.db(), &givers).await?;
    let giver = |id: PersonId| givers.iter().find(|person| person.id == id).map(|p| cx.person_name(&p.display_name));
    let now = cx.actor().now();
    let view = |row: Assignment| AssignmentView {
        role: places.roles().get(row.role_id).map(|role| places.role(&role.key)).unwrap_or_default(),
        role_lang: places.roles().get(row.role_id).map(|role| places.language_of_role(&role.key)).unwrap_or_default(),
        is_absent: places.roles().get(row.role_id).is_some_and(|role| role.is_absent),
        scope: row.scope().map(|scope| places.scope(scope)).unwrap_or_default(),
        scope_lang: row.scope().map(Places::language_of).unwrap_or_default(),
        effect: row.effect,
        from: row.valid_from,
        until: row.validity().last(),
        is_over: row.validity().is_over(now),
        is_local: row.effect == Effect::Permit && row.given_for() != Scope::Platform,
        granted_by: row.granted_by.and_then(giver).unwrap_or_else(|| cx.t("admin-origin-platform")),
        granted_at: row.created_at,
        revoke_url: revoke_path(row.id),
        reason: row.reason,
    };
    Ok(rows.into_iter().map(view).collect())
}

/// The fields of the form, as typed.
#[derive(Clone, Debug, Default, Serialize)]
struct Input {
    role: String,
    scope: SchoolField,
    effect: String,
    #[serde(flatten)]
    span: Span,
    reason: String,
}

impl Input {
    fn read(form: &Form, scopes: &SchoolChoice) -> Self {
        Self {
            role: form.text("role"),
            scope: scopes.read("scope", form),
            effect: form.text("effect"),
            span: Span::read(form),
            reason: form.text("reason"),
        }
    }

    async fn parse(&self, cx: &RequestContext, person: PersonId) -> Result<NewAssignment> {
        let mut problems = Problems::default();
        let unknown = || Message::new("field-unknown-choice");
        let roles = cx.atrium().access().roles().await?;
        let role = problems.take("role", roles.by_key(&self.role).map(|role| role.id).ok_or_else(unknown));
        let scope = parse_scope(cx, self.scope.chosen()).await?;
        let scope = problems.take("scope", scope.ok_or_else(|| self.scope.problem().cloned().unwrap_or_else(unknown)));
        let effect = match self.effect.as_str() {
            "permit" => Ok(Effect::Permit),
            "forbid" => Ok(Effect::Forbid),
            _ => Err(unknown()),
        };
        let effect = problems.take("effect", effect);
        let validity = self.span.parse(&mut problems);
        problems.finish()?;
        let (Some(role), Some(scope), Some(effect), Some(validity)) = (role, scope, effect, validity) else {
            return Err(Error::bug("a missing field without a problem"));
        };
        let new = match effect {
            Effect::Forbid => NewAssignment::forbid(person, role, scope),
            Effect::Permit => NewAssignment::permit(person, role, scope),
        };
        Ok(new.during(validity).because(self.reason.clone()))
    }
}

#[derive(Serialize)]
struct GrantView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    name: String,
    action: String,
    form: Input,
    roles: Vec<Choice>,
    effects: Vec<Choice>,
    cancel_url: String,
    errors: FieldErrors,
}

impl View for GrantView {
    const TEMPLATE: &'static str = "admin/grant";
}

async fn view(
    cx: &RequestContext,
    row: Person,
    scopes: &[Scope],
    form: Input,
    errors: FieldErrors,
) -> Result<GrantView> {
    let places = Places::load(cx, []).await?;
    let may_give =
        |role: &&atrium_platform::access::Role| scopes.iter().any(|s| require_giving(cx.actor(), role, *s).is_ok());
    // A profile's role comes with a membership.
    let roles =
        places.roles().list().into_iter().filter(|role| !is_profile(&role.key) && !role.is_absent).filter(may_give);
    let title = cx.t("admin-grant-title");
    Ok(GrantView {
        breadcrumb: person::crumbs(cx, &row, &title),
        title,
        noindex: true,
        action: new_path(row.id),
        cancel_url: person::path(row.id),
        name: cx.person_name(&row.display_name),
        form,
        roles: roles
            .map(|role| Choice::new(&role.key, places.role(&role.key)).in_language(places.language_of_role(&role.key)))
            .collect(),
        effects: vec![
            Choice::new("permit", cx.t("admin-effect-permit")),
            Choice::new("forbid", cx.t("admin-effect-forbid")),
        ],
        errors,
    })
}

/// Returns the places where the actor gives roles: their own, the sectors and schools below, and the groups of `row`.
async fn scopes(cx: &RequestContext, row: &Person) -> Result<Vec<Scope>> {
    let own = cx.actor().rights().scopes_for(ROLE_ASSIGN, cx.actor().now());
    let mut scopes: BTreeSet<Scope> = own.iter().copied().collect();
    if own.contains(&Scope::Platform) {
        let sectors = directory::sectors(cx.db()).await?;
        scopes.extend(sectors.iter().map(|sector| Scope::Sector(sector.id)));
        let schools = directory::establishments(cx.db()).await?;
        scopes.extend(schools.iter().map(|school| Scope::Establishment(school.id)));
    }
    for (_, group) in directory::groups_of(cx.db(), &[row.id]).await? {
        let scope = Scope::Group(group.establishment_id, group.id);
        if cx.actor().may(ROLE_ASSIGN, scope) {
            scopes.insert(scope);
        }
    }
    Ok(scopes.into_iter().collect())
}

/// `GET /administration/personnes/{id}/attributions/nouvelle`
async fn new(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    if cx.actor().person() == Some(id) {
        return Err(Error::forbidden_with("giving oneself a role", Message::new("access-not-oneself")));
    }
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let scopes = scopes(&cx, &row).await?;
    let scope = places_among(&cx, &scopes, Vec::new()).await?.field("scope", "");
    let empty = Input { effect: "permit".to_owned(), scope, ..Input::default() };
    let view = view(&cx, row, &scopes, empty, FieldErrors::new()).await?;
    cx.page(&view)
}

/// `POST /administration/personnes/{id}/attributions/nouvelle`
async fn create(cx: RequestContext, Path(id): Path<PersonId>, form: Form) -> Result<Response> {
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let scopes = scopes(&cx, &row).await?;
    let typed = Input::read(&form, &places_among(&cx, &scopes, Vec::new()).await?);
    let granted = match typed.parse(&cx, id).await {
        Ok(new) => cx.atrium().access().grant(cx.actor(), new).await,
        Err(error) => Err(error),
    };
    match granted {
        Ok(_) => Ok(cx.redirect_with(&person::path(id), "success", "admin-granted")),
        Err(error) => {
            let (status, errors) = refusal(&cx, error)?;
            let view = view(&cx, row, &scopes, typed, errors).await?;
            cx.page_with(status, &view)
        }
    }
}

async fn revocation(cx: &RequestContext, id: AssignmentId) -> Result<(ConfirmView, PersonId)> {
    let unknown = || Error::not_found(format!("assignment {id}"));
    let row = access::assignment(cx.db(), id).await?;
    let scope = row.scope().unwrap_or(Scope::Platform);
    if !cx.actor().may(ROLE_ASSIGN, scope) {
        return Err(unknown());
    }
    let person = visible_person(cx.db(), cx.actor(), row.person_id).await.map_err(|_| unknown())?;
    let places = Places::load(cx, [scope]).await?;
    let text = Message::new("admin-revoke-text")
        .with("name", &person.display_name)
        .with("role", places.roles().get(row.role_id).map(|role| places.role(&role.key)).unwrap_or_default())
        .with("scope", places.scope(scope));
    let view = ConfirmView {
        action: revoke_path(id),
        button: cx.t("admin-revoke"),
        ..ConfirmView::of_person(cx, &person, "admin-revoke-title", &text)
    };
    Ok((view, person.id))
}

/// `GET /administration/attributions/{id}/retirer`
async fn ask_revoke(cx: RequestContext, Path(id): Path<AssignmentId>) -> Result<Response> {
    revocation(&cx, id).await?.0.ask(&cx)
}

/// `POST /administration/attributions/{id}/retirer`
async fn do_revoke(cx: RequestContext, Path(id): Path<AssignmentId>, form: Form) -> Result<Response> {
    let (view, person) = revocation(&cx, id).await?;
    let reason = form.text("reason");
    match cx.atrium().access().revoke(cx.actor(), id, &reason).await {
        Ok(()) => Ok(cx.redirect_with(&person::path(person), "success", "admin-revoked")),
        Err(error) => view.again(&cx, reason, error),
    }
}

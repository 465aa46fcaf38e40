//! Pages of a person's memberships: show, add and end them. Memberships of schools whose people are invisible to
//! the reader are not found; the action decides whether the reader may write to a record.

use axum::response::Response;
use serde::Serialize;

use super::confirm::ConfirmView;
use super::identities::source_label;
use super::span::Span;
use super::{people, person, refusal_at};
use atrium_platform::access::permissions::PERSON_EDIT;
use atrium_platform::access::{Actor, Roles, Scope, Validity, may_bring_in, visible_person};
use atrium_platform::clock::Timestamp;
use atrium_platform::directory::{self, EstablishmentId, Membership, MembershipId, PersonId, Profile};
use atrium_platform::{Error, Message, Result};
use atrium_web::{
    Choice, Crumb, FieldErrors, Form, Path, Places, Problems, RequestContext, Routes, SchoolChoice, SchoolField, View,
    Who,
};

/// The profiles that can be given; a guardian's comes with the pupil.
const GIVEN: [Profile; 5] =
    [Profile::Student, Profile::Teacher, Profile::Leadership, Profile::SchoolLife, Profile::Staff];

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(PERSON_EDIT);
    routes.get("/administration/personnes/{id}/appartenances/nouvelle", who, new);
    routes.post("/administration/personnes/{id}/appartenances/nouvelle", who, create);
    routes.get("/administration/appartenances/{id}/terminer", who, ask_end);
    routes.post("/administration/appartenances/{id}/terminer", who, do_end);
}

/// Returns the path of the form that adds a membership of `person`.
pub(super) fn new_path(person: PersonId) -> String {
    format!("{}/appartenances/nouvelle", person::path(person))
}

fn end_path(id: MembershipId) -> String {
    format!("/administration/appartenances/{id}/terminer")
}

/// A place of a person in a school, whatever it comes from.
#[derive(Serialize)]
pub(super) struct PlaceView {
    establishment: String,
    profile: String,
    is_over: bool,
    origins: Vec<OriginView>,
}

/// A source that has the place.
#[derive(Serialize)]
struct OriginView {
    /// `None` for a single one that was written by hand.
    source: Option<String>,
    from: Option<Timestamp>,
    until: Option<Timestamp>,
    end_url: Option<String>,
}

/// Returns the visible memberships of a person, past and future ones included.
pub(super) async fn known(cx: &RequestContext, person: PersonId) -> Result<Vec<Membership>> {
    let mut rows = directory::memberships(cx.db(), person).await?;
    rows.retain(|row| people::may_know(cx.actor(), row));
    Ok(rows)
}

/// Returns `true` if a person with these memberships is or will be a pupil.
pub(super) fn is_pupil(rows: &[Membership], now: Timestamp) -> bool {
    rows.iter().any(|row| row.profile == Profile::Student && !row.validity().is_over(now))
}

/// Returns the places as a page shows them: each once, with the sources that have it. What is over is left out of a place
/// that lasts.
pub(super) fn views(cx: &RequestContext, places: &Places, rows: Vec<Membership>) -> Vec<PlaceView> {
    let now = cx.actor().now();
    let mut by_place: Vec<Vec<Membership>> = Vec::new();
    for row in rows {
        let same = |held: &&mut Vec<Membership>| {
            held.iter().any(|held| (held.establishment_id, held.profile) == (row.establishment_id, row.profile))
        };
        match by_place.iter_mut().find(same) {
            Some(held) => held.push(row),
            None => by_place.push(vec![row]),
        }
    }
    let view = |mut held: Vec<Membership>| {
        let is_over = held.iter().all(|row| row.validity().is_over(now));
        held.retain(|row| is_over || !row.validity().is_over(now));
        let is_plain = held.len() == 1;
        let first = held.first()?;
        Some(PlaceView {
            establishment: places.school(first.establishment_id),
            profile: places.role(first.profile.key()),
            is_over,
            origins: held.iter().map(|row| origin(cx, places, row, is_plain)).collect(),
        })
    };
    by_place.into_iter().filter_map(view).collect()
}

fn origin(cx: &RequestContext, places: &Places, row: &Membership, is_plain: bool) -> OriginView {
    let actor = cx.actor();
    let is_kept = actor.may(PERSON_EDIT, Scope::Establishment(row.establishment_id))
        && may_bring_in(actor, places.roles(), row.establishment_id, row.profile);
    let is_own = actor.person() == Some(row.person_id);
    let by_hand = || (!is_plain).then(|| cx.t("admin-source-manual"));
    OriginView {
        source: source_label(cx, &row.source).or_else(by_hand),
        from: row.valid_from,
        until: row.validity().last(),
        end_url: (is_kept && !is_own && !row.validity().is_over(actor.now())).then(|| end_path(row.id)),
    }
}

/// Returns `true` if the reader may add people to `school` in some profile.
fn brings_in(actor: &Actor, roles: &Roles, school: EstablishmentId) -> bool {
    actor.may(PERSON_EDIT, Scope::Establishment(school))
        && GIVEN.into_iter().any(|profile| may_bring_in(actor, roles, school, profile))
}

/// Returns `true` if the reader may add people somewhere. They may lack this although they manage records, since a
/// membership gives rights that they may not hold.
pub(super) fn may_add(actor: &Actor, roles: &Roles) -> bool {
    let scopes = actor.rights().scopes_for(PERSON_EDIT, actor.now());
    scopes.into_iter().any(|scope| match scope {
        Scope::Platform => true,
        // Its schools are among the scopes.
        Scope::Sector(_) => false,
        Scope::Establishment(school) | Scope::Group(school, _) => brings_in(actor, roles, school),
    })
}

/// Returns a choice of the schools to which the reader may add people.
pub(super) async fn schools(cx: &RequestContext) -> Result<SchoolChoice> {
    let roles = cx.atrium().access().roles().await?;
    let passes = |scope| matches!(scope, Scope::Establishment(school) if brings_in(cx.actor(), &roles, school));
    people::schools_where(cx, passes).await
}

/// Returns a choice of the profiles in which the reader may add people to one of `schools`.
pub(super) async fn profiles(cx: &RequestContext, schools: &SchoolChoice) -> Result<Vec<Choice>> {
    let places = Places::load(cx, []).await?;
    let schools = schools.schools();
    let given = |profile| schools.iter().any(|school| may_bring_in(cx.actor(), places.roles(), school.id, profile));
    let offered = GIVEN.into_iter().filter(|profile| given(*profile));
    Ok(offered.map(|profile| Choice::new(profile.key(), places.role(profile.key()))).collect())
}

/// Parses the chosen school.
pub(super) fn parse_school(field: &SchoolField) -> Result<EstablishmentId, Message> {
    let problem = || field.problem().cloned().unwrap_or_else(|| Message::new("field-choice"));
    field.chosen().parse().map_err(|_| problem())
}

/// Parses the chosen profile.
pub(super) fn parse_profile(text: &str) -> Result<Profile, Message> {
    Profile::from_key(text).ok_or_else(|| Message::new("field-choice"))
}

/// The fields of the form, as typed.
#[derive(Clone, Debug, Default, Serialize)]
struct Input {
    school: SchoolField,
    profile: String,
    #[serde(flatten)]
    span: Span,
}

impl Input {
    fn read(form: &Form, schools: &SchoolChoice) -> Self {
        Self { school: schools.read("school", form), profile: form.text("profile"), span: Span::read(form) }
    }

    fn parse(&self) -> Result<(EstablishmentId, Profile, Validity)> {
        let mut problems = Problems::default();
        let school = problems.take("school", parse_school(&self.school));
        let profile = problems.take("profile", parse_profile(&self.profile));
        let validity = self.span.parse(&mut problems);
        problems.finish()?;
        match (school, profile, validity) {
            (Some(school), Some(profile), Some(validity)) => Ok((school, profile, validity)),
            _ => Err(Error::bug("a missing field without a problem")),
        }
    }
}

#[derive(Serialize)]
struct NewView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    name: String,
    action: String,
    form: Input,
    profiles: Vec<Choice>,
    cancel_url: String,
    errors: FieldErrors,
}

impl View for NewView {
    const TEMPLATE: &'static str = "admin/membership-new";
}

async fn view(
    cx: &RequestContext,
    id: PersonId,
    schools: &SchoolChoice,
    form: Input,
    errors: FieldErrors,
) -> Result<NewView> {
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    if cx.actor().person() == Some(id) {
        return Err(Error::forbidden("giving oneself a place"));
    }
    let title = cx.t("admin-membership-new");
    Ok(NewView {
        breadcrumb: person::crumbs(cx, &row, &title),
        title,
        noindex: true,
        name: cx.person_name(&row.display_name),
        action: new_path(id),
        form,
        profiles: profiles(cx, schools).await?,
        cancel_url: person::path(id),
        errors,
    })
}

/// `GET /administration/personnes/{id}/appartenances/nouvelle`
async fn new(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    let schools = schools(&cx).await?;
    let empty = Input { school: schools.field("school", ""), ..Input::default() };
    let view = view(&cx, id, &schools, empty, FieldErrors::new()).await?;
    cx.page(&view)
}

/// `POST /administration/personnes/{id}/appartenances/nouvelle`
async fn create(cx: RequestContext, Path(id): Path<PersonId>, form: Form) -> Result<Response> {
    let schools = schools(&cx).await?;
    let typed = Input::read(&form, &schools);
    let added = match typed.parse() {
        Ok((school, profile, validity)) => {
            cx.atrium().directory().add_membership(cx.actor(), id, school, profile, validity).await
        }
        Err(error) => Err(error),
    };
    match added {
        Ok(_) => Ok(cx.redirect_with(&person::path(id), "success", "admin-membership-added")),
        Err(error) => {
            let (status, errors) = refusal_at(&cx, error, "profile")?;
            let view = view(&cx, id, &schools, typed, errors).await?;
            cx.page_with(status, &view)
        }
    }
}

async fn termination(cx: &RequestContext, id: MembershipId) -> Result<(ConfirmView, PersonId)> {
    let unknown = || Error::not_found(format!("membership {id}"));
    let row = directory::membership(cx.db(), id).await?;
    let person = visible_person(cx.db(), cx.actor(), row.person_id).await.map_err(|_| unknown())?;
    if !people::may_know(cx.actor(), &row) {
        return Err(unknown());
    }
    let scope = Scope::Establishment(row.establishment_id);
    cx.actor().require(PERSON_EDIT, scope)?;
    let places = Places::load(cx, [scope]).await?;
    let held = directory::memberships(cx.db(), row.person_id).await?;
    let stays = |other: &Membership| {
        other.id != row.id && other.establishment_id == row.establishment_id && other.validity().holds(cx.actor().now())
    };
    let is_one_of_several = held.iter().any(stays);
    let text =
        Message::new(if is_one_of_several { "admin-membership-end-one-text" } else { "admin-membership-end-text" });
    let text = text
        .with("name", &person.display_name)
        .with("profile", places.role(row.profile.key()))
        .with("school", places.school(row.establishment_id));
    let view = ConfirmView {
        action: end_path(id),
        button: cx.t("admin-membership-end"),
        ..ConfirmView::of_person(cx, &person, "admin-membership-end-title", &text)
    };
    Ok((view, person.id))
}

/// `GET /administration/appartenances/{id}/terminer`
async fn ask_end(cx: RequestContext, Path(id): Path<MembershipId>) -> Result<Response> {
    termination(&cx, id).await?.0.ask_plainly(&cx)
}

/// `POST /administration/appartenances/{id}/terminer`
async fn do_end(cx: RequestContext, Path(id): Path<MembershipId>) -> Result<Response> {
    let (_, person) = termination(&cx, id).await?;
    cx.atrium().directory().end_membership(cx.actor(), id).await?;
    // A person without a visible membership is no longer visible to the reader.
    let back = match visible_person(cx.db(), cx.actor(), person).await {
        Ok(_) => person::path(person),
        Err(error) if error.is_not_found() => people::PATH.to_owned(),
        Err(error) => return Err(error),
    };
    Ok(cx.redirect_with(&back, "success", "admin-membership-ended"))
}

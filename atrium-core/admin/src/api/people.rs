//! People: listed, shown, added, edited, suspended and restored.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::memberships::MembershipData;
use crate::{memberships, people, person, person_form};
use atrium_platform::access::permissions::PERSON_EDIT;
use atrium_platform::access::visible_person;
use atrium_platform::directory::actions::{NewPerson, PeopleFilter, PersonEdit, Place};
use atrium_platform::directory::{EstablishmentId, Person, PersonId, PersonStatus, Profile};
use atrium_platform::login::LoginName;
use atrium_platform::{Error, Message, Result};
use atrium_web::{
    IfMatch, Json, Operation, Path, Problems, Query, RequestContext, Routes, Who, created, searched, versioned,
};

const PEOPLE: &str = "/api/v1/administration/people";

pub(super) fn declare(routes: &mut Routes) {
    let editor = Who::Holder(PERSON_EDIT);
    routes.operation(Who::SignedIn, routes!(list));
    routes.operation(editor, Operation::of(routes!(create)).once());
    routes.operation(Who::SignedIn, routes!(show));
    routes.operation(editor, Operation::of(routes!(update)).edits());
    routes.operation(editor, routes!(do_suspend));
    routes.operation(editor, routes!(do_restore));
}

/// A person in a list.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct PersonSummary {
    #[schema(value_type = i64)]
    id: PersonId,
    name: String,
    /// `active` or `suspended`.
    #[schema(value_type = String)]
    status: PersonStatus,
}

impl From<Person> for PersonSummary {
    fn from(row: Person) -> Self {
        Self { id: row.id, name: row.display_name, status: row.status }
    }
}

/// A page of people; `next` is the `after` of the following page.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct People {
    pub(super) people: Vec<PersonSummary>,
    #[schema(value_type = Option<i64>)]
    pub(super) next: Option<PersonId>,
}

/// A person, as far as the caller may know of them.
#[derive(Serialize, utoipa::ToSchema)]
struct PersonData {
    #[schema(value_type = i64)]
    id: PersonId,
    /// The name shown beside what they write; `null` once the person is erased.
    name: Option<String>,
    given_name: String,
    family_name: String,
    #[schema(value_type = String)]
    status: PersonStatus,
    /// For those who keep their record.
    email: Option<String>,
    /// For those who keep their record.
    locale: Option<String>,
    /// The name of their local account, for those who keep their record.
    login: Option<String>,
    /// Their places that the caller may know of, past and future ones too.
    memberships: Vec<MembershipData>,
}

/// Which people.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
struct Params {
    /// Beginnings of words of their names.
    #[serde(default, deserialize_with = "searched")]
    #[param(value_type = Option<String>)]
    q: String,
    /// Number of a school; all that one may read otherwise.
    #[param(value_type = Option<i64>)]
    school: Option<EstablishmentId>,
    /// `next` of the page before.
    #[param(value_type = Option<i64>)]
    after: Option<PersonId>,
}

/// A person to add.
#[derive(Deserialize, utoipa::ToSchema)]
struct PersonToAdd {
    #[serde(default)]
    given_name: String,
    #[serde(default)]
    family_name: String,
    /// Given and family name, unless told.
    #[serde(default)]
    display_name: String,
    email: Option<String>,
    /// `fr` unless told.
    locale: Option<String>,
    /// Number of the school; absent for the Region's own people.
    #[schema(value_type = Option<i64>)]
    school: Option<EstablishmentId>,
    /// `student`, `teacher`, `leadership`, `school_life` or `staff`, in a school.
    profile: Option<String>,
    /// The name of a local account.
    login: Option<String>,
    /// `true` if it is another person than those of the same name.
    #[serde(default)]
    another: bool,
}

/// What is changed of a person; what is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
struct PersonChange {
    given_name: Option<String>,
    family_name: Option<String>,
    display_name: Option<String>,
    /// Empty to remove it.
    email: Option<String>,
    locale: Option<String>,
}

/// Why.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct Reason {
    pub(super) reason: String,
}

/// Returns the people visible to the caller, by name, forty at a time.
#[utoipa::path(get, path = "/api/v1/administration/people", params(Params), responses((status = 200, body = People)))]
async fn list(cx: RequestContext, Query(asked): Query<Params>) -> Result<Json<People>> {
    people::require_reader(&cx)?;
    let filter = PeopleFilter { search: &asked.q, within: asked.school, ..PeopleFilter::default() };
    let (rows, next) = people::page(&cx, filter, asked.after, people::PAGE).await?;
    Ok(Json(People { people: rows.into_iter().map(PersonSummary::from).collect(), next }))
}

/// A person with the places of theirs that one may know of.
#[utoipa::path(get, path = "/api/v1/administration/people/{id}", params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = PersonData)))]
async fn show(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    people::require_reader(&cx)?;
    shown(&cx, id).await
}

async fn shown(cx: &RequestContext, id: PersonId) -> Result<Response> {
    let row = visible_person(cx.db(), cx.actor(), id).await?;
    let keeps = person::keeps(cx, id).await?;
    let held = memberships::known(cx, id).await?;
    let login = if keeps { cx.atrium().login().login_of(id).await? } else { None };
    let data = PersonData {
        id,
        name: Some(row.display_name).filter(|name| !name.is_empty()),
        given_name: row.given_name,
        family_name: row.family_name,
        status: row.status,
        email: row.email.filter(|_| keeps),
        locale: Some(row.locale).filter(|_| keeps),
        login,
        memberships: held.into_iter().map(MembershipData::from).collect(),
    };
    Ok(versioned(row.version, data))
}

/// Adds a person, with a local account if its name is given. Its owner is given a link to it on their page: no secret
/// comes out of the API.
#[utoipa::path(post, path = "/api/v1/administration/people", request_body = PersonToAdd,
    responses((status = 201, description = "Where they are is in `Location`", body = PersonData),
        (status = 403, description = "Not permitted, or would give more than the caller holds"),
        (status = 422, description = "What is wrong, field by field: `another` if somebody has these names")))]
async fn create(cx: RequestContext, Json(new): Json<PersonToAdd>) -> Result<Response> {
    let adding = person_form::adding(&cx).await?;
    let made = add(&cx, new).await;
    adding.end().await?;
    let id = made?;
    created(&cx, &format!("{PEOPLE}/{id}"), shown(&cx, id).await?)
}

async fn add(cx: &RequestContext, new: PersonToAdd) -> Result<PersonId> {
    let mut problems = Problems::default();
    let place = place(&new, &mut problems);
    let login = new.login.as_deref().map(LoginName::parse).transpose();
    let login = problems.take("login", login);
    let mut description = PersonEdit::new(new.given_name, new.family_name);
    description.display_name = new.display_name;
    description.email = new.email;
    description.locale = new.locale.unwrap_or_else(|| "fr".to_owned());
    if description.display_name.trim().is_empty() {
        person_form::require_names(&description.given_name, &description.family_name, &mut problems);
    }
    let filter = PeopleFilter { within: new.school, ..PeopleFilter::default() };
    if !new.another
        && !description.is_nameless()
        && !cx.atrium().directory().namesakes(cx.actor(), &description, filter).await?.is_empty()
    {
        problems.add("another", Message::new("admin-person-namesake"));
    }
    problems.finish()?;
    let (Some(place), Some(login)) = (place, login) else {
        return Err(Error::bug("a field with neither value nor problem"));
    };
    let mut person = NewPerson::new(place, "", "");
    person.description = description;
    let access = cx.atrium().access();
    match login {
        Some(login) => access.login().create_person_with_login(cx.actor(), person, &login).await,
        None => access.directory().create_person(cx.actor(), person).await,
    }
}

fn place(new: &PersonToAdd, problems: &mut Problems) -> Option<Place> {
    match (new.school, new.profile.as_deref()) {
        (None, None) => Some(Place::Region),
        (None, Some(_)) => {
            problems.add("school", Message::new("field-required"));
            None
        }
        (Some(school), key) => {
            let profile =
                Profile::from_key(key.unwrap_or_default()).ok_or_else(|| Message::new("field-unknown-choice"));
            problems.take("profile", profile).map(|profile| Place::Member(school, profile))
        }
    }
}

/// Changes what is written of a person.
#[utoipa::path(patch, path = "/api/v1/administration/people/{id}", request_body = PersonChange,
    params(("id" = i64, Path)),
    responses((status = 200, description = "With its version in `ETag`", body = PersonData)))]
async fn update(
    cx: RequestContext,
    Path(id): Path<PersonId>,
    IfMatch(version): IfMatch,
    Json(change): Json<PersonChange>,
) -> Result<Response> {
    let kept = cx.atrium().directory().managed_person(cx.actor(), id).await?;
    let follows = kept.display_name == format!("{} {}", kept.given_name, kept.family_name);
    let renamed = change.given_name.is_some() || change.family_name.is_some();
    let mut edit =
        PersonEdit::new(change.given_name.unwrap_or(kept.given_name), change.family_name.unwrap_or(kept.family_name));
    // A shown name that follows from the two others is left to follow from them.
    let shown_name = if follows && renamed { String::new() } else { kept.display_name };
    edit.display_name = change.display_name.unwrap_or(shown_name);
    edit.email = change.email.or(kept.email);
    edit.locale = change.locale.unwrap_or(kept.locale);
    cx.atrium().directory().edit_person(cx.actor(), id, version, edit).await?;
    shown(&cx, id).await
}

/// Takes every access from a person: their sessions, tokens and links end.
#[utoipa::path(post, path = "/api/v1/administration/people/{id}/suspend", request_body = Reason,
    params(("id" = i64, Path)),
    responses((status = 204, description = "Suspended"),
        (status = 409, description = "They are not in use, or are the last administrator"),
        (status = 422, description = "No reason")))]
async fn do_suspend(cx: RequestContext, Path(id): Path<PersonId>, Json(why): Json<Reason>) -> Result<Response> {
    cx.atrium().directory().suspend(cx.actor(), id, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Gives a suspended person their access back.
#[utoipa::path(post, path = "/api/v1/administration/people/{id}/restore", request_body = Reason,
    params(("id" = i64, Path)),
    responses((status = 204, description = "Restored"), (status = 409, description = "They are not suspended"),
        (status = 422, description = "No reason")))]
async fn do_restore(cx: RequestContext, Path(id): Path<PersonId>, Json(why): Json<Reason>) -> Result<Response> {
    cx.atrium().directory().restore(cx.actor(), id, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

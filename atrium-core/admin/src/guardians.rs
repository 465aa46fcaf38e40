//! Pages of a pupil's guardians: show, link and unlink them. An account whose owner is invisible to the reader is
//! not found, and only pupils have guardians.

use axum::response::Response;
use serde::Serialize;

use super::confirm::ConfirmView;
use super::{memberships, person, person_form, refusal};
use atrium_platform::access::permissions::PERSON_EDIT;
use atrium_platform::access::{may_bring_in, visible_person};
use atrium_platform::directory::actions::PeopleFilter;
use atrium_platform::directory::actions::{NewPerson, Place};
use atrium_platform::directory::{self, Membership, Person, PersonId, Profile};
use atrium_platform::{Error, Message, Result};
use atrium_web::{Crumb, FieldErrors, Form, Path, Places, Problems, RequestContext, Routes, View, Who};

/// The most guardians shown of one pupil.
const SHOWN: u64 = 20;

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(PERSON_EDIT);
    routes.get("/administration/personnes/{id}/responsables/nouveau", who, new);
    routes.post("/administration/personnes/{id}/responsables/nouveau", who, create);
    routes.get("/administration/personnes/{id}/responsables/{adult}/retirer", who, ask_unlink);
    routes.post("/administration/personnes/{id}/responsables/{adult}/retirer", who, do_unlink);
}

fn new_path(child: PersonId) -> String {
    format!("{}/responsables/nouveau", person::path(child))
}

fn unlink_path(child: PersonId, adult: PersonId) -> String {
    format!("{}/responsables/{adult}/retirer", person::path(child))
}

/// The guardians on a pupil's page.
#[derive(Serialize)]
pub(super) struct GuardiansView {
    rows: Vec<Row>,
    new_url: Option<String>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    url: String,
    unlink_url: Option<String>,
}

/// Returns the visible guardians, with links to change them if the reader `keeps` the pupil's record.
pub(super) async fn view(cx: &RequestContext, child: PersonId, keeps: bool) -> Result<GuardiansView> {
    let filter = PeopleFilter { guardians_of: Some(child), ..PeopleFilter::default() };
    let adults = cx.atrium().directory().list_people(cx.actor(), filter, None, SHOWN).await?;
    let row = |adult: Person| Row {
        name: adult.display_name,
        url: person::path(adult.id),
        unlink_url: keeps.then(|| unlink_path(child, adult.id)),
    };
    Ok(GuardiansView { rows: adults.into_iter().map(row).collect(), new_url: keeps.then(|| new_path(child)) })
}

/// Returns `true` if the reader may link and unlink guardians of a pupil with these memberships.
pub(super) fn may_link(cx: &RequestContext, places: &Places, held: &[Membership]) -> bool {
    let pupil = |row: &&Membership| row.profile == Profile::Student && !row.validity().is_over(cx.actor().now());
    let gives = |row: &Membership| may_bring_in(cx.actor(), places.roles(), row.establishment_id, Profile::Guardian);
    held.iter().filter(pupil).all(gives)
}

/// Returns the pupil, if the reader manages their record.
pub(super) async fn pupil(cx: &RequestContext, id: PersonId) -> Result<Person> {
    let row = cx.atrium().directory().managed_person(cx.actor(), id).await?;
    if memberships::is_pupil(&memberships::known(cx, id).await?, cx.actor().now()) {
        Ok(row)
    } else {
        Err(Error::not_found(format!("guardians of person {id}")))
    }
}

/// The fields of the form, as typed.
#[derive(Clone, Debug, Default, Serialize)]
struct Input {
    login: String,
    given_name: String,
    family_name: String,
    /// `true` if it is another person than the guardian of the same name.
    another: bool,
}

/// The future guardian.
enum Adult {
    Known(PersonId),
    New(Box<NewPerson>),
}

impl Input {
    fn read(form: &Form) -> Self {
        Self {
            login: form.text("login"),
            given_name: form.text("given_name"),
            family_name: form.text("family_name"),
            another: form.has("another"),
        }
    }

    async fn parse(&self, cx: &RequestContext, child: PersonId) -> Result<Adult> {
        match (self.login.is_empty(), self.given_name.is_empty() && self.family_name.is_empty()) {
            (false, true) => self.account(cx).await.map(Adult::Known),
            (true, false) => self.somebody(cx, child).await.map(|new| Adult::New(Box::new(new))),
            _ => Err(Error::invalid_field("login", Message::new("admin-guardian-either"))),
        }
    }

    async fn account(&self, cx: &RequestContext) -> Result<PersonId> {
        let unknown = || Error::invalid_field("login", Message::new("admin-guardian-unknown"));
        let adult = cx.atrium().login().person_named(&self.login).await?.ok_or_else(unknown)?;
        match visible_person(cx.db(), cx.actor(), adult).await {
            Ok(_) => Ok(adult),
            Err(error) if error.is_not_found() => Err(unknown()),
            Err(error) => Err(error),
        }
    }

    async fn somebody(&self, cx: &RequestContext, child: PersonId) -> Result<NewPerson> {
        let mut problems = Problems::default();
        person_form::require_names(&self.given_name, &self.family_name, &mut problems);
        problems.finish()?;
        let new = NewPerson::new(Place::GuardianOf(child), self.given_name.as_str(), self.family_name.as_str());
        let of_child = PeopleFilter { guardians_of: Some(child), ..PeopleFilter::default() };
        if !self.another && !cx.atrium().directory().namesakes(cx.actor(), &new.description, of_child).await?.is_empty()
        {
            return Err(Error::invalid_field("another", Message::new("admin-guardian-namesake")));
        }
        Ok(new)
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
    cancel_url: String,
    errors: FieldErrors,
}

impl View for NewView {
    const TEMPLATE: &'static str = "admin/guardian-new";
}

fn new_view(cx: &RequestContext, child: Person, form: Input, mut errors: FieldErrors) -> NewView {
    // A problem without a field of its own here is shown beside the field it comes from.
    for (told, field) in [("display_name", "family_name"), ("child", "login")] {
        if let Some(message) = errors.shift_remove(told) {
            errors.entry(field.to_owned()).or_insert(message);
        }
    }
    let title = cx.t("admin-guardian-new");
    NewView {
        breadcrumb: person::crumbs(cx, &child, &title),
        title,
        noindex: true,
        name: cx.person_name(&child.display_name),
        action: new_path(child.id),
        form,
        cancel_url: person::path(child.id),
        errors,
    }
}

/// `GET /administration/personnes/{id}/responsables/nouveau`
async fn new(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    let child = pupil(&cx, id).await?;
    cx.page(&new_view(&cx, child, Input::default(), FieldErrors::new()))
}

/// `POST /administration/personnes/{id}/responsables/nouveau`
async fn create(cx: RequestContext, Path(id): Path<PersonId>, form: Form) -> Result<Response> {
    let child = pupil(&cx, id).await?;
    let typed = Input::read(&form);
    let linked = match typed.parse(&cx, id).await {
        Ok(Adult::Known(adult)) => cx.atrium().directory().link_guardian(cx.actor(), adult, id).await,
        Ok(Adult::New(new)) => cx.atrium().directory().create_person(cx.actor(), *new).await.map(drop),
        Err(error) => Err(error),
    };
    match linked {
        Ok(()) => Ok(cx.redirect_with(&person::path(id), "success", "admin-guardian-linked")),
        Err(error) => {
            let (status, errors) = refusal(&cx, error)?;
            cx.page_with(status, &new_view(&cx, child, typed, errors))
        }
    }
}

async fn separation(cx: &RequestContext, child: PersonId, adult: PersonId) -> Result<ConfirmView> {
    let unknown = || Error::not_found(format!("person {adult}, guardian of person {child}"));
    let pupil = pupil(cx, child).await?;
    let adult = visible_person(cx.db(), cx.actor(), adult).await.map_err(|_| unknown())?;
    if !directory::guardians(cx.db(), child).await?.contains(&adult.id) {
        return Err(unknown());
    }
    let text =
        Message::new("admin-guardian-unlink-text").with("name", &adult.display_name).with("child", &pupil.display_name);
    Ok(ConfirmView {
        action: unlink_path(child, adult.id),
        button: cx.t("admin-guardian-unlink"),
        ..ConfirmView::of_person(cx, &pupil, "admin-guardian-unlink-title", &text)
    })
}

/// `GET /administration/personnes/{id}/responsables/{adult}/retirer`
async fn ask_unlink(cx: RequestContext, Path((id, adult)): Path<(PersonId, PersonId)>) -> Result<Response> {
    separation(&cx, id, adult).await?.ask_plainly(&cx)
}

/// `POST /administration/personnes/{id}/responsables/{adult}/retirer`
async fn do_unlink(cx: RequestContext, Path((id, adult)): Path<(PersonId, PersonId)>) -> Result<Response> {
    separation(&cx, id, adult).await?;
    cx.atrium().directory().unlink_guardian(cx.actor(), adult, id).await?;
    Ok(cx.redirect_with(&person::path(id), "success", "admin-guardian-unlinked"))
}

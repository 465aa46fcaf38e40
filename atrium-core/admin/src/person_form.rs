//! Forms to add a person and to edit one. A local account's name is checked before the person is created, so that a
//! refused form leaves no trace. People cannot change their own names.

use axum::response::Response;
use serde::Serialize;

use super::{breadcrumb, label_of, memberships, people, person, refusal, refused_edit, version};
use atrium_platform::access::permissions::PERSON_EDIT;
use atrium_platform::access::{Scope, Via, require_not_above, visible_person};
use atrium_platform::db::{AdvisoryLock, Lock};
use atrium_platform::directory::actions::PeopleFilter;
use atrium_platform::directory::actions::{NewPerson, PersonEdit, Place};
use atrium_platform::directory::{Person, PersonId};
use atrium_platform::login::LoginName;
use atrium_platform::{Error, Message, Result};
use atrium_web::{
    Choice, Crumb, FieldErrors, Form, Overtaken, Path, Problems, RequestContext, Routes, SchoolChoice, SchoolField,
    View, Who,
};

/// The path of the form that adds a person.
pub(super) const NEW_PATH: &str = "/administration/personnes/nouvelle";
/// Held while a person is added: by one request of this node, and by one node of the cluster.
static ADDING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
const ADDING_LOCK: Lock = Lock::named("core.person.add");
/// The choice without a school, for the Region's own people.
const REGION: &str = "region";

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(PERSON_EDIT);
    routes.get(NEW_PATH, who, new);
    routes.post(NEW_PATH, who, create);
    routes.get("/administration/personnes/{id}/modifier", who, edit);
    routes.post("/administration/personnes/{id}/modifier", who, update);
}

/// Returns the path of the form that edits a person.
pub(super) fn edit_path(id: PersonId) -> String {
    format!("{}/modifier", person::path(id))
}

/// Adds a problem for each missing name.
pub(super) fn require_names(given: &str, family: &str, problems: &mut Problems) {
    for (field, name) in [("given_name", given), ("family_name", family)] {
        if name.is_empty() {
            problems.add(field, Message::new("field-required"));
        }
    }
}

/// The fields of the form, as typed.
#[derive(Clone, Debug, Default, Serialize)]
struct Input {
    given_name: String,
    family_name: String,
    display_name: String,
    email: String,
    locale: String,
    school: SchoolField,
    profile: String,
    login: String,
    /// `true` if it is another person than those of the same name.
    another: bool,
}

impl Input {
    fn read(form: &Form) -> Self {
        Self {
            given_name: form.text("given_name"),
            family_name: form.text("family_name"),
            display_name: form.text("display_name"),
            email: form.text("email"),
            locale: form.text("locale"),
            school: SchoolField::default(),
            profile: form.text("profile"),
            login: form.text("login"),
            another: form.has("another"),
        }
    }

    /// Reads the form of a new person, to be added in one of `schools`.
    fn read_new(form: &Form, schools: &SchoolChoice) -> Self {
        Self { school: schools.read("school", form), ..Self::read(form) }
    }

    /// Returns the fields of a person. A display name equal to the two names is left empty, so that it keeps
    /// following them.
    fn of(row: &Person) -> Self {
        let follows = row.display_name == format!("{} {}", row.given_name, row.family_name);
        Self {
            given_name: row.given_name.clone(),
            family_name: row.family_name.clone(),
            display_name: if follows { String::new() } else { row.display_name.clone() },
            email: row.email.clone().unwrap_or_default(),
            locale: row.locale.clone(),
            ..Self::default()
        }
    }

    /// Returns the saved values that differ from the typed ones.
    fn beside(&self, cx: &RequestContext, kept: &Self) -> FieldErrors {
        Overtaken::new(cx)
            .field("given_name", &self.given_name, &kept.given_name)
            .field("family_name", &self.family_name, &kept.family_name)
            .field("display_name", &self.display_name, &kept.display_name)
            .field("email", &self.email, &kept.email)
            .choice("locale", &self.locale, &kept.locale, label_of(&locales(), &kept.locale))
            .errors()
    }

    fn edit(&self) -> PersonEdit {
        let mut edit = PersonEdit::new(self.given_name.as_str(), self.family_name.as_str());
        edit.display_name = self.display_name.clone();
        edit.email = Some(self.email.clone());
        edit.locale = self.locale.clone();
        edit
    }

    /// Requires both names, unless a display name replaces them.
    fn check_names(&self, problems: &mut Problems) {
        if self.display_name.is_empty() {
            require_names(&self.given_name, &self.family_name, problems);
        }
    }

    fn place(&self, problems: &mut Problems) -> Option<Place> {
        if self.school.chosen() == REGION {
            if !self.profile.is_empty() {
                problems.add("profile", Message::new("admin-profile-of-region"));
            }
            return Some(Place::Region);
        }
        let school = problems.take("school", memberships::parse_school(&self.school));
        let profile = problems.take("profile", memberships::parse_profile(&self.profile));
        Some(Place::Member(school?, profile?))
    }

    /// Returns the name of the new account, if one was requested.
    async fn free_login(&self, cx: &RequestContext, problems: &mut Problems) -> Result<Option<LoginName>> {
        if self.login.is_empty() {
            return Ok(None);
        }
        let Some(name) = problems.take("login", LoginName::parse(&self.login)) else { return Ok(None) };
        if cx.atrium().login().person_named(name.as_str()).await?.is_some() {
            problems.add("login", Message::new("login-name-taken"));
        }
        Ok(Some(name))
    }

    /// Returns people of the same name in the same place, which the form may mean; empty once the form says that it
    /// is another person.
    async fn namesakes(&self, cx: &RequestContext) -> Result<Vec<Person>> {
        let within = self.school.chosen().parse().ok();
        let known = within.is_some() || self.school.chosen() == REGION;
        let filter = PeopleFilter { within, ..PeopleFilter::default() };
        let like = self.edit();
        if !known || self.another || like.is_nameless() {
            return Ok(Vec::new());
        }
        cx.atrium().directory().namesakes(cx.actor(), &like, filter).await
    }

    async fn parse_new(&self, cx: &RequestContext) -> Result<(NewPerson, Option<LoginName>)> {
        let mut problems = Problems::default();
        self.check_names(&mut problems);
        if !self.namesakes(cx).await?.is_empty() {
            problems.add("another", Message::new("admin-person-namesake"));
        }
        let place = self.place(&mut problems);
        let login = self.free_login(cx, &mut problems).await?;
        problems.finish()?;
        let place = place.ok_or_else(|| Error::bug("a missing place without a problem"))?;
        let mut new = NewPerson::new(place, "", "");
        new.description = self.edit();
        Ok((new, login))
    }

    fn parse_edit(&self) -> Result<PersonEdit> {
        let mut problems = Problems::default();
        self.check_names(&mut problems);
        problems.finish()?;
        Ok(self.edit())
    }
}

#[derive(Serialize)]
struct FormView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    action: String,
    is_new: bool,
    version: i64,
    /// `true` if the names can be edited.
    has_names: bool,
    /// `true` if both names are required.
    needs_names: bool,
    form: Input,
    locales: Vec<Choice>,
    profiles: Vec<Choice>,
    /// `true` if the person may be without a school.
    may_be_region: bool,
    /// People of the same name.
    namesakes: Vec<people::Row>,
    cancel_url: String,
    errors: FieldErrors,
}

impl View for FormView {
    const TEMPLATE: &'static str = "admin/person-edit";
}

/// Returns the two languages, each by its own name.
fn locales() -> Vec<Choice> {
    vec![Choice::new("fr", "Français"), Choice::new("en", "English")]
}

/// Returns `true` if the reader may add people without a school.
fn may_be_region(cx: &RequestContext) -> bool {
    cx.actor().may(PERSON_EDIT, Scope::Platform)
}

/// Returns a choice of the places where the reader may add people.
async fn schools(cx: &RequestContext) -> Result<SchoolChoice> {
    let region = may_be_region(cx).then(|| Choice::new(REGION, cx.t("admin-person-region")));
    Ok(memberships::schools(cx).await?.with_last(region.into_iter().collect()))
}

async fn new_view(cx: &RequestContext, schools: &SchoolChoice, form: Input, errors: FieldErrors) -> Result<FormView> {
    let title = cx.t("admin-person-new");
    let namesakes =
        if errors.contains_key("another") { people::views(cx, form.namesakes(cx).await?).await? } else { Vec::new() };
    Ok(FormView {
        breadcrumb: breadcrumb(cx, &[(cx.t("admin-people-title"), people::PATH.to_owned())], &title),
        title,
        noindex: true,
        action: NEW_PATH.to_owned(),
        is_new: true,
        version: 0,
        has_names: true,
        needs_names: true,
        form,
        locales: locales(),
        profiles: memberships::profiles(cx, schools).await?,
        may_be_region: may_be_region(cx),
        namesakes,
        cancel_url: people::PATH.to_owned(),
        errors,
    })
}

/// `GET /administration/personnes/nouvelle`
async fn new(cx: RequestContext) -> Result<Response> {
    let roles = cx.atrium().access().roles().await?;
    if !memberships::may_add(cx.actor(), &roles) {
        return Err(Error::forbidden("adding people without holding what their places give"));
    }
    let schools = schools(&cx).await?;
    let school = schools.field("school", &schools.only());
    let empty = Input { locale: "fr".to_owned(), school, ..Input::default() };
    let view = new_view(&cx, &schools, empty, FieldErrors::new()).await?;
    cx.page(&view)
}

/// `POST /administration/personnes/nouvelle`
async fn create(cx: RequestContext, form: Form) -> Result<Response> {
    let schools = schools(&cx).await?;
    let typed = Input::read_new(&form, &schools);
    let adding = adding(&cx).await?;
    let made = match typed.parse_new(&cx).await {
        Ok((new, login)) => make(&cx, new, login).await,
        Err(error) => Err(error),
    };
    adding.end().await?;
    match made {
        Ok(made) => Ok(made),
        Err(error) => {
            let (status, errors) = refusal(&cx, error)?;
            let view = new_view(&cx, &schools, typed, errors).await?;
            cx.page_with(status, &view)
        }
    }
}

/// A turn to add a person: of two concurrent requests, the second must find the person that the first adds.
pub(super) struct Adding {
    _here: tokio::sync::MutexGuard<'static, ()>,
    everywhere: AdvisoryLock,
}

/// Waits for a turn.
pub(super) async fn adding(cx: &RequestContext) -> Result<Adding> {
    Ok(Adding { _here: ADDING.lock().await, everywhere: cx.db().advisory_lock(&ADDING_LOCK).await? })
}

impl Adding {
    /// Ends the turn.
    pub(super) async fn end(self) -> Result<()> {
        self.everywhere.end().await
    }
}

/// Creates the person with their account, or neither.
async fn make(cx: &RequestContext, new: NewPerson, login: Option<LoginName>) -> Result<Response> {
    let access = cx.atrium().access();
    let id = match login {
        Some(login) => access.login().create_person_with_login(cx.actor(), new, &login).await?,
        None => access.directory().create_person(cx.actor(), new).await?,
    };
    Ok(cx.redirect_with(&person::path(id), "success", "admin-person-added"))
}

/// Returns the person, if the reader may edit one of their fields.
async fn editable(cx: &RequestContext, id: PersonId) -> Result<Person> {
    if is_own(cx, id) {
        return visible_person(cx.db(), cx.actor(), id).await;
    }
    let row = cx.atrium().directory().managed_person(cx.actor(), id).await?;
    let them = cx.atrium().access().actor_for(id, Via::Web).await?;
    require_not_above(cx.actor(), them.rights())?;
    Ok(row)
}

/// Returns `true` if this is the reader, who may edit their address and language but not their names.
fn is_own(cx: &RequestContext, id: PersonId) -> bool {
    cx.actor().person() == Some(id) && !cx.actor().may(PERSON_EDIT, Scope::Platform)
}

fn edit_view(cx: &RequestContext, row: &Person, version: i64, form: Input, errors: FieldErrors) -> FormView {
    let title = cx.t("admin-person-edit");
    FormView {
        breadcrumb: person::crumbs(cx, row, &title),
        title,
        noindex: true,
        action: edit_path(row.id),
        is_new: false,
        version,
        has_names: !is_own(cx, row.id),
        // A person from the host may have only a display name.
        needs_names: !row.given_name.is_empty() && !row.family_name.is_empty(),
        form,
        locales: locales(),
        profiles: Vec::new(),
        may_be_region: false,
        namesakes: Vec::new(),
        cancel_url: person::path(row.id),
        errors,
    }
}

/// `GET /administration/personnes/{id}/modifier`
async fn edit(cx: RequestContext, Path(id): Path<PersonId>) -> Result<Response> {
    let row = editable(&cx, id).await?;
    cx.page(&edit_view(&cx, &row, row.version, Input::of(&row), FieldErrors::new()))
}

/// `POST /administration/personnes/{id}/modifier`
async fn update(cx: RequestContext, Path(id): Path<PersonId>, form: Form) -> Result<Response> {
    let row = editable(&cx, id).await?;
    let typed = match (Input::read(&form), is_own(&cx, id)) {
        (typed, true) => Input { email: typed.email, locale: typed.locale, ..Input::of(&row) },
        (typed, false) => typed,
    };
    let saved = match typed.parse_edit() {
        Ok(edit) => cx.atrium().directory().edit_person(cx.actor(), id, version(&form), edit).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(cx.redirect_with(&person::path(id), "success", "admin-person-saved")),
        Err(error) => {
            let row = editable(&cx, id).await?;
            let beside = || typed.beside(&cx, &Input::of(&row));
            let (status, errors, version) = refused_edit(&cx, error, &form, row.version, beside)?;
            cx.page_with(status, &edit_view(&cx, &row, version, typed, errors))
        }
    }
}

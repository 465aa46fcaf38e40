//! Pages of the state of services.

use axum::response::Response;
use serde::Serialize;

use super::{breadcrumb, label_of, refused_edit, version};
use atrium_platform::access::Scope;
use atrium_platform::access::permissions::CATALOGUE_EDIT;
use atrium_platform::catalogue::{Service, ServiceState, StateChange};
use atrium_platform::clock::Timestamp;
use atrium_platform::{Error, Message, Result};
use atrium_web::{Choice, Crumb, FieldErrors, Form, Locale, Overtaken, Path, RequestContext, Routes, View, Who};

/// The path of the list.
pub(super) const PATH: &str = "/administration/services";

pub(super) fn declare(routes: &mut Routes) {
    routes.get(PATH, Who::Holder(CATALOGUE_EDIT), list);
    routes.get("/administration/services/{key}", Who::Holder(CATALOGUE_EDIT), edit);
    routes.post("/administration/services/{key}", Who::Holder(CATALOGUE_EDIT), update);
}

pub(super) fn path(key: &str) -> String {
    format!("{PATH}/{key}")
}

#[derive(Serialize)]
struct ListView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    services: Vec<Row>,
}

#[derive(Serialize)]
struct Row {
    name: String,
    state: &'static str,
    state_label: String,
    note: String,
    note_lang: &'static str,
    since: Timestamp,
    edit_url: Option<String>,
}

impl View for ListView {
    const TEMPLATE: &'static str = "admin/services";
}

/// `GET /administration/services`
async fn list(cx: RequestContext) -> Result<Response> {
    let may_edit = cx.actor().may(CATALOGUE_EDIT, Scope::Platform);
    let row = |service: &Service| Row {
        name: name(&cx, service),
        state: service.state.as_str(),
        state_label: state_label(&cx, service.state),
        note: match cx.locale() {
            Locale::En if !service.state_note_en.is_empty() => service.state_note_en.clone(),
            _ => service.state_note_fr.clone(),
        },
        note_lang: cx.language_of(&service.state_note_en),
        since: service.state_since,
        edit_url: may_edit.then(|| path(&service.key)),
    };
    let title = cx.t("admin-services-title");
    let services = cx.atrium().catalogue().services().iter().map(row).collect();
    cx.page(&ListView { breadcrumb: breadcrumb(&cx, &[], &title), title, noindex: true, services })
}

/// Returns a service's name in the reader's language.
pub(super) fn name(cx: &RequestContext, service: &Service) -> String {
    match cx.locale() {
        Locale::Fr => service.name_fr.clone(),
        Locale::En => service.name_en.clone(),
    }
}

fn state_label(cx: &RequestContext, state: ServiceState) -> String {
    cx.message(&Message::new(format!("core-service-state-{}", state.as_str())))
}

#[derive(Serialize)]
struct EditView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    action: String,
    version: i64,
    state: String,
    states: Vec<Choice>,
    note_fr: String,
    note_en: String,
    cancel_url: &'static str,
    errors: FieldErrors,
}

impl View for EditView {
    const TEMPLATE: &'static str = "admin/service-edit";
}

/// The fields of the form.
struct Input {
    state: String,
    note_fr: String,
    note_en: String,
}

impl Input {
    fn read(form: &Form) -> Self {
        Self { state: form.text("state"), note_fr: form.text("note_fr"), note_en: form.text("note_en") }
    }

    fn of(service: &Service) -> Self {
        Self {
            state: service.state.as_str().to_owned(),
            note_fr: service.state_note_fr.clone(),
            note_en: service.state_note_en.clone(),
        }
    }

    /// Returns the saved values that differ from the typed ones.
    fn beside(&self, cx: &RequestContext, kept: &Self) -> FieldErrors {
        Overtaken::new(cx)
            .choice("state", &self.state, &kept.state, label_of(&states(cx), &kept.state))
            .field("note_fr", &self.note_fr, &kept.note_fr)
            .field("note_en", &self.note_en, &kept.note_en)
            .errors()
    }

    fn parse(&self) -> Result<StateChange> {
        let state = ServiceState::from_key(&self.state);
        let state = state.ok_or_else(|| Error::invalid_field("state", Message::new("field-unknown-choice")))?;
        Ok(StateChange { state, note_fr: self.note_fr.clone(), note_en: self.note_en.clone() })
    }
}

fn states(cx: &RequestContext) -> Vec<Choice> {
    ServiceState::ALL.map(|state| Choice::new(state.as_str(), state_label(cx, state))).into()
}

fn edit_view(cx: &RequestContext, service: &Service, version: i64, typed: Input, errors: FieldErrors) -> EditView {
    let title = name(cx, service);
    let parent = [(cx.t("admin-services-title"), PATH.to_owned())];
    EditView {
        breadcrumb: breadcrumb(cx, &parent, &title),
        title,
        noindex: true,
        action: path(&service.key),
        version,
        state: typed.state,
        states: states(cx),
        note_fr: typed.note_fr,
        note_en: typed.note_en,
        cancel_url: PATH,
        errors,
    }
}

fn find(cx: &RequestContext, key: &str) -> Result<Service> {
    cx.actor().require(CATALOGUE_EDIT, Scope::Platform)?;
    cx.atrium().catalogue().service(key).ok_or_else(|| Error::not_found(format!("service `{key}`")))
}

/// `GET /administration/services/{key}`
async fn edit(cx: RequestContext, Path(key): Path<String>) -> Result<Response> {
    let service = find(&cx, &key)?;
    cx.page(&edit_view(&cx, &service, service.version, Input::of(&service), FieldErrors::new()))
}

/// `POST /administration/services/{key}`
async fn update(cx: RequestContext, Path(key): Path<String>, form: Form) -> Result<Response> {
    let typed = Input::read(&form);
    let saved = match typed.parse() {
        Ok(change) => cx.atrium().catalogue().set_state(cx.actor(), &key, version(&form), change).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(cx.redirect_with(PATH, "success", "admin-service-saved")),
        Err(error) => {
            // Reloaded: another node may have saved the earlier edit.
            cx.atrium().catalogue().reload().await?;
            let service = find(&cx, &key)?;
            let beside = || typed.beside(&cx, &Input::of(&service));
            let (status, errors, version) = refused_edit(&cx, error, &form, service.version, beside)?;
            cx.page_with(status, &edit_view(&cx, &service, version, typed, errors))
        }
    }
}

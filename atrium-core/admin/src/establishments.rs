//! Pages of establishments: description, traits, services.

use std::collections::BTreeSet;

use axum::response::{IntoResponse as _, Response};
use serde::{Deserialize, Serialize};

use super::offers::{self, OfferView, TypedOffers};
use super::{breadcrumb, groups, label_of, people, refusal, refused_edit, version};
use atrium_platform::access::Scope;
use atrium_platform::access::permissions::{CATALOGUE_EDIT, ESTABLISHMENT_EDIT, FAMILY_READ, GROUP_EDIT, PERSON_READ};
use atrium_platform::directory::actions::{EstablishmentEdit, NewEstablishment};
use atrium_platform::directory::{self, Establishment, EstablishmentId, EstablishmentKind, Uai, fold};
use atrium_platform::{Error, Message, Result};
use atrium_web::schools::{self, SUGGESTIONS};
use atrium_web::{
    Choice, Crumb, FieldErrors, Form, Overtaken, Pages, Path, Query, RequestContext, Routes, View, Who, searched,
};

/// The path of the list.
pub(super) const PATH: &str = "/administration/etablissements";
pub(super) const NEW_PATH: &str = "/administration/etablissements/nouveau";

pub(super) fn declare(routes: &mut Routes) {
    let edits = Who::Holder(ESTABLISHMENT_EDIT);
    routes.get(PATH, Who::SignedIn, list);
    routes.get(NEW_PATH, edits, new);
    routes.post(NEW_PATH, edits, create);
    routes.get(SUGGESTIONS, Who::SignedIn, suggest);
    routes.get("/administration/etablissements/{id}", Who::SignedIn, show);
    routes.get("/administration/etablissements/{id}/modifier", edits, edit);
    routes.post("/administration/etablissements/{id}/modifier", edits, update);
    routes.post("/administration/etablissements/{id}/caracteristiques", edits, update_traits);
    offers::declare(routes);
}

/// Returns the path of a school.
pub(super) fn path(id: EstablishmentId) -> String {
    format!("{PATH}/{id}")
}

/// Returns the breadcrumb from administration to the pages of a school, its own included.
pub(super) fn way_to(cx: &RequestContext, row: &Establishment) -> Vec<(String, String)> {
    vec![(cx.t("admin-establishments-title"), PATH.to_owned()), (row.name.clone(), path(row.id))]
}

/// Returns `true` if the reader may open the page of this school.
fn may_read(cx: &RequestContext, id: EstablishmentId) -> bool {
    let scope = Scope::Establishment(id);
    let opens = [ESTABLISHMENT_EDIT, CATALOGUE_EDIT, GROUP_EDIT, PERSON_READ, FAMILY_READ];
    opens.into_iter().any(|permission| cx.actor().may(permission, scope))
}

pub(super) async fn find(cx: &RequestContext, id: EstablishmentId) -> Result<Establishment> {
    if may_read(cx, id) {
        directory::establishment(cx.db(), id).await
    } else {
        Err(Error::not_found(format!("establishment {id}")))
    }
}

fn kind_key(kind: EstablishmentKind) -> &'static str {
    match kind {
        EstablishmentKind::Lycee => "lycee",
        EstablishmentKind::LyceePro => "lycee_pro",
        EstablishmentKind::College => "college",
        EstablishmentKind::Other => "other",
    }
}

const KINDS: [EstablishmentKind; 4] =
    [EstablishmentKind::Lycee, EstablishmentKind::LyceePro, EstablishmentKind::College, EstablishmentKind::Other];

fn kind_label(cx: &RequestContext, kind: EstablishmentKind) -> String {
    cx.message(&Message::new(format!("admin-establishment-{}", kind_key(kind).replace('_', "-"))))
}

/// The schools per page.
const PAGE: usize = 40;

#[derive(Default, Deserialize)]
struct Params {
    #[serde(default, deserialize_with = "searched")]
    q: String,
    apres: Option<EstablishmentId>,
}

#[derive(Serialize)]
struct ListView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    action: &'static str,
    query: String,
    new_url: Option<&'static str>,
    total: usize,
    establishments: Vec<Row>,
    pagination: Pages,
}

#[derive(Serialize)]
struct Row {
    name: String,
    uai: String,
    city: String,
    kind: String,
    traits: Vec<String>,
    url: String,
}

impl View for ListView {
    const TEMPLATE: &'static str = "admin/establishments";
}

/// Returns the schools whose pages the reader may open.
pub(super) async fn readable(cx: &RequestContext) -> Result<Vec<Establishment>> {
    let mut schools = directory::establishments(cx.db()).await?;
    schools.retain(|school| may_read(cx, school.id));
    if schools.is_empty() && !super::is_open(PATH, cx.actor()) {
        return Err(Error::forbidden(ESTABLISHMENT_EDIT));
    }
    Ok(schools)
}

/// `GET /administration/etablissements?q=&apres=`
async fn list(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let words = fold(&asked.q);
    let mut found = readable(&cx).await?;
    found.retain(|school| school.answers_to(&words));
    let total = found.len();
    // The schools are in the order of their names. One that is gone begins again.
    let before = asked.apres.and_then(|last| found.iter().position(|school| school.id == last));
    found.drain(..before.map_or(0, |last| last + 1));
    let next = found.get(PAGE).and(found.get(PAGE - 1)).map(|last| path_to(&asked.q, last.id));
    found.truncate(PAGE);
    let row = |row: Establishment| Row {
        kind: kind_label(&cx, row.kind),
        traits: cx.atrium().catalogue().traits(row.id).iter().map(|key| trait_label(&cx, key)).collect(),
        url: path(row.id),
        name: row.name,
        uai: row.uai,
        city: row.city,
    };
    let title = cx.t("admin-establishments-title");
    cx.page(&ListView {
        breadcrumb: breadcrumb(&cx, &[], &title),
        title,
        noindex: true,
        action: PATH,
        new_url: cx.actor().may(ESTABLISHMENT_EDIT, Scope::Platform).then_some(NEW_PATH),
        total,
        establishments: found.into_iter().map(row).collect(),
        pagination: Pages::next(next),
        query: asked.q,
    })
}

fn path_to(query: &str, after: EstablishmentId) -> String {
    let query = percent_encoding::utf8_percent_encode(query, percent_encoding::NON_ALPHANUMERIC);
    format!("{PATH}?q={query}&apres={after}")
}

/// Names of schools, as a field accepts them.
#[derive(Serialize)]
struct Suggested {
    schools: Vec<String>,
}

/// `GET /administration/etablissements/suggestions?q=`: a few schools that the typed text may mean, among those
/// whose pages the reader may open.
async fn suggest(cx: RequestContext, Query(asked): Query<Params>) -> Result<Response> {
    let schools = readable(&cx).await?;
    let found = schools::meant(&asked.q, &schools).into_iter().take(schools::OFFERED);
    Ok(axum::Json(Suggested { schools: found.map(schools::label).collect() }).into_response())
}

#[derive(Serialize)]
pub(super) struct ShowView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    uai: String,
    kind: String,
    city: String,
    people_url: String,
    groups_url: Option<String>,
    edit_url: Option<String>,
    traits: Vec<Choice>,
    more_traits: String,
    traits_version: i64,
    traits_action: Option<String>,
    services: Vec<OfferView>,
    services_action: Option<String>,
    others_saved: bool,
    availabilities: Vec<Choice>,
    errors: FieldErrors,
}

impl View for ShowView {
    const TEMPLATE: &'static str = "admin/establishment";
}

/// The refused input of the page.
#[derive(Default)]
pub(super) struct Refused {
    /// The traits, and the version they were edited from.
    traits: Option<(TypedTraits, i64)>,
    pub(super) offers: TypedOffers,
    /// `true` if other services of the same form were saved.
    pub(super) others_saved: bool,
    pub(super) errors: FieldErrors,
}

pub(super) async fn show_view(cx: &RequestContext, id: EstablishmentId, refused: Refused) -> Result<ShowView> {
    let row = find(cx, id).await?;
    let scope = Scope::Establishment(id);
    let edits = cx.actor().may(ESTABLISHMENT_EDIT, scope);
    let kept = || (TypedTraits::of(cx.atrium().catalogue().traits(id)), row.traits_version);
    let (typed_traits, traits_version) = refused.traits.unwrap_or_else(kept);
    Ok(ShowView {
        breadcrumb: breadcrumb(cx, &[(cx.t("admin-establishments-title"), PATH.to_owned())], &row.name),
        title: row.name,
        noindex: true,
        uai: row.uai,
        kind: kind_label(cx, row.kind),
        city: row.city,
        people_url: people::path_within(id),
        groups_url: cx.actor().may(GROUP_EDIT, scope).then(|| groups::path_within(id)),
        edit_url: edits.then(|| format!("{}/modifier", path(id))),
        traits: trait_choices(cx, &typed_traits.ticked, edits),
        more_traits: typed_traits.more,
        traits_version,
        traits_action: edits.then(|| format!("{}/caracteristiques", path(id))),
        services: offers::views(cx, id, &refused.offers, &refused.errors),
        others_saved: refused.others_saved,
        services_action: cx.actor().may(CATALOGUE_EDIT, scope).then(|| offers::path(id)),
        availabilities: vec![
            Choice::new("", cx.t("admin-availability-general")),
            Choice::new("yes", cx.t("admin-availability-yes")),
            Choice::new("no", cx.t("admin-availability-no")),
        ],
        errors: refused.errors,
    })
}

/// `GET /administration/etablissements/{id}`
async fn show(cx: RequestContext, Path(id): Path<EstablishmentId>) -> Result<Response> {
    let view = show_view(&cx, id, Refused::default()).await?;
    cx.page(&view)
}

/// Traits as the form has them: known ones are ticked, others typed, separated by spaces or commas.
struct TypedTraits {
    ticked: BTreeSet<String>,
    more: String,
}

impl TypedTraits {
    fn of(ticked: BTreeSet<String>) -> Self {
        Self { ticked, more: String::new() }
    }

    fn read(form: &Form) -> Self {
        let ticked = form.all("traits").into_iter().map(|key| key.trim().to_owned());
        Self { ticked: ticked.filter(|key| !key.is_empty()).collect(), more: form.text("more_traits") }
    }

    fn keys(&self) -> BTreeSet<String> {
        let more = self.more.split([' ', ',', '\n']).filter(|key| !key.is_empty()).map(str::to_owned);
        self.ticked.iter().cloned().chain(more).collect()
    }
}

/// Returns the traits on the page: for editors all that schools have, for others those of this school.
fn trait_choices(cx: &RequestContext, ticked: &BTreeSet<String>, edits: bool) -> Vec<Choice> {
    let known = if edits { cx.atrium().catalogue().known_traits() } else { BTreeSet::new() };
    known.union(ticked).map(|key| Choice::new(key, trait_label(cx, key)).checked(ticked.contains(key))).collect()
}

/// Returns the label of a trait: `trait-{key}` of the translations, else its key.
fn trait_label(cx: &RequestContext, key: &str) -> String {
    cx.known(&format!("trait-{key}")).unwrap_or_else(|| key.to_owned())
}

/// `POST /administration/etablissements/{id}/caracteristiques`
async fn update_traits(cx: RequestContext, Path(id): Path<EstablishmentId>, form: Form) -> Result<Response> {
    let typed = TypedTraits::read(&form);
    let traits = typed.keys();
    match cx.atrium().directory().set_traits(cx.actor(), id, version(&form), &traits).await {
        Ok(()) => {
            cx.atrium().catalogue().reload().await?;
            Ok(cx.redirect_with(&path(id), "success", "admin-traits-saved"))
        }
        Err(error) => {
            // Reloaded: another node may have saved the earlier edit.
            cx.atrium().catalogue().reload().await?;
            let row = find(&cx, id).await?;
            let beside = || [("traits".to_owned(), overtaken_traits(&cx, id))].into();
            let (status, errors, version) = refused_edit(&cx, error, &form, row.traits_version, beside)?;
            let refused = Refused { traits: Some((typed, version)), errors, ..Refused::default() };
            let view = show_view(&cx, id, refused).await?;
            cx.page_with(status, &view)
        }
    }
}

/// Returns the message about the traits that another person has just saved.
fn overtaken_traits(cx: &RequestContext, id: EstablishmentId) -> String {
    let labels: Vec<_> = cx.atrium().catalogue().traits(id).iter().map(|key| trait_label(cx, key)).collect();
    let now = if labels.is_empty() { cx.t("admin-traits-none") } else { labels.join(", ") };
    cx.message(&Message::new("admin-traits-stale").with("now", now))
}

/// The fields of the form, as typed.
#[derive(Clone, Debug, Default, Serialize)]
struct Input {
    uai: String,
    name: String,
    kind: String,
    city: String,
}

impl Input {
    fn read(form: &Form) -> Self {
        Self { uai: form.text("uai"), name: form.text("name"), kind: form.text("kind"), city: form.text("city") }
    }

    fn of(row: &Establishment) -> Self {
        let (uai, name, city) = (row.uai.clone(), row.name.clone(), row.city.clone());
        Self { uai, name, kind: kind_key(row.kind).to_owned(), city }
    }

    /// Returns the saved values that differ from the typed ones.
    fn beside(&self, cx: &RequestContext, kept: &Self) -> FieldErrors {
        Overtaken::new(cx)
            .field("name", &self.name, &kept.name)
            .choice("kind", &self.kind, &kept.kind, label_of(&kinds(cx), &kept.kind))
            .field("city", &self.city, &kept.city)
            .errors()
    }

    fn parse(&self) -> Result<EstablishmentEdit> {
        let kind = KINDS.into_iter().find(|kind| kind_key(*kind) == self.kind);
        let kind = kind.ok_or_else(|| Error::invalid_field("kind", Message::new("field-unknown-choice")))?;
        Ok(EstablishmentEdit { name: self.name.clone(), kind, city: self.city.clone() })
    }

    fn parse_new(&self) -> Result<NewEstablishment> {
        let uai: Uai = self.uai.parse().map_err(|_| Error::invalid_field("uai", Message::new("field-uai")))?;
        Ok(NewEstablishment::new(uai, self.parse()?))
    }
}

#[derive(Serialize)]
struct EditView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    action: String,
    is_new: bool,
    version: i64,
    form: Input,
    kinds: Vec<Choice>,
    cancel_url: String,
    errors: FieldErrors,
}

impl View for EditView {
    const TEMPLATE: &'static str = "admin/establishment-edit";
}

fn kinds(cx: &RequestContext) -> Vec<Choice> {
    KINDS.map(|kind| Choice::new(kind_key(kind), kind_label(cx, kind))).into()
}

fn edit_view(
    cx: &RequestContext,
    existing: Option<(EstablishmentId, i64)>,
    form: Input,
    errors: FieldErrors,
) -> EditView {
    let title = cx.t(if existing.is_some() { "admin-establishment-edit" } else { "admin-establishment-new" });
    EditView {
        breadcrumb: breadcrumb(cx, &[(cx.t("admin-establishments-title"), PATH.to_owned())], &title),
        title,
        noindex: true,
        action: existing.map_or_else(|| NEW_PATH.to_owned(), |(id, _)| format!("{}/modifier", path(id))),
        is_new: existing.is_none(),
        version: existing.map_or(0, |(_, version)| version),
        form,
        kinds: kinds(cx),
        cancel_url: existing.map_or_else(|| PATH.to_owned(), |(id, _)| path(id)),
        errors,
    }
}

/// `GET /administration/etablissements/nouveau`
async fn new(cx: RequestContext) -> Result<Response> {
    cx.actor().require(ESTABLISHMENT_EDIT, Scope::Platform)?;
    let form = Input { kind: "lycee".to_owned(), ..Input::default() };
    cx.page(&edit_view(&cx, None, form, FieldErrors::new()))
}

/// `POST /administration/etablissements/nouveau`
async fn create(cx: RequestContext, form: Form) -> Result<Response> {
    let typed = Input::read(&form);
    let made = match typed.parse_new() {
        Ok(new) => cx.atrium().directory().create_establishment(cx.actor(), new).await,
        Err(error) => Err(error),
    };
    match made {
        Ok(id) => Ok(cx.redirect_with(&path(id), "success", "admin-establishment-added")),
        Err(error) => {
            let (status, errors) = refusal(&cx, error)?;
            cx.page_with(status, &edit_view(&cx, None, typed, errors))
        }
    }
}

/// `GET /administration/etablissements/{id}/modifier`
async fn edit(cx: RequestContext, Path(id): Path<EstablishmentId>) -> Result<Response> {
    let row = find(&cx, id).await?;
    cx.actor().require(ESTABLISHMENT_EDIT, Scope::Establishment(id))?;
    cx.page(&edit_view(&cx, Some((id, row.version)), Input::of(&row), FieldErrors::new()))
}

/// `POST /administration/etablissements/{id}/modifier`
async fn update(cx: RequestContext, Path(id): Path<EstablishmentId>, form: Form) -> Result<Response> {
    let row = find(&cx, id).await?;
    let typed = Input { uai: row.uai, ..Input::read(&form) };
    let saved = match typed.parse() {
        Ok(change) => cx.atrium().directory().edit_establishment(cx.actor(), id, version(&form), change).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(cx.redirect_with(&path(id), "success", "admin-establishment-saved")),
        Err(error) => {
            let row = find(&cx, id).await?;
            let beside = || typed.beside(&cx, &Input::of(&row));
            let (status, errors, version) = refused_edit(&cx, error, &form, row.version, beside)?;
            cx.page_with(status, &edit_view(&cx, Some((id, version)), typed, errors))
        }
    }
}

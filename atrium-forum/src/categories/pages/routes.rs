//! Addresses of the administration of categories.

use atrium_core::access::Roles;
use atrium_core::catalogue::Service;
use atrium_core::directory;
use atrium_core::web::{
    Choice, Crumb, FieldErrors, Form, Overtaken, Path, RequestContext, Routes, SchoolChoice, SchoolField, Who,
};
use atrium_core::{Error, Message, Result};
use axum::http::StatusCode;
use axum::response::Response;

use super::told::{self, Confirm};
use super::view::{CategoriesView, CategoryFields, CategoryFormView, CategoryRow};
use crate::audience::{Audience, Audiences};
use crate::categories::form::words;
use crate::categories::{Categories, Category, CategoryInput, MANAGE, Moderation, defaults};
use crate::permissions::MANAGE_CATEGORIES;
use crate::topics;

/// The path that makes a category for each service.
pub(crate) const DEFAULTS_URL: &str = "/administration/forum/par-service";
const NEW_URL: &str = "/administration/forum/nouvelle";

pub(crate) fn declare(routes: &mut Routes) {
    let managers = Who::Holder(MANAGE_CATEGORIES);
    routes.get(MANAGE, managers, list);
    routes.get(NEW_URL, managers, new);
    routes.post(NEW_URL, managers, create);
    routes.post(DEFAULTS_URL, managers, create_defaults);
    routes.get("/administration/forum/{slug}", managers, edit);
    routes.post("/administration/forum/{slug}", managers, update);
}

/// `GET /administration/forum`
async fn list(cx: RequestContext) -> Result<Response> {
    let categories = Categories::of(cx.db()).list(cx.actor()).await?;
    let roles = cx.atrium().access().roles().await?;
    let row = |category: &Category| CategoryRow {
        name: category.row.name.clone(),
        slug: category.row.slug.clone(),
        description: category.row.description.clone(),
        service: category.row.service_key.clone().unwrap_or_default(),
        edit_url: format!("{MANAGE}/{}", category.row.slug),
        sees: labels(&cx, &roles, &category.see),
        asks: labels(&cx, &roles, &category.ask),
        answers: labels(&cx, &roles, &category.answer),
        moderation_label: moderation_label(&cx, category.row.moderation),
        topics: category.row.topics_staff,
    };
    cx.page(&CategoriesView {
        title: cx.t("forum-categories-title"),
        breadcrumb: breadcrumb(&cx, None),
        noindex: true,
        new_url: NEW_URL,
        defaults_url: (!defaults::missing(cx.db(), &categories).await?.is_empty()).then_some(DEFAULTS_URL),
        categories: categories.iter().map(row).collect(),
    })
}

/// `POST /administration/forum/par-service`
async fn create_defaults(cx: RequestContext) -> Result<Response> {
    let roles = cx.atrium().access().roles().await?;
    let word = match Categories::of(cx.db()).create_for_services(cx.actor(), &roles).await? {
        0 => "forum-flash-categories-there",
        _ => "forum-flash-categories-made",
    };
    Ok(cx.redirect_with(MANAGE, "success", word))
}

/// `GET /administration/forum/nouvelle`
async fn new(cx: RequestContext) -> Result<Response> {
    let roles = cx.atrium().access().roles().await?;
    let fields = CategoryFields {
        sees: "public".to_owned(),
        asks: defaults::Members::among(&roles).asking(),
        answers: "signed_in".to_owned(),
        moderation: Moderation::Open.key().to_owned(),
        ..CategoryFields::default()
    };
    let school = schools(&cx).await?.field("establishment", "");
    page(&cx, None, (fields, school), None, None).await
}

/// `POST /administration/forum/nouvelle`
async fn create(cx: RequestContext, form: Form) -> Result<Response> {
    let (form, school) = chosen(&cx, form).await?;
    let sent = match input(&form, &school) {
        Ok(input) => Categories::of(cx.db()).create(cx.actor(), input).await,
        Err(error) => Err(error),
    };
    match sent {
        Ok(_) => Ok(cx.redirect_with(MANAGE, "success", "forum-flash-category-saved")),
        Err(error) if error.is_invalid() => page(&cx, None, (typed(&form), school), None, Some(error)).await,
        Err(error) => Err(error),
    }
}

/// `GET /administration/forum/{slug}`
async fn edit(cx: RequestContext, Path(slug): Path<String>) -> Result<Response> {
    let category = Categories::of(cx.db()).find(cx.actor(), &slug).await?;
    let fields = stored(&category);
    let school = schools(&cx).await?.field("establishment", &fields.establishment);
    page(&cx, Some(&category), (fields, school), None, None).await
}

/// `POST /administration/forum/{slug}`
async fn update(cx: RequestContext, Path(slug): Path<String>, form: Form) -> Result<Response> {
    let category = Categories::of(cx.db()).find(cx.actor(), &slug).await?;
    let version = form.text("version").parse().unwrap_or_default();
    let (form, school) = chosen(&cx, form).await?;
    let sent = match input(&form, &school) {
        Ok(input) => {
            let consequences = Categories::of(cx.db()).consequences(cx.actor(), category.id(), &input).await?;
            if !consequences.is_none() && form.text("confirm") != told::key(&category, &input) {
                let confirm = told::of_category(&cx, &category, &input, consequences).await?;
                return page(&cx, Some(&category), (typed(&form), school), Some(confirm), None).await;
            }
            Categories::of(cx.db()).update(cx.actor(), category.id(), version, input).await
        }
        Err(error) => Err(error),
    };
    match sent {
        Ok(()) => Ok(cx.redirect_with(MANAGE, "success", "forum-flash-category-saved")),
        Err(error) if error.is_stale() => {
            let category = Categories::of(cx.db()).by_id(cx.actor(), category.id()).await?;
            page(&cx, Some(&category), (typed(&form), school), None, Some(error)).await
        }
        Err(error) if error.is_invalid() => page(&cx, Some(&category), (typed(&form), school), None, Some(error)).await,
        Err(error) => Err(error),
    }
}

/// Returns the schools that a category may belong to.
async fn schools(cx: &RequestContext) -> Result<SchoolChoice> {
    Ok(SchoolChoice::new(directory::establishments(cx.db()).await?))
}

/// Returns the form with the school that was searched for in place of what was typed, and the field itself.
async fn chosen(cx: &RequestContext, form: Form) -> Result<(Form, SchoolField)> {
    let school = schools(cx).await?.read("establishment", &form);
    Ok((form.with("establishment", school.chosen()), school))
}

fn input(form: &Form, school: &SchoolField) -> Result<CategoryInput> {
    match school.problem() {
        Some(problem) => Err(Error::invalid_field("establishment", problem.clone())),
        None => CategoryInput::from_form(form),
    }
}

/// Returns the saved values of a category as its form has them.
pub(super) fn stored(category: &Category) -> CategoryFields {
    let row = &category.row;
    CategoryFields {
        slug: row.slug.clone(),
        name: row.name.clone(),
        description: row.description.clone(),
        service: row.service_key.clone().unwrap_or_default(),
        establishment: row.establishment_id.map(|id| id.to_string()).unwrap_or_default(),
        sees: category.see.to_string(),
        asks: category.ask.to_string(),
        answers: category.answer.to_string(),
        moderation: row.moderation.key().to_owned(),
        confidential: row.confidential,
        template: row.template.clone(),
        position: row.position.to_string(),
        version: row.version,
    }
}

fn typed(form: &Form) -> CategoryFields {
    CategoryFields {
        slug: form.text("slug"),
        name: form.text("name"),
        description: form.text("description"),
        service: form.text("service"),
        establishment: form.text("establishment"),
        sees: words(form, "sees"),
        asks: words(form, "asks"),
        answers: words(form, "answers"),
        moderation: form.text("moderation"),
        confidential: form.has("confidential"),
        template: form.raw("template").replace("\r\n", "\n"),
        position: form.text("position"),
        version: form.text("version").parse().unwrap_or_default(),
    }
}

async fn page(
    cx: &RequestContext,
    category: Option<&Category>,
    (mut form, school): (CategoryFields, SchoolField),
    confirm: Option<Confirm>,
    error: Option<Error>,
) -> Result<Response> {
    let mut errors = error.as_ref().map(|error| cx.field_errors(error)).unwrap_or_default();
    let mut status = StatusCode::OK;
    if let Some(error) = &error {
        status = atrium_core::web::status_of(error);
        if let (true, Some(category)) = (error.is_stale(), category) {
            // Saved again, what was typed takes the place of what the other wrote.
            form.version = category.row.version;
            errors = beside(cx, &form, category).await?;
        }
    }
    let title = match category {
        Some(category) => category.row.name.clone(),
        None => cx.t("forum-category-new"),
    };
    let roles = cx.atrium().access().roles().await?;
    let service = |service: &Service| {
        Choice::new(&service.key, cx.service_name(service)).in_language(cx.language_of(&service.name_en))
    };
    let moderations = [Moderation::Open, Moderation::FirstPosts, Moderation::AllPosts];
    let moderation = |mode: Moderation| Choice::new(mode.key(), moderation_label(cx, mode));
    let view = CategoryFormView {
        breadcrumb: breadcrumb(cx, Some(&title)),
        title,
        lang: if category.is_some() { topics::FRENCH } else { "" },
        noindex: true,
        url: category.map_or_else(|| NEW_URL.to_owned(), |category| format!("{MANAGE}/{}", category.row.slug)),
        cancel_url: MANAGE,
        sees: audiences(cx, &roles, &form.sees),
        asks: audiences(cx, &roles, &form.asks),
        answers: audiences(cx, &roles, &form.answers),
        services: cx.atrium().catalogue().services().iter().map(service).collect(),
        school,
        moderations: moderations.into_iter().map(moderation).collect(),
        form,
        confirm,
        errors,
    };
    cx.page_with(status, &view)
}

/// Returns the saved values that differ from the typed ones.
async fn beside(cx: &RequestContext, typed: &CategoryFields, category: &Category) -> Result<FieldErrors> {
    let (kept, roles) = (stored(category), cx.atrium().access().roles().await?);
    let moderation = moderation_label(cx, category.row.moderation);
    let service = kept_service(cx, &kept.service);
    let school = match category.row.establishment_id {
        Some(id) => directory::establishment(cx.db(), id).await?.name,
        None => String::new(),
    };
    let confidential = |yes: bool| cx.t(if yes { "admin-audit-yes" } else { "admin-audit-no" });
    let (now, said) = (confidential(kept.confidential), confidential(typed.confidential));
    Ok(Overtaken::new(cx)
        .field("name", &typed.name, &kept.name)
        .field("slug", &typed.slug, &kept.slug)
        .field("description", &typed.description, &kept.description)
        .choice("service", &typed.service, &kept.service, &service)
        .choice("establishment", &typed.establishment, &kept.establishment, &school)
        .field("position", &typed.position, &kept.position)
        .choice("sees", &in_order(&typed.sees), &kept.sees, &labels(cx, &roles, &category.see))
        .choice("asks", &in_order(&typed.asks), &kept.asks, &labels(cx, &roles, &category.ask))
        .choice("answers", &in_order(&typed.answers), &kept.answers, &labels(cx, &roles, &category.answer))
        .choice("moderation", &typed.moderation, &kept.moderation, &moderation)
        .field("confidential", &said, &now)
        .field("template", &typed.template, &kept.template)
        .errors())
}

/// Returns the words of audiences in the order in which they are kept.
fn in_order(words: &str) -> String {
    Audiences::parse(words).map_or_else(|_| words.to_owned(), |audiences| audiences.to_string())
}

fn kept_service(cx: &RequestContext, key: &str) -> String {
    cx.atrium().catalogue().service(key).map(|row| cx.service_name(&row).to_owned()).unwrap_or_default()
}

fn breadcrumb(cx: &RequestContext, here: Option<&str>) -> Vec<Crumb> {
    let list = cx.t("forum-categories-title");
    let mut crumbs = vec![Crumb::to(cx.t("forum-title"), topics::HOME)];
    match here {
        Some(here) => {
            crumbs.push(Crumb::to(list, MANAGE));
            crumbs.push(Crumb::here(here));
        }
        None => crumbs.push(Crumb::here(list)),
    }
    crumbs
}

fn moderation_label(cx: &RequestContext, mode: Moderation) -> String {
    cx.message(&Message::new(format!("forum-moderation-{}", mode.key().replace('_', "-"))))
}

/// Returns the kinds of people that a category can be open to, those of `ticked` ticked; unknown words there stay.
fn audiences(cx: &RequestContext, roles: &Roles, ticked: &str) -> Vec<Choice> {
    let ticked: Vec<&str> = ticked.split_whitespace().collect();
    let words = ["public", "signed_in"].into_iter().map(Audiences::parse);
    let known = roles.list().into_iter().map(|role| Audiences::parse(&role.key));
    let choice = |audiences: Audiences| Choice::new(&audiences, labels(cx, roles, &audiences));
    let mut choices: Vec<_> = words.chain(known).flatten().map(choice).collect();
    let unknown = ticked.iter().filter(|word| choices.iter().all(|choice| choice.value != **word));
    let unknown: Vec<_> = unknown.map(|word| Choice::new(word, *word)).collect();
    choices.extend(unknown);
    let tick = |choice: Choice| {
        let checked = ticked.contains(&choice.value.as_str());
        choice.checked(checked)
    };
    choices.into_iter().map(tick).collect()
}

/// Returns the kinds of people, in words.
pub(crate) fn labels(cx: &RequestContext, roles: &Roles, audiences: &Audiences) -> String {
    let label = |audience: &Audience| match audience {
        Audience::Public => cx.t("forum-audience-public"),
        Audience::SignedIn => cx.t("forum-audience-signed-in"),
        Audience::Role(key) => roles.by_key(key).map_or(key.as_str(), |role| cx.role_name(role)).to_owned(),
    };
    audiences.iter().map(label).collect::<Vec<_>>().join(", ")
}

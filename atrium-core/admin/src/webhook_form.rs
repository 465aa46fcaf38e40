//! The form of a webhook: what it is called, where it calls, for which events, and where these happen.

use std::collections::BTreeSet;

use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use super::explain::{parse_scope, places_among};
use super::webhooks::{PATH, kind_label, path, secret_page, way};
use super::{breadcrumb, refusal, version};
use atrium_platform::access::Scope;
use atrium_platform::access::permissions::WEBHOOK_MANAGE;
use atrium_platform::directory;
use atrium_platform::webhooks::{Webhook, WebhookId, WebhookInput};
use atrium_platform::{Error, Message, Result};
use atrium_web::{
    Choice, Crumb, FieldErrors, Form, Overtaken, Path, RequestContext, Routes, SchoolChoice, SchoolField, View, Who,
};

/// The path of the form of a new webhook.
pub(super) const NEW_PATH: &str = "/administration/webhooks/nouveau";

pub(super) fn declare(routes: &mut Routes) {
    let who = Who::Holder(WEBHOOK_MANAGE);
    routes.get(NEW_PATH, who, new);
    routes.post(NEW_PATH, who, create);
    routes.get("/administration/webhooks/{id}/modifier", who, edit);
    routes.post("/administration/webhooks/{id}/modifier", who, update);
}

/// The fields of the form, as typed.
#[derive(Clone, Debug, Serialize)]
struct Input {
    name: String,
    url: String,
    #[serde(skip)]
    kinds: BTreeSet<String>,
    scope: SchoolField,
}

impl Input {
    fn read(form: &Form, scopes: &SchoolChoice) -> Self {
        Self {
            name: form.text("name"),
            url: form.text("url"),
            kinds: form.all("kinds").into_iter().map(str::to_owned).collect(),
            scope: scopes.read("scope", form),
        }
    }

    fn of(hook: &Webhook, scopes: &SchoolChoice) -> Self {
        Self {
            name: hook.name.clone(),
            url: hook.url.clone(),
            kinds: hook.kinds.iter().cloned().collect(),
            scope: scopes.field("scope", &hook.scope.to_string()),
        }
    }

    async fn parse(&self, cx: &RequestContext) -> Result<WebhookInput> {
        let scope = parse_scope(cx, self.scope.chosen()).await?;
        let unknown = || self.scope.problem().cloned().unwrap_or_else(|| Message::new("field-unknown-choice"));
        let scope = scope.ok_or_else(|| Error::invalid_field("scope", unknown()))?;
        let kinds = self.kinds.iter().cloned().collect();
        Ok(WebhookInput { name: self.name.clone(), url: self.url.clone(), kinds, scope })
    }

    /// Returns the saved values that differ from the typed ones.
    fn beside(&self, cx: &RequestContext, kept: &Self) -> FieldErrors {
        let kinds = |input: &Self| input.kinds.iter().map(|key| kind_label(cx, key)).collect::<Vec<_>>().join(", ");
        Overtaken::new(cx)
            .field("name", &self.name, &kept.name)
            .field("url", &self.url, &kept.url)
            .field("kinds", &kinds(self), &kinds(kept))
            .errors()
    }
}

#[derive(Serialize)]
struct EditView {
    title: String,
    noindex: bool,
    breadcrumb: Vec<Crumb>,
    /// `true` if somebody else's webhook is edited, which makes it the reader's.
    takes_over: bool,
    action: String,
    version: i64,
    form: Input,
    kinds: Vec<Choice>,
    cancel_url: String,
    errors: FieldErrors,
}

impl View for EditView {
    const TEMPLATE: &'static str = "admin/webhook-edit";
}

/// Returns the places where the reader manages webhooks: the platform, sectors, schools.
async fn scopes(cx: &RequestContext) -> Result<SchoolChoice> {
    let own = cx.actor().rights().scopes_for(WEBHOOK_MANAGE, cx.actor().now());
    let mut scopes: BTreeSet<Scope> = own.iter().copied().collect();
    if own.contains(&Scope::Platform) {
        scopes.extend(directory::sectors(cx.db()).await?.iter().map(|sector| Scope::Sector(sector.id)));
        scopes.extend(directory::establishments(cx.db()).await?.iter().map(|school| Scope::Establishment(school.id)));
    }
    let in_sectors = own.iter().filter_map(|scope| if let Scope::Sector(id) = scope { Some(*id) } else { None });
    let schools = directory::sector_schools(cx.db(), in_sectors.collect::<Vec<_>>()).await?;
    scopes.extend(schools.into_iter().map(|(_, school)| Scope::Establishment(school)));
    scopes.retain(|scope| !matches!(scope, Scope::Group(..)) && cx.actor().may(WEBHOOK_MANAGE, *scope));
    places_among(cx, &scopes.into_iter().collect::<Vec<_>>(), Vec::new()).await
}

fn view(cx: &RequestContext, existing: Option<(&Webhook, i64)>, form: Input, errors: FieldErrors) -> EditView {
    let title = cx.t(if existing.is_some() { "admin-webhook-edit" } else { "admin-webhook-new" });
    let hook = existing.map(|(hook, _)| hook);
    let way = match hook {
        Some(hook) => way(cx, hook).to_vec(),
        None => vec![(cx.t("admin-webhooks-title"), PATH.to_owned())],
    };
    let kind = |key: &str| Choice::new(key, kind_label(cx, key)).checked(form.kinds.contains(key));
    EditView {
        breadcrumb: breadcrumb(cx, &way, &title),
        title,
        noindex: true,
        takes_over: hook.is_some_and(|hook| Some(hook.owner) != cx.actor().person()),
        action: hook.map_or_else(|| NEW_PATH.to_owned(), |hook| format!("{}/modifier", path(hook.id))),
        version: existing.map_or(0, |(_, version)| version),
        kinds: cx.atrium().webhooks().kinds().into_iter().map(kind).collect(),
        cancel_url: hook.map_or_else(|| PATH.to_owned(), |hook| path(hook.id)),
        form,
        errors,
    }
}

/// `GET /administration/webhooks/nouveau`
async fn new(cx: RequestContext) -> Result<Response> {
    let scopes = scopes(&cx).await?;
    let scope = scopes.field("scope", &scopes.only());
    let empty = Input { name: String::new(), url: String::new(), kinds: BTreeSet::new(), scope };
    cx.page(&view(&cx, None, empty, FieldErrors::new()))
}

/// `POST /administration/webhooks/nouveau`: the secret is shown once, on the answer itself.
async fn create(cx: RequestContext, form: Form) -> Result<Response> {
    let typed = Input::read(&form, &scopes(&cx).await?);
    let made = match typed.parse(&cx).await {
        Ok(input) => cx.atrium().webhooks().create(cx.actor(), &input).await,
        Err(error) => Err(error),
    };
    match made {
        Ok((id, secret)) => secret_page(&cx, &cx.atrium().webhooks().find(cx.actor(), id).await?, &secret),
        Err(error) => {
            let (status, errors) = refusal(&cx, error)?;
            cx.page_with(status, &view(&cx, None, typed, errors))
        }
    }
}

/// `GET /administration/webhooks/{id}/modifier`
async fn edit(cx: RequestContext, Path(id): Path<WebhookId>) -> Result<Response> {
    let hook = cx.atrium().webhooks().find(cx.actor(), id).await?;
    let input = Input::of(&hook, &scopes(&cx).await?);
    cx.page(&view(&cx, Some((&hook, hook.version)), input, FieldErrors::new()))
}

/// `POST /administration/webhooks/{id}/modifier`
async fn update(cx: RequestContext, Path(id): Path<WebhookId>, form: Form) -> Result<Response> {
    let scopes = scopes(&cx).await?;
    let typed = Input::read(&form, &scopes);
    let saved = match typed.parse(&cx).await {
        Ok(input) => cx.atrium().webhooks().edit(cx.actor(), id, version(&form), &input).await,
        Err(error) => Err(error),
    };
    let Err(error) = saved else { return Ok(cx.redirect_with(&path(id), "success", "admin-webhook-saved")) };
    let hook = cx.atrium().webhooks().find(cx.actor(), id).await?;
    let beside = || typed.beside(&cx, &Input::of(&hook, &scopes));
    let (status, errors, version): (StatusCode, _, _) = super::refused_edit(&cx, error, &form, hook.version, beside)?;
    let view = view(&cx, Some((&hook, version)), typed, errors);
    cx.page_with(status, &view)
}

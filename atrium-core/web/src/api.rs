//! The description of the REST API: one OpenAPI document for core and every plugin, and a page that lists it.

use axum::response::Response;
use serde::Serialize;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::account::AccountApi;
use super::cx::{Cx, View};
use super::form::Json;
use super::routes::{Routes, Who};
use super::{preview, search};
use atrium_platform::Result;

pub(super) fn declare(routes: &mut Routes) {
    routes.get("/api", Who::Anyone, show);
    routes.get("/api/openapi.json", Who::Anyone, document);
}

#[derive(OpenApi)]
#[openapi(
    modifiers(&Bearer),
    security((), ("token" = [])),
    info(title = "ATRIUM assistance", description = "What a person can do, a program can do, under the same checks."),
    paths(search::api, preview::preview),
    components(schemas(
        search::ApiAnswer,
        search::ApiHit,
        search::ApiSection,
        preview::PreviewRequest,
        preview::Preview
    ))
)]
struct CoreApi;

/// Adds the way in for programs to the document.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let described = "A token that its owner makes at /compte/jetons: `Authorization: Bearer atrium_pat_…`.";
        let scheme = Http::builder().scheme(HttpAuthScheme::Bearer).description(Some(described)).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
    }
}

/// Returns core's document merged with the plugins'.
fn merged(cx: &Cx) -> utoipa::openapi::OpenApi {
    let mut document = CoreApi::openapi();
    document.merge(AccountApi::openapi());
    for plugin in cx.atrium().plugins() {
        if let Some(part) = plugin.openapi() {
            document.merge(part);
        }
    }
    let base = if cx.base().is_empty() { "/" } else { cx.base() };
    document.servers = Some(vec![utoipa::openapi::Server::new(base)]);
    document
}

/// `GET /api/openapi.json`
async fn document(cx: Cx) -> Json<utoipa::openapi::OpenApi> {
    Json(merged(&cx))
}

#[derive(Serialize)]
struct ApiView {
    title: String,
    description: String,
    document_url: &'static str,
    operations: Vec<OperationView>,
}

#[derive(Serialize)]
struct OperationView {
    method: &'static str,
    path: String,
    summary: String,
}

impl View for ApiView {
    const TEMPLATE: &'static str = "api";
}

/// `GET /api`
async fn show(cx: Cx) -> Result<Response> {
    let document = merged(&cx);
    let operations = document.paths.paths.iter().flat_map(|(path, item)| operations(path, item)).collect();
    let view = ApiView {
        title: cx.t("core-api-title"),
        description: cx.t("core-api-description"),
        document_url: "/api/openapi.json",
        operations,
    };
    cx.page(&view)
}

fn operations(path: &str, item: &PathItem) -> Vec<OperationView> {
    let methods = [
        ("GET", &item.get),
        ("POST", &item.post),
        ("PUT", &item.put),
        ("PATCH", &item.patch),
        ("DELETE", &item.delete),
    ];
    let described = methods.into_iter().filter_map(|(method, operation)| Some((method, operation.as_ref()?)));
    let view = |(method, operation): (&'static str, &utoipa::openapi::path::Operation)| OperationView {
        method,
        path: path.to_owned(),
        summary: operation.summary.clone().or_else(|| operation.description.clone()).unwrap_or_default(),
    };
    described.map(view).collect()
}

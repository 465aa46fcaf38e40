//! The description of the REST API: one OpenAPI document for core and every plugin, and a page that lists it.

use axum::response::Response;
use serde::Serialize;
use utoipa::openapi::path::PathItem;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Info, OpenApi};
use utoipa::{PartialSchema, ToSchema};

use super::form::Json;
use super::operation::Problem;
use super::request_context::{RequestContext, View};
use super::routes::{Routes, Who};
use atrium_platform::Result;

pub(super) fn declare(routes: &mut Routes) {
    routes.get("/api", Who::Anyone, show);
    routes.get("/api/openapi.json", Who::Anyone, document);
}

/// Returns `document`, the operations as declared, with a title and the way in for programs.
pub(super) fn titled(mut document: OpenApi) -> OpenApi {
    let described = "A token that its owner makes at /compte/jetons: `Authorization: Bearer atrium_pat_…`.";
    let scheme = Http::builder().scheme(HttpAuthScheme::Bearer).description(Some(described)).build();
    let mut schemas = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut schemas);
    let components = document.components.get_or_insert_default();
    components.schemas.extend(schemas);
    components.add_security_scheme("token", SecurityScheme::Http(scheme));
    document.info = Info::new("assistance", env!("CARGO_PKG_VERSION"));
    document.info.description = Some("What a person can do, a program can do, under the same checks.".to_owned());
    let token = SecurityRequirement::new("token", [""; 0]);
    document.security = Some(vec![SecurityRequirement::default(), token]);
    document
}

/// Returns the document, with the address of this platform.
fn merged(cx: &RequestContext) -> OpenApi {
    let mut document = cx.atrium().shell().document.clone();
    document.info.title = format!("{} assistance", cx.atrium().settings().product_name);
    let base = if cx.base().is_empty() { "/" } else { cx.base() };
    document.servers = Some(vec![utoipa::openapi::Server::new(base)]);
    document
}

/// `GET /api/openapi.json`
async fn document(cx: RequestContext) -> Json<OpenApi> {
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
async fn show(cx: RequestContext) -> Result<Response> {
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

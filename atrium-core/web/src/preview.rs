//! `POST /api/v1/markup/preview`: renders a text as it will look once posted.

use serde::{Deserialize, Serialize};
use utoipa_axum::routes;

use super::form::Json;
use super::operation::Operation;
use super::request_context::RequestContext;
use super::routes::{Routes, Who};
use super::template_helpers;
use atrium_platform::markup::{self, Options};
use atrium_platform::slots::PREVIEWS;
use atrium_platform::{Error, Message, Result};

/// Longest text that is rendered, in characters.
const LONGEST: usize = 32_000;

/// A text to preview.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct PreviewRequest {
    /// Markdown, 32,000 characters at most.
    markdown: String,
}

/// The rendered text.
#[derive(Serialize, utoipa::ToSchema)]
pub(super) struct Preview {
    /// Sanitised HTML.
    html: String,
}

pub(super) fn declare(routes: &mut Routes) {
    routes.operation(Who::Anyone, Operation::of(routes!(preview)).long());
}

/// Renders a text as the forum will.
#[utoipa::path(post, path = "/api/v1/markup/preview", request_body = PreviewRequest,
    responses((status = 200, body = Preview)))]
pub(super) async fn preview(cx: RequestContext, Json(request): Json<PreviewRequest>) -> Result<Json<Preview>> {
    let length = request.markdown.chars().count();
    if length > LONGEST {
        let message = Message::new("field-too-long").with("max", LONGEST).with("actual", length);
        return Err(Error::invalid_field("markdown", message));
    }
    let render = move || {
        let rendered = markup::render(&request.markdown, &Options::post("apercu")).html();
        Preview { html: template_helpers::mounted_html(rendered.as_str(), cx.base()) }
    };
    PREVIEWS.run(render).await.map(Json)
}

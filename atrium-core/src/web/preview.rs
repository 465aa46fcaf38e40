//! `POST /api/v1/markup/preview`: what a text will look like once posted.

use serde::{Deserialize, Serialize};

use super::cx::Cx;
use super::form::Json;
use super::routes::{LONG_BODY_LIMIT, Routes, Who};
use crate::error::{Error, Message, Result};
use crate::markup::{self, Options};

/// Longest text that is rendered, in characters.
const LONGEST: usize = 32_000;

#[derive(Deserialize)]
struct Request {
    markdown: String,
}

#[derive(Serialize)]
struct Answer {
    html: String,
}

pub(super) fn declare(routes: &mut Routes) {
    routes.add(http::Method::POST, "/api/v1/markup/preview", Who::Anyone, LONG_BODY_LIMIT, preview);
}

async fn preview(_cx: Cx, Json(request): Json<Request>) -> Result<Json<Answer>> {
    let length = request.markdown.chars().count();
    if length > LONGEST {
        let message = Message::new("field-too-long").with("max", LONGEST).with("actual", length);
        return Err(Error::invalid_field("markdown", message));
    }
    let rendered =
        tokio::task::spawn_blocking(move || markup::render(&request.markdown, &Options::post("apercu")).html())
            .await
            .map_err(|source| Error::internal("rendering a preview", source))?;
    Ok(Json(Answer { html: rendered.as_str().to_owned() }))
}

//! The URL of pictures.

use atrium_core::web::{Cx, Path, Routes, Who};
use atrium_core::{Error, Result};
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::store;
use crate::articles::visibility;
use crate::content::PictureKind;

/// What a picture may do when it is opened as a page: nothing.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

pub(crate) fn declare(routes: &mut Routes) {
    routes.get("/fichiers/aide/{name}", Who::Anyone, show);
}

/// `GET /fichiers/aide/{name}`: for those who may read something that shows it.
async fn show(cx: Cx, Path(name): Path<String>) -> Result<Response> {
    let kind = name.rsplit_once('.').and_then(|(_, ending)| PictureKind::of_ending(ending));
    let kind = kind.ok_or_else(|| Error::not_found(format!("picture {name}")))?;
    let is_public = store::is_public(cx.db(), &name).await?;
    if !is_public && !store::is_visible(cx.db(), &name, &visibility(cx.actor())).await? {
        return Err(Error::not_found(format!("picture {name}")));
    }
    let bytes = store::bytes(cx.db(), &name).await?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind.media_type()));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    // Under this name there is never another picture.
    let cache = if is_public { "public, max-age=31536000, immutable" } else { "private, no-store" };
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    if kind == PictureKind::Svg {
        // An SVG can hold scripts: as an image they do not run, and as a page it is not opened.
        headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"));
    }
    Ok((headers, Body::from(bytes)).into_response())
}

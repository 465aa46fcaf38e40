//! The URL of pictures.

use std::sync::{Arc, LazyLock};

use atrium_core::web::{Path, RequestContext, Routes};
use atrium_core::{Error, Result};
use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use moka::future::Cache;

use super::store;
use crate::articles::visibility;
use crate::content::PictureKind;

/// The policy of a picture that is opened as a page: no script, no frame, no request.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

pub(crate) fn declare(routes: &mut Routes) {
    routes.get_shared("/fichiers/aide/{name}", show);
}

/// Bytes of pictures kept in memory at most.
const KEPT: u64 = 32 << 20;

/// Pictures served lately. Many slow readers of one share its bytes: a copy for each could be gigabytes.
///
/// Invariant: a name is a hash of what it names, so it is right for every database.
static SERVED: LazyLock<Cache<String, Bytes>> = LazyLock::new(|| {
    let weigh = |name: &String, bytes: &Bytes| u32::try_from(name.len() + bytes.len()).unwrap_or(u32::MAX);
    Cache::builder().weigher(weigh).max_capacity(KEPT).build()
});

/// Returns the picture's bytes, read once however many ask for them at once.
async fn bytes(cx: &RequestContext, name: &str) -> Result<Bytes> {
    let read = async { store::bytes(cx.db(), name).await.map(Bytes::from) };
    SERVED.try_get_with_by_ref(name, read).await.map_err(|error: Arc<Error>| {
        if error.is_not_found() {
            Error::not_found(format!("picture {name}"))
        } else {
            Error::unavailable(error.told())
        }
    })
}

/// `GET /fichiers/aide/{name}`: for those who may read something that shows it.
async fn show(cx: RequestContext, Path(name): Path<String>) -> Result<Response> {
    let kind = name.rsplit_once('.').and_then(|(_, ending)| PictureKind::of_ending(ending));
    let kind = kind.ok_or_else(|| Error::not_found(format!("picture {name}")))?;
    let is_public = store::is_public(cx.db(), &name).await?;
    if !is_public && !store::is_visible(cx.db(), &name, &visibility(cx.actor())).await? {
        return Err(Error::not_found(format!("picture {name}")));
    }
    let bytes = bytes(&cx, &name).await?;
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

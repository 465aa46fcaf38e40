//! Static files under content-hashed names, which browsers cache for ever.

use std::borrow::Cow;
use std::collections::HashMap;

use axum::body::Bytes;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use http::{HeaderValue, StatusCode};
use sha2::{Digest, Sha256};

use super::files::Files;

/// The assets of core, the plugins and the theme, by name and by hashed name.
#[derive(Default)]
pub(super) struct Assets {
    /// `atrium.css` → `atrium.3f2a91c0.css`.
    hashed: HashMap<String, String>,
    files: HashMap<String, Asset>,
    /// Changes with any asset.
    pub(super) version: String,
}

struct Asset {
    content: Bytes,
    mime: HeaderValue,
    etag: HeaderValue,
}

impl Assets {
    /// Collects `files`; a later file replaces an earlier one of the same path.
    pub(super) fn collect<'a>(files: impl IntoIterator<Item = &'a Files>) -> Self {
        let mut assets = Self::default();
        let mut all = Sha256::new();
        let mut by_path = std::collections::BTreeMap::new();
        for (path, content) in files.into_iter().flat_map(Files::iter) {
            by_path.insert(path, content);
        }
        // Stylesheets come last, and link to the others by their hashed names.
        let (sheets, others): (Vec<_>, Vec<_>) = by_path.into_iter().partition(|(path, _)| path.ends_with(".css"));
        for (path, content) in others.into_iter().chain(sheets) {
            let content = if path.ends_with(".css") {
                Cow::Owned(hashed_links(&String::from_utf8_lossy(content), path, &assets.hashed).into_bytes())
            } else {
                Cow::Borrowed(content)
            };
            let content = content.as_ref();
            let digest = hex::encode(&Sha256::digest(content)[..6]);
            all.update(&digest);
            let name = match path.rsplit_once('.') {
                Some((stem, extension)) => format!("{stem}.{digest}.{extension}"),
                None => format!("{path}.{digest}"),
            };
            let asset = Asset {
                content: Bytes::copy_from_slice(content),
                mime: mime_of(path),
                etag: HeaderValue::try_from(format!("\"{digest}\"")).expect("hexadecimal is a header value"),
            };
            assets.hashed.insert(path.to_owned(), name.clone());
            assets.files.insert(name, asset);
        }
        assets.version = hex::encode(&all.finalize()[..4]);
        assets
    }

    /// Returns the path of the asset `name` below the mount point.
    pub(super) fn path(&self, name: &str) -> String {
        match self.hashed.get(name) {
            Some(hashed) => format!("/statique/{hashed}"),
            None => {
                tracing::warn!(name, "unknown asset");
                format!("/statique/{name}")
            }
        }
    }

    /// Serves an asset under its hashed name, or under its plain one for links from outside.
    pub(super) fn serve(&self, name: &str) -> Response {
        let (asset, cache) = match (self.files.get(name), self.hashed.get(name)) {
            (Some(asset), _) => (asset, "public, max-age=31536000, immutable"),
            (None, Some(hashed)) => (&self.files[hashed], "public, max-age=300"),
            (None, None) => return atrium_platform::Error::not_found(format!("asset {name}")).into_response(),
        };
        let headers = [
            (CONTENT_TYPE, asset.mime.clone()),
            (CACHE_CONTROL, HeaderValue::from_static(cache)),
            (ETAG, asset.etag.clone()),
        ];
        (StatusCode::OK, headers, asset.content.clone()).into_response()
    }
}

/// Returns the stylesheet at `path` with hashed names in its `url("…")`s.
fn hashed_links(sheet: &str, path: &str, hashed: &HashMap<String, String>) -> String {
    let folder = &path[..path.rfind('/').map_or(0, |slash| slash + 1)];
    let beside = |name: &str| name.strip_prefix(folder).map(|name| format!("url(\"{name}\")"));
    hashed.iter().fold(sheet.to_owned(), |sheet, (plain, name)| match (beside(plain), beside(name)) {
        (Some(plain), Some(name)) => sheet.replace(&plain, &name),
        _ => sheet,
    })
}

fn mime_of(path: &str) -> HeaderValue {
    let mime = match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("webmanifest") => "application/manifest+json",
        Some("md" | "txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    HeaderValue::from_static(mime)
}

//! Files for those who may read them, and sending one as a program.
//!
//! Who may read a file is asked with each request. A file of which they may not know is absent. Browsers show a few kinds
//! themselves, and keep all others as files: no content of ours is ever a page of this site.

use std::ops::Range;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, IF_RANGE, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use utoipa_axum::routes;

use super::file_form::{FileForm, size};
use super::operation::Operation;
use super::path::Path;
use super::request_context::RequestContext;
use super::routes::{Routes, Who};
use super::versions::created;
use crate::form::Json;
use atrium_platform::files::{Attachment, Content, FileId};
use atrium_platform::{Error, Message, Result};

/// The policy of a file that is opened as a page: no script, no frame, no request.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";
/// Signs of names that stand as they are in `filename*` (RFC 8187).
const IN_NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

pub(super) fn declare(routes: &mut Routes) {
    routes.get("/fichiers/{id}", Who::Anyone, show);
    routes.get("/fichiers/{id}/apercu", Who::Anyone, show_small);
    routes.operation(Who::SignedIn, Operation::of(routes!(send)).with_files());
    routes.operation(Who::Anyone, routes!(read));
}

/// Returns the path of a file, below the mount point.
pub(super) fn path_of(id: FileId) -> String {
    format!("/fichiers/{id}")
}

/// A file as pages print it: `partials/attachments`.
#[derive(Clone, Debug, Serialize)]
pub struct AttachmentView {
    name: String,
    url: String,
    /// Of a picture, the path of its small one, and how large that is shown.
    picture: Option<PictureView>,
    label: String,
    size: String,
}

#[derive(Clone, Debug, Serialize)]
struct PictureView {
    url: String,
    width: u32,
    height: u32,
}

/// The longest sides of a picture on a page.
const SHOWN: (u32, u32) = (280, 210);

impl AttachmentView {
    /// Creates the view of a file.
    #[must_use]
    pub fn new(cx: &RequestContext, file: &Attachment) -> Self {
        let url = path_of(file.id);
        let picture = file.sides.map(|sides| {
            let (width, height) = fitted(sides);
            let url = if file.small.is_some() { format!("{url}/apercu") } else { url.clone() };
            PictureView { url, width, height }
        });
        Self { name: file.name.clone(), url, picture, label: file.kind.label(), size: size(cx, file.size) }
    }
}

/// Returns the sides of a picture as it is shown, no larger than it is.
fn fitted((width, height): (u32, u32)) -> (u32, u32) {
    let (wide, high) = (f64::from(SHOWN.0) / f64::from(width), f64::from(SHOWN.1) / f64::from(height));
    let by = wide.min(high).min(1.0);
    let side = |side: u32| (f64::from(side) * by).round().max(1.0) as u32;
    (side(width), side(height))
}

/// A file, for programs.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct FileData {
    #[schema(value_type = i64)]
    id: FileId,
    /// Its name, with an ending of its kind.
    name: String,
    /// Its media type, told from its content.
    #[serde(rename = "type")]
    media_type: &'static str,
    /// In bytes.
    size: u64,
    /// Of a picture, in pixels.
    width: Option<u32>,
    height: Option<u32>,
    /// Where those who see what it is attached to read it.
    url: String,
}

impl FileData {
    /// Creates the data of a file.
    #[must_use]
    pub fn new(cx: &RequestContext, file: &Attachment) -> Self {
        let (width, height) = file.sides.unzip();
        Self {
            id: file.id,
            name: file.name.clone(),
            media_type: file.kind.media_type(),
            size: file.size,
            width,
            height,
            url: cx.href(&path_of(file.id)),
        }
    }
}

/// A form with one file.
#[derive(utoipa::ToSchema)]
struct FileToSend {
    /// The file, with its name.
    #[expect(dead_code, reason = "described here, and read part by part")]
    #[schema(value_type = String, format = Binary)]
    files: Vec<u8>,
}

/// Sends a file, which is attached within a day by naming its number where something is written. Pictures are written anew,
/// without what a camera notes in them.
#[utoipa::path(post, path = "/api/v1/files",
    request_body(content = FileToSend, content_type = "multipart/form-data"),
    responses((status = 201, body = FileData)))]
async fn send(cx: RequestContext, sent: FileForm) -> Result<Response> {
    let refused = |message| Error::invalid_field("files", message);
    let id = match sent.files().map_err(refused)?[..] {
        [id] => id,
        [] => return Err(refused(Message::new("field-required"))),
        _ => return Err(refused(Message::new("file-one"))),
    };
    let file = cx.atrium().files().find(cx.actor(), id).await?;
    created(&cx, &path_of(id), Json(FileData::new(&cx, &file)))
}

/// The content of a file. `Range` asks for a part of it.
#[utoipa::path(get, path = "/api/v1/files/{id}", params(("id" = i64, Path)),
    responses((status = 200, description = "Its bytes", content_type = "application/octet-stream"),
        (status = 206, description = "The part that was asked for", content_type = "application/octet-stream"),
        (status = 304, description = "The same as in `If-None-Match`"),
        (status = 416, description = "It has no such part")))]
async fn read(cx: RequestContext, headers: HeaderMap, Path(id): Path<FileId>) -> Result<Response> {
    deliver(&cx, &headers, id, Content::Whole).await
}

/// `GET /fichiers/{id}`
async fn show(cx: RequestContext, headers: HeaderMap, Path(id): Path<FileId>) -> Result<Response> {
    deliver(&cx, &headers, id, Content::Whole).await
}

/// `GET /fichiers/{id}/apercu`
async fn show_small(cx: RequestContext, headers: HeaderMap, Path(id): Path<FileId>) -> Result<Response> {
    deliver(&cx, &headers, id, Content::Small).await
}

async fn deliver(cx: &RequestContext, asked: &HeaderMap, id: FileId, content: Content) -> Result<Response> {
    let files = cx.atrium().files();
    let file = files.find(cx.actor(), id).await?;
    let size = match content {
        Content::Whole => file.size,
        Content::Small => file.small.ok_or_else(|| Error::not_found(format!("the small picture of file {id}")))?,
    };
    let tag = tag(&file, content);
    let mut headers = headers(&file, &tag);
    if says(asked, IF_NONE_MATCH, |value| value == "*" || value.split(',').any(|each| is_tag(each, &tag))) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    // A part of another content than the one it began with would be no part of it.
    let is_same = asked.get(IF_RANGE).is_none() || says(asked, IF_RANGE, |value| value == tag);
    let range = asked.get(RANGE).and_then(|value| value.to_str().ok()).filter(|_| is_same);
    let (status, part) = match range.map_or(Asked::Whole, |range| asked_part(range, size)) {
        Asked::Whole => (StatusCode::OK, 0..size),
        Asked::Part(part) => {
            let told = format!("bytes {}-{}/{size}", part.start, part.end - 1);
            headers.insert(CONTENT_RANGE, header(told)?);
            (StatusCode::PARTIAL_CONTENT, part)
        }
        Asked::Outside => {
            let told = [(CONTENT_RANGE, header(format!("bytes */{size}"))?)];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, told).into_response());
        }
    };
    headers.insert(CONTENT_LENGTH, HeaderValue::from(part.end - part.start));
    let bytes = files.read(&file, content, part).await?;
    Ok((status, headers, Body::from_stream(bytes.map(|part| part.map_err(|error| error.told())))).into_response())
}

fn headers(file: &Attachment, tag: &str) -> HeaderMap {
    let kind = file.kind.media_type();
    let kind = if kind == "text/plain" { "text/plain; charset=utf-8" } else { kind };
    let how = if file.kind.opens() { "inline" } else { "attachment" };
    let name = utf8_percent_encode(&file.name, IN_NAME);
    let all = [
        (CONTENT_TYPE, kind.to_owned()),
        (X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (CONTENT_SECURITY_POLICY, POLICY.to_owned()),
        (CONTENT_DISPOSITION, format!("{how}; filename*=UTF-8''{name}")),
        (ACCEPT_RANGES, "bytes".to_owned()),
        (ETAG, tag.to_owned()),
    ];
    all.into_iter().filter_map(|(name, value)| Some((name, HeaderValue::try_from(value).ok()?))).collect()
}

fn header(text: String) -> Result<HeaderValue> {
    HeaderValue::try_from(text).map_err(|source| Error::internal("a header", source))
}

/// Returns the tag of a content: what it is made of.
fn tag(file: &Attachment, content: Content) -> String {
    let small = if content == Content::Small { "-s" } else { "" };
    format!("\"{}{small}\"", &file.digest[..32])
}

fn is_tag(given: &str, tag: &str) -> bool {
    let given = given.trim();
    given.strip_prefix("W/").unwrap_or(given) == tag
}

fn says(headers: &HeaderMap, name: HeaderName, what: impl Fn(&str) -> bool) -> bool {
    headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(what)
}

#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part(Range<u64>),
    Outside,
}

/// Returns the part that a `Range` asks for. Several at once, and what cannot be read, count as the whole (RFC 9110).
fn asked_part(range: &str, size: u64) -> Asked {
    let Some((from, to)) = range.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-')) else {
        return Asked::Whole;
    };
    let (from, to) = (from.trim(), to.trim());
    let number =
        |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    let part = match (number(from), number(to)) {
        (Some(from), Some(to)) if from <= to => from..to.saturating_add(1).min(size),
        (Some(from), None) if to.is_empty() => from..size,
        (None, Some(last)) if from.is_empty() => size.saturating_sub(last)..size,
        _ => return Asked::Whole,
    };
    if part.start < part.end { Asked::Part(part) } else { Asked::Outside }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_read_as_they_are_written() {
        for (range, expected) in [
            ("bytes=0-3", Asked::Part(0..4)),
            ("bytes=4-", Asked::Part(4..10)),
            ("bytes=-3", Asked::Part(7..10)),
            ("bytes=-30", Asked::Part(0..10)),
            ("bytes=8-99999999999999999999", Asked::Whole),
            ("bytes=8-18446744073709551615", Asked::Part(8..10)),
            ("bytes=10-", Asked::Outside),
            ("bytes=-0", Asked::Outside),
            ("bytes=3-1", Asked::Whole),
            ("bytes=0-1,3-4", Asked::Whole),
            ("bytes=+1-2", Asked::Whole),
            ("bytes=-", Asked::Whole),
            ("lines=0-1", Asked::Whole),
        ] {
            assert_eq!(asked_part(range, 10), expected, "{range}");
        }
        assert_eq!(asked_part("bytes=0-", 0), Asked::Outside);
    }

    #[test]
    fn a_picture_is_shown_no_larger_than_it_is() {
        assert_eq!(fitted((560, 420)), (280, 210));
        assert_eq!(fitted((16, 16)), (16, 16));
        assert_eq!(fitted((6000, 10)), (280, 1));
    }
}

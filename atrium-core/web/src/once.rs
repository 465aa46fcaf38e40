//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) for operations whose action keeps no key of its own:
//! the answer to the first request is kept for a day, and given to those that follow with the same key and body.
//!
//! The key is taken before the action runs, and given back if the action refuses. A request that ends in between, by
//! a crash or a time-out, may have been carried out: its key answers 409 until its day is over, so that no repeated
//! request does the same twice.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use sea_orm::{ConnectionTrait, Statement, Value};
use sha2::{Digest, Sha256};

use super::request_context::RequestContext;
use atrium_platform::db::Db;
use atrium_platform::{Error, Message, Result};

/// The header.
pub(super) const HEADER: &str = "idempotency-key";
/// How long an answer is kept, in seconds.
const KEPT_FOR: i64 = 24 * 3600;
/// The largest answer that is kept, in bytes.
const LONGEST: usize = 256 * 1024;

const TAKE: &str = "INSERT INTO atrium_once (key_hash, body_hash, expires_at) VALUES ($1, $2, $3) \
    ON CONFLICT (key_hash) DO UPDATE SET body_hash = $2, expires_at = $3, status = NULL, location = NULL, \
    etag = NULL, answer = NULL WHERE atrium_once.expires_at <= $4";
const FIND: &str = "SELECT body_hash, status, location, etag, answer FROM atrium_once WHERE key_hash = $1";
const KEEP: &str = "UPDATE atrium_once SET status = $2, location = $3, etag = $4, answer = $5 WHERE key_hash = $1";
const GIVE_BACK: &str = "DELETE FROM atrium_once WHERE key_hash = $1";

/// Returns `true` for 8 to 64 letters, digits, `-` or `_`.
fn is_key(text: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (8..=64).contains(&text.len()) && text.bytes().all(sign)
}

/// Answers a request whose key was used before, or runs it and keeps its answer. `body_limit` is the largest body.
pub(super) async fn keep_answers(body_limit: usize, cx: RequestContext, req: Request, next: Next) -> Response {
    match answered(body_limit, &cx, req, next).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn answered(body_limit: usize, cx: &RequestContext, req: Request, next: Next) -> Result<Response> {
    let Some(key) = req.headers().get(HEADER) else { return Ok(next.run(req).await) };
    let key = key.to_str().unwrap_or_default().to_owned();
    if !is_key(&key) {
        return Err(refused("core-once-malformed"));
    }
    let (parts, body) = req.into_parts();
    let body = to_bytes(body, body_limit).await.map_err(|_| Error::too_large(body_limit as u64))?;
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let body_hash = hash(&[&body]);
    let key = hash(&[cx.paced().as_bytes(), parts.method.as_str().as_bytes(), path.as_bytes(), key.as_bytes()]);
    if !take(cx.db(), &key, &body_hash).await? {
        return earlier(cx.db(), &key, &body_hash).await;
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if !response.status().is_success() {
        write(cx.db(), GIVE_BACK, [key.into()]).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, LONGEST).await.map_err(|error| Error::internal("an answer that is kept", error))?;
    keep(cx.db(), &key, parts.status, &parts.headers, &body).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn refused(words: &'static str) -> Error {
    Error::invalid_field("Idempotency-Key", Message::new(words))
}

/// Returns the digest of these parts. Each is preceded by its length, so that no two lists have the same.
fn hash(parts: &[&[u8]]) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    hex::encode(digest.finalize())
}

/// Takes a key; returns `false` if it was taken before and its day is not over.
async fn take(db: &Db, key: &str, body: &str) -> Result<bool> {
    let tx = db.begin().await?;
    let now = tx.now();
    let values = [key.into(), body.into(), now.plus_seconds(KEPT_FOR).0.into(), now.0.into()];
    let statement = Statement::from_sql_and_values(tx.get_database_backend(), TAKE, values);
    let taken = tx.execute_raw(statement).await?.rows_affected() > 0;
    tx.commit().await?;
    Ok(taken)
}

async fn write<const N: usize>(db: &Db, sql: &str, values: [Value; N]) -> Result<()> {
    let tx = db.begin().await?;
    tx.execute_raw(Statement::from_sql_and_values(tx.get_database_backend(), sql, values)).await?;
    tx.commit().await
}

async fn keep(db: &Db, key: &str, status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Result<()> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let answer = String::from_utf8_lossy(body).into_owned();
    let values: [Value; 5] =
        [key.into(), i64::from(status.as_u16()).into(), text(LOCATION).into(), text(ETAG).into(), answer.into()];
    write(db, KEEP, values).await
}

/// Returns the answer to the first request under this key.
async fn earlier(db: &Db, key: &str, body: &str) -> Result<Response> {
    let statement = Statement::from_sql_and_values(db.get_database_backend(), FIND, [key.into()]);
    let under_way = || Error::conflict_with("a key under way", Message::new("core-once-under-way"));
    // Given back in between: the first was refused.
    let row = db.query_one_raw(statement).await?.ok_or_else(under_way)?;
    if row.try_get::<String>("", "body_hash")? != body {
        return Err(refused("core-once-other"));
    }
    let status = row.try_get::<Option<i64>>("", "status")?.ok_or_else(under_way)?;
    let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let answer = row.try_get::<Option<String>>("", "answer")?.unwrap_or_default();
    let mut response = status.ok_or_else(|| Error::bug("a kept status that is none"))?.into_response();
    let kept = [(LOCATION, row.try_get::<Option<String>>("", "location")?), (ETAG, row.try_get("", "etag")?)];
    for (name, value) in kept {
        if let Some(value) = value.and_then(|value| HeaderValue::try_from(value).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    if !answer.is_empty() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *response.body_mut() = Body::from(answer);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_words_and_lists_of_parts_have_their_own_digests() {
        assert!(is_key("programme-1"));
        for wrong in ["", "court", "trop long".repeat(20).as_str(), "é-1234567", "a b c d e f"] {
            assert!(!is_key(wrong), "{wrong}");
        }
        assert_ne!(hash(&[b"ab", b"c"]), hash(&[b"a", b"bc"]));
    }
}

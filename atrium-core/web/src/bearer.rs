//! API tokens on requests: what a program shows in `Authorization`, and which operations it is good for.
//!
//! Tokens are for `/api/` alone. On a page, one of ours is refused, so that it is not taken for a visitor's request; other
//! credentials there are somebody else's (a proxy's, the reader of the figures). A token beats a cookie.

use std::collections::BTreeSet;

use http::Method;
use http::header::AUTHORIZATION;
use http::request::Parts;

use super::allowance::Allowance;
use super::guard;
use super::request_context::RequestContext;
use super::routes::RouteInfo;
use atrium_platform::login::API_TOKEN_PREFIX;
use atrium_platform::{Error, Message, Result};

/// Where the operations of programs stand; the next part of an address is their area.
const API: &str = "/api/v1/";
/// The words for a token that is not good for an operation.
pub(super) const OUTSIDE: &str = "api-token-outside";

/// What a request carries in `Authorization`, as far as it concerns us.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Presented<'a> {
    /// No token.
    Nothing,
    /// A token of ours.
    Ours(&'a str),
    /// A token for the API that is not ours.
    Foreign,
    /// A malformed token, or a token on a route that takes no tokens.
    Unusable,
}

/// Reads `Authorization`.
pub(super) fn presented(parts: &Parts) -> Presented<'_> {
    let is_api = parts.uri.path().starts_with("/api/");
    let mut values = parts.headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (values.next(), values.next());
    let Some(first) = first else { return Presented::Nothing };
    let Ok(text) = first.to_str() else {
        return if is_api { Presented::Unusable } else { Presented::Nothing };
    };
    let token = match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token.trim(),
        _ if text.eq_ignore_ascii_case("bearer") => "",
        _ => return Presented::Nothing,
    };
    let is_ours = token.starts_with(API_TOKEN_PREFIX);
    match (is_api, is_ours) {
        (false, false) => Presented::Nothing,
        (false, true) => Presented::Unusable,
        (true, _) if second.is_some() || !is_word(token) => Presented::Unusable,
        (true, true) => Presented::Ours(token),
        (true, false) => Presented::Foreign,
    }
}

/// Returns `true` for the signs of a token (RFC 6750).
fn is_word(token: &str) -> bool {
    let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    !token.is_empty() && token.bytes().all(sign)
}

/// Checks that a token, if the request carries one, covers this operation and does not ask too often.
///
/// # Errors
/// Returns `is_forbidden` if the token does not cover the operation, or a wait if it asks too often.
pub(super) fn admit(cx: &RequestContext, method: &Method, left: &mut Vec<Allowance>) -> Result<()> {
    let Some(grant) = cx.token() else { return Ok(()) };
    guard::count(&cx.atrium().shell().token_limits, grant.id.to_string(), left)?;
    let path = cx.path().split('?').next().unwrap_or_default();
    let Some(area) = area(path) else {
        // The document of the API, and addresses that lead nowhere.
        return Ok(());
    };
    let writes = !matches!(*method, Method::GET | Method::HEAD);
    if grant.admits(area, writes) {
        return Ok(());
    }
    Err(Error::forbidden_with(format!("{method} in `{area}` by token {}", grant.id), Message::new(OUTSIDE)))
}

/// Returns the area of an operation at `path`: what follows `/api/v1/`.
pub(super) fn area(path: &str) -> Option<&str> {
    path.strip_prefix(API)?.split('/').next()
}

/// Returns the areas of a platform with these routes.
pub(super) fn areas(routes: &[RouteInfo]) -> BTreeSet<&str> {
    routes.iter().filter_map(|route| area(&route.path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    fn read(path: &str, values: &[&[u8]]) -> String {
        let mut request = Request::get(path);
        for value in values {
            request = request.header(AUTHORIZATION, http::HeaderValue::from_bytes(value).unwrap());
        }
        let (parts, ()) = request.body(()).unwrap().into_parts();
        format!("{:?}", presented(&parts))
    }

    #[test]
    fn a_token_is_taken_by_the_api_alone() {
        let ours: &[u8] = b"Bearer atrium_pat_abc";
        assert_eq!(read("/api/v1/search", &[ours]), "Ours(\"atrium_pat_abc\")");
        assert_eq!(read("/api/v1/search", &[b"bearer   atrium_pat_abc"]), "Ours(\"atrium_pat_abc\")");
        assert_eq!(read("/compte", &[ours]), "Unusable");
        assert_eq!(read("/metrics", &[b"Bearer un jeton assez long"]), "Nothing");
        assert_eq!(read("/api/v1/search", &[b"Basic YTpi"]), "Nothing");
        assert_eq!(read("/api/v1/search", &[]), "Nothing");
    }

    #[test]
    fn what_no_token_can_be_is_not_taken_for_a_visitor() {
        let ours: &[u8] = b"Bearer atrium_pat_abc";
        for values in [
            &[&b"Bearer"[..]][..],
            &[b"Bearer "],
            &[b"Bearer atrium_pat_a b"],
            &[b"Bearer atrium_pat_a,b"],
            &[b"Bearer atrium_pat_\xe9"],
            &[ours, ours],
        ] {
            assert_eq!(read("/api/v1/search", values), "Unusable", "{values:?}");
        }
        assert_eq!(read("/api/v1/search", &[b"Bearer abc"]), "Foreign");
    }

    #[test]
    fn areas_are_the_first_part_of_an_operation() {
        assert_eq!(area("/api/v1/forum/topics"), Some("forum"));
        assert_eq!(area("/api/v1/search"), Some("search"));
        assert_eq!(area("/api/openapi.json"), None);
        assert_eq!(area("/compte"), None);
    }
}

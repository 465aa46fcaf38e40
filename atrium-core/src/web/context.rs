//! The layer that finds out who asks, in which language, under which prefix, and puts the [`Cx`] in the request.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, OriginalUri, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, SET_COOKIE, USER_AGENT};
use http::request::Parts;
use http::{Extensions, HeaderMap, Method, Uri};

use super::cx::{Cx, Inner};
use super::host;
use super::locale::Locale;
use super::observe::RequestId;
use crate::access::{Actor, Via};
use crate::atrium::Atrium;
use crate::error::Result;
use crate::login::{self, SignedIn};

/// Resolves the identity (in one query when it is a session of ours), then goes on.
pub(super) async fn context(State(atrium): State<Atrium>, req: Request, next: Next) -> Response {
    let asked = asked_locale(req.uri().query().unwrap_or_default());
    let (mut parts, body) = req.into_parts();
    match resolve(&atrium, &parts, asked).await {
        Ok(cx) => {
            if let Some(locale) = asked
                && parts.method == Method::GET
                && !cx.path().starts_with("/api/")
            {
                let mut response = cx.redirect(&without_lang(cx.path()));
                response.headers_mut().append(SET_COOKIE, atrium.shell().cookies.set_locale(&cx, locale));
                return response;
            }
            parts.extensions.insert(cx);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(error) => {
            tracing::error!(%error, "the identity of a request could not be resolved");
            error.into_response()
        }
    }
}

async fn resolve(atrium: &Atrium, parts: &Parts, asked: Option<Locale>) -> Result<Cx> {
    let headers = &parts.headers;
    let settings = atrium.settings();
    let cookies = &atrium.shell().cookies;
    let secure = is_secure(atrium, headers);
    let path = parts.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    let via = if path.starts_with("/api/") { Via::Api } else { Via::Web };
    let now = atrium.db().now();

    let signed_in = match cookies.session(headers, secure) {
        Some(token) => login::identify(atrium.db(), atrium.access(), &token, via).await?,
        None => None,
    };
    let signed_in = match signed_in {
        Some(signed_in) => Some(signed_in),
        None => host::identify(atrium, parts, via).await?,
    };
    let actor = match &signed_in {
        Some(signed_in) => signed_in.actor.clone(),
        None => Actor::anonymous(now),
    };
    Ok(Cx(Arc::new(Inner {
        locale: locale(asked, headers, cookies, signed_in.as_ref()),
        base: base(&parts.extensions, &parts.uri),
        path,
        flash: cookies.flash(headers),
        address: address(headers, &parts.extensions, settings.behind_proxy),
        user_agent: text(headers.get(USER_AGENT)).chars().take(300).collect(),
        request_id: parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
        atrium: atrium.clone(),
        actor,
        signed_in,
        secure,
    })))
}

fn text(value: Option<&http::HeaderValue>) -> &str {
    value.and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn locale(
    asked: Option<Locale>,
    headers: &HeaderMap,
    cookies: &super::cookies::Cookies,
    signed_in: Option<&SignedIn>,
) -> Locale {
    asked
        .or_else(|| cookies.locale(headers))
        .or_else(|| signed_in.and_then(|signed_in| Locale::from_tag(&signed_in.person.locale)))
        .or_else(|| Locale::negotiate(text(headers.get(ACCEPT_LANGUAGE))))
        .unwrap_or_default()
}

/// What an anonymous request's page depends on besides its address; `None` when it carries an identity or a message.
pub(super) fn anonymous_locale(atrium: &Atrium, req: &Request) -> Option<Locale> {
    let headers = req.headers();
    let cookies = &atrium.shell().cookies;
    let known = atrium.host_login().is_some()
        || cookies.session(headers, is_secure(atrium, headers)).is_some()
        || cookies.flash(headers).is_some()
        || headers.contains_key(AUTHORIZATION);
    (!known).then(|| locale(None, headers, cookies, None))
}

/// The mount prefix: what the host's router took off the front of the path.
pub(super) fn base(extensions: &Extensions, uri: &Uri) -> String {
    let Some(OriginalUri(original)) = extensions.get::<OriginalUri>() else { return String::new() };
    let whole = original.path();
    let base = whole.strip_suffix(uri.path()).unwrap_or(whole);
    base.trim_end_matches('/').to_owned()
}

fn is_secure(atrium: &Atrium, headers: &HeaderMap) -> bool {
    let settings = atrium.settings();
    match &settings.public_url {
        Some(url) => url.scheme() == "https",
        None => settings.behind_proxy && text(headers.get("x-forwarded-proto")) == "https",
    }
}

/// The client's address: the last hop that our own proxy vouches for, else the peer.
pub(super) fn address(headers: &HeaderMap, extensions: &Extensions, behind_proxy: bool) -> String {
    let forwarded = text(headers.get("x-forwarded-for")).rsplit(',').next().map(str::trim).unwrap_or_default();
    match (behind_proxy, forwarded.parse::<std::net::IpAddr>()) {
        (true, Ok(address)) => address.to_string(),
        _ => {
            let peer = extensions.get::<ConnectInfo<SocketAddr>>();
            peer.map(|ConnectInfo(peer)| peer.ip().to_string()).unwrap_or_default()
        }
    }
}

fn asked_locale(query: &str) -> Option<Locale> {
    query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Locale::from_tag)
}

fn without_lang(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let rest: Vec<_> = query.split('&').filter(|pair| !pair.starts_with("lang=")).collect();
    match rest.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", rest.join("&")),
    }
}

//! The layer that resolves a request's identity, language and mount prefix, and puts the [`RequestContext`] in the request.

use std::sync::atomic::AtomicI64;
use std::sync::{Arc, OnceLock};

use axum::extract::{OriginalUri, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, HOST, REFERER, SET_COOKIE, USER_AGENT};
use http::request::Parts;
use http::uri::PathAndQuery;
use http::{Extensions, HeaderMap, Method, Uri};
use tokio::sync::OnceCell;

use super::allowance::{self, Allowance};
use super::host::Named;
use super::locale::Locale;
use super::observe::RequestId;
use super::request_context::{Inner, RequestContext};
use super::{Shell, bearer, errors, guard, host, identity, proxy};
use crate::Atrium;
use atrium_platform::Result;
use atrium_platform::access::{Actor, Via};
use atrium_platform::db::{Share, reading_as};
use atrium_platform::login;

/// Resolves the identity, in one query for a session of ours, then goes on.
pub(super) async fn context(State(atrium): State<Atrium>, req: Request, next: Next) -> Response {
    let asked = asked_locale(req.uri().query().unwrap_or_default());
    let asked = asked.filter(|locale| atrium.shell().offered.has(*locale));
    let (mut parts, body) = req.into_parts();
    let mut left = Vec::new();
    let client = proxy::client(&parts.headers, &parts.extensions, atrium.settings().behind_proxy);
    let (address, admitted) = match client {
        Ok(client) => {
            let address = client.map(|client| client.to_string()).unwrap_or_default();
            let admitted = guard::limit(&atrium, &address, &mut left);
            (address, admitted)
        }
        // A probe's headers are arbitrary; it asks about the node's health, not as a client.
        Err(_) if matches!(parts.uri.path(), "/healthz" | "/readyz") => (String::new(), Ok(())),
        Err(error) => {
            tracing::warn!("the proxy names no address of the client that can be read");
            (String::new(), Err(error))
        }
    };
    let identity = match admitted {
        // Slow pages of one kind must not prevent identities from being resolved.
        Ok(()) => reading_as(Share::Identity, identify(&atrium, &parts)).await,
        Err(error) => Err(error),
    };
    let (named, refused) = match identity {
        Ok(named) => (named, None),
        // The error page is a visitor's.
        Err(error) => (Named::Nobody, Some(error)),
    };
    let dead = matches!(named, Named::DeadToken);
    let cx = make(&atrium, &parts, named, asked, address);
    if dead {
        return errors::dead_token(&cx);
    }
    let refused = refused.or_else(|| bearer::admit(&cx, &parts.method, &mut left).err());
    let is_api = cx.path().starts_with("/api/");
    if let Some(error) = refused {
        let refusal = errors::answer(Some(&cx), &errors::Params::of(&parts, Some(&cx)), error.into_response());
        return if is_api { with_limits(refusal, left) } else { refusal };
    }
    if let Some(locale) = asked
        && parts.method == Method::GET
        && !is_api
    {
        let mut response = cx.redirect(&without_lang(cx.path()));
        response.headers_mut().append(SET_COOKIE, atrium.shell().cookies.set_locale(&cx, locale));
        return response;
    }
    parts.extensions.insert(cx.actor().clone());
    parts.extensions.insert(cx);
    let response = next.run(Request::from_parts(parts, body)).await;
    if is_api { with_limits(response, left) } else { response }
}

/// Tells a program what is left of the limits that its request was counted in: `left`, and that of the operation.
fn with_limits(mut response: Response, mut left: Vec<Allowance>) -> Response {
    left.extend(response.extensions().get::<Allowance>().copied());
    allowance::write(response.headers_mut(), &left);
    response
}

/// Returns the identity of a request of ours.
async fn identify(atrium: &Atrium, parts: &Parts) -> Result<Named> {
    if parts.uri.path() == "/healthz" || parts.uri.path().starts_with("/statique/") {
        // The process answers even without its database; static files are the same for everyone.
        return Ok(Named::Nobody);
    }
    identity::of(atrium, parts, via(parts.uri.path())).await
}

fn via(path: &str) -> Via {
    if path.starts_with("/api/") { Via::Api } else { Via::Web }
}

fn make(atrium: &Atrium, parts: &Parts, named: Named, asked: Option<Locale>, address: String) -> RequestContext {
    let unusable = matches!(named, Named::Unusable | Named::Unknown);
    let signed_in = match named {
        Named::Person(signed_in) => Some(*signed_in),
        Named::Nobody | Named::Unusable | Named::Unknown | Named::DeadToken => None,
    };
    let headers = &parts.headers;
    let cookies = &atrium.shell().cookies;
    let path = own_path(parts.uri.path_and_query().map_or("/", PathAndQuery::as_str));
    let base = base(&parts.extensions, &parts.uri);
    let actor = match &signed_in {
        Some(signed_in) => signed_in.actor.clone(),
        None => Actor::anonymous(atrium.db().now()),
    };
    RequestContext(Arc::new(Inner {
        locale: locale(asked, headers, atrium.shell(), signed_in.as_ref()),
        page: page(parts, &base, &path),
        base,
        path,
        unusable,
        reads: matches!(parts.method, Method::GET | Method::HEAD),
        newest: OnceCell::new_with(signed_in.as_ref().and_then(|signed_in| signed_in.newest)),
        flash: cookies.flash(headers),
        sent: cookies.sent(headers),
        address,
        secure: is_secure(atrium, headers),
        device: cookies.device(headers, is_secure(atrium, headers)),
        user_agent: text(headers.get(USER_AGENT)).chars().take(300).collect(),
        request_id: parts.extensions.get::<RequestId>().map(|id| id.0.clone()).unwrap_or_default(),
        atrium: atrium.clone(),
        actor,
        unread: Arc::new(AtomicI64::new(signed_in.as_ref().map_or(0, |signed_in| signed_in.unread))),
        signed_in,
        typed: OnceLock::new(),
    }))
}

/// The longest path that a page repeats in its links, in bytes: that of the longest search.
const REPEATED: usize = 4 * 1024;

/// Returns the page to come back to: the page itself, or the one whose form was sent. The query is dropped if it is
/// longer than any that would be read.
fn page(parts: &Parts, base: &str, path: &str) -> String {
    let page = page_whole(parts, base, path);
    if page.len() > REPEATED {
        page.split('?').next().filter(|path| path.len() <= REPEATED).unwrap_or("/").to_owned()
    } else {
        page
    }
}

fn page_whole(parts: &Parts, base: &str, path: &str) -> String {
    if matches!(parts.method, Method::GET | Method::HEAD) {
        return path.to_owned();
    }
    let from = text(parts.headers.get(REFERER)).parse::<Uri>().ok();
    let host = text(parts.headers.get(HOST));
    let from = from.filter(|from| from.authority().is_some_and(|authority| authority.as_str() == host));
    let whole = from.as_ref().and_then(Uri::path_and_query).map_or("", PathAndQuery::as_str);
    whole.strip_prefix(base).map_or_else(|| "/".to_owned(), own_path)
}

/// Returns the path as links and redirects may repeat it: `//elsewhere` and `/\elsewhere` would be addresses of
/// another host.
fn own_path(path: &str) -> String {
    format!("/{}", path.trim_start_matches(['/', '\\']))
}

fn text(value: Option<&http::HeaderValue>) -> &str {
    value.and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn locale(asked: Option<Locale>, headers: &HeaderMap, shell: &Shell, signed_in: Option<&login::SignedIn>) -> Locale {
    let offered = |locale: &Locale| shell.offered.has(*locale);
    asked
        .or_else(|| shell.cookies.locale(headers).filter(offered))
        .or_else(|| signed_in.and_then(|signed_in| Locale::from_tag(&signed_in.person.locale)).filter(offered))
        .or_else(|| shell.offered.negotiate(text(headers.get(ACCEPT_LANGUAGE))))
        .unwrap_or_else(|| shell.offered.own())
}

/// Returns the language that an anonymous request's page depends on besides its address; `None` if the request
/// carries an identity or a flash message.
pub(super) fn anonymous_locale(atrium: &Atrium, parts: &Parts) -> Option<Locale> {
    let headers = &parts.headers;
    let cookies = &atrium.shell().cookies;
    let known = cookies.session(headers, is_secure(atrium, headers)).is_some()
        || cookies.flash(headers).is_some()
        || headers.contains_key(AUTHORIZATION)
        || atrium.host_login().is_some_and(|host| !host::is_visitor(host.as_ref(), cookies, parts));
    (!known).then(|| locale(None, headers, atrium.shell(), None))
}

/// Returns the mount prefix: the part that the host's router removed from the front of the path.
pub(super) fn base(extensions: &Extensions, uri: &Uri) -> String {
    let Some(OriginalUri(original)) = extensions.get::<OriginalUri>() else { return String::new() };
    let whole = original.path();
    let base = whole.strip_suffix(uri.path()).unwrap_or(whole);
    base.trim_end_matches('/').to_owned()
}

pub(super) fn is_secure(atrium: &Atrium, headers: &HeaderMap) -> bool {
    let settings = atrium.settings();
    match &settings.public_url {
        Some(url) => url.scheme() == "https",
        None => settings.behind_proxy && proxy::is_https(headers),
    }
}

fn asked_locale(query: &str) -> Option<Locale> {
    query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Locale::from_tag)
}

fn without_lang(path: &str) -> String {
    let Some((path, query)) = path.split_once('?') else { return path.to_owned() };
    let rest: Vec<_> = query.split('&').filter(|pair| !pair.starts_with("lang=")).collect();
    if rest.is_empty() { path.to_owned() } else { format!("{path}?{}", rest.join("&")) }
}

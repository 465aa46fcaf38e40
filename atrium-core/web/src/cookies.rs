//! Our cookies: their names and attributes, reading and writing them.

use axum_extra::extract::cookie::{Cookie, SameSite};
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use time::Duration;

use super::locale::Locale;
use super::request_context::{Flash, RequestContext};
use atrium_platform::directory::PersonId;
use atrium_platform::login::DEVICE_DAYS;

/// The names of our cookies on this mount.
pub(super) struct Cookies {
    suffix: String,
}

impl Cookies {
    pub(super) fn new(suffix: &str) -> Self {
        Self { suffix: suffix.to_owned() }
    }

    /// Returns the name of the session cookie. `__Host-` requires HTTPS and the whole host; plain HTTP is for
    /// loopback.
    fn session_name(&self, secure: bool) -> String {
        let prefix = if secure { "__Host-" } else { "" };
        format!("{prefix}atrium{}", self.suffix)
    }

    fn device_name(&self, secure: bool) -> String {
        let prefix = if secure { "__Host-" } else { "" };
        format!("{prefix}atrium-device{}", self.suffix)
    }

    fn flash_name(&self) -> String {
        format!("atrium-flash{}", self.suffix)
    }

    fn sent_name(&self) -> String {
        format!("atrium-sent{}", self.suffix)
    }

    fn locale_name(&self) -> String {
        format!("atrium-lang{}", self.suffix)
    }

    fn owner_name(&self) -> String {
        format!("atrium-of{}", self.suffix)
    }

    /// Returns `true` if `name` is a cookie of ours that says nothing about who the reader is at the host's.
    fn is_ours(&self, name: &str) -> bool {
        [self.device_name(true), self.device_name(false), self.flash_name(), self.sent_name()]
            .contains(&name.to_owned())
            || [self.locale_name(), self.owner_name()].contains(&name.to_owned())
    }

    /// Returns `headers` without our own cookies.
    pub(super) fn of_others(&self, headers: &HeaderMap) -> HeaderMap {
        let mut headers = headers.clone();
        let all: Vec<HeaderValue> = headers.get_all(COOKIE).iter().cloned().collect();
        headers.remove(COOKIE);
        for value in all {
            let Ok(text) = value.to_str() else {
                headers.append(COOKIE, value);
                continue;
            };
            let is_foreign = |pair: &&str| !self.is_ours(pair.split('=').next().unwrap_or_default());
            let foreign: Vec<&str> =
                text.split(';').map(str::trim).filter(|pair| !pair.is_empty()).filter(is_foreign).collect();
            if let Ok(rest) = HeaderValue::from_str(&foreign.join("; "))
                && !rest.is_empty()
            {
                headers.append(COOKIE, rest);
            }
        }
        headers
    }

    /// Returns the session token of a request.
    pub(super) fn session(&self, headers: &HeaderMap, secure: bool) -> Option<String> {
        value(headers, &self.session_name(secure))
    }

    /// Returns the device token, which marks a known browser.
    pub(super) fn device(&self, headers: &HeaderMap, secure: bool) -> Option<String> {
        value(headers, &self.device_name(secure))
    }

    /// Returns the language chosen earlier in this browser.
    pub(super) fn locale(&self, headers: &HeaderMap) -> Option<Locale> {
        Locale::from_tag(&value(headers, &self.locale_name())?)
    }

    /// Returns the flash message left for this request.
    pub(super) fn flash(&self, headers: &HeaderMap) -> Option<Flash> {
        let flash = value(headers, &self.flash_name())?;
        let (kind, key) = flash.split_once('.')?;
        let plain = |text: &str| {
            text.len() < 80 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit())
        };
        (plain(kind) && plain(key)).then(|| Flash { kind: kind.to_owned(), key: key.to_owned() })
    }

    /// Returns the hashes of forms that this browser sent recently.
    pub(super) fn sent(&self, headers: &HeaderMap) -> Vec<String> {
        let kept = value(headers, &self.sent_name()).unwrap_or_default();
        kept.split('.').filter(|hash| hash.len() == 16).map(str::to_owned).collect()
    }

    pub(super) fn set_sent(&self, cx: &RequestContext, hashes: &str) -> HeaderValue {
        header(note(cx, self.sent_name(), hashes.to_owned(), Duration::minutes(15)))
    }

    /// Returns the person who last signed in in this browser: the author of a form sent after their session ended.
    /// It gives no access.
    pub(super) fn owner(&self, headers: &HeaderMap) -> Option<PersonId> {
        value(headers, &self.owner_name())?.parse().ok()
    }

    /// Sets the owner cookie. It ends with the browser, not with the session.
    pub(super) fn set_owner(&self, cx: &RequestContext, person: PersonId) -> HeaderValue {
        let cookie = Cookie::build((self.owner_name(), person.to_string())).path(home(cx));
        header(protected(cx, cookie.build()))
    }

    /// Sets the session cookie without an age: it ends with the browser, which others may use next; the session's
    /// own row has its end.
    pub(super) fn set_session(&self, cx: &RequestContext, token: &str) -> HeaderValue {
        header(session(cx, self.session_name(cx.is_secure()), token))
    }

    pub(super) fn clear_session(&self, cx: &RequestContext) -> HeaderValue {
        let mut cookie = session(cx, self.session_name(cx.is_secure()), "");
        cookie.set_max_age(Duration::ZERO);
        header(cookie)
    }

    /// Sets the device cookie. It outlives the session, and gives no access.
    pub(super) fn set_device(&self, cx: &RequestContext, token: &str) -> HeaderValue {
        let mut cookie = session(cx, self.device_name(cx.is_secure()), token);
        cookie.set_max_age(Duration::days(DEVICE_DAYS.into()));
        header(cookie)
    }

    pub(super) fn set_flash(&self, cx: &RequestContext, flash: &Flash) -> HeaderValue {
        header(note(cx, self.flash_name(), format!("{}.{}", flash.kind, flash.key), Duration::minutes(1)))
    }

    pub(super) fn clear_flash(&self, cx: &RequestContext) -> HeaderValue {
        header(note(cx, self.flash_name(), String::new(), Duration::ZERO))
    }

    pub(super) fn set_locale(&self, cx: &RequestContext, locale: Locale) -> HeaderValue {
        header(note(cx, self.locale_name(), locale.tag().to_owned(), Duration::days(365)))
    }
}

/// Returns the value of the cookie `name`, the last of several. Only that one is parsed: a request asks for many names.
fn value(headers: &HeaderMap, name: &str) -> Option<String> {
    let texts = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = texts.flat_map(|text| text.split(';')).filter(|pair| pair.trim_start().starts_with(name));
    let mut cookies = pairs.filter_map(|pair| Cookie::parse_encoded(pair).ok());
    Some(cookies.rfind(|cookie| cookie.name() == name)?.value().to_owned())
}

/// Returns the session cookie, for the whole host as `__Host-` requires.
fn session<'c>(cx: &RequestContext, name: String, token: &'c str) -> Cookie<'c> {
    protected(cx, Cookie::build((name, token)).path("/").build())
}

/// Returns a cookie of this mount, whose home has no trailing slash.
fn note(cx: &RequestContext, name: String, value: String, age: Duration) -> Cookie<'static> {
    protected(cx, Cookie::build((name, value)).path(home(cx)).max_age(age).build())
}

fn home(cx: &RequestContext) -> String {
    if cx.base().is_empty() { "/".to_owned() } else { cx.base().to_owned() }
}

fn protected<'c>(cx: &RequestContext, mut cookie: Cookie<'c>) -> Cookie<'c> {
    cookie.set_secure(cx.is_secure());
    cookie.set_http_only(true);
    cookie.set_same_site(SameSite::Lax);
    cookie
}

fn header(cookie: Cookie<'_>) -> HeaderValue {
    HeaderValue::from_str(&cookie.to_string()).expect("tokens, words and paths are header values")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name_and_the_last_one_counts() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("atrium-lang=en; atrium=first;atrium=a%20b; other=atrium=c"));
        headers.append(COOKIE, HeaderValue::from_static("x; =; atrium-of=7"));
        let found = |name| value(&headers, name);
        assert_eq!(found("atrium").as_deref(), Some("a b"));
        assert_eq!(found("atrium-lang").as_deref(), Some("en"));
        assert_eq!(found("atrium-of").as_deref(), Some("7"));
        assert_eq!(found("atrium-o"), None);
        assert_eq!(value(&HeaderMap::new(), "atrium"), None);
    }
}

//! Our cookies: their names, their attributes, reading and writing them.

use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use http::{HeaderMap, HeaderValue};
use time::Duration;

use super::cx::{Cx, Flash};
use super::locale::Locale;

/// How our cookies are named on this mount.
pub(super) struct Cookies {
    suffix: String,
}

impl Cookies {
    pub(super) fn new(suffix: &str) -> Self {
        Self { suffix: suffix.to_owned() }
    }

    /// `__Host-` asks for HTTPS and the whole host; plain HTTP is for loopback.
    fn session_name(&self, secure: bool) -> String {
        let prefix = if secure { "__Host-" } else { "" };
        format!("{prefix}atrium{}", self.suffix)
    }

    fn flash_name(&self) -> String {
        format!("atrium-flash{}", self.suffix)
    }

    fn locale_name(&self) -> String {
        format!("atrium-lang{}", self.suffix)
    }

    /// The session token a request carries.
    pub(super) fn session(&self, headers: &HeaderMap, secure: bool) -> Option<String> {
        Some(CookieJar::from_headers(headers).get(&self.session_name(secure))?.value().to_owned())
    }

    /// The language a request asks to keep.
    pub(super) fn locale(&self, headers: &HeaderMap) -> Option<Locale> {
        Locale::from_tag(CookieJar::from_headers(headers).get(&self.locale_name())?.value())
    }

    /// The word left for this request.
    pub(super) fn flash(&self, headers: &HeaderMap) -> Option<Flash> {
        let jar = CookieJar::from_headers(headers);
        let (kind, key) = jar.get(&self.flash_name())?.value().split_once('.')?;
        let plain = |text: &str| {
            text.len() < 80 && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b.is_ascii_digit())
        };
        (plain(kind) && plain(key)).then(|| Flash { kind: kind.to_owned(), key: key.to_owned() })
    }

    pub(super) fn set_session(&self, cx: &Cx, token: &str, hours: u32) -> HeaderValue {
        let cookie = Cookie::build((self.session_name(cx.is_secure()), token.to_owned()));
        header(
            cookie
                .path("/")
                .secure(cx.is_secure())
                .max_age(Duration::hours(i64::from(hours)))
                .http_only(true)
                .same_site(SameSite::Lax)
                .build(),
        )
    }

    pub(super) fn clear_session(&self, cx: &Cx) -> HeaderValue {
        let cookie = Cookie::build((self.session_name(cx.is_secure()), String::new()));
        header(
            cookie
                .path("/")
                .secure(cx.is_secure())
                .max_age(Duration::ZERO)
                .http_only(true)
                .same_site(SameSite::Lax)
                .build(),
        )
    }

    pub(super) fn set_flash(&self, cx: &Cx, flash: &Flash) -> HeaderValue {
        let cookie = Cookie::build((self.flash_name(), format!("{}.{}", flash.kind, flash.key)));
        header(
            cookie
                .path(path(cx))
                .secure(cx.is_secure())
                .max_age(Duration::minutes(1))
                .http_only(true)
                .same_site(SameSite::Lax)
                .build(),
        )
    }

    pub(super) fn clear_flash(&self, cx: &Cx) -> HeaderValue {
        let cookie = Cookie::build((self.flash_name(), String::new()));
        header(
            cookie
                .path(path(cx))
                .secure(cx.is_secure())
                .max_age(Duration::ZERO)
                .http_only(true)
                .same_site(SameSite::Lax)
                .build(),
        )
    }

    pub(super) fn set_locale(&self, cx: &Cx, locale: Locale) -> HeaderValue {
        let cookie = Cookie::build((self.locale_name(), locale.tag()));
        header(
            cookie
                .path(path(cx))
                .secure(cx.is_secure())
                .max_age(Duration::days(365))
                .http_only(true)
                .same_site(SameSite::Lax)
                .build(),
        )
    }
}

fn path(cx: &Cx) -> String {
    format!("{}/", cx.base())
}

fn header(cookie: Cookie<'_>) -> HeaderValue {
    HeaderValue::from_str(&cookie.to_string()).expect("tokens, words and paths are header values")
}

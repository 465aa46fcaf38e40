//! The context of one request: the actor, the language, the mount prefix; and the responses made from it.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use tokio::sync::OnceCell;

use super::dates::Age;
use super::digest::Key;
use super::layout::{self, FlashView, NavEntry, NavPlace, Root, Site, UserHoles, navigation};
use super::locale::Locale;
use super::rate_limit::RateLimit;
use super::render::{self, Hole, Holes};
use crate::Atrium;
use crate::form::{FieldErrors, Input};
use atrium_platform::access::Actor;
use atrium_platform::clock::Timestamp;
use atrium_platform::db::Db;
use atrium_platform::events::Position;
use atrium_platform::login::{ApiGrant, SessionId, SignedIn};
use atrium_platform::markup::SafeHtml;
use atrium_platform::settings::Setting;
use atrium_platform::{Error, Message, Result};

/// The context of one request. Cheap to clone; an extractor of every handler.
#[derive(Clone)]
pub struct RequestContext(pub(super) Arc<Inner>);

#[derive(Clone)]
pub(super) struct Inner {
    pub(super) atrium: Atrium,
    pub(super) actor: Actor,
    pub(super) signed_in: Option<SignedIn>,
    pub(super) locale: Locale,
    pub(super) base: String,
    pub(super) path: String,
    /// The page to come back to, below the mount point: the path, or the page whose form was sent.
    pub(super) page: String,
    /// `true` if the host provides an identity that is not usable.
    pub(super) unusable: bool,
    pub(super) flash: Option<Flash>,
    /// The hashes of forms that this browser sent recently.
    pub(super) sent: Vec<String>,
    pub(super) address: String,
    pub(super) user_agent: String,
    /// The browser's token of an earlier sign-in.
    pub(super) device: Option<String>,
    pub(super) secure: bool,
    pub(super) request_id: String,
    /// `true` if the request only reads.
    pub(super) reads: bool,
    /// The newest event at the beginning of the request, once read.
    pub(super) newest: OnceCell<Option<Position>>,
    /// The number of the reader's unread notices.
    pub(super) unread: Arc<AtomicI64>,
    /// The texts of the request's form.
    pub(super) typed: OnceLock<Input>,
}

/// A flash message on the person's next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flash {
    pub(super) kind: String,
    pub(super) key: String,
}

/// The data of a page, which its template reads under `page`.
pub trait View: Serialize {
    /// The name of the template: `help/article`.
    const TEMPLATE: &'static str;
    /// `true` if many readers share the page but for its [holes](crate::Hole), so that it is cached as text. Not for
    /// content of a single reader.
    const IS_SHARED: bool = false;

    /// Returns the service of the catalogue that the page is about: announcements of others are not shown above it.
    fn service(&self) -> Option<&str> {
        None
    }
}

impl RequestContext {
    /// Returns the platform.
    #[must_use]
    pub fn atrium(&self) -> &Atrium {
        &self.0.atrium
    }

    /// Returns the database.
    #[must_use]
    pub fn db(&self) -> &Db {
        self.0.atrium.db()
    }

    /// Returns the actor.
    #[must_use]
    pub fn actor(&self) -> &Actor {
        &self.0.actor
    }

    /// Returns the session of the signed-in person, if it is one of ours.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        self.0.signed_in.as_ref().and_then(|signed_in| signed_in.session)
    }

    /// Returns what the API token of the request is good for, if it carries one.
    #[must_use]
    pub fn token(&self) -> Option<&ApiGrant> {
        self.0.signed_in.as_ref().and_then(|signed_in| signed_in.token.as_deref())
    }

    /// Returns the context for the rest of this request, as the person who has just signed in.
    pub(super) fn now_of(&self, signed_in: SignedIn) -> Self {
        let mut inner = Inner::clone(&self.0);
        inner.actor = signed_in.actor.clone();
        inner.unread = Arc::new(AtomicI64::new(signed_in.unread));
        inner.signed_in = Some(signed_in);
        Self(Arc::new(inner))
    }

    /// Keeps the texts of this request's form, for the page of its refusal.
    pub(super) fn keep_typed(&self, typed: Input) {
        // A request has one form.
        let _ = self.0.typed.set(typed);
    }

    /// Returns the texts of this request's form, once it was read.
    pub(super) fn typed(&self) -> Input {
        self.0.typed.get().cloned().unwrap_or_default()
    }

    /// Returns the signed-in person, if any.
    #[must_use]
    pub fn signed_in(&self) -> Option<&SignedIn> {
        self.0.signed_in.as_ref()
    }

    /// Returns the number of the reader's unread notices, as the bell shows it; 0 for a visitor.
    #[must_use]
    pub fn unread(&self) -> i64 {
        self.0.unread.load(Ordering::Relaxed)
    }

    /// Takes `count` notices off the bell of this response: they were marked as read during the request.
    pub fn note_seen(&self, count: u64) {
        let left = self.unread().saturating_sub(i64::try_from(count).unwrap_or(i64::MAX));
        self.0.unread.store(left.max(0), Ordering::Relaxed);
    }

    /// Returns the language of the response.
    #[must_use]
    pub fn locale(&self) -> Locale {
        self.0.locale
    }

    /// Returns the mount prefix: empty, or `/assistance`.
    #[must_use]
    pub(crate) fn base(&self) -> &str {
        &self.0.base
    }

    /// Returns path and query below the mount point.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }

    /// Returns `true` if this flash message was left for the page.
    #[must_use]
    pub fn has_flash(&self, key: &str) -> bool {
        self.0.flash.as_ref().is_some_and(|flash| flash.key == key)
    }

    /// Returns the client's address; empty if unknown.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.0.address
    }

    /// Returns the client's user agent.
    #[must_use]
    pub fn user_agent(&self) -> &str {
        &self.0.user_agent
    }

    /// Returns the id of this request in the logs.
    #[must_use]
    pub(crate) fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// Returns `true` if the request came over HTTPS.
    #[must_use]
    pub(crate) fn is_secure(&self) -> bool {
        self.0.secure
    }

    /// Returns the address of `path` on this host, with the mount prefix.
    #[must_use]
    pub fn href(&self, path: &str) -> String {
        render::mounted(&self.0.base, path)
    }

    /// Returns `html` with the mount prefix in its links to this host.
    #[must_use]
    pub fn mounted_html(&self, html: &SafeHtml) -> String {
        super::template_helpers::mounted_html(html.as_str(), &self.0.base)
    }

    /// Returns the text in the reader's language, else in French: data has French, and may have English.
    #[must_use]
    pub(crate) fn pick<'t>(&self, french: &'t str, english: &'t str) -> &'t str {
        match self.0.locale {
            Locale::En if !english.is_empty() => english,
            _ => french,
        }
    }

    /// Returns the language of `pick`'s text, given the English one.
    #[must_use]
    pub fn language_of(&self, english: &str) -> &'static str {
        match self.0.locale {
            Locale::En if !english.is_empty() => Locale::En.tag(),
            _ => Locale::Fr.tag(),
        }
    }

    /// Returns the name of a service, in the reader's language.
    #[must_use]
    pub fn service_name<'s>(&self, service: &'s atrium_platform::catalogue::Service) -> &'s str {
        self.pick(&service.name_fr, &service.name_en)
    }

    /// Returns the label of a role, in the reader's language.
    #[must_use]
    pub fn role_name<'r>(&self, role: &'r atrium_platform::access::Role) -> &'r str {
        self.0.locale.role_name(role)
    }

    /// Returns the name of a person as pages show it: a word of the reader's language in place of an erased one.
    #[must_use]
    pub fn person_name(&self, display_name: &str) -> String {
        if display_name.is_empty() { self.t("core-former-member") } else { display_name.to_owned() }
    }

    /// Returns the label of a built-in role in the reader's language, without a query; `None` if nothing of this platform
    /// brings it.
    #[must_use]
    pub fn built_in_role_name(&self, key: &str) -> Option<String> {
        let role = self.atrium().access().permissions().role(key)?;
        Some(if self.0.locale == Locale::En { role.label_en() } else { role.label_fr() }.into_owned())
    }

    /// Returns the language of [`role_name`](Self::role_name)'s text.
    #[must_use]
    pub fn language_of_role(&self, role: &atrium_platform::access::Role) -> &'static str {
        self.0.locale.language_of_role(role)
    }

    /// Returns the label of a permission, in the reader's language.
    #[must_use]
    pub fn permission_name(&self, permission: &atrium_platform::access::PermissionDef) -> &'static str {
        self.0.locale.permission_name(permission)
    }

    /// Returns the entries of the navigation at `place` for this person.
    #[must_use]
    pub fn navigation(&self, place: NavPlace) -> Vec<NavEntry> {
        let mut entries = navigation(self);
        entries.retain(|entry| entry.place == place);
        entries
    }

    /// Returns the page about a service of the catalogue, of the first plugin that has one.
    #[must_use]
    pub fn service_page(&self, service: &str) -> Option<String> {
        self.0.atrium.plugins().iter().find_map(|plugin| plugin.service_page(service))
    }

    /// Passes while this reader, or a visitor's address, keeps to `rate_limit`; counts this time.
    ///
    /// # Errors
    /// Returns an error with `retry_after` if there were too many, or an error if the database fails.
    pub async fn allow(&self, rate_limit: RateLimit) -> Result<()> {
        let rate_limit = rate_limit.at(self.atrium().plugin_settings());
        super::rate_limit::take(self.db(), rate_limit, &self.paced()).await.map(drop)
    }

    /// Returns the value of a plugin's setting, at most a second behind the other nodes; without a query.
    #[must_use]
    pub fn setting<T>(&self, setting: &Setting<T>) -> T {
        self.atrium().plugin_settings().get(setting)
    }

    /// Returns under whom acts of this request are counted.
    pub(super) fn paced(&self) -> String {
        self.actor().person().map_or_else(|| self.0.address.clone(), |person| format!("person {person}"))
    }

    /// Returns a message in the reader's language.
    #[must_use]
    pub fn t(&self, key: &'static str) -> String {
        self.message(&Message::new(key))
    }

    /// Returns a message in the reader's language, if it exists.
    pub fn known(&self, key: &str) -> Option<String> {
        self.0.atrium.shell().look().words.known(self.0.locale, key)
    }

    /// Returns `true` if this message exists in the reader's language.
    pub fn has_words(&self, key: &str) -> bool {
        self.0.atrium.shell().look().words.has(self.0.locale, key)
    }

    /// Returns a message with arguments in the reader's language.
    #[must_use]
    pub fn message(&self, message: &Message) -> String {
        self.0.atrium.say(self.0.locale, message)
    }

    /// Returns the problems of a form's fields, in the reader's language.
    #[must_use]
    pub fn field_errors(&self, error: &Error) -> FieldErrors {
        let mut errors = FieldErrors::new();
        for problem in error.problems() {
            errors.entry(problem.field.to_string()).or_insert_with(|| self.message(&problem.message));
        }
        errors
    }

    /// Returns the whole page.
    ///
    /// # Errors
    /// Returns an error if the template cannot be rendered.
    pub fn page<V: View>(&self, view: &V) -> Result<Response> {
        self.page_with(StatusCode::OK, view)
    }

    /// Returns the whole page, never cached: what it shows changes without an event.
    ///
    /// # Errors
    /// Returns an error if the template cannot be rendered.
    pub(crate) fn fresh_page<V: View>(&self, view: &V) -> Result<Response> {
        let mut response = self.page(view)?;
        response.extensions_mut().remove::<super::cache::Cacheable>();
        Ok(response)
    }

    /// Returns the page of a refused form (422), with its input and its problems.
    ///
    /// # Errors
    /// Returns an error if the template cannot be rendered.
    pub fn invalid<V: View>(&self, view: &V) -> Result<Response> {
        self.page_with(StatusCode::UNPROCESSABLE_ENTITY, view)
    }

    /// Returns the whole page with another status.
    ///
    /// # Errors
    /// Returns an error if the template cannot be rendered.
    pub fn page_with<V: View>(&self, status: StatusCode, view: &V) -> Result<Response> {
        let html = if V::IS_SHARED {
            self.shared_page(view, &Holes::new())?.0
        } else {
            self.render(V::TEMPLATE, &self.root(view))?
        };
        let mut response = html_response(status, html);
        if self.0.flash.is_some() {
            let gone = self.0.atrium.shell().cookies.clear_flash(self);
            response.headers_mut().append(SET_COOKIE, gone);
        }
        if self.actor().person().is_none() && self.0.flash.is_none() && status == StatusCode::OK {
            response.extensions_mut().insert(super::cache::Cacheable);
        }
        Ok(response)
    }

    fn root<'v, V: View>(&self, view: &'v V) -> Root<'v, V> {
        Root { site: Site::of(self, view.service()), page: view, flash: self.flashes() }
    }

    fn flashes(&self) -> Vec<FlashView> {
        self.0.flash.iter().map(|flash| FlashView::new(self, flash)).collect()
    }

    /// Returns the whole page, from the cache if readers were shown the same. Returns as well the key under which
    /// [`cached_page`](Self::cached_page) finds it, if it has no holes but those of the layout and those `known`.
    pub(super) fn shared_page<V: View>(&self, view: &V, known: &Holes) -> Result<(String, Option<Key>)> {
        let (name, shell) = (V::TEMPLATE, self.0.atrium.shell());
        let look = shell.look();
        if !look.templates.is_shared(name) {
            return Ok((self.render(name, &self.root(view))?, None));
        }
        let (made_of, mut holes) = render::told(&(view, self.flashes()))
            .map_err(|source| Error::internal(format!("the data of `{name}`"), source))?;
        let key = shell.pieces.key(("page", name, layout::around(self), view.service(), made_of.as_slice()));
        let text = look.templates.render_shared(name, key, || self.root(view), self.scope(), &shell.pieces)?;
        let is_steady = holes.iter().all(|(name, _)| known.iter().any(|(known, _)| known == name));
        holes.extend(self.user_holes());
        Ok((text.with(&holes), is_steady.then_some(key)))
    }

    /// Returns the page that is cached under `key`, for this reader, with `holes` besides those of the layout.
    pub(super) fn cached_page(&self, key: &Key, holes: &Holes) -> Option<String> {
        let text = self.0.atrium.shell().pieces.page(key).filter(|text| text.holds_at(self.0.actor.now()))?;
        let mut all = self.user_holes();
        all.extend_from_slice(holes);
        Some(text.with(&all))
    }

    /// Returns what the layout prints of the reader.
    fn user_holes(&self) -> Holes {
        let user = self.0.signed_in.as_ref().map(|signed_in| UserHoles::of(self, &signed_in.person));
        user.map(|user| user.into_holes().map(Hole::into_parts).into()).unwrap_or_default()
    }

    /// Returns a piece of a page, without the layout.
    ///
    /// # Errors
    /// Returns an error if the template cannot be rendered.
    pub fn fragment<V: View>(&self, view: &V) -> Result<Response> {
        #[derive(Serialize)]
        struct Fragment<'a, V> {
            page: &'a V,
        }
        Ok(html_response(StatusCode::OK, self.render(V::TEMPLATE, &Fragment { page: view })?))
    }

    pub(super) fn print_piece<V: View>(&self, view: &V) -> Result<String> {
        self.render(V::TEMPLATE, view)
    }

    /// Returns the age of an instant, as pages show it.
    #[must_use]
    pub fn age(&self, at: Timestamp) -> Age {
        Age::of(at, self.0.actor.now())
    }

    fn render(&self, template: &str, data: &impl Serialize) -> Result<String> {
        self.0.atrium.shell().look().templates.render(template, data, self.scope())
    }

    fn scope(&self) -> render::Scope {
        render::Scope { locale: self.0.locale, base: self.0.base.clone(), now: self.0.actor.now() }
    }

    /// Returns a redirect (303) below the mount point: after an accepted form, or to a page's other address.
    #[must_use]
    pub fn redirect(&self, path: &str) -> Response {
        redirect(StatusCode::SEE_OTHER, &self.href(path))
    }

    /// Returns a redirect (303) to an address of the host, with its whole path.
    #[must_use]
    pub(crate) fn redirect_out(&self, url: &str) -> Response {
        redirect(StatusCode::SEE_OTHER, url)
    }

    /// Returns a permanent redirect (301).
    #[must_use]
    pub fn moved(&self, path: &str) -> Response {
        redirect(StatusCode::MOVED_PERMANENTLY, &self.href(path))
    }

    /// Returns a redirect (303) with a flash message on that page: a message key of kind `success`, `info` or
    /// `warning`.
    #[must_use]
    pub fn redirect_with(&self, path: &str, kind: &'static str, key: &'static str) -> Response {
        let mut response = self.redirect(path);
        let flash = Flash { kind: kind.to_owned(), key: key.to_owned() };
        response.headers_mut().append(SET_COOKIE, self.0.atrium.shell().cookies.set_flash(self, &flash));
        response
    }
}

fn redirect(status: StatusCode, target: &str) -> Response {
    match HeaderValue::from_str(target) {
        Ok(location) => {
            // The target may depend on the reader, and reveal more than others may know.
            let private = HeaderValue::from_static("private, no-store");
            (status, [(LOCATION, location), (CACHE_CONTROL, private)]).into_response()
        }
        Err(_) => Error::bug("a redirect to an address that is no header value").into_response(),
    }
}

/// The headers of a page, with those that layers add: room for them is made once.
const HEADERS: usize = 16;

pub(super) fn html_response(status: StatusCode, html: String) -> Response {
    let mut response = Response::new(html.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.reserve(HEADERS);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    response
}

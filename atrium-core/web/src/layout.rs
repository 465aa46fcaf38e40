//! The data of every page's layout: the site, the person, the navigation, the announcements.

use serde::Serialize;

use super::digest::Key;
use super::locale::Locale;
use super::render::Hole;
use super::request_context::{Flash, RequestContext};
use crate::Atrium;
use atrium_platform::Message;
use atrium_platform::catalogue::{Announcement, AnnouncementKind};
use atrium_platform::clock::Timestamp;
use atrium_platform::login::PersonSummary;

/// The most unread notices that the bell counts.
const MOST_SHOWN: i64 = 99;

/// What the bell above every page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[non_exhaustive]
pub struct Bell {
    /// The number of unread notices as it stands beside the bell; empty for zero.
    pub count: String,
    /// The label in words.
    pub label: String,
}

impl Bell {
    /// Creates the bell of somebody with `unread` notices.
    #[must_use]
    pub fn new(atrium: &Atrium, locale: Locale, unread: i64) -> Self {
        let count = match unread {
            0 => String::new(),
            some if some > MOST_SHOWN => format!("{MOST_SHOWN}+"),
            some => some.to_string(),
        };
        Self { count, label: atrium.say(locale, &Message::new("nav-notices").with("count", unread)) }
    }
}

/// The data of a whole page.
#[derive(Serialize)]
pub(super) struct Root<'a, V> {
    pub(super) site: Site,
    pub(super) page: &'a V,
    pub(super) flash: Vec<FlashView>,
}

/// The site around a page.
#[derive(Serialize)]
pub(super) struct Site {
    name: String,
    /// The name of the workspace that people ask about.
    product: String,
    base: String,
    locale: Locale,
    other_locale: Option<Locale>,
    other_locale_url: Option<String>,
    home_url: &'static str,
    /// `true` if the platform has a search.
    searches: bool,
    theme: &'static str,
    user: Option<UserView>,
    /// The page of what the signed-in person is told of, if a plugin has one.
    bell_url: Option<String>,
    nav: Vec<NavView>,
    footer: Vec<NavView>,
    announcements: Vec<AnnouncementView>,
    /// `true` if the announcements include the disturbance of the page's service, which is then not shown twice.
    announces_service: bool,
    sign_in_url: String,
    sign_out_url: &'static str,
    asset_version: String,
    path: String,
}

#[derive(Serialize)]
struct UserView {
    #[serde(flatten)]
    holes: UserHoles,
    menu: Vec<NavView>,
}

/// What the layout prints of the signed-in person.
#[derive(Serialize)]
pub(super) struct UserHoles {
    /// The key under which this browser keeps the person's unsent input.
    id: Hole,
    name: Hole,
    initials: Hole,
    /// The label of the person's menu.
    menu_label: Hole,
    /// The number of unread notices; empty for zero.
    unread: Hole,
    /// The label of the bell.
    bell_label: Hole,
}

impl UserHoles {
    pub(super) fn of(cx: &RequestContext, person: &PersonSummary) -> Self {
        let name = person.display_name.as_str();
        let menu_label = cx.message(&Message::new("nav-my-menu").with("name", name));
        let bell = Bell::new(cx.atrium(), cx.locale(), cx.unread());
        Self {
            id: Hole::new("user.id", person.id.to_string()),
            name: Hole::new("user.name", name),
            initials: Hole::new("user.initials", person.initials.as_str()),
            menu_label: Hole::new("user.menu_label", menu_label),
            unread: Hole::new("user.unread", bell.count),
            bell_label: Hole::new("user.bell_label", bell.label),
        }
    }

    pub(super) fn into_holes(self) -> [Hole; 6] {
        [self.id, self.name, self.initials, self.menu_label, self.unread, self.bell_label]
    }
}

/// The position of an entry of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NavPlace {
    /// Above every page.
    Main,
    /// Below every page.
    Footer,
    /// On the page of administration.
    Admin,
    /// On the account page.
    Account,
    /// In the menu of somebody signed in.
    Menu,
    /// The bell above every page of somebody signed in, with the number of their unread notices.
    Bell,
}

/// An entry of the navigation.
#[derive(Clone, Debug, Hash)]
#[non_exhaustive]
pub struct NavEntry {
    /// The position.
    pub place: NavPlace,
    /// The message key of the label.
    pub label: &'static str,
    /// Path below the mount point.
    pub url: String,
    /// The name of the icon.
    pub icon: &'static str,
    /// The rank among the others, from the left.
    pub order: i32,
    /// The place whose entries its page lists; without one, the entry is shown.
    pub gathers: Option<NavPlace>,
}

impl NavEntry {
    /// Creates an entry above every page: the message key of its label, its path, the name of its icon, its rank
    /// from the left.
    pub fn new(label: &'static str, url: impl Into<String>, icon: &'static str, order: i32) -> Self {
        Self { place: NavPlace::Main, label, url: url.into(), icon, order, gathers: None }
    }

    /// Creates an entry of the page of administration, for people who administer that part.
    pub fn admin(label: &'static str, url: impl Into<String>, icon: &'static str, order: i32) -> Self {
        Self { place: NavPlace::Admin, label, url: url.into(), icon, order, gathers: None }
    }

    /// Creates an entry of the account page, for pages about what is the reader's own.
    pub fn account(label: &'static str, url: impl Into<String>, icon: &'static str, order: i32) -> Self {
        Self { place: NavPlace::Account, label, url: url.into(), icon, order, gathers: None }
    }

    /// Returns an entry of the menu of somebody signed in.
    pub fn menu(label: &'static str, url: impl Into<String>, icon: &'static str, order: i32) -> Self {
        Self { place: NavPlace::Menu, label, url: url.into(), icon, order, gathers: None }
    }

    /// Creates the entry of the bell, which leads to what the reader is told of. Below that page, `/nombre` answers with a
    /// [`Bell`], or a stream of them.
    pub fn bell(label: &'static str, url: impl Into<String>) -> Self {
        Self { place: NavPlace::Bell, label, url: url.into(), icon: "bell", order: 0, gathers: None }
    }

    /// Shows the entry only to people who have an entry at `place`: it leads to a page of those.
    #[must_use]
    pub fn gathering(mut self, place: NavPlace) -> Self {
        self.gathers = Some(place);
        self
    }

    /// Creates an entry below every page.
    pub fn below(label: &'static str, url: impl Into<String>, order: i32) -> Self {
        Self { place: NavPlace::Footer, label, url: url.into(), icon: "", order, gathers: None }
    }
}

#[derive(Serialize)]
struct NavView {
    label: String,
    url: String,
    icon: &'static str,
    current: bool,
}

/// A current announcement.
#[derive(Serialize)]
pub(super) struct AnnouncementView {
    kind: String,
    title: String,
    title_lang: &'static str,
    body: String,
    body_lang: &'static str,
    ends: Timestamp,
}

/// A flash message about the person's last action.
#[derive(Serialize)]
pub(super) struct FlashView {
    kind: String,
    text: String,
}

impl FlashView {
    pub(super) fn new(cx: &RequestContext, flash: &Flash) -> Self {
        Self { kind: flash.kind.clone(), text: cx.message(&Message::new(flash.key.clone())) }
    }
}

impl Site {
    /// Creates the site around a page, about `service` if there is one.
    pub(super) fn of(cx: &RequestContext, service: Option<&str>) -> Self {
        let shell = cx.atrium().shell();
        let path = cx.path();
        let mut nav = navigation(cx);
        nav.sort_by_key(|entry| entry.order);
        let mut user =
            cx.0.signed_in
                .as_ref()
                .map(|signed_in| UserView { holes: UserHoles::of(cx, &signed_in.person), menu: Vec::new() });
        let below = path.split(['?', '#']).next().unwrap_or_default();
        let holds = |entry: &&NavEntry| {
            below == entry.url || below.strip_prefix(&entry.url).is_some_and(|rest| rest.starts_with('/'))
        };
        let current = nav.iter().filter(holds).map(|entry| entry.url.clone()).max_by_key(String::len);
        let view = |entry: NavEntry| NavView {
            label: cx.t(entry.label),
            current: current.as_ref() == Some(&entry.url),
            url: entry.url,
            icon: entry.icon,
        };
        let at = |place| nav.iter().filter(move |entry| entry.place == place).cloned().map(view).collect();
        if let Some(user) = &mut user {
            user.menu = at(NavPlace::Menu);
        }
        let other = shell.offered.other(cx.locale());
        let page = cx.0.page.as_str();
        let mark = if page.contains('?') { '&' } else { '?' };
        let sign_in_url = match page.split('?').next().unwrap_or_default() {
            "/" | super::SIGN_IN_PATH => super::SIGN_IN_PATH.to_owned(),
            _ => super::sign_in_path(page),
        };
        Self {
            name: cx.atrium().settings().site_name.clone(),
            product: cx.atrium().settings().product_name.clone(),
            base: cx.base().to_owned(),
            locale: cx.locale(),
            other_locale: other,
            other_locale_url: other.map(|other| format!("{page}{mark}lang={}", other.tag())),
            home_url: "/",
            searches: cfg!(feature = "search"),
            theme: "auto",
            user,
            bell_url: nav.iter().find(|entry| entry.place == NavPlace::Bell).map(|entry| entry.url.clone()),
            nav: at(NavPlace::Main),
            footer: at(NavPlace::Footer),
            announcements: announcements(cx, service),
            announces_service: service.is_some_and(|service| announces(cx, service)),
            sign_in_url,
            sign_out_url: super::SIGN_OUT_PATH,
            asset_version: shell.look().assets.version.clone(),
            path: path.to_owned(),
        }
    }
}

/// Returns a digest of everything that the site around a page depends on besides the page's service: the address, the
/// language, the navigation of this reader, the announcements.
pub(super) fn around(cx: &RequestContext) -> Key {
    let announced = cx.atrium().catalogue().moment(cx.actor().now());
    let asked = (cx.path(), cx.0.page.as_str(), cx.base(), cx.locale());
    cx.atrium().shell().pieces.key((asked, cx.0.signed_in.is_some(), navigation(cx), announced))
}

/// Returns the plugins' navigation entries for this person.
pub(super) fn navigation(cx: &RequestContext) -> Vec<NavEntry> {
    let mut all: Vec<NavEntry> =
        cx.atrium().plugins().iter().flat_map(|plugin| plugin.navigation(cx.actor())).collect();
    let places: Vec<NavPlace> = all.iter().map(|entry| entry.place).collect();
    all.retain(|entry| entry.gathers.is_none_or(|place| places.contains(&place)));
    all
}

/// Returns `true` if an incident or a maintenance of `service` is announced now.
fn announces(cx: &RequestContext, service: &str) -> bool {
    let current = cx.atrium().catalogue().current_announcements(cx.actor().now());
    current.iter().any(|announcement| {
        announcement.service_key.as_deref() == Some(service) && announcement.kind != AnnouncementKind::Info
    })
}

pub(super) fn announcements(cx: &RequestContext, service: Option<&str>) -> Vec<AnnouncementView> {
    let current = cx.atrium().catalogue().current_announcements(cx.actor().now());
    let view = |announcement: &Announcement| AnnouncementView {
        kind: announcement.kind.as_str().to_owned(),
        title: cx.pick(&announcement.title_fr, &announcement.title_en).to_owned(),
        title_lang: cx.language_of(&announcement.title_en),
        body: cx.pick(&announcement.body_fr, &announcement.body_en).to_owned(),
        body_lang: cx.language_of(&announcement.body_en),
        ends: announcement.ends_at,
    };
    let concerns = |announcement: &&Announcement| match (service, &announcement.service_key) {
        (Some(about), Some(key)) => about == key,
        _ => true,
    };
    current.iter().filter(concerns).map(view).collect()
}

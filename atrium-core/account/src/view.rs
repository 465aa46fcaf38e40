//! The account pages.

use serde::Serialize;

use crate::routes::{OTHERS_PATH, PASSWORD_PATH, session_path};
use crate::{agent, tokens};
use atrium_platform::access::{Effect, Origin, Scope};
use atrium_platform::clock::Timestamp;
use atrium_platform::directory;
use atrium_platform::login::{self, Password, SessionInfo};
use atrium_platform::{Error, Message, Result};
use atrium_web::{FieldErrors, HomeSection, NavEntry, NavPlace, Places, RequestContext, View};

#[derive(Serialize)]
pub(super) struct AccountView {
    title: String,
    noindex: bool,
    name: String,
    initials: String,
    email: Option<String>,
    login: Option<String>,
    password_url: Option<&'static str>,
    memberships: Vec<MembershipView>,
    roles: Vec<RoleView>,
    sessions: Vec<SessionView>,
    others_url: Option<&'static str>,
    tokens_url: &'static str,
    parts: Vec<PartView>,
    sections: Vec<HomeSection>,
}

/// A page of another plugin that belongs to the account.
#[derive(Serialize)]
struct PartView {
    title: String,
    summary: String,
    url: String,
    icon: &'static str,
}

#[derive(Serialize)]
struct MembershipView {
    establishment: String,
    profile: String,
    groups: Vec<String>,
    until: Option<Timestamp>,
}

#[derive(Serialize)]
struct RoleView {
    label: String,
    lang: &'static str,
    scope: String,
    scope_lang: &'static str,
    until: Option<Timestamp>,
}

#[derive(Serialize)]
struct SessionView {
    device: String,
    address: String,
    created: Timestamp,
    last_seen: Timestamp,
    current: bool,
    end_url: String,
}

impl View for AccountView {
    const TEMPLATE: &'static str = "account/show";
}

impl AccountView {
    pub(super) async fn load(cx: &RequestContext) -> Result<Self> {
        let (me, now) = (cx.actor().require_person()?, cx.actor().now());
        let person = directory::person(cx.db(), me).await?;
        let login = cx.atrium().login().login_of(me).await?;
        let sessions = cx.atrium().login().sessions_of(me).await?;
        let rights = cx.actor().rights();
        let schools = rights.memberships(now).map(|held| Scope::Establishment(held.establishment));
        let groups = rights.groups(now).map(|held| Scope::Group(held.establishment, held.group));
        let scopes = rights.roles(now).map(|role| role.scope);
        let places = Places::load(cx, schools.chain(groups).chain(scopes)).await?;
        Ok(Self {
            title: cx.t("account-title"),
            noindex: true,
            initials: login::initials(&person.given_name, &person.family_name),
            name: person.display_name,
            email: person.email,
            password_url: login.is_some().then_some(PASSWORD_PATH),
            login,
            tokens_url: tokens::PATH,
            parts: cx.navigation(NavPlace::Account).into_iter().map(|entry| PartView::new(cx, entry)).collect(),
            sections: sections(cx).await?,
            memberships: memberships(cx, &places),
            roles: roles(cx, &places),
            others_url: (sessions.len() > 1).then_some(OTHERS_PATH),
            sessions: sessions.into_iter().map(|session| SessionView::new(cx, session)).collect(),
        })
    }
}

/// Returns what the plugins show of this person's own.
async fn sections(cx: &RequestContext) -> Result<Vec<HomeSection>> {
    let mut sections = Vec::new();
    for plugin in cx.atrium().plugins() {
        sections.extend(plugin.account(cx).await?);
    }
    Ok(sections)
}

impl PartView {
    fn new(cx: &RequestContext, entry: NavEntry) -> Self {
        Self {
            title: cx.t(entry.label),
            summary: cx.known(&format!("{}-summary", entry.label)).unwrap_or_default(),
            url: entry.url,
            icon: entry.icon,
        }
    }
}

fn memberships(cx: &RequestContext, places: &Places) -> Vec<MembershipView> {
    let (rights, now) = (cx.actor().rights(), cx.actor().now());
    let view = |held: &atrium_platform::access::HeldMembership| MembershipView {
        establishment: places.school(held.establishment),
        profile: places.role(held.profile.key()),
        groups: rights
            .groups(now)
            .filter(|group| group.establishment == held.establishment)
            .map(|group| places.group(group.group))
            .collect(),
        until: held.validity.last(),
    };
    rights.memberships(now).map(view).collect()
}

/// Returns the assigned roles; the memberships already show the roles of profiles.
fn roles(cx: &RequestContext, places: &Places) -> Vec<RoleView> {
    let given = cx
        .actor()
        .rights()
        .roles(cx.actor().now())
        .filter(|role| role.effect == Effect::Permit && matches!(role.origin, Origin::Assignment { .. }));
    given
        .map(|role| RoleView {
            label: places.role(&role.key),
            lang: places.language_of_role(&role.key),
            scope: places.scope(role.scope),
            scope_lang: Places::language_of(role.scope),
            until: role.validity.last(),
        })
        .collect()
}

impl SessionView {
    fn new(cx: &RequestContext, session: SessionInfo) -> Self {
        let device = match agent::describe(&session.user_agent) {
            device if device.is_empty() => cx.t("account-device-unknown"),
            device => device,
        };
        Self {
            device,
            address: session.address,
            created: session.created_at,
            last_seen: session.last_seen,
            current: cx.session() == Some(session.id),
            end_url: session_path(session.id),
        }
    }
}

#[derive(Serialize)]
pub(super) struct PasswordView {
    title: String,
    noindex: bool,
    action: &'static str,
    login: String,
    min_length: usize,
    cancel_url: &'static str,
    errors: FieldErrors,
}

impl View for PasswordView {
    const TEMPLATE: &'static str = "account/password";
}

impl PasswordView {
    pub(super) async fn load(cx: &RequestContext, errors: FieldErrors) -> Result<Self> {
        let login = cx.atrium().login().login_of(cx.actor().require_person()?).await?;
        let none = || Error::conflict_with("no local account", Message::new("login-no-account"));
        Ok(Self {
            title: cx.t("account-password-title"),
            noindex: true,
            action: PASSWORD_PATH,
            login: login.ok_or_else(none)?,
            min_length: Password::LENGTH.0,
            cancel_url: crate::ACCOUNT_PATH,
            errors,
        })
    }
}

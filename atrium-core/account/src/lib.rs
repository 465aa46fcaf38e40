//! The account pages, as a plugin: a person's identity, roles, sessions, password and API tokens, and what other plugins
//! add to them.

mod agent;
mod api;
mod data;
mod digest_letters;
mod erasure;
mod live;
mod notice_choices;
mod notice_letters;
mod notices;
mod notices_api;
mod routes;
mod tokens;
mod unsubscribe;
mod view;

use async_trait::async_trait;
use atrium_platform::access::Actor;
use atrium_platform::mail::Letters;
use atrium_platform::plugin::{Plugin, PluginContext};
use atrium_web::{Files, NavEntry, Routes, WebPlugin};
use rust_embed::RustEmbed;

/// Where the account begins.
const ACCOUNT_PATH: &str = "/compte";
/// Before the entries of other plugins in the person's menu.
const FIRST: i32 = -100;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct Templates;

#[derive(RustEmbed)]
#[folder = "locales/"]
struct Locales;

/// The account pages, as a plugin.
#[derive(Clone, Copy, Debug, Default)]
pub struct Account;

impl Plugin for Account {
    fn id(&self) -> &'static str {
        "account"
    }

    fn letters(&self, cx: &PluginContext) -> Vec<Letters> {
        vec![notice_letters::letters(cx), digest_letters::letters(cx)]
    }
}

#[async_trait]
impl WebPlugin for Account {
    fn routes(&self, routes: &mut Routes) {
        routes::declare(routes);
    }

    fn templates(&self) -> Files {
        Files::of::<Templates>()
    }

    fn locales(&self) -> Files {
        Files::of::<Locales>()
    }

    fn navigation(&self, actor: &Actor) -> Vec<NavEntry> {
        let mine = NavEntry::menu("nav-account", ACCOUNT_PATH, "user", FIRST);
        let data = NavEntry::account("account-data", data::PATH, "folder", 0);
        let bell = NavEntry::bell("notices-title", notices::PATH);
        let choices = NavEntry::account("notices-choices", notice_choices::CHOICES, "bell", 10);
        actor.person().map(|_| [mine, bell, data, choices]).into_iter().flatten().collect()
    }
}

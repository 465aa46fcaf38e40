//! The plugin's registration with the platform: one implementation per trait.

use std::sync::Arc;

use atrium_core::access::{Actor, PermissionDef, RoleDef};
use atrium_core::db::SqlMigration;
use atrium_core::events::DeclaredEvent;
use atrium_core::jobs::ScheduledJob;
use atrium_core::plugin::{CommandDef, Plugin, PluginContext};
use atrium_core::privacy::PersonalData;
use atrium_core::sea_orm_migration::MigrationTrait;
use atrium_core::search::SearchSource;
use atrium_core::settings::SettingDef;
use atrium_core::web::{Files, NavEntry, Routes, WebPlugin};
use rust_embed::RustEmbed;

use crate::search::LoansSource;
use crate::upkeep::{self, KEEP_LOANS, MOST_REQUESTED};
use crate::{DECIDE, MANAGE, desk, permissions, record, requests};

const MIGRATIONS: [SqlMigration; 2] = [
    SqlMigration { name: "m0001_loans", sql: include_str!("../migrations/0001_loans.sql") },
    SqlMigration { name: "m0002_region", sql: include_str!("../migrations/0002_region.sql") },
];

/// What the desk explains in the help: the help plugin shows it.
#[derive(RustEmbed)]
#[folder = "articles/"]
struct OurArticles;

#[derive(RustEmbed)]
#[folder = "templates/"]
struct OurTemplates;

#[derive(RustEmbed)]
#[folder = "locales/"]
struct OurLocales;

/// The tablet-loan desk.
#[derive(Clone, Copy, Debug)]
pub struct Loans {
    region_stock: i64,
    is_explained: bool,
}

impl Default for Loans {
    fn default() -> Self {
        Self { region_stock: 300, is_explained: false }
    }
}

impl Loans {
    /// Adds articles about the desk to the help, which the platform must have (`atrium_help::Help`).
    #[must_use]
    pub fn explained(mut self) -> Self {
        self.is_explained = true;
        self
    }

    /// Sets how many tablets the Region has to deliver, in all.
    #[must_use]
    pub fn region_stock(mut self, tablets: i64) -> Self {
        self.region_stock = tablets;
        self
    }
}

impl Plugin for Loans {
    fn id(&self) -> &'static str {
        "loans"
    }

    fn permissions(&self) -> Vec<PermissionDef> {
        permissions::definitions()
    }

    fn events(&self) -> Vec<DeclaredEvent> {
        record::declared()
    }

    fn roles(&self) -> Vec<RoleDef> {
        permissions::roles()
    }

    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        SqlMigration::boxed(&MIGRATIONS)
    }

    fn settings(&self) -> Vec<SettingDef> {
        vec![MOST_REQUESTED.def(), KEEP_LOANS.def()]
    }

    fn schedule(&self, _cx: &PluginContext) -> Vec<ScheduledJob> {
        vec![upkeep::forgetting()]
    }

    fn commands(&self) -> Vec<CommandDef> {
        vec![upkeep::command()]
    }

    fn privacy(&self, _cx: &PluginContext) -> Option<Arc<dyn PersonalData>> {
        Some(Arc::new(upkeep::OfPerson))
    }

    fn search_source(&self, _cx: &PluginContext) -> Option<Arc<dyn SearchSource>> {
        Some(Arc::new(LoansSource))
    }
}

impl WebPlugin for Loans {
    fn routes(&self, routes: &mut Routes) {
        desk::routes::declare(routes);
        requests::routes::declare(routes, self.region_stock);
    }

    fn templates(&self) -> Files {
        Files::of::<OurTemplates>()
    }

    fn locales(&self) -> Files {
        Files::of::<OurLocales>()
    }

    fn articles(&self) -> Files {
        if self.is_explained { Files::of::<OurArticles>() } else { Files::default() }
    }

    fn navigation(&self, actor: &Actor) -> Vec<NavEntry> {
        let holds = |permission| actor.rights().holds_somewhere(permission, actor.now());
        if holds(MANAGE) || holds(DECIDE) {
            vec![NavEntry::new("loans-nav", desk::routes::ABOUT, "device", 50)]
        } else {
            Vec::new()
        }
    }
}

//! A test's site: a platform on a fresh database and directory, removed at the end.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use atrium_account::Account;
use atrium_admin::Administration;
use axum::Router;
use axum::body::Body;
use sea_orm::ConnectionTrait;
use tempfile::TempDir;
use url::Url;

use super::client::{Answer, Client};
use super::database::TestDatabase;
use atrium_platform::access::{Actor, Via};
use atrium_platform::clock::Clock;
use atrium_platform::config::Settings;
use atrium_platform::directory::PersonId;
use atrium_platform::login::Device;
use atrium_web::{Atrium, Builder};
use atrium_web::{RouteInfo, WebPlugin};

/// The services of a test's site, as TOML: `documents`, `casier` and `messagerie` everywhere, `moodle` and `pronote` where a
/// school says so, `forum` for roles.
pub const SERVICES: &str = include_str!("../services.toml");

/// The roles of a test's site, as TOML: `stil_technician`, `stil_sector_chief`, `region_support` and `region_developer`, which
/// speak for the Region, and `observer`, without permissions.
pub const ROLES: &str = include_str!("../roles.toml");

/// A sixteenth of the secret key of tests.
const KEY: &str = "7e57";

/// A whole site on a fresh database.
pub struct TestSite {
    atrium: Atrium,
    /// The routes, built once: a test makes many clients.
    router: OnceLock<Router>,
    _database: TestDatabase,
    directory: TempDir,
    made: AtomicU32,
}

/// Builds a [`TestSite`].
pub struct TestSiteBuilder {
    builder: Builder,
    public_url: Option<Url>,
    mail_url: Option<String>,
    mail_ca: Option<PathBuf>,
    files_url: Option<String>,
    settings: fn(Settings) -> Settings,
}

impl TestSiteBuilder {
    /// Adds a plugin.
    #[must_use]
    pub fn plugin(mut self, plugin: impl WebPlugin) -> Self {
        self.builder = self.builder.plugin(plugin);
        self
    }

    /// Sets the public URL.
    ///
    /// # Panics
    /// Panics if `url` is not a URL.
    #[must_use]
    pub fn public_url(mut self, url: &str) -> Self {
        self.public_url = Some(url.parse().expect("an address"));
        self
    }

    /// Sets what takes mail, as the setting `mail_url`.
    #[must_use]
    pub fn mail_to(mut self, url: &str) -> Self {
        self.mail_url = Some(url.to_owned());
        self
    }

    /// Sets the authority of the mail server's certificate, as the setting `mail_ca`.
    #[must_use]
    pub fn mail_authority(mut self, file: &Path) -> Self {
        self.mail_ca = Some(file.to_owned());
        self
    }

    /// Sets where attached files are kept, as the setting `files_url`.
    #[must_use]
    pub fn files_in(mut self, url: &str) -> Self {
        self.files_url = Some(url.to_owned());
        self
    }

    /// Changes the settings; data directory and database stay the test's own.
    #[must_use]
    pub fn settings(mut self, change: fn(Settings) -> Settings) -> Self {
        self.settings = change;
        self
    }

    /// Changes the platform's builder, which has the [`SERVICES`] and [`ROLES`] of tests.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(Builder) -> Builder) -> Self {
        self.builder = change(self.builder);
        self
    }

    /// Starts the site.
    ///
    /// # Panics
    /// Panics if it does not start.
    pub async fn start(self) -> TestSite {
        let database = TestDatabase::new().await;
        let clock: Clock = database.db().clock().clone();
        let directory = TempDir::new().expect("a temporary directory");
        let mut settings = Settings::default().data_dir(directory.path()).database(database.url()).not_durable();
        // Further nodes have directories of their own, and share it by their settings.
        settings.secret_key = Some(KEY.repeat(16));
        settings.mail_url = self.mail_url;
        settings.mail_ca = self.mail_ca;
        settings.files_url = self.files_url;
        let settings = match self.public_url {
            Some(url) => settings.public_url(url),
            None => settings,
        };
        let builder = self.builder.clock(clock).settings((self.settings)(settings));
        let atrium = builder.build().await.expect("the site starts");
        TestSite { atrium, router: OnceLock::new(), _database: database, directory, made: AtomicU32::new(0) }
    }
}

impl TestSite {
    /// Starts a site with core alone.
    pub async fn new() -> Self {
        Self::builder().start().await
    }

    /// Returns a builder.
    #[must_use]
    pub fn builder() -> TestSiteBuilder {
        TestSiteBuilder {
            builder: Atrium::builder()
                .services("services.toml", SERVICES)
                .roles("roles.toml", ROLES)
                .plugin(Account)
                .plugin(Administration),
            public_url: None,
            mail_url: None,
            mail_ca: None,
            files_url: None,
            settings: |settings| settings,
        }
    }

    /// Starts another node on the same database, with an index of its own and only core's pages. Stop it at the end
    /// of the test.
    ///
    /// # Panics
    /// Panics if it does not start.
    pub async fn second_node(&self) -> Atrium {
        let settings = self.atrium.settings().clone().data_dir(self.directory.path().join("second"));
        let builder = Atrium::builder().settings(settings).clock(self.clock().clone()).roles("roles.toml", ROLES);
        let builder = builder.plugin(Account).plugin(Administration);
        builder.build().await.expect("the second node starts")
    }

    /// Returns a number unique among what the test makes.
    pub(super) fn next(&self) -> u32 {
        self.made.fetch_add(1, Ordering::Relaxed)
    }

    /// Returns the platform.
    #[must_use]
    pub fn atrium(&self) -> &Atrium {
        &self.atrium
    }

    /// Returns the clock, which stays at its instant until it is set.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        self.atrium.db().clock()
    }

    /// Advances the clock.
    pub fn pass_seconds(&self, seconds: i64) {
        self.clock().set(self.clock().now().plus_seconds(seconds));
    }

    /// Returns the actor of the platform itself, which may do everything.
    #[must_use]
    pub fn system(&self) -> Actor {
        Actor::system(Via::System, self.clock().now())
    }

    /// Waits until searches find everything committed.
    ///
    /// # Panics
    /// Panics if the index fails.
    #[cfg(feature = "search")]
    pub async fn settle(&self) {
        self.atrium.index_now().await.expect("the index follows");
    }

    /// Makes every scheduled job due, runs them, and returns how much each did.
    ///
    /// # Panics
    /// Panics if the database fails.
    pub async fn run_jobs(&self) -> Vec<(&'static str, u64)> {
        let due = "UPDATE atrium_job SET due_at = 0";
        self.atrium.db().writer().execute_unprepared(due).await.expect("jobs are due");
        self.atrium.run_due_jobs().await.expect("jobs run")
    }

    /// Does the queued tasks that are due, until there are none, and returns how many attempts that took.
    ///
    /// # Panics
    /// Panics if the database fails.
    pub async fn run_tasks(&self) -> usize {
        self.atrium.run_due_tasks().await.expect("tasks are done")
    }

    /// Returns the client of a visitor.
    #[must_use]
    pub fn visitor(&self) -> Client {
        Client::new(self.router(), Actor::anonymous(self.clock().now()))
    }

    fn router(&self) -> Router {
        self.router.get_or_init(|| self.atrium.router()).clone()
    }

    /// Returns the response of every route to this person, or to a visitor, each asked once with `1` for its
    /// parameters and an empty form, to check what holds for every response.
    pub async fn every_answer(&self, person: Option<PersonId>) -> Vec<(RouteInfo, Answer)> {
        let mut answers = Vec::new();
        for route in self.atrium.routes() {
            // Each request gets its own session: some routes end it.
            let client = match person {
                Some(person) => self.signed_in(person).await,
                None => self.visitor(),
            };
            let path: Vec<_> =
                route.path.split('/').map(|part| if part.starts_with('{') { "1" } else { part }).collect();
            let request = client.request(route.method.clone(), &path.join("/")).header("sec-fetch-site", "same-origin");
            let answer = client.send(request.body(Body::empty()).expect("a request")).await;
            answers.push((route.clone(), answer));
        }
        answers
    }

    /// Returns the client of a signed-in person.
    ///
    /// # Panics
    /// Panics if the person does not exist.
    pub async fn signed_in(&self, person: PersonId) -> Client {
        let actor = self.atrium.access().actor_for(person, Via::Web).await.expect("a person");
        let device = Device::new("test", "", 12);
        let opened = self.atrium.login().open_session(person, &device).await.expect("a session");
        let settings = self.atrium.settings();
        let secure = settings.public_url.as_ref().is_some_and(|url| url.scheme() == "https");
        let name = format!("{}atrium{}", if secure { "__Host-" } else { "" }, settings.cookie_suffix);
        Client::new(self.router(), actor).with_cookie(&name, opened.token.secret())
    }
}

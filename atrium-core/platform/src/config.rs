//! Settings of a node: directories, addresses and limits.
//!
//! They are read in this order, later ones winning: defaults, `atrium.toml`, `ATRIUM_*` environment variables, the
//! command line (through the setters). An invalid setting is an error that names the key, the value and the allowed
//! values.

pub(crate) mod declared;
mod environment;
mod files;
mod mail;
mod webhooks;

use std::ffi::OsString;
use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::clock::{DEFAULT_ZONE, named_zone};
use crate::error::{Error, Result};

use environment::{Variables, describe};
pub(crate) use files::FilesPlace;

/// The languages that the platform speaks.
const LOCALES: [&str; 2] = ["fr", "en"];
/// Prefix of the variables that are settings, unless the host sets another.
const PREFIX: &str = "ATRIUM_";

/// The settings of one node.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[non_exhaustive]
pub struct Settings {
    /// Address to listen on: `127.0.0.1:3000`.
    pub listen: SocketAddr,
    /// Directory of the platform's files: database, index, attachments.
    pub data_dir: PathBuf,
    /// `postgres://…` or `sqlite://…`; a SQLite file in `data_dir` when absent.
    pub database_url: Option<String>,
    /// Database connections with which this node reads.
    pub database_connections: u32,
    /// Of these, the connections that each use of the database keeps for itself: lists, pages about one thing, the
    /// administration, the API, and the platform's own work. The others are for any use.
    pub database_share: u32,
    /// Seconds after which a query of a request is ended.
    pub query_seconds: u32,
    /// `true` if a commit waits for the disk. Only demonstrations and tests on SQLite may set `false`.
    pub durable: bool,
    /// Secret key of the platform, 64 hexadecimal digits, the same on every node. Without it, the key is that of the file
    /// `secret.key` in `data_dir`, which the first start makes.
    pub secret_key: Option<String>,
    /// What takes mail: `smtps://user:password@host`, `smtp://…?tls=required`, or `file:///directory` of `.eml` files.
    /// Without it, no mail is sent.
    pub mail_url: Option<String>,
    /// PEM file of an authority that signs the mail server's certificate, beside those that everyone knows.
    pub mail_ca: Option<PathBuf>,
    /// Sender of mail: `ATRIUM <assistance@example.fr>`; `assistance@` the host of `public_url` when absent.
    pub mail_from: Option<String>,
    /// Networks that webhooks may call beside the public one, also without TLS: `10.20.0.0/16`. None by default.
    pub webhook_networks: Vec<String>,
    /// Where the files that people attach are kept, the same for every node: `file:///directory`, or a bucket of a store that
    /// speaks S3, `s3://key:secret@bucket/folder?endpoint=https://host&region=name`; `files` in `data_dir` when absent.
    pub files_url: Option<String>,
    /// Largest picture that people attach, in megabytes.
    pub picture_megabytes: u32,
    /// Largest other file that people attach, in megabytes.
    pub document_megabytes: u32,
    /// Megabytes of files that the people of one school may keep; 0 for any number.
    pub school_files_megabytes: u32,
    /// Address for replies by mail: `reponse@example.fr`. Its server delivers `reponse+anything@example.fr` there, too. Without
    /// it, letters take no replies.
    pub mail_replies: Option<String>,
    /// Maildir into which the mail server delivers replies; they may also be posted to the API.
    pub mail_inbox: Option<PathBuf>,
    /// Address people type, mount prefix included: `https://atrium.example/assistance`. Used in mails and feeds, and
    /// as the only accepted origin of forms; without it, the request's own host is.
    pub public_url: Option<Url>,
    /// Name of the site, in titles and mails.
    pub site_name: String,
    /// Name of the workspace that people ask about, in the wordmark and in texts.
    pub product_name: String,
    /// Who may show pages in a frame, as the `frame-ancestors` of a content security policy: `'none'`, `'self'`, or
    /// origins separated by spaces.
    pub frame_ancestors: String,
    /// Reads the theme again when its files change. For development: each page looks at every file's date.
    pub theme_reload: bool,
    /// Directory of template and asset overrides, by relative path: `templates/layout.hbs`, `assets/atrium.css`.
    pub theme_dir: Option<PathBuf>,
    /// TOML file of synonyms that replaces the built-in one.
    pub synonyms: Option<PathBuf>,
    /// TOML file of the services that people ask about, which replaces that of the program.
    pub services: Option<PathBuf>,
    /// Takes the client's address from `X-Forwarded-For`. Only behind a proxy that sets it.
    pub behind_proxy: bool,
    /// Suffix of our cookies' names, when several mounts share a host.
    pub cookie_suffix: String,
    /// How long a session lasts without being used, in hours.
    pub session_hours: u32,
    /// Requests per second allowed to one address before it is asked to wait.
    pub requests_per_second: u32,
    /// Requests a second of one API token in the long run, on each node; ten seconds' worth at once.
    pub token_requests_per_second: u32,
    /// Token that opens `/metrics` (`Authorization: Bearer …`), 16 characters at least. Without a token, there is
    /// no such page.
    pub metrics_token: Option<String>,
    /// Address of a listener that serves only `/metrics`, without a token: `127.0.0.1:9464`.
    pub metrics_listen: Option<SocketAddr>,
    /// Size of SQLite's write-ahead log in megabytes from which it is folded in, with a short pause of reading.
    pub wal_megabytes: u32,
    /// Days after which events are deleted that every consumer has processed.
    pub keep_events_days: u32,
    /// Days after which records of the journal are deleted; 0 keeps them for ever.
    pub keep_journal_days: u32,
    /// Time zone of the days and hours that people read and type, and of daily jobs: a name of the IANA database. One
    /// for the whole process.
    pub time_zone: String,
    /// Languages of the pages, the site's own first: readers who ask for no other get it. Some of `fr` and `en`.
    pub locales: Vec<String>,
    /// Client connections this node keeps open; fewer if the system allows fewer files.
    pub connections: u32,
    /// Client connections of one address; without effect behind a proxy, which limits its clients itself.
    pub connections_per_address: u32,
    /// Seconds that requests under way get to end at a stop.
    pub stop_seconds: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 3000)),
            data_dir: PathBuf::from("atrium-data"),
            database_url: None,
            database_connections: 8,
            database_share: 1,
            query_seconds: 5,
            durable: true,
            secret_key: None,
            mail_url: None,
            mail_ca: None,
            mail_from: None,
            webhook_networks: Vec::new(),
            files_url: None,
            picture_megabytes: 15,
            document_megabytes: 20,
            school_files_megabytes: 2_000,
            mail_replies: None,
            mail_inbox: None,
            public_url: None,
            site_name: "ATRIUM".to_owned(),
            product_name: "ATRIUM".to_owned(),
            frame_ancestors: "'none'".to_owned(),
            theme_reload: false,
            theme_dir: None,
            synonyms: None,
            services: None,
            behind_proxy: false,
            cookie_suffix: String::new(),
            session_hours: 12,
            requests_per_second: 200,
            token_requests_per_second: 10,
            metrics_token: None,
            metrics_listen: None,
            wal_megabytes: 64,
            keep_events_days: 30,
            keep_journal_days: 365,
            time_zone: DEFAULT_ZONE.to_owned(),
            locales: LOCALES.map(str::to_owned).into(),
            connections: 4096,
            connections_per_address: 512,
            stop_seconds: 10,
        }
    }
}

impl Settings {
    /// Reads the settings: the defaults, then `ATRIUM_*` variables.
    ///
    /// # Errors
    /// Returns an error if a variable is unknown or its value is not valid.
    pub fn from_env() -> Result<Self> {
        Self::from_env_named(PREFIX)
    }

    /// Reads the settings as [`from_env`](Self::from_env) does, from variables that begin with `prefix` instead of
    /// `ATRIUM_`, such as `ASSISTANCE_`.
    ///
    /// # Errors
    /// Returns an error if a variable is unknown or its value is not valid.
    pub fn from_env_named(prefix: &str) -> Result<Self> {
        Self::extract(Figment::from(Serialized::defaults(Self::default())), prefix)
    }

    /// Reads the settings: the defaults, then the TOML file at `path`, then `ATRIUM_*` variables.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, a key is unknown or a value is not valid.
    pub fn load(path: &Path) -> Result<Self> {
        Self::load_named(path, PREFIX)
    }

    /// Reads the settings as [`load`](Self::load) does, with variables that begin with `prefix` instead of `ATRIUM_`.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, a key is unknown or a value is not valid.
    pub fn load_named(path: &Path, prefix: &str) -> Result<Self> {
        if !path.is_file() {
            return Err(Error::bug(format!("configuration file `{}` cannot be read", path.display())));
        }
        Self::extract(Figment::from(Serialized::defaults(Self::default())).merge(Toml::file_exact(path)), prefix)
    }

    fn extract(figment: Figment, prefix: &str) -> Result<Self> {
        Self::extract_from(figment, prefix, std::env::vars_os())
    }

    fn extract_from(
        figment: Figment,
        prefix: &str,
        variables: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self> {
        let variables = variables.into_iter().collect();
        let figment = figment.merge(Variables { prefix: prefix.to_owned(), variables });
        let settings: Self = figment.extract().map_err(|error| describe(&error, &figment))?;
        settings.check()?;
        Ok(settings)
    }

    /// Checks every setting.
    ///
    /// # Errors
    /// Returns an error if a value is not valid.
    pub fn check(&self) -> Result<()> {
        let refuse = |key: &str, value: &dyn fmt::Display, allowed: &str| {
            Err(Error::bug(format!("setting `{key}` is `{value}`: {allowed}")))
        };
        if let Some(url) = &self.database_url
            && !["postgres://", "postgresql://", "sqlite:"].iter().any(|scheme| url.starts_with(scheme))
        {
            let scheme = url.split("://").next().unwrap_or_default();
            return refuse("database_url", &format!("{scheme}://…"), "expected `postgres://…` or `sqlite://…`");
        }
        if let Some(url) = &self.database_url
            && url.starts_with("postgres")
            && Url::parse(url).is_err()
        {
            return refuse("database_url", &"postgres://…", "expected `postgres://user:password@host:port/database`");
        }
        if self.database_url.as_deref().is_some_and(|url| url.contains(":memory:")) {
            return refuse("database_url", &"sqlite::memory:", "expected a file, which several connections share");
        }
        if self.files_url.as_deref().is_some_and(|text| FilesPlace::read(text).is_none()) {
            return refuse("files_url", &"…", FilesPlace::EXPECTED);
        }
        for (key, value) in
            [("picture_megabytes", self.picture_megabytes), ("document_megabytes", self.document_megabytes)]
        {
            if !(1..=100).contains(&value) {
                return refuse(key, &value, "expected 1 to 100");
            }
        }
        if let Some(url) = &self.public_url
            && (!matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some())
        {
            return refuse("public_url", url, "expected `http://…` or `https://…` without `?` or `#`");
        }
        if !self.cookie_suffix.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-') {
            return refuse("cookie_suffix", &self.cookie_suffix, "expected letters, digits, `_` and `-`");
        }
        if !self.frame_ancestors.split_whitespace().all(is_ancestor) || self.frame_ancestors.trim().is_empty() {
            let allowed =
                "expected `'none'`, `'self'`, or origins such as `https://ent.example.fr`, separated by spaces";
            return refuse("frame_ancestors", &self.frame_ancestors, allowed);
        }
        if self.product_name.trim().is_empty() {
            return refuse("product_name", &self.product_name, "expected a name");
        }
        if !(1..=24 * 90).contains(&self.session_hours) {
            return refuse("session_hours", &self.session_hours, "expected 1 to 2160");
        }
        if !(1..=200).contains(&self.database_connections) {
            return refuse("database_connections", &self.database_connections, "expected 1 to 200");
        }
        if self.database_share > self.database_connections / 6 && self.database_share > 1 {
            let allowed = "expected at most a sixth of `database_connections`: there are six uses";
            return refuse("database_share", &self.database_share, allowed);
        }
        if !(1..=30).contains(&self.query_seconds) {
            return refuse("query_seconds", &self.query_seconds, "expected 1 to 30");
        }
        if self.requests_per_second == 0 {
            return refuse("requests_per_second", &0, "expected at least 1");
        }
        if self.token_requests_per_second == 0 {
            return refuse("token_requests_per_second", &0, "expected at least 1");
        }
        if self.wal_megabytes < 8 {
            return refuse("wal_megabytes", &self.wal_megabytes, "expected at least 8");
        }
        if self.keep_events_days == 0 {
            return refuse("keep_events_days", &0, "expected at least 1");
        }
        if (1..30).contains(&self.keep_journal_days) {
            return refuse("keep_journal_days", &self.keep_journal_days, "expected 0 (for ever) or at least 30");
        }
        if named_zone(&self.time_zone).is_none() {
            return refuse("time_zone", &self.time_zone, "expected a name of the IANA database such as `Europe/Paris`");
        }
        let is_offered =
            |at: usize| LOCALES.contains(&&*self.locales[at]) && !self.locales[..at].contains(&self.locales[at]);
        if self.locales.is_empty() || !(0..self.locales.len()).all(is_offered) {
            let allowed = format!("expected one or several of `{}`, each once", LOCALES.join("`, `"));
            return refuse("locales", &self.locales.join(", "), &allowed);
        }
        if let Some(allowed) = self.mail_url.as_deref().and_then(mail::mistake) {
            return refuse("mail_url", &"…", allowed);
        }
        if let Some(file) = self.mail_ca.as_ref().filter(|file| !file.is_file()) {
            return refuse("mail_ca", &file.display(), "expected a PEM file");
        }
        if let Some(from) = self.mail_from.as_ref().filter(|from| !mail::is_sender(from)) {
            return refuse("mail_from", from, "expected `name@host` or `Name <name@host>`");
        }
        if let Some(wrong) = self.webhook_networks.iter().find(|text| !webhooks::is_network(text)) {
            return refuse("webhook_networks", wrong, "expected networks such as `10.20.0.0/16` or `fd00:1::/48`");
        }
        if let Some(address) = self.mail_replies.as_ref().filter(|address| !mail::takes_replies(address)) {
            return refuse("mail_replies", address, "expected `name@host`, of 12 characters before the `@` at most");
        }
        if let Some(inbox) = &self.mail_inbox {
            if self.mail_replies.is_none() {
                return refuse(
                    "mail_inbox",
                    &inbox.display(),
                    "expected with `mail_replies`, the address of its messages",
                );
            }
            if !inbox.join("new").is_dir() || !inbox.join("cur").is_dir() {
                return refuse(
                    "mail_inbox",
                    &inbox.display(),
                    "expected a maildir, with the directories `new` and `cur`",
                );
            }
        }
        if self.secret_key.as_ref().is_some_and(|key| !is_key(key)) {
            return refuse("secret_key", &"…", "expected 64 hexadecimal digits, as `openssl rand -hex 32` prints");
        }
        if self.metrics_token.as_ref().is_some_and(|token| token.len() < 16) {
            return refuse("metrics_token", &"…", "expected 16 characters or more");
        }
        for (key, value) in
            [("connections", self.connections), ("connections_per_address", self.connections_per_address)]
        {
            if value < 8 {
                return refuse(key, &value, "expected at least 8: a browser opens six");
            }
        }
        if let Some(dir) = self.theme_dir.as_ref().filter(|dir| !dir.is_dir()) {
            return refuse("theme_dir", &dir.display(), "expected a directory");
        }
        if let Some(file) = self.synonyms.as_ref().filter(|file| !file.is_file()) {
            return refuse("synonyms", &file.display(), "expected a TOML file");
        }
        if let Some(file) = self.services.as_ref().filter(|file| !file.is_file()) {
            return refuse("services", &file.display(), "expected a TOML file");
        }
        Ok(())
    }

    /// Returns the database's address.
    #[must_use]
    pub fn database_url(&self) -> String {
        match &self.database_url {
            Some(url) => url.clone(),
            None => format!("sqlite://{}", self.data_dir.join("atrium.sqlite").display()),
        }
    }

    /// Returns the directory of the search index.
    #[must_use]
    pub fn search_dir(&self) -> PathBuf {
        self.data_dir.join("search")
    }

    /// Sets the data directory.
    #[must_use]
    pub fn data_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.data_dir = dir.into();
        self
    }

    /// Sets the address to listen on.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = address;
        self
    }

    /// Sets the database's address.
    #[must_use]
    pub fn database(mut self, url: impl Into<String>) -> Self {
        self.database_url = Some(url.into());
        self
    }

    /// Makes commits not wait for the disk, for data that may be lost at a power cut.
    #[must_use]
    pub fn not_durable(mut self) -> Self {
        self.durable = false;
        self
    }

    /// Sets the address people type, mount prefix included.
    #[must_use]
    pub fn public_url(mut self, url: Url) -> Self {
        self.public_url = Some(url);
        self
    }

    /// Sets the directory of template and asset overrides.
    #[must_use]
    pub fn theme_dir(mut self, dir: impl Into<PathBuf>) -> Self {
        self.theme_dir = Some(dir.into());
        self
    }
}

/// Returns `true` if `source` names who may frame a page: `'self'`, `'none'`, or an origin, whose first label may be `*`.
fn is_ancestor(source: &str) -> bool {
    if matches!(source, "'self'" | "'none'") {
        return true;
    }
    let host = source.strip_prefix("https://").or_else(|| source.strip_prefix("http://"));
    host.is_some_and(|host| {
        let host = host.strip_prefix("*.").unwrap_or(host);
        !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':'))
    })
}

/// Returns `true` for 64 hexadecimal digits.
fn is_key(text: &str) -> bool {
    text.trim().len() == 64 && text.trim().bytes().all(|b| b.is_ascii_hexdigit())
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("listen", &self.listen)
            .field("data_dir", &self.data_dir)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_setting_names_key_value_and_what_is_allowed() {
        let settings = Settings { session_hours: 0, ..Settings::default() };
        let message = settings.check().unwrap_err().to_string();
        assert_eq!(message, "setting `session_hours` is `0`: expected 1 to 2160");
    }

    #[test]
    fn languages_are_some_that_the_platform_speaks() {
        let of = |locales: &[&str]| {
            let locales = locales.iter().map(|tag| (*tag).to_owned()).collect();
            Settings { locales, ..Settings::default() }.check().map_err(|error| error.to_string())
        };
        for fine in [&["fr"][..], &["en"], &["en", "fr"]] {
            of(fine).unwrap();
        }
        for (wrong, told) in [(&["fr", "de"][..], "fr, de"), (&["fr", "fr"], "fr, fr"), (&["FR"], "FR"), (&[], "")] {
            let expected = format!("setting `locales` is `{told}`: expected one or several of `fr`, `en`, each once");
            assert_eq!(of(wrong).unwrap_err(), expected);
        }
    }

    #[test]
    fn variables_begin_with_the_prefix_of_the_host() {
        let read = |prefix: &str, variables: &[(&str, &str)]| {
            let variables = variables.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
            Settings::extract_from(Figment::from(Serialized::defaults(Settings::default())), prefix, variables)
        };
        let ours = [("ASSISTANCE_SITE_NAME", "12"), ("ASSISTANCE_SESSION_HOURS", "3"), ("ATRIUM_SESSION_HOURS", "7")];
        let settings = read("ASSISTANCE_", &ours).unwrap();
        assert_eq!((settings.site_name.as_str(), settings.session_hours), ("12", 3));
        assert_eq!(read(PREFIX, &ours).unwrap().session_hours, 7);
        assert_eq!(read("OTHER_", &ours).unwrap().session_hours, Settings::default().session_hours);
        let misspelt = read("ASSISTANCE_", &[("ASSISTANCE_SESION_HOURS", "3"), ("ATRIUM_SESION_HOURS", "3")]);
        assert!(misspelt.unwrap_err().to_string().contains("sesion_hours"));
        assert!(read("ASSISTANCE_", &[("ATRIUM_SESION_HOURS", "3"), ("SITE_NAME", "a")]).is_ok(), "another program's");
    }

    #[test]
    fn who_may_frame_pages_is_checked() {
        for sources in
            ["'none'", "'self'", "'self' https://ent.example.fr", "https://*.example.fr http://localhost:3000"]
        {
            Settings { frame_ancestors: sources.to_owned(), ..Settings::default() }.check().unwrap();
        }
        for sources in ["", "*", "ent.example.fr", "https://a; script-src *", "https://a,b", "'unsafe'"] {
            let settings = Settings { frame_ancestors: sources.to_owned(), ..Settings::default() };
            let message = settings.check().unwrap_err().to_string();
            assert!(message.starts_with(&format!("setting `frame_ancestors` is `{sources}`: expected ")), "{message}");
        }
    }

    #[test]
    fn the_sample_file_holds_every_setting_with_its_default() {
        let sample = include_str!("../../../docs/guide/atrium.toml");
        let defaults = serde_json::to_value(Settings::default()).unwrap();
        let mut missing: Vec<&String> = defaults.as_object().unwrap().keys().collect();
        let mut has_no_default = false;
        for line in sample.lines() {
            let Some(setting) = line.strip_prefix('#').filter(|rest| !rest.starts_with(['#', ' '])) else {
                has_no_default = !line.is_empty() && (has_no_default || line.contains("No default:"));
                continue;
            };
            let key = setting.split(' ').next().unwrap();
            let read: Settings = Figment::from(Serialized::defaults(Settings::default()))
                .merge(Toml::string(setting))
                .extract()
                .unwrap_or_else(|error| panic!("{setting}: {error}"));
            let read = serde_json::to_value(read).unwrap();
            assert_eq!(read[key] == defaults[key], !has_no_default, "{setting}");
            assert_eq!(defaults[key].is_null(), has_no_default, "{setting}");
            assert!(missing.iter().any(|name| *name == key), "{key} stands there twice");
            missing.retain(|name| *name != key);
        }
        assert!(missing.is_empty(), "missing: {missing:?}");
    }

    #[test]
    fn a_secret_key_has_its_length_and_is_never_printed() {
        let of = |key: &str| Settings { secret_key: Some(key.to_owned()), ..Settings::default() }.check();
        of(&"5A".repeat(32)).unwrap();
        for wrong in ["", "5a", &"5z".repeat(32), &"5a".repeat(33)] {
            let message = of(wrong).unwrap_err().to_string();
            assert!(message.starts_with("setting `secret_key` is `…`: expected 64 hexadecimal digits"), "{message}");
        }
    }

    #[test]
    fn a_database_password_is_never_printed() {
        let settings = Settings::default().database("mysql://root:secret@host/db");
        let message = settings.check().unwrap_err().to_string();
        assert!(!message.contains("secret"), "{message}");
    }
}

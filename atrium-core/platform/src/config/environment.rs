//! Settings from the environment, and what an invalid one is told.

use std::ffi::OsString;

use figment::value::{Dict, Map, Value};
use figment::{Figment, Metadata, Profile, Provider};

use super::Settings;
use crate::error::Error;

/// The variables of the environment that begin with a prefix.
pub(super) struct Variables {
    pub(super) prefix: String,
    pub(super) variables: Vec<(OsString, OsString)>,
}

/// Variables of the same prefix that are not settings: those of the command line and of the tests.
const NOT_SETTINGS: [&str; 5] = ["config", "content", "log", "log_json", "search_data"];
/// Settings that are always text: a site may be called `2026`.
const TEXTS: [&str; 18] = [
    "files_url",
    "mail_ca",
    "mail_from",
    "mail_inbox",
    "mail_replies",
    "mail_url",
    "secret_key",
    "metrics_token",
    "data_dir",
    "database_url",
    "public_url",
    "site_name",
    "product_name",
    "frame_ancestors",
    "theme_dir",
    "synonyms",
    "services",
    "cookie_suffix",
];

impl Provider for Variables {
    fn metadata(&self) -> Metadata {
        Metadata::named("the environment")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let mut dict = Dict::new();
        for (name, value) in &self.variables {
            // Another program's variable may hold any bytes; a setting is text.
            let name = name.to_string_lossy();
            let Some(key) = name.strip_prefix(self.prefix.as_str()).map(str::to_ascii_lowercase) else { continue };
            if NOT_SETTINGS.contains(&key.as_str()) || key.starts_with("test_") {
                continue;
            }
            let value = value.to_string_lossy().into_owned();
            let value = if TEXTS.contains(&key.as_str()) {
                Value::from(value)
            } else {
                value.parse().expect("any text is a value")
            };
            dict.insert(key, value);
        }
        Ok(Profile::Default.collect(dict))
    }
}

/// Returns an error that names the setting, its source, and the allowed values.
pub(super) fn describe(error: &figment::Error, figment: &Figment) -> Error {
    let key = error.path.join(".");
    let metadata = error.metadata.as_ref();
    let source = metadata.and_then(|metadata| metadata.source.as_ref()).map(ToString::to_string);
    let place = source.or_else(|| metadata.map(|metadata| metadata.name.to_string())).unwrap_or_default();
    let allowed = match key.as_str() {
        "" => return Error::bug(format!("{} (in {place})", error.kind)),
        "listen" | "metrics_listen" => "an address with its port, such as `127.0.0.1:3000`",
        "public_url" => "`http://…` or `https://…`",
        "database_connections" => "1 to 200",
        "query_seconds" => "1 to 30",
        "session_hours" => "1 to 2160",
        "picture_megabytes" | "document_megabytes" => "1 to 100",
        "database_share"
        | "school_files_megabytes"
        | "wal_megabytes"
        | "keep_events_days"
        | "keep_journal_days"
        | "requests_per_second"
        | "token_requests_per_second"
        | "connections"
        | "connections_per_address"
        | "stop_seconds" => "a whole number",
        "locales" => "a list of languages, such as `[\"fr\", \"en\"]`",
        "durable" | "behind_proxy" | "theme_reload" => "`true` or `false`",
        _ if matches!(error.kind, figment::error::Kind::UnknownField(..)) => {
            return Error::bug(format!("setting `{key}` (in {place}) is not one: expected {}", known()));
        }
        _ => "a text",
    };
    let value = figment.find_value(&key).map(|value| shown(&value)).unwrap_or_default();
    Error::bug(format!("setting `{key}` is `{value}` (in {place}): expected {allowed}"))
}

/// Returns the names of all settings.
fn known() -> String {
    let settings = serde_json::to_value(Settings::default()).unwrap_or_default();
    let names = settings.as_object().map(|all| all.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>());
    names.unwrap_or_default().join(", ")
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(_, text) => text.clone(),
        Value::Num(_, number) => {
            let number = number.to_i128().map(|n| n.to_string()).or_else(|| number.to_f64().map(|n| n.to_string()));
            number.unwrap_or_default()
        }
        Value::Bool(_, yes) => yes.to_string(),
        _ => "…".to_owned(),
    }
}

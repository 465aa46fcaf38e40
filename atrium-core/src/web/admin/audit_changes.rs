//! The fields of an edit's record, in words: what each is called, and what it went from and to.

use serde_json::Value;

use crate::clock::Timestamp;
use crate::error::Message;
use crate::web::{Cx, Locale, dates};

/// Longest value shown whole, in characters.
const LONGEST: usize = 120;

/// The changes among the details of a record, a line each.
pub(super) fn changes(cx: &Cx, json: &str) -> Vec<String> {
    let Ok(Value::Object(details)) = serde_json::from_str(json) else { return Vec::new() };
    let Some(Value::Object(changes)) = details.get("changes") else { return Vec::new() };
    changes.iter().map(|(field, change)| line(cx, field, change)).collect()
}

fn line(cx: &Cx, field: &str, change: &Value) -> String {
    let label = cx.known(&format!("changed-{}", spelt(field))).unwrap_or_else(|| field.to_owned());
    let message = match change.as_array().map(Vec::as_slice) {
        Some([from, to]) => {
            Message::new("admin-audit-change").with("from", value(cx, field, from)).with("to", value(cx, field, to))
        }
        // Recorded without its values.
        _ => Message::new("admin-audit-changed"),
    };
    cx.message(&message.with("field", label))
}

fn value(cx: &Cx, field: &str, value: &Value) -> String {
    match value {
        Value::Array(values) if values.is_empty() => cx.t("admin-audit-empty"),
        Value::Array(values) => values.iter().map(|one| self::value(cx, field, one)).collect::<Vec<_>>().join(", "),
        Value::Null => cx.t("admin-audit-empty"),
        Value::Bool(true) => cx.t("admin-audit-yes"),
        Value::Bool(false) => cx.t("admin-audit-no"),
        Value::Number(at) if field.ends_with("_at") => {
            dates::datetime(Timestamp(at.as_i64().unwrap_or_default()), cx.locale())
        }
        Value::String(text) if text.is_empty() => cx.t("admin-audit-empty"),
        Value::String(text) => word(cx, field, text).unwrap_or_else(|| short(text)),
        other => other.to_string(),
    }
}

/// What a key is called: a permission, a trait, a service, or `changed-{field}-{key}` of the translations.
fn word(cx: &Cx, field: &str, key: &str) -> Option<String> {
    match field {
        "permissions" => cx.atrium().access().permissions().get(key).map(|def| match cx.locale() {
            Locale::Fr => def.label_fr.to_owned(),
            Locale::En => def.label_en.to_owned(),
        }),
        "traits" => cx.known(&format!("trait-{key}")),
        "service_key" => cx.atrium().catalogue().service(key).map(|service| cx.service_name(&service).to_owned()),
        _ if is_key(key) => cx.known(&format!("changed-{}-{}", spelt(field), spelt(key))),
        _ => None,
    }
}

fn is_key(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// As the names of translations are spelt.
fn spelt(key: &str) -> String {
    key.replace('_', "-")
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

//! The fields of an edit's record, in words: what each is called, and what it went from and to.

use serde_json::Value;

use crate::clock::Timestamp;
use crate::error::Message;
use crate::web::{Cx, Locale, dates};

/// Longest value shown whole, in characters.
const LONGEST: usize = 120;

/// The changes among the details of a record of `action`, a line each.
pub(super) fn changes(cx: &Cx, action: &str, json: &str) -> Vec<String> {
    let Ok(Value::Object(details)) = serde_json::from_str(json) else { return Vec::new() };
    let Some(Value::Object(changes)) = details.get("changes") else { return Vec::new() };
    let words = Words { cx, owner: action.split('.').next().unwrap_or_default() };
    changes.iter().map(|(field, change)| words.line(field, change)).collect()
}

/// The words of an action's owner for its fields, else those that core has for everybody's.
struct Words<'a> {
    cx: &'a Cx,
    owner: &'a str,
}

impl Words<'_> {
    fn line(&self, field: &str, change: &Value) -> String {
        let label = self.known(field).unwrap_or_else(|| field.to_owned());
        let message = match change.as_array().map(Vec::as_slice) {
            Some([from, to]) => Message::new("admin-audit-change")
                .with("from", self.value(field, from))
                .with("to", self.value(field, to)),
            // Recorded without its values.
            _ => Message::new("admin-audit-changed"),
        };
        self.cx.message(&message.with("field", label))
    }

    fn value(&self, field: &str, value: &Value) -> String {
        match value {
            Value::Array(values) if values.is_empty() => self.cx.t("admin-audit-empty"),
            Value::Array(values) => values.iter().map(|one| self.value(field, one)).collect::<Vec<_>>().join(", "),
            Value::Null => self.cx.t("admin-audit-empty"),
            Value::Bool(true) => self.cx.t("admin-audit-yes"),
            Value::Bool(false) => self.cx.t("admin-audit-no"),
            Value::Number(at) if field.ends_with("_at") => {
                dates::datetime(Timestamp(at.as_i64().unwrap_or_default()), self.cx.locale())
            }
            Value::String(text) if text.is_empty() => self.cx.t("admin-audit-empty"),
            Value::String(text) => self.word(field, text).unwrap_or_else(|| short(text)),
            other => other.to_string(),
        }
    }

    /// What a key is called: a permission, a trait, a service, or `changed-{field}-{key}` of the translations.
    fn word(&self, field: &str, key: &str) -> Option<String> {
        match field {
            "permissions" => self.cx.atrium().access().permissions().get(key).map(|def| match self.cx.locale() {
                Locale::Fr => def.label_fr.to_owned(),
                Locale::En => def.label_en.to_owned(),
            }),
            "traits" => self.cx.known(&format!("trait-{key}")),
            "service_key" => {
                self.cx.atrium().catalogue().service(key).map(|service| self.cx.service_name(&service).to_owned())
            }
            _ if is_key(key) => self.known(&format!("{field}-{key}")),
            _ => None,
        }
    }

    /// `changed-{owner}-{key}`, else `changed-{key}` of the translations.
    fn known(&self, key: &str) -> Option<String> {
        let key = key.replace('_', "-");
        let own = self.cx.known(&format!("changed-{}-{key}", self.owner));
        own.or_else(|| self.cx.known(&format!("changed-{key}")))
    }
}

fn is_key(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

//! Words for the details of a record: the fields of an edit with old and new values, and the details of any action.
//!
//! Each name has a sentence of its own in the translations: `changed-{owner}-{field}`, else `changed-{field}`, for
//! a field that an edit changes; `detail-{owner}-{name}`, else `detail-{name}`, for a detail. A missing sentence is
//! a fault, which a test finds and the log reports.

use serde_json::Value;

use super::audit_names::Names;
use atrium_platform::Message;
use atrium_platform::access::Validity;
use atrium_platform::clock::Timestamp;
use atrium_web::{RequestContext, dates};

/// Longest value shown whole, in characters.
const LONGEST: usize = 120;

/// Returns the details of a record of `action` other than its changes, one sentence each.
pub(super) fn details(cx: &RequestContext, names: &Names, action: &str, json: &str) -> Vec<String> {
    match serde_json::from_str(json) {
        Ok(Value::Object(details)) => {
            let words = Words { cx, names, kind: "detail", owner: owner(action) };
            let said = details.iter().filter(|(name, value)| says(value) && *name != "changes");
            said.map(|(name, value)| words.sentence(name, value)).collect()
        }
        Ok(Value::Null) => Vec::new(),
        _ => vec![json.to_owned()],
    }
}

/// Returns `false` for absent, empty and false values, which have no sentence.
fn says(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(values) => !values.is_empty(),
        _ => true,
    }
}

/// Returns the subjects that the details of a record of `action` name by id: `person:12` for a child, `group:3`,
/// and `{owner}-{name}:{number}` for any other.
pub(super) fn numbered_subjects(action: &str, json: &str) -> Vec<String> {
    let Ok(Value::Object(details)) = serde_json::from_str(json) else { return Vec::new() };
    let numbered = |(name, value): (&String, &Value)| Some(subject(owner(action), name, value.as_i64()?));
    details.iter().filter_map(numbered).collect()
}

fn subject(owner: &str, name: &str, number: i64) -> String {
    match name {
        "child" => format!("person:{number}"),
        "establishment" => format!("establishment:{number}"),
        "group" => format!("group:{number}"),
        _ => format!("{owner}-{name}:{number}"),
    }
}

fn owner(action: &str) -> &str {
    action.split('.').next().unwrap_or_default()
}

/// Returns the changes among the details of a record of `action`, one line each.
pub(super) fn changes(cx: &RequestContext, names: &Names, action: &str, json: &str) -> Vec<String> {
    let Ok(Value::Object(details)) = serde_json::from_str(json) else { return Vec::new() };
    let Some(Value::Object(changes)) = details.get("changes") else { return Vec::new() };
    let words = Words { cx, names, kind: "changed", owner: owner(action) };
    changes.iter().map(|(field, change)| words.line(field, change)).collect()
}

/// The translations of an action's fields by its owner, else core's shared ones.
struct Words<'a> {
    cx: &'a RequestContext,
    names: &'a Names,
    /// The prefix of the message keys.
    kind: &'static str,
    owner: &'a str,
}

impl Words<'_> {
    /// Returns a sentence with the value of a detail.
    fn sentence(&self, name: &str, value: &Value) -> String {
        let key = self.keys(name).into_iter().find(|key| self.cx.has_words(key));
        let Some(key) = key else {
            tracing::warn!(owner = self.owner, name, "a detail of the audit record has no words");
            return name.to_owned();
        };
        // A number is an id or a count; the message decides by using one or the other.
        let message = Message::new(key).with("value", self.value(name, value));
        self.cx.message(&match value.as_i64() {
            Some(count) => message.with("count", count),
            None => message,
        })
    }

    fn line(&self, field: &str, change: &Value) -> String {
        let label = self.known(field).unwrap_or_else(|| {
            tracing::warn!(owner = self.owner, field, "a field of the audit record has no words");
            field.to_owned()
        });
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
            // Whole days; the end is shown as the last day, as everywhere else.
            Value::Number(at) if ["from", "until"].contains(&field) => {
                let at = Timestamp(at.as_i64().unwrap_or_default());
                let last = Validity::new(None, Some(at)).last().filter(|_| field == "until");
                dates::date(last.unwrap_or(at), self.cx.locale())
            }
            Value::String(text) if text.is_empty() => self.cx.t("admin-audit-empty"),
            Value::Number(id) => self.named(field, id),
            Value::String(text) if is_audience(field, text) => {
                let words: Vec<_> = text.split(' ').map(|word| self.audience(word)).collect();
                words.join(", ")
            }
            Value::String(text) => self.word(field, text).unwrap_or_else(|| short(text)),
            other => other.to_string(),
        }
    }

    /// Returns the label of a key: a permission, a trait, a service, or `changed-{field}-{key}` of the
    /// translations.
    fn word(&self, field: &str, key: &str) -> Option<String> {
        match field {
            "permissions" => {
                let known = self.cx.atrium().access().permissions().get(key);
                known.map(|permission| self.cx.permission_name(permission).to_owned())
            }
            "role" | "profile" => self.role(key),
            "traits" => self.cx.known(&format!("trait-{key}")),
            "service_key" => {
                self.cx.atrium().catalogue().service(key).map(|service| self.cx.service_name(&service).to_owned())
            }
            _ if is_key(key) => self.known(&format!("{field}-{key}")),
            _ => None,
        }
    }

    /// Returns the name of the row with this id, or the id without one.
    fn named(&self, field: &str, id: &serde_json::Number) -> String {
        let name = id.as_i64().and_then(|id| self.names.label(&subject(self.owner, field, id)));
        name.map_or_else(|| id.to_string(), str::to_owned)
    }

    fn role(&self, key: &str) -> Option<String> {
        self.names.roles().by_key(key).map(|role| self.cx.role_name(role).to_owned())
    }

    /// Returns the name of an audience: the holders of a role, or `{kind}-{owner}-audience-{word}` of the
    /// translations.
    fn audience(&self, word: &str) -> String {
        let role = word.strip_prefix("role:").map(|key| self.role(key).unwrap_or_else(|| key.to_owned()));
        role.or_else(|| self.known(&format!("audience-{word}"))).unwrap_or_else(|| word.to_owned())
    }

    fn keys(&self, key: &str) -> [String; 2] {
        let key = key.replace('_', "-");
        // The settings of plugins are changed under their whole keys.
        if let Some((owner, name)) = key.split_once('.') {
            return [format!("setting-{owner}-{name}"), format!("setting-{owner}-{name}")];
        }
        [format!("{}-{}-{key}", self.kind, self.owner), format!("{}-{key}", self.kind)]
    }

    /// Returns `{kind}-{owner}-{key}`, else `{kind}-{key}` of the translations.
    fn known(&self, key: &str) -> Option<String> {
        self.keys(key).into_iter().find_map(|key| self.cx.known(&key))
    }
}

/// Returns `true` for a list of audiences, separated by spaces.
fn is_audience(field: &str, text: &str) -> bool {
    ["see", "ask", "answer"].contains(&field) && text.split(' ').all(|word| word.starts_with("role:") || is_key(word))
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

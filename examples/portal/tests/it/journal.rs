//! The journal in words: every act that is written down, every detail and every field has a sentence in both languages.

use std::collections::BTreeSet;

use crate::words::{files, messages, quoted_after, repository};

/// Kinds of events that no record is written for.
const NOT_RECORDED: [&str; 11] = [
    "core.announcement.changed",
    "core.catalogue.changed",
    "core.index.asked",
    "core.login.attempts",
    "core.settings.changed",
    "help.article.moved",
    "help.article.published",
    "help.article.removed",
    "help.collection.changed",
    "help.collection.removed",
    "help.feedback.given",
];
/// What events carry and records do not.
const NOT_DETAILS: [&str; 3] = ["action", "changes", "source_key"];

/// The sources that write records, with whose they are.
const SOURCES: [(&str, &str); 12] = [
    ("core", "atrium-core/platform/src/access/actions"),
    ("core", "atrium-core/platform/src/login"),
    ("core", "atrium-core/platform/src/directory/actions"),
    ("core", "atrium-core/platform/src/catalogue"),
    ("core", "atrium-core/platform/src/credentials"),
    ("core", "atrium-core/platform/src/jobs"),
    ("core", "atrium-core/platform/src/privacy"),
    ("core", "atrium-core/platform/src/settings"),
    ("forum", "atrium-forum/src"),
    ("help", "atrium-help/src/sync"),
    ("help", "atrium-help/src/feedback"),
    ("loans", "examples/plugin/src"),
];

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// Returns the acts, details and changed fields of one source, as keys of messages any of which will do.
fn keys(owner: &str, text: &str) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
    for act in quoted_after(before_tests, &format!("\"{owner}.")) {
        if act.split('.').count() == 2 && act.split('.').all(is_word) {
            found.push(("act", format!("{owner}.{act}")));
        }
    }
    for other in ["Permission(", "Lock::named("] {
        for name in quoted_after(before_tests, &format!("{other}\"{owner}.")) {
            found.retain(|(_, act)| *act != format!("{owner}.{name}"));
        }
    }
    for object in before_tests.split("json!({").skip(1) {
        let object = object.split("})").next().unwrap_or_default();
        let names = quoted_after(object, "\"").into_iter().filter(|name| object.contains(&format!("\"{name}\":")));
        found.extend(names.filter(|name| is_word(name)).map(|name| ("detail", name.to_owned())));
    }
    let withs = before_tests.split(".with(\"").skip(1).filter_map(|rest| rest.split_once("\", json!("));
    found.extend(withs.map(|(name, _)| name).filter(|name| is_word(name)).map(|name| ("detail", name.to_owned())));
    for change in [".field(\"", ".withheld(\""] {
        found.extend(quoted_after(before_tests, change).into_iter().map(|name| ("changed", name.to_owned())));
    }
    found
}

#[test]
fn every_act_detail_and_field_of_the_journal_has_words() {
    let languages = [messages("fr"), messages("en")];
    let (mut wrong, mut acts) = (BTreeSet::new(), BTreeSet::new());
    for (owner, folder) in SOURCES {
        for path in files(&repository(folder), "rs") {
            for (kind, name) in keys(owner, &std::fs::read_to_string(&path).unwrap()) {
                if NOT_RECORDED.contains(&name.as_str()) || NOT_DETAILS.contains(&name.as_str()) {
                    continue;
                }
                let word = name.replace(['.', '_'], "-");
                let keys = [format!("{kind}-{word}"), format!("{kind}-{owner}-{word}")];
                for messages in &languages {
                    if keys.iter().all(|key| !messages.contains_key(key)) {
                        wrong.insert(format!("{}: {}", path.display(), keys.join(" or ")));
                    }
                }
                if kind == "act" {
                    acts.insert(keys[0].clone());
                }
            }
        }
    }
    assert!(wrong.is_empty(), "without words:\n{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
    assert!(acts.len() > 60, "{} acts", acts.len());
    let unused: Vec<_> = languages[0].keys().filter(|key| key.starts_with("act-") && !acts.contains(*key)).collect();
    assert!(unused.is_empty(), "words for acts that no one writes: {unused:?}");
}

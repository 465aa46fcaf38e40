//! Translations that Fluent cannot read, in no language of ours, or of messages that belong to another plugin.

use std::collections::BTreeMap;

use fluent_templates::fluent_bundle::FluentResource;

use atrium_platform::plugin::{Mistake, Mistakes, owner};

use super::{Loaded, THEME, in_file, line_of};
use crate::locale::Locale;

/// The folder of translations, as messages name it.
const FOLDER: &str = "locales";

/// The keys of all messages of core and the plugins, with their owners.
pub(super) type Known = BTreeMap<String, &'static str>;

/// Finds the mistakes in the translations, and returns the keys that exist.
pub(super) fn examine(loaded: &Loaded<'_>, mistakes: &mut Mistakes) -> Known {
    let mut known = Known::new();
    for (of, path, content) in super::files::each(loaded.locales) {
        let mut refuse = |line: Option<usize>, what: String| {
            let mistake = in_file(of, FOLDER, path, what);
            mistakes.add(match line {
                Some(line) => mistake.at_line(line),
                None => mistake,
            });
        };
        if !path.ends_with(".ftl") {
            if of == THEME {
                refuse(None, "is no translation: expected a name that ends in `.ftl`".to_owned());
            }
            continue;
        }
        if path.split('/').next().and_then(Locale::from_tag).is_none() || !path.contains('/') {
            refuse(None, "is in no language of the platform: expected a file in `fr/` or `en/`".to_owned());
            continue;
        }
        let text = match std::str::from_utf8(content) {
            Ok(text) => text,
            Err(problem) => {
                let start = String::from_utf8_lossy(&content[..problem.valid_up_to()]).into_owned();
                refuse(Some(line_of(&start, start.len())), "is not UTF-8".to_owned());
                continue;
            }
        };
        if let Err((_, problems)) = FluentResource::try_new(text.to_owned()) {
            for problem in problems {
                let line = line_of(text, problem.pos.start);
                refuse(Some(line), format!("Fluent cannot read it: {}", lowercase(&problem.kind.to_string())));
            }
        }
        for (line, key) in keys(text).filter(|_| of != THEME) {
            match known.get(key) {
                Some(other) if *other != of => {
                    refuse(Some(line), format!("the message `{key}` is that of {}", owner(other)));
                }
                Some(_) => {}
                None => drop(known.insert(key.to_owned(), of)),
            }
        }
    }
    known
}

/// Finds the settings of plugins that have no words.
pub(super) fn examine_settings(loaded: &Loaded<'_>, known: &Known, mistakes: &mut Mistakes) {
    for plugin in loaded.plugins {
        let settings = plugin.settings();
        let title = (!settings.is_empty()).then(|| format!("settings-{}", plugin.id()));
        for key in title.into_iter().chain(settings.iter().flat_map(|def| def.messages())) {
            if !known.contains_key(&key) {
                let what = format!("the message `{key}` of its settings does not exist");
                mistakes.add(Mistake::of_plugin(plugin.id(), what));
            }
        }
    }
}

/// Finds the roles of plugins that have no label.
pub(super) fn examine_roles(loaded: &Loaded<'_>, known: &Known, mistakes: &mut Mistakes) {
    for plugin in loaded.plugins {
        for role in plugin.roles() {
            let (key, message) = (role.key(), role_message(role.key()));
            if known.get(&message) != Some(&plugin.id()) {
                let what = format!("the message `{message}`, the label of its role `{key}`, does not exist");
                mistakes.add(Mistake::of_plugin(plugin.id(), what));
            }
        }
    }
}

/// Returns the message that is the label of the role `key`.
pub(crate) fn role_message(key: &str) -> String {
    format!("role-{}", key.replace('_', "-"))
}

/// Returns the messages of a Fluent file, with their lines.
pub(super) fn keys(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter_map(|(index, line)| {
        let (key, _) = line.split_once('=')?;
        let key = key.trim_end();
        let is_key = key.starts_with(|first: char| first.is_ascii_alphabetic())
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        is_key.then_some((index + 1, key))
    })
}

fn lowercase(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

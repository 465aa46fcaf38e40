//! What the sources and the translations of every part say, read as text: for tests that hold one to the other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The parts that bring templates and translations.
pub(crate) const PARTS: [&str; 6] =
    ["atrium-core/web", "atrium-core/admin", "atrium-core/account", "atrium-help", "atrium-forum", "examples/plugin"];

/// Returns a path of the repository.
pub(crate) fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

/// Returns every file below `folder` whose name ends with `.{ending}`.
pub(crate) fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(folder) else { return found };
    for path in entries.map(|entry| entry.unwrap().path()) {
        match path.is_dir() {
            true => found.extend(files(&path, ending)),
            false if path.extension().is_some_and(|known| known == ending) => found.push(path),
            false => {}
        }
    }
    found.sort();
    found
}

/// Returns the messages of every part in `language`, with all of their lines.
pub(crate) fn messages(language: &str) -> BTreeMap<String, String> {
    let mut messages: BTreeMap<String, String> = BTreeMap::new();
    for part in PARTS {
        for path in files(&repository(part).join("locales").join(language), "ftl") {
            let mut key = String::new();
            for line in std::fs::read_to_string(path).unwrap().lines() {
                let starts = line.starts_with(|c: char| c.is_ascii_lowercase());
                match line.split_once('=').filter(|_| starts) {
                    Some((name, text)) => {
                        name.trim().clone_into(&mut key);
                        messages.insert(key.clone(), text.trim().to_owned());
                    }
                    None if !line.starts_with('#') => {
                        messages.entry(key.clone()).or_default().push_str(&format!("\n{line}"));
                    }
                    None => {}
                }
            }
        }
    }
    messages
}

/// Returns every text between `before` and the next `"` in `text`.
pub(crate) fn quoted_after<'t>(text: &'t str, before: &str) -> Vec<&'t str> {
    let starts = text.match_indices(before).map(|(at, _)| &text[at + before.len()..]);
    starts.filter_map(|rest| Some(rest.split_once('"')?.0)).collect()
}

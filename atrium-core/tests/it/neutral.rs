//! Core's sources name no plugin, no service and no product: what stands in a text of theirs is listed here, with the reason.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Names of plugins and services. The product is `ATRIUM` in capitals: in small letters it is the prefix of tables and
/// figures.
const NAMES: [&str; 14] = [
    "forum",
    "help",
    "aide",
    "casier",
    "messagerie",
    "liferaysync",
    "correlyce",
    "enseigno",
    "annabac",
    "universalis",
    "madmagz",
    "moodle",
    "chamilo",
    "pronote",
];
const PRODUCT: &str = "ATRIUM";

/// The sources that name some all the same.
const EXEMPT: [(&str, &str); 5] = [
    ("admin/src/settings.rs", "the end of a message's key"),
    ("markup/src/callouts.rs", "an alias of a callout"),
    ("platform/src/config.rs", "defaults of the names that a site sets"),
    ("platform/src/settings/definition.rs", "the end of a message's key"),
    ("search/src/query/filler_words.rs", "words of a question in French"),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("tests") {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
}

/// Returns the texts in double quotes of a source, without its comments and tests.
fn texts(source: &str) -> Vec<&str> {
    let code = source.split("#[cfg(test)]\nmod").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| line.split('"').skip(1).step_by(2)).collect()
}

fn names_something(text: &str) -> bool {
    let words = |text: &str| text.split(|c: char| !c.is_ascii_alphabetic()).map(str::to_owned).collect::<Vec<_>>();
    words(text).iter().any(|word| word == PRODUCT)
        || words(&text.to_lowercase()).iter().any(|word| NAMES.contains(&word.as_str()))
}

#[test]
fn core_names_no_plugin_no_service_and_no_product() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut naming = BTreeSet::new();
    for part in ["text", "markup", "search", "platform", "web", "admin", "account"] {
        let mut found = Vec::new();
        sources(&root.join(part).join("src"), &mut found);
        for path in found.iter().filter(|path| !path.ends_with("tests.rs") && !path.ends_with("judged.rs")) {
            let source = std::fs::read_to_string(path).unwrap();
            if texts(&source).into_iter().any(names_something) {
                naming.insert(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
            }
        }
    }
    let exempt: BTreeSet<_> = EXEMPT.iter().map(|(path, _)| (*path).to_owned()).collect();
    let new: Vec<_> = naming.difference(&exempt).collect();
    assert!(new.is_empty(), "these name a plugin, a service or the product: {new:?}");
    let stale: Vec<_> = exempt.difference(&naming).collect();
    assert!(stale.is_empty(), "these name nothing any more: take them off the list: {stale:?}");
}

#[test]
fn a_name_is_found_as_a_word_of_its_own() {
    for text in ["/aide/{key}", "le Forum", "Bearer realm=\\\"ATRIUM\\\"", "help_author"] {
        assert!(names_something(text), "{text}");
    }
    for text in ["atrium_audit", "helper", "aider", "performance"] {
        assert!(!names_something(text), "{text}");
    }
}

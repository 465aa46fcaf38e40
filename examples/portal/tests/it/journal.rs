//! The catalogue of events, and the journal in words: every kind is declared once, its payload is read as it is written, and
//! every act, detail and field has a sentence in both languages.

use std::collections::{BTreeMap, BTreeSet};

use atrium_core::testing::TestSite;
use atrium_forum::Forum;
use atrium_help::Help;

use crate::words::{files, messages, quoted_after, repository};

/// What events carry and records do not.
const NOT_DETAILS: [&str; 4] = ["action", "changes", "source_key", "topics"];

/// The sources that write records, with whose they are.
const SOURCES: [(&str, &str); 14] = [
    ("core", "atrium-core/platform/src/access/actions"),
    ("core", "atrium-core/platform/src/login"),
    ("core", "atrium-core/platform/src/directory/actions"),
    ("core", "atrium-core/platform/src/catalogue"),
    ("core", "atrium-core/platform/src/credentials"),
    ("core", "atrium-core/platform/src/jobs"),
    ("core", "atrium-core/platform/src/mail"),
    ("core", "atrium-core/platform/src/privacy"),
    ("core", "atrium-core/platform/src/settings"),
    ("core", "atrium-core/platform/src/webhooks"),
    ("forum", "atrium-forum/src"),
    ("help", "atrium-help/src/sync"),
    ("help", "atrium-help/src/feedback"),
    ("loans", "examples/plugin/src"),
];

/// The sources that declare kinds of events, with whose they are.
const DECLARING: [(&str, &str); 4] = [
    ("core", "atrium-core/platform/src"),
    ("forum", "atrium-forum/src"),
    ("help", "atrium-help/src"),
    ("loans", "examples/plugin/src"),
];

/// Returns the kinds that the sources of `owner` declare, each with the name of its constant.
fn declared_in_sources(owner: &str) -> BTreeMap<String, String> {
    let (mut kinds, start) = (BTreeMap::new(), format!("Kind::new(\"{owner}."));
    for text in sources(owner) {
        // Tasks, letters and notices have kinds, too, which are no events.
        let is_event = |at: usize| !["Task", "Letter", "Notice"].iter().any(|other| text[..at].ends_with(other));
        for (at, _) in text.match_indices(&start).filter(|(at, _)| is_event(*at)) {
            let kind = text[at + start.len()..].split('"').next().unwrap();
            let name = text[..at].rsplit("const ").next().unwrap().split(':').next().unwrap();
            let before = kinds.insert(format!("{owner}.{kind}"), name.to_owned());
            assert!(before.is_none(), "`{owner}.{kind}` is declared twice");
        }
    }
    kinds
}

/// Returns the texts of the sources of `owner`.
fn sources(owner: &str) -> Vec<String> {
    let folders = DECLARING.into_iter().filter(|(of, _)| *of == owner);
    let paths = folders.flat_map(|(_, folder)| files(&repository(folder), "rs"));
    paths.map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// Returns how often a source names the constant `name`, imports aside.
fn count_named(text: &str, name: &str) -> usize {
    let mut in_use = false;
    let lines = text.lines().filter(|line| {
        let begins = ["use ", "pub use ", "pub(crate) use "].iter().any(|start| line.trim_start().starts_with(start));
        let skipped = in_use || begins;
        in_use = skipped && !line.contains(';');
        !skipped
    });
    let words = lines.flat_map(|line| line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_'));
    words.filter(|word| *word == name).count()
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
}

/// Returns the details and changed fields of one source.
fn keys(text: &str) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or_default();
    for object in before_tests.split("json!({").skip(1) {
        let object = object.split("})").next().unwrap_or_default();
        let names = quoted_after(object, "\"").into_iter().filter(|name| object.contains(&format!("\"{name}\":")));
        found.extend(names.filter(|name| is_word(name)).map(|name| ("detail", name.to_owned())));
    }
    for change in [".field(\"", ".withheld(\""] {
        found.extend(quoted_after(before_tests, change).into_iter().map(|name| ("changed", name.to_owned())));
    }
    found
}

/// Returns the messages of which any names `name` of `owner` as this kind of word.
fn names_of(kind: &str, owner: &str, name: &str) -> [String; 2] {
    let word = name.replace(['.', '_'], "-");
    [format!("{kind}-{word}"), format!("{kind}-{owner}-{word}")]
}

#[tokio::test]
async fn every_kind_is_in_the_catalogue_and_its_payload_is_read_as_it_is_written() {
    let site = TestSite::builder().plugin(Help::new()).plugin(Forum::default()).start().await;
    let catalogue: BTreeSet<_> = site.atrium().events().iter().map(|kind| kind.key.to_owned()).collect();
    assert_eq!(catalogue.len(), site.atrium().events().len());
    let declared = ["core", "forum", "help"].into_iter().flat_map(declared_in_sources).map(|(key, _)| key).collect();
    assert_eq!(catalogue, declared, "what is declared is in the catalogue");
    for kind in site.atrium().events() {
        let sample = kind.sample().unwrap_or_else(|error| panic!("{}: {error}", kind.key));
        assert!(sample.is_object() || sample.is_null(), "{}: {sample}", kind.key);
        assert!(kind.version >= 1 && (kind.is_journaled || kind.event.is_some()), "{} is written nowhere", kind.key);
    }
}

#[test]
fn every_kind_of_the_catalogue_occurs() {
    for (owner, _) in DECLARING {
        let texts = sources(owner);
        for (key, name) in declared_in_sources(owner) {
            let named: usize = texts.iter().map(|text| count_named(text, &name)).sum();
            assert!(named >= 3, "`{key}` is declared and listed, and no act is of this kind");
        }
    }
}

#[test]
fn the_journal_is_written_by_the_call_that_writes_the_event() {
    let writing: usize = sources("core").iter().map(|text| text.matches("audit::write(").count()).sum();
    assert_eq!(writing, 1, "`Tx::record` alone");
}

#[tokio::test]
async fn every_act_detail_and_field_of_the_journal_has_words() {
    let languages = [messages("fr"), messages("en")];
    let site = TestSite::builder().plugin(Help::new()).plugin(Forum::default()).start().await;
    let (mut wanted, mut acts) = (BTreeSet::new(), BTreeSet::new());
    for kind in site.atrium().events().iter().filter(|kind| kind.is_journaled) {
        acts.insert(kind.label_key());
        wanted.insert([kind.label_key(), kind.label_key()]);
        let owner = kind.key.split('.').next().unwrap();
        let carried = kind.sample().unwrap();
        let carried = carried.as_object().into_iter().flat_map(serde_json::Map::keys);
        let is_kept = |name: &&String| !NOT_DETAILS.contains(&name.as_str());
        wanted.extend(carried.filter(is_kept).map(|name| names_of("detail", owner, name)));
    }
    for act in declared_in_sources("loans").into_keys() {
        let [key, _] = names_of("act", "loans", &act);
        acts.insert(key.clone());
        wanted.insert([key.clone(), key]);
    }
    for (owner, folder) in SOURCES {
        for path in files(&repository(folder), "rs") {
            let found = keys(&std::fs::read_to_string(&path).unwrap());
            let found = found.into_iter().filter(|(_, name)| !NOT_DETAILS.contains(&name.as_str()));
            wanted.extend(found.map(|(kind, name)| names_of(kind, owner, &name)));
        }
    }
    let lacks = |keys: &&[String; 2]| languages.iter().any(|known| keys.iter().all(|key| !known.contains_key(key)));
    let wrong: Vec<_> = wanted.iter().filter(lacks).map(|keys| keys.join(" or ")).collect();
    assert!(wrong.is_empty(), "without words:\n{}", wrong.join("\n"));
    assert!(acts.len() > 60, "{} acts", acts.len());
    let unused: Vec<_> = languages[0].keys().filter(|key| key.starts_with("act-") && !acts.contains(*key)).collect();
    assert!(unused.is_empty(), "words for acts that no one writes: {unused:?}");
}

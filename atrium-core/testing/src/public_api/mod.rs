//! Checks the public items of a library, read from its source: a test keeps them in a file, and fails when they change
//! or when a type of another library stands in a signature.

mod listing;
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use listing::Listing;
use source::Library;

/// The variable with which insta's snapshots are taken over, too.
const UPDATE: &str = "INSTA_UPDATE";

/// Libraries whose types may stand in any signature: they are the vocabulary of the language.
const VOCABULARY: &[&str] = &["std", "core", "alloc", "serde", "serde_json", "http", "url", "bytes", "jiff", "time"];

/// The crates behind the name `atrium_core`, itself first, and their sources below its folder.
const CORE: &[(&str, &str)] = &[
    ("atrium_core", "src"),
    ("atrium_text", "text/src"),
    ("atrium_markup", "markup/src"),
    ("atrium_search", "search/src"),
    ("atrium_platform", "platform/src"),
    ("atrium_web", "web/src"),
    ("atrium_account", "account/src"),
    ("atrium_admin", "admin/src"),
    ("atrium_testing", "testing/src"),
];

/// The public items of a library, from the `src` folders of its crates.
#[derive(Debug)]
pub struct PublicApi<'a> {
    crates: Vec<(&'a str, PathBuf)>,
    extension_points: &'a [(&'a str, &'a str)],
}

impl<'a> PublicApi<'a> {
    /// Creates the check of `atrium_core`, whose folder is `core`.
    #[must_use]
    pub fn of_core(core: &Path) -> Self {
        Self::of(CORE.iter().map(|(name, source)| (*name, core.join(source))))
    }

    /// Creates the check of the crate `name` with the sources `source`, which re-exports what it takes of core.
    #[must_use]
    pub fn on_core(name: &'a str, source: &Path, core: &Path) -> Self {
        let mut api = Self::of_core(core);
        api.crates.insert(0, (name, source.to_owned()));
        api
    }

    /// Creates the check of the first of `crates`, each with its name in paths and its `src` folder. The others are read
    /// for what the first re-exports.
    fn of(crates: impl IntoIterator<Item = (&'a str, PathBuf)>) -> Self {
        Self { crates: crates.into_iter().collect(), extension_points: &[] }
    }

    /// Sets the items in whose signatures a type of another library may stand, each as the beginning of the item's path
    /// and the library's name: `("atrium_core::plugin::Plugin::migrations", "sea_orm_migration")`.
    #[must_use]
    pub fn extension_points(mut self, points: &'a [(&'a str, &'a str)]) -> Self {
        self.extension_points = points;
        self
    }

    /// Asserts that the public items are those of the file `expected`, a line each. With `INSTA_UPDATE=always` in the
    /// environment it writes the file instead.
    ///
    /// # Panics
    /// Panics with the lines that differ; with each type of another library in the signature of an item that is no
    /// extension point; with each extension point without such a type; and if a file cannot be read.
    pub fn assert_is(&self, expected: &Path) {
        let listing = self.listing();
        let mut problems = self.foreign(&listing);
        let now: String = listing.lines.iter().map(|line| format!("{line}\n")).collect();
        if std::env::var(UPDATE).is_ok_and(|value| value == "always") {
            fs::write(expected, &now).unwrap_or_else(|error| panic!("{}: {error}", expected.display()));
        }
        let kept = fs::read_to_string(expected).unwrap_or_default();
        problems.extend(difference(&kept, &now));
        assert!(
            problems.is_empty(),
            "the public API is not that of {}:\n{}\nif this is meant, run the test with {UPDATE}=always, and review the \
             file's changes",
            expected.display(),
            problems.join("\n")
        );
    }

    fn listing(&self) -> Listing {
        let crates = self.crates.iter().map(|(name, source)| ((*name).to_owned(), Library::read_crate(source)));
        let library = Library { crates: crates.collect() };
        Listing::of(&library, self.crates[0].0)
    }

    /// Returns what is wrong with the types of other libraries.
    fn foreign(&self, listing: &Listing) -> Vec<String> {
        let mut used = BTreeSet::new();
        let mut problems = Vec::new();
        for (item, library) in &listing.foreign {
            if VOCABULARY.contains(&library.as_str()) {
                continue;
            }
            let allows = |(path, of): &&(&str, &str)| item.starts_with(path) && *of == library;
            match self.extension_points.iter().find(allows) {
                Some(point) => drop(used.insert(*point)),
                None => problems.push(format!("! `{library}` stands in the signature of `{item}`")),
            }
        }
        let stale = self.extension_points.iter().filter(|point| !used.contains(*point));
        problems.extend(stale.map(|(path, of)| format!("! `{path}` is an extension point without a type of `{of}`")));
        problems
    }
}

/// Returns the lines of `kept` that are missing from `now`, and those that are new.
fn difference(kept: &str, now: &str) -> Vec<String> {
    let (old, new): (BTreeSet<&str>, BTreeSet<&str>) = (kept.lines().collect(), now.lines().collect());
    let gone = old.difference(&new).map(|line| format!("- {line}"));
    let added = new.difference(&old).map(|line| format!("+ {line}"));
    gone.chain(added).collect()
}

#[cfg(test)]
mod tests;

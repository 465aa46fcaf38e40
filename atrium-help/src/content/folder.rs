//! A folder of content, read whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use atrium_core::{Error, Result};
use walkdir::WalkDir;

use super::{ArticleFile, CollectionFile};

/// A file that cannot be used, or a passage of it; or the folder as a whole.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Broken {
    /// Path below the root, without `.md`; empty for the folder as a whole.
    pub source: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl Broken {
    /// Why the folder `root` is not synchronised.
    pub(crate) fn whole(root: &str, reason: String) -> Self {
        Self { source: String::new(), line: 1, message: format!("`{root}` is not synchronised: {reason}") }
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.source.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "{}.md:{}: {}", self.source, self.line, self.message)
    }
}

/// Everything a content folder holds.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Folder {
    /// Name under which its articles are kept apart from those of other folders.
    pub root: String,
    /// Collections by key.
    pub collections: BTreeMap<String, CollectionFile>,
    /// Articles by source.
    pub articles: BTreeMap<String, ArticleFile>,
    /// Keys of the collections that no file describes, or whose file cannot be used.
    pub undescribed: BTreeSet<String>,
    /// Files that cannot be used.
    pub broken: Vec<Broken>,
}

impl Folder {
    /// Reads the folder at `dir`: each of its folders is a collection, each `.md` below an article.
    ///
    /// # Errors
    /// The folder itself cannot be read. Files that cannot be used are reported, not errors.
    pub fn read(dir: &Path) -> Result<Self> {
        let canonical = dir
            .canonicalize()
            .map_err(|source| Error::internal(format!("content folder `{}`", dir.display()), source))?;
        let root = canonical.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let mut files = Vec::new();
        for entry in WalkDir::new(&canonical).sort_by_file_name().follow_links(false) {
            let entry =
                entry.map_err(|source| Error::internal(format!("content folder `{}`", dir.display()), source))?;
            let path = entry.path();
            if !entry.file_type().is_file() || path.extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            let relative = path.strip_prefix(&canonical).expect("the walk stays below its root").with_extension("");
            let bytes =
                std::fs::read(path).map_err(|source| Error::internal(format!("`{}`", path.display()), source))?;
            files.push((relative.to_string_lossy().replace('\\', "/"), bytes));
        }
        Ok(Self::of(root, files))
    }

    /// Makes a folder out of sources (without `.md`) and the bytes of their files.
    pub fn of(root: impl Into<String>, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let mut folder = Self { root: root.into(), ..Self::default() };
        for (source, bytes) in files {
            folder.add(&source, &bytes);
        }
        let used: BTreeSet<_> = folder.articles.values().map(|article| article.collection.clone()).collect();
        folder.undescribed = used.into_iter().filter(|key| !folder.collections.contains_key(key)).collect();
        folder
    }

    /// The folder, kept apart from others under the name `root` instead of its own.
    #[must_use]
    pub fn kept_as(mut self, root: impl Into<String>) -> Self {
        self.root = root.into();
        self
    }

    /// Is there a file for this source that cannot be used?
    #[must_use]
    pub fn is_broken(&self, source: &str) -> bool {
        self.broken.iter().any(|broken| broken.source == source)
    }

    fn add(&mut self, source: &str, bytes: &[u8]) {
        let Some((collection, name)) = source.split_once('/') else {
            // A README may stand beside the collections.
            if !source.eq_ignore_ascii_case("readme") {
                let message = "is in no folder: each folder is a collection of articles".to_owned();
                self.broken.push(Broken { source: source.to_owned(), line: 1, message });
            }
            return;
        };
        if !is_slug(collection) || !is_slug(name) {
            let message = "names are made of letters a–z, digits and `-`, one folder deep".to_owned();
            return self.broken.push(Broken { source: source.to_owned(), line: 1, message });
        }
        let outcome = match name {
            "_index" => CollectionFile::parse(collection, bytes)
                .map(|file| drop(self.collections.insert(collection.to_owned(), file))),
            _ => ArticleFile::parse(source, bytes).map(|file| drop(self.articles.insert(source.to_owned(), file))),
        };
        if let Err(broken) = outcome {
            self.broken.push(broken);
        }
    }
}

fn is_slug(name: &str) -> bool {
    name == "_index"
        || (!name.is_empty()
            && name.len() <= 120
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_keeps_what_is_good_and_reports_the_rest() {
        let files = [
            ("casier/_index", "---\ntitle: Casier\n---\nIntro"),
            ("casier/rendre", "---\ntitle: Rendre\n---\nTexte"),
            ("casier/faux", "sans tête"),
            ("plain/un", "---\ntitle: Un\n---\n"),
            ("a/b/c", "---\ntitle: Trop profond\n---\n"),
            ("README", "rien"),
        ];
        let folder = Folder::of("aide", files.map(|(source, text)| (source.to_owned(), text.as_bytes().to_vec())));
        assert_eq!(folder.articles.keys().collect::<Vec<_>>(), ["casier/rendre", "plain/un"]);
        assert_eq!(folder.undescribed.iter().collect::<Vec<_>>(), ["plain"]);
        let broken: Vec<_> = folder.broken.iter().map(ToString::to_string).collect();
        assert_eq!(broken.len(), 2);
        assert!(broken[0].starts_with("casier/faux.md:1: "), "{broken:?}");
    }
}

//! A folder of content, read whole, with every file at its address.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use atrium_core::{Error, Result};
use sha2::{Digest, Sha256};

use super::document::Parsed;
use super::fault::{Fault, source_of};
use super::picture::Picture;
use super::places::Places;
use super::walk::{self, Found, left_out};
use super::{ArticleFile, CollectionFile};

/// Everything a content folder holds.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Folder {
    /// Name under which its articles are kept apart from those of other folders.
    pub root: String,
    /// Collections that a file introduces, by key.
    pub(crate) collections: BTreeMap<String, CollectionFile>,
    /// Articles by source.
    pub(crate) articles: BTreeMap<String, ArticleFile>,
    /// Collections that no file introduces, or whose file cannot be used, by key.
    pub(crate) undescribed: BTreeMap<String, CollectionFile>,
    /// Key of the collection that each of its folders is, by the folder's path.
    pub(crate) keys: BTreeMap<String, String>,
    /// Pictures by path.
    pub(crate) pictures: BTreeMap<String, Picture>,
    /// Files that are kept out, as far as they can be read: what else is wrong with them is told as well.
    pub(crate) kept_out: Vec<ArticleFile>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    read: Arc<Read>,
}

/// What was read, before it is known where it stands.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// In order of their paths.
    pub(super) files: Vec<Parsed>,
    pictures: BTreeMap<String, Picture>,
    unread: BTreeSet<String>,
    faults: Vec<Fault>,
}

impl Folder {
    /// Reads the folder at `dir`: each of its folders is a collection, each `.md` or `.markdown` below an article.
    ///
    /// # Errors
    /// There is no such folder. What below it cannot be read or used is reported, not an error.
    pub fn read(dir: &Path) -> Result<Self> {
        let missing = |source| Error::internal(format!("content folder `{}`", dir.display()), source);
        let canonical = dir.canonicalize().map_err(missing)?;
        // Checks that the folder can be listed.
        std::fs::read_dir(&canonical).map_err(missing)?;
        let root = canonical.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self::arranged(root, Arc::new(Read::of(walk::read(&canonical)))))
    }

    /// Makes a folder out of paths and the bytes of their files.
    pub fn of(root: impl Into<String>, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> Self {
        let (mut found, mut others) = (Found::default(), Vec::new());
        for (path, bytes) in files {
            if source_of(&path).is_some() {
                found.texts.push((path, bytes));
            } else if Picture::is_named(&path) {
                match Picture::in_memory(&bytes) {
                    Ok(picture) => _ = found.pictures.insert(path, picture),
                    Err(reason) => found.faults.push(Fault::warning(path, 1, reason)),
                }
            } else {
                others.push(path);
            }
        }
        found.faults.extend(left_out(&others, "neither Markdown (`.md`, `.markdown`) nor a picture"));
        Self::arranged(root.into(), Arc::new(Read::of(found)))
    }

    /// Returns the folder, kept apart from others under the name `root` instead of its own.
    #[must_use]
    pub fn kept_as(self, root: impl Into<String>) -> Self {
        Self::arranged(root.into(), self.read)
    }

    /// Returns the title of each article by its source, which is its path in the folder without the ending.
    pub fn titles(&self) -> impl Iterator<Item = (&str, &str)> {
        self.articles.iter().map(|(source, article)| (source.as_str(), article.title.as_str()))
    }

    /// Returns `true` if the stored version of this source stays, because its file or a folder above it cannot be
    /// used.
    #[must_use]
    pub(crate) fn holds(&self, source: &str) -> bool {
        let within = |path: &String| {
            path.is_empty()
                || source_of(path).unwrap_or(path) == source
                || source.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'))
        };
        self.faults.iter().any(|fault| fault.is_error() && !fault.file.is_empty() && fault.source() == source)
            || self.read.unread.iter().any(within)
    }

    /// Returns a hash of everything in it that is read: two folders with the same hash say the same.
    #[must_use]
    pub(crate) fn hash(&self) -> String {
        let mut all = Sha256::new();
        let texts = self.read.files.iter().map(|file| (&file.article.file, &file.article.hash));
        for (path, hash) in texts.chain(self.read.pictures.iter().map(|(path, picture)| (path, &picture.hash))) {
            all.update(path.as_bytes());
            all.update([0]);
            all.update(hash.as_bytes());
            all.update([0]);
        }
        hex::encode(all.finalize())
    }

    fn arranged(root: String, read: Arc<Read>) -> Self {
        let mut folder = Self { pictures: read.pictures.clone(), faults: read.faults.clone(), ..Self::default() };
        Places::of(&root, &read.files).fill(&mut folder, &read.files);
        folder.faults.sort();
        Self { root, read, ..folder }
    }
}

impl Read {
    fn of(found: Found) -> Self {
        let Found { mut texts, pictures, unread, mut faults } = found;
        // `x.md` comes before `x.markdown` and `x.MD`.
        texts.sort_by(|(one, _), (other, _)| {
            let key = |path: &str| (source_of(path).map(str::to_owned), !path.ends_with(".md"), path.to_owned());
            key(one).cmp(&key(other))
        });
        let mut files: Vec<Parsed> = Vec::with_capacity(texts.len());
        for (path, bytes) in texts {
            let file = Parsed::read(&path, &bytes);
            match files.last() {
                Some(last) if last.article.source == file.article.source => {
                    let message = format!("left out: `{}` has the same name", last.article.file);
                    faults.push(Fault::warning(path, 1, message));
                }
                _ => files.push(file),
            }
        }
        Self { files, pictures, unread, faults }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> Folder {
        Folder::of("aide", files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())))
    }

    fn told(folder: &Folder) -> Vec<String> {
        folder.faults.iter().map(|fault| format!("{} {fault}", fault.severity.as_str())).collect()
    }

    fn addresses(folder: &Folder) -> Vec<String> {
        folder.articles.values().map(|file| format!("{}/{}", file.collection, file.slug)).collect()
    }

    #[test]
    fn a_folder_keeps_what_is_good_and_reports_the_rest() {
        let folder = folder(&[
            ("casier/_index.md", "---\ntitle: Casier\n---\nIntro"),
            ("casier/rendre.md", "---\ntitle: Rendre\n---\nTexte"),
            ("casier/faux.md", "---\ntitle: [\n---\n"),
            ("plain/un.md", "---\ntitle: Un\n---\n"),
            ("casier/plan.pdf", "%PDF"),
        ]);
        assert_eq!(folder.articles.keys().collect::<Vec<_>>(), ["casier/rendre", "plain/un"]);
        assert_eq!(folder.undescribed.keys().collect::<Vec<_>>(), ["plain"]);
        let told = told(&folder);
        assert!(told[0].starts_with("error casier/faux.md:"), "{told:?}");
        assert!(told[1].starts_with("note casier/plan.pdf:1: left out: `casier/plan.pdf`"), "{told:?}");
        assert!(folder.holds("casier/faux") && !folder.holds("casier/rendre") && folder.kept_out.len() == 1);
    }

    #[test]
    fn deep_folders_are_collections_inside_one_another() {
        let folder = folder(&[
            ("guide/01-installer/Mac OS/été.md", "# Été"),
            ("guide/01-installer/index.md", "# Installer"),
            ("guide/linux.md", "# Linux"),
            ("guide/README.md", "# Le guide"),
        ]);
        assert_eq!(addresses(&folder), ["guide/01-installer/mac-os/ete", "guide/linux"]);
        let titles: Vec<_> = folder.collections.values().map(|file| (file.key.as_str(), file.title.as_str())).collect();
        assert_eq!(titles, [("guide", "Le guide"), ("guide/01-installer", "Installer")]);
        assert_eq!(folder.undescribed["guide/01-installer/mac-os"].title, "Mac OS");
        assert!(folder.faults.is_empty(), "{:?}", told(&folder));
    }

    #[test]
    fn files_beside_the_folders_are_a_collection_called_after_the_root() {
        let files = [("intro.md", "# Intro"), ("README.md", "# Tout"), ("casier/a.md", "# A")];
        let folder = folder(&files).kept_as("Mon guide");
        assert_eq!(addresses(&folder), ["casier/a", "mon-guide/intro"]);
        assert_eq!(folder.collections["mon-guide"].title, "Tout");
        // Alone, it says what the folder is, and to those who keep it.
        let folder = self::folder(&[("README.md", "# Tout"), ("casier/a.md", "# A")]);
        assert_eq!((addresses(&folder), folder.collections.len()), (vec!["casier/a".to_owned()], 0));
        assert_eq!(told(&folder), ["note README.md:1: left out: it introduces no article"]);
        let folder = self::folder(&[("index.md", "# Tout"), ("casier/a.md", "# A")]);
        assert_eq!(addresses(&folder), ["casier/a", "aide/index"]);
    }

    #[test]
    fn an_article_called_as_a_folder_beside_it_introduces_the_folder() {
        let folder = folder(&[("a/b.md", "# B"), ("a/b/c.md", "# C")]);
        assert_eq!((addresses(&folder), folder.collections["a/b"].title.as_str()), (vec!["a/b/c".to_owned()], "B"));
        assert_eq!(folder.collections["a/b"].source(), "a/b");
        // One for some stands inside, where it is for some.
        let reserved = "---\ntitle: B\nvisibility: signed_in\n---\n";
        let folder = self::folder(&[("a/b.md", reserved), ("a/b/c.md", "# C")]);
        assert_eq!(addresses(&folder), ["a/b/b", "a/b/c"]);
        assert!(folder.collections.is_empty());
    }

    #[test]
    fn an_introduction_that_is_for_some_is_not_shown_to_all() {
        let folder = folder(&[("a/_index.md", "---\ntitle: A\nvisibility: signed_in\n---\n"), ("a/b.md", "# B")]);
        assert!(folder.collections.is_empty() && folder.holds("a/_index"));
        assert!(told(&folder)[0].starts_with("error a/_index.md:3: "), "{:?}", told(&folder));
        let folder = self::folder(&[("a/_index.md", "---\ntitle: A\nkeywords: [b]\n---\n"), ("a/b.md", "# B")]);
        assert!(told(&folder)[0].starts_with("warning a/_index.md:3: "), "{:?}", told(&folder));
    }

    #[test]
    fn two_files_at_one_address_are_told_and_the_one_that_is_called_so_stays() {
        let folder = folder(&[("a/Été.md", "# Un"), ("a/ete.md", "# Deux"), ("a/ete.markdown", "# Trois")]);
        assert_eq!(folder.articles.keys().collect::<Vec<_>>(), ["a/ete"]);
        assert!(folder.holds("a/Été"));
        let told = told(&folder);
        assert!(
            told.iter().any(|line| line.starts_with("error a/Été.md:1: ") && line.contains("`a/ete.md`")),
            "{told:?}"
        );
        assert!(told.iter().any(|line| line.starts_with("warning a/ete.markdown:1: ")), "{told:?}");
    }

    #[test]
    fn drafts_and_tables_of_contents_of_other_tools_are_left_out_and_told() {
        let folder =
            folder(&[("SUMMARY.md", "# Sommaire\n\n- [A](a/b.md)"), ("a/b.md", "---\ntitle: B\ndraft: true\n---\n")]);
        assert!(folder.articles.is_empty() && !folder.holds("a/b"));
        assert_eq!(folder.faults.len(), 2, "{:?}", told(&folder));
    }

    #[test]
    fn its_hash_changes_with_every_file_and_with_nothing_else() {
        let one = folder(&[("a/b.md", "# B"), ("a/c.md", "# C")]);
        assert_eq!(one.hash(), folder(&[("a/c.md", "# C"), ("a/b.md", "# B")]).kept_as("x").hash());
        assert_ne!(one.hash(), folder(&[("a/b.md", "# B"), ("a/c.md", "# D")]).hash());
        assert_ne!(one.hash(), folder(&[("a/b.md", "# B"), ("a/d.md", "# C")]).hash());
    }
}

//! What a synchronisation will do, worked out before anything is written.

use std::collections::{BTreeMap, BTreeSet};

use crate::content::{ArticleFile, Folder};

/// What differs between a folder and what is kept of it. Sources, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// New files.
    pub added: Vec<String>,
    /// Files whose content, or whose rendering, is no longer what is kept.
    pub changed: Vec<String>,
    /// Kept articles whose file is gone.
    pub removed: Vec<String>,
    /// Articles that moved: the source of before, and that of now, whose file says the same.
    pub moved: Vec<(String, String)>,
    /// Sources of kept articles at which another article stands now.
    pub(super) displaced: Vec<String>,
    /// Files that are as they were.
    pub unchanged: usize,
    /// Articles published from a folder of this name before.
    pub kept: usize,
}

/// What is kept of one article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) collection: String,
    pub(super) slug: String,
    pub(super) hash: String,
    pub(super) renderer: i64,
    pub(super) published: bool,
    /// `true` if its link targets are known.
    pub(super) anchored: bool,
    /// The day of change that it stated and that was used.
    pub(super) updated_on: Option<String>,
    /// The key by which the head of its file named it.
    pub(super) key: Option<String>,
}

impl Kept {
    /// Returns `true` if it equals what the file and the renderer would make.
    fn is(&self, file: &ArticleFile, renderer: i64) -> bool {
        // A day that was in the future when it was first read counts once it has come.
        // What a newer node rendered stays: an older one would render it back, and the newer again.
        self.published
            && self.anchored
            && self.hash == file.hash
            && self.renderer >= renderer
            && self.updated_on == file.updated
            && self.key == file.key
    }
}

impl Plan {
    /// Compares `folder` with what is kept of its root. A file that cannot be used is neither changed nor gone.
    pub(super) fn of(folder: &Folder, kept: &BTreeMap<String, Kept>, renderer: i64) -> Self {
        let mut plan = Self { kept: kept.values().filter(|old| old.published).count(), ..Self::default() };
        for (source, file) in &folder.articles {
            match kept.get(source) {
                None => plan.added.push(source.clone()),
                Some(old) if old.is(file, renderer) => plan.unchanged += 1,
                Some(_) => plan.changed.push(source.clone()),
            }
        }
        let gone = kept
            .iter()
            .filter(|(source, old)| old.published && !folder.articles.contains_key(*source) && !folder.holds(source));
        plan.removed = gone.map(|(source, _)| source.clone()).collect();
        plan.find_named_moves(folder, kept);
        plan.find_moves(folder, kept);
        plan
    }

    /// A file whose head names an article is that article, wherever it stood and whatever else changed. What stood at the
    /// file's source without that name moves where its own name went, or goes.
    fn find_named_moves(&mut self, folder: &Folder, kept: &BTreeMap<String, Kept>) {
        let by_key = named(kept);
        for (source, file) in &folder.articles {
            let Some(key) = file.key.as_deref() else { continue };
            let there = kept.get(source);
            // A file that cannot be used at the old source may still be the article.
            let is_gone = |old: &&String| folder.articles.contains_key(*old) || !folder.holds(old);
            match by_key.get(key).copied().filter(is_gone) {
                Some(old) if old == source => continue,
                Some(old) => {
                    self.renew(source);
                    self.moved.push((old.clone(), source.clone()));
                }
                None if there.is_some_and(|there| there.key.as_deref().is_some_and(|own| own != key)) => {
                    self.renew(source);
                    self.added.push(source.clone());
                }
                None => continue,
            }
            self.displaced.extend(there.map(|_| source.clone()));
        }
        let olds: BTreeSet<String> = self.moved.iter().map(|(old, _)| old.clone()).collect();
        self.displaced.retain(|source| !olds.contains(source));
        self.removed.extend(self.displaced.iter().filter(|source| kept[*source].published).cloned());
        // A file without a name at a source that its article left is a new article.
        for old in olds {
            if folder.articles.get(&old).is_some_and(|file| file.key.is_none()) {
                self.renew(&old);
                self.added.push(old);
            }
        }
        self.added.sort_unstable();
        self.removed.sort_unstable();
    }

    /// Takes a file out of those that are as they were or changed.
    fn renew(&mut self, source: &String) {
        if self.added.contains(source) {
            self.added.retain(|added| added != source);
        } else if let Ok(place) = self.changed.binary_search(source) {
            self.changed.remove(place);
        } else {
            self.unchanged -= 1;
        }
    }

    /// An article keeps its readers' opinions and its dates where its file moves: a new file that says what one that is gone
    /// said is the same article.
    fn find_moves(&mut self, folder: &Folder, kept: &BTreeMap<String, Kept>) {
        let mut gone: BTreeMap<&str, Vec<(&String, &Kept)>> = BTreeMap::new();
        for (source, old) in kept {
            let is_named = self.moved.iter().any(|(old, _)| old == source);
            if !is_named && !folder.articles.contains_key(source) && !folder.holds(source) {
                gone.entry(&old.hash).or_default().push((source, old));
            }
        }
        let mut new: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
        for source in self.added.iter().filter(|source| !self.moved.iter().any(|(_, new)| new == *source)) {
            new.entry(&folder.articles[source].hash).or_default().push(source);
        }
        for (hash, sources) in new {
            let Some(mut olds) = gone.remove(hash) else { continue };
            if olds.iter().any(|(_, old)| old.published) {
                olds.retain(|(_, old)| old.published);
            }
            match (&sources[..], &olds[..]) {
                ([new], [(old, _)]) => self.moved.push(((*old).clone(), (*new).clone())),
                // Of several that say the same, those that kept their name.
                _ => {
                    for new in sources {
                        let slug = &folder.articles[new].slug;
                        let same: Vec<_> = olds.iter().filter(|(_, old)| old.slug == *slug).collect();
                        if let [(old, _)] = same[..] {
                            self.moved.push(((*old).clone(), new.clone()));
                        }
                    }
                }
            }
        }
        // An old source moves once.
        let mut taken = BTreeSet::new();
        self.moved.retain(|(old, _)| taken.insert(old.clone()));
        self.added.retain(|source| !self.moved.iter().any(|(_, new)| new == source));
        self.removed.retain(|source| !taken.contains(source));
    }

    /// Returns `true` if this file of the folder is unchanged.
    pub(super) fn leaves(&self, source: &String) -> bool {
        // Invariant: a plan lists its sources in order.
        self.added.binary_search(source).is_err()
            && self.changed.binary_search(source).is_err()
            && !self.moved.iter().any(|(_, new)| new == source)
    }

    /// The file is as it was, and what is made of it is not.
    pub(super) fn change(&mut self, source: &str) {
        if let Err(place) = self.changed.binary_search_by(|changed| changed.as_str().cmp(source)) {
            self.changed.insert(place, source.to_owned());
            self.unchanged -= 1;
        }
    }

    /// Returns `true` if the plan is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty() && self.moved.is_empty()
    }
}

/// Returns the sources of the kept articles by their keys; of several with one key, that of the published one.
fn named(kept: &BTreeMap<String, Kept>) -> BTreeMap<&str, &String> {
    let mut by_key: BTreeMap<&str, &String> = BTreeMap::new();
    for (source, old) in kept {
        let Some(key) = old.key.as_deref() else { continue };
        if old.published || !by_key.contains_key(key) {
            by_key.insert(key, source);
        }
    }
    by_key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> Folder {
        Folder::of("aide", files.iter().map(|(source, text)| (format!("{source}.md"), text.as_bytes().to_vec())))
    }

    #[test]
    fn new_changed_gone_and_broken_files_are_told_apart() {
        let before = folder(&[
            ("a/un", "---\ntitle: A\n---\n"),
            ("a/deux", "---\ntitle: B\n---\n"),
            ("a/trois", "---\ntitle: C\n---\n"),
        ]);
        let kept = before.articles.iter().map(|(source, file)| {
            let (collection, slug, hash) = (file.collection.clone(), file.slug.clone(), file.hash.clone());
            (
                source.clone(),
                Kept {
                    collection,
                    slug,
                    hash,
                    renderer: 1,
                    published: true,
                    anchored: true,
                    updated_on: None,
                    key: file.key.clone(),
                },
            )
        });
        let kept: BTreeMap<_, _> = kept.collect();
        let after = folder(&[
            ("a/un", "---\ntitle: A\n---\n"),
            ("a/deux", "---\ntitle: [\n---\n"),
            ("a/quatre", "---\ntitle: D\n---\n"),
        ]);
        let plan = Plan::of(&after, &kept, 1);
        assert_eq!(plan.added, ["a/quatre"]);
        assert_eq!(plan.removed, ["a/trois"]);
        assert_eq!((plan.changed.len(), plan.unchanged), (0, 1));
        assert_eq!(Plan::of(&before, &kept, 2).changed.len(), 3);
        let moved =
            Plan::of(&folder(&[("b/un", "---\ntitle: A\n---\n"), ("a/trois", "---\ntitle: C\n---\n")]), &kept, 1);
        assert_eq!(moved.moved, [("a/un".to_owned(), "b/un".to_owned())]);
        assert_eq!((moved.added.len(), &moved.removed[..]), (0, &["a/deux".to_owned()][..]));
        assert!(Plan::of(&before, &kept, 0).is_empty(), "an older renderer changes nothing");
    }
}

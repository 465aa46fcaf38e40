//! Where links between articles lead: to what the folder holds, to what stays of it, and to what others hold.

use std::collections::BTreeMap;

use atrium_core::markup::LinkResolver;

use super::surroundings::Surroundings;
use crate::content::{Folder, source_of};
use crate::reading::{article_path, collection_path};

/// The addresses of everything that a text of the folder can lead to.
#[derive(Clone, Debug, Default)]
pub(super) struct Atlas {
    /// URL path of each article and introduction, by source.
    pages: BTreeMap<String, String>,
    /// URL path of each folder's collection, by the folder's path.
    folders: BTreeMap<String, String>,
}

impl Atlas {
    pub(super) fn of(folder: &Folder, around: &Surroundings) -> Self {
        let mut pages = BTreeMap::new();
        for (source, other) in &around.elsewhere {
            pages.insert(source.clone(), article_path(&other.collection, &other.slug));
        }
        for (key, other) in &around.described {
            pages.insert(other.source.clone(), collection_path(key));
        }
        for (source, kept) in around.kept.iter().filter(|(source, kept)| kept.published && folder.holds(source)) {
            pages.insert(source.clone(), article_path(&kept.collection, &kept.slug));
        }
        for (source, file) in &folder.articles {
            pages.insert(source.clone(), article_path(&file.collection, &file.slug));
        }
        for (key, file) in &folder.collections {
            pages.insert(file.source(), collection_path(key));
        }
        let shown = |key: &&String| folder.collections.contains_key(*key) || folder.undescribed.contains_key(*key);
        let shown = folder.keys.iter().filter(|(_, key)| shown(key));
        let folders = shown.map(|(path, key)| (path.clone(), collection_path(key)));
        Self { folders: folders.collect(), pages }
    }

    /// A page under the name that other tools give it: `intro`, `intro.html`, `intro.markdown`, `guide/`.
    fn page(&self, path: &str) -> Option<&String> {
        let without = source_of(path).or_else(|| path.strip_suffix(".html")).unwrap_or(path);
        self.pages.get(without).or_else(|| self.folders.get(path))
    }
}

impl LinkResolver for Atlas {
    fn article(&self, path: &str) -> Option<String> {
        self.pages.get(path).cloned()
    }

    fn file(&self, path: &str) -> Option<String> {
        self.page(path).cloned()
    }
}

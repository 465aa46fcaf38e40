//! Where the files of a folder stand: which collection each folder is, which file introduces it, and each article's
//! address.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Parsed;
use super::fault::Fault;
use super::folder::Folder;
use super::name::address_name;
use super::{ArticleFile, CollectionFile};

/// Files that introduce their folder, in order of preference.
const INTRODUCTIONS: [&str; 3] = ["_index", "index", "readme"];
/// Tables of contents that other tools read.
const CONTENTS: [&str; 1] = ["SUMMARY"];

/// The collections of a folder, and what introduces each.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Key of each folder that holds something, by its path.
    keys: BTreeMap<String, String>,
    /// Name of the folder of each collection, and of those around it, by key.
    names: BTreeMap<String, String>,
    /// Number of the file that introduces each collection, by key.
    introductions: BTreeMap<String, usize>,
    /// Beside the folders stand introductions only, of no collection.
    root_is_bare: bool,
    /// Files that are left out, by number, with why.
    left_out: BTreeMap<usize, &'static str>,
    faults: Vec<Fault>,
}

impl Places {
    pub(super) fn of(root: &str, files: &[Parsed]) -> Self {
        let mut places = Self::default();
        for (number, file) in files.iter().enumerate() {
            let (folder, name) = parts(file);
            if file.is_draft {
                places
                    .left_out
                    .insert(number, "left out: its author keeps it back (`draft`, `published`, `private`, `hidden`, `status`, a day or the like)");
            } else if folder.is_empty() && CONTENTS.contains(&name) {
                places.left_out.insert(number, "left out: a table of contents of another tool");
            }
        }
        places.introduce_root(files);
        for (number, file) in files.iter().enumerate() {
            if !places.left_out.contains_key(&number) {
                places.enter(root, parts(file).0);
            }
        }
        for name in INTRODUCTIONS {
            for (number, file) in files.iter().enumerate() {
                let (folder, own) = parts(file);
                let introduces = own.eq_ignore_ascii_case(name)
                    && !places.left_out.contains_key(&number)
                    && !(folder.is_empty() && places.root_is_bare);
                if let Some(key) = places.keys.get(folder).filter(|_| introduces) {
                    places.introductions.entry(key.clone()).or_insert(number);
                }
            }
        }
        places
    }

    /// What stands beside the folders introduces the articles that stand there too; without any, a README is for those who
    /// keep the folder, and an index is an article.
    fn introduce_root(&mut self, files: &[Parsed]) {
        let is_introduction = |name: &str| INTRODUCTIONS.iter().any(|known| name.eq_ignore_ascii_case(known));
        let beside = |number: &usize| parts(&files[*number]).0.is_empty() && !self.left_out.contains_key(number);
        let beside: Vec<_> = (0..files.len()).filter(beside).collect();
        self.root_is_bare = beside.iter().all(|number| is_introduction(parts(&files[*number]).1));
        if self.root_is_bare {
            for number in beside {
                if parts(&files[number]).1.eq_ignore_ascii_case("readme") {
                    self.left_out.insert(number, "left out: it introduces no article");
                }
            }
        }
    }

    /// Makes a collection of `folder`, and of those around it.
    fn enter(&mut self, root: &str, folder: &str) {
        if self.keys.contains_key(folder) {
            return;
        }
        if folder.is_empty() {
            let key = address_name(if root.is_empty() { "pages" } else { root });
            self.names.entry(key.clone()).or_insert_with(|| root.to_owned());
            self.keys.insert(String::new(), key);
            return;
        }
        let (mut path, mut key) = (String::new(), String::new());
        for name in folder.split('/') {
            if !key.is_empty() {
                path.push('/');
                key.push('/');
            }
            path.push_str(name);
            key.push_str(&address_name(name));
            if self.keys.contains_key(&path) {
                continue;
            }
            self.names.entry(key.clone()).or_insert_with(|| name.to_owned());
            if let Some((other, _)) = self.keys.iter().find(|(other, known)| **known == key && !other.is_empty()) {
                let message = format!("stands at the address of the folder `{other}`: they are one collection");
                self.faults.push(Fault::warning(&path, 1, message));
            }
            self.keys.insert(path.clone(), key.clone());
        }
    }

    /// Puts the files into `folder`, each at its place.
    pub(super) fn fill(mut self, folder: &mut Folder, files: &[Parsed]) {
        let mut places: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for (number, file) in files.iter().enumerate() {
            if let Some(reason) = self.left_out.get(&number) {
                folder.faults.push(Fault::note(&file.article.file, *reason));
                continue;
            }
            folder.faults.extend(file.faults.iter().cloned());
            if let Some(place) = self.place(number, file) {
                places.entry(place).or_default().push(number);
            }
        }
        for (place, mut numbers) in places {
            // What is called as its address is stays there.
            numbers.sort_by_key(|number| (parts(&files[*number]).1 != place.1, *number));
            let first = &files[numbers[0]].article;
            for number in &numbers[1..] {
                let message = format!("`{}` has the same address", first.file);
                folder.faults.push(Fault::error(&files[*number].article.file, 1, message));
                folder.kept_out.push(files[*number].article.clone());
            }
            let article = ArticleFile { collection: place.0, slug: place.1, ..first.clone() };
            self.put(folder, &files[numbers[0]], article);
        }
        self.describe(folder, files);
        folder.faults.append(&mut self.faults);
        folder.keys = self.keys;
    }

    /// Returns the collection of an article and its name there; `None` for an introduction.
    fn place(&mut self, number: usize, file: &Parsed) -> Option<(String, String)> {
        let (folder, name) = parts(file);
        let key = &self.keys[folder];
        if self.introductions.get(key) == Some(&number) {
            return None;
        }
        let slug = address_name(name);
        let address = if folder.is_empty() { slug.clone() } else { format!("{key}/{slug}") };
        if !self.names.contains_key(&address) {
            return Some((key.clone(), slug));
        }
        if file.is_public() && file.is_usable() && !self.introductions.contains_key(&address) {
            self.introductions.insert(address, number);
            return None;
        }
        Some((address, slug))
    }

    fn put(&mut self, folder: &mut Folder, file: &Parsed, article: ArticleFile) {
        let service = article.service.as_deref();
        let outermost = article.collection.split('/').next().unwrap_or_default();
        if let Some(service) = service.filter(|service| *service != outermost) {
            let message = format!("`service` is not the folder `{outermost}`");
            folder.faults.push(article.error("service", service, message));
            folder.kept_out.push(article);
        } else if file.is_usable() {
            folder.articles.insert(article.source.clone(), article);
        } else {
            folder.kept_out.push(article);
        }
    }

    fn describe(&self, folder: &mut Folder, files: &[Parsed]) {
        let mut used = BTreeSet::new();
        for key in folder.articles.values().map(|article| &article.collection) {
            used.extend(around(key).map(str::to_owned));
        }
        for (key, number) in &self.introductions {
            let (file, name) = (&files[*number], &self.names[key]);
            let faults = unused(file);
            let usable = file.is_usable() && !faults.iter().any(Fault::is_error);
            folder.faults.extend(faults);
            if usable {
                folder.collections.insert(key.clone(), CollectionFile::of(key, name, file));
                used.extend(around(key).map(str::to_owned));
            } else {
                folder.kept_out.push(file.article.clone());
            }
        }
        let unnamed = used.into_iter().filter(|key| !folder.collections.contains_key(key)).map(|key| {
            let name = self.names.get(&key).map_or(key.as_str(), String::as_str);
            (key.clone(), CollectionFile::unnamed(&key, name))
        });
        folder.undescribed = unnamed.collect();
    }
}

/// Fields of articles on a folder's introduction, which is read by everybody who may read one of its articles.
fn unused(file: &Parsed) -> Vec<Fault> {
    let article = &file.article;
    let mut faults = Vec::new();
    if !file.is_public() {
        let message =
            "an introduction is read by all who may read one of the folder's articles: `visibility` has no effect";
        faults.push(article.error("visibility", "", message.to_owned()));
    }
    let told = |(key, line): &(&str, usize)| {
        Fault::warning(&article.file, *line, format!("`{key}` has no effect on a folder's introduction"))
    };
    faults.extend(file.of_articles.iter().map(told));
    faults
}

/// Returns the collection `key` and those around it, from the outermost.
pub(crate) fn around(key: &str) -> impl Iterator<Item = &str> + Clone {
    let ends = key.match_indices('/').map(|(at, _)| at).chain([key.len()]);
    ends.map(move |end| &key[..end])
}

/// Returns the folder of a file and its name in it.
fn parts(file: &Parsed) -> (&str, &str) {
    file.article.source.rsplit_once('/').unwrap_or(("", &file.article.source))
}

//! Reads the files below a directory one by one. Unreadable ones are reported and skipped.
//!
//! Links inside the folder are followed, as Kubernetes mounts configuration through them; links that lead out of it are
//! not, for they would publish what was never put there. Names that begin with a dot, and `node_modules`, are no content.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fs::{DirEntry, File, FileType, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use super::document::LARGEST;
use super::fault::{Fault, source_of};
use super::picture::{LARGEST_PICTURE, Picture};

/// Files and folders that are looked at.
const MOST: usize = 50_000;
/// Folders inside folders.
const DEEPEST: usize = 16;
/// Names of what was left out that are told one by one.
const TOLD: usize = 5;

/// What stands below a directory.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Markdown by path.
    pub(super) texts: Vec<(String, Vec<u8>)>,
    /// Pictures by path.
    pub(super) pictures: BTreeMap<String, Picture>,
    /// Paths of files and folders that could not be read; empty for the folder itself.
    pub(super) unread: BTreeSet<String>,
    pub(super) faults: Vec<Fault>,
}

/// Reads everything below `root`, which is canonical.
pub(super) fn read(root: &Path) -> Found {
    let mut walk = Walk::new(root);
    let mut folders = VecDeque::from([(String::new(), root.to_path_buf(), 0)]);
    // Folders that stand where they are come before links to them.
    while let Some((path, place, depth)) = folders.pop_front().or_else(|| walk.next_link()) {
        walk.folder(&path, &place, depth, &mut folders);
    }
    walk.tell_left_out();
    walk.found
}

type Folder = (String, PathBuf, usize);

struct Walk<'a> {
    root: &'a Path,
    found: Found,
    /// Folders that were entered, by their real place.
    known: BTreeSet<PathBuf>,
    linked: VecDeque<Folder>,
    looked_at: usize,
    hidden: Vec<String>,
    others: Vec<String>,
}

impl<'a> Walk<'a> {
    fn new(root: &'a Path) -> Self {
        Self {
            root,
            found: Found::default(),
            known: BTreeSet::from([root.to_path_buf()]),
            linked: VecDeque::new(),
            looked_at: 0,
            hidden: Vec::new(),
            others: Vec::new(),
        }
    }

    fn next_link(&mut self) -> Option<Folder> {
        while let Some(link) = self.linked.pop_front() {
            if self.enters(&link.0, &link.1) {
                return Some(link);
            }
        }
        None
    }

    fn folder(&mut self, path: &str, place: &Path, depth: usize, folders: &mut VecDeque<Folder>) {
        if depth > DEEPEST {
            return self.unread(path, "folders stand too deep in one another");
        }
        let entries = match std::fs::read_dir(place) {
            Ok(entries) => entries,
            Err(error) => return self.unread(path, &format!("the folder cannot be read: {error}")),
        };
        let mut all = Vec::new();
        for entry in entries {
            match entry {
                Ok(entry) => all.push(entry),
                Err(error) => self.unread(path, &format!("the folder cannot be read whole: {error}")),
            }
        }
        all.sort_by_key(DirEntry::file_name);
        for entry in all {
            self.looked_at += 1;
            if self.looked_at > MOST {
                return self.unread("", &format!("over {MOST} files and folders: the rest is not read"));
            }
            self.entry(path, &entry, depth, folders);
        }
    }

    fn entry(&mut self, folder: &str, entry: &DirEntry, depth: usize, folders: &mut VecDeque<Folder>) {
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            let path = below(folder, &name.to_string_lossy());
            return self.found.faults.push(Fault::warning(path, 1, "left out: its name is not UTF-8"));
        };
        // The same name, whichever way the file system spells its accents.
        let path = below(folder, &name.nfc().collect::<String>());
        if name.starts_with('.') || name == "node_modules" {
            return self.hidden.push(path);
        }
        let place = entry.path();
        let kind = match entry.file_type() {
            Ok(kind) => kind,
            Err(error) => return self.unread(&path, &format!("cannot be read: {error}")),
        };
        if kind.is_dir() {
            // Known from now on: a link to it is not read as well.
            if self.enters(&path, &place) {
                folders.push_back((path, place, depth + 1));
            }
        } else if kind.is_symlink() {
            self.link(path, &place, depth);
        } else {
            self.file(path, &place, kind);
        }
    }

    /// Returns `true` the first time a folder is met, so that loops of links end and each file has one path.
    fn enters(&mut self, path: &str, place: &Path) -> bool {
        let real = match place.canonicalize() {
            Ok(real) => real,
            Err(error) => {
                self.unread(path, &format!("the folder cannot be read: {error}"));
                return false;
            }
        };
        let is_new = self.known.insert(real);
        if !is_new {
            self.found.faults.push(Fault::note(path, "a link to a folder that is read under its own name"));
        }
        is_new
    }

    fn link(&mut self, path: String, place: &Path, depth: usize) {
        let target = place.canonicalize().and_then(|real| Ok((std::fs::metadata(&real)?, real)));
        let (metadata, real): (Metadata, PathBuf) = match target {
            Ok(target) => target,
            Err(error) => return self.unread(&path, &format!("the link cannot be followed: {error}")),
        };
        if !real.starts_with(self.root) {
            let message = "left out: a link that leads out of the content folder is not followed";
            // What was published while it was no link stays.
            self.found.unread.insert(path.clone());
            return self.found.faults.push(Fault::error(path, 1, message));
        }
        if metadata.is_dir() {
            self.linked.push_back((path, place.to_path_buf(), depth + 1))
        } else {
            self.file(path, &real, metadata.file_type())
        }
    }

    fn file(&mut self, path: String, place: &Path, kind: FileType) {
        let (is_text, is_picture) = (source_of(&path).is_some(), Picture::is_named(&path));
        if !is_text && !is_picture {
            return self.others.push(path);
        }
        // Reading a pipe would wait for ever.
        if !kind.is_file() {
            return self.unread(&path, "is no ordinary file");
        }
        let most = if is_text { LARGEST } else { LARGEST_PICTURE };
        let bytes = match read_at_most(place, most + 1) {
            Ok(bytes) => bytes,
            Err(error) => return self.unread(&path, &format!("cannot be read: {error}")),
        };
        if is_text {
            return self.found.texts.push((path, bytes));
        }
        match Picture::on_disk(&bytes, place.to_path_buf()) {
            Ok(picture) => _ = self.found.pictures.insert(path, picture),
            Err(reason) => self.found.faults.push(Fault::warning(path, 1, reason)),
        }
    }

    fn unread(&mut self, path: &str, reason: &str) {
        self.found.unread.insert(path.to_owned());
        self.found.faults.push(Fault::error(path, 1, reason));
    }

    fn tell_left_out(&mut self) {
        let told = [
            (std::mem::take(&mut self.hidden), "names that begin with a dot, and `node_modules`, are no content"),
            (std::mem::take(&mut self.others), "neither Markdown (`.md`, `.markdown`) nor a picture"),
        ];
        for (paths, reason) in told {
            if let Some(note) = left_out(&paths, reason) {
                self.found.faults.push(note);
            }
        }
    }
}

/// Returns one line about everything that was left out for `reason`.
pub(crate) fn left_out(paths: &[String], reason: &str) -> Option<Fault> {
    let first = paths.first()?;
    let names: Vec<_> = paths.iter().take(TOLD).map(|path| format!("`{path}`")).collect();
    let more = match paths.len().saturating_sub(TOLD) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(Fault::note(first, format!("left out: {}{more} ({reason})", names.join(", "))))
}

fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn read_at_most(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

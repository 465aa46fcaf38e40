//! Checks the imports between the modules of a crate, read from its source: a test that lists the floors keeps them
//! one-way.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, ItemMod, ItemUse, Macro, UseTree, Visibility};

/// Asserts that the rooms of a crate import only from rooms on lower floors.
///
/// `source` is the crate's `src` folder. `floors` names its rooms from the ground up, by module path: `"access"`, or
/// `"directory/actions"` for a room inside another one's folder. Modules behind `#[cfg(test)]` are not read.
///
/// # Panics
/// Panics with the two names of each arrow that goes up or sideways, if a module belongs to no room, if a room has no
/// module, and if the source cannot be read.
pub fn assert_rooms_import_downwards(source: &Path, floors: &[&[&str]]) {
    let mut crate_ = Source::new(source, floors);
    crate_.read(&[], &source.join("lib.rs"), source);
    let mut problems: Vec<String> = crate_.wrong_arrows().collect();
    problems.extend(crate_.homeless.iter().map(|module| format!("`{module}` stands on no floor")));
    let empty = crate_.rooms.keys().filter(|room| !crate_.seen.contains(*room));
    problems.extend(empty.map(|room| format!("`{room}` is no module")));
    assert!(problems.is_empty(), "{}:\n{}", source.display(), problems.join("\n"));
}

/// An import: from one room into another.
type Arrow = (String, String);

struct Source {
    root: PathBuf,
    /// The floor of each room.
    rooms: BTreeMap<String, usize>,
    seen: BTreeSet<String>,
    homeless: BTreeSet<String>,
    /// The room that a name at the crate's root comes from.
    exports: BTreeMap<String, String>,
    /// Each import as written in its file. Names of the root are not resolved yet.
    imports: Vec<(String, Vec<String>, PathBuf)>,
}

impl Source {
    fn new(root: &Path, floors: &[&[&str]]) -> Self {
        let on_floor = |(floor, names): (usize, &&[&str])| -> Vec<(String, usize)> {
            names.iter().map(|name| ((*name).to_owned(), floor)).collect()
        };
        Self {
            root: root.to_owned(),
            rooms: floors.iter().enumerate().flat_map(on_floor).collect(),
            seen: BTreeSet::new(),
            homeless: BTreeSet::new(),
            exports: BTreeMap::new(),
            imports: Vec::new(),
        }
    }

    /// Returns the room that the module or item at `path` belongs to.
    fn room_of(&self, path: &[String]) -> Option<String> {
        let prefixes = (1..=path.len()).rev().map(|len| path[..len].join("/"));
        prefixes.into_iter().find(|name| self.rooms.contains_key(name))
    }

    /// Reads the module at `path`, whose submodules are in `dir`.
    fn read(&mut self, path: &[String], file: &Path, dir: &Path) {
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.read_items(path, &parsed.items, file, dir);
    }

    fn read_items(&mut self, path: &[String], items: &[Item], file: &Path, dir: &Path) {
        if !path.is_empty() {
            match self.room_of(path) {
                Some(room) => drop(self.seen.insert(room)),
                // Names that macros need at the crate's root.
                None if path[0].starts_with("__") => {}
                None => drop(self.homeless.insert(path[0].clone())),
            }
        }
        let children: BTreeSet<String> = items.iter().filter_map(module_name).collect();
        for item in items {
            match item {
                Item::Mod(module) if is_for_tests(&module.attrs) => {}
                Item::Mod(module) => self.read_module(path, module, file, dir),
                Item::Use(import) if path.is_empty() => self.read_export(import),
                _ => {
                    let mut found = Paths::default();
                    found.visit_item(item);
                    let absolute = found.0.into_iter().filter_map(|found| resolve(path, &children, found));
                    let imports: Vec<_> = absolute.map(|to| (path.join("/"), to, file.to_owned())).collect();
                    self.imports.extend(imports);
                }
            }
        }
    }

    fn read_module(&mut self, path: &[String], module: &ItemMod, file: &Path, dir: &Path) {
        let name = module.ident.to_string();
        let below = dir.join(&name);
        let path: Vec<String> = path.iter().cloned().chain([name.clone()]).collect();
        match &module.content {
            Some((_, items)) => self.read_items(&path, items, file, &below),
            None => self.read(&path, &module_file(dir, &name), &below),
        }
    }

    /// Records the re-exports of the crate's root.
    fn read_export(&mut self, import: &ItemUse) {
        if matches!(import.vis, Visibility::Inherited) {
            return;
        }
        let mut found = Paths::default();
        found.visit_item_use(import);
        for path in found.0 {
            let path: Vec<String> = path.into_iter().filter(|part| part != "crate" && part != "self").collect();
            if let (Some(room), Some(name)) = (self.room_of(&path), path.last()) {
                self.exports.insert(name.clone(), room);
            }
        }
    }

    fn wrong_arrows(&self) -> impl Iterator<Item = String> {
        let mut arrows: BTreeMap<Arrow, String> = BTreeMap::new();
        for (module, to, file) in &self.imports {
            let from: Vec<String> = module.split('/').map(str::to_owned).collect();
            let Some(from) = self.room_of(&from) else { continue };
            let Some(into) = self.room_of(to).or_else(|| self.exports.get(&to[0]).cloned()) else { continue };
            if from != into && self.rooms[&from] <= self.rooms[&into] {
                let file = file.strip_prefix(&self.root).unwrap_or(file).display();
                arrows.entry((from, into)).or_insert(format!("{file}: crate::{}", to.join("::")));
            }
        }
        arrows.into_iter().map(|((from, into), example)| format!("`{from}` imports from `{into}` ({example})"))
    }
}

/// Returns the file of the module `name` that is declared in a module whose submodules are in `dir`.
pub(crate) fn module_file(dir: &Path, name: &str) -> PathBuf {
    let beside = dir.join(format!("{name}.rs"));
    if beside.is_file() { beside } else { dir.join(name).join("mod.rs") }
}

fn module_name(item: &Item) -> Option<String> {
    match item {
        Item::Mod(module) => Some(module.ident.to_string()),
        _ => None,
    }
}

/// Returns the path from the crate's root of `path`, written in `module` with these `children`; `None` for one of another
/// crate.
fn resolve(module: &[String], children: &BTreeSet<String>, path: Vec<String>) -> Option<Vec<String>> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    let rest: Vec<String> = path.iter().skip(ups.max(1)).cloned().collect();
    let absolute: Vec<String> = match path.first()?.as_str() {
        "crate" => rest,
        "self" => module.iter().cloned().chain(rest).collect(),
        "super" => module.iter().take(module.len() - ups).cloned().chain(rest).collect(),
        child if children.contains(child) => module.iter().cloned().chain(path).collect(),
        _ => return None,
    };
    (!absolute.is_empty()).then_some(absolute)
}

pub(crate) fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is_cfg = attribute.path().is_ident("cfg");
        is_cfg && attribute.meta.require_list().is_ok_and(|list| mentions_test(list.tokens.clone()))
    })
}

fn mentions_test(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(name) => name == "test",
        TokenTree::Group(group) => mentions_test(group.stream()),
        _ => false,
    })
}

/// The paths of a piece of source that begin with `crate`, `self` or `super`.
#[derive(Default)]
struct Paths(Vec<Vec<String>>);

impl Paths {
    fn add_tree(&mut self, before: &[String], tree: &UseTree) {
        let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Vec<_>>();
        match tree {
            UseTree::Path(path) => self.add_tree(&with(&path.ident), &path.tree),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(before, tree)),
            UseTree::Name(name) => self.0.push(with(&name.ident)),
            UseTree::Rename(rename) => self.0.push(with(&rename.ident)),
            UseTree::Glob(_) => self.0.push(before.to_vec()),
        }
    }

    /// Adds the paths of a macro's input, which is not parsed.
    fn add_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        for token in tokens {
            match token {
                TokenTree::Ident(name) => path.push(name.to_string()),
                TokenTree::Punct(mark) if mark.as_char() == ':' => continue,
                TokenTree::Group(group) => {
                    self.0.push(std::mem::take(&mut path));
                    self.add_tokens(group.stream());
                }
                _ => self.0.push(std::mem::take(&mut path)),
            }
        }
        self.0.push(path);
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item_use(&mut self, import: &'ast ItemUse) {
        self.add_tree(&[], &import.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.add_tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }

    fn visit_attribute(&mut self, _attribute: &'ast Attribute) {}

    /// Skips the path of `pub(super)` and `pub(in …)`, which imports from no module.
    fn visit_visibility(&mut self, _visibility: &'ast Visibility) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let file = dir.path().join(name);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        dir
    }

    fn arrows(files: &[(&str, &str)], floors: &[&[&str]]) -> Vec<String> {
        let dir = source(files);
        let mut crate_ = Source::new(dir.path(), floors);
        crate_.read(&[], &dir.path().join("lib.rs"), dir.path());
        crate_.wrong_arrows().collect()
    }

    #[test]
    fn an_arrow_that_goes_up_is_told_with_both_names() {
        let files = [
            ("lib.rs", "mod db; mod access; pub use access::Rights;"),
            ("db.rs", "fn f() { let x = crate::Rights::new(); }"),
            ("access/mod.rs", "mod store; use crate::db::Db; pub struct Rights;"),
            ("access/store.rs", "use super::super::db::Tx; #[cfg(test)] mod tests { use atrium_web::X; }"),
        ];
        let wrong = arrows(&files, &[&["db"], &["access"]]);
        assert_eq!(wrong, ["`db` imports from `access` (db.rs: crate::Rights::new)"]);
        assert_eq!(arrows(&files, &[&["access"], &["db"]]).len(), 1, "the other way round, `access` goes up");
    }

    #[test]
    fn a_room_inside_a_folder_has_a_floor_of_its_own_and_macros_are_read() {
        let files = [
            ("lib.rs", "mod directory; mod access;"),
            ("directory/mod.rs", "pub mod actions; fn f() { println!(\"{}\", crate::access::X) }"),
            ("directory/actions.rs", "use crate::{access::{self, Y}, directory::Z};"),
            ("access.rs", ""),
        ];
        let wrong = arrows(&files, &[&["directory"], &["access"], &["directory/actions"]]);
        assert_eq!(wrong, ["`directory` imports from `access` (directory/mod.rs: crate::access::X)"]);
    }

    #[test]
    fn what_a_room_below_shows_to_its_folder_is_no_import() {
        let files = [
            ("lib.rs", "mod topics;"),
            ("topics/mod.rs", "mod store; use store::find;"),
            ("topics/store.rs", "pub(super) fn find() {} pub(in crate::topics) struct Row { pub(super) id: u32 }"),
        ];
        assert_eq!(arrows(&files, &[&["topics/store"], &["topics"]]), Vec::<String>::new());
    }

    #[test]
    fn a_folder_imports_what_it_re_exports_of_a_room_inside_it() {
        let files = [
            ("lib.rs", "mod topics;"),
            ("topics/mod.rs", "mod pages; pub(crate) use pages::declare;"),
            ("topics/pages.rs", "pub(crate) fn declare() {}"),
        ];
        let wrong = arrows(&files, &[&["topics"], &["topics/pages"]]);
        assert_eq!(wrong, ["`topics` imports from `topics/pages` (topics/mod.rs: crate::topics::pages::declare)"]);
    }
}

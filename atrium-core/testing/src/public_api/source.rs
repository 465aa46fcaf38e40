//! The modules of crates with their items, and the items that paths name.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use syn::{Item, ItemMod, UseTree, Visibility};

use crate::rooms::{is_for_tests, module_file};

/// A path within a crate, or of an import.
pub(super) type Segments = Vec<String>;

/// Imports are followed so many times, so that two that name each other end.
const DEPTH: usize = 24;

#[derive(Default)]
pub(super) struct Library {
    /// Each crate's modules, by the crate's name and the module's path.
    pub(super) crates: BTreeMap<String, BTreeMap<Segments, Module>>,
}

#[derive(Default)]
pub(super) struct Module {
    pub(super) items: Vec<Item>,
    pub(super) imports: Vec<Import>,
}

/// One name that a `use` brings in; every name of the module, if it has none.
pub(super) struct Import {
    pub(super) name: Option<String>,
    pub(super) path: Segments,
    pub(super) is_public: bool,
}

/// An item or a module of one of the crates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) of: String,
    pub(super) module: Segments,
    /// The item's name; `None` for the module itself.
    pub(super) name: Option<String>,
}

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Own(Place),
    /// Something of this other library.
    Foreign(String),
}

impl Library {
    /// Reads the modules of the crate whose source is in `source`.
    pub(super) fn read_crate(source: &Path) -> BTreeMap<Segments, Module> {
        let mut modules = BTreeMap::new();
        read_file(&mut modules, Vec::new(), &source.join("lib.rs"), source);
        modules
    }

    pub(super) fn module(&self, of: &str, path: &[String]) -> Option<&Module> {
        self.crates.get(of)?.get(path)
    }

    /// Returns what `path` names in a module; `None` for names of the prelude and of generics.
    pub(super) fn resolve(&self, of: &str, module: &[String], path: &[String]) -> Option<Named> {
        self.resolve_within(of, module, path, DEPTH)
    }

    fn resolve_within(&self, of: &str, module: &[String], path: &[String], depth: usize) -> Option<Named> {
        let depth = depth.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => return self.descend(of, &[], rest, depth),
            "self" => return self.descend(of, module, rest, depth),
            "super" => return self.descend(of, &module[..module.len().checked_sub(1)?], rest, depth),
            _ => {}
        }
        if let Some(found) = self.descend(of, module, path, depth) {
            return Some(found);
        }
        if self.crates.contains_key(first) {
            return self.descend(first, &[], rest, depth);
        }
        let is_library = path.len() > 1 && first.starts_with(|letter: char| letter.is_ascii_lowercase());
        is_library.then(|| Named::Foreign(first.clone()))
    }

    /// Returns what `path` names from the inside of a module: a module below it, an item, or an import.
    fn descend(&self, of: &str, module: &[String], path: &[String], depth: usize) -> Option<Named> {
        let here = self.module(of, module)?;
        let Some((first, rest)) = path.split_first() else {
            return Some(Named::Own(Place { of: of.to_owned(), module: module.to_vec(), name: None }));
        };
        if first == "super" {
            return self.descend(of, &module[..module.len().checked_sub(1)?], rest, depth);
        }
        let below: Segments = module.iter().chain([first]).cloned().collect();
        if self.module(of, &below).is_some() {
            return self.descend(of, &below, rest, depth);
        }
        if here.items.iter().any(|item| names(item).contains(first)) {
            return Some(Named::Own(Place { of: of.to_owned(), module: module.to_vec(), name: Some(first.clone()) }));
        }
        for import in here.imports.iter().filter(|import| import.name.as_ref().is_none_or(|name| name == first)) {
            let skipped = usize::from(import.name.is_some());
            let whole: Segments = import.path.iter().chain(&path[skipped..]).cloned().collect();
            match self.import(of, module, &whole, depth) {
                None => {}
                // What a glob of another library brings in is not known: names of the language are not its own.
                Some(Named::Foreign(_)) if import.name.is_none() && is_of_the_language(first) => {}
                found => return found,
            }
        }
        None
    }

    /// Returns what the path of an import names: it may begin with another crate.
    fn import(&self, of: &str, module: &[String], path: &[String], depth: usize) -> Option<Named> {
        let first = path.first()?;
        let is_local = matches!(first.as_str(), "crate" | "self" | "super");
        let below: Segments = module.iter().chain([first]).cloned().collect();
        let here = self.module(of, module)?;
        let is_here = self.module(of, &below).is_some() || here.items.iter().any(|item| names(item).contains(first));
        if is_local || is_here || self.crates.contains_key(first) {
            return self.resolve_within(of, module, path, depth);
        }
        Some(Named::Foreign(first.clone()))
    }
}

/// Returns `true` for a name of the prelude, a primitive type, or a short name as generics have it.
fn is_of_the_language(name: &str) -> bool {
    const PRELUDE: [&str; 12] =
        ["Vec", "String", "Option", "Result", "Box", "Self", "Send", "Sync", "Copy", "Clone", "From", "Iterator"];
    name.len() <= 2 || name.starts_with(|letter: char| letter.is_ascii_lowercase()) || PRELUDE.contains(&name)
}

/// Returns the names that an item declares: several, for a macro whose input is items.
pub(super) fn names(item: &Item) -> Vec<String> {
    match item {
        Item::Const(item) => vec![item.ident.to_string()],
        Item::Enum(item) => vec![item.ident.to_string()],
        Item::Fn(item) => vec![item.sig.ident.to_string()],
        Item::Static(item) => vec![item.ident.to_string()],
        Item::Struct(item) => vec![item.ident.to_string()],
        Item::Trait(item) => vec![item.ident.to_string()],
        Item::Type(item) => vec![item.ident.to_string()],
        _ => Vec::new(),
    }
}

fn read_file(modules: &mut BTreeMap<Segments, Module>, path: Segments, file: &Path, dir: &Path) {
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    read_items(modules, path, parsed.items, dir);
}

fn read_items(modules: &mut BTreeMap<Segments, Module>, path: Segments, items: Vec<Item>, dir: &Path) {
    let mut module = Module::default();
    for item in items {
        match item {
            Item::Mod(below) if is_for_tests(&below.attrs) => {}
            Item::Mod(below) => {
                read_module(modules, &path, &below, dir);
                module.items.push(Item::Mod(ItemMod { content: None, ..below }));
            }
            Item::Use(import) => {
                let is_public = matches!(import.vis, Visibility::Public(_));
                add_imports(&mut module.imports, &[], &import.tree, is_public);
            }
            // A macro whose input is items declares them.
            Item::Macro(call) if call.ident.is_none() => {
                let input = syn::parse2::<syn::File>(call.mac.tokens);
                module.items.extend(input.map(|file| file.items).unwrap_or_default());
            }
            other => module.items.push(other),
        }
    }
    modules.insert(path, module);
}

fn read_module(modules: &mut BTreeMap<Segments, Module>, above: &[String], module: &ItemMod, dir: &Path) {
    let name = module.ident.to_string();
    let below = dir.join(&name);
    let path: Segments = above.iter().chain([&name]).cloned().collect();
    match &module.content {
        Some((_, items)) => read_items(modules, path, items.clone(), &below),
        None => read_file(modules, path, &module_file(dir, &name), &below),
    }
}

fn add_imports(imports: &mut Vec<Import>, before: &[String], tree: &UseTree, is_public: bool) {
    let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Segments>();
    match tree {
        UseTree::Path(path) => add_imports(imports, &with(&path.ident), &path.tree, is_public),
        UseTree::Group(group) => group.items.iter().for_each(|tree| add_imports(imports, before, tree, is_public)),
        UseTree::Name(name) if name.ident == "self" => {
            imports.push(Import { name: before.last().cloned(), path: before.to_vec(), is_public });
        }
        UseTree::Name(name) => {
            imports.push(Import { name: Some(name.ident.to_string()), path: with(&name.ident), is_public });
        }
        UseTree::Rename(name) => {
            imports.push(Import { name: Some(name.rename.to_string()), path: with(&name.ident), is_public });
        }
        UseTree::Glob(_) => imports.push(Import { name: None, path: before.to_vec(), is_public }),
    }
}

//! The lines of a library's public items, and the libraries that their signatures name.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Attribute, Fields, ImplItem, Item, ItemImpl, Signature, TraitItem, Type, Visibility};

use super::source::{Library, Module, Named, Place, Segments, names};

/// The public items that can be reached from a crate's root.
#[derive(Default)]
pub(super) struct Listing {
    pub(super) lines: BTreeSet<String>,
    /// Items in whose signature another library stands, with its name.
    pub(super) foreign: BTreeSet<(String, String)>,
}

struct Walk<'a> {
    library: &'a Library,
    /// The functions and constants of types, with the module in which they stand.
    members: BTreeMap<Place, Vec<(Place, ImplItem)>>,
    /// The traits of types, as written.
    traits: BTreeMap<Place, BTreeSet<String>>,
    listing: Listing,
}

impl Listing {
    pub(super) fn of(library: &Library, root: &str) -> Self {
        let mut walk = Walk { library, members: BTreeMap::new(), traits: BTreeMap::new(), listing: Self::default() };
        for (name, modules) in &library.crates {
            for (path, module) in modules {
                walk.gather(&Place { of: name.clone(), module: path.clone(), name: None }, module);
            }
        }
        walk.module(&Place { of: root.to_owned(), module: Vec::new(), name: None }, root);
        walk.listing
    }
}

impl Walk<'_> {
    /// Gathers the members of types from the `impl` blocks of a module.
    fn gather(&mut self, at: &Place, module: &Module) {
        for item in &module.items {
            let Item::Impl(block) = item else { continue };
            let Some(Named::Own(of)) = type_path(&block.self_ty).and_then(|path| self.resolve(at, &path)) else {
                continue;
            };
            match &block.trait_ {
                Some((_, path, _)) => drop(self.traits.entry(of).or_default().insert(tidy(path))),
                None => {
                    let members = self.members.entry(of).or_default();
                    members.extend(public_members(block).map(|member| (at.clone(), member.clone())));
                }
            }
        }
    }

    fn resolve(&self, at: &Place, path: &[String]) -> Option<Named> {
        self.library.resolve(&at.of, &at.module, path)
    }

    fn line(&mut self, line: String) {
        self.listing.lines.insert(line);
    }

    /// Notes the other libraries that a piece of the signature of the item `path` names.
    fn note(&mut self, at: &Place, path: &str, find: impl FnOnce(&mut Paths)) {
        let mut found = Paths::default();
        find(&mut found);
        for name in found.0 {
            if let Some(Named::Foreign(library)) = self.resolve(at, &name) {
                self.listing.foreign.insert((path.to_owned(), library));
            }
        }
    }

    /// Lists what can be reached from a module that is known as `path`.
    fn module(&mut self, at: &Place, path: &str) {
        let Some(module) = self.library.module(&at.of, &at.module) else { return };
        for item in &module.items {
            if let Item::Mod(below) = item {
                if is_public(&below.vis) && !is_hidden(&below.attrs) {
                    let name = below.ident.to_string();
                    self.module(&inside(at, &name), &format!("{path}::{name}"));
                }
            } else {
                self.item(at, item, path, None);
            }
        }
        for import in module.imports.iter().filter(|import| import.is_public) {
            match (&import.name, self.resolve(at, &import.path)) {
                // What a prelude repeats is listed where it stands.
                (Some(name), _) if path.ends_with("::prelude") => {
                    self.line(format!("{path}::{name} = {}", import.path.join("::")));
                }
                (Some(name), Some(found)) => self.named(&found, path, name),
                // The name of another library alone.
                (Some(name), None) => self.line(format!("{path}::{name} = {}", import.path.join("::"))),
                (None, Some(Named::Own(found))) => self.module(&found, path),
                (None, _) => self.line(format!("{path}::* = {}", import.path.join("::"))),
            }
        }
    }

    /// Lists what is re-exported as `name`.
    fn named(&mut self, found: &Named, path: &str, name: &str) {
        match found {
            Named::Foreign(library) => self.line(format!("{path}::{name} = {library}::…")),
            Named::Own(place @ Place { name: None, .. }) => self.module(place, &format!("{path}::{name}")),
            Named::Own(place) => {
                let at = Place { name: None, ..place.clone() };
                let Some(module) = self.library.module(&at.of, &at.module) else { return };
                let is_it = |item: &&Item| place.name.as_ref().is_some_and(|name| names(item).contains(name));
                for item in module.items.iter().filter(is_it) {
                    self.item(&at, item, path, Some(name));
                }
            }
        }
    }

    /// Lists an item if it is public, as `path::name`; under its own name without `name`.
    fn item(&mut self, at: &Place, item: &Item, path: &str, name: Option<&str>) {
        let own = names(item).into_iter().next().unwrap_or_default();
        let path = format!("{path}::{}", name.unwrap_or(&own));
        let of = Place { name: Some(own), ..at.clone() };
        match item {
            Item::Const(item) if is_public(&item.vis) => {
                self.note(at, &path, |paths| paths.visit_type(&item.ty));
                self.line(format!("{path}: const {}", tidy(&item.ty)));
            }
            Item::Static(item) if is_public(&item.vis) => {
                self.note(at, &path, |paths| paths.visit_type(&item.ty));
                self.line(format!("{path}: static {}", tidy(&item.ty)));
            }
            Item::Fn(item) if is_public(&item.vis) => self.function(at, &path, &item.sig),
            Item::Type(item) if is_public(&item.vis) => {
                self.note(at, &path, |paths| paths.visit_type(&item.ty));
                self.line(format!("{path}: type = {}", tidy(&item.ty)));
            }
            Item::Struct(item) if is_public(&item.vis) => {
                self.line(format!("{path}: struct{}{}", tidy(&item.generics), openness(&item.attrs)));
                self.fields(at, &path, &item.fields, false);
                self.of_type(&of, &path);
            }
            Item::Enum(item) if is_public(&item.vis) => {
                self.line(format!("{path}: enum{}{}", tidy(&item.generics), openness(&item.attrs)));
                for variant in &item.variants {
                    self.line(format!("{path}::{}: variant", variant.ident));
                    self.fields(at, &format!("{path}::{}", variant.ident), &variant.fields, true);
                }
                self.of_type(&of, &path);
            }
            Item::Trait(item) if is_public(&item.vis) => {
                self.note(at, &path, |paths| {
                    item.supertraits.iter().for_each(|bound| paths.visit_type_param_bound(bound))
                });
                self.line(format!("{path}: trait{}: {}", tidy(&item.generics), tidy(&item.supertraits)));
                for member in &item.items {
                    if let TraitItem::Fn(function) = member {
                        self.function(at, &format!("{path}::{}", function.sig.ident), &function.sig);
                    }
                }
            }
            Item::Macro(item) if item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export")) => {
                let name = item.ident.as_ref().map(ToString::to_string).unwrap_or_default();
                self.line(format!("{path}{name}: macro"));
            }
            _ => {}
        }
    }

    fn fields(&mut self, at: &Place, path: &str, fields: &Fields, all: bool) {
        for (number, field) in fields.iter().enumerate() {
            if !all && !is_public(&field.vis) {
                continue;
            }
            let name = field.ident.as_ref().map_or_else(|| number.to_string(), ToString::to_string);
            self.note(at, &format!("{path}::{name}"), |paths| paths.visit_type(&field.ty));
            self.line(format!("{path}::{name}: {}", tidy(&field.ty)));
        }
    }

    fn function(&mut self, at: &Place, path: &str, signature: &Signature) {
        self.note(at, path, |paths| paths.visit_signature(signature));
        let text = tidy(signature);
        let shape = text.split_once(&format!("fn {}", signature.ident));
        let (before, after) = shape.unwrap_or(("", &text));
        self.line(format!("{path}: {before}fn{after}"));
    }

    /// Lists the functions, constants and traits of a type.
    fn of_type(&mut self, of: &Place, path: &str) {
        for (at, member) in self.members.get(of).cloned().unwrap_or_default() {
            match member {
                ImplItem::Fn(function) => {
                    self.function(&at, &format!("{path}::{}", function.sig.ident), &function.sig);
                }
                ImplItem::Const(constant) => {
                    self.line(format!("{path}::{}: const {}", constant.ident, tidy(&constant.ty)));
                }
                _ => {}
            }
        }
        for name in self.traits.get(of).cloned().unwrap_or_default() {
            self.line(format!("{path}: impl {name}"));
        }
    }
}

fn inside(at: &Place, name: &str) -> Place {
    let module: Segments = at.module.iter().cloned().chain([name.to_owned()]).collect();
    Place { module, ..at.clone() }
}

fn public_members(block: &ItemImpl) -> impl Iterator<Item = &ImplItem> {
    block.items.iter().filter(|item| match item {
        ImplItem::Fn(function) => is_public(&function.vis) && !is_hidden(&function.attrs),
        ImplItem::Const(constant) => is_public(&constant.vis),
        _ => false,
    })
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    let hides = |attribute: &Attribute| attribute.path().is_ident("doc") && tidy(&attribute.meta).contains("(hidden)");
    attributes.iter().any(hides)
}

fn openness(attributes: &[Attribute]) -> &'static str {
    let is_open = |attribute: &Attribute| attribute.path().is_ident("non_exhaustive");
    if attributes.iter().any(is_open) { " #[non_exhaustive]" } else { "" }
}

fn type_path(of: &Type) -> Option<Segments> {
    match of {
        Type::Path(path) => Some(path.path.segments.iter().map(|segment| segment.ident.to_string()).collect()),
        _ => None,
    }
}

/// Returns a piece of source on one line, with the usual spaces.
fn tidy(tokens: &impl ToTokens) -> String {
    let spaced = tokens.to_token_stream().to_string();
    let mut text = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    for (from, to) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" ::", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        ("& ", "&"),
        (" (", "("),
        ("( ", "("),
        (" )", ")"),
        (" : ", ": "),
        ("' ", "'"),
        ("[ ", "["),
        (" ]", "]"),
        (" ;", ";"),
        (",)", ")"),
        ("- >", "->"),
        ("->(", "-> ("),
        (" = ", " = "),
    ] {
        text = text.replace(from, to);
    }
    text
}

/// The paths of types and traits in a signature.
#[derive(Default)]
struct Paths(Vec<Segments>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, _attribute: &'ast Attribute) {}
}

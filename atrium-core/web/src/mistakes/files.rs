//! Files of a theme that replace no file and have no use, and files that two plugins bring.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use atrium_platform::plugin::{Mistake, Mistakes, owner};

use super::templates::Used;
use super::words::{Known, keys};
use super::{Loaded, Owned, THEME, in_file, meant};

/// The folders of a theme.
const FOLDERS: [&str; 3] = ["templates", "assets", "locales"];

/// Iterates over owner, path and content of each file.
pub(super) fn each(files: &[Owned]) -> impl Iterator<Item = (&'static str, &str, &[u8])> {
    files.iter().flat_map(|(of, files)| files.iter().map(move |(path, content)| (*of, path, content)))
}

/// Finds the mistakes.
pub(super) fn examine(loaded: &Loaded<'_>, known: &Known, used: &Used, mistakes: &mut Mistakes) {
    twice(loaded.assets, mistakes);
    folders(loaded.theme_dir, mistakes);
    let replaced = |files: &'_ [Owned]| -> BTreeSet<String> {
        each(files).filter(|(of, ..)| *of != THEME).map(|(_, path, _)| path.to_owned()).collect()
    };
    let templates = replaced(loaded.templates);
    for (_, path, _) in each(loaded.templates).filter(|(of, ..)| *of == THEME) {
        let Some(name) = path.strip_suffix(".hbs") else {
            mistakes.add(in_file(THEME, "templates", path, "is no template: expected a name that ends in `.hbs`"));
            continue;
        };
        if !templates.contains(path) && !used.templates.contains(name) {
            mistakes.add(in_file(THEME, "templates", path, unused(path, &templates)));
        }
    }
    let assets = replaced(loaded.assets);
    let sheets: String = each(loaded.assets)
        .filter(|(_, path, _)| path.ends_with(".css") || path.ends_with(".js"))
        .map(|(_, _, content)| String::from_utf8_lossy(content))
        .collect();
    for (_, path, _) in each(loaded.assets).filter(|(of, ..)| *of == THEME) {
        let file = path.rsplit('/').next().unwrap_or(path);
        if !assets.contains(path) && !used.assets.contains(path) && !sheets.contains(file) {
            mistakes.add(in_file(THEME, "assets", path, unused(path, &assets)));
        }
    }
    for (_, path, content) in each(loaded.locales).filter(|(of, ..)| *of == THEME) {
        let text = String::from_utf8_lossy(content);
        for (line, key) in keys(&text).filter(|(_, key)| !known.contains_key(*key) && !used.messages.contains(*key)) {
            let meant = meant(key, known.keys().map(String::as_str));
            let what = format!("the message `{key}` replaces none, and no template prints it{meant}");
            mistakes.add(in_file(THEME, "locales", path, what).at_line(line));
        }
    }
}

fn unused(path: &str, replaced: &BTreeSet<String>) -> String {
    format!("replaces no file, and no page uses it{}", meant(path, replaced.iter().map(String::as_str)))
}

/// Finds the files that two owners bring under one name.
fn twice(files: &[Owned], mistakes: &mut Mistakes) {
    let mut known: BTreeMap<&str, &'static str> = BTreeMap::new();
    for (of, path, _) in each(files).filter(|(of, ..)| *of != THEME) {
        match known.get(path) {
            Some(other) if *other != of => {
                mistakes.add(in_file(of, "assets", path, format!("is a file of {} too", owner(other))));
            }
            Some(_) => {}
            None => drop(known.insert(path, of)),
        }
    }
}

/// Finds what stands beside the folders of a theme.
fn folders(theme: Option<&Path>, mistakes: &mut Mistakes) {
    let Some(theme) = theme else { return };
    for entry in std::fs::read_dir(theme).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() && !name.starts_with('.') && !FOLDERS.contains(&&*name) {
            let what = format!(
                "is no folder of a theme: expected `templates`, `assets` or `locales`{}",
                meant(&name, FOLDERS)
            );
            mistakes.add(Mistake::of_plugin(THEME, what).in_file(format!("{name}/")));
        }
    }
}

//! Finds the mistakes of plugins and of the theme before the platform starts: routes that clash, templates that are
//! absent, helpers and messages that do not exist, files without a use.
//!
//! It reads what the shell loads, and does not change it.

mod files;
mod routes;
mod templates;
mod words;

use std::sync::Arc;

use crate::files::Files;
use crate::plugin::WebPlugin;
use atrium_platform::Result;
use atrium_platform::plugin::{Mistake, Mistakes, Plugin, examine_plugins};

use super::routes::Declared;
pub(crate) use words::role_message;

/// The files of one owner: `core`, a plugin's id, or `theme`.
pub(crate) type Owned = (&'static str, Files);

/// The owner of the theme's files.
pub(crate) const THEME: &str = "theme";
/// The owner of the platform's own files and routes.
pub(crate) const CORE: &str = "core";

/// What the shell loads: the files of core, of each plugin, and of the theme, in this order.
pub(crate) struct Loaded<'l> {
    pub(crate) plugins: &'l [Arc<dyn WebPlugin>],
    pub(crate) templates: &'l [Owned],
    pub(crate) locales: &'l [Owned],
    pub(crate) assets: &'l [Owned],
    pub(crate) declared: &'l [Declared],
    pub(crate) theme_dir: Option<&'l std::path::Path>,
}

impl Loaded<'_> {
    /// Passes if there is no mistake.
    ///
    /// # Errors
    /// Returns an error that names every mistake.
    pub(crate) fn examine(&self) -> Result<()> {
        let mut mistakes = Mistakes::default();
        let plugins: Vec<_> = self.plugins.iter().map(|plugin| plugin.clone() as Arc<dyn Plugin>).collect();
        examine_plugins(&plugins, &mut mistakes);
        routes::examine(self, &mut mistakes);
        let known = words::examine(self, &mut mistakes);
        words::examine_settings(self, &known, &mut mistakes);
        words::examine_roles(self, &known, &mut mistakes);
        let used = templates::examine(self, &known, &mut mistakes);
        files::examine(self, &known, &used, &mut mistakes);
        mistakes.end()
    }
}

/// Returns the known name nearest to `name`, as a question; empty if none is near.
fn meant<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let near = known.into_iter().map(|known| (strsim::damerau_levenshtein(name, known), known));
    match near.min().filter(|(distance, _)| *distance <= 1 + name.len() / 6) {
        Some((_, known)) => format!(": did you mean `{known}`?"),
        None => String::new(),
    }
}

/// Returns the line, from 1, of the byte `at` of `text`.
fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// Creates a mistake in a file of `owner`.
fn in_file(owner: &str, folder: &str, path: &str, what: impl Into<String>) -> Mistake {
    Mistake::of_plugin(owner, what).in_file(format!("{folder}/{path}"))
}

//! Help articles that plugins bring with them, handed to the plugin that shows articles.

use std::sync::Arc;

use super::files::Files;
use super::plugin::WebPlugin;
use atrium_platform::Result;
use atrium_platform::plugin::{Mistake, Mistakes};

/// The help articles of one plugin: Markdown files as in the folder of the help.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PluginArticles {
    /// The plugin's id.
    pub plugin: &'static str,
    /// The files, by path relative to the content's folder: `procedures/prets.md`.
    pub files: Files,
}

/// Hands the articles of all plugins to the one that shows them.
///
/// # Errors
/// Returns an error that names the plugins and their articles if no plugin shows any.
pub(crate) fn hand_over(plugins: &[Arc<dyn WebPlugin>]) -> Result<()> {
    let brought: Vec<PluginArticles> = plugins
        .iter()
        .map(|plugin| PluginArticles { plugin: plugin.id(), files: plugin.articles() })
        .filter(|articles| articles.files.iter().next().is_some())
        .collect();
    if brought.is_empty() || plugins.iter().any(|plugin| plugin.show_articles(&brought)) {
        return Ok(());
    }
    let mut mistakes = Mistakes::default();
    for articles in &brought {
        for (path, _) in articles.files.iter().filter(|(path, _)| path.ends_with(".md")) {
            let what = "is an article, and no plugin shows articles: add one that does (`WebPlugin::show_articles`)";
            mistakes.add(Mistake::of_plugin(articles.plugin, what).in_file(format!("articles/{path}")));
        }
    }
    mistakes.end()
}

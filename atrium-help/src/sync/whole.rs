//! A folder rendered: its articles, its introductions, and what is wrong with them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use atrium_core::{Error, Result};

use super::links::{Atlas, address_of, unanchored};
use super::plan::Plan;
use super::rendering::{self, Rendering, Text};
use super::surroundings::SyncContext;
use crate::content::{self, Fault, Folder};
use crate::paths::{HOME, article_path, collection_path};

/// Everything rendered of a folder.
pub(super) struct All {
    pub(super) articles: Vec<(String, Rendering)>,
    /// Introductions by the key of their collection.
    pub(super) introductions: BTreeMap<String, Rendering>,
    /// What else is wrong with files that are kept out.
    pub(super) kept_out: Vec<Fault>,
}

/// Returns everything that is wrong with the folder and with what was rendered of it.
pub(super) fn faults(folder: &Folder, around: &SyncContext, atlas: &Atlas, all: &All) -> Vec<Fault> {
    let articles = all.articles.iter().map(|(source, rendering)| (Text::from(&folder.articles[source]), rendering));
    let introductions =
        all.introductions.iter().map(|(key, rendering)| (Text::from(&folder.collections[key]), rendering));
    let of_passages = articles
        .chain(introductions)
        .flat_map(|(text, rendering)| rendering.faults.iter().cloned().chain(around.undefined(text, &rendering.rules)));
    let mut faults: Vec<_> = folder.faults.iter().chain(&all.kept_out).cloned().chain(of_passages).collect();
    faults.extend(unanchored_links(folder, around, all));
    faults.extend(unshown(folder, around, all));
    for file in folder.articles.values() {
        let taken = file.redirect_from.iter().filter(|typed| atlas.is_live(&format!("{HOME}/{}", address_of(typed))));
        faults.extend(taken.map(|typed| {
            let message = format!("`redirect_from` names `{typed}`, where a page stands");
            Fault::warning(&file.file, file.line_of("redirect_from", typed), message)
        }));
    }
    faults
}

/// Pictures that no text shows.
fn unshown(folder: &Folder, around: &SyncContext, all: &All) -> Option<Fault> {
    let rendered: BTreeSet<_> = all.articles.iter().map(|(source, _)| source.as_str()).collect();
    let kept = around.pictures.iter().filter(|(source, ..)| !rendered.contains(source.as_str()));
    let articles = all.articles.iter().map(|(_, rendering)| rendering);
    let fresh = articles.chain(all.introductions.values()).flat_map(|rendering| rendering.pictures.keys());
    let shown: BTreeSet<_> = fresh.chain(kept.map(|(_, path, _)| path)).collect();
    let unshown: Vec<_> = folder.pictures.keys().filter(|path| !shown.contains(path)).cloned().collect();
    content::left_out(&unshown, "no text shows them")
}

/// Links to places that are not there, of the texts that were rendered and of those that were not.
fn unanchored_links(folder: &Folder, around: &SyncContext, all: &All) -> Vec<Fault> {
    let mut anchors = around.anchors.clone();
    let lines = |text: &str| text.lines().map(str::to_owned).collect();
    for (source, rendering) in &all.articles {
        let file = &folder.articles[source];
        anchors.insert(article_path(&file.collection, &file.slug), lines(&rendering.anchors));
    }
    for (key, rendering) in &all.introductions {
        anchors.insert(collection_path(key), lines(&rendering.anchors));
    }
    let rendered: BTreeSet<_> = all.articles.iter().map(|(source, _)| source.as_str()).collect();
    let stays = |source: &str| folder.articles.contains_key(source) && !rendered.contains(source);
    let kept = around.links.iter().filter(|(source, _)| stays(source)).map(|(_, link)| link);
    let articles = all.articles.iter().flat_map(|(_, rendering)| &rendering.links);
    let introductions = all.introductions.values().flat_map(|rendering| &rendering.links);
    unanchored(kept.chain(articles).chain(introductions), &anchors)
}

/// Renders off the async threads: the articles `sources`, every introduction, and what is kept out.
pub(super) async fn render_all(folder: Folder, atlas: Arc<Atlas>, sources: Vec<String>) -> Result<(Folder, All)> {
    let work = tokio::task::spawn_blocking(move || {
        let rendered = sources.into_iter().map(|source| {
            let rendering = rendering::render(&atlas, Text::from(&folder.articles[&source]));
            (source, rendering)
        });
        let articles = rendered.collect();
        let introductions = folder.collections.iter();
        let introductions =
            introductions.map(|(key, file)| (key.clone(), rendering::render(&atlas, Text::from(file)))).collect();
        let kept_out = folder.kept_out.iter().flat_map(|file| rendering::render(&atlas, Text::from(file)).faults);
        let kept_out = kept_out.collect();
        (folder, All { articles, introductions, kept_out })
    });
    work.await.map_err(|source| Error::internal("rendering articles", source))
}

/// Leaves out the files that are as they were and give what is kept. Those that were read `again` and give something else
/// have changed.
pub(super) fn settle(
    plan: &mut Plan,
    around: &SyncContext,
    again: &BTreeSet<String>,
    rendered: Vec<(String, Rendering)>,
) -> Result<Vec<(String, Rendering)>> {
    let mut written = Vec::new();
    for (source, rendering) in rendered {
        if plan.leaves(&source) {
            let text = rendering.text()?;
            if !again.contains(&source) || around.troubled.get(&source).is_some_and(|kept| *kept == text) {
                continue;
            }
            plan.change(&source);
        }
        written.push((source, rendering));
    }
    Ok(written)
}

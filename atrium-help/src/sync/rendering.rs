//! Rendering a text once, at synchronisation, for every reader; what its author should mend.

use std::collections::{BTreeMap, BTreeSet};

use atrium_core::markup::{self, AudienceRule, Options};
use atrium_core::{Error, Result};

use super::links::{Atlas, Guide, PageLink, kept_anchors, misled, page_links};
use crate::articles::{RESERVED, Stored};
use crate::content::{ArticleFile, CollectionFile, Fault};

/// A text to render: an article's, or a collection's introduction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Text<'a> {
    /// Path of its file, with its extension.
    pub(super) file: &'a str,
    /// Path of its file without it: where relative links start.
    pub(super) source: &'a str,
    pub(super) markdown: &'a str,
    /// Line of the file at which it begins.
    pub(super) first_line: usize,
}

impl<'a> From<&'a ArticleFile> for Text<'a> {
    fn from(file: &'a ArticleFile) -> Self {
        Self { file: &file.file, source: &file.source, markdown: &file.markdown, first_line: file.first_line }
    }
}

impl<'a> From<&'a CollectionFile> for Text<'a> {
    fn from(file: &'a CollectionFile) -> Self {
        let source = crate::content::source_of(&file.file).unwrap_or(&file.file);
        Self { file: &file.file, source, markdown: &file.markdown, first_line: file.first_line }
    }
}

/// A text rendered, and what its author should mend.
#[derive(Clone, Debug)]
pub(super) struct Rendering {
    pub(super) stored: Stored,
    pub(super) faults: Vec<Fault>,
    /// What its audience blocks ask for.
    pub(super) rules: BTreeSet<AudienceRule>,
    /// Its links to pages of the help.
    pub(super) links: Vec<PageLink>,
    /// Names of the pictures that it shows, by path.
    pub(super) pictures: BTreeMap<String, String>,
    /// The places in it, as they are kept.
    pub(super) anchors: String,
}

impl Rendering {
    /// Returns what is kept of it.
    pub(super) fn text(&self) -> Result<String> {
        serde_json::to_string(&self.stored).map_err(|source| Error::internal("an article", source))
    }
}

/// Renders one text.
pub(super) fn render(atlas: &Atlas, text: Text<'_>) -> Rendering {
    let guide = Guide::new(atlas);
    let options = Options::article(text.source, &guide).reserved_ids(&RESERVED).first_line(text.first_line);
    let rendered = markup::render(text.markdown, &options);
    let faults = rendered.problems.iter().map(|problem| {
        let told = problem.to_string();
        let message = told.strip_prefix(&format!("line {}: ", problem.line)).unwrap_or(&told);
        Fault::warning(text.file, problem.line, message)
    });
    let mut faults: Vec<_> = faults.collect();
    let undescribed = rendered.images.iter().filter(|image| image.alt.is_none());
    faults.extend(undescribed.map(|image| {
        let message =
            format!("picture without a description `{}`: those who do not see it are told nothing", image.target);
        Fault::warning(text.file, image.line, message)
    }));
    let answered = guide.answered();
    let links = page_links(text.file, &rendered);
    faults.extend(misled(atlas, &answered, &links));
    Rendering {
        faults,
        rules: rendered.blocks.iter().filter_map(|block| block.audience.clone()).collect(),
        links,
        pictures: answered.pictures,
        anchors: kept_anchors(&rendered.anchors),
        stored: Stored::of(&rendered).leading(answered.places),
    }
}

//! An article rendered once, at synchronisation, for every reader: blocks, headings, passages.

use std::collections::{BTreeMap, BTreeSet};

use atrium_core::markup::{self, AudienceRule, LinkResolver, Options, RENDERER_VERSION, Rendered, SafeHtml};
use atrium_core::{Error, Result};
use serde::{Deserialize, Serialize};

use super::links::{Atlas, Guide, PageLink, kept_anchors, misled, page_links};
use crate::articles::{article, collection};
use crate::content::{ArticleFile, CollectionFile, Fault};

/// Ids of the pages around a text: of an article, and of a collection.
const RESERVED: [&str; 9] =
    ["contenu", "avis", "avis-titre", "je-suis", "mots", "theme-label", "articles", "rubriques", "ailleurs"];

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

/// What is kept of a rendered article or introduction.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Stored {
    blocks: Vec<Block>,
    passages: Vec<Passage>,
    /// Where its links between articles and its pictures lead, by path: for another renderer.
    #[serde(default)]
    places: BTreeMap<String, String>,
}

/// A stretch of the article for some readers, or for all.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Block {
    html: String,
    audience: Option<String>,
    headings: Vec<Heading>,
}

/// A heading of the article.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Heading {
    /// 2 for the first level below the title.
    pub level: u8,
    /// Its stable id.
    pub id: String,
    /// Its text.
    pub text: String,
}

/// The plain text under one heading, or before the first.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Passage {
    /// The heading's id; empty before the first.
    pub id: String,
    /// The heading's text; empty before the first.
    pub heading: String,
    /// Headings above it, from the outermost.
    pub parents: Vec<String>,
    /// For whom, as terms (`profile:teacher`); empty: everyone.
    pub audience: Vec<String>,
    /// Plain text.
    pub text: String,
}

/// A block ready for a page.
#[derive(Clone, Debug)]
pub struct PageBlock {
    /// Sanitised HTML.
    pub html: SafeHtml,
    /// For whom; everyone when absent.
    pub audience: Option<AudienceRule>,
    /// The headings in it.
    pub headings: Vec<Heading>,
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

fn ready(blocks: Vec<Block>) -> Result<Vec<PageBlock>> {
    let ready = |block: Block| {
        let html =
            SafeHtml::from_cache(RENDERER_VERSION, block.html).ok_or_else(|| Error::bug("html of another renderer"))?;
        let audience = match block.audience {
            Some(text) => Some(text.parse().map_err(|source| Error::internal("an audience", source))?),
            None => None,
        };
        Ok(PageBlock { html, audience, headings: block.headings })
    };
    blocks.into_iter().map(ready).collect()
}

impl Rendering {
    /// What is kept of it.
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
        stored: Stored { places: answered.places, ..Stored::of(&rendered) },
    }
}

/// Leads where the synchronisation led.
impl LinkResolver for Stored {
    fn article(&self, path: &str) -> Option<String> {
        self.places.get(path).cloned()
    }

    fn file(&self, path: &str) -> Option<String> {
        self.places.get(path).cloned()
    }
}

impl Stored {
    /// What is kept of `article`; rendered again when another renderer made it.
    ///
    /// # Errors
    /// What is kept cannot be read.
    pub fn load(article: &article::Model) -> Result<Self> {
        Self::read(&article.rendered, article.renderer, &article.source, &article.markdown)
    }

    /// What is kept of the introduction of `collection`; rendered again when another renderer made it.
    ///
    /// # Errors
    /// What is kept cannot be read.
    pub fn introduction(collection: &collection::Model) -> Result<Self> {
        if collection.markdown.is_empty() {
            return Ok(Self::default());
        }
        Self::read(&collection.rendered, collection.renderer, &collection.source(), &collection.markdown)
    }

    /// The blocks of `article`, in order, ready for a page. The passages, which are for the index, are not read.
    ///
    /// # Errors
    /// What is kept cannot be read.
    pub fn blocks_of(article: &article::Model) -> Result<Vec<PageBlock>> {
        #[derive(Deserialize)]
        struct Blocks {
            blocks: Vec<Block>,
        }
        if article.renderer != i64::from(RENDERER_VERSION) {
            return Self::load(article)?.into_blocks();
        }
        let kept: Blocks = serde_json::from_str(&article.rendered)
            .map_err(|error| Error::internal(format!("article `{}`", article.source), error))?;
        ready(kept.blocks)
    }

    fn read(rendered: &str, renderer: i64, source: &str, markdown: &str) -> Result<Self> {
        if renderer == i64::from(RENDERER_VERSION) {
            return serde_json::from_str(rendered)
                .map_err(|error| Error::internal(format!("article `{source}`"), error));
        }
        let before: Self = serde_json::from_str(rendered).unwrap_or_default();
        let options = Options::article(source, &before).reserved_ids(&RESERVED);
        let rendered = markup::render(markdown, &options);
        Ok(Self { places: before.places.clone(), ..Self::of(&rendered) })
    }

    fn of(rendered: &Rendered) -> Self {
        let heading = |heading: &markup::Heading| Heading {
            level: heading.level,
            id: heading.id.clone(),
            text: heading.text.clone(),
        };
        let blocks = rendered.blocks.iter().map(|block| Block {
            html: block.html.as_str().to_owned(),
            audience: block.audience.as_ref().map(ToString::to_string),
            headings: block.headings.iter().map(heading).collect(),
        });
        let passages = rendered.sections.iter().map(|section| {
            let (id, text) = section.heading.as_ref().map_or(("", ""), |heading| (&heading.id, &heading.text));
            Passage {
                id: id.to_owned(),
                heading: text.to_owned(),
                parents: section.parents.clone(),
                audience: section.audience.as_ref().map(AudienceRule::terms).unwrap_or_default(),
                text: section.text.clone(),
            }
        });
        Self { blocks: blocks.collect(), passages: passages.collect(), places: BTreeMap::new() }
    }

    /// The blocks, in order, ready for a page.
    ///
    /// # Errors
    /// What is kept cannot be read.
    pub fn into_blocks(self) -> Result<Vec<PageBlock>> {
        ready(self.blocks)
    }

    /// The passages, for the index.
    #[must_use]
    pub fn passages(&self) -> &[Passage] {
        &self.passages
    }
}
